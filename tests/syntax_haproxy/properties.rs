//! Nothing is lost and nothing breaks the reader: at random, on fixtures and on real files.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use lblint::source::{Span, View};
use lblint::syntax::haproxy::condition::{Facts, evaluate};
use lblint::syntax::haproxy::{Environment, StatementKind, parse};
use proptest::prelude::*;

use super::{TestVocabulary, kinds, read, values};

/// Statements and gaps partition the text, words lie in their statement, and gaps hold nothing that is read.
fn assert_partition(text: &str) {
    let view = View::new(text, 7);
    let (tree, diagnostics) = read(text);
    let mut pieces: Vec<Span> = tree.gaps(view).chain(tree.statements.iter().map(|one| one.span)).collect();
    pieces.sort();
    assert_eq!(pieces.iter().map(|piece| view.slice(*piece)).collect::<String>(), text);
    for (id, statement) in tree.iter() {
        assert!(!statement.span.is_empty() && (statement.parent == u32::MAX || statement.parent < id.0));
        let words: Vec<_> = tree.words(view, id).collect();
        let expected =
            if matches!(statement.kind(), StatementKind::Error | StatementKind::Scope) { 0 } else { words.len() };
        assert_eq!((usize::from(statement.words), words.len()), (expected.min(255), expected));
        let mut rest = text.get(statement.span.local(7)).unwrap().to_owned();
        for word in words.iter().rev() {
            assert!(statement.span.encloses(word.span) && !word.text(view).is_empty());
            let local = word.span.local(statement.span.start);
            rest.replace_range(local, "");
            let _ = (word.value(view, &Environment::new()), word.variables(view));
        }
        assert!(expected == 0 || rest.chars().all(|character| " \t\r\u{b}\u{c}".contains(character)), "{rest:?}");
    }
    for comment in tree.comments(view) {
        assert!(view.slice(comment.span).starts_with('#'));
    }
    for diagnostic in diagnostics {
        assert!(text.get(diagnostic.span.local(7)).is_some(), "{diagnostic:?}");
    }
    for branch in &tree.branches {
        assert!(
            branch.span.start <= branch.span.end
                && branch.parent.is_none_or(|parent| tree.branches[parent as usize].span.encloses(branch.span))
        );
        assert!(tree.branches_at(branch.span.start).count() < 100);
    }
}

/// A word as written, with the value it must have.
fn written_word() -> impl Strategy<Value = (String, String)> {
    prop_oneof![
        "[a-z0-9.:/,()*@=+-]{1,12}".prop_map(|word| (word.clone(), word)),
        "[^'\r\n\0]{0,10}".prop_map(|inner| (format!("'{inner}'"), inner)),
        "[^\"\r\n\0\\\\$]{0,10}".prop_map(|inner| (format!("\"{inner}\""), inner)),
        "[ #'\"\\\\a-z]{1,6}".prop_map(|value| (value.chars().map(escaped).collect(), value)),
    ]
}

fn escaped(character: char) -> String {
    if character.is_ascii_lowercase() { character.to_string() } else { format!("\\{character}") }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn words_come_back(words in prop::collection::vec(written_word(), 0..20), indent in "[ \t]{0,3}", end in "[ \t]{0,2}(#[^\0]{0,5})?\r?") {
        let written: Vec<_> = words.iter().map(|(written, _)| written.as_str()).collect();
        let line = format!("{indent}mode {}{end}", written.join(" "));
        let read: Vec<_> = values(&line, &Environment::new()).into_iter().skip(1).collect();
        prop_assert_eq!(read, words.into_iter().map(|(_, value)| value).collect::<Vec<_>>());
    }

    #[test]
    fn statements_lose_nothing(lines in prop::collection::vec(prop_oneof![
        "(global|backend b|no log x|\\.if 1|\\.if \\(|\\.elif 0|\\.else|\\.endif|\\[s\\]|\\[s|#c|)[ \t]{0,2}(#[a-z]{0,3})?",
        "[ \t]{0,2}(server|bind|mode) [a-z\"'\\\\$# {}]{0,12}",
    ], 0..40)) {
        assert_partition(&lines.join("\n"));
    }

    #[test]
    fn any_text_is_survived(text in "[\u{feff}\0-\u{7f}\u{80}\u{e9}\u{1f600}]{0,80}", syntax in "[ab\"'\\\\$x#\\[\\]{}*.\r\n \t\0-]{0,60}") {
        assert_partition(&text);
        assert_partition(&syntax);
        let _ = evaluate(&text, &Facts::default());
    }

    #[test]
    fn any_condition_is_survived(text in "(streq\\(|defined|[01()!&|, '\"\\\\a]){0,30}") {
        let _ = evaluate(&text, &Facts::default());
    }
}

#[test]
fn deep_conditions_do_not_overflow_the_stack() {
    assert!(evaluate(&"(".repeat(1_000_000), &Facts::default()).is_err());
    assert!(evaluate(&vec!["1"; 100_000].join("&&"), &Facts::default()).is_err());
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    files.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

fn fixtures(name: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/syntax/haproxy").join(name);
    let files = files_below(&folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "cfg"));
    files
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect()
}

#[test]
fn good_fixtures_give_no_diagnostics() {
    for (name, text) in fixtures("ok") {
        assert_partition(&text);
        assert_eq!(kinds(&text), [], "{name}");
    }
}

#[test]
fn broken_fixtures_are_read_on() {
    for (name, text) in fixtures("recover") {
        assert_partition(&text);
        let view = View::new(&text, 0);
        let mut diagnostics = Vec::new();
        let tree = parse(view, &TestVocabulary, &mut diagnostics);
        let mut shown = String::new();
        for statement in &tree.statements {
            let section = statement.section().map_or("-", |id| view.slice(tree.get(id).unwrap().span));
            writeln!(shown, "{:?} [{section}] {:?}", statement.kind(), view.slice(statement.span)).unwrap();
        }
        for found in diagnostics {
            writeln!(shown, "{:?} at {:?}", found.kind, view.slice(found.span)).unwrap();
        }
        insta::with_settings!({
            snapshot_path => "../../fixtures/syntax/haproxy/recover", prepend_module_to_snapshot => false, omit_expression => true
        }, { insta::assert_snapshot!(name, shown) });
    }
}

#[test]
fn real_files_lose_nothing() {
    let given = std::env::var_os("LBLINT_SHARED").map(PathBuf::from);
    let candidates = given.into_iter().chain(["../shared", "../../shared"].map(PathBuf::from));
    let Some(corpus) = candidates.map(|shared| shared.join("corpus/haproxy")).find(|folder| folder.is_dir()) else {
        return eprintln!("skipped: ../shared is absent");
    };
    let texts = files_below(&corpus).into_iter().filter_map(|path| std::fs::read(path).ok());
    texts.for_each(|bytes| assert_partition(&String::from_utf8_lossy(&bytes)));
}
