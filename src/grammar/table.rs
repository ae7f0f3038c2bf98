//! Rows of a tab-separated table that is embedded in the program.

/// The cells of every row but the header; `-` reads as an empty cell.
pub(super) fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(|line| {
        let mut cells = [""; N];
        for (cell, text) in cells.iter_mut().zip(line.split('\t')) {
            *cell = if text == "-" { "" } else { text };
        }
        cells
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_header_is_no_row_and_a_dash_is_an_empty_cell() {
        let rows: Vec<[&str; 3]> = super::rows("#a\tb\tc\nx\t-\tz\n").collect();
        assert_eq!(rows, [["x", "", "z"]]);
    }
}
