//! Sample fetches and converters.

use crate::grammar::Lifetime;

/// What kind of function it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SampleKind {
    /// Takes something from the request, the connection or the process.
    Fetch,
    /// Changes a value.
    Converter,
    /// A fetch with a matching method, for conditions.
    Acl,
}

/// One function.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// What kind of function it is.
    pub kind: SampleKind,
    /// Its name.
    pub name: &'static str,
    /// The fewest arguments.
    pub fewest: u8,
    /// The most arguments; `None` if there is no limit or it is not known.
    pub most: Option<u8>,
    /// The versions that have it.
    pub lifetime: Lifetime,
}

impl Sample {
    pub(super) fn read([kind, name, fewest, most, since, removed]: [&'static str; 6]) -> Self {
        let kind = match kind {
            "converter" => SampleKind::Converter,
            "acl" => SampleKind::Acl,
            _ => SampleKind::Fetch,
        };
        let lifetime = Lifetime::read(since, removed);
        Self { kind, name, fewest: fewest.parse().unwrap_or(0), most: most.parse().ok(), lifetime }
    }
}
