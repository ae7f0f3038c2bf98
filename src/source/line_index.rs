//! Line starts of one text, for turning offsets into lines and columns when something is printed.

use std::ops::Range;
use std::sync::OnceLock;

/// Offsets of the first byte of every line. LF ends a line, as the proxies count them (HAProxy 2.6.12, nginx 1.22.1);
/// a lone CR does not.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// How many code points stand before every [`STRIDE`] bytes, so that columns of very long lines are found at once.
    /// Found when such a line is first asked for.
    code_points: OnceLock<Vec<u32>>,
}

/// Bytes between two entries of the table of code points.
const STRIDE: usize = 4096;

impl LineIndex {
    /// Finds all line starts of a text.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr::memchr_iter(b'\n', bytes).map(|at| at as u32 + 1);
        Self { starts: std::iter::once(0).chain(ends).collect(), code_points: OnceLock::new() }
    }

    /// How many lines there are; a text that ends with a newline has an empty last one.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// 0-based index of the line that holds a local offset.
    pub fn line_of(&self, offset: u32) -> usize {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// Local byte range of a 0-based line, terminator included.
    pub fn range(&self, line: usize, text: &str) -> Option<Range<usize>> {
        let start = *self.starts.get(line)? as usize;
        let end = self.starts.get(line + 1).map_or(text.len(), |&end| end as usize);
        Some(start..end)
    }

    /// 1-based line and column (in code points) of a local offset.
    pub fn line_column(&self, text: &str, offset: u32) -> (u32, u32) {
        let line = self.line_of(offset);
        let start = self.starts.get(line).copied().unwrap_or_default() as usize;
        let column = match text.as_bytes().get(start..offset as usize) {
            Some(bytes) if bytes.len() <= STRIDE => count_code_points(bytes),
            _ => self.before(text, offset as usize).saturating_sub(self.before(text, start)),
        };
        (line as u32 + 1, column as u32 + 1)
    }

    /// How many code points stand before a local offset.
    fn before(&self, text: &str, offset: usize) -> usize {
        let block = offset / STRIDE;
        let sums = self.code_points.get_or_init(|| code_points(text.as_bytes()));
        let counted = sums.get(block).copied().unwrap_or_default() as usize;
        counted + text.as_bytes().get(block * STRIDE..offset).map_or(0, count_code_points)
    }
}

/// Running sums of code points, one for the beginning of each block.
fn code_points(bytes: &[u8]) -> Vec<u32> {
    let mut sum = 0;
    let blocks = bytes.chunks(STRIDE).map(|block| {
        sum += count_code_points(block) as u32;
        sum
    });
    std::iter::once(0).chain(blocks).collect()
}

fn count_code_points(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_as_the_proxies_do() {
        let text = "a\nb\r\nc\rd";
        let index = LineIndex::new(text);
        assert_eq!(index.count(), 3);
        assert_eq!(index.line_column(text, 0), (1, 1));
        assert_eq!(index.line_column(text, 2), (2, 1));
        assert_eq!(index.line_column(text, 5), (3, 1));
        assert_eq!(index.line_column(text, 7), (3, 3));
        assert_eq!(index.range(1, text), Some(2..5));
    }

    #[test]
    fn columns_of_long_lines_count_from_the_line() {
        let text = format!("é\n{}x", "→".repeat(10_000));
        let offset = text.len() as u32 - 1;
        assert_eq!(LineIndex::new(&text).line_column(&text, offset), (2, 10_001));
    }

    #[test]
    fn columns_count_code_points() {
        let text = "é→x";
        assert_eq!(LineIndex::new(text).line_column(text, 5), (1, 3));
    }
}
