//! A day of the calendar, until which something holds.

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct Date {
    /// The year.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
}

impl std::fmt::Display for Date {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl std::str::FromStr for Date {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let error = || format!("`{word}` is no date; write one such as 2027-03-01");
        let parts: Vec<&str> = word.split('-').collect();
        let [year, month, day] = parts.as_slice() else { return Err(error()) };
        if (year.len(), month.len(), day.len()) != (4, 2, 2) {
            return Err(error());
        }
        let date = Self {
            year: year.parse().map_err(|_| error())?,
            month: month.parse().map_err(|_| error())?,
            day: day.parse().map_err(|_| error())?,
        };
        if date.exists() { Ok(date) } else { Err(error()) }
    }
}

impl TryFrom<String> for Date {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        word.parse()
    }
}

impl Date {
    /// The day, in UTC, of a moment that is so many seconds after 1970-01-01 (the algorithm `civil_from_days`, for days after it).
    pub fn of_seconds(seconds: u64) -> Self {
        let days = seconds / 86_400 + 719_468;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + u64::from(month <= 2);
        Self { year: year as u16, month: month as u8, day: (of_year - (153 * from_march + 2) / 5 + 1) as u8 }
    }

    fn exists(self) -> bool {
        let is_leap = self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        let days = match self.month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if is_leap => 29,
            2 => 28,
            _ => 0,
        };
        (1..=days).contains(&self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn seconds_are_days_of_the_calendar() {
        // `date -u -d @...`
        let days = [0, 951_782_399, 951_782_400, 1_795_219_200].map(|seconds| Date::of_seconds(seconds).to_string());
        assert_eq!(days, ["1970-01-01", "2000-02-28", "2000-02-29", "2026-11-21"]);
    }

    #[test]
    fn only_days_that_exist_are_dates() {
        assert_eq!("2028-02-29".parse(), Ok(Date { year: 2028, month: 2, day: 29 }));
        for wrong in ["2027-02-29", "2027-13-01", "2027-00-10", "2027-1-1", "27-01-01", "soon", "2027-01-01T00:00:00"] {
            assert!(wrong.parse::<Date>().is_err(), "{wrong}");
        }
        assert!("2026-12-31".parse::<Date>() < "2027-01-01".parse());
    }
}
