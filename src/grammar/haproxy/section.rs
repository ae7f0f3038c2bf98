//! Sections and sets of sections.

use crate::grammar::Lifetime;

/// Whether a section's header takes a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// It takes none.
    Unnamed,
    /// It may have one.
    Optional,
    /// It must have one.
    Required,
}

/// One kind of section.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// The word that opens it.
    pub name: &'static str,
    /// Whether it is named.
    pub naming: Naming,
    /// The versions that have it.
    pub lifetime: Lifetime,
}

impl Section {
    pub(super) fn read([name, naming, since, removed]: [&'static str; 4]) -> Self {
        let naming = match naming {
            "required" => Naming::Required,
            "optional" => Naming::Optional,
            _ => Naming::Unnamed,
        };
        Self { name, naming, lifetime: Lifetime::read(since, removed) }
    }
}

/// In which sections a statement may stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SectionSet {
    entries: Vec<(&'static str, Placement)>,
}

/// What a section makes of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// It is accepted and has an effect.
    Accepted,
    /// Only if the section has a name (`defaults NAME`).
    NamedOnly,
    /// The program warns and ignores it.
    WithoutEffect,
    /// The program refuses it.
    Refused,
}

impl SectionSet {
    pub(super) fn read(cell: &'static str) -> Self {
        Self { entries: cell.split(',').filter(|entry| !entry.is_empty()).map(read_entry).collect() }
    }

    /// What the section makes of a statement with this set.
    pub fn placement(&self, section: &str) -> Placement {
        let entry = self.entries.iter().find(|(name, _)| *name == section);
        entry.map_or(Placement::Refused, |(_, placement)| *placement)
    }

    /// The names of the sections that accept it.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.entries.iter().filter(|(_, placement)| *placement != Placement::WithoutEffect).map(|(name, _)| *name)
    }
}

fn read_entry(entry: &'static str) -> (&'static str, Placement) {
    if let Some(name) = entry.strip_suffix('!') {
        (name, Placement::NamedOnly)
    } else if let Some(name) = entry.strip_suffix('~') {
        (name, Placement::WithoutEffect)
    } else {
        (entry, Placement::Accepted)
    }
}
