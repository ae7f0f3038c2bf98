//! What is fixed about a check before it runs: its name, group, severity, confidence, profile, dialects and page.

use crate::source::Dialect;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Will hurt on a bad day.
    Warning,
    /// Traffic is lost or goes to one place: fix before deploying.
    Error,
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Worth a look.
    Low,
    /// Probably right.
    Medium,
    /// Right unless something outside the configuration says otherwise.
    High,
}

/// Who wants to see a check's findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Everybody: an engineer should agree with nearly every one.
    Default,
    /// Those who want what depends on taste or context, too.
    Strict,
    /// Those who want everything.
    Audit,
}

/// What a check is about; the groups of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// Who gets the traffic.
    Distribution,
    /// Is a dead target noticed.
    Health,
    /// What happens when one fails.
    Failover,
    /// Retries and timeouts.
    Retries,
    /// Queues, connections, keepalive.
    Limits,
    /// Sessions and stickiness.
    Affinity,
    /// Does traffic reach the pool.
    Routing,
    /// What a cache lets through to the pool.
    Caching,
    /// Will it load, and does it say what was meant.
    Validity,
    /// Everything around it.
    Operations,
}

/// For which dialects a check speaks.
pub type Dialects = &'static [Dialect];

/// What is fixed about a check before it runs. Severity and confidence are the highest that its findings have.
#[derive(Debug)]
pub struct Meta {
    /// Its name, kebab-case: the defect.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// The highest severity of its findings.
    pub severity: Severity,
    /// The highest confidence of its findings.
    pub confidence: Confidence,
    /// From which profile on it is shown.
    pub profile: Profile,
    /// For which dialects it speaks.
    pub dialects: Dialects,
    /// The version of lblint that brought it.
    pub since: &'static str,
    /// One line: when it fires.
    pub summary: &'static str,
    /// Findings of these checks on the same subject swallow its own.
    pub follows: &'static [&'static str],
    /// Its page, in Markdown.
    pub page: &'static str,
}

macro_rules! name {
    ($type:ty, $($variant:ident => $name:literal),+) => {
        impl $type {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it on the command line and in every format.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.name())
            }
        }

        impl std::str::FromStr for $type {
            type Err = String;

            fn from_str(word: &str) -> Result<Self, String> {
                match word {
                    $($name => Ok(Self::$variant),)+
                    _ => Err(format!("`{word}` is none of: {}", [$($name),+].join(", "))),
                }
            }
        }
    };
}

name!(Severity, Info => "info", Warning => "warning", Error => "error");
name!(Confidence, Low => "low", Medium => "medium", High => "high");
name!(Profile, Default => "default", Strict => "strict", Audit => "audit");
name!(
    Group,
    Distribution => "distribution",
    Health => "health",
    Failover => "failover",
    Retries => "retries",
    Limits => "limits",
    Affinity => "affinity",
    Routing => "routing",
    Caching => "caching",
    Validity => "validity",
    Operations => "operations"
);

/// What tests of findings are made with.
#[cfg(test)]
pub(crate) const EXAMPLE: Meta = Meta {
    name: "test-check",
    group: Group::Validity,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[],
    since: "0.1.0",
    summary: "",
    follows: &[],
    page: "",
};
