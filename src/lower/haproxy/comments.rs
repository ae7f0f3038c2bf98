//! Servers that are commented out: a sign that a pool was meant to have more.

use super::Part;
use crate::model::Pool;

/// Notes, for each pool of a file, the first comment in it that would be a server line of it, not of a section that is
/// commented out as a whole.
pub(super) fn find_commented_targets(part: &Part<'_>, pools: &mut [Pool]) {
    let mut pools = pools.iter_mut().filter(|pool| part.view.span().encloses(pool.extent)).peekable();
    let mut in_another = false;
    for comment in part.tree.comments(part.view) {
        while pools.peek().is_some_and(|pool| pool.extent.end <= comment.span.start) {
            pools.next();
            in_another = false;
        }
        let Some(pool) = pools.peek_mut() else { return };
        let (text, inside) = (part.view.slice(comment.span), pool.extent.start <= comment.span.start);
        in_another |= inside && is_header(text);
        if inside && !in_another && pool.commented_target.is_none() && is_server_line(text) {
            pool.commented_target = Some(comment.span);
        }
    }
}

/// `# backend NAME`, alone on its line; `# backend servers of the shop` is prose.
fn is_header(comment: &str) -> bool {
    let mut words = comment.trim_start_matches('#').split_whitespace();
    let is_section = words.next().is_some_and(|word| matches!(word, "backend" | "frontend" | "listen" | "defaults"));
    is_section && words.nth(1).is_none()
}

/// `# server NAME HOST:PORT ...`: prose that begins with the word has no port in its third word.
fn is_server_line(comment: &str) -> bool {
    let mut words = comment.trim_start_matches('#').split_whitespace();
    let is_server = words.next() == Some("server");
    let port = words.nth(1).and_then(|address| address.rsplit_once(':')).map(|(_, port)| port);
    is_server && port.is_some_and(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::{is_header, is_server_line};

    #[test]
    fn a_section_that_is_commented_out_begins_with_its_header() {
        assert!(is_header("#listen mqtt") && is_header("# defaults"));
        assert!(!is_header("# backend servers of the shop") && !is_header("# server web2 10.0.0.2:80"));
    }

    #[test]
    fn prose_is_no_server() {
        assert!(is_server_line("# server web2 10.0.0.2:80 check"));
        assert!(is_server_line("#server web2 web2.internal:8080"));
        assert!(!is_server_line("# server lines follow here"));
        assert!(!is_server_line("# the server web2 is gone"));
    }
}
