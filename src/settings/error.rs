//! What is wrong with settings, and where.

use super::Origin;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", prefix(.origin.as_ref()))]
pub struct SettingsError {
    origin: Option<Origin>,
    message: String,
}

fn prefix(origin: Option<&Origin>) -> String {
    origin.map_or_else(String::new, |origin| format!("{origin}: "))
}

impl SettingsError {
    /// A mistake in what stands at `origin`.
    pub(super) fn new(origin: Origin, message: impl Into<String>) -> Self {
        Self { origin: Some(origin), message: message.into() }
    }

    /// The same mistake at a place, if it has none yet.
    pub(super) fn or_at(self, origin: &Origin) -> Self {
        Self { origin: self.origin.or_else(|| Some(origin.clone())), ..self }
    }

    /// For putting mistakes in the order of the text.
    pub(super) fn position(&self) -> (String, u32, u32) {
        match &self.origin {
            Some(Origin::File(place)) => (place.file.to_string(), place.line, place.column),
            _ => (String::new(), 0, 0),
        }
    }
}

impl serde::de::Error for SettingsError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self { origin: None, message: message.to_string() }
    }
}

/// All mistakes of some settings, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", lines(.0))]
pub struct SettingsErrors(pub Vec<SettingsError>);

fn lines(errors: &[SettingsError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl SettingsErrors {
    /// Fails if there is a mistake.
    pub(super) fn check(mut errors: Vec<SettingsError>) -> Result<(), Self> {
        errors.sort_by_cached_key(SettingsError::position);
        errors.dedup();
        if errors.is_empty() { Ok(()) } else { Err(Self(errors)) }
    }
}

impl From<SettingsError> for SettingsErrors {
    fn from(error: SettingsError) -> Self {
        Self(vec![error])
    }
}
