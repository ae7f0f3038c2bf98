//! What tells nginx's language from others: directives that fit into one context, and hardly anything else.

use super::embedding::{embeds_another, statements};
use crate::analysis::grammars::Grammars;
use crate::source::View;
use crate::syntax::nginx::{Tally, dump_parts, fit, is_telling, parse};

/// How much of a text must already look like nginx before all of it is read, in bytes.
const GLANCE: usize = 4096;

/// At least two directives that a context has, one of them of a name that other languages do not use.
pub(super) fn is_nginx(text: &str, grammars: &Grammars) -> bool {
    if text.starts_with("#!") {
        return false;
    }
    let text = statements(first_file(text));
    let glance = beginning(text);
    if !glance.split(['\n', ';', '{', '}']).any(is_telling_statement) {
        return false;
    }
    let seen = tally(glance, grammars);
    if seen.telling == 0 || seen.fitting < seen.unknown || embeds_another(text) {
        return false;
    }
    is_evidence(if glance.len() < text.len() { tally(text, grammars) } else { seen })
}

/// Whether what stands between terminators looks like a statement of a name that tells something; this needs no grammar.
fn is_telling_statement(statement: &str) -> bool {
    let statement = statement.trim_start();
    let end = statement.find(|character: char| !is_of_name(character)).unwrap_or(statement.len());
    let (name, rest) = statement.split_at_checked(end).unwrap_or_default();
    let ends_name = rest.is_empty() || rest.starts_with([' ', '\t', '\r']);
    let argument = rest.split_ascii_whitespace().next().unwrap_or_default();
    ends_name && !name.is_empty() && is_telling(name, argument)
}

const fn is_of_name(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_'
}

/// Of a dump the first file: the others stand in contexts of their own.
fn first_file(text: &str) -> &str {
    let view = View::new(text, 0);
    dump_parts(view).first().map_or(text, |(_, part)| view.slice(*part))
}

fn beginning(text: &str) -> &str {
    let mut lengths = (GLANCE..GLANCE + 4).filter(|_| text.len() > GLANCE);
    lengths.find_map(|length| text.get(..length)).unwrap_or(text)
}

const fn is_evidence(tally: Tally) -> bool {
    let Tally { fitting, telling, misfitting, unknown, main_blocks } = tally;
    // A third-party module may bring many directives; fewer doubts remain where the frame of a main file is there.
    let most_unknown = if main_blocks > 0 { fitting } else { fitting / 4 };
    fitting >= 2 && telling >= 1 && unknown <= most_unknown && fitting >= 2 * misfitting
}

fn tally(text: &str, grammars: &Grammars) -> Tally {
    let view = View::new(text, 0);
    let tree = parse(view, grammars.nginx(), &mut Vec::new());
    fit(&tree, view, grammars.nginx()).tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nginx_in_all_its_parts() {
        for text in [
            "events {}\nhttp { server { listen 80; } }",
            "upstream x { server 10.0.0.1:80; server 10.0.0.2:80; }",
            "server { listen 80; location / { proxy_pass http://x; } }",
            "proxy_set_header Host $host;\nproxy_set_header X-Real-IP $remote_addr;\n",
            "allow 10.0.0.0/8;\ndeny all;\n",
            "map $host $pool {\n  default a;\n}\n",
            "# configuration file /etc/nginx/nginx.conf:\nevents {}\nhttp { sendfile on; }\n\n",
        ] {
            assert!(is_nginx(text, &Grammars::default()), "{text}");
        }
    }

    #[test]
    fn other_languages() {
        for text in [
            "int main(void) {\n    return 0;\n}\n",
            "body {\n  color: red;\n}\nlocation {\n margin: 0;\n}\n",
            "options {\n  directory \"/var/cache/bind\";\n  listen-on { any; };\n  allow-query { any; };\n};\n",
            "include \"/etc/bind/named.conf.options\";\ninclude \"/etc/bind/named.conf.local\";\n",
            "example.com {\n  root * /srv\n  reverse_proxy localhost:9000\n}\n",
            "/var/log/nginx/*.log {\n  daily\n  rotate 14\n}\n",
            "default-lease-time 600;\nsubnet 10.0.0.0 netmask 255.255.255.0 {\n  range 10.0.0.5 10.0.0.9;\n}\n",
            "use std::io;\nuse std::fs;\nfn main() {\n    match x {\n        _ => return,\n    }\n}\n",
            "resource \"aws_lb\" \"x\" {\n  internal = true\n}\n",
            "#!/bin/sh\ncat > /etc/nginx/nginx.conf <<EOF\nevents {}\nhttp { server { listen 80; } }\nEOF\n",
            "set -e; cat > n.conf <<'EOF'\nevents {}\nhttp { server { listen 80; } }\nEOF\n",
            "kind: ConfigMap\ndata:\n  nginx.conf: |\n    events {}\n    http { server { listen 80; } }\n",
            "# nginx\n\n```\nhttp { server { listen 80; } }\n```\n",
            "{\"http\": {\"server\": 1}}",
            "import http from 'http';\nconst server = http.createServer();\nserver.listen(80);\n",
            "interface { int listen; }; struct server { int a; };",
            "sendfile on;\n",
            "",
        ] {
            assert!(!is_nginx(text, &Grammars::default()), "{text}");
        }
    }
}
