//! What the program was found to do: a scalar in a field of each type, and whole texts.

use std::borrow::Cow;

use lblint::source::View;
use lblint::syntax::envoy::{Format, NodeId, NodeKind, Scalar, Tree, values};

use super::{BASE, compact, complaints, read};

/// The type of a field.
#[derive(Clone, Copy, Debug)]
pub(super) enum Field {
    /// A string.
    Text,
    /// A wrapped `uint32`.
    Number,
    /// A `double` from 0 to 100.
    Fraction,
    /// A `bool`.
    Truth,
    /// A duration above 0.
    Duration,
    /// `bytes`.
    Bytes,
    /// An enum.
    Choice,
    /// A message.
    Message,
}

/// A value in a field.
pub(super) struct Row {
    pub(super) field: Field,
    pub(super) value: &'static str,
    pub(super) format: Format,
    pub(super) accepted: bool,
}

/// A whole text.
pub(super) struct Whole {
    pub(super) name: &'static str,
    pub(super) text: &'static str,
    /// The tree, if the row is about it.
    shown: Option<&'static str>,
    /// Nothing is wrong with it as a text.
    is_clean: bool,
    pub(super) format: Format,
    pub(super) accepted: bool,
}

impl Field {
    /// A file with the value in a field of this type.
    pub(super) fn file(self, value: &str, format: Format) -> String {
        let cluster = |rest: String| {
            format!(r#"{{"static_resources": {{"clusters": [{{"name": "a", "connect_timeout": "1s", {rest}}}]}}}}"#)
        };
        let text = match self {
            Self::Text => format!(r#"{{"node": {{"id": {value} }}}}"#),
            Self::Number => cluster(format!(r#""per_connection_buffer_limit_bytes": {value} "#)),
            Self::Fraction => {
                cluster(format!(r#""common_lb_config": {{"healthy_panic_threshold": {{"value": {value} }}}}"#))
            }
            Self::Truth => cluster(format!(r#""ignore_health_on_host_removal": {value} "#)),
            Self::Duration => cluster(format!(r#""dns_refresh_rate": {value} "#)),
            Self::Bytes => format!(
                r#"{{"static_resources": {{"secrets": [{{"name": "a", "generic_secret": {{"secret": {{"inline_bytes": {value} }}}}}}]}}}}"#
            ),
            Self::Choice => cluster(format!(r#""lb_policy": {value} "#)),
            Self::Message => cluster(format!(r#""common_lb_config": {{"healthy_panic_threshold": {value} }}"#)),
        };
        if format == Format::Json { text } else { format!("# YAML in braces\n{text}\n") }
    }

    /// Whether a field of this type takes what the reader makes of the value.
    fn takes(self, value: &Scalar<'_>) -> bool {
        let text = match value {
            Scalar::Null => return true,
            Scalar::Bool(_) => return matches!(self, Self::Truth),
            Scalar::Integer(number) if matches!(self, Self::Number | Self::Fraction | Self::Choice) => {
                Cow::Owned(number.to_string())
            }
            Scalar::Number(number) if matches!(self, Self::Number | Self::Fraction) => Cow::Borrowed(*number),
            Scalar::Integer(_) | Scalar::Number(_) | Scalar::Masked => return false,
            Scalar::Text { value, .. } => value.clone(),
        };
        match self {
            Self::Text => true,
            Self::Number => values::integer(&text).is_some_and(|number| u32::try_from(number).is_ok()),
            Self::Fraction => values::float(&text).is_some_and(|number| (0.0..=100.0).contains(&number)),
            Self::Truth => values::boolean(&text).is_some(),
            Self::Duration => values::duration(&text).is_some_and(|length| length > 0),
            Self::Bytes => values::is_base64(&text),
            Self::Choice => ["1", "ROUND_ROBIN", "LEAST_REQUEST"].iter().any(|name| text.eq_ignore_ascii_case(name)),
            Self::Message => false,
        }
    }
}

/// The value of the last entry, at any depth.
fn last_value(tree: &Tree, id: NodeId) -> NodeId {
    let inner = match tree.kind(id) {
        NodeKind::Mapping => tree.entries(id).last().map(|(_, value)| value),
        NodeKind::Sequence => tree.children(id).last(),
        _ => None,
    };
    inner.map_or(id, |inner| last_value(tree, inner))
}

#[test]
fn fields_take_what_the_program_takes() {
    let mut wrong = Vec::new();
    for row in FIELDS {
        // Lists and mappings are a matter of the schema.
        if row.value.starts_with(['[', '{']) {
            continue;
        }
        let text = row.field.file(row.value, row.format);
        let (view, (tree, diagnostics)) = (View::new(&text, BASE), read(&text, row.format));
        let value = tree.scalar(view, last_value(&tree, tree.root().unwrap()));
        if (diagnostics.is_empty() && row.field.takes(&value)) != row.accepted {
            wrong.push(format!("{:?} {}: {value:?}, accepted: {}", row.field, row.value, row.accepted));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn texts_become_trees() {
    for row in TEXTS {
        let found = complaints(row.text, row.format);
        assert_eq!(found.is_empty(), row.is_clean, "{}: {found:?}", row.name);
        assert!(row.is_clean || !row.accepted, "{}", row.name);
        if let Some(shown) = row.shown {
            assert_eq!(compact(row.text, row.format), shown, "{}", row.name);
        }
    }
}

const fn row(field: Field, format: Format, accepted: bool, value: &'static str) -> Row {
    Row { field, value, format, accepted }
}

/// A value of a field, whether YAML or JSON, and whether the program accepts it.
#[rustfmt::skip]
pub(super) const FIELDS: &[Row] = &[
    row(Field::Text, Format::Yaml, true, "a"),
    row(Field::Text, Format::Yaml, true, "'yes'"),
    row(Field::Text, Format::Yaml, true, "\"yes\""),
    row(Field::Text, Format::Yaml, true, "! yes"),
    row(Field::Text, Format::Yaml, true, "!<!> yes"),
    row(Field::Text, Format::Yaml, true, "tRue"),
    row(Field::Text, Format::Yaml, true, "yES"),
    row(Field::Text, Format::Yaml, true, "oN"),
    row(Field::Text, Format::Yaml, true, "!!str ~"),
    row(Field::Text, Format::Yaml, true, "~"),
    row(Field::Text, Format::Yaml, true, "null"),
    row(Field::Text, Format::Yaml, true, "Null"),
    row(Field::Text, Format::Yaml, true, "NULL"),
    row(Field::Text, Format::Yaml, true, ""),
    row(Field::Text, Format::Yaml, true, "nULL"),
    row(Field::Text, Format::Yaml, true, "'1'"),
    row(Field::Text, Format::Yaml, true, "3000000000"),
    row(Field::Text, Format::Yaml, true, "-2147483649"),
    row(Field::Text, Format::Yaml, true, "0xfffffffff"),
    row(Field::Text, Format::Yaml, true, "9223372036854775808"),
    row(Field::Text, Format::Yaml, true, "08"),
    row(Field::Text, Format::Yaml, true, "0x"),
    row(Field::Text, Format::Yaml, true, "0o17"),
    row(Field::Text, Format::Yaml, true, "1_0"),
    row(Field::Text, Format::Yaml, true, "1e3"),
    row(Field::Text, Format::Yaml, true, "1.0"),
    row(Field::Text, Format::Yaml, true, ".inf"),
    row(Field::Text, Format::Yaml, true, "!!str"),
    row(Field::Text, Format::Yaml, true, "'0x1f'"),
    row(Field::Text, Format::Yaml, true, "a b"),
    row(Field::Text, Format::Yaml, false, "y"),
    row(Field::Text, Format::Yaml, false, "n"),
    row(Field::Text, Format::Yaml, false, "Y"),
    row(Field::Text, Format::Yaml, false, "N"),
    row(Field::Text, Format::Yaml, false, "yes"),
    row(Field::Text, Format::Yaml, false, "no"),
    row(Field::Text, Format::Yaml, false, "Yes"),
    row(Field::Text, Format::Yaml, false, "NO"),
    row(Field::Text, Format::Yaml, false, "on"),
    row(Field::Text, Format::Yaml, false, "off"),
    row(Field::Text, Format::Yaml, false, "ON"),
    row(Field::Text, Format::Yaml, false, "Off"),
    row(Field::Text, Format::Yaml, false, "true"),
    row(Field::Text, Format::Yaml, false, "false"),
    row(Field::Text, Format::Yaml, false, "TRUE"),
    row(Field::Text, Format::Yaml, false, "False"),
    row(Field::Text, Format::Yaml, false, "!!str yes"),
    row(Field::Text, Format::Yaml, false, "!foo no"),
    row(Field::Text, Format::Yaml, false, "!ignore yes"),
    row(Field::Text, Format::Yaml, false, "!!bool 'yes'"),
    row(Field::Text, Format::Yaml, false, "1"),
    row(Field::Text, Format::Yaml, false, "123"),
    row(Field::Text, Format::Yaml, false, "0x1f"),
    row(Field::Text, Format::Yaml, false, "-0x1f"),
    row(Field::Text, Format::Yaml, false, "010"),
    row(Field::Text, Format::Yaml, false, "+5"),
    row(Field::Text, Format::Yaml, false, "2147483647"),
    row(Field::Text, Format::Yaml, false, "-2147483648"),
    row(Field::Text, Format::Yaml, false, "!!str 80"),
    row(Field::Text, Format::Yaml, false, "!!int '80'"),
    row(Field::Text, Format::Yaml, false, "0"),
    row(Field::Text, Format::Yaml, false, "-0"),
    row(Field::Text, Format::Yaml, false, "[a]"),
    row(Field::Text, Format::Yaml, false, "{a: b}"),
    row(Field::Number, Format::Yaml, true, "80"),
    row(Field::Number, Format::Yaml, true, "80.0"),
    row(Field::Number, Format::Yaml, true, "1e2"),
    row(Field::Number, Format::Yaml, true, "+80"),
    row(Field::Number, Format::Yaml, true, "'80'"),
    row(Field::Number, Format::Yaml, true, "'+80'"),
    row(Field::Number, Format::Yaml, true, "'80.0'"),
    row(Field::Number, Format::Yaml, true, "'1e2'"),
    row(Field::Number, Format::Yaml, true, "010"),
    row(Field::Number, Format::Yaml, true, "'010'"),
    row(Field::Number, Format::Yaml, true, "0100000"),
    row(Field::Number, Format::Yaml, true, "0x50"),
    row(Field::Number, Format::Yaml, true, "'0x50'"),
    row(Field::Number, Format::Yaml, true, "80."),
    row(Field::Number, Format::Yaml, true, "'80.'"),
    row(Field::Number, Format::Yaml, true, ".8e2"),
    row(Field::Number, Format::Yaml, true, "1E2"),
    row(Field::Number, Format::Yaml, true, "'800e-1'"),
    row(Field::Number, Format::Yaml, true, "'-0'"),
    row(Field::Number, Format::Yaml, true, "1e+1"),
    row(Field::Number, Format::Yaml, true, "'00080'"),
    row(Field::Number, Format::Yaml, true, "'0x1p3'"),
    row(Field::Number, Format::Yaml, true, "!!str 80"),
    row(Field::Number, Format::Yaml, true, "!!int '80'"),
    row(Field::Number, Format::Yaml, true, "~"),
    row(Field::Number, Format::Yaml, true, "null"),
    row(Field::Number, Format::Yaml, true, ""),
    row(Field::Number, Format::Yaml, true, "4294967295"),
    row(Field::Number, Format::Yaml, true, "{value: 5}"),
    row(Field::Number, Format::Yaml, true, "4294967295.0"),
    row(Field::Number, Format::Yaml, false, "0o17"),
    row(Field::Number, Format::Yaml, false, "0b11"),
    row(Field::Number, Format::Yaml, false, "8_0"),
    row(Field::Number, Format::Yaml, false, "80.5"),
    row(Field::Number, Format::Yaml, false, "'805e-1'"),
    row(Field::Number, Format::Yaml, false, "''"),
    row(Field::Number, Format::Yaml, false, "NaN"),
    row(Field::Number, Format::Yaml, false, "inf"),
    row(Field::Number, Format::Yaml, false, "-1"),
    row(Field::Number, Format::Yaml, false, "'-80'"),
    row(Field::Number, Format::Yaml, false, "'+-80'"),
    row(Field::Number, Format::Yaml, false, "'80f'"),
    row(Field::Number, Format::Yaml, false, "1e400"),
    row(Field::Number, Format::Yaml, false, "yes"),
    row(Field::Number, Format::Yaml, false, "4294967296"),
    row(Field::Number, Format::Yaml, false, "' 80'"),
    row(Field::Number, Format::Yaml, false, "'80 '"),
    row(Field::Number, Format::Yaml, false, "'\\t80'"),
    row(Field::Number, Format::Yaml, false, "'8 0'"),
    row(Field::Number, Format::Yaml, false, "a"),
    row(Field::Number, Format::Yaml, false, "[1, 2]"),
    row(Field::Fraction, Format::Yaml, true, "50"),
    row(Field::Fraction, Format::Yaml, true, "50.5"),
    row(Field::Fraction, Format::Yaml, true, "'50.5'"),
    row(Field::Fraction, Format::Yaml, true, "5e1"),
    row(Field::Fraction, Format::Yaml, true, "'5e1'"),
    row(Field::Fraction, Format::Yaml, true, "+50"),
    row(Field::Fraction, Format::Yaml, true, "'+50'"),
    row(Field::Fraction, Format::Yaml, true, ".5"),
    row(Field::Fraction, Format::Yaml, true, "5."),
    row(Field::Fraction, Format::Yaml, true, "0x10"),
    row(Field::Fraction, Format::Yaml, true, "'0x10'"),
    row(Field::Fraction, Format::Yaml, true, "010"),
    row(Field::Fraction, Format::Yaml, true, "~"),
    row(Field::Fraction, Format::Yaml, true, "1e-400"),
    row(Field::Fraction, Format::Yaml, true, "'-0.0'"),
    row(Field::Fraction, Format::Yaml, true, "'0x1p3'"),
    row(Field::Fraction, Format::Yaml, true, "' 50'"),
    row(Field::Fraction, Format::Yaml, true, "'50 '"),
    row(Field::Fraction, Format::Yaml, false, "''"),
    row(Field::Fraction, Format::Yaml, false, "yes"),
    row(Field::Fraction, Format::Yaml, false, "50f"),
    row(Field::Fraction, Format::Yaml, false, "1_0"),
    row(Field::Fraction, Format::Yaml, false, "NaN"),
    row(Field::Fraction, Format::Yaml, false, "inf"),
    row(Field::Fraction, Format::Yaml, false, "1e400"),
    row(Field::Fraction, Format::Yaml, false, "3000000000"),
    row(Field::Fraction, Format::Yaml, false, "a"),
    row(Field::Truth, Format::Yaml, true, "true"),
    row(Field::Truth, Format::Yaml, true, "'true'"),
    row(Field::Truth, Format::Yaml, true, "tRue"),
    row(Field::Truth, Format::Yaml, true, "TRUE"),
    row(Field::Truth, Format::Yaml, true, "yes"),
    row(Field::Truth, Format::Yaml, true, "'yes'"),
    row(Field::Truth, Format::Yaml, true, "on"),
    row(Field::Truth, Format::Yaml, true, "y"),
    row(Field::Truth, Format::Yaml, true, "'y'"),
    row(Field::Truth, Format::Yaml, true, "'t'"),
    row(Field::Truth, Format::Yaml, true, "'1'"),
    row(Field::Truth, Format::Yaml, true, "'0'"),
    row(Field::Truth, Format::Yaml, true, "'False'"),
    row(Field::Truth, Format::Yaml, true, "'n'"),
    row(Field::Truth, Format::Yaml, true, "off"),
    row(Field::Truth, Format::Yaml, true, "~"),
    row(Field::Truth, Format::Yaml, true, ""),
    row(Field::Truth, Format::Yaml, false, "1"),
    row(Field::Truth, Format::Yaml, false, "0"),
    row(Field::Truth, Format::Yaml, false, "'on'"),
    row(Field::Truth, Format::Yaml, false, "'off'"),
    row(Field::Truth, Format::Yaml, false, "''"),
    row(Field::Truth, Format::Yaml, false, "maybe"),
    row(Field::Truth, Format::Yaml, false, "1.0"),
    row(Field::Truth, Format::Yaml, false, "0x1"),
    row(Field::Duration, Format::Yaml, true, "1s"),
    row(Field::Duration, Format::Yaml, true, "0.25s"),
    row(Field::Duration, Format::Yaml, true, "'1s'"),
    row(Field::Duration, Format::Yaml, true, "1.123456789s"),
    row(Field::Duration, Format::Yaml, true, "01s"),
    row(Field::Duration, Format::Yaml, true, "00.5s"),
    row(Field::Duration, Format::Yaml, true, "{seconds: 1}"),
    row(Field::Duration, Format::Yaml, true, "{seconds: 1, nanos: 5}"),
    row(Field::Duration, Format::Yaml, true, "!!str 1s"),
    row(Field::Duration, Format::Yaml, false, "1"),
    row(Field::Duration, Format::Yaml, false, "'1'"),
    row(Field::Duration, Format::Yaml, false, "0.25"),
    row(Field::Duration, Format::Yaml, false, "250ms"),
    row(Field::Duration, Format::Yaml, false, "1S"),
    row(Field::Duration, Format::Yaml, false, "1.s"),
    row(Field::Duration, Format::Yaml, false, ".5s"),
    row(Field::Duration, Format::Yaml, false, "+1s"),
    row(Field::Duration, Format::Yaml, false, "1e1s"),
    row(Field::Duration, Format::Yaml, false, "1.1234567890s"),
    row(Field::Duration, Format::Yaml, false, "0.0000000001s"),
    row(Field::Duration, Format::Yaml, false, "315576000001s"),
    row(Field::Duration, Format::Yaml, false, "1ss"),
    row(Field::Duration, Format::Yaml, false, "s"),
    row(Field::Duration, Format::Yaml, false, "''"),
    row(Field::Duration, Format::Yaml, false, "0x1s"),
    row(Field::Duration, Format::Yaml, false, "' 1s'"),
    row(Field::Duration, Format::Yaml, false, "0s"),
    row(Field::Duration, Format::Yaml, false, "-1s"),
    row(Field::Duration, Format::Yaml, false, "yes"),
    row(Field::Bytes, Format::Yaml, true, "YQ=="),
    row(Field::Bytes, Format::Yaml, true, "YQ"),
    row(Field::Bytes, Format::Yaml, true, "YWI="),
    row(Field::Bytes, Format::Yaml, true, "YWJj"),
    row(Field::Bytes, Format::Yaml, true, "_-8="),
    row(Field::Bytes, Format::Yaml, true, "+/8="),
    row(Field::Bytes, Format::Yaml, true, "_+8="),
    row(Field::Bytes, Format::Yaml, true, "''"),
    row(Field::Bytes, Format::Yaml, true, "YR=="),
    row(Field::Bytes, Format::Yaml, false, "'YQ==\\n'"),
    row(Field::Bytes, Format::Yaml, false, "YQ="),
    row(Field::Bytes, Format::Yaml, false, "YQ==="),
    row(Field::Bytes, Format::Yaml, false, "'é'"),
    row(Field::Bytes, Format::Yaml, false, "YW=I"),
    row(Field::Bytes, Format::Yaml, false, "'='"),
    row(Field::Bytes, Format::Yaml, false, "'===='"),
    row(Field::Bytes, Format::Yaml, false, "'YQ==YQ=='"),
    row(Field::Bytes, Format::Yaml, false, "'YW Jj'"),
    row(Field::Bytes, Format::Yaml, false, "'Y'"),
    row(Field::Bytes, Format::Yaml, false, "y"),
    row(Field::Bytes, Format::Yaml, false, "5"),
    row(Field::Choice, Format::Yaml, true, "ROUND_ROBIN"),
    row(Field::Choice, Format::Yaml, true, "round_robin"),
    row(Field::Choice, Format::Yaml, true, "Round_Robin"),
    row(Field::Choice, Format::Yaml, true, "1"),
    row(Field::Choice, Format::Yaml, true, "'LEAST_REQUEST'"),
    row(Field::Choice, Format::Yaml, true, "~"),
    row(Field::Choice, Format::Yaml, false, "round-robin"),
    row(Field::Choice, Format::Yaml, false, "ROUNDROBIN"),
    row(Field::Choice, Format::Yaml, false, "99"),
    row(Field::Choice, Format::Yaml, false, "yes"),
    row(Field::Message, Format::Yaml, true, "{value: 50}"),
    row(Field::Message, Format::Yaml, true, "~"),
    row(Field::Message, Format::Yaml, true, ""),
    row(Field::Message, Format::Yaml, false, "50"),
    row(Field::Message, Format::Yaml, false, "'50'"),
    row(Field::Message, Format::Yaml, false, "yes"),
    row(Field::Text, Format::Json, true, "\"a\""),
    row(Field::Text, Format::Json, true, "'a'"),
    row(Field::Text, Format::Json, true, "\"a\\nb\""),
    row(Field::Text, Format::Json, true, "\"\\u00e9\\/\\'\""),
    row(Field::Text, Format::Json, true, "\"\\ud83d\\ude00\""),
    row(Field::Text, Format::Json, true, "null"),
    row(Field::Text, Format::Json, true, "\"a\nb\""),
    row(Field::Text, Format::Json, true, "\"true\""),
    row(Field::Text, Format::Json, false, "1"),
    row(Field::Text, Format::Json, false, "true"),
    row(Field::Text, Format::Json, false, "a"),
    row(Field::Text, Format::Json, false, "1.5"),
    row(Field::Text, Format::Json, false, "3000000000"),
    row(Field::Text, Format::Json, false, "\"\\q\""),
    row(Field::Text, Format::Json, false, "\"\\ud83d\""),
    row(Field::Text, Format::Json, false, "\"\\ud83dx\""),
    row(Field::Text, Format::Json, false, "\"\\u12\""),
    row(Field::Text, Format::Json, false, "TRUE"),
    row(Field::Text, Format::Json, false, "[1]"),
    row(Field::Number, Format::Json, true, "80"),
    row(Field::Number, Format::Json, true, "80.0"),
    row(Field::Number, Format::Json, true, "1e2"),
    row(Field::Number, Format::Json, true, "\"80\""),
    row(Field::Number, Format::Json, true, "'80'"),
    row(Field::Number, Format::Json, true, "\"0x50\""),
    row(Field::Number, Format::Json, true, "\"+80\""),
    row(Field::Number, Format::Json, true, "null"),
    row(Field::Number, Format::Json, true, "-0"),
    row(Field::Number, Format::Json, true, "8e1"),
    row(Field::Number, Format::Json, false, "010"),
    row(Field::Number, Format::Json, false, "+80"),
    row(Field::Number, Format::Json, false, "0x50"),
    row(Field::Number, Format::Json, false, "1."),
    row(Field::Number, Format::Json, false, ".5"),
    row(Field::Number, Format::Json, false, "80.5"),
    row(Field::Number, Format::Json, false, "true"),
    row(Field::Number, Format::Json, false, "\"\""),
    row(Field::Number, Format::Json, false, "-1"),
    row(Field::Number, Format::Json, false, "4294967296"),
    row(Field::Number, Format::Json, false, "1e"),
    row(Field::Number, Format::Json, false, "--1"),
    row(Field::Number, Format::Json, false, "NaN"),
    row(Field::Number, Format::Json, false, "1_0"),
    row(Field::Truth, Format::Json, true, "true"),
    row(Field::Truth, Format::Json, true, "false"),
    row(Field::Truth, Format::Json, true, "\"true\""),
    row(Field::Truth, Format::Json, true, "\"1\""),
    row(Field::Truth, Format::Json, true, "\"Y\""),
    row(Field::Truth, Format::Json, true, "null"),
    row(Field::Truth, Format::Json, false, "1"),
    row(Field::Truth, Format::Json, false, "0"),
    row(Field::Truth, Format::Json, false, "\"on\""),
    row(Field::Truth, Format::Json, false, "TRUE"),
    row(Field::Truth, Format::Json, false, "yes"),
    row(Field::Duration, Format::Json, true, "\"1s\""),
    row(Field::Duration, Format::Json, true, "{\"seconds\": 1}"),
    row(Field::Duration, Format::Json, true, "{\"seconds\": \"1\"}"),
    row(Field::Duration, Format::Json, false, "1"),
    row(Field::Duration, Format::Json, false, "\"1\""),
];

/// Whole texts.
#[rustfmt::skip]
pub(super) const TEXTS: &[Whole] = &[
    Whole { name: "an object where a list is expected", text: "static_resources:\n  clusters: {name: a, connect_timeout: 1s}\n", shown: Some("{\"static_resources\" {\"clusters\" {\"name\" \"a\" \"connect_timeout\" \"1s\" } } }"), is_clean: true, format: Format::Yaml, accepted: true },
    Whole { name: "names in both spellings", text: "staticResources: {clusters: [{name: a, connectTimeout: 1s}]}\n", shown: Some("{\"staticResources\" {\"clusters\" [{\"name\" \"a\" \"connectTimeout\" \"1s\" } ] } }"), is_clean: true, format: Format::Yaml, accepted: true },
    Whole { name: "a duplicate key: the last wins, the first is not looked at", text: "node: {id: [1], id: a}\n", shown: Some("{\"node\" {\"id\" [\"1\" ] \"id\" \"a\" } }"), is_clean: true, format: Format::Yaml, accepted: true },
    Whole { name: "the same field in both spellings", text: "admin: {access_log_path: /dev/null, accessLogPath: /dev/null}\n", shown: Some("{\"admin\" {\"access_log_path\" \"/dev/null\" \"accessLogPath\" \"/dev/null\" } }"), is_clean: true, format: Format::Yaml, accepted: true },
    Whole { name: "a duplicate key in JSON", text: "{\"node\": {\"id\": \"a\", \"id\": \"b\"}}", shown: Some("{\"node\" {\"id\" \"a\" \"id\" \"b\" } }"), is_clean: true, format: Format::Json, accepted: true },
    Whole { name: "a merge key is an ordinary key", text: "node: {<<: {id: a}}\n", shown: Some("{\"node\" {\"<<\" {\"id\" \"a\" } } }"), is_clean: true, format: Format::Yaml, accepted: false },
    Whole { name: "an anchor and its alias", text: "node: {id: &a x, cluster: *a}\n", shown: Some("{\"node\" {\"id\" \"x\" \"cluster\" *14 } }"), is_clean: true, format: Format::Yaml, accepted: true },
    Whole { name: "an anchor at the top is an unknown field", text: "x: &a value\nnode: {id: *a}\n", shown: Some("{\"x\" \"value\" \"node\" {\"id\" *6 } }"), is_clean: true, format: Format::Yaml, accepted: false },
    Whole { name: "an ignored key may hold anchors", text: "!ignore x: &a value\nnode: {id: *a}\n", shown: Some("{\"x\" \"value\" \"node\" {\"id\" *14 } }"), is_clean: true, format: Format::Yaml, accepted: true },
    Whole { name: "an alias before its anchor", text: "node: {id: *a, cluster: &a x}\n", shown: Some("{\"node\" {\"id\" !\"*a\" \"cluster\" \"x\" } }"), is_clean: false, format: Format::Yaml, accepted: false },
    Whole { name: "an alias inside its own anchor", text: "x: &a [*a]\n", shown: Some("{\"x\" [*7 ] }"), is_clean: false, format: Format::Yaml, accepted: false },
    Whole { name: "keys are texts whatever they look like", text: "node: {metadata: {yes: 1, 1: 2, ~: 3, 0x1f: 4}}\n", shown: Some("{\"node\" {\"metadata\" {\"yes\" \"1\" \"1\" \"2\" \"~\" \"3\" \"0x1f\" \"4\" } } }"), is_clean: true, format: Format::Yaml, accepted: true },
    Whole { name: "a list as a key", text: "node: {[a]: b}\n", shown: Some("{\"node\" {[\"a\" ] \"b\" } }"), is_clean: false, format: Format::Yaml, accepted: false },
    Whole { name: "a template", text: "node: {{ .Values.node }}\n", shown: Some("{\"node\" {{\".Values.node\" \"\" } \"\" } }"), is_clean: false, format: Format::Yaml, accepted: false },
    Whole { name: "more than one document", text: "node: {id: a}\n---\nunknown: 1\n", shown: Some("{\"node\" {\"id\" \"a\" } } {\"unknown\" \"1\" }"), is_clean: true, format: Format::Yaml, accepted: true },
    Whole { name: "a leading marker", text: "---\nnode: {id: a}\n", shown: Some("{\"node\" {\"id\" \"a\" } }"), is_clean: true, format: Format::Yaml, accepted: true },
    Whole { name: "a byte order mark and carriage returns", text: "\u{feff}node:\r\n  id: a\r\n", shown: Some("{\"node\" {\"id\" \"a\" } }"), is_clean: true, format: Format::Yaml, accepted: true },
    Whole { name: "a byte order mark in JSON", text: "\u{feff}{\"node\": {}}", shown: Some("{\"node\" {} }"), is_clean: false, format: Format::Json, accepted: false },
    Whole { name: "a tab as indentation", text: "node:\n\tid: a\n", shown: Some("{\"node\" \"\" !\"id: a\" \"\" }"), is_clean: false, format: Format::Yaml, accepted: false },
    Whole { name: "a tab between words", text: "node:\n  id:\ta\n", shown: Some("{\"node\" {\"id\" \"a\" } }"), is_clean: true, format: Format::Yaml, accepted: true },
    Whole { name: "an empty file", text: "", shown: Some(""), is_clean: true, format: Format::Yaml, accepted: false },
    Whole { name: "only a comment", text: "# nothing\n", shown: Some(""), is_clean: true, format: Format::Yaml, accepted: false },
    Whole { name: "an empty mapping", text: "{}\n", shown: Some("{}"), is_clean: true, format: Format::Yaml, accepted: true },
    Whole { name: "a list at the root", text: "- a\n", shown: Some("[\"a\" ]"), is_clean: true, format: Format::Yaml, accepted: false },
    Whole { name: "an empty value", text: "static_resources:\n  clusters:\n  - name: a\n    connect_timeout: 1s\n    health_checks:\n", shown: Some("{\"static_resources\" {\"clusters\" [{\"name\" \"a\" \"connect_timeout\" \"1s\" \"health_checks\" \"\" } ] } }"), is_clean: true, format: Format::Yaml, accepted: true },
    Whole { name: "a control character in a word", text: "node: {id: a\0b}\n", shown: Some("{\"node\" {\"id\" \"a\\0b\" } }"), is_clean: true, format: Format::Yaml, accepted: true },
    Whole { name: "a colon in a plain text", text: "node:\n  id: a: b\n", shown: Some("{\"node\" {\"id\" !\"a: b\" } }"), is_clean: false, format: Format::Yaml, accepted: false },
    Whole { name: "a text that begins with an indicator", text: "node:\n  id: @a\n", shown: Some("{\"node\" {\"id\" !\"@a\" } }"), is_clean: false, format: Format::Yaml, accepted: false },
    Whole { name: "text behind a closing quote", text: "node:\n  id: \"a\" b\n", shown: Some("{\"node\" {\"id\" !\"\\\"a\\\" b\" } }"), is_clean: false, format: Format::Yaml, accepted: false },
    Whole { name: "a closing bracket too much", text: "node:\n  id: ]\n", shown: Some("{\"node\" {\"id\" !\"]\" } }"), is_clean: false, format: Format::Yaml, accepted: false },
    Whole { name: "a bracket that is never closed", text: "node: {id: a\nadmin: {}\n", shown: Some("{\"node\" !\"{id: a\" \"admin\" {} }"), is_clean: false, format: Format::Yaml, accepted: false },
    Whole { name: "a quote that is never closed", text: "node: {id: \"a}\nadmin: {}\n", shown: Some("{\"node\" !\"{id: \\\"a}\" \"admin\" {} }"), is_clean: false, format: Format::Yaml, accepted: false },
    Whole { name: "an item among entries", text: "node:\n  id: a\n- b\n", shown: None, is_clean: false, format: Format::Yaml, accepted: false },
    Whole { name: "indentation between two levels", text: "node:\n    id: a\n  cluster: b\n", shown: None, is_clean: false, format: Format::Yaml, accepted: false },
    Whole { name: "a key without a colon", text: "node:\n  id: a\n  cluster\n  user_agent_name: b\n", shown: None, is_clean: false, format: Format::Yaml, accepted: false },
    Whole { name: "texts over several lines", text: "node:\n  id: a\n   b\n  cluster: \"c\\\n    d\"\n  user_agent_name: >-\n    e\n    f\n", shown: Some("{\"node\" {\"id\" \"a b\" \"cluster\" \"cd\" \"user_agent_name\" \"e f\" } }"), is_clean: true, format: Format::Yaml, accepted: true },
    Whole { name: "JSON in YAML", text: "{\"node\": {\"id\": \"a\"},}", shown: Some("{\"node\" {\"id\" \"a\" } }"), is_clean: true, format: Format::Yaml, accepted: true },
    Whole { name: "a comma before a closing bracket in JSON", text: "{\"node\": {\"id\": \"a\",},}", shown: Some("{\"node\" {\"id\" \"a\" } }"), is_clean: true, format: Format::Json, accepted: true },
    Whole { name: "single quotes in JSON", text: "{'node': {'id': 'a'}}", shown: Some("{\"node\" {\"id\" \"a\" } }"), is_clean: true, format: Format::Json, accepted: true },
    Whole { name: "keys without quotes in JSON", text: "{node: {id: \"a\"}}", shown: Some("{\"node\" {\"id\" \"a\" } }"), is_clean: true, format: Format::Json, accepted: true },
    Whole { name: "a comment in JSON", text: "{\"node\": {\"id\": \"a\"}} // x\n", shown: Some("{\"node\" {\"id\" \"a\" } }"), is_clean: false, format: Format::Json, accepted: false },
    Whole { name: "a comment inside JSON", text: "{\"node\": /* x */ {\"id\": \"a\"}}", shown: Some("{\"node\" {\"id\" \"a\" } }"), is_clean: false, format: Format::Json, accepted: false },
    Whole { name: "YAML in JSON", text: "node:\n  id: a\n", shown: None, is_clean: false, format: Format::Json, accepted: false },
    Whole { name: "two commas in JSON", text: "{\"node\": {},,}", shown: Some("{\"node\" {} }"), is_clean: false, format: Format::Json, accepted: false },
    Whole { name: "a missing comma in JSON", text: "{\"node\": {} \"admin\": {}}", shown: Some("{\"node\" {} \"admin\" {} }"), is_clean: false, format: Format::Json, accepted: false },
    Whole { name: "a missing value in JSON", text: "{\"node\": , \"admin\": {}}", shown: Some("{\"node\" !\"\" \"admin\" {} }"), is_clean: false, format: Format::Json, accepted: false },
    Whole { name: "something behind JSON", text: "{\"node\": {}} x", shown: Some("{\"node\" {} } !\"x\""), is_clean: false, format: Format::Json, accepted: false },
    Whole { name: "a key with a dash in JSON", text: "{\"node\": {a-b: \"a\"}}", shown: Some("{\"node\" {!\"a-b\" \"a\" } }"), is_clean: false, format: Format::Json, accepted: false },
    Whole { name: "an open bracket in JSON", text: "{\"node\": {\"id\": \"a\"}", shown: Some("{\"node\" {\"id\" \"a\" } }"), is_clean: false, format: Format::Json, accepted: false },
    Whole { name: "an empty file of JSON", text: "", shown: Some(""), is_clean: true, format: Format::Json, accepted: false },
];
