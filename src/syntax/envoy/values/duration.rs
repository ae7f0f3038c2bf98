//! Durations: seconds with at most nine decimals and an `s` (research 1.2).

/// The most seconds of a duration: 10,000 years (`google/protobuf/duration.proto`).
const MOST_SECONDS: i128 = 315_576_000_000;
const NANOSECONDS: i128 = 1_000_000_000;

/// A duration in nanoseconds.
pub fn duration(text: &str) -> Option<i128> {
    let number = text.strip_suffix('s')?;
    let (sign, number) = number.strip_prefix('-').map_or((1, number), |number| (-1, number));
    let (seconds, decimals) = number.split_once('.').unwrap_or((number, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(seconds) || !is_digits(decimals) || decimals.len() > 9 {
        return None;
    }
    let seconds: i128 = seconds.parse().ok().filter(|seconds| *seconds <= MOST_SECONDS)?;
    let decimals: i128 = format!("{decimals:0<9}").parse().ok()?;
    Some(sign * (seconds * NANOSECONDS + decimals))
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn only_seconds_with_a_unit() {
        assert_eq!(duration("5s"), Some(5_000_000_000));
        assert_eq!(duration("0.25s"), Some(250_000_000));
        assert_eq!(duration("-1.5s"), Some(-1_500_000_000));
        for text in ["5", "250ms", "5S", ".5s", "5.s", "+5s", "1e1s", "315576000001s", "0.1234567890s", "s", ""] {
            assert_eq!(duration(text), None, "{text}");
        }
    }
}
