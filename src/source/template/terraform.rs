//! What `templatefile` of Terraform fills in: `${value}` and `%{ for ... ~}`.

use memchr::memmem;

use super::token::{Opens, Token, TokenKind};

/// The end of names that Terraform's manual asks for.
const OWN_NAME: &str = ".tftpl";
/// Ends of names that other engines' files have, too.
const SHARED_NAMES: [&str; 2] = [".tpl", ".tmpl"];
/// Words of directives.
const WORDS: [&str; 5] = ["if", "for", "else", "endif", "endfor"];
/// Longest value or directive, in bytes.
const LONGEST: usize = 4096;

/// Whether Terraform fills in a file: its name says so, or the text of one with a name that other engines share. HAProxy's
/// `"${NAME}"`, nginx's `${name}` and `%{+Q}` of log formats are no sign: a directive is one, and so is a value of
/// which these have no like, `${node.address}` or `${join(...)}`.
pub(super) fn fills_in(path: &str, text: &str) -> bool {
    path.ends_with(OWN_NAME)
        || (SHARED_NAMES.iter().any(|end| path.ends_with(end))
            && (memmem::find_iter(text.as_bytes(), "%{").any(|at| directive(text, at).is_some())
                || memmem::find_iter(text.as_bytes(), "${").any(|at| is_path_or_call(text, at))))
}

/// Finds the values and the directives; `$${` and `%%{` stand for themselves.
pub(super) fn scan(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut end = 0;
    for at in memchr::memchr2_iter(b'$', b'%', text.as_bytes()) {
        let before = text.as_bytes().get(..at).and_then(<[u8]>::last);
        if at < end || before == text.as_bytes().get(at) {
            continue;
        }
        if let Some(token) = value(text, at).or_else(|| directive(text, at)) {
            end = token.span.end;
            found.push(token);
        }
    }
    found
}

/// `${...}`
fn value(text: &str, at: usize) -> Option<Token> {
    let length = text.get(at..)?.strip_prefix('$').and_then(in_braces)?.len();
    let first = text.get(at + 2..)?.trim_start_matches(['~', ' ']);
    let is_value = first.starts_with(|first: char| first.is_ascii_alphanumeric() || "\"_([!-".contains(first));
    is_value.then(|| Token::new(at..at + 1 + length, TokenKind::Value))
}

/// `%{ if ... }`
fn directive(text: &str, at: usize) -> Option<Token> {
    let braces = text.get(at..)?.strip_prefix('%').and_then(in_braces)?;
    let code = braces.get(1..braces.len() - 1)?;
    let inner = code.trim_matches('~').trim();
    let word = inner.split(|letter: char| !letter.is_ascii_alphanumeric()).next()?;
    let kind = match *WORDS.iter().find(|own| **own == word)? {
        "if" => TokenKind::Open(Opens::Condition),
        "for" => TokenKind::Open(Opens::Loop),
        "else" => TokenKind::Arm(true),
        _ => TokenKind::Close,
    };
    let mut token = Token::new(at..at + 1 + braces.len(), kind);
    token.trims_left = code.starts_with('~');
    token.trims_right = code.ends_with('~');
    Some(token)
}

/// From a brace at the beginning to the one that closes it.
fn in_braces(rest: &str) -> Option<&str> {
    let mut depth = 0_usize;
    for (at, byte) in rest.bytes().enumerate().take(LONGEST) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return rest.get(..=at).filter(|braces| braces.len() > 1);
        }
    }
    None
}

/// `${node.address}`, `${join(...)}`
fn is_path_or_call(text: &str, at: usize) -> bool {
    let name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let rest = text.get(at + 2..).unwrap_or_default();
    let behind = rest.trim_start_matches(name);
    let goes_on =
        behind.strip_prefix(['.', '(']).is_some_and(|next| next.starts_with(|next: char| !next.is_whitespace()));
    rest.starts_with(|first: char| first.is_ascii_alphabetic()) && goes_on && in_braces(rest_of(text, at)).is_some()
}

fn rest_of(text: &str, at: usize) -> &str {
    text.get(at + 1..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_signs_tell_terraform() {
        for (path, text, wanted) in [
            ("a.conf.tftpl", "listen 80;", true),
            ("a.cfg.tpl", "%{ for n in nodes ~}", true),
            ("a.cfg.tpl", "log-format %{+Q}o\\ %{-E}r", false),
            ("a.cfg.tpl", "bind ${ADDRESS}:80 name \"${name}\"", false),
            ("a.cfg.tmpl", "server a ${node.address}:80", true),
            ("a.conf.tpl", "add_header X ${http_x};", false),
            ("a.cfg", "%{ for n in nodes ~}", false),
            ("a.template", "server a ${node.address}:80", false),
        ] {
            assert_eq!(fills_in(path, text), wanted, "{path} {text}");
        }
    }

    #[test]
    fn values_and_directives() {
        let text = "%{ for n in x ~}${n.a}:${join(\",\", [for p in n.p : \"${p}\"])} $${x} $host %{+Q}o%{ endfor }";
        let found: Vec<&str> = scan(text).into_iter().map(|token| &text[token.span]).collect();
        assert_eq!(found, ["%{ for n in x ~}", "${n.a}", "${join(\",\", [for p in n.p : \"${p}\"])}", "%{ endfor }"]);
    }
}
