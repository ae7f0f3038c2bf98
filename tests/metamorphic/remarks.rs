//! Comments, blank lines and line ends say nothing.

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
