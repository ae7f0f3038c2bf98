//! References to environment variables: `$NAME`, `${NAME}`, `${NAME[*]}`, `${NAME-default}`.

/// A variable reference in double quotes, as byte offsets in its line.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawVariable {
    pub(super) name: (usize, usize),
    /// The text after `-`, if there is one.
    pub(super) default: Option<(usize, usize)>,
    pub(super) split: bool,
    pub(super) end: usize,
}

/// Reads the reference at `start`, where a `$` stands; `None` if the program refuses it.
///
/// Names are `[A-Za-z_][A-Za-z0-9_]*` or `.FILE`, `.LINE`, `.SECTION` (`parse_line` in src/tools.c, 2.6).
pub(super) fn read(line: &[u8], start: usize) -> Option<RawVariable> {
    let braced = line.get(start + 1) == Some(&b'{');
    let name_start = start + 1 + usize::from(braced);
    let first = *line.get(name_start)?;
    if !(first.is_ascii_alphabetic() || first == b'_' || first == b'.') {
        return None;
    }
    let end = name_end(line, name_start);
    if first == b'.' && !is_pseudo_variable(line.get(name_start..end)?) {
        return None;
    }
    let variable = RawVariable { name: (name_start, end), default: None, split: false, end };
    if braced { close_brace(line, variable) } else { Some(variable) }
}

/// One past the last byte of the name that starts at `start`.
pub(super) fn name_end(line: &[u8], start: usize) -> usize {
    let mut at = start + usize::from(line.get(start) == Some(&b'.'));
    while line.get(at).is_some_and(|&byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        at += 1;
    }
    at
}

fn is_pseudo_variable(name: &[u8]) -> bool {
    matches!(name, b".FILE" | b".LINE" | b".SECTION")
}

/// What may stand between a name and its `}`: `[*]`, then a default that runs to the first `}` whatever it holds.
fn close_brace(line: &[u8], mut variable: RawVariable) -> Option<RawVariable> {
    let mut at = variable.end;
    if line.get(at) == Some(&b'[') {
        if line.get(at..at + 3)? != b"[*]" {
            return None;
        }
        variable.split = true;
        at += 3;
    }
    if line.get(at) == Some(&b'-') {
        let length = memchr::memchr(b'}', line.get(at + 1..)?)?;
        variable.default = Some((at + 1, at + 1 + length));
        at += 1 + length;
    }
    variable.end = at + 1;
    (line.get(at) == Some(&b'}')).then_some(variable)
}
