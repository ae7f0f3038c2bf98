//! The output of `nginx -T` is split into its files.

use lblint::source::View;
use lblint::syntax::nginx::dump_parts;

use super::{BASE, slice};

fn parts(text: &str) -> Vec<(&str, &str)> {
    let parts = dump_parts(View::new(text, BASE));
    parts.into_iter().map(|(path, range)| (slice(text, path), slice(text, range))).collect()
}

#[test]
fn a_dump_is_split_at_its_marks() {
    let text = "nginx: the configuration file /n.conf syntax is ok\n\
        2026/01/02 03:04:05 [warn] 1#1: something\n\n\
        # configuration file /etc/nginx/nginx.conf:\nevents {}\n\n\
        # configuration file /etc/nginx/a b.conf:\nno newline\n\
        # configuration file /etc/nginx/empty.conf:\n\n\
        # configuration file /etc/nginx/c:d.conf:\r\nx;\r\n\r\n";
    let expected = [
        ("/etc/nginx/nginx.conf", "events {}\n"),
        ("/etc/nginx/a b.conf", "no newline"),
        ("/etc/nginx/empty.conf", ""),
        ("/etc/nginx/c:d.conf", "x;\r\n"),
    ];
    assert_eq!(parts(text), expected);
}

#[test]
fn other_texts_have_no_parts() {
    let rows = [
        "",
        "events {}\n# configuration file /a:\nb;\n",
        "# configuration file of ours\nevents {}\n",
        "# comment\n# configuration file /a:\n",
        " # configuration file /a:\n",
        "# configuration file :\n",
    ];
    for text in rows {
        assert_eq!(parts(text), [], "{text:?}");
    }
    assert_eq!(parts("# configuration file a:"), [("a", "")]);
}
