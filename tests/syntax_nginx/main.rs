//! Proof that the nginx reader splits texts as the program does, loses no byte, and survives every text.

// A test fails loudly; the exemption that clippy.toml grants ends at functions marked as tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr)]

mod defects;
mod live;
mod parts;
mod properties;

use lblint::diagnostic::{Diagnostic, Kind};
use lblint::source::{Span, View};
use lblint::syntax::nginx::{
    BlockKind, CustomBlocks, KeywordId, Statement, StatementId, StatementKind, Tree, Vocabulary, WordFlags, WordValue,
    parse,
};

/// Where the texts of the tests begin in the address space.
const BASE: u32 = 7;

fn read(text: &str) -> (Tree, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let tree = parse(View::new(text, BASE), &CustomBlocks, &mut diagnostics);
    (tree, diagnostics)
}

fn local(span: Span) -> (usize, usize) {
    ((span.start - BASE) as usize, (span.end - BASE) as usize)
}

fn slice(text: &str, span: Span) -> &str {
    View::new(text, BASE).slice(span)
}

/// What is wrong with a text: the variant's name, the line as the program counts it, and the text there.
fn complaints(text: &str) -> Vec<(String, usize, &str)> {
    let show = |found: Diagnostic| {
        let name = format!("{:?}", found.kind);
        let name = name.split(['(', ' ']).next().unwrap().to_owned();
        (name, line_of(text, found.span), slice(text, found.span))
    };
    read(text).1.into_iter().map(show).collect()
}

/// The program counts line feeds, and nothing else.
fn line_of(text: &str, span: Span) -> usize {
    text[..local(span).0].matches('\n').count() + 1
}

/// The values of the words of a statement.
fn values_of(text: &str, id: u32) -> Vec<String> {
    let view = View::new(text, BASE);
    let known = |value| match value {
        WordValue::Known(value) => value.into_owned(),
        WordValue::Masked => "masked".to_owned(),
    };
    read(text).0.words(view, StatementId(id)).map(|word| known(word.value(view))).collect()
}

/// Every statement as kind, and text of its header.
fn outline(text: &str) -> Vec<(StatementKind, String)> {
    let (view, tree) = (View::new(text, BASE), read(text).0);
    tree.iter().map(|(id, one)| (one.kind(), view.slice(tree.header(view, id)).to_owned())).collect()
}

#[test]
fn a_statement_takes_sixteen_bytes() {
    assert_eq!(size_of::<Statement>(), 16);
}

/// A first word as written, and what the program sees; each can be asked of the program too.
const WORDS: [(&str, &str); 40] = [
    ("plain", "plain"),
    ("'in quotes'", "in quotes"),
    ("\"in 'double' quotes\"", "in 'double' quotes"),
    ("'in \"single\" quotes'", "in \"single\" quotes"),
    ("\"a;b{c}d#e\"", "a;b{c}d#e"),
    ("a\\\"b", "a\"b"),
    ("a\\'b", "a'b"),
    ("a\\\\b", "a\\b"),
    ("a\\tb", "a\tb"),
    ("\"a\\tb\"", "a\tb"),
    ("'a\\'b'", "a'b"),
    ("'a\\\"b'", "a\"b"),
    ("a\\$b", "a\\$b"),
    ("a\\;b", "a\\;b"),
    ("a\\ b", "a\\ b"),
    ("a\\#b", "a\\#b"),
    ("a\\.b", "a\\.b"),
    ("a\\{b", "a\\{b"),
    ("a\\}b", "a\\}b"),
    ("\\\\", "\\"),
    ("\\\\\\\\t", "\\\\t"),
    ("a#b", "a#b"),
    ("a\"b\"c", "a\"b\"c"),
    ("a'b", "a'b"),
    ("a}b", "a}b"),
    ("a}", "a}"),
    (")a", ")a"),
    ("(a)", "(a)"),
    ("$a", "$a"),
    ("${a}b", "${a}b"),
    ("a${b", "a${b"),
    ("a${{b", "a${{b"),
    ("$", "$"),
    ("\"$\"", "$"),
    ("\\#a", "\\#a"),
    ("a\u{b}b\u{c}c", "a\u{b}b\u{c}c"),
    ("a\u{a0}b", "a\u{a0}b"),
    ("\u{e9}\u{4e16}", "\u{e9}\u{4e16}"),
    ("\\\u{e9}", "\\\u{e9}"),
    ("[a]=b", "[a]=b"),
];

#[test]
fn words_have_the_value_that_the_program_sees() {
    for (written, value) in WORDS {
        assert_eq!(values_of(&format!("{written};"), 0), [value], "{written:?}");
        assert_eq!(values_of(&format!("a {written} b;"), 0), ["a", value, "b"], "{written:?}");
    }
}

#[test]
fn escapes_of_line_ends_mean_them() {
    assert_eq!(values_of("a \\r\\n \"\\r\\n\";", 0), ["a", "\r\n", "\r\n"]);
    assert_eq!(values_of("a 'one\ntwo' b\\\nc;", 0), ["a", "one\ntwo", "b\\\nc"]);
}

#[test]
fn statements_are_split_where_the_program_splits_them() {
    let rows: [(&str, &[&str]); 14] = [
        ("a b\tc\r\nd\re;", &["a", "b", "c", "d", "e"]),
        ("a # b ; {\n c;", &["a", "c"]),
        ("a #b\r still #c\nd;", &["a", "d"]),
        ("a b;c d;", &["a", "b"]),
        ("a \"\" '';", &["a", "", ""]),
        ("'a' b;", &["a", "b"]),
        ("if ($a = \"b\") {}", &["if", "($a", "=", "b", ")"]),
        ("if ($a ~ \"b\")c {}", &["if", "($a", "~", "b", ")c"]),
        ("a 'b'{}", &["a", "b"]),
        ("a b{}", &["a", "b"]),
        ("a $b{c;", &["a", "$b"]),
        ("a ${b} c;", &["a", "${b}", "c"]),
        ("a${var b;", &["a${var", "b"]),
        ("a${b}c}{}", &["a${b}c}"]),
    ];
    for (text, expected) in rows {
        assert_eq!(values_of(text, 0), expected, "{text:?}");
    }
}

#[test]
fn an_escaped_dollar_keeps_no_brace() {
    assert_eq!(outline("a\\${b;}"), [(StatementKind::Block, "a\\$".into()), (StatementKind::Directive, "b".into())]);
    assert_eq!(complaints("a\\${b c;"), complaints("a\\$ {b c;"));
}

#[test]
fn a_brace_in_a_word_opens_a_block() {
    assert_eq!(outline("a b{c;}"), [(StatementKind::Block, "a b".into()), (StatementKind::Directive, "c".into())]);
    let found = complaints("location ~ ^/a{2}$ {\n}\n");
    assert_eq!(found, [("BraceInWord".to_owned(), 1, "^/a{2}$")]);
    assert_eq!(complaints("location ~ \"^/a{2}$\" {\n}\n"), []);
}

#[test]
fn words_tell_what_they_contain() {
    let text = "a 'b' \\c $d \"$\\\"\" e$;";
    let view = View::new(text, BASE);
    let flags: Vec<_> = read(text).0.words(view, StatementId(0)).map(|word| word.flags).collect();
    let (quoted, escaped, variable) = (WordFlags::QUOTED, WordFlags::ESCAPED, WordFlags::VARIABLE);
    let all = quoted.with(escaped).with(variable);
    assert_eq!(flags, [WordFlags::default(), quoted, escaped, variable, all, variable]);
}

#[test]
fn words_tell_their_variables() {
    let text = "a '${one}-$two_2.$$3x' \\$four ${} ${five $ \"${six;\" a$;";
    let view = View::new(text, BASE);
    let tree = read(text).0;
    let found: Vec<_> = tree.words(view, StatementId(0)).flat_map(|word| word.variables(view)).collect();
    let names: Vec<_> = found.iter().map(|used| (used.name, view.slice(used.span))).collect();
    assert_eq!(names, [("one", "${one}"), ("two_2", "$two_2"), ("3", "$3"), ("four", "$four")]);
}

#[test]
fn blocks_know_their_children() {
    let text = "a; b { c; d { e; } f; } g { } h;";
    let (view, tree) = (View::new(text, BASE), read(text).0);
    let names = |ids: Vec<StatementId>| {
        ids.into_iter().map(|id| view.slice(tree.header(view, id))).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(tree.roots().collect()), "a b g h");
    assert_eq!(names(tree.children(StatementId(1)).collect()), "c d f");
    assert_eq!(names(tree.body(StatementId(1)).collect()), "c d e f");
    assert_eq!(names(tree.children(StatementId(3)).collect()), "e");
    assert_eq!(names(tree.children(StatementId(6)).collect()), "");
    assert_eq!(names(tree.children(StatementId(0)).collect()), "");
    assert_eq!(names(tree.body(StatementId(99)).chain(tree.children(StatementId(99))).collect()), "");
    assert_eq!(slice(text, tree.statements[1].span), "b { c; d { e; } f; }");
    assert_eq!(tree.get(StatementId(4)).unwrap().block(), Some(StatementId(3)));
    let at = |offset: usize| tree.statement_at(BASE + offset as u32).map(|id| names(vec![id]));
    assert_eq!(
        [at(0), at(1), at(3), at(14), at(21), at(22), at(50)].map(Option::unwrap_or_default),
        ["a", "", "b", "e", "b", "b", ""].map(String::from)
    );
    let end = |id| tree.terminator(view, StatementId(id)).map(local);
    assert_eq!((end(0), end(1)), (Some((1, 2)), None));
}

#[test]
fn many_siblings_are_found_after_blocks_of_any_size() {
    for size in 0..20 {
        let text = format!("a {{ {} }} b {{ x; }} c;", "x;".repeat(size));
        let (view, tree) = (View::new(&text, BASE), read(&text).0);
        let names: Vec<_> = tree.roots().map(|id| view.slice(tree.header(view, id))).collect();
        assert_eq!(names, ["a", "b", "c"], "{size}");
        assert_eq!(tree.children(StatementId(0)).count(), size);
    }
}

#[test]
fn entries_are_no_directives() {
    let text = "map $a $b { default 1; include x; server; 'a b' \"c;d\"; } types { include y; } map x;";
    let tree = read(text).0;
    let (map, include) = (CustomBlocks.keyword("map"), CustomBlocks.keyword("include"));
    let unknown = KeywordId::UNKNOWN;
    let keywords: Vec<_> = tree.statements.iter().map(|one| one.keyword).collect();
    let types = CustomBlocks.keyword("types");
    assert_eq!(keywords, [map, unknown, include, unknown, unknown, types, include, map]);
    let kinds: String = tree.statements.iter().map(|one| format!("{:?}", one.kind()).remove(0)).collect();
    assert_eq!(kinds, "BEEEEBED");
    assert_eq!(values_of(text, 4), ["a b", "c;d"]);
    for name in ["geo", "split_clients", "charset_map", "match", "geoip2"] {
        assert_eq!(CustomBlocks.block_kind(name), BlockKind::Entries, "{name}");
    }
}

#[test]
fn lua_is_not_read_as_directives() {
    let bodies = [
        "return 1 -- }\n",
        "local a = { b = { } }",
        "local a = '}' .. \"}\" .. '\\'}' .. \"\\\"}\"",
        "local a = [[ } ]] .. [=[ ]] } ]=]",
        "--[[ } \n } ]] --[==[ ]] } ]==]",
        "---[[ }\n",
        "local it = \"don't\" -- don't {\n",
        "local a = b[c[1]] -- [[ }\n",
        "local open = \"never closed\n -- '\n",
        "x = \"\\\"\\\"\\\n{ } y = 1",
    ];
    for body in bodies {
        let text = format!("server {{ content_by_lua_block {{{body}}} a; }}");
        let kinds = outline(&text);
        assert_eq!(complaints(&text), [], "{body:?}");
        assert_eq!(kinds.len(), 3, "{body:?}: {kinds:?}");
        assert_eq!(kinds[1], (StatementKind::Lua, "content_by_lua_block".into()), "{body:?}");
    }
    assert_eq!(values_of("set_by_lua_block $a { return '{' } b;", 0), ["set_by_lua_block", "$a"]);
    assert_eq!(outline("a_by_lua_block x;")[0].0, StatementKind::Directive);
}

#[test]
fn comments_are_found_between_statements_and_words() {
    let text = "\u{feff}# one\na { # two  \r\n  # three\n b 'x#y' # four\n  c\t#five\n ; d#e; } # six\nf_by_lua_block { # 1\n}\n\n#";
    let view = View::new(text, BASE);
    let found: Vec<_> =
        read(text).0.comments(view).map(|comment| (view.slice(comment.span), comment.is_trailing)).collect();
    let expected = [
        ("# one", false),
        ("# two", true),
        ("# three", false),
        ("# four", true),
        ("#five", true),
        ("# six", true),
        ("#", false),
    ];
    assert_eq!(found, expected);
}

#[test]
fn masked_words_have_no_value() {
    let text = "upstream XX { server XXXX:80; XXXXXX a; 'XX'; }";
    let at = |needle: &str| text.match_indices(needle).map(|(at, _)| at as u32 + BASE).collect::<Vec<_>>();
    let mask = |start: u32, length: u32| Span::new(start, start + length);
    let masks = [mask(at("XX ")[0], 2), mask(at("XXXX:")[0], 4), mask(at("XXXXXX")[0], 6), mask(at("'XX'")[0] + 1, 2)];
    let view = View { text, base: BASE, masks: &masks, arms: &[] };
    let mut diagnostics = Vec::new();
    let tree = parse(view, &CustomBlocks, &mut diagnostics);
    let value = |id, word| tree.words(view, StatementId(id)).nth(word).unwrap().value(view);
    assert_eq!([value(0, 1), value(1, 1), value(2, 0), value(3, 0)], [const { WordValue::Masked }; 4]);
    assert_eq!((value(0, 0).known().unwrap().as_ref(), diagnostics.len()), ("upstream", 0));
    assert_eq!(tree.statements[2].keyword, KeywordId::UNKNOWN);
}

#[test]
fn a_template_expression_alone_needs_no_terminator() {
    let rows = [
        ("upstream a {\n  XX\n  server b;\n}\n", 3),
        ("upstream a {\n  server b;\n  XX\n}\n", 3),
        ("upstream a {\n  server XX\n}\n", 2),
        ("XX", 1),
        ("XX\nserver a;\n", 2),
        ("XX {\n}\n", 1),
    ];
    for (text, statements) in rows {
        let start = BASE + text.find("XX").unwrap() as u32;
        let view = View { text, base: BASE, masks: &[Span::new(start, start + 2)], arms: &[] };
        let mut diagnostics = Vec::new();
        let tree = parse(view, &CustomBlocks, &mut diagnostics);
        assert_eq!((diagnostics.as_slice(), tree.statements.len()), (&[] as &[Diagnostic], statements), "{text:?}");
        assert!(tree.statements.iter().all(|one| one.kind() != StatementKind::Error));
    }
}

#[test]
fn carriage_returns_and_missing_newlines_are_fine() {
    for text in ["a b;\r\nc {\r\n  d;\r\n}\r\n", "a b;c {d;}", "", "\n", "# only", "a;\r"] {
        assert_eq!(complaints(text), [], "{text:?}");
    }
}

#[test]
fn nesting_ends_at_a_limit() {
    let nested = |depth: usize| format!("{}{}", "a {\n".repeat(depth), "}\n".repeat(depth));
    assert_eq!(complaints(&nested(256)), []);
    for depth in [257, 300, 100_000] {
        let text = nested(depth);
        let (tree, diagnostics) = read(&text);
        assert_eq!(diagnostics.iter().map(|found| &found.kind).collect::<Vec<_>>(), [&Kind::TooDeep(256)]);
        assert_eq!((tree.statements.len(), tree.statements[256].kind()), (257, StatementKind::Error));
        assert_eq!(local(tree.statements[256].span), (256 * 4, text.len() - 1));
    }
}
