//! Cuts a configuration down to its pools, by first words alone, so that it starts without certificates, ports and users.

/// Statements that decide about targets; everything else goes.
const KEPT: [&str; 23] = [
    "mode",
    "balance",
    "hash-type",
    "server",
    "default-server",
    "server-template",
    "timeout",
    "retries",
    "cookie",
    "fullconn",
    "maxconn",
    "disabled",
    "option httpchk",
    "option tcp-check",
    "option mysql-check",
    "option pgsql-check",
    "option redis-check",
    "option ldap-check",
    "option smtpchk",
    "option ssl-hello-chk",
    "option redispatch",
    "option allbackups",
    "http-check",
];

/// Whether a section and everything in it is kept.
fn is_kept_section(word: &str) -> Option<bool> {
    match word {
        "defaults" | "backend" | "listen" | "resolvers" => Some(true),
        "global" | "frontend" | "peers" | "mailers" | "cache" | "userlist" | "program" | "http-errors" | "ring"
        | "fcgi-app" | "log-forward" | "crt-store" | "log-profile" | "traces" => Some(false),
        _ => None,
    }
}

/// The pools of a configuration with what they inherit. A `listen` section becomes a `backend`.
pub(crate) fn reduce(text: &str) -> String {
    let mut kept = String::new();
    let mut inside = "";
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some(first) = words.first() else { continue };
        match is_kept_section(first) {
            Some(keep) => {
                inside = if keep { first } else { "" };
                if keep {
                    kept.push_str(&line.replacen("listen", "backend", usize::from(*first == "listen")));
                    kept.push('\n');
                }
            }
            None if inside == "resolvers" => {}
            None if !inside.is_empty() && is_kept(&words) => {
                kept.push_str(line);
                kept.push('\n');
            }
            None => {}
        }
    }
    kept
}

fn is_kept(words: &[&str]) -> bool {
    let first = words.first().copied().unwrap_or_default();
    let two = words.iter().take(2).copied().collect::<Vec<_>>().join(" ");
    KEPT.contains(&first) || KEPT.contains(&two.as_str())
}
