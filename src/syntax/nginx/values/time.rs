//! Durations (`ngx_parse_time`, `src/core/ngx_parse.c`).

use super::number::LARGEST;

/// How far a compound has come: each unit only after all larger ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Start,
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    /// A number without a unit, and a blank: only another one may follow.
    Bare,
}

/// A duration in milliseconds: `500ms`, `1h30m`, `1h 30m`. A number without a unit is in seconds; the largest unit is the
/// week.
pub fn time(text: &str) -> Option<u64> {
    read(text.as_bytes(), Step::Month, 1000)
}

/// A duration in whole seconds: no `ms`, but months (`M`, 30 days) and years (`y`, 365 days).
pub fn seconds(text: &str) -> Option<u64> {
    read(text.as_bytes(), Step::Start, 1)
}

/// `second` is how many of the result make a second.
fn read(text: &[u8], first: Step, second: u64) -> Option<u64> {
    let (mut step, mut total, mut at) = (first, 0_u64, 0);
    let mut value = 0_u64;
    while let Some(&byte) = text.get(at) {
        at += 1;
        if byte.is_ascii_digit() {
            value = bounded(value.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?)?;
            continue;
        }
        let milliseconds = byte == b'm' && text.get(at) == Some(&b's');
        let (unit, scale) = if milliseconds { (Step::Millisecond, 1) } else { unit(byte)? };
        if !may_follow(step, unit) || (milliseconds && second == 1) {
            return None;
        }
        let scale = if milliseconds { 1 } else { scale * second };
        total = bounded(total.checked_add(value.checked_mul(scale)?)?)?;
        (step, value) = (unit, 0);
        at += usize::from(milliseconds);
        while text.get(at) == Some(&b' ') {
            at += 1;
        }
    }
    // Without a single digit it is no duration; digits anywhere are enough.
    let total = bounded(total.checked_add(value.checked_mul(second)?)?)?;
    text.iter().any(u8::is_ascii_digit).then_some(total)
}

fn bounded(value: u64) -> Option<u64> {
    (value <= LARGEST).then_some(value)
}

fn unit(byte: u8) -> Option<(Step, u64)> {
    const DAY: u64 = 24 * 60 * 60;
    Some(match byte {
        b'y' => (Step::Year, 365 * DAY),
        b'M' => (Step::Month, 30 * DAY),
        b'w' => (Step::Week, 7 * DAY),
        b'd' => (Step::Day, DAY),
        b'h' => (Step::Hour, 60 * 60),
        b'm' => (Step::Minute, 60),
        b's' => (Step::Second, 1),
        b' ' => (Step::Bare, 1),
        _ => return None,
    })
}

/// A blank after a bare number counts as a unit that may stand wherever seconds may.
fn may_follow(step: Step, unit: Step) -> bool {
    if unit == Step::Bare { step < Step::Second } else { step < unit }
}

#[cfg(test)]
mod tests {
    use super::{seconds, time};

    #[test]
    fn times_are_milliseconds() {
        let rows = [
            ("0", 0),
            ("10", 10_000),
            ("500ms", 500),
            ("1s", 1000),
            ("60s", 60_000),
            ("1m", 60_000),
            ("1h", 3_600_000),
            ("1d", 86_400_000),
            ("1w", 604_800_000),
            ("1h30m", 5_400_000),
            ("1h 30m", 5_400_000),
            ("1m30", 90_000),
            ("1s500ms", 1500),
            ("1hm", 3_600_000),
            ("1 2", 3000),
            ("5 ", 5000),
            // A blank without a number before it counts as zero.
            (" 5", 5000),
        ];
        for (text, milliseconds) in rows {
            assert_eq!(time(text), Some(milliseconds), "{text:?}");
        }
    }

    #[test]
    fn seconds_have_months_and_years() {
        assert_eq!(seconds("10"), Some(10));
        assert_eq!(seconds("10s"), Some(10));
        assert_eq!(seconds("1m30s"), Some(90));
        assert_eq!(seconds("1M"), Some(2_592_000));
        assert_eq!(seconds("1y"), Some(31_536_000));
        assert_eq!(seconds("1y 2M"), Some(36_720_000));
        assert_eq!(seconds("500ms"), None);
    }

    #[test]
    fn what_is_no_duration() {
        let refused = ["", "s", "ms", "-1", "1.5s", "1sec", "1S", "1m1h", "1m1m", "1s 2s", "5 s", "1M", "1y"];
        for text in refused.into_iter().chain(["9223372036854775808", "9223372036854776"]) {
            assert_eq!(time(text), None, "{text:?}");
        }
        assert_eq!(time("9223372036854775"), Some(9_223_372_036_854_775_000));
    }
}
