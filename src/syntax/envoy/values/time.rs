//! Durations and points in time.

/// Nanoseconds in a second.
const SECOND: i128 = 1_000_000_000;

/// Most seconds of a duration: about 10,000 years (google/protobuf/duration.proto).
const MOST_SECONDS: i128 = 315_576_000_000;

/// The nanoseconds of a duration: whole seconds, up to nine digits behind a point, and `s`. `None` if the program refuses it.
pub fn duration(text: &str) -> Option<i128> {
    let number = text.strip_suffix('s')?;
    let (is_negative, number) = number.strip_prefix('-').map_or((false, number), |rest| (true, rest));
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    let seconds = digits(whole).filter(|seconds| *seconds <= MOST_SECONDS)?;
    let nanoseconds = fraction.map_or(Some(0), fraction_of_a_second)?;
    let total = seconds * SECOND + nanoseconds;
    Some(if is_negative { -total } else { total })
}

/// Whether a text is a point in time: `2024-02-29T12:00:00.5Z`, or with an offset such as `+01:00` in place of `Z`.
pub fn is_timestamp(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else { return false };
    is_date(date) && is_time(time)
}

/// Nanoseconds of one to nine digits behind the point.
fn fraction_of_a_second(text: &str) -> Option<i128> {
    let places = u32::try_from(text.len()).ok().filter(|places| *places <= 9)?;
    Some(digits(text)? * 10_i128.pow(9 - places))
}

/// A number of digits alone.
fn digits(text: &str) -> Option<i128> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { text.parse().ok() } else { None }
}

/// A number of exactly so many digits, within bounds.
fn is_part(text: &str, length: usize, bounds: std::ops::RangeInclusive<i128>) -> bool {
    text.len() == length && digits(text).is_some_and(|number| bounds.contains(&number))
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    is_part(year, 4, 1..=9999)
        && is_part(month, 2, 1..=12)
        && is_part(day, 2, 1..=days_of(digits(year).unwrap_or_default(), month))
}

fn days_of(year: i128, month: &str) -> i128 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        "02" => 28 + i128::from(is_leap),
        "04" | "06" | "09" | "11" => 30,
        _ => 31,
    }
}

fn is_time(text: &str) -> bool {
    let Some((clock, rest)) = text.split_at_checked(8) else { return false };
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|one: char| one.is_ascii_digit());
            let length = fraction.len() - zone.len();
            if (1..=9).contains(&length) { zone } else { return false }
        }
        None => rest,
    };
    let parts: Vec<&str> = clock.split(':').collect();
    let [hour, minute, second] = parts.as_slice() else { return false };
    is_part(hour, 2, 0..=23) && is_part(minute, 2, 0..=59) && is_part(second, 2, 0..=59) && is_zone(zone)
}

fn is_zone(text: &str) -> bool {
    let Some(offset) = text.strip_prefix(['+', '-']) else { return text == "Z" };
    let parts = offset.split_once(':');
    parts.is_some_and(|(hours, minutes)| is_part(hours, 2, 0..=23) && is_part(minutes, 2, 0..=59))
}
