//! How findings speak of lists, numbers and conditions.

/// Names in backticks, the first few of many: `a`, `b` and 3 more.
pub(super) fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    const SHOWN: usize = 4;
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] if names.len() <= SHOWN => format!("{} and {last}", first.join(", ")),
        first => {
            let shown = first.get(..SHOWN - 1).unwrap_or_default().join(", ");
            format!("{shown} and {} more", names.len() - (SHOWN - 1))
        }
    }
}

/// What ends a sentence about a line that may not be there.
pub(super) const fn if_there(is_certain: bool) -> &'static str {
    if is_certain { "" } else { " whenever this line is there" }
}

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A time as somebody would write it, in milliseconds: `90 s`, `10 min`, `1 h`, `10 d`.
pub(super) fn lasting(milliseconds: u64) -> String {
    let units = [(DAY, "d"), (HOUR, "h"), (MINUTE, "min")];
    let unit = units.into_iter().find(|(length, _)| milliseconds >= *length && milliseconds.is_multiple_of(*length));
    match unit {
        Some((length, name)) => format!("{} {name}", milliseconds / length),
        None => format!("{} s", milliseconds / 1000),
    }
}

/// A time that is compared or added up, in milliseconds: `500 ms`, `3.0 s`, from ten minutes on `10.0 min`, `2.0 h`, `7.0 days`.
pub(super) fn seconds(milliseconds: u64) -> String {
    let (unit, name) = match milliseconds {
        0..1000 => return format!("{milliseconds} ms"),
        _ if milliseconds < 10 * MINUTE => (1000, "s"),
        _ if milliseconds < 2 * HOUR => (MINUTE, "min"),
        _ if milliseconds < 2 * DAY => (HOUR, "h"),
        _ => (DAY, "days"),
    };
    format!("{:.1} {name}", milliseconds as f64 / unit as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_they_are_written() {
        let words = [1000, 60_000, 90_000, 3_600_000, 864_000_000].map(lasting);
        assert_eq!(words, ["1 s", "1 min", "90 s", "1 h", "10 d"]);
    }

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(list(["a"]), "`a`");
        assert_eq!(list(["a", "b"]), "`a` and `b`");
        assert_eq!(list(["a", "b", "c", "d", "e"]), "`a`, `b`, `c` and 2 more");
    }

    #[test]
    fn durations_read_well() {
        assert_eq!(seconds(250), "250 ms");
        assert_eq!(seconds(3000), "3.0 s");
        assert_eq!(seconds(599_940), "599.9 s");
        assert_eq!(seconds(3_600_000), "60.0 min");
        assert_eq!(seconds(7_200_000), "2.0 h");
        assert_eq!(seconds(604_800_000), "7.0 days");
    }
}
