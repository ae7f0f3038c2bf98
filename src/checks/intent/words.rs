//! The words in which somebody says what a pool is meant to be: parts, counts, times.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// A part of something, between 0 and 1, written in percent.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "String")]
pub struct Percent(pub f64);

impl TryFrom<String> for Percent {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        word.parse()
    }
}

impl FromStr for Percent {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let part = in_percent(word)?;
        if part <= 1.0 { Ok(Self(part)) } else { Err(format!("`{word}` is more than all of it")) }
    }
}

/// How far something may be from a fair part, in parts of that, written in percent: several times as much is more than 100 %.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "String")]
pub struct Deviation(pub f64);

impl TryFrom<String> for Deviation {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        in_percent(&word).map(Self)
    }
}

/// A number of percent as a part, up to ten times the whole.
fn in_percent(word: &str) -> Result<f64, String> {
    let number = word.strip_suffix('%').and_then(|number| number.trim_end().parse::<f64>().ok());
    let number = number.filter(|number| (0.0..=1000.0).contains(number));
    number
        .map(|number| number / 100.0)
        .ok_or_else(|| format!("`{word}` is no part; write it in percent, as in \"10%\""))
}

/// How many there may be, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "CountText")]
pub struct Counts {
    /// At least.
    pub least: u32,
    /// At most.
    pub most: u32,
}

/// A count as it is written: `"3.."`, `4`.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
enum CountText {
    Number(u32),
    Text(String),
}

impl TryFrom<CountText> for Counts {
    type Error = String;

    fn try_from(written: CountText) -> Result<Self, String> {
        match written {
            CountText::Number(number) => Ok(Self { least: number, most: number }),
            CountText::Text(word) => word.parse(),
        }
    }
}

impl FromStr for Counts {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let error = || format!("`{word}` is no count; write \"3..\", \"2..5\" or \"4\"");
        let number = |digits: &str| digits.trim().parse::<u32>().map_err(|_| error());
        let counts = match word.split_once("..") {
            None => Self { least: number(word)?, most: number(word)? },
            Some((least, most)) => Self {
                least: if least.trim().is_empty() { 0 } else { number(least)? },
                most: if most.trim().is_empty() { u32::MAX } else { number(most)? },
            },
        };
        if counts.least <= counts.most && word.trim() != ".." { Ok(counts) } else { Err(error()) }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (least, u32::MAX) => write!(formatter, "at least {least}"),
            (least, most) if least == most => write!(formatter, "{least}"),
            (0, most) => write!(formatter, "at most {most}"),
            (least, most) => write!(formatter, "{least} to {most}"),
        }
    }
}

/// A time in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "String")]
pub struct Milliseconds(pub u64);

impl TryFrom<String> for Milliseconds {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        word.parse()
    }
}

/// Units of time with their milliseconds.
const UNITS: [(&str, f64); 5] = [("ms", 1.0), ("s", 1000.0), ("min", 60_000.0), ("m", 60_000.0), ("h", 3_600_000.0)];
/// The longest time: a year.
const YEAR: f64 = 365.0 * 24.0 * 3_600_000.0;

impl FromStr for Milliseconds {
    type Err = String;

    #[expect(clippy::cast_sign_loss, reason = "the range keeps it above 0")]
    fn from_str(word: &str) -> Result<Self, String> {
        let digits = word.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
        let unit = word.get(digits.len()..).unwrap_or_default();
        let unit = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, length)| *length);
        let number = digits.trim_end().parse::<f64>().ok();
        let time = number.zip(unit).map(|(number, unit)| number * unit).filter(|time| (0.0..=YEAR).contains(time));
        let error = || format!("`{word}` is no time; write one such as \"10s\", \"500ms\" or \"2min\"");
        time.map(|time| Self(time.round() as u64)).ok_or_else(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_written_in_percent() {
        assert_eq!("10%".parse(), Ok(Percent(0.1)));
        assert_eq!("2.5 %".parse(), Ok(Percent(0.025)));
        assert_eq!("100%".parse(), Ok(Percent(1.0)));
        assert_eq!(Deviation::try_from("200%".to_owned()), Ok(Deviation(2.0)));
        for wrong in ["10", "%", "-1%", "NaN%", "x%", "100000%", "500%", "100.1%"] {
            assert!(wrong.parse::<Percent>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn counts_are_ranges_with_both_ends() {
        let words = ["3..", "2..5", "4", "..5"].map(|word| word.parse::<Counts>().unwrap().to_string());
        assert_eq!(words, ["at least 3", "2 to 5", "4", "at most 5"]);
        for wrong in ["", "..", "5..2", "x", "-1", "1.5"] {
            assert!(wrong.parse::<Counts>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_have_a_unit() {
        let times = ["10s", "500ms", "2min", "2m", "1.5 s", "1h"].map(|word| word.parse::<Milliseconds>().unwrap().0);
        assert_eq!(times, [10_000, 500, 120_000, 120_000, 1500, 3_600_000]);
        for wrong in ["10", "s", "10 parsecs", "-1s", "9e99s"] {
            assert!(wrong.parse::<Milliseconds>().is_err(), "{wrong}");
        }
    }
}
