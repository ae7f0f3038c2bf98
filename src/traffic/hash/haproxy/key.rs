//! Which bytes of a request are the key (HAProxy 2.6.12, `src/backend.c`; research 3.5).

/// The arguments of `balance uri`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct UriPart {
    /// `len`: at most so many bytes.
    pub length: Option<usize>,
    /// `depth`: up to the slash behind so many directories; the leading slash is not counted.
    pub depth: Option<usize>,
    /// `whole`: with the query.
    pub whole: bool,
    /// `path-only`: without scheme and authority.
    pub path_only: bool,
}

/// The key of `balance uri` (`get_server_uh`): cut to the length, then before the query or the slash too many. Of an
/// absolute URI the program has dropped a port that its scheme implies before that (2.6.12, measured).
pub fn uri(uri: &[u8], part: UriPart) -> &[u8] {
    let uri = if part.path_only { path(uri) } else { uri };
    let uri = part.length.and_then(|length| uri.get(..length)).unwrap_or(uri);
    let mut slashes = 0;
    let end = uri.iter().position(|&byte| {
        slashes += usize::from(byte == b'/');
        byte == b'/' && part.depth.is_some_and(|depth| slashes > depth) || byte == b'?' && !part.whole
    });
    end.and_then(|end| uri.get(..end)).unwrap_or(uri)
}

/// What follows scheme and authority, with the query (`http_parse_path` in `src/http.c`).
fn path(uri: &[u8]) -> &[u8] {
    if uri.starts_with(b"/") {
        return uri;
    }
    let in_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let scheme = uri.iter().take_while(|byte| in_scheme(byte)).count();
    let is_scheme = uri.first().is_some_and(u8::is_ascii_alphabetic);
    let rest = uri.get(scheme..).and_then(|rest| rest.strip_prefix(b"://")).filter(|_| is_scheme);
    rest.and_then(|rest| rest.get(rest.iter().position(|&byte| byte == b'/')?..)).unwrap_or_default()
}

/// The key of `balance url_param` (`get_server_ph`): the first value of the parameter, which may be empty; without the
/// parameter there is none, and the request goes round.
pub fn parameter<'a>(uri: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let query = uri.get(uri.iter().position(|&byte| byte == b'?')? + 1..)?;
    query.split(|&byte| byte == b'&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix(b"="))
}

/// The key of `balance hdr() use_domain_only` (`get_server_hh`): the label before the last dot, or all of it without one.
/// What follows the value in the request must not begin with a dot: the program looks there, too (2.6.12, measured).
pub fn domain(value: &[u8]) -> &[u8] {
    let is_dot = |byte: &u8| *byte == b'.';
    let Some(end) = value.iter().rposition(is_dot).filter(|&dot| dot > 0) else { return value };
    // The byte just before the last dot belongs to the label, whatever it is.
    let before = value.get(..end - 1).and_then(|before| before.iter().rposition(is_dot));
    value.get(before.map_or(0, |dot| dot + 1)..end).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &'static str, part: UriPart) -> &'static str {
        str::from_utf8(uri(text.as_bytes(), part)).unwrap()
    }

    #[test]
    fn a_uri_is_cut_as_its_arguments_say() {
        let all = UriPart::default();
        assert_eq!(key("/a/b/c?d=/e", all), "/a/b/c");
        assert_eq!(key("/a/b/c?d=/e", UriPart { whole: true, ..all }), "/a/b/c?d=/e");
        assert_eq!(key("/a/b/c?d=/e", UriPart { depth: Some(1), ..all }), "/a");
        assert_eq!(key("/a/b/c?d=/e", UriPart { depth: Some(2), ..all }), "/a/b");
        assert_eq!(key("/a/b/c?d=/e", UriPart { length: Some(4), ..all }), "/a/b");
        assert_eq!(key("http://h:1/a?b", all), "http://h:1/a");
        assert_eq!(key("http://h:1/a?b", UriPart { path_only: true, ..all }), "/a");
        assert_eq!(key("http://h:1", UriPart { path_only: true, ..all }), "");
        assert_eq!(key("h:443", UriPart { path_only: true, ..all }), "");
        assert_eq!(key("*", UriPart { path_only: true, ..all }), "");
    }

    #[test]
    fn the_first_value_of_a_parameter_counts() {
        assert_eq!(parameter(b"/?kk=0&k=1&k=2", b"k"), Some(b"1".as_slice()));
        assert_eq!(parameter(b"/?k=", b"k"), Some(b"".as_slice()));
        assert_eq!(parameter(b"/?k", b"k"), None);
        assert_eq!(parameter(b"/k=1", b"k"), None);
    }

    #[test]
    fn a_domain_is_the_label_before_the_last_dot() {
        assert_eq!(domain(b"www.example.com"), b"example");
        assert_eq!(domain(b"example.com"), b"example");
        assert_eq!(domain(b"localhost"), b"localhost");
        assert_eq!(domain(b".com"), b".com");
        assert_eq!(domain(b"a..com"), b"a.");
    }
}
