//! What day it is: the system's, in UTC, or the one that `LBLINT_TODAY` names.

use std::time::{SystemTime, UNIX_EPOCH};

use lblint::settings::Date;

use super::exit::Failure;

/// The variable of the environment that names another day, so that a run can be repeated.
const VARIABLE: &str = "LBLINT_TODAY";

const SECONDS_OF_A_DAY: u64 = 24 * 60 * 60;

/// The day against which the last days of allowances are held.
pub(super) fn today() -> Result<Option<Date>, Failure> {
    match std::env::var(VARIABLE) {
        Ok(word) if !word.is_empty() => {
            word.parse().map(Some).map_err(|error| Failure::Usage(format!("{VARIABLE}: {error}")))
        }
        _ => {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).ok();
            Ok(since.map(|since| date(since.as_secs() / SECONDS_OF_A_DAY)))
        }
    }
}

/// The day that begins so many days after 1970-01-01, in the Gregorian calendar. Counted in eras of 400 years, in years that
/// begin in March, so that the leap day is the last one (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
/// `civil_from_days`).
fn date(days: u64) -> Date {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_based = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_based + 2) / 5 + 1;
    let month = if march_based < 10 { march_based + 3 } else { march_based - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    Date { year: year as u16, month: month as u8, day: day as u8 }
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn days_are_counted_from_1970() {
        // Each as `date -u -d @$((DAYS * 86400)) +%F` (GNU coreutils) says it.
        for (day, shown) in
            [(0, "1970-01-01"), (58, "1970-02-28"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_778, "2026-11-21")]
        {
            assert_eq!(date(day).to_string(), shown);
        }
    }
}
