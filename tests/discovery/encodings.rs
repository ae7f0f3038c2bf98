//! Encryption, encodings and line ends, in all languages.

use lblint::analysis::{Analysis, analyze};
use lblint::settings::Settings;
use lblint::source::MapReader;

use crate::{all, findings, units};

const FILES: [(&str, &str); 3] = [
    (
        "haproxy.cfg",
        "defaults\n  timeout connect 5s\n  timeout server 5s\n\nbackend web\n  server a 10.0.0.1:80 check\n  server b 10.0.0.2:80 chekc\n",
    ),
    (
        "nginx.conf",
        "events {}\nhttp {\n  upstream web { server 10.0.0.1:80; server 10.0.0.2:80 weigth=2; }\n  server { location / { proxy_pass http://web; } }\n}\n",
    ),
    ("envoy.yaml", "static_resources:\n  clusters:\n  - name: web\n    connect_timeout: 1s\n    lb_polcy: RANDOM\n"),
];

fn one(name: &str, bytes: Vec<u8>) -> Analysis {
    analyze(&MapReader::new([(name, bytes)]), &[name.to_owned()], &Settings::default())
}

#[test]
fn line_ends_of_windows_change_nothing() {
    for (name, text) in FILES {
        let (unix, windows) = (all(&[(name, text)]), all(&[(name, &text.replace('\n', "\r\n"))]));
        assert!(!findings(&unix).is_empty(), "{name}");
        assert_eq!((units(&windows), findings(&windows)), (units(&unix), findings(&unix)), "{name}");
    }
}

#[test]
fn other_bytes_in_comments_change_nothing() {
    for (name, text) in FILES {
        let before = all(&[(name, &format!("# cafe\n{text}"))]);
        let bytes: Vec<u8> = b"# caf\xe9\n".iter().chain(text.as_bytes()).copied().collect();
        let after = one(name, bytes);
        assert_eq!((units(&after), findings(&after)), (units(&before), findings(&before)), "{name}");
    }
}

#[test]
fn wide_characters_are_named_and_not_read() {
    for (name, text) in FILES {
        let bytes: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let analysis = one(name, bytes);
        assert_eq!(units(&analysis), [""; 0]);
        let skipped: Vec<String> = analysis.skipped.iter().map(|one| format!("{}: {}", one.path, one.why)).collect();
        assert_eq!(skipped, [format!("{name}: UTF-16, which the proxies do not read: save it as UTF-8")]);
    }
}

#[test]
fn encrypted_files_are_named_and_not_read() {
    let analysis = all(&[
        ("vars/lb.yml", "$ANSIBLE_VAULT;1.1;AES256\n6162\n"),
        (
            "lb.yaml",
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  haproxy.cfg: ENC[AES256_GCM,data:x,type:str]\nsops:\n  version: 3.9.0\n",
        ),
    ]);
    let skipped: Vec<String> = analysis.skipped.iter().map(|one| format!("{}: {}", one.path, one.why)).collect();
    assert_eq!(skipped, ["lb.yaml: encrypted (SOPS)", "vars/lb.yml: encrypted (ansible-vault)"]);
}
