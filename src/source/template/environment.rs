//! `${NAME}` and `$NAME` that a shell or `envsubst` fills in, in files that are named as templates.

use memchr::memchr_iter;

use super::Layout;
use super::token::{Token, TokenKind};

/// Ends of names of files in which a program fills in variables of the environment.
const NAMES: [&str; 6] = [".template", ".tmpl", ".tpl", ".envsubst", ".in", ".tmp"];

/// Whether a file is named as a template of this kind.
pub(super) fn is_named_so(path: &str) -> bool {
    NAMES.iter().any(|end| path.ends_with(end))
}

/// Directives of nginx whose words hold no variables of nginx (nginx.org, where "can contain variables" is not said): what
/// stands there as `${name}` is filled in before nginx reads it, or nginx refuses it.
const WITHOUT_VARIABLES: [&str; 36] = [
    "allow",
    "client_body_buffer_size",
    "client_body_timeout",
    "client_header_timeout",
    "client_max_body_size",
    "deny",
    "fastcgi_connect_timeout",
    "fastcgi_read_timeout",
    "fastcgi_send_timeout",
    "include",
    "keepalive",
    "keepalive_requests",
    "keepalive_timeout",
    "large_client_header_buffers",
    "listen",
    "proxy_buffer_size",
    "proxy_buffers",
    "proxy_cache_path",
    "proxy_connect_timeout",
    "proxy_next_upstream_timeout",
    "proxy_next_upstream_tries",
    "proxy_read_timeout",
    "proxy_send_timeout",
    "proxy_timeout",
    "resolver",
    "resolver_timeout",
    "send_timeout",
    "server",
    "server_name",
    "set_real_ip_from",
    "upstream",
    "user",
    "worker_connections",
    "worker_processes",
    "worker_rlimit_nofile",
    "zone",
];

/// Finds the variables. nginx has variables of its own, which people write in small letters, but not everywhere; HAProxy
/// fills in `"${NAME}"` in double quotes by itself, and only there.
pub(super) fn scan(text: &str, layout: Layout, others: &[Token]) -> Vec<Token> {
    let mut found = Vec::new();
    let mut end = 0;
    for at in memchr_iter(b'$', text.as_bytes()) {
        let rest = text.get(at + 1..).unwrap_or_default();
        let small = || small_name(rest).filter(|_| layout != Layout::Terminated || nginx_has_none(text, at));
        let Some(length) = length(rest).or_else(small) else { continue };
        let after = others.partition_point(|token| token.span.start <= at);
        let is_inside = after.checked_sub(1).and_then(|index| others.get(index)).is_some_and(|one| one.span.end > at);
        let is_own = layout == Layout::Lines && is_in_double_quotes(text, at);
        if at >= end && !is_inside && !is_own {
            end = at + 1 + length;
            found.push(Token::new(at..end, TokenKind::Value));
        }
    }
    found
}

/// How long the name behind a `$` is, its braces included: capitals, digits and `_`.
fn length(rest: &str) -> Option<usize> {
    let (name, braces) = rest.strip_prefix('{').map_or((rest, 0), |name| (name, 1));
    let end = name.find(|letter: char| !letter.is_ascii_uppercase() && !letter.is_ascii_digit() && letter != '_');
    let end = end.unwrap_or(name.len());
    if !name.starts_with(|first: char| first.is_ascii_uppercase() || first == '_') || end + braces < 2 {
        return None;
    }
    if braces == 0 {
        let is_whole = !name.get(end..)?.starts_with(|next: char| next.is_ascii_lowercase());
        return is_whole.then_some(end);
    }
    // `${NAME:-default}`
    let close =
        name.get(end..)?.find('}').filter(|_| name.get(end..).is_some_and(|rest| rest.starts_with(['}', ':', '-'])));
    close.map(|close| end + close + 2).filter(|length| !rest.get(..*length).is_some_and(|text| text.contains('\n')))
}

/// The same of `{name}` in small letters.
fn small_name(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('{')?;
    let length = inside.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')?;
    let is_name =
        inside.starts_with(|first: char| first.is_ascii_alphabetic()) && inside.get(length..)?.starts_with('}');
    is_name.then_some(length + 2)
}

/// How far around a value the statement that it stands in is looked for, in characters.
const LONGEST: usize = 1024;

/// Whether what stands there belongs to a statement of nginx that holds no variables of nginx.
fn nginx_has_none(text: &str, at: usize) -> bool {
    let (before, after) = text.split_at_checked(at).unwrap_or_default();
    let near = before.char_indices().rev().take(LONGEST).last().map_or(0, |(start, _)| start);
    let line = before.get(near..).unwrap_or_default().rsplit(['\n', ';']).next().unwrap_or_default();
    // Blocks of one line begin and end before it; braces of other values are parts of words.
    let is_bracket = |word: &&str| *word == "}" || (word.ends_with('{') && !word.ends_with("${"));
    let words = line.split_whitespace().rev().take_while(|word| !is_bracket(word));
    let keyword = words.last().and_then(|word| {
        word.rsplit_once('{').filter(|_| !word.contains('$')).map_or(Some(word), |(_, last)| Some(last))
    });
    let rest: String = after.chars().take(LONGEST).take_while(|letter| *letter != '\n').collect();
    let ends = rest.contains(';') || rest.contains(" {");
    !before.ends_with('$') && ends && keyword.is_some_and(|keyword| WITHOUT_VARIABLES.contains(&keyword))
}

fn is_in_double_quotes(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.matches('"').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, layout: Layout) -> Vec<&str> {
        scan(text, layout, &[]).into_iter().map(|token| &text[token.span]).collect()
    }

    #[test]
    fn capitals_are_filled_in() {
        let text = "listen ${PORT}; set $host $remote_addr; server $BACKEND_HOST:${P:-80} $Mixed ${lower} $A";
        assert_eq!(names(text, Layout::Terminated), ["${PORT}", "$BACKEND_HOST", "${P:-80}"]);
    }

    #[test]
    fn small_names_are_filled_in_where_nginx_has_no_variables() {
        let text = "upstream ${name} { server ${ip}:${port} weight=1; } server{listen ${at};\n} upstream b {\n  server \"${own}:80\";\n  # server\n";
        assert_eq!(names(text, Layout::Terminated), ["${name}", "${ip}", "${port}", "${at}", "${own}"]);
        let own = "location / { proxy_pass http://${host}:80; add_header X ${uri}; set $server ${host}; if (${host} = a) { return 200 ${server}; } }\n  listen $${x};\n  server ${y}\n";
        assert_eq!(names(own, Layout::Terminated), [""; 0]);
    }

    #[test]
    fn haproxy_fills_in_by_itself_between_double_quotes() {
        assert_eq!(names("server a \"${HOST}\":${PORT}", Layout::Lines), ["${PORT}"]);
        assert_eq!(names("server ${name} \"${host}\":80 # ${a b} $x", Layout::Lines), ["${name}"]);
    }
}
