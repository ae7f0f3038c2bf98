//! Values of block scalars of YAML: the indentation goes, lines are kept or joined, the last line ends are chomped.

use super::flow::line_end;

/// The value of a block scalar, header included, whose lines are indented by `indentation` columns.
pub(super) fn decode(raw: &str, indentation: u32, is_folded: bool) -> String {
    let header_end = raw.find(['\n', '\r']).unwrap_or(raw.len());
    let (header, content) = raw.split_at(header_end);
    let mut value = String::with_capacity(content.len());
    let breaks = join(&mut value, line_end(content).unwrap_or_default(), indentation as usize, is_folded);
    let indicators = header.split([' ', '\t', '#']).next().unwrap_or_default();
    let kept = match (indicators.contains('+'), indicators.contains('-')) {
        (true, _) => breaks,
        (_, true) => 0,
        _ => breaks.min(usize::from(!value.is_empty())),
    };
    value.extend(std::iter::repeat_n('\n', kept));
    value
}

/// Joins the lines; gives the number of line ends behind the last one that is not empty.
fn join(value: &mut String, content: &str, indentation: usize, is_folded: bool) -> usize {
    let mut rest = content;
    // Line ends that are not yet written, and whether a line with text stands before them that may be joined.
    let (mut breaks, mut joins) = (0, false);
    while !rest.is_empty() {
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let (line, after) = rest.split_at(end);
        let spaces = line.bytes().take_while(|&byte| byte == b' ').count();
        let line = line.get(spaces.min(indentation)..).unwrap_or_default();
        if !line.is_empty() {
            let is_indented = line.starts_with([' ', '\t']);
            match (joins && is_folded && !is_indented, breaks) {
                (true, 1) => value.push(' '),
                (true, more) => value.extend(std::iter::repeat_n('\n', more - 1)),
                (false, all) => value.extend(std::iter::repeat_n('\n', all)),
            }
            value.push_str(line);
            (breaks, joins) = (0, !is_indented);
        }
        rest = match line_end(after) {
            Some(next) => {
                breaks += 1;
                next
            }
            None => after,
        };
    }
    breaks
}
