//! Anything at all between the marks of engines: the copy keeps the length and what is not filled in, and nothing panics.

use lblint::source::{Dialect, Layout, Template};
use proptest::prelude::*;

use super::read;

const LAYOUTS: [Layout; 3] = [Layout::Lines, Layout::Terminated, Layout::Indented];

/// Pieces that open and close in any order, some of them broken, and statements of all dialects.
const PARTS: [&str; 44] = [
    "{{ a }}",
    "{{- a -}}",
    "{% if a %}",
    "{%- if a -%}",
    "{% else %}",
    "{% elif b %}",
    "{% endif %}",
    "{% for a in b %}",
    "{% endfor %}",
    "{# a #}",
    "{% raw %}",
    "{% endraw %}",
    "{% set a %}",
    "{% endset %}",
    "{{ if a }}",
    "{{ range a }}",
    "{{ else }}",
    "{{ end }}",
    "{{- end }}",
    "{{/* a */}}",
    "<% if a %>",
    "<%= a -%>",
    "<% end %>",
    "<%- a.each do |b| -%>",
    "<% } else { %>",
    "{{",
    "}}",
    "{%",
    "<%",
    "%>",
    "$NAME",
    "${NAME:-1}",
    "\n",
    "\n  ",
    " ",
    "\"",
    "'",
    "{",
    "}",
    "; ",
    "backend a\n  server a 10.0.0.1:80 check",
    "upstream a { server 10.0.0.1; }",
    "static_resources:\n  clusters:\n  - name: a\n    connect_timeout: 1s\n",
    "- é: [1, {a: 2}]",
];

/// Whole pieces that take nothing around them away, and statements whose brackets match.
const CALM: [&str; 16] = [
    "{{ a }}",
    "{% if a %}",
    "{% else %}",
    "{% endif %}",
    "{% for a in b %}",
    "{% endfor %}",
    "{# a\n b #}",
    "\n",
    "\n  ",
    " ",
    "server a",
    "name: x",
    "- é",
    "listen 80;",
    "upstream a { server b; }\n",
    "bind :80\n",
];

fn any_text() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![4 => prop::sample::select(&PARTS[..]).prop_map(str::to_owned), 1 => "\\PC{0,4}"],
        0..40,
    )
    .prop_map(|parts| parts.concat())
}

/// Whether what stands between the tags around a place on its line stands elsewhere, too: what all arms of a condition hold
/// is read once. The place may lie within a character.
fn stands_twice(text: &str, at: usize) -> bool {
    let at = (0..=at).rfind(|&at| text.is_char_boundary(at)).unwrap_or_default();
    let (before, behind) = text.split_at(at);
    let first = before.rfind(['}', '\n']).map_or(0, |end| end + 1);
    let last = behind.find(['{', '\n']).map_or(text.len(), |length| at + length);
    let line = text[first..last].trim();
    !line.is_empty() && text.matches(line).count() > 1
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_copy_is_as_long_as_the_text(text in any_text()) {
        for layout in LAYOUTS {
            let Some(template) = Template::read("a.tmpl", &text, layout, 0) else { continue };
            prop_assert_eq!(template.text.len(), text.len());
            prop_assert!(template.masks.windows(2).all(|pair| pair[0].end <= pair[1].start));
            prop_assert!(template.arms.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start));
            for (at, arm) in template.arms.iter().enumerate() {
                prop_assert!(arm.parent.is_none_or(|parent| (parent as usize) < at));
            }
        }
    }

    #[test]
    fn what_is_not_filled_in_stays(parts in prop::collection::vec(prop::sample::select(&CALM[..]), 0..30)) {
        let text = parts.concat();
        for layout in LAYOUTS {
            let Some(template) = Template::read("a", &text, layout, 0) else { continue };
            let pieces = || template.masks.iter().chain(&template.pieces);
            for (at, (before, after)) in text.bytes().zip(template.text.bytes()).enumerate() {
                let is_filled_in = || pieces().any(|span| span.contains(at as u32));
                let is_told_once = || layout == Layout::Lines && after == b' ' && stands_twice(&text, at);
                let is_meant = before == after || is_filled_in() || is_told_once();
                prop_assert!(is_meant, "{layout:?} {at} {text:?} {:?}", template.text);
            }
        }
    }

    #[test]
    fn nothing_panics(text in any_text()) {
        for (name, dialect) in [("a.tmpl", Dialect::Haproxy), ("a.j2", Dialect::Nginx), ("a.yaml.tpl", Dialect::Envoy)] {
            let _ = read(name, &text, Some(dialect));
        }
        let _ = read("a.j2", &text, None);
    }
}
