//! Proof that the `HAProxy` reader splits texts as the program does, loses no byte, and survives every text.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use lblint::diagnostic::{Diagnostic, Kind};
use lblint::source::{Span, View};
use lblint::syntax::haproxy::condition::{self, Decision, Facts, Version, evaluate};
use lblint::syntax::haproxy::{
    Environment, KeywordId, Prefix, Statement, StatementId, StatementKind, Tree, Vocabulary,
    WordValue, parse,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

const SECTIONS: [&str; 7] = [
    "global", "defaults", "frontend", "backend", "listen", "peers", "userlist",
];
const KEYWORDS: [&str; 6] = ["mode", "server", "option", "bind", "log", "maxconn"];

struct TestVocabulary;

impl Vocabulary for TestVocabulary {
    fn is_section(&self, word: &str) -> bool {
        SECTIONS.contains(&word)
    }

    fn keyword(&self, word: &str) -> KeywordId {
        let known = SECTIONS
            .iter()
            .chain(&KEYWORDS)
            .position(|known| *known == word);
        known.map_or(KeywordId::UNKNOWN, |index| KeywordId(index as u16))
    }
}

fn read(text: &str) -> (Tree, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let tree = parse(View::new(text, 7), &TestVocabulary, &mut diagnostics);
    (tree, diagnostics)
}

fn kinds(text: &str) -> Vec<Kind> {
    read(text)
        .1
        .into_iter()
        .map(|diagnostic| diagnostic.kind)
        .collect()
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
    tree.words(view, StatementId(0))
        .map(|word| show(word.value(view, environment)))
        .collect()
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
    let names: Vec<_> = word
        .variables(view)
        .iter()
        .map(|used| (used.name, used.default))
        .collect();
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
    let view = View {
        text,
        base: 7,
        masks: &masks,
    };
    let tree = parse(view, &TestVocabulary, &mut Vec::new());
    let value = |id, word| {
        tree.words(view, StatementId(id))
            .nth(word)
            .unwrap()
            .value(view, &Environment::new())
    };
    assert_eq!(
        (value(0, 1), value(1, 2)),
        (WordValue::Masked, WordValue::Masked)
    );
    assert_eq!(tree.statements[2].keyword, KeywordId::UNKNOWN);
}

#[test]
fn statements_know_keyword_prefix_and_section() {
    let text = "global\n no log\n default option x\n no\n \"mo\"de\n'backend' b\n mode\n";
    let (tree, diagnostics) = read(text);
    assert_eq!(diagnostics, []);
    let rows: Vec<_> = tree
        .statements
        .iter()
        .map(|one| (one.keyword.0, one.prefix(), one.section()))
        .collect();
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
    let bodies: Vec<_> = tree
        .sections()
        .iter()
        .map(|section| section.body.clone())
        .collect();
    assert_eq!(bodies, [1..5, 6..7]);
}

#[test]
fn comments_are_found_in_gaps() {
    let text = "\u{feff}# one\nglobal # two  \r\n  # three\n log '#' a#four\n\n#";
    let view = View::new(text, 7);
    let comments: Vec<_> = read(text)
        .0
        .comments(view)
        .map(|comment| (view.slice(comment.span), comment.is_trailing))
        .collect();
    let expected = [
        ("# one", false),
        ("# two", true),
        ("# three", false),
        ("#four", true),
        ("#", false),
    ];
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
        [
            vec![],
            vec![0],
            vec![1, 0],
            vec![2, 0],
            vec![0],
            vec![3],
            vec![]
        ]
    );
    let view = View::new(text, 7);
    let decisions: Vec<_> = tree
        .branches
        .iter()
        .map(|one| tree.decide(view, one, &Facts::default()))
        .collect();
    assert_eq!(
        decisions,
        [
            Decision::True,
            Decision::False,
            Decision::True,
            Decision::False
        ]
    );
    assert_eq!(
        tree.branches
            .iter()
            .map(|one| (one.arm, one.first))
            .collect::<Vec<_>>(),
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

// --- the real program as judge ---

/// What the program prints about a text, and whether it accepts it; `None` if it is not installed.
fn haproxy(text: &[u8]) -> Option<(bool, String)> {
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let path =
        std::env::temp_dir().join(format!("lblint-syntax-{}-{number}.cfg", std::process::id()));
    std::fs::write(&path, text).unwrap();
    let output = Command::new("haproxy")
        .arg("-c")
        .arg("-f")
        .arg(&path)
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin")
        .output();
    std::fs::remove_file(&path).unwrap();
    let Ok(output) = output else {
        eprintln!("skipped: haproxy is not installed");
        return None;
    };
    Some((
        output.status.success(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    ))
}

/// The values that the program prints for words given to `.notice`, by line.
fn notices(words: &[String]) -> Option<Vec<Option<String>>> {
    let mut text = "global\ndefaults\n mode tcp\n timeout client 1s\n timeout server 1s\n timeout connect 1s\n".to_owned();
    let first = text.lines().count() + 1;
    words
        .iter()
        .for_each(|word| writeln!(text, ".notice {word}").unwrap());
    let printed = haproxy(text.as_bytes())?.1;
    let value = |index: usize| {
        let mark = format!(".cfg:{}]: '", first + index);
        let start = printed.find(&mark)? + mark.len();
        printed
            .get(start..)
            .and_then(|rest| rest.split("'.\n").next())
            .map(str::to_owned)
    };
    Some((0..words.len()).map(value).collect())
}

#[test]
fn live_words_agree_with_the_program() {
    let written: Vec<_> = WORDS
        .iter()
        .map(|(written, _)| (*written).to_owned())
        .collect();
    let Some(printed) = notices(&written) else {
        return;
    };
    for ((written, value), printed) in WORDS.iter().zip(printed) {
        assert_eq!(printed.as_deref(), Some(*value), "{written:?}");
    }
}

#[test]
fn live_random_words_agree_with_the_program() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let one = "[ab$#\\\\\"'{}x4t \\[.-]{1,12}";
    let mut words = Vec::new();
    while words.len() < 2000 {
        let word = one.new_tree(&mut runner).unwrap().current();
        let text = format!(".notice {word}\n");
        let (tree, diagnostics) = read(&text);
        // Lines that are refused or have another number of words have tests of their own.
        let refused = diagnostics
            .iter()
            .any(|found| found.kind != Kind::LineContinuation);
        let view = View::new(&text, 7);
        let uses_variable = tree
            .words(view, StatementId(0))
            .any(|word| !word.variables(view).is_empty());
        if !refused && tree.statements[0].words == 2 && !uses_variable {
            words.push(word);
        }
    }
    let Some(printed) = notices(&words) else {
        return;
    };
    for (word, printed) in words.iter().zip(printed) {
        let own = values(&format!(".notice {word}"), &Environment::new());
        assert_eq!(printed.as_ref(), own.get(1), "{word:?}");
    }
}

#[test]
fn live_defects_agree_with_the_program() {
    let many = |count: usize| format!(" acl {}\n", vec!["w"; count - 1].join(" "));
    let rows: Vec<(String, Option<Kind>, &str)> = vec![
        (
            " maxconn 5".into(),
            Some(Kind::MissingFinalNewline),
            "Missing LF",
        ),
        (" ".into(), Some(Kind::MissingFinalNewline), "Missing LF"),
        (
            "# comment".into(),
            Some(Kind::MissingFinalNewline),
            "Missing LF",
        ),
        (
            " maxconn \"5\n".into(),
            Some(Kind::UnmatchedQuote),
            "unmatched quote",
        ),
        (
            " maxconn '5\n".into(),
            Some(Kind::UnmatchedQuote),
            "unmatched quote",
        ),
        (
            ".if 0\n x 'y\n.endif\n".into(),
            Some(Kind::UnmatchedQuote),
            "unmatched quote",
        ),
        (" x a\\x4\n".into(), Some(Kind::BadEscape), "hexadecimal"),
        (
            " x \"a$\"\n".into(),
            Some(Kind::BadVariable),
            "forbidden first char",
        ),
        (
            " x \"$1\"\n".into(),
            Some(Kind::BadVariable),
            "forbidden first char",
        ),
        (
            " x \"${}\"\n".into(),
            Some(Kind::BadVariable),
            "forbidden first char",
        ),
        (
            " x \"$.FOO\"\n".into(),
            Some(Kind::BadVariable),
            "forbidden first char",
        ),
        (
            " x \"${A\"\n".into(),
            Some(Kind::BadVariable),
            "unmatched brace",
        ),
        (
            " x \"${A:-b}\"\n".into(),
            Some(Kind::BadVariable),
            "unmatched brace",
        ),
        (
            " x \"${A[1]}\"\n".into(),
            Some(Kind::BadVariable),
            "word expansion",
        ),
        (many(64), None, "too many words"),
        (many(65), Some(Kind::TooManyWords(64)), "too many words"),
        (
            " maxconn\0 5\n #\n".into(),
            Some(Kind::NulByte),
            "Stray NUL",
        ),
        ("[scope]\n".into(), None, "scope"),
        ("[scope\n".into(), Some(Kind::BadScope), "scope"),
        ("[a] b\n".into(), Some(Kind::BadScope), "scope"),
        ("[a b]\n".into(), Some(Kind::BadScope), "scope"),
        (
            ".if 1\n".into(),
            Some(Kind::UnclosedBranch),
            "non-terminated",
        ),
        (".endif\n".into(), Some(Kind::UnexpectedBranch), "lone"),
        (".elif 1\n".into(), Some(Kind::UnexpectedBranch), "lone"),
        (".else\n".into(), Some(Kind::UnexpectedBranch), "lone"),
        (
            ".if 1\n.else\n.else\n.endif\n".into(),
            Some(Kind::UnexpectedBranch),
            "not permitted",
        ),
        (
            ".if 1\n.else x\n.endif\n".into(),
            Some(Kind::ExtraPreprocessorWord),
            "Unexpected argument",
        ),
        (
            ".if 1\n.endif x\n".into(),
            Some(Kind::ExtraPreprocessorWord),
            "Unexpected argument",
        ),
        (
            ".notice a b\n".into(),
            Some(Kind::ExtraPreprocessorWord),
            "Unexpected argument",
        ),
        (".notice a \"\" b\n".into(), None, "Unexpected argument"),
        (
            ".nothing\n".into(),
            Some(Kind::UnknownPreprocessorWord),
            "unknown directive",
        ),
        (
            ".if 0\n.nothing\n.endif\n".into(),
            None,
            "unknown directive",
        ),
        (
            ".if foo\n.endif\n".into(),
            Some(Kind::BadCondition(
                "not an integer, a predicate or an expression in parentheses",
            )),
            "unparsable",
        ),
        (
            ".if 0\n.if foo\n.endif\n.endif\n".into(),
            None,
            "unparsable",
        ),
        (".if 1\n.elif foo\n.endif\n".into(), None, "unparsable"),
        (
            format!("{}{}", ".if 1\n".repeat(100), ".endif\n".repeat(100)),
            Some(Kind::TooDeep(99)),
            "too many nested",
        ),
        (
            format!("{}{}", ".if 1\n".repeat(99), ".endif\n".repeat(99)),
            None,
            "too many nested",
        ),
    ];
    for (line, kind, message) in rows {
        let text = format!("global\n{line}");
        assert_eq!(kinds(&text), Vec::from_iter(kind.clone()), "{line:?}");
        let Some((accepted, printed)) = haproxy(text.as_bytes()) else {
            continue;
        };
        assert_eq!(
            printed.contains(message),
            kind.is_some(),
            "{line:?}: {printed}"
        );
        assert!(kind.is_none() || !accepted, "{line:?}");
    }
    assert_eq!(kinds("mode http\n\u{feff}\n"), [Kind::OutsideSection]);
    assert_eq!(kinds("\u{feff}global\n"), [Kind::ByteOrderMark]);
}

#[test]
fn live_conditions_agree_with_the_program() {
    let texts = [
        "",
        "0",
        "1",
        "-1",
        "+2",
        " 5 ",
        "0x10",
        "010",
        "08",
        "0x",
        "1 2",
        "1&&",
        "1 &&",
        "!",
        "! 1",
        "!!0",
        "()",
        "(1)",
        "( 1 ) ",
        "(1",
        "1)",
        "1 || ",
        "0||1",
        "1 && 0 || 1",
        "streq(a,a)",
        "streq(a, a)",
        "streq('a','a')",
        "streq(\"a b\",a b)",
        "streq(a)",
        "streq(a,b,c)",
        "streq()",
        "streq",
        "streq (a,b)",
        "streq(,)",
        "streq(a,",
        "streq(a,a",
        "strneq(a,b)",
        "defined()",
        "defined",
        "feature(OPENSSL)",
        "feature(FOO)",
        "version_atleast(2.6)",
        "version_atleast(2.6-dev3)",
        "version_before(2.7)",
        "version_atleast(abc)",
        "version_atleast()",
        "version_before(3)",
        "version_atleast(2)",
        "foo(a)",
        "foo",
        "1 | 1",
        "1 & 1",
        "1||foo",
        "0&&foo",
        "1 ||| 1",
        "streq(a,a)1",
        "1x",
        "1 !0",
        "(1)(1)",
        "!(1)",
        "! ! 1",
        "!-1",
        "99999999999999999999",
        "streq(a\\,a,a)",
        "streq('a,a')",
        "streq(\"'a\",'a)",
        "streq(a\\ b,a b)",
        "streq(a\\",
        "streq(a'b,ab",
        "1\t&&\t1",
        "version_before(2.6.0)",
        "version_atleast(x.y)",
        "((((1))))",
        "!(0 || (1 && 0))",
        "1 && (0 || streq(a,b)) || !1",
        "streq(a)b,c)",
    ];
    let facts = Facts {
        version: Some(Version { major: 2, minor: 6 }),
        features: Some(&["OPENSSL", "THREAD"]),
        environment: None,
    };
    for text in texts {
        let Ok(output) = Command::new("haproxy").args(["-cc", text]).output() else {
            return eprintln!("skipped: haproxy is not installed");
        };
        let line = format!(".if {text}\n");
        let (view, tree) = (View::new(&line, 7), read(&line).0);
        // `-cc` splits its argument into words first, as for `.if`.
        let joined = tree
            .branches
            .first()
            .map(|branch| condition::text(view, branch.condition, &Environment::new()));
        let own = match joined.map_or(Err("no words"), |text| evaluate(&text, &facts)) {
            Ok(Decision::True) => 0,
            Ok(Decision::False) => 1,
            Ok(Decision::Undecided) => 3,
            Err(_) => 2,
        };
        assert_eq!(Some(own), output.status.code(), "{text:?}");
    }
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
            Ok(if text == "\u{fffc}" {
                Decision::Undecided
            } else {
                Decision::False
            })
        );
    }
    let facts = Facts {
        version: Some(Version { major: 2, minor: 6 }),
        ..facts
    };
    assert_eq!(
        evaluate("version_atleast(2.6.5)", &facts),
        Ok(Decision::Undecided)
    );
}

// --- nothing is lost ---

/// Statements and gaps partition the text, words lie in their statement, and gaps hold nothing that is read.
fn assert_partition(text: &str) {
    let view = View::new(text, 7);
    let (tree, diagnostics) = read(text);
    let mut pieces: Vec<Span> = tree
        .gaps(view)
        .chain(tree.statements.iter().map(|one| one.span))
        .collect();
    pieces.sort();
    assert_eq!(
        pieces
            .iter()
            .map(|piece| view.slice(*piece))
            .collect::<String>(),
        text
    );
    for (id, statement) in tree.iter() {
        assert!(
            !statement.span.is_empty() && (statement.parent == u32::MAX || statement.parent < id.0)
        );
        let words: Vec<_> = tree.words(view, id).collect();
        let expected = if matches!(
            statement.kind(),
            StatementKind::Error | StatementKind::Scope
        ) {
            0
        } else {
            words.len()
        };
        assert_eq!(
            (usize::from(statement.words), words.len()),
            (expected.min(255), expected)
        );
        let mut rest = text.get(statement.span.local(7)).unwrap().to_owned();
        for word in words.iter().rev() {
            assert!(statement.span.encloses(word.span) && !word.text(view).is_empty());
            let local = word.span.local(statement.span.start);
            rest.replace_range(local, "");
            let _ = (word.value(view, &Environment::new()), word.variables(view));
        }
        assert!(
            expected == 0
                || rest
                    .chars()
                    .all(|character| " \t\r\u{b}\u{c}".contains(character)),
            "{rest:?}"
        );
    }
    for comment in tree.comments(view) {
        assert!(view.slice(comment.span).starts_with('#'));
    }
    for diagnostic in diagnostics {
        assert!(
            text.get(diagnostic.span.local(7)).is_some(),
            "{diagnostic:?}"
        );
    }
    for branch in &tree.branches {
        assert!(
            branch.span.start <= branch.span.end
                && branch
                    .parent
                    .is_none_or(|parent| tree.branches[parent as usize].span.encloses(branch.span))
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
    if character.is_ascii_lowercase() {
        character.to_string()
    } else {
        format!("\\{character}")
    }
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

// --- files ---

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let files = walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok);
    files
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

fn fixtures(name: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/syntax/haproxy")
        .join(name);
    let files = files_below(&folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "cfg"));
    files
        .map(|path| {
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                std::fs::read_to_string(&path).unwrap(),
            )
        })
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
            let section = statement
                .section()
                .map_or("-", |id| view.slice(tree.get(id).unwrap().span));
            writeln!(
                shown,
                "{:?} [{section}] {:?}",
                statement.kind(),
                view.slice(statement.span)
            )
            .unwrap();
        }
        for found in diagnostics {
            writeln!(shown, "{:?} at {:?}", found.kind, view.slice(found.span)).unwrap();
        }
        insta::with_settings!({
            snapshot_path => "../fixtures/syntax/haproxy/recover", prepend_module_to_snapshot => false, omit_expression => true
        }, { insta::assert_snapshot!(name, shown) });
    }
}

#[test]
fn real_files_lose_nothing() {
    let given = std::env::var_os("LBLINT_SHARED").map(PathBuf::from);
    let candidates = given
        .into_iter()
        .chain(["../shared", "../../shared"].map(PathBuf::from));
    let Some(corpus) = candidates
        .map(|shared| shared.join("corpus/haproxy"))
        .find(|folder| folder.is_dir())
    else {
        return eprintln!("skipped: ../shared is absent");
    };
    let texts = files_below(&corpus)
        .into_iter()
        .filter_map(|path| std::fs::read(path).ok());
    texts.for_each(|bytes| assert_partition(&String::from_utf8_lossy(&bytes)));
}
