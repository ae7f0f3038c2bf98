//! Every kind of defect: what is complained about and where, by the program too, and what is read after it.

use super::live::{Verdict, nginx};
use super::{complaints, outline};

/// The variant of a kind and its line; `None` if nothing is wrong.
type Complaint = Option<(&'static str, usize)>;

/// A text, our first complaint with its line, and what the program says of that line. Nothing else is wrong with the
/// texts, so that the program gets as far; `None` is what both accept.
const DEFECTS: &[(&str, Complaint, &str)] = &[
    // Terminators.
    ("events {};\n", Some(("UnexpectedTerminator", 1)), "unexpected \";\""),
    ("events {}\nuser root;;\n", Some(("UnexpectedTerminator", 2)), "unexpected \";\""),
    ("events {}\n\n;\n", Some(("UnexpectedTerminator", 3)), "unexpected \";\""),
    ("events {}\n{ }\n", Some(("UnexpectedTerminator", 2)), "unexpected \"{\""),
    ("events {}\n}\n", Some(("UnexpectedTerminator", 2)), "unexpected \"}\""),
    ("events {}}", Some(("UnexpectedTerminator", 1)), "unexpected \"}\""),
    ("events {}\nuser root\n}\n", Some(("MissingTerminator", 3)), "unexpected \"}\""),
    ("events {\nworker_connections 9 }\n", Some(("MissingTerminator", 2)), "unexpected \"}\""),
    ("events {\nworker_connections 9}\n}\n", Some(("MissingTerminator", 3)), "unexpected \"}\""),
    ("events {\nworker_connections \"9\"}\n", Some(("TextAfterQuote", 2)), "unexpected \"}\""),
    // The end of the text.
    ("events {}\nuser root", Some(("UnexpectedEnd", 2)), "unexpected end of file, expecting \";\" or \"}\""),
    ("events {}\nuser root\n\n# x\n", Some(("UnexpectedEnd", 5)), "unexpected end of file, expecting \";\" or \"}\""),
    ("events {\nworker_connections 9", Some(("UnexpectedEnd", 2)), "unexpected end of file, expecting \";\" or \"}\""),
    ("events {}\nuser root\\", Some(("UnexpectedEnd", 2)), "unexpected end of file, expecting \";\" or \"}\""),
    ("events {}\nuser root\\;", Some(("UnexpectedEnd", 2)), "unexpected end of file, expecting \";\" or \"}\""),
    ("events {}\nuser 'root'", Some(("UnexpectedEnd", 2)), "unexpected end of file, expecting \";\" or \"}\""),
    ("events {}\nuser 'root;\n\n", Some(("UnclosedQuote", 4)), "unexpected end of file, expecting \";\" or \"}\""),
    ("events {}\n\"\n", Some(("UnclosedQuote", 3)), "unexpected end of file, expecting \";\" or \"}\""),
    ("events {}\nuser \"root\\\";", Some(("UnclosedQuote", 2)), "unexpected end of file, expecting \";\" or \"}\""),
    ("events {\n", Some(("UnclosedBlock", 2)), "unexpected end of file, expecting \"}\""),
    ("events {", Some(("UnclosedBlock", 1)), "unexpected end of file, expecting \"}\""),
    ("events {}\nhttp {\nserver {\n}\n", Some(("UnclosedBlock", 5)), "unexpected end of file, expecting \"}\""),
    ("events {}\nhttp {\ntypes {\na b;\n", Some(("UnclosedBlock", 5)), "unexpected end of file, expecting \"}\""),
    ("events { # }\n", Some(("UnclosedBlock", 2)), "unexpected end of file, expecting \"}\""),
    ("events { # a\r}\n", Some(("UnclosedBlock", 2)), "unexpected end of file, expecting \"}\""),
    // Quotes.
    ("events {}\nuser \"root\"b;\n", Some(("TextAfterQuote", 2)), "unexpected \"b\""),
    ("events {}\nuser \"root\"\"\";\n", Some(("TextAfterQuote", 2)), "unexpected \"\"\""),
    ("events {}\nuser 'root'\"\";\n", Some(("TextAfterQuote", 2)), "unexpected \"\"\""),
    ("events {}\nuser 'root'#\n;\n", Some(("TextAfterQuote", 2)), "unexpected \"#\""),
    ("events {}\nuser 'root'\\;\n", Some(("TextAfterQuote", 2)), "unexpected \"\\\""),
    ("events {}\nuser 'root'$a;\n", Some(("TextAfterQuote", 2)), "unexpected \"$\""),
    ("events {}\nuser 'root'\u{c};\n", Some(("TextAfterQuote", 2)), "unexpected \"\u{c}\""),
    ("'events'{} \"user\"\troot;\nuser\n", Some(("UnexpectedEnd", 3)), "unexpected end of file"),
    ("events {}\nuser \"root;\nerror_log \"x\";\n", Some(("TextAfterQuote", 3)), "unexpected \"x\""),
    ("events {}\nhttp { server { if ($uri = \"b\") { } } }\n", None, ""),
    // Entries.
    ("events {}\nhttp {\ntypes {\na b;\nserver {\n} } }\n", Some(("BlockAmongEntries", 5)), "unexpected \"{\""),
    ("events {}\nhttp {\ntypes {\na b {\n} } }\n", Some(("BlockAmongEntries", 4)), "unexpected \"{\""),
    ("events {}\nhttp { map $uri $b {\n~^/a{2}$ 1;\n} }\n", Some(("BraceInWord", 3)), "unexpected \"{\""),
    (
        "events {}\nhttp { server {\nlocation ~ ^/a{2}$ {\n} } }\n",
        Some(("BraceInWord", 3)),
        "unknown directive \"2}$\"",
    ),
    (
        "events {}\nhttp { server {\nlocation /{id}/x {\n} } }\n",
        Some(("BraceInWord", 3)),
        "unknown directive \"id}/x\"",
    ),
    ("events {}\nhttp{server{location /{return 403;}}types{a}b c;}}\n", None, ""),
    ("events {}\nhttp { map $uri $b {\n\"~^/a{2}$\" 1;\n} }\n", None, ""),
    ("events {}\nhttp { geo $b {\ndefault 1;\n1.0.0.0/8 2\n} }\n", Some(("MissingTerminator", 5)), "unexpected \"}\""),
    ("events {}\nhttp { split_clients a $b {\n* 2;;\n} }\n", Some(("UnexpectedTerminator", 3)), "unexpected \";\""),
    ("events {}\nhttp { types {\n{\n} } }\n", Some(("UnexpectedTerminator", 3)), "unexpected \"{\""),
    // What is only odd.
    ("\"events\" {}\n", None, ""),
    ("events {\r\n}\r\n", None, ""),
    ("events {} # no line feed", None, ""),
    ("events {}\nhttp { types { a}b c#d \\;e ${f g\"h ''; } }\n", None, ""),
    ("events {}\nhttp { types { a\\{b c\u{c}d; } }\n", None, ""),
    ("events {}\nhttp { types { a b\0c; } }\n", None, ""),
];

#[test]
fn defects_are_found_where_the_program_finds_them() {
    for (text, expected, message) in DEFECTS {
        let first = complaints(text).into_iter().next();
        let own = first.as_ref().map(|(name, line, _)| (name.as_str(), *line));
        assert_eq!(own, *expected, "{text:?}");
        match nginx(text) {
            None => {}
            Some(Verdict::Accepted) => assert_eq!(*expected, None, "{text:?}"),
            Some(Verdict::Refused { line, printed }) => {
                assert_eq!(Some(line), expected.map(|(_, line)| line), "{text:?}: {printed}");
                assert!(printed.contains(message), "{text:?}: {printed}");
            }
        }
    }
}

/// Lua, from the brace that opens it on line 2 to the end of the text, with the module of the distribution.
const LUA_DEFECTS: &[(&str, Complaint)] = &[
    ("return 1} } } }", None),
    ("local a = '}' -- }\n} } } }", None),
    ("--[==[ } ]] ]==] return 1} } } }", None),
    ("local a = \"not closed\n} } } }", None),
    ("x = \"\\\"\\\"\\\n{ } y = 1} } } }", None),
    ("local a = b[c[1]] -- [[ }\n} } } }", None),
    ("{\n} } } }\n", Some(("UnclosedBlock", 4))),
    ("\n", Some(("UnclosedBlock", 2))),
    ("if {\n", Some(("UnclosedBlock", 2))),
    ("\n\n{\n{\n", Some(("UnclosedBlock", 5))),
    ("\n\n{\n{ }\n", Some(("UnclosedBlock", 5))),
    ("\n\n'{\n{' }\n{", Some(("UnclosedBlock", 6))),
    ("\n-- }", Some(("UnclosedBlock", 2))),
    ("\nlocal a = [[ x\n]=]\n} } } }", Some(("UnclosedLongBracket", 3))),
    ("\n\n--[=[ x ]]\n} } } }", Some(("UnclosedLongBracket", 4))),
    ("x } } }", Some(("UnclosedBlock", 2))),
    ("x } } } } }\n", Some(("UnexpectedTerminator", 2))),
];

#[test]
fn lua_defects_are_found_where_the_program_finds_them() {
    for (body, expected) in LUA_DEFECTS {
        let text = format!("events {{}}\nhttp {{ server {{ location / {{ content_by_lua_block {{{body}");
        let first = complaints(&text).into_iter().next();
        assert_eq!(first.as_ref().map(|(name, line, _)| (name.as_str(), *line)), *expected, "{body:?}");
        let Some(verdict) = super::live::nginx_with_lua(&text) else { return };
        match verdict {
            Verdict::Accepted => assert_eq!(*expected, None, "{body:?}"),
            Verdict::Refused { line, printed } => {
                assert_eq!(Some(line), expected.map(|(_, line)| line), "{body:?}: {printed}");
            }
        }
    }
}

/// A defect at a size, and whether it is one.
fn assert_limit(text: &str, refused: bool) {
    let own = complaints(text);
    let names: Vec<_> = own.iter().map(|(name, line, _)| (name.as_str(), *line)).collect();
    let short: String = text.chars().take(40).collect();
    assert_eq!(names.first(), refused.then_some(&("TooLong", 3)), "{short:?} ({})", text.len());
    match nginx(text) {
        None => {}
        Some(Verdict::Accepted) => assert!(!refused, "{short:?} ({})", text.len()),
        Some(Verdict::Refused { line, printed }) => {
            assert!(refused && line == 3 && printed.contains("too long parameter"), "{short:?}: {printed}");
        }
    }
}

#[test]
fn the_buffer_sets_limits() {
    let entry = |before: &str, length: usize, after: &str| {
        format!("events {{}}\nhttp {{ types {{\n{before}{}{after}\n}}\n}}\n", "a".repeat(length))
    };
    let comment = |length: usize, after: &str| format!("events {{}}\n\n#{}{after}", "c".repeat(length));
    for odd in ["", "x ", "xyz\tx #\n\n"] {
        let shift = |text: String| text.replacen("events", &format!("{}events", odd.replace('x', "")), 1);
        if odd.contains('\n') {
            continue;
        }
        for (before, after, most) in [
            ("", " x;", 4094),
            ("", ";", 4095),
            ("x ", ";", 4095),
            ("x ", " ;", 4094),
            ("'", "';", 4094),
            ("\"", "\" x;", 4093),
            ("x '", "' ;", 4093),
            ("x '", "'\n;", 4093),
            ("x ", " # x\n;", 4094),
        ] {
            assert_limit(&shift(entry(before, most, after)), false);
            assert_limit(&shift(entry(before, most + 1, after)), true);
        }
        assert_limit(&shift(comment(4094, "\n")), false);
        assert_limit(&shift(comment(4095, "\n")), true);
        assert_limit(&shift(comment(4095, "")), false);
        assert_limit(&shift(comment(4096, "")), true);
    }
}

#[test]
fn an_unclosed_quote_before_much_text_is_too_long() {
    let text = format!("events {{}}\n\nuser 'root;\n{}", "# a comment\n".repeat(400));
    assert_limit(&text, true);
    assert_eq!(complaints(&text)[0].2, "'root;");
}

#[test]
fn a_byte_order_mark_is_refused() {
    let text = "\u{feff}events {}\n";
    assert_eq!(complaints(text), [("ByteOrderMark".to_owned(), 1, "\u{feff}")]);
    assert_eq!(outline(text)[0].1, "events");
    match super::live::nginx_alone(text) {
        None => {}
        Some(Verdict::Refused { line: 1, printed }) => assert!(printed.contains("unknown directive"), "{printed}"),
        Some(other) => panic!("{other:?}"),
    }
}

/// What is wrong with a text, with the headers of what was read all the same.
fn recovered(text: &str) -> (usize, Vec<String>) {
    let headers = outline(text).into_iter().map(|(kind, header)| format!("{kind:?} {header}"));
    (complaints(text).len(), headers.collect())
}

#[test]
fn reading_goes_on_after_a_defect() {
    let rows: [(&str, usize, &[&str]); 14] = [
        ("a ~ b{2}c{3,}$ {\n d;\n}\ne;\n", 1, &["Error a ~ b{2}c{3,}$", "Error ", "Directive d", "Directive e"]),
        (
            "map a b {\n ~c{2}{3} d;\n e f;\n}\ng;\n",
            1,
            &["Block map a b", "Error ~c{2}{3} d", "Entry e f", "Directive g"],
        ),
        ("a {\n b {\n c d}\n}\ne;\n", 1, &["Block a", "Block b", "Error c d}", "Directive e"]),
        ("a {\n b {\n c $d${e}\n}\n}\nf;\n", 1, &["Block a", "Block b", "Error c $d${e}", "Directive f"]),
        ("a {\n b\n}\nc;\n", 1, &["Block a", "Error b", "Directive c"]),
        ("a; ; b;\n", 1, &["Directive a", "Directive b"]),
        ("a; } b;\n", 1, &["Directive a", "Directive b"]),
        ("a 'b'c d; e;\n", 1, &["Error a 'b'c d", "Directive e"]),
        ("a 'b'c {\n d;\n}\ne;\n", 1, &["Error a 'b'c", "Error ", "Directive d", "Directive e"]),
        ("a 'b;\nc 'd';\ne;\n", 1, &["Error a 'b;", "Directive c 'd'", "Directive e"]),
        ("a 'b;\nc;\n", 1, &["Error a 'b;", "Directive c"]),
        ("a ~ '^/b {\n c;\n}\nd;\n", 1, &["Error a ~ '^/b", "Error ", "Directive c", "Directive d"]),
        ("map a b {\n c d;\n\nserver {\n e;\n}\n", 1, &["Block map a b", "Entry c d", "Block server", "Directive e"]),
        (
            "a {\n b_by_lua_block {\n  { {\n }\n c;\n}\nd;\n",
            1,
            &["Block a", "Error b_by_lua_block {\n  { {\n }", "Directive c", "Directive d"],
        ),
    ];
    for (text, complaints, headers) in rows {
        assert_eq!(recovered(text), (complaints, headers.iter().map(|&one| one.to_owned()).collect()), "{text:?}");
    }
}
