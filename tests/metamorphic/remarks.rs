//! Comments, blank lines and line ends say nothing.

use lblint::source::Dialect;

use crate::examples::Example;
use crate::text::{Part, with_insertions};
use crate::trees::statement_lines;

/// A comment and a blank line before each statement that begins a line.
pub(crate) fn remarked(example: &Example) -> Vec<Part> {
    let lines = statement_lines(example).into_iter();
    let insertions = lines.map(|line| (line, "\n  # as agreed\n".to_owned())).collect();
    vec![Part { path: example.path.clone(), pieces: with_insertions(&example.text, insertions) }]
}

/// The line ends of Windows.
pub(crate) fn with_carriage_returns(example: &Example) -> Vec<Part> {
    let bytes = example.text.as_bytes();
    let bare = |at: &usize| bytes[*at] == b'\n' && (*at == 0 || bytes[*at - 1] != b'\r');
    let insertions = (0..bytes.len()).filter(bare).map(|at| (at, "\r".to_owned())).collect();
    vec![Part { path: example.path.clone(), pieces: with_insertions(&example.text, insertions) }]
}

/// The tags of engines that make a text conditional, and close that.
pub(crate) const CONDITIONS: [(&str, &str); 3] = [
    ("{% if balanced %}", "{% endif %}"),
    ("{{- if .Values.balanced }}", "{{- end }}"),
    ("<% if @balanced -%>", "<% end -%>"),
];

/// A condition around all of the text: without it there is no file. Of templates nobody can say how the last line ends, nor
/// whether the YAML of what is filled in has its form.
pub(crate) fn conditional(example: &Example, (open, close): (&str, &str)) -> Option<Vec<Part>> {
    let is_of_form = example.dialect == Dialect::Envoy && example.name.starts_with("syntax-error");
    if is_of_form || !example.text.ends_with('\n') {
        return None;
    }
    let insertions = vec![(0, format!("{open}\n")), (example.text.len(), format!("{close}\n"))];
    Some(vec![Part { path: example.path.clone(), pieces: with_insertions(&example.text, insertions) }])
}
