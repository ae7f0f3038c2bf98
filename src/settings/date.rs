//! A day of the calendar, until which something holds.

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

impl Date {
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
    fn only_days_that_exist_are_dates() {
        assert_eq!("2028-02-29".parse(), Ok(Date { year: 2028, month: 2, day: 29 }));
        for wrong in ["2027-02-29", "2027-13-01", "2027-00-10", "2027-1-1", "27-01-01", "soon", "2027-01-01T00:00:00"] {
            assert!(wrong.parse::<Date>().is_err(), "{wrong}");
        }
        assert!("2026-12-31".parse::<Date>() < "2027-01-01".parse());
    }
}
