//! Splits the output of `nginx -T` into the files that it shows.

use crate::source::{Span, View};

const MARK: &str = "# configuration file ";

/// The files in the output of `nginx -T`: for each the path as printed, and where its text stands.
///
/// Before each file stands a line `# configuration file PATH:`, after it one line feed that is not of the file
/// (`main` in src/core/nginx.c). Before the first file stand at most blank lines and what the program reports
/// (`nginx: ...`, `2026/... [warn] ...`); a text where anything else comes first is no dump, and has no parts.
pub fn dump_parts(view: View<'_>) -> Vec<(Span, Span)> {
    let mut parts: Vec<(Span, Span)> = Vec::new();
    let mut at = 0;
    for line in view.text.split_inclusive('\n') {
        if let Some(path) = marked_path(line) {
            end_part(view, &mut parts, at);
            let start = view.base + (at + MARK.len()) as u32;
            let after = view.base + (at + line.len()) as u32;
            parts.push((Span::new(start, start + path.len() as u32), Span::empty(after)));
        } else if parts.is_empty() && !may_precede(line) {
            return parts;
        }
        at += line.len();
    }
    end_part(view, &mut parts, at);
    parts
}

fn marked_path(line: &str) -> Option<&str> {
    let path = line.strip_prefix(MARK)?.trim_end_matches(['\r', '\n']).strip_suffix(':')?;
    (!path.is_empty()).then_some(path)
}

fn may_precede(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}').trim();
    line.is_empty() || line.starts_with("nginx: ") || line.starts_with(|first: char| first.is_ascii_digit())
}

/// The last part ends at `end`, a local offset, without the line feed that the program adds.
fn end_part(view: View<'_>, parts: &mut [(Span, Span)], end: usize) {
    if let Some((_, range)) = parts.last_mut() {
        let text = view.text.get(..end).unwrap_or_default();
        let content = text.strip_suffix("\r\n").or_else(|| text.strip_suffix('\n')).unwrap_or(text);
        range.end = range.start.max(view.base + content.len() as u32);
    }
}
