//! File name patterns as the C library's `glob` expands them for nginx (`ngx_open_glob`, flags 0, C locale).

use super::reader::{Kind, ReadError, Reader};

/// Most paths that one pattern leads to.
const MOST: usize = 1 << 16;

/// Whether nginx expands an `include` at all (`ngx_conf_include`, `src/core/ngx_conf_file.c`).
pub fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

/// What a pattern leads to.
#[derive(Debug, Default)]
pub(super) struct Expansion {
    /// The paths that match, sorted in byte order; also links that lead nowhere, which nginx tries to open (1.22.1).
    pub(super) paths: Vec<String>,
    /// The directories of which nobody knows what is in them.
    pub(super) failed: Vec<ReadError>,
}

/// Finds the paths that match.
pub(super) fn expand(reader: &dyn Reader, pattern: &str) -> Expansion {
    let start = if pattern.starts_with('/') { "/" } else { "" };
    let parts: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty()).collect();
    let mut expansion = Expansion { paths: vec![start.to_owned()], failed: Vec::new() };
    for (at, part) in parts.iter().enumerate() {
        let is_last = at + 1 == parts.len();
        let mut found = Vec::new();
        for directory in &expansion.paths {
            match step(reader, directory, part, is_last) {
                Ok(paths) => found.extend(paths),
                Err(error) => expansion.failed.push(error),
            }
        }
        found.truncate(MOST);
        expansion.paths = found;
    }
    expansion.paths.sort_unstable();
    expansion
}

/// What one part of a pattern leads to from a directory.
fn step(reader: &dyn Reader, directory: &str, part: &str, is_last: bool) -> Result<Vec<String>, ReadError> {
    if !is_pattern(part) {
        let path = join(directory, &unescaped(part));
        let is_there = if is_last { exists(reader, directory, &path) } else { reader.kind(&path) == Kind::Directory };
        return Ok(is_there.then_some(path).into_iter().collect());
    }
    let names = reader.children(directory)?.into_iter().filter(|name| matches(part, name));
    let paths = names.map(|name| join(directory, &name));
    Ok(paths.filter(|path| is_last || reader.kind(path) == Kind::Directory).collect())
}

/// Whether a directory has an entry of this path, a link that leads nowhere, too.
fn exists(reader: &dyn Reader, directory: &str, path: &str) -> bool {
    let is_entry = |names: Vec<String>| names.iter().any(|name| join(directory, name) == path);
    reader.kind(path) != Kind::Missing || reader.children(directory).is_ok_and(is_entry)
}

/// A path in a directory; the working directory is empty.
pub(super) fn join(directory: &str, name: &str) -> String {
    match directory {
        "" => name.to_owned(),
        "/" => format!("/{name}"),
        _ => format!("{directory}/{name}"),
    }
}

/// The paths among `paths` that match, sorted in byte order: each part of the pattern matches one part of the path.
pub fn expand_among<'p>(paths: impl Iterator<Item = &'p str>, pattern: &str) -> Vec<String> {
    let is_match = |path: &&str| {
        let (parts, names) = (pattern.split('/'), path.split('/'));
        parts.clone().count() == names.clone().count() && parts.zip(names).all(|(part, name)| matches(part, name))
    };
    let mut found: Vec<String> = paths.filter(is_match).map(str::to_owned).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a pattern without `/` matches a name; a dot at the beginning is matched only by a dot.
fn matches(pattern: &str, name: &str) -> bool {
    let hidden = name.starts_with('.') && !pattern.starts_with('.') && !pattern.starts_with("\\.");
    // In the C locale, which the program never leaves, a character is a byte.
    !hidden && matches_from(pattern.as_bytes(), name.as_bytes())
}

/// Whether a pattern matches all of a text that is no path: `*` stands for any characters.
pub fn matches_text(pattern: &str, text: &str) -> bool {
    matches_from(pattern.as_bytes(), text.as_bytes())
}

/// Goes on behind the last `*` whenever the rest does not match: linear in the pattern for each character of the name.
fn matches_from(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < name.len() {
        if pattern.get(at) == Some(&b'*') {
            star = Some((at, from));
            at += 1;
        } else if let Some(length) = name.get(from).and_then(|character| one(pattern.get(at..)?, *character)) {
            at += length;
            from += 1;
        } else if let Some((star_at, taken)) = star {
            star = Some((star_at, taken + 1));
            (at, from) = (star_at + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|character| *character == b'*'))
}

/// The length of what matches one character at the beginning of a pattern; `None` if it does not match.
fn one(pattern: &[u8], character: u8) -> Option<usize> {
    match pattern {
        [b'?', ..] => Some(1),
        [b'\\', escaped, ..] => (*escaped == character).then_some(2),
        [b'[', rest @ ..] => match bracket(rest, character) {
            Some((is_in, length)) => is_in.then_some(length + 1),
            None => (character == b'[').then_some(1),
        },
        [plain, ..] => (*plain == character).then_some(1),
        [] => None,
    }
}

/// Whether a character is in a bracket expression, and the length of that; `None` if it is never closed.
fn bracket(pattern: &[u8], character: u8) -> Option<(bool, usize)> {
    let negated = matches!(pattern.first(), Some(b'!' | b'^'));
    let first = usize::from(negated);
    let (mut at, mut is_in) = (first, false);
    loop {
        match pattern.get(at..)? {
            [b']', ..] if at > first => return Some((is_in != negated, at + 1)),
            [b'[', b':', rest @ ..] => {
                let end = rest.iter().position(|character| *character == b':')?;
                is_in |= is_of_class(rest.get(..end).unwrap_or_default(), character);
                at += end + 4;
            }
            [low, b'-', high, ..] if *high != b']' => {
                is_in |= (*low..=*high).contains(&character);
                at += 3;
            }
            [b'\\', escaped, ..] => {
                is_in |= *escaped == character;
                at += 2;
            }
            [plain, ..] => {
                is_in |= *plain == character;
                at += 1;
            }
            [] => return None,
        }
    }
}

/// The classes of POSIX in the C locale.
fn is_of_class(class: &[u8], character: u8) -> bool {
    match class {
        b"alpha" => character.is_ascii_alphabetic(),
        b"digit" => character.is_ascii_digit(),
        b"alnum" => character.is_ascii_alphanumeric(),
        b"upper" => character.is_ascii_uppercase(),
        b"lower" => character.is_ascii_lowercase(),
        b"punct" => character.is_ascii_punctuation(),
        b"space" => character.is_ascii_whitespace(),
        b"xdigit" => character.is_ascii_hexdigit(),
        _ => false,
    }
}

fn unescaped(part: &str) -> String {
    part.replace('\\', "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MapReader;

    #[test]
    fn names_match_as_in_the_c_library() {
        for (pattern, name) in
            [("*", "a"), ("*.conf", "a.conf"), ("?-*", "9-b"), ("[0-9]*", "9-b"), ("[!a]*", "b"), ("a[]]", "a]")]
        {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in
            [("*", ".hidden"), ("{a,b}", "a"), ("*.conf", "a.conf.bak"), ("[!a]*", "a"), ("[a", "a"), ("?", "")]
        {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
        assert!(matches("{a,b}", "{a,b}") && matches(".*", ".hidden") && matches("a*b*c", "axxbyyc"));
    }

    #[test]
    fn patterns_expand_in_byte_order_and_never_across_directories() {
        let names = ["10-a", "9-b", "A", "Z", "_u", "a", ".hidden", "d/x"];
        let reader = MapReader::new(names.map(|name| (format!("c/{name}"), "")));
        let expand = |pattern| expand(&reader, pattern).paths;
        assert_eq!(expand("c/*"), ["c/10-a", "c/9-b", "c/A", "c/Z", "c/_u", "c/a", "c/d"]);
        assert_eq!(expand("*/*/x"), ["c/d/x"]);
        assert!(expand("c/{a,A}").is_empty());
        assert_eq!(expand_among(["/e/c/b", "/e/c/a", "/e/c/d/x"].into_iter(), "/e/c/*"), ["/e/c/a", "/e/c/b"]);
    }
}
