//! `[severity]`: how bad the findings of a check are to a team.

use std::str::FromStr;

use crate::finding::Severity;

/// A severity, or none: the check is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The check's findings are not wanted.
    Off,
    /// The highest severity of its findings.
    At(Severity),
}

impl Level {
    /// The severity of a finding of a check whose highest one is `highest`: what the check itself lowers stays lowered.
    pub(super) fn of_finding(self, severity: Severity, highest: Severity) -> Severity {
        match self {
            Self::At(level) if severity == highest => level,
            Self::At(level) => severity.min(level),
            Self::Off => severity,
        }
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        if word == "off" {
            return Ok(Self::Off);
        }
        word.parse().map(Self::At).map_err(|_| format!("`{word}` is none of: error, warning, info, off"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_check_lowers_stays_lowered() {
        let raised = Level::At(Severity::Error);
        assert_eq!(raised.of_finding(Severity::Warning, Severity::Warning), Severity::Error);
        assert_eq!(raised.of_finding(Severity::Info, Severity::Warning), Severity::Info);
        let lowered = Level::At(Severity::Info);
        assert_eq!(lowered.of_finding(Severity::Error, Severity::Error), Severity::Info);
        assert_eq!(lowered.of_finding(Severity::Warning, Severity::Error), Severity::Info);
    }
}
