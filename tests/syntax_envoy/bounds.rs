//! What is masked, too deep, or made to take long; and what is changed at random in texts that look real.

use std::time::Instant;

use lblint::diagnostic::Kind;
use lblint::source::{Span, View};
use lblint::syntax::envoy::{Format, NodeKind, Scalar, parse};
use proptest::prelude::*;

use super::properties::{assert_partition, fixtures};
use super::{BASE, read};

#[test]
fn nesting_is_bounded() {
    let block: String = (0..300).map(|depth| " ".repeat(depth) + "a:\n").collect();
    let texts = [
        (Format::Yaml, "[".repeat(100_000)),
        (Format::Yaml, "{a: ".repeat(10_000)),
        (Format::Yaml, "- ".repeat(10_000) + "a"),
        (Format::Yaml, block),
        (Format::Json, "[".repeat(100_000)),
        (Format::Json, "{\"a\": ".repeat(10_000)),
    ];
    for (format, text) in texts {
        let (tree, diagnostics) = read(&text, format);
        let found: Vec<_> = diagnostics.iter().filter(|found| found.kind == Kind::TooDeep(256)).collect();
        assert_eq!(found.len(), 1, "{:?}", &text[..20]);
        let (_, error) = tree.iter().find(|(_, node)| node.kind() == NodeKind::Error).unwrap();
        assert_eq!((error.span.start, error.span.end), (found[0].span.start, BASE + text.trim_end().len() as u32));
        assert_partition(&text, format);
    }
}

#[test]
fn what_overlaps_a_mask_is_not_known() {
    let text = "a: xxxx\nb: y\nc: z-xxxx-z\n";
    let at = |part: &str| text.find(part).unwrap() as u32 + BASE;
    let masks = [Span::new(at("xxxx"), at("xxxx") + 4), Span::new(at("xxxx-z"), at("xxxx-z") + 4)];
    let view = View { text, base: BASE, masks: &masks, arms: &[] };
    let tree = parse(view, Format::Yaml, &mut Vec::new());
    let values: Vec<_> = tree.entries(tree.root().unwrap()).map(|(_, value)| tree.scalar(view, value)).collect();
    let known = Scalar::Bool(true);
    assert_eq!(values, [Scalar::Masked, known, Scalar::Masked]);
}

#[test]
fn nothing_takes_time_out_of_proportion() {
    let pieces = [
        "a: \"\n",
        "a: '\n",
        "a: [\n",
        "a: {b\n",
        "- - - \n",
        "[",
        "{",
        "]",
        "}",
        "\"",
        "\\\"",
        "'\"",
        "a: b: c\n",
        "\ta: b\n",
        "? ",
        "a: |\n",
        "- |\n  b\n c\n",
        "*a ",
        "&a ",
        "a: *b\n",
        "a: &b c\n",
        "# c\n",
        "{{ a }}\n",
        "a: b\n  c: d\n",
        "---\n",
        "...\n@\n",
        ":\n",
        "a:\n  b:\n c:\n",
        "!a ",
        "%a\n",
        "\n",
        " \n",
        ", ",
        "\"a\" ",
        "//\n",
        "/* ",
        "1 ",
        "{\"a\":[",
        "\"\\u",
    ];
    let start = Instant::now();
    for piece in pieces {
        let text = piece.repeat(100_000 / piece.len());
        for format in [Format::Yaml, Format::Json] {
            let _ = read(&text, format);
            let _ = read(&format!("a:\n  - {{\"b\": \n{text}"), format);
        }
    }
    let staircase: String = (0..400).map(|step| " ".repeat(step) + "a: b: c\n").collect();
    let _ = read(&staircase, Format::Yaml);
    // Far above what linear work needs even without optimization, far below what quadratic work takes.
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn all_errors_of_a_long_text_are_reported() {
    let text = "- a: b: c\n  d: e\n".repeat(40);
    let (tree, diagnostics) = read(&text, Format::Yaml);
    assert_eq!(diagnostics.len(), 40);
    assert_eq!(tree.iter().filter(|(_, node)| node.kind() == NodeKind::Error).count(), 40);
}

/// A text with some of its parts taken out, doubled or replaced.
fn edited(text: &str, edits: &[(prop::sample::Index, usize, String)]) -> String {
    let mut text = text.to_owned();
    for (place, length, with) in edits {
        let floor = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let start = floor(place.index(text.len() + 1));
        let end = floor(start + length).max(start);
        text.replace_range(start..end, with);
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edits_of_real_looking_texts_are_survived(
        number in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..6_usize, "[ \n\"'\\[{}\\]:,&*!|>#?a\t-]{0,3}"), 1..6),
    ) {
        let texts: Vec<_> = fixtures("ok").into_iter().chain(fixtures("recover")).collect();
        let (_, format, text) = &texts[number.index(texts.len())];
        assert_partition(&edited(text, &edits), *format);
    }
}

/// A key that is not written stands behind a remark with blanks at its end, not within it.
#[test]
fn nothing_stands_within_a_remark() {
    assert_partition("clusters:\n- name: \"first\n  #\t\n: IC\n- name: 'second\n- type: b\n", Format::Yaml);
}
