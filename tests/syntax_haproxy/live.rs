//! The installed program as judge: the same words, the same refusals, the same decisions.

use std::fmt::Write as _;
use std::process::Command;

use lblint::diagnostic::Kind;
use lblint::source::Version;
use lblint::source::View;
use lblint::syntax::haproxy::condition::{self, Decision, Facts, evaluate};
use lblint::syntax::haproxy::{Environment, StatementId};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::{WORDS, kinds, read, values};

/// What the program prints about a text, and whether it accepts it; `None` if it is not installed.
fn haproxy(text: &[u8]) -> Option<(bool, String)> {
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("lblint-syntax-{}-{number}.cfg", std::process::id()));
    std::fs::write(&path, text).unwrap();
    let output =
        Command::new("haproxy").arg("-c").arg("-f").arg(&path).env_clear().env("PATH", "/usr/sbin:/usr/bin").output();
    std::fs::remove_file(&path).unwrap();
    let Ok(output) = output else {
        eprintln!("skipped: haproxy is not installed");
        return None;
    };
    Some((output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned()))
}

/// The values that the program prints for words given to `.notice`, by line.
fn notices(words: &[String]) -> Option<Vec<Option<String>>> {
    let mut text =
        "global\ndefaults\n mode tcp\n timeout client 1s\n timeout server 1s\n timeout connect 1s\n".to_owned();
    let first = text.lines().count() + 1;
    for word in words {
        writeln!(text, ".notice {word}").unwrap();
    }
    let printed = haproxy(text.as_bytes())?.1;
    let value = |index: usize| {
        let mark = format!(".cfg:{}]: '", first + index);
        let start = printed.find(&mark)? + mark.len();
        printed.get(start..).and_then(|rest| rest.split("'.\n").next()).map(str::to_owned)
    };
    Some((0..words.len()).map(value).collect())
}

#[test]
fn live_words_agree_with_the_program() {
    let written: Vec<_> = WORDS.iter().map(|(written, _)| (*written).to_owned()).collect();
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
        let refused = diagnostics.iter().any(|found| found.kind != Kind::LineContinuation);
        let view = View::new(&text, 7);
        let uses_variable = tree.words(view, StatementId(0)).any(|word| !word.variables(view).is_empty());
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

/// What follows a first line `global`, what is wrong with it, and what the program prints then, and only then.
const DEFECTS: &[(&str, Option<Kind>, &str)] = &[
    (" maxconn 5", Some(Kind::MissingFinalNewline), "Missing LF"),
    (" ", Some(Kind::MissingFinalNewline), "Missing LF"),
    ("# comment", Some(Kind::MissingFinalNewline), "Missing LF"),
    (" maxconn \"5\n", Some(Kind::UnmatchedQuote), "unmatched quote"),
    (" maxconn '5\n", Some(Kind::UnmatchedQuote), "unmatched quote"),
    (".if 0\n x 'y\n.endif\n", Some(Kind::UnmatchedQuote), "unmatched quote"),
    (" x a\\x4\n", Some(Kind::BadEscape), "hexadecimal"),
    (" x \"a$\"\n", Some(Kind::BadVariable), "forbidden first char"),
    (" x \"$1\"\n", Some(Kind::BadVariable), "forbidden first char"),
    (" x \"${}\"\n", Some(Kind::BadVariable), "forbidden first char"),
    (" x \"$.FOO\"\n", Some(Kind::BadVariable), "forbidden first char"),
    (" x \"${A\"\n", Some(Kind::BadVariable), "unmatched brace"),
    (" x \"${A:-b}\"\n", Some(Kind::BadVariable), "unmatched brace"),
    (" x \"${A[1]}\"\n", Some(Kind::BadVariable), "word expansion"),
    (" maxconn\0 5\n #\n", Some(Kind::NulByte), "Stray NUL"),
    ("[scope]\n", None, "scope"),
    ("[scope\n", Some(Kind::BadScope), "scope"),
    ("[a] b\n", Some(Kind::BadScope), "scope"),
    ("[a b]\n", Some(Kind::BadScope), "scope"),
    (".if 1\n", Some(Kind::UnclosedBranch), "non-terminated"),
    (".endif\n", Some(Kind::UnexpectedBranch), "lone"),
    (".elif 1\n", Some(Kind::UnexpectedBranch), "lone"),
    (".else\n", Some(Kind::UnexpectedBranch), "lone"),
    (".if 1\n.else\n.else\n.endif\n", Some(Kind::UnexpectedBranch), "not permitted"),
    (".if 1\n.else x\n.endif\n", Some(Kind::ExtraPreprocessorWord), "Unexpected argument"),
    (".if 1\n.endif x\n", Some(Kind::ExtraPreprocessorWord), "Unexpected argument"),
    (".notice a b\n", Some(Kind::ExtraPreprocessorWord), "Unexpected argument"),
    (".notice a \"\" b\n", None, "Unexpected argument"),
    (".nothing\n", Some(Kind::UnknownPreprocessorWord), "unknown directive"),
    (".if 0\n.nothing\n.endif\n", None, "unknown directive"),
    (
        ".if foo\n.endif\n",
        Some(Kind::BadCondition("not an integer, a predicate or an expression in parentheses")),
        "unparsable",
    ),
    (".if 0\n.if foo\n.endif\n.endif\n", None, "unparsable"),
    (".if 1\n.elif foo\n.endif\n", None, "unparsable"),
];

/// One row of [`DEFECTS`].
fn assert_defect(line: &str, kind: Option<&Kind>, message: &str) {
    let text = format!("global\n{line}");
    assert_eq!(kinds(&text).iter().collect::<Vec<_>>(), Vec::from_iter(kind), "{line:?}");
    let Some((accepted, printed)) = haproxy(text.as_bytes()) else {
        return;
    };
    assert_eq!(printed.contains(message), kind.is_some(), "{line:?}: {printed}");
    assert!(kind.is_none() || !accepted, "{line:?}");
}

#[test]
fn live_defects_agree_with_the_program() {
    for (line, kind, message) in DEFECTS {
        assert_defect(line, kind.as_ref(), message);
    }
}

#[test]
fn live_limits_agree_with_the_program() {
    let line = |words: usize| format!(" acl {}\n", vec!["w"; words - 1].join(" "));
    assert_defect(&line(64), None, "too many words");
    assert_defect(&line(65), Some(&Kind::TooManyWords(64)), "too many words");
    let nested = |depth: usize| format!("{}{}", ".if 1\n".repeat(depth), ".endif\n".repeat(depth));
    assert_defect(&nested(99), None, "too many nested");
    assert_defect(&nested(100), Some(&Kind::TooDeep(99)), "too many nested");
}

/// Conditions, good and bad, that mean the same in 2.6 wherever it was built with OpenSSL.
const CONDITIONS: &[&str] = &[
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

#[test]
fn live_conditions_agree_with_the_program() {
    let facts = Facts { version: Some(Version::line(2, 6)), features: Some(&["OPENSSL", "THREAD"]), environment: None };
    for text in CONDITIONS {
        let Ok(output) = Command::new("haproxy").args(["-cc", text]).output() else {
            return eprintln!("skipped: haproxy is not installed");
        };
        let line = format!(".if {text}\n");
        let (view, tree) = (View::new(&line, 7), read(&line).0);
        // `-cc` splits its argument into words first, as for `.if`.
        let joined = tree.branches.first().map(|branch| condition::text(view, branch.condition, &Environment::new()));
        let own = match joined.map_or(Err("no words"), |text| evaluate(&text, &facts)) {
            Ok(Decision::True) => 0,
            Ok(Decision::False) => 1,
            Ok(Decision::Undecided) => 3,
            Err(_) => 2,
        };
        assert_eq!(Some(own), output.status.code(), "{text:?}");
    }
}
