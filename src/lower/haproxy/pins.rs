//! `stick on` and `stick store-*`: rules that note which server a client has, and send it there again.

use super::line::Line;
use crate::source::Span;

/// What a section's `stick` rules do to its clients.
#[derive(Debug, Default)]
pub(super) struct Pins {
    /// The first rule that stores a client's server.
    rule: Option<Span>,
    /// The section's own table has room for one entry.
    one_entry: bool,
}

/// Keys that all clients have in common: who uses them elects one server for all, and means it to stay
/// (<https://www.haproxy.com/blog/failover-and-worst-case-management-with-haproxy>).
const COMMON: [&str; 9] = ["dst", "dst_port", "fe_id", "be_id", "int(", "str(", "bool(", "always_", "so_id"];

impl Pins {
    /// One line of the section.
    pub(super) fn read(&mut self, line: &Line<'_>) {
        match line.phrase {
            "stick on" | "stick store-request" | "stick store-response" => {
                // A key that is not known may be one for all.
                let own = line.known(0).is_some_and(|key| !is_common(key)) && line.presence.is_certain();
                self.rule = self.rule.or(own.then_some(line.span));
            }
            "stick-table" => {
                let size = line.arguments.iter().skip_while(|word| !word.is("size")).nth(1);
                self.one_entry |= size.is_none_or(|size| size.known().is_none() || size.is("1"));
            }
            _ => {}
        }
    }

    /// Where it is written that clients stay on the server that they have.
    pub(super) fn at(&self) -> Option<Span> {
        self.rule.filter(|_| !self.one_entry)
    }
}

fn is_common(key: &str) -> bool {
    COMMON
        .iter()
        .any(|common| if common.ends_with(['(', '_']) { key.starts_with(common) } else { first(key) == *common })
}

/// The function that fetches a key, without what changes it.
fn first(key: &str) -> &str {
    key.split([',', '(']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::is_common;

    #[test]
    fn keys_of_all_clients_are_told_from_their_own() {
        for key in ["dst", "dst,ipmask(24)", "dst_port", "int(1)", "str(x)", "always_true"] {
            assert!(is_common(key), "{key}");
        }
        for key in ["src", "req.cook(JSESSIONID)", "dstx", "hdr(host)", "src,ipmask(24)"] {
            assert!(!is_common(key), "{key}");
        }
    }
}
