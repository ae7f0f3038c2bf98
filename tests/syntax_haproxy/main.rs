//! Proof that the `HAProxy` reader splits texts as the program does, loses no byte, and survives every text.

// A test fails loudly; the exemption that clippy.toml grants ends at functions marked as tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr)]

mod live;
mod properties;

use lblint::diagnostic::{Diagnostic, Kind};
use lblint::source::Version;
use lblint::source::{Span, View};
use lblint::syntax::haproxy::condition::{Decision, Facts, evaluate};
use lblint::syntax::haproxy::{
    Environment, KeywordId, Prefix, Statement, StatementId, Tree, Vocabulary, WordValue, parse,
};

const SECTIONS: [&str; 7] = ["global", "defaults", "frontend", "backend", "listen", "peers", "userlist"];
const KEYWORDS: [&str; 6] = ["mode", "server", "option", "bind", "log", "maxconn"];

struct TestVocabulary;

impl Vocabulary for TestVocabulary {
    fn is_section(&self, word: &str) -> bool {
        SECTIONS.contains(&word)
    }

    fn keyword(&self, word: &str) -> KeywordId {
        let known = SECTIONS.iter().chain(&KEYWORDS).position(|known| *known == word);
        known.map_or(KeywordId::UNKNOWN, |index| KeywordId(index as u16))
    }
}

fn read(text: &str) -> (Tree, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let tree = parse(View::new(text, 7), &TestVocabulary, &mut diagnostics);
    (tree, diagnostics)
}

fn kinds(text: &str) -> Vec<Kind> {
    read(text).1.into_iter().map(|diagnostic| diagnostic.kind).collect()
}

/// The values of the words of the first statement; `$NAME` for what the environment decides.
fn values(line: &str, environment: &Environment) -> Vec<String> {
    let text = format!("{line}\n");
    let view = View::new(&text, 7);
    let tree = read(&text).0;
    let show = |value| match value {
        WordValue::Known(value) => value.into_owned(),
        WordValue::Variable { name, default } => format!("${name}|{}", default.unwrap_or("none")),
        WordValue::Masked => "masked".to_owned(),
        WordValue::Split => "split".to_owned(),
    };
    tree.words(view, StatementId(0)).map(|word| show(word.value(view, environment))).collect()
}

#[test]
fn a_statement_takes_sixteen_bytes() {
    assert_eq!(size_of::<Statement>(), 16);
}

/// Rows that can be asked of the program too: a word as written, and what the program sees.
const WORDS: [(&str, &str); 30] = [
    ("plain", "plain"),
    ("a#b", "a"),
    ("'a#b'", "a#b"),
    ("\"a#b\"", "a#b"),
    ("a\\#b", "a#b"),
    ("'single \\x \"$HOME\\'", "single \\x \"$HOME\\"),
    ("\"double 'quotes'\"", "double 'quotes'"),
    ("mid\"quo te\"d'x y'z", "midquo tedx yz"),
    ("a\\ b", "a b"),
    ("\"a\\ b\"", "a b"),
    ("a\\\\b", "a\\b"),
    ("a\\tb", "a\tb"),
    ("a\\x41b", "aAb"),
    ("a\\x4a\\x4Bb", "aJKb"),
    ("a\\x00b", "a"),
    ("it\\'s", "it's"),
    ("\"it\\'s\"", "it's"),
    ("\\\"q\\\"", "\"q\""),
    ("\"a\\$b\"", "a$b"),
    ("a\\$b", "a\\$b"),
    ("$HOME", "$HOME"),
    ("'${HOME'", "${HOME"),
    ("^/v\\d+\\.(js|css)$", "^/v\\d+\\.(js|css)$"),
    ("\"\\d\\.\"", "\\d\\."),
    ("a\\", "a\\"),
    ("\"\"x", "x"),
    ("x''", "x"),
    ("\u{e9}\u{4e16}", "\u{e9}\u{4e16}"),
    ("a\rignored", "a"),
    ("a \r", "a"),
];

#[test]
fn words_have_the_value_that_the_program_sees() {
    for (written, value) in WORDS {
        assert_eq!(values(written, &Environment::new()), [value], "{written:?}");
    }
}

#[test]
fn lines_are_split_where_the_program_splits_them() {
    let rows: [(&str, &[&str]); 12] = [
        ("  a\tb  c ", &["a", "b", "c"]),
        ("a\u{b}b\u{c}c", &["a", "b", "c"]),
        ("\ra", &["a"]),
        ("a \rb", &["a", "b"]),
        ("a\rb c", &["a"]),
        ("a b#c d", &["a", "b"]),
        ("a #b", &["a"]),
        ("a\\\tb", &["a\\", "b"]),
        ("a \"\" b", &["a", "", "b"]),
        ("a 'b c'\"d e\" f", &["a", "b cd e", "f"]),
        ("a \\", &["a", "\\"]),
        ("a \\ b", &["a", " b"]),
    ];
    for (line, expected) in rows {
        assert_eq!(values(line, &Environment::new()), expected, "{line:?}");
    }
}

#[test]
fn variables_are_replaced_in_double_quotes_alone() {
    let mut environment = Environment::new();
    environment.set("A", "one two");
    environment.set("E", "");
    environment.unset("U");
    let rows = [
        ("\"$A\"", "one two"),
        ("$A", "$A"),
        ("'$A'", "$A"),
        ("\"<${A}>\"", "<one two>"),
        ("\"${E-x}\"", ""),
        ("\"${U-a\"b#}\"", "a\"b#"),
        ("\"$U\"", ""),
        ("\"$X\"", "$X|none"),
        ("\"${X-d}\"", "$X|d"),
        ("\"${A[*]}\"", "split"),
        ("\"${X[*]}\"", "split"),
        ("\"$.LINE\"", "$.LINE|none"),
        ("\"$A[*]\"", "one two[*]"),
    ];
    for (line, expected) in rows {
        assert_eq!(values(line, &environment), [expected], "{line:?}");
    }
}

#[test]
fn words_tell_their_variables() {
    let text = "a 'x$N'\"\\$P$Q-${R-d}\" b\n";
    let view = View::new(text, 7);
    let tree = read(text).0;
    let word = tree.words(view, StatementId(0)).nth(1).unwrap();
    let names: Vec<_> = word.variables(view).iter().map(|used| (used.name, used.default)).collect();
    assert_eq!(names, [("Q", None), ("R", Some("d"))]);
}

#[test]
fn arguments_end_at_an_empty_word() {
    let text = "global\na b \"\" c\n";
    let view = View::new(text, 7);
    let words = read(text).0.words(view, StatementId(1));
    assert_eq!(words.clone().count(), 4);
    assert_eq!(words.until_empty().count(), 2);
}

#[test]
fn masked_words_have_no_value() {
    let text = "backend xx\n  server a xxxx\n  xxxxxx a\n";
    let masks = [Span::new(15, 17), Span::new(29, 33), Span::new(36, 42)];
    let view = View { text, base: 7, masks: &masks, arms: &[] };
    let tree = parse(view, &TestVocabulary, &mut Vec::new());
    let value = |id, word| tree.words(view, StatementId(id)).nth(word).unwrap().value(view, &Environment::new());
    assert_eq!((value(0, 1), value(1, 2)), (WordValue::Masked, WordValue::Masked));
    assert_eq!(tree.statements[2].keyword, KeywordId::UNKNOWN);
}

#[test]
fn statements_know_keyword_prefix_and_section() {
    let text = "global\n no log\n default option x\n no\n \"mo\"de\n'backend' b\n mode\n";
    let (tree, diagnostics) = read(text);
    assert_eq!(diagnostics, []);
    let rows: Vec<_> = tree.statements.iter().map(|one| (one.keyword.0, one.prefix(), one.section())).collect();
    let (global, backend) = (Some(StatementId(0)), Some(StatementId(5)));
    let unknown = KeywordId::UNKNOWN.0;
    let expected = [
        (0, Prefix::None, None),
        (11, Prefix::No, global),
        (9, Prefix::Default, global),
        (unknown, Prefix::None, global),
        (7, Prefix::None, global),
        (3, Prefix::None, None),
        (7, Prefix::None, backend),
    ];
    assert_eq!(rows, expected);
    let bodies: Vec<_> = tree.sections().iter().map(|section| section.body.clone()).collect();
    assert_eq!(bodies, [1..5, 6..7]);
}

#[test]
fn comments_are_found_in_gaps() {
    let text = "\u{feff}# one\nglobal # two  \r\n  # three\n log '#' a#four\n\n#";
    let view = View::new(text, 7);
    let comments: Vec<_> =
        read(text).0.comments(view).map(|comment| (view.slice(comment.span), comment.is_trailing)).collect();
    let expected = [("# one", false), ("# two", true), ("# three", false), ("#four", true), ("#", false)];
    assert_eq!(comments, expected);
}

#[test]
fn branches_are_found_by_offset() {
    let text = "a\n.if 1\nb\n.if 0\nc\n.elif 1\nd\n.endif\ne\n.else\nf\n.endif\ng\n";
    let tree = read(text).0;
    let at = |needle: char| {
        let offset = 7 + text.find(&format!("\n{needle}\n")).map_or(0, |at| at + 1) as u32;
        tree.branches_at(offset).collect::<Vec<_>>()
    };
    assert_eq!(
        "abcdefg".chars().map(at).collect::<Vec<_>>(),
        [vec![], vec![0], vec![1, 0], vec![2, 0], vec![0], vec![3], vec![]]
    );
    let view = View::new(text, 7);
    let decisions: Vec<_> = tree.branches.iter().map(|one| tree.decide(view, one, &Facts::default())).collect();
    assert_eq!(decisions, [Decision::True, Decision::False, Decision::True, Decision::False]);
    assert_eq!(
        tree.branches.iter().map(|one| (one.arm, one.first)).collect::<Vec<_>>(),
        [(0, 0), (0, 1), (1, 1), (1, 0)]
    );
}

#[test]
fn nesting_ends_below_a_hundred() {
    let nested = |depth: usize| format!("{}{}", ".if 1\n".repeat(depth), ".endif\n".repeat(depth));
    assert_eq!(kinds(&nested(99)), []);
    assert_eq!(kinds(&nested(100)), [Kind::TooDeep(99)]);
    assert_eq!(kinds(&nested(300)), [Kind::TooDeep(99)]);
}

#[test]
fn conditions_stay_undecided_without_facts() {
    let facts = Facts::default();
    for text in [
        "defined(A)",
        "feature(LUA)",
        "version_atleast(2.4)",
        "openssl_version_atleast(1.1)",
        "streq(\u{fffc},a)",
        "\u{fffc}",
    ] {
        assert_eq!(evaluate(text, &facts), Ok(Decision::Undecided), "{text}");
        assert_eq!(
            evaluate(&format!("{text} && 0"), &facts),
            Ok(if text == "\u{fffc}" { Decision::Undecided } else { Decision::False })
        );
    }
    let facts = Facts { version: Some(Version::line(2, 6)), ..facts };
    assert_eq!(evaluate("version_atleast(2.6.5)", &facts), Ok(Decision::Undecided));
}

#[test]
fn a_byte_order_mark_counts_at_the_start_alone() {
    assert_eq!(kinds("mode http\n\u{feff}\n"), [Kind::OutsideSection]);
    assert_eq!(kinds("\u{feff}global\n"), [Kind::ByteOrderMark]);
}
