//! The installed program as judge of the tables of these tests.

use std::path::Path;
use std::process::Command;

/// What a configuration needs around the statement of a test.
pub(crate) fn whole(statement: &str, context: &str) -> String {
    let (before, after) = match context {
        "main" => ("", ""),
        "http" => ("events {}\nhttp {\n", "\n}\n"),
        "server" => ("events {}\nhttp { server { listen 127.0.0.1:8080;\n", "\n} }\n"),
        "location" => ("events {}\nhttp { server { listen 127.0.0.1:8080; location /around {\n", "\n} } }\n"),
        "lif" => ("events {}\nhttp { server { location / { if ($host) {\n", "\n} } } }\n"),
        "upstream" => ("events {}\nhttp { upstream u {\n", "\n} }\n"),
        "stream" => ("events {}\nstream {\n", "\n}\n"),
        "stream_server" => ("events {}\nstream { server {\n", "\n} }\n"),
        "stream_upstream" => ("events {}\nstream { upstream u {\n", "\n} }\n"),
        "split_clients" => ("events {}\nhttp { split_clients $arg_a $part {\n", "\n} }\n"),
        "geo" => ("events {}\nhttp { geo $place {\n", "\n} }\n"),
        "charset_map" => ("events {}\nhttp { charset_map koi8-r utf-8 {\n", "\n} }\n"),
        "types" => ("events {}\nhttp { types {\n", "\n} }\n"),
        "map" => ("events {}\nhttp { map $arg_a $mapped {\n", "\n} }\n"),
        other => panic!("no frame for {other}"),
    };
    format!("{before}{statement}{after}")
}

/// Whether the program accepts a whole configuration; `None` after saying that it is not installed.
pub(crate) fn accepts(text: &str) -> Option<Result<(), String>> {
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("lblint-statement-{}-{number}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let module = Path::new("/usr/lib/nginx/modules/ngx_stream_module.so");
    let load = if module.is_file() { format!("load_module {}; ", module.display()) } else { String::new() };
    // What a test of one statement must not depend on: places where the distribution writes.
    let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|name| format!("{name}_temp_path {name}; "));
    let text = text.replacen("http {", &format!("http {{ access_log off; {}", paths.concat()), 1);
    let text = format!("{load}pid nginx.pid; {text}");
    std::fs::write(folder.join("nginx.conf"), text).unwrap();
    let output = Command::new("timeout")
        .args(["5", "nginx", "-t", "-e", "stderr", "-p"])
        .arg(&folder)
        .arg("-c")
        .arg(folder.join("nginx.conf"))
        .env("PATH", "/usr/sbin:/usr/bin:/bin")
        .output();
    std::fs::remove_dir_all(&folder).unwrap();
    // 127: there is no such program.
    let Some(output) = output.ok().filter(|output| output.status.code() != Some(127)) else {
        eprintln!("skipped: nginx is not installed");
        return None;
    };
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    Some(if output.status.success() { Ok(()) } else { Err(printed) })
}
