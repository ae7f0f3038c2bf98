//! Tables that are looked up by name.

/// What the row of this name says, in a table that is sorted by names; nothing where there is none.
pub(super) fn look_up<T>(table: &[(&str, &'static [T])], name: &str) -> &'static [T] {
    let found = table.binary_search_by(|(row, _)| (*row).cmp(name)).ok().and_then(|at| table.get(at));
    found.map_or(&[], |(_, row)| row)
}

#[cfg(test)]
mod tests {
    use super::look_up;

    #[test]
    fn rows_are_found_by_name() {
        const TABLE: &[(&str, &[u8])] = &[("a", &[1]), ("c", &[2, 3])];
        assert_eq!([look_up(TABLE, "a"), look_up(TABLE, "b"), look_up(TABLE, "c")], [&[1_u8][..], &[], &[2, 3]]);
    }
}
