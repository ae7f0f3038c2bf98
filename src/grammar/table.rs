//! Rows of a tab-separated table that is embedded in the program.

/// The cells of every row but the header; `-` reads as an empty cell.
pub(super) fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    // One pass over the bytes: the tables are read at every start of the program.
    let mut ends = memchr::memchr2_iter(b'\t', b'\n', table.as_bytes());
    let mut start = 0;
    let row = move || {
        let mut cells = [""; N];
        let mut count = 0;
        loop {
            let end = ends.next()?;
            let text = table.get(start..end).unwrap_or_default();
            if let Some(cell) = cells.get_mut(count) {
                *cell = if text == "-" { "" } else { text };
            }
            start = end + 1;
            count += 1;
            if table.as_bytes().get(end) == Some(&b'\n') {
                return Some(cells);
            }
        }
    };
    std::iter::from_fn(row).filter(|cells| !matches!(cells.first(), None | Some(&"")) && !is_header(cells))
}

fn is_header(cells: &[&str]) -> bool {
    cells.first().is_some_and(|first| first.starts_with('#'))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_header_is_no_row_and_a_dash_is_an_empty_cell() {
        let rows: Vec<[&str; 3]> = super::rows("#a\tb\tc\nx\t-\tz\n").collect();
        assert_eq!(rows, [["x", "", "z"]]);
    }
}
