//! The parser of the library is the reference.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::{Tree, View};
use crate::diagnostic::Kind;

/// The tree that the parser gives and whether it finds anything wrong.
fn reference(text: &str) -> (Tree, bool) {
    let mut diagnostics = Vec::new();
    let tree = super::super::read(View::new(text, 5), &mut diagnostics);
    let is_wrong = |kind: &Kind| !matches!(kind, Kind::KeyNotText | Kind::AliasCycle);
    (tree, diagnostics.iter().any(|found| is_wrong(&found.kind)))
}

/// Both trees are equal, if the fast one gives any; gives whether it does.
fn assert_equal(text: &str) -> bool {
    let Some(tree) = super::read(View::new(text, 5)) else { return false };
    let (expected, is_wrong) = reference(text);
    assert!(!is_wrong, "{text:?}: the parser refuses it");
    for ((id, own), (_, expected)) in tree.iter().zip(expected.iter()) {
        assert_eq!(own, expected, "{id:?} in {text:?}");
    }
    assert_eq!(tree, expected, "{text:?}");
    true
}

#[test]
fn what_most_files_are_made_of_is_read() {
    let texts = [
        "",
        "# only\n\n",
        "---\na: 1\n",
        "a:\n  b: c # d\n  \"@type\": 'x''y'\n  e: [f, \"g\", {h: i}, ]\n",
        "a:\n- b\n- - c\n  - d: e\n    f:\n- g:\n  - h\ni: {}\n",
        "a:\n  -\n    b: 1\n  -\n  - c\n",
        "a: |\n  x\n\n   y\n\nb:\n- >-\n  z\n# end\n",
        "a: b:c\nd: e#f\ng: \"h\\n\\\"\" # i\n",
        "a:\n",
        "- a",
        "- \"a\": b\n  c: d",
        "a: -b\nc: -1\nd: ~\n",
    ];
    for text in texts {
        assert!(assert_equal(text), "{text:?}");
    }
}

#[test]
fn everything_else_is_left_to_the_parser() {
    let texts = [
        "a: b\n  c\n",
        "a: *b\n",
        "a: &b c\n",
        "a: !c d\n",
        "? a\n",
        "a : b\n",
        "a: b: c\n",
        "a\n",
        "a: 1\nb\n",
        "a:\tb\n",
        "a: 1\r\n",
        "a: \"b\n  c\"\n",
        "a: [b,\n  c]\n",
        "a: 1\n---\nb: 1\n",
        "a: 1\n...\n",
        "%YAML 1.2\n---\na: 1\n",
        "a: - b\n",
        "- a\nb: c\n",
        "a:\n- b\n c: d\n",
        "a: |2\n   b\n",
        "a: @b\n",
        "a: [b: c]\n",
        "a: {b}\n",
        "a: {b: }\n",
        "a: \"b\" c\n",
        "a: \"\\q\"\n",
        "\u{feff}a: 1\n",
        "a: |\n    b\n   c\n",
        "-\n# c\n- a\n",
        "a: {b:c}\n",
        "[a]: b\n",
        "a: 'b",
    ];
    for text in texts {
        assert!(super::read(View::new(text, 5)).is_none(), "{text:?}");
    }
}

/// Lines that fit together often.
fn line() -> impl Strategy<Value = String> {
    let value = "|a|b c|\"d\"|'e'|\\[f, g\\]|\\{h: i, j: \\{\\}\\}|\\[\\]|\\||>-|>\\+| k#l|m #n|-o|\"p\\\\nq\"|r:s|~|\\{t\\}|u: v| #w|:|- x|\u{e9}";
    let start = "( ?| {0,6})(- |-  |- - |)(a: |b:|\"c\": |'d' : |e:  |# f|-|)";
    (start, value).prop_map(|(start, value)| start + &value)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_lines_are_read_alike(lines in prop::collection::vec(line(), 0..7), end in "\n?") {
        assert_equal(&(lines.join("\n") + &end));
    }

    #[test]
    fn random_texts_are_read_alike(text in "([a-c:#|>'\"\\[\\]{},&*!?%@~ \n-]|\n |\n  |: |- |a: |b:\n  ){0,24}") {
        assert_equal(&text);
        assert_equal(&format!("a:\n  {text}"));
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    files.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

#[test]
fn real_files_are_read_alike() {
    let given = std::env::var_os("LBLINT_SHARED").map(PathBuf::from);
    let candidates = given.into_iter().chain(["../shared", "../../shared"].map(PathBuf::from));
    let Some(corpus) = candidates.map(|shared| shared.join("corpus/envoy")).find(|folder| folder.is_dir()) else {
        return;
    };
    let (mut fast, mut clean) = (0, 0);
    for path in files_below(&corpus).into_iter().filter(|path| path.extension().is_some_and(|end| end != "json")) {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        fast += usize::from(assert_equal(&text));
        clean += usize::from(!reference(&text).1);
    }
    // Nearly all that the parser finds nothing wrong with.
    assert!(fast * 10 > clean * 8, "{fast} of {clean}");
}
