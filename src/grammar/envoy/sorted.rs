//! Look-up in tables that are sorted by their first cell, without an index: most are asked once in a run, or never.

use memchr::{memchr, memrchr};

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
pub(super) fn groups(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut rest = behind_header(table);
    std::iter::from_fn(move || {
        let name = first_cell(rest);
        let (group, behind) = rest.split_at_checked(group_length(rest, name)).filter(|(group, _)| !group.is_empty())?;
        rest = behind;
        Some((name, group))
    })
}

fn behind_header(table: &'static str) -> &'static str {
    table.split_once('\n').map_or("", |(_, rows)| rows)
}

/// How many bytes the rows at the start have whose first cell is `name`.
fn group_length(rows: &str, name: &str) -> usize {
    let bytes = rows.as_bytes();
    let mut length = 0;
    while let Some(row) = bytes.get(length..).and_then(|row| row.strip_prefix(name.as_bytes())) {
        let Some(end) = memchr(b'\n', row).filter(|_| row.first() == Some(&b'\t')) else { break };
        length += name.len() + end + 1;
    }
    length
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
        let names: Vec<&str> = groups(TABLE).map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "a.b", "a.bc", "d"]);
    }
}
