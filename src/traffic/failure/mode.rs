//! How a target fails.

use crate::model::Conditions;

/// How a target fails; checks and retries see some ways and not others.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum FailureMode {
    /// Connections are refused: the service is stopped.
    Refused,
    /// Connections are not answered: the host is gone.
    Drop,
    /// Connections are accepted, then nothing comes: the service is stuck.
    Hang,
    /// Every answer is an error.
    Http500,
}

impl FailureMode {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Refused, Self::Drop, Self::Hang, Self::Http500];

    /// Its name on the command line and in documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Drop => "drop",
            Self::Hang => "hang",
            Self::Http500 => "http500",
        }
    }

    /// Which condition of a retry speaks of it, where a timeout of the connection counts as a failed connection (HAProxy
    /// `retry-on`, Envoy `retry_on`).
    pub(super) const fn condition(self) -> Conditions {
        match self {
            Self::Refused | Self::Drop => Conditions::CONNECT,
            Self::Hang => Conditions::TIMEOUT,
            Self::Http500 => Conditions::STATUS_500,
        }
    }

    /// Whether a connection is made at all.
    pub const fn connects(self) -> bool {
        matches!(self, Self::Hang | Self::Http500)
    }
}

impl std::str::FromStr for FailureMode {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|mode| mode.name() == word);
        found.ok_or_else(|| format!("`{word}` is no way to fail; there are refused, drop, hang, http500"))
    }
}
