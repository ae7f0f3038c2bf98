//! Nothing is lost and nothing breaks the reader: at random, on fixtures and on real files.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use lblint::source::{Span, View};
use lblint::syntax::nginx::{CustomBlocks, Statement, StatementId, StatementKind, Tree, dump_parts, parse};
use proptest::prelude::*;

use super::{BASE, complaints, read, values_of};

/// What the statement itself takes of the text.
fn own(tree: &Tree, view: View<'_>, id: StatementId) -> Span {
    let statement = tree.get(id).unwrap();
    if statement.kind() == StatementKind::Lua { statement.span } else { tree.header(view, id) }
}

/// Headers and gaps partition the text, words lie in their statement, and gaps hold nothing that is read.
fn assert_partition(text: &str) {
    let view = View::new(text, BASE);
    let (tree, diagnostics) = read(text);
    let mut pieces: Vec<Span> = tree.gaps(view).chain(tree.iter().map(|(id, _)| own(&tree, view, id))).collect();
    pieces.sort();
    assert_eq!(pieces.iter().map(|piece| view.slice(*piece)).collect::<String>(), text);
    let comments: Vec<_> = tree.comments(view).map(|comment| comment.span).collect();
    for comment in &comments {
        assert!(view.slice(*comment).starts_with('#'));
    }
    for gap in tree.gaps(view) {
        assert_blank(view, gap, &comments, "\u{feff};{}");
    }
    for (id, statement) in tree.iter() {
        assert_statement(&tree, view, id, statement, &comments);
    }
    for diagnostic in diagnostics {
        assert!(text.get(diagnostic.span.local(BASE)).is_some(), "{diagnostic:?}");
    }
    let _ = dump_parts(view);
}

/// Whether only blanks, comments and `others` stand in the span.
fn assert_blank(view: View<'_>, span: Span, comments: &[Span], others: &str) {
    let mut rest = view.slice(span).to_owned();
    let first = comments.partition_point(|comment| comment.start < span.start);
    let inside: Vec<_> = comments[first..].iter().take_while(|comment| span.encloses(**comment)).collect();
    for comment in inside.into_iter().rev() {
        rest.replace_range(comment.local(span.start), "");
    }
    assert!(rest.chars().all(|one| " \t\r\n".contains(one) || others.contains(one)), "{rest:?}");
}

fn assert_statement(tree: &Tree, view: View<'_>, id: StatementId, statement: &Statement, comments: &[Span]) {
    assert!(!statement.span.is_empty());
    if let Some(block) = statement.block() {
        let block_statement = tree.get(block).unwrap();
        assert!(block < id && block_statement.has_body() && block_statement.span.encloses(statement.span));
    }
    if statement.has_body() {
        let children: Vec<_> = tree.children(id).collect();
        let expected: Vec<_> = tree.body(id).filter(|inner| tree.get(*inner).unwrap().block() == Some(id)).collect();
        assert_eq!(children, expected);
    }
    let words: Vec<_> = tree.words(view, id).collect();
    assert_eq!(usize::from(statement.words), words.len().min(255));
    assert_eq!(words.is_empty(), statement.kind() == StatementKind::Error);
    let mut end = statement.span.start;
    for word in &words {
        assert!(statement.span.encloses(word.span) && !word.text(view).is_empty());
        assert_blank(view, Span::new(end, word.span.start), comments, "");
        end = word.span.end;
        assert!(word.variables(view).iter().all(|used| word.span.encloses(used.span)));
        assert!(word.value(view).known().is_some_and(|value| value.len() <= word.text(view).len()));
    }
    assert!(words.is_empty() || tree.header(view, id) == Span::new(statement.span.start, end));
}

/// A word as written, with the value it must have.
fn written_word() -> impl Strategy<Value = (String, String)> {
    prop_oneof![
        "[a-z0-9.:/,()*@=+~^-][a-z0-9.:/,()*@=+~^#}\"'-]{0,11}".prop_map(|word| (word.clone(), word)),
        "[^'\\\\]{0,10}".prop_map(|inner| (format!("'{inner}'"), inner)),
        "[^\"\\\\]{0,10}".prop_map(|inner| (format!("\"{inner}\""), inner)),
        "['\"\\\\\t\r\na-z]{1,6}".prop_map(|value| (value.chars().map(escaped).collect(), value)),
    ]
}

fn escaped(character: char) -> String {
    match character {
        '\t' => "\\t".to_owned(),
        '\r' => "\\r".to_owned(),
        '\n' => "\\n".to_owned(),
        '\'' | '"' | '\\' => format!("\\{character}"),
        other => other.to_string(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn words_come_back(words in prop::collection::vec((written_word(), "[ \t\r\n]{1,2}(#[^\n]{0,5}\n)?"), 0..20), end in ";| ;|\\{\\}") {
        let mut text = "a ".to_owned();
        for ((written, _), space) in &words {
            text += written;
            text += space;
        }
        text += &end;
        let read = values_of(&text, 0);
        prop_assert_eq!(&read[1..], words.into_iter().map(|((_, value), _)| value).collect::<Vec<_>>());
        prop_assert_eq!(complaints(&text), []);
        assert_partition(&text);
    }

    #[test]
    fn statements_lose_nothing(pieces in prop::collection::vec(prop_oneof![
        "(server|map|types|if|a_by_lua_block|location) [a-z\"'\\\\$# {}();\n]{0,8}",
        "(a b;|a b|\\{|\\}|;|# c|\"a\"|'b| \\{|--|\\[\\[|\\]\\]|\n){1,3}",
    ], 0..40), glue in "[ \n]") {
        assert_partition(&pieces.join(&glue));
    }

    #[test]
    fn any_text_is_survived(text in "[\u{feff}\0-\u{7f}\u{80}\u{e9}\u{1f600}]{0,80}", syntax in "[ab\"'\\\\$x#\\[\\]{}(;).\r\n \t\0-]{0,60}") {
        assert_partition(&text);
        assert_partition(&syntax);
        assert_partition(&format!("a_by_lua_block {{{syntax}"));
        assert_partition(&format!("types {{{syntax}}}"));
    }
}

#[test]
fn nothing_takes_time_out_of_proportion() {
    let pieces = [
        "a \"\n",
        "a '\n\"\n",
        "\"a\"b ",
        "a_by_lua_block {\n",
        "a_by_lua_block { [[\n",
        "\\\"",
        "[[",
        "a {",
        "{",
        "}",
        "\"",
        "'\"",
        "#\n",
        "a_by_lua_block {\n{\n}\n",
        "a \" {\n",
        "${",
        "a; ",
        "'a\n'b\n",
    ];
    let start = std::time::Instant::now();
    for piece in pieces {
        let text = piece.repeat(2_000_000 / piece.len());
        let _ = read(&text);
        let _ = read(&format!("a_by_lua_block {{{text}"));
    }
    // Far above what linear work needs even without optimization, far below what quadratic work takes.
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

/// Run it alone, in release: `cargo test --release --test syntax_nginx speed -- --ignored --nocapture`.
#[test]
#[ignore = "measures"]
fn speed_of_reading() {
    let mut text = "events {}\nhttp {\n".to_owned();
    for pool in 0..10_000 {
        writeln!(text, "    upstream pool_{pool} {{").unwrap();
        for server in 1..9 {
            writeln!(
                text,
                "        server 10.{}.{}.{server}:8080 weight=5 max_fails=3 fail_timeout=30s;",
                pool / 250,
                pool % 250
            )
            .unwrap();
        }
        text += "    }\n";
    }
    text += "}\n";
    let measure = |work: &dyn Fn() -> usize| {
        let once = || {
            let start = std::time::Instant::now();
            std::hint::black_box(work());
            start.elapsed()
        };
        (0..21).map(|_| once()).min().unwrap()
    };
    let tree = read(&text).0;
    let view = View::new(&text, BASE);
    let reading = measure(&|| read(&text).0.statements.len());
    let words = measure(&|| tree.iter().map(|(id, _)| tree.words(view, id).count()).sum());
    let children = measure(&|| tree.children(StatementId(1)).map(|id| tree.children(id).count()).sum());
    let rate = text.len() as f64 / 1e6 / reading.as_secs_f64();
    let (lines, bytes) = (text.lines().count(), text.len());
    eprintln!("{lines} lines, {bytes} bytes: {reading:?} = {rate:.0} MB/s; words {words:?}; children {children:?}");
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    files.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

fn fixtures(name: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/syntax/nginx").join(name);
    let files = files_below(&folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "conf"));
    files
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect()
}

#[test]
fn good_fixtures_give_no_diagnostics() {
    for (name, text) in fixtures("ok") {
        assert_partition(&text);
        assert_eq!(complaints(&text), [], "{name}");
    }
}

/// The statements, indented by depth, and what is wrong.
fn shown(text: &str) -> String {
    let view = View::new(text, 0);
    let mut diagnostics = Vec::new();
    let tree = parse(view, &CustomBlocks, &mut diagnostics);
    let mut shown = String::new();
    for (id, statement) in tree.iter() {
        let depth = std::iter::successors(statement.block(), |block| tree.get(*block)?.block()).count();
        let header = view.slice(tree.header(view, id));
        writeln!(shown, "{}{:?} {header:?}", "  ".repeat(depth), statement.kind()).unwrap();
    }
    for found in diagnostics {
        let line = view.text[..found.span.start as usize].matches('\n').count() + 1;
        writeln!(shown, "line {line}: {:?} at {:?}", found.kind, view.slice(found.span)).unwrap();
    }
    shown
}

#[test]
fn broken_fixtures_are_read_on() {
    for (name, text) in fixtures("recover") {
        assert_partition(&text);
        insta::with_settings!({
            snapshot_path => "../../fixtures/syntax/nginx/recover", prepend_module_to_snapshot => false, omit_expression => true
        }, { insta::assert_snapshot!(name, shown(&text)) });
    }
}

/// The corpus of a dialect, if it is there.
pub(super) fn corpus(dialect: &str) -> Option<PathBuf> {
    let given = std::env::var_os("LBLINT_SHARED").map(PathBuf::from);
    let candidates = given.into_iter().chain(["../shared", "../../shared"].map(PathBuf::from));
    let found = candidates.map(|shared| shared.join("corpus").join(dialect)).find(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("skipped: ../shared is absent");
    }
    found
}

#[test]
fn real_files_lose_nothing() {
    let folders = ["nginx", "templated", "k8s"].into_iter().filter_map(corpus);
    let texts = folders.flat_map(|folder| files_below(&folder)).filter_map(|path| std::fs::read(path).ok());
    texts.for_each(|bytes| assert_partition(&String::from_utf8_lossy(&bytes)));
}
