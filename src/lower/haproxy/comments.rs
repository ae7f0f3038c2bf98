//! Servers that are commented out: a sign that a pool was meant to have more.

use super::Part;
use crate::model::Pool;

/// Notes, for each pool of a file, the first comment in it that would be a server line.
pub(super) fn find_commented_targets(part: &Part<'_>, pools: &mut [Pool]) {
    let mut pools = pools.iter_mut().filter(|pool| part.view.span().encloses(pool.extent)).peekable();
    for comment in part.tree.comments(part.view) {
        while pools.peek().is_some_and(|pool| pool.extent.end <= comment.span.start) {
            pools.next();
        }
        let Some(pool) = pools.peek_mut() else { return };
        let inside = pool.extent.start <= comment.span.start;
        if inside && pool.commented_target.is_none() && is_server_line(part.view.slice(comment.span)) {
            pool.commented_target = Some(comment.span);
        }
    }
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
    use super::is_server_line;

    #[test]
    fn prose_is_no_server() {
        assert!(is_server_line("# server web2 10.0.0.2:80 check"));
        assert!(is_server_line("#server web2 web2.internal:8080"));
        assert!(!is_server_line("# server lines follow here"));
        assert!(!is_server_line("# the server web2 is gone"));
    }
}
