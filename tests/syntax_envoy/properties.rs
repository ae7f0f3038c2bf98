//! Nothing is lost and nothing breaks the readers: at random, on fixtures and on real files.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use granit_parser::{Event, Parser};
use lblint::diagnostic::{Diagnostic, Kind};
use lblint::source::{Span, View};
use lblint::syntax::envoy::{Format, NodeId, NodeKind, Tree, parse};
use proptest::prelude::*;

use super::{BASE, complaints, read};

/// Leaves and gaps partition the text; nodes lie in their parents; gaps hold nothing that is read.
pub(super) fn assert_partition(text: &str, format: Format) {
    let view = View::new(text, BASE);
    let (tree, diagnostics) = read(text, format);
    let is_leaf = |id: NodeId| !matches!(tree.kind(id), NodeKind::Mapping | NodeKind::Sequence);
    let leaves = tree.iter().map(|(id, _)| id).filter(|id| is_leaf(*id)).map(|id| tree.span(id));
    let mut pieces: Vec<Span> = tree.gaps(view).chain(leaves).collect();
    pieces.sort();
    let mut end = BASE;
    for piece in &pieces {
        assert_eq!(piece.start, end, "{text:?}");
        assert!(text.get(piece.local(BASE)).is_some(), "{text:?}");
        end = piece.end;
    }
    assert_eq!((end - BASE) as usize, text.len(), "{text:?}");
    for gap in tree.gaps(view) {
        assert_punctuation(&tree, view, gap);
    }
    let mut next = 0;
    for document in tree.documents() {
        assert_eq!(document.0, next, "{text:?}");
        assert_node(&tree, view, *document);
        next = tree.end(*document).0;
    }
    assert_eq!(next as usize, tree.iter().len());
    for diagnostic in diagnostics {
        assert!(text.get(diagnostic.span.local(BASE)).is_some(), "{diagnostic:?}");
    }
}

/// Whether only blanks, comments, punctuation, anchors and tags stand in a gap, and lines of directives.
fn assert_punctuation(tree: &Tree, view: View<'_>, gap: Span) {
    let mut rest = view.slice(gap).to_owned();
    let comments = tree.comments();
    let first = comments.partition_point(|comment| comment.start < gap.start);
    let inside: Vec<_> = comments[first..].iter().take_while(|comment| gap.encloses(**comment)).collect();
    for comment in inside.into_iter().rev() {
        rest.replace_range(comment.local(gap.start), " ");
    }
    let is_word = |word: &str| {
        let word = word.trim_start_matches(['{', '[', ',', '-', '?', ':', '}', ']', '.', '\u{feff}']);
        !word.is_empty() && !word.starts_with(['&', '!'])
    };
    let words: Vec<_> = rest
        .split(['\n', '\r'])
        .filter(|line| !line.starts_with('%'))
        .flat_map(|line| line.split([' ', '\t']))
        .collect();
    assert!(!words.iter().any(|word| is_word(word)), "{rest:?} in {:?}", view.text);
}

/// A node lies on character boundaries and encloses its children; keys have values.
fn assert_node(tree: &Tree, view: View<'_>, id: NodeId) {
    let span = tree.span(id);
    assert!(view.text.get(span.local(BASE)).is_some());
    let children: Vec<_> = tree.children(id).collect();
    if tree.kind(id) == NodeKind::Mapping {
        assert_eq!(children.len() % 2, 0);
        assert_eq!(tree.entries(id).count() * 2, children.len());
    }
    for child in children {
        assert!(span.encloses(tree.span(child)), "{:?}", view.text);
        assert_node(tree, view, child);
    }
    let _ = (tree.scalar(view, id), tree.text(view, id));
}

/// The values of all scalars, as the parser of the library decodes them; `None` if it refuses the text.
fn values(text: &str) -> Option<Vec<String>> {
    let mut values = Vec::new();
    for event in Parser::new_from_str(text) {
        match event.ok()? {
            (Event::Scalar(value, ..), range) if value == "~" && range.is_empty() => values.push(String::new()),
            (Event::Scalar(value, ..), _) => values.push(value.into_owned()),
            _ => {}
        }
    }
    Some(values)
}

fn assert_values(text: &str) {
    // Behind a block scalar at the end of the text the library adds the line end that is missing there.
    let text = &format!("{text}\n");
    let (view, (tree, diagnostics)) = (View::new(text, BASE), read(text, Format::Yaml));
    let Some(expected) = values(text) else { return };
    let scalars = tree.iter().filter(|(_, node)| node.kind() == NodeKind::Scalar).map(|(id, _)| id);
    let values: Vec<_> = scalars.map(|id| tree.text(view, id).into_owned()).collect();
    assert_eq!(values, expected, "{text:?}");
    let is_allowed = |found: &Diagnostic| matches!(found.kind, Kind::KeyNotText | Kind::AliasCycle);
    assert!(diagnostics.iter().all(is_allowed), "{diagnostics:?} in {text:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(text in "[\u{feff}\0-\u{7f}\u{80}\u{e9}\u{1f600}]{0,80}", syntax in "[ab\"'\\\\{}\\[\\]&*!#:,?|>%@.\r\n \t\0-]{0,60}") {
        for format in [Format::Yaml, Format::Json] {
            assert_partition(&text, format);
            assert_partition(&syntax, format);
        }
        assert_values(&syntax);
    }

    #[test]
    fn block_scalars_have_the_value_that_the_library_gives(header in "[|>][1-3]?[+-]?( # x)?", lines in prop::collection::vec(" {0,5}[ab\t]{0,2}", 0..8), glue in "\n|\r\n", end in "(\n|\r\n)?b: 1\n|\n{0,3}| {0,3}") {
        let text = format!("a: {header}{glue}{}{end}", lines.join(&glue));
        assert_values(&text);
        assert_values(&format!("- {text}"));
        assert_partition(&text, Format::Yaml);
    }

    #[test]
    fn flow_scalars_have_the_value_that_the_library_gives(lines in prop::collection::vec("[ \t]{0,2}(a|b|''|\\\\\"|\\\\\\\\|\\\\n|\\\\x41|\\\\u00e9|\\\\| ){0,3}[ \t]{0,2}", 0..5), glue in "\n |\r\n  |\n\n ") {
        let text = lines.join(&glue);
        for text in [format!("a: '{text}'\n"), format!("- \"{text}\""), format!("a: x{text}\nb: x"), format!("[\"{text}\"]")] {
            assert_values(&text);
            assert_partition(&text, Format::Yaml);
        }
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    files.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

pub(super) fn fixtures(name: &str) -> Vec<(String, Format, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/syntax/envoy").join(name);
    let read = |path: PathBuf| {
        let format = match path.extension()?.to_str()? {
            "yaml" => Format::Yaml,
            "json" => Format::Json,
            _ => return None,
        };
        Some((path.file_stem()?.to_string_lossy().into_owned(), format, std::fs::read_to_string(&path).unwrap()))
    };
    files_below(&folder).into_iter().filter_map(read).collect()
}

#[test]
fn good_fixtures_give_no_diagnostics() {
    for (name, format, text) in fixtures("ok") {
        assert_partition(&text, format);
        assert_eq!(complaints(&text, format), [], "{name}");
        assert_values(&text);
    }
}

/// The nodes, indented by depth, and what is wrong.
fn shown(text: &str, format: Format) -> String {
    let view = View::new(text, BASE);
    let tree = read(text, format).0;
    let mut shown = String::new();
    for (id, node) in tree.iter() {
        let depth = tree.iter().filter(|(outer, _)| *outer != id && tree.encloses(*outer, id)).count();
        let text = match node.kind() {
            NodeKind::Mapping | NodeKind::Sequence => "",
            _ => view.slice(node.span),
        };
        writeln!(shown, "{}{:?} {text:?}", "  ".repeat(depth), node.kind()).unwrap();
    }
    for (kind, line, text) in complaints(text, format) {
        writeln!(shown, "line {line}: {kind} at {text:?}").unwrap();
    }
    shown
}

#[test]
fn broken_fixtures_are_read_on() {
    for (name, format, text) in fixtures("recover") {
        assert_partition(&text, format);
        insta::with_settings!({
            snapshot_path => "../../fixtures/syntax/envoy/recover", prepend_module_to_snapshot => false, omit_expression => true
        }, { insta::assert_snapshot!(name, shown(&text, format)) });
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
    let folders = ["envoy", "k8s", "templated"].into_iter().filter_map(corpus);
    for path in folders.flat_map(|folder| files_below(&folder)) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        let is_json = path.extension().is_some_and(|end| end == "json");
        assert_partition(&text, if is_json { Format::Json } else { Format::Yaml });
        assert_values(&text);
    }
}

/// Run it alone, in release: `cargo test --release --test syntax_envoy speed -- --ignored --nocapture`.
#[test]
#[ignore = "measures"]
fn speed_of_reading() {
    let text = bootstrap();
    // Quotes are the same in both; the parser reads what an anchor stands in.
    let json = json(&text);
    let kinds = [
        ("lines", &text, Format::Yaml),
        ("parser", &format!("&a {text}"), Format::Yaml),
        ("JSON", &json, Format::Json),
    ];
    for (name, text, format) in kinds {
        let once = || {
            let start = std::time::Instant::now();
            std::hint::black_box(parse(View::new(text, BASE), format, &mut Vec::new()));
            start.elapsed()
        };
        let fastest = (0..9).map(|_| once()).min().unwrap();
        let rate = text.len() as f64 / 1e6 / fastest.as_secs_f64();
        eprintln!("{name}: {} lines, {} bytes: {fastest:?} = {rate:.0} MB/s", text.lines().count(), text.len());
    }
}

/// The same nodes as JSON.
fn json(text: &str) -> String {
    let tree = read(text, Format::Yaml).0;
    let mut json = String::new();
    write_json(&mut json, &tree, View::new(text, BASE), tree.root().unwrap(), 0);
    json
}

fn write_json(json: &mut String, tree: &Tree, view: View<'_>, id: NodeId, depth: usize) {
    let (open, close) = match tree.kind(id) {
        NodeKind::Mapping => ('{', '}'),
        NodeKind::Sequence => ('[', ']'),
        _ => return write!(json, "{:?}", tree.text(view, id)).unwrap(),
    };
    json.push(open);
    for (place, child) in tree.children(id).enumerate() {
        if open == '[' || place % 2 == 0 {
            write!(json, "{}\n{}", if place > 0 { "," } else { "" }, "  ".repeat(depth + 1)).unwrap();
        } else {
            json.push_str(": ");
        }
        write_json(json, tree, view, child, depth + 1);
    }
    write!(json, "\n{}{close}", "  ".repeat(depth)).unwrap();
}

/// 5,000 clusters of 8 endpoints.
fn bootstrap() -> String {
    let mut text = "static_resources:\n  clusters:\n".to_owned();
    for cluster in 0..5000 {
        write!(
            text,
            "  - name: cluster_{cluster}\n    type: STATIC\n    connect_timeout: 0.25s\n    lb_policy: ROUND_ROBIN\n    \
             load_assignment:\n      cluster_name: cluster_{cluster}\n      endpoints:\n      - locality:\n          zone: \
             \"zone-a\"\n        lb_endpoints:\n"
        )
        .unwrap();
        for endpoint in 1..9 {
            let (high, low) = (cluster / 250, cluster % 250);
            write!(
                text,
                "        - load_balancing_weight: 10\n          endpoint:\n            address:\n              \
                 socket_address:\n                address: 10.{high}.{low}.{endpoint}\n                port_value: 8080\n"
            )
            .unwrap();
        }
    }
    text
}
