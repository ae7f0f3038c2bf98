//! What stands where: the mounts of units, their contexts and their texts.

use super::{Library, find};
use crate::analysis::{Content, LoadedUnit, Problem};
use crate::grammar::nginx::Grammar;
use crate::source::{Candidate, Dialect, MapReader, Scope, Sources};
use crate::syntax::nginx::Mounts;

/// The mounts of the only unit, as `contexts: first line`, indented by their depth.
fn mounts(files: &[(&str, &str)]) -> Vec<String> {
    let grammar = Grammar::load();
    let (mut sources, mut errors): (Sources, Vec<Problem>) = (Sources::default(), Vec::new());
    let reader = MapReader::new(files.iter().copied());
    let (path, text) = files[0];
    let candidate = Candidate {
        path: path.to_owned(),
        bytes: text.as_bytes().to_vec(),
        dialect: Dialect::Nginx,
        reported: true,
        named: true,
    };
    let scope = Scope::default();
    let mut library = Library::new(&reader, &scope, &grammar, &mut sources, &mut errors);
    let units = find(&mut library, vec![candidate], &[path.to_owned()]).units;
    let [LoadedUnit { content: Content::Nginx(plan), .. }] = units.as_slice() else { panic!("not one unit") };
    describe(&plan.mounts(&sources), &grammar)
}

fn describe(mounts: &Mounts<'_>, grammar: &Grammar) -> Vec<String> {
    let describe = mounts.iter().map(|(id, mount)| {
        let contexts: Vec<&str> = mount.contexts.iter().map(|context| grammar.context_name(context)).collect();
        let first = mount.view.text.lines().next().unwrap_or_default();
        format!("{}{}: {first}", "> ".repeat(mounts.includes(id).count()), contexts.join(","))
    });
    describe.collect()
}

#[test]
fn a_file_stands_in_the_context_of_its_include() {
    let main = "events {}\nhttp { include a; server { include p; location / { include p; } }\n map $uri $x { include m; } }\nstream { include s; }";
    let files = [
        ("nginx.conf", main),
        ("a", "upstream u { include u; }"),
        ("p", "proxy_pass http://x;"),
        ("m", "a b;"),
        ("s", "upstream u { include u; }"),
        ("u", "server a:1;"),
    ];
    let expected = [
        "main: events {}",
        "> http: upstream u { include u; }",
        "> > upstream: server a:1;",
        "> server: proxy_pass http://x;",
        "> location: proxy_pass http://x;",
        "> map: a b;",
        "> stream: upstream u { include u; }",
        "> > stream_upstream: server a:1;",
    ];
    assert_eq!(mounts(&files), expected);
}

#[test]
fn a_fragment_stands_where_it_fits_and_so_do_its_includes() {
    let files = [("a.conf", "server { server_name x; root /; include p; }"), ("p", "root /x;")];
    assert_eq!(mounts(&files), ["http: server { server_name x; root /; include p; }", "> server: root /x;"]);
    let upstream = [("a.conf", "upstream u { include p; }"), ("p", "server a:1;")];
    assert_eq!(
        mounts(&upstream),
        ["http,stream: upstream u { include p; }", "> stream_upstream,upstream: server a:1;"]
    );
}

#[test]
fn the_parts_of_a_dump_are_mounted_where_they_are_included() {
    let dump = "# configuration file /etc/nginx/nginx.conf:\nevents {}\nhttp { include c/*; }\n\n\
        # configuration file /etc/nginx/c/a:\nserver { listen 80; }\n\n";
    assert_eq!(mounts(&[("dump", dump)]), ["main: events {}", "> http: server { listen 80; }"]);
}

#[test]
fn nothing_is_known_of_what_stands_in_an_unknown_block() {
    let files = [("nginx.conf", "events {}\nnew_block { include a; }"), ("a", "x 1;")];
    assert_eq!(mounts(&files), ["main: events {}", "> : x 1;"]);
}
