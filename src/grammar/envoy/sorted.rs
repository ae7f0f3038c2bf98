//! Look-up in tables that are sorted by their first cell, without an index: most are asked once in a run, or never.

use memchr::{memchr, memchr_iter, memrchr};

/// The rows of a sorted table whose first cell is `key`, line ends included; empty if there are none.
pub(super) fn rows_of(table: &'static str, key: &str) -> &'static str {
    let start = lower_bound(table, |first| first < key);
    let rest = table.get(start..).unwrap_or_default();
    let end = lower_bound(rest, |first| first <= key);
    rest.get(..end).unwrap_or_default()
}

/// Where the first row stands whose first cell is not before what is looked for; the table's end if all are.
fn lower_bound(table: &str, is_before: impl Fn(&str) -> bool) -> usize {
    let (mut low, mut high) = (0, table.len());
    while low < high {
        let middle = low.midpoint(high);
        let head = table.as_bytes().get(low..middle).unwrap_or_default();
        let start = memrchr(b'\n', head).map_or(low, |at| low + at + 1);
        let row = table.get(start..).unwrap_or_default();
        if is_before(first_cell(row)) {
            low = start + memchr(b'\n', row.as_bytes()).map_or(row.len(), |at| at + 1);
        } else {
            high = start;
        }
    }
    low
}

fn first_cell(row: &str) -> &str {
    row.split('\t').next().unwrap_or_default()
}

/// The groups of rows with one first cell, in the order of the table; the header is none of them.
pub(super) fn groups(table: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut groups = Vec::with_capacity(table.len() / 300);
    let mut start = 0;
    let mut name = "#";
    let mut line = 0;
    for end in memchr_iter(b'\n', table.as_bytes()) {
        let row = table.get(line..end).unwrap_or_default();
        if !is_of(row, name) {
            groups.push((name, table.get(start..line).unwrap_or_default()));
            (name, start) = (first_cell(row), line);
        }
        line = end + 1;
    }
    groups.push((name, table.get(start..line).unwrap_or_default()));
    groups.retain(|(name, _)| !name.starts_with('#'));
    groups
}

fn is_of(row: &str, name: &str) -> bool {
    row.strip_prefix(name).is_some_and(|rest| rest.starts_with('\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "#name\tvalue\na\t1\na.b\t2\na.b\t3\na.bc\t4\nd\t5\n";

    #[test]
    fn rows_with_one_first_cell_are_found_together() {
        assert_eq!(rows_of(TABLE, "a"), "a\t1\n");
        assert_eq!(rows_of(TABLE, "a.b"), "a.b\t2\na.b\t3\n");
        assert_eq!(rows_of(TABLE, "d"), "d\t5\n");
    }

    #[test]
    fn a_name_that_no_row_has_gives_nothing() {
        for name in ["", "Z", "a.", "a.bb", "e"] {
            assert_eq!(rows_of(TABLE, name), "", "{name}");
        }
    }

    #[test]
    fn groups_leave_out_the_header() {
        let names: Vec<&str> = groups(TABLE).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "a.b", "a.bc", "d"]);
    }
}
