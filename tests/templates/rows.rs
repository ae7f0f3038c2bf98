//! What readers see of a template, and what it leaves open.

use lblint::source::{Dialect, Layout, Template};

use super::read;

fn copy(path: &str, text: &str, layout: Layout) -> String {
    Template::read(path, text, layout, 0).unwrap().text
}

#[test]
fn values_become_words_and_tags_blanks() {
    for (layout, text, wanted) in [
        (Layout::Lines, "bind *:{{ port }}\n", "bind *:xxxxxxxxxx\n"),
        (Layout::Lines, "{% if x %}\nmode tcp\n{% endif %}\n", "          \nmode tcp\n           \n"),
        (Layout::Lines, "a {# {{ b }} #} c {% set d = 1 %}\n", "a               c                \n"),
        (Layout::Lines, "{% raw %}a {{ b }}{% endraw %}\n{{ c }}\n", "         a xxxxxxx            \nxxxxxxx\n"),
        (Layout::Lines, "{{ \"}}\" }} x\n", "xxxxxxxxxx x\n"),
        (Layout::Lines, "server a b<% if c %> backup<% end %>\n", "server a b xxxxxxxxxxxxxxxxxxxxxxxxx\n"),
        (
            Layout::Lines,
            "balance {% if a %}source{% else %}uri{% endif %}\n",
            "balance xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n",
        ),
        (Layout::Lines, "server a b\n{{- if c }} backup{{ end }}\n", "server a b  xxxxxxxxxxxxxxxxxxxxxxxxxx\n"),
        (Layout::Terminated, "{{ extra }}\nlisten 80;\n", "xxxxxxxxxx;\nlisten 80;\n"),
        (Layout::Terminated, "{{ range x }}server {{ . }};{{ end }}\n", "             server xxxxxxx;         \n"),
        (Layout::Indented, "a:\n{{- x | nindent 2 }}\nb: 1\n", "a:\n  xxxxxxxxxxxxxxxxxx\nb: 1\n"),
        (Layout::Indented, "a: 1\n{{ x }}\nb: 1\n", "a: 1\nxxxxxx:\nb: 1\n"),
        (Layout::Indented, "- a\n{{ x }}\n- b\n", "- a\n- xxxxx\n- b\n"),
        (Layout::Indented, "a:\n  {{ x }}\n  - b\n", "a:\n  - xxxxx\n  - b\n"),
        (Layout::Indented, "a:\n{{ x }}\n- b\n", "a:\n- xxxxx\n- b\n"),
        (Layout::Indented, "{\"a\": {{ x }}}\n", "{\"a\": 1111111}\n"),
        (Layout::Indented, "[{}{{ ',' if not last }}\n{}]\n", "[{},                    \n{}]\n"),
        (Layout::Indented, "[{}, {{ a | join(',') }}]\n", "[{}, 1111111111111111111]\n"),
    ] {
        // A value needs more than one blank in front where all arms begin with one.
        let found = copy("x", text, layout);
        assert_eq!(found.len(), text.len());
        assert_eq!(found, wanted, "{text}");
    }
}

#[test]
fn remarks_of_jinja_need_no_tags() {
    for (path, text, wanted) in [
        ("x", "{# h #}\nbind {{ a }}\n", "       \nbind xxxxxxx\n"),
        ("x", "{# h\n#}\nbind {{ a }}\n", "    \n  \nbind xxxxxxx\n"),
        ("x", "bind a\n{# lblint: allow(x) y\n#}\n", "bind a\n                     \n  \n"),
        ("x.j2", "bind a\n{# h\n#}\n", "bind a\n    \n  \n"),
        ("x", "location / {# h\n#}\nbind {{ a }}\n", "location / {# h\n#}\nbind xxxxxxx\n"),
    ] {
        assert_eq!(copy(path, text, Layout::Lines), wanted, "{text}");
    }
    assert!(!Template::is("nginx.conf", "location / {# a #}\n}\n"));
}

#[test]
fn a_string_that_ends_a_line_ends_it() {
    let text = "a b\n {%- for s in x -%}\n {{ '\\n' }}  server {{ s }} c\n {%- endfor %}\n";
    let blanks = |count: usize| " ".repeat(count);
    let wanted = format!("a b{}\n{}server xxxxxxx c{}\n", blanks(22), blanks(11), blanks(15));
    assert_eq!(copy("x", text, Layout::Lines), wanted);
}

#[test]
fn values_that_bring_words_are_words_of_their_own() {
    for (layout, text, words, address) in [
        (Layout::Lines, "server a 10.0.0.1:80{{ ' check' if x }}\n", 4, false),
        (Layout::Lines, "server a 10.0.0.1:8{{ x ~ ' check' }}\n", 4, true),
        (Layout::Lines, "server a 10.0.0.1:80<%= x %>\n", 4, true),
        (Layout::Lines, "server a 10.0.0.1:{{ port }}\n", 3, true),
        (Layout::Lines, "server a {{ ip }}:{{ port }}{{ x }}\n", 4, true),
        (Layout::Lines, "server a 10.0.0.1:80{{ x }} check\n", 4, true),
        (Layout::Lines, "use_backend a web:8{{ x }}\n", 3, true),
        (Layout::Terminated, "server 10.0.0.1:80{{ ' weight=2' }};", 3, false),
        (Layout::Terminated, "proxy_pass http://a:80{{ x }};", 2, true),
    ] {
        let template = Template::read("x", text, layout, 0).unwrap();
        assert_eq!(template.text.split_whitespace().count(), words, "{text}");
        let at = ["10.0", "{{ ip", "web:", "http"].iter().find_map(|start| text.find(start)).unwrap() as u32;
        let end = at + template.text[at as usize..].find([' ', ';', '\n']).unwrap() as u32;
        let span = lblint::source::Span::new(at, end);
        assert_eq!(template.masks.iter().any(|mask| mask.overlaps(span)), address, "{text}");
    }
}

#[test]
fn texts_without_pieces_are_no_templates() {
    for text in [
        "log-format \"%{+Q}[src] {%[capture.req.hdr(0)]}\"\n",
        "http-request deny if { path_reg ^/a{2}}$ }\n",
        "# Frontends {{{\nfrontend x\n# }}}\n",
        "local t = {{1, 2}, {3}}\n",
    ] {
        assert!(!Template::is("haproxy.cfg", text), "{text}");
    }
}

#[test]
fn what_jinja_leaves_is_filled_in_by_the_next_engine() {
    let text = "listen a\n  bind :{{ port }}\n{% raw %}{{range gets \"/members/*\"}}  server {{base .Key}} {{.Value}}:80 check\n{{end}}{% endraw %}\n";
    let analysis = read("haproxy.tmpl.j2", text, None);
    assert!(!analysis.units[0].unit.pools[0].completeness.is_complete());
    assert!(analysis.units[0].diagnostics.is_empty(), "{:?}", analysis.units[0].diagnostics);
    let checks: Vec<&str> = analysis.findings.shown.iter().map(|finding| finding.meta.name).collect();
    assert!(!checks.contains(&"no-eligible-target"), "{checks:?}");
}

#[test]
fn what_is_defined_stands_where_it_is_called() {
    let server = "{{ if .ip }}\n  server {{ .ip }};\n{{ else }}\n  server 127.0.0.1 down;\n{{ end }}\n";
    let diagnostics = |open: &str, close: &str| {
        let text = format!(
            "{open}\n{server}{close}\nserver {{\n  listen 80;\n  location / {{ proxy_pass http://web; }}\n}}\n"
        );
        read("nginx.tmpl", &text, Some(Dialect::Nginx)).units[0].diagnostics.len()
    };
    assert_eq!(diagnostics("{{ define \"member\" }}", "{{ end }}"), 0);
    assert_eq!(diagnostics("{{- define \"member\" -}}", "{{- end }}"), 0);
    assert!(diagnostics("", "") > 0);
}

#[test]
fn of_arms_that_open_a_block_alike_the_first_is_read() {
    let text = "{% if a %}\nserver {\n  listen 443 ssl;\n{% else %}\nserver {\n  listen 80;\n{% endif %}\n  server_name x;\n}\n";
    let analysis = read("a.conf.j2", text, Some(Dialect::Nginx));
    assert!(analysis.units[0].diagnostics.is_empty(), "{:?}", analysis.units[0].diagnostics);
    assert_eq!(analysis.units[0].unit.listeners.len(), 1);
}

#[test]
fn lines_that_are_filled_in_leave_a_section_open() {
    let text = "backend a\n  {{ extra }}\n  server s 10.0.0.1:80\nbackend b\n  server s 10.0.0.1:80\n";
    let analysis = read("haproxy.cfg.j2", text, None);
    let unit = &analysis.units[0].unit;
    assert!(!unit.pools[0].completeness.is_complete() && unit.pools[1].completeness.is_complete());
    assert!(unit.settings(unit.pools[0].settings).unwrap().policy.get().is_none());
    assert!(unit.settings(unit.pools[1].settings).unwrap().policy.get().is_some());
}

#[test]
fn a_loop_with_one_written_server_is_not_one_server() {
    let text = "listen a\n  bind :80\n{% for h in groups.web %}\n  server {{ h }} {{ h }}:80 check\n{% endfor %}\n";
    let analysis = read("haproxy.cfg.j2", text, None);
    assert!(!analysis.units[0].unit.pools[0].completeness.is_complete());
    let names: Vec<&str> = analysis.findings.shown.iter().map(|finding| finding.meta.name).collect();
    assert!(!names.contains(&"single-target"), "{names:?}");
}

#[test]
fn servers_of_two_arms_are_no_duplicates() {
    let text =
        "listen a\n  bind :80\n{% if x %}\n  server s 10.0.0.1:80\n{% else %}\n  server s 10.0.0.1:80\n{% endif %}\n";
    let analysis = read("haproxy.cfg.j2", text, None);
    let names: Vec<&str> = analysis.findings.shown.iter().map(|finding| finding.meta.name).collect();
    assert!(!names.iter().any(|name| name.contains("duplicate")), "{names:?}");
}

#[test]
fn what_follows_a_header_that_is_filled_in_belongs_to_no_section() {
    let text =
        "backend a\n  server s 10.0.0.1:80\n{{ kind }} b\n  server s 10.0.0.1:80\nbackend c\n  server s 10.0.0.1:80\n";
    let analysis = read("haproxy.cfg.j2", text, None);
    let unit = &analysis.units[0].unit;
    let counts: Vec<usize> = unit.pools.iter().map(|pool| unit.targets_of(pool).len()).collect();
    assert_eq!(counts, [1, 1]);
    assert!(analysis.units[0].diagnostics.is_empty(), "{:?}", analysis.units[0].diagnostics);
}

#[test]
fn what_all_arms_say_is_known() {
    let arms =
        "{% if x %}\n  balance leastconn\n  retries 2\n{% else %}\n  retries 5\n  balance leastconn\n{% endif %}\n";
    let text = format!("backend a\n{arms}  server s 10.0.0.1:80\n");
    let analysis = read("haproxy.cfg.j2", &text, None);
    let unit = &analysis.units[0].unit;
    let settings = unit.settings(unit.pools[0].settings).unwrap();
    assert_eq!(settings.policy.get().map(|policy| policy.word), Some("leastconn"));
    assert_eq!(settings.retries.why(), Some(lblint::model::Why::Condition));
}

#[test]
fn two_ports_that_are_filled_in_are_not_one() {
    let listener = |name: &str, port: &str| {
        format!("  - name: {name}\n    address: {{ socket_address: {{ address: 0.0.0.0, port_value: {port} }} }}\n")
    };
    let names = |one: &str, other: &str| {
        let text = format!("static_resources:\n  listeners:\n{}{}", listener("a", one), listener("b", other));
        let analysis = read("envoy.yaml.j2", &text, Some(Dialect::Envoy));
        analysis.findings.shown.iter().filter(|finding| finding.meta.name == "conflicting-names").count()
    };
    assert_eq!(names("{{ first }}", "{{ second }}"), 0);
    assert_eq!(names("{{ first }}", "80"), 0);
    assert_eq!(names("80", "80"), 1);
}

/// What stands behind a header belongs to it: equal lines of two sections are no line that all arms hold.
#[test]
fn arms_with_sections_of_any_kind_share_no_lines() {
    let table = std::fs::read_to_string("grammars/haproxy/sections.tsv").unwrap();
    let names: Vec<&str> = table.lines().filter_map(|line| line.split('\t').next()).collect();
    let names = names.iter().filter(|name| name.starts_with(|first: char| first.is_ascii_lowercase()));
    let names: Vec<&&str> = names.filter(|name| **name != "section").collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        let text = format!("{{% if a %}}\n{name} x\n  same 1\n{{% else %}}\n{name} y\n  same 1\n{{% endif %}}\n");
        let seen = copy("a.cfg.j2", &text, Layout::Lines);
        assert_eq!(seen.matches("  same 1\n").count(), 2, "{name}: {seen:?}");
    }
}
