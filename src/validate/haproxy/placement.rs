//! Which row of the grammar a statement belongs to, and whether its section accepts it.

use super::{SectionHeader, Validator};
use crate::diagnostic::Kind;
use crate::grammar::haproxy::{Keyword, Naming, Placement, RowId};
use crate::grammar::{Lifetime, Support};
use crate::source::{Span, Version};
use crate::validate::nearest;

/// What a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Its row; [`RowId::NONE`] for headers, preprocessor lines and what is not recognised.
    pub row: RowId,
    /// How many words stand before the first argument, the prefix included.
    pub words: u8,
    /// What lblint does with it; `None` if it was not recognised.
    pub support: Option<Support>,
    /// The stated version does not read the statement.
    pub inactive: bool,
}

impl Default for Binding {
    fn default() -> Self {
        Self::NONE
    }
}

impl Binding {
    /// Not recognised, or not read by the program.
    pub const NONE: Self = Self { row: RowId::NONE, words: 0, support: None, inactive: false };
    /// Known, and of no consequence.
    pub const IRRELEVANT: Self = Self { support: Some(Support::Irrelevant), ..Self::NONE };
    /// In a branch that the program does not read.
    pub const INACTIVE: Self = Self { inactive: true, ..Self::NONE };
    /// A section header.
    pub const HEADER: Self = Self { support: Some(Support::Modelled), words: 1, ..Self::NONE };
}

/// The bindings of all statements of a tree.
pub type Bindings = crate::validate::Bindings<Binding>;

impl<'a> Validator<'a, '_> {
    /// A section's header: its name, and whether the version has such a section.
    pub(super) fn header(&mut self) -> Binding {
        let Some(first) = self.words.first().cloned() else { return Binding::NONE };
        let Some(section) = first.known().and_then(|word| self.input.grammar.section(word)) else {
            return Binding::NONE;
        };
        let (word, naming, lifetime) = (section.name, section.naming, section.lifetime);
        let name = self.words.get(1).cloned();
        self.section = Some(SectionHeader { word, named: name.is_some() && word == "defaults" });
        self.check_lifetime(first.span, lifetime, "");
        match (&name, naming) {
            (None, Naming::Required) => self.say(first.span, Kind::MissingArgument(word.into())),
            (Some(name), Naming::Required) => self.check_name(name.span, name.known()),
            _ => {}
        }
        match word {
            "frontend" | "listen" => self.check_proxy_header(word),
            "global" => self.check_header_length(word, 1),
            "backend" if self.words.get(2).is_some_and(|third| third.is("from")) => self.check_header_length(word, 4),
            // A backend with another word is not opened: its first line is refused.
            "backend" | "peers" | "userlist" | "cache" => self.check_header_length(word, 2),
            // The others do not look at what follows (measured, 2.6.12).
            _ => {}
        }
        Binding::HEADER
    }

    /// After the name only `from DEFAULTS` may follow; an address was accepted by 1.x.
    fn check_proxy_header(&mut self, word: &'static str) {
        let Some(third) = self.words.get(2).cloned() else { return };
        let followed = self.words.get(3).is_some();
        let complaint = match third.known() {
            None => return,
            Some("from") if followed => self.words.get(4).map(|extra| (extra.span, Kind::ExtraArgument(word.into()))),
            Some("from") => Some((third.span, Kind::MissingArgument("from".into()))),
            Some(address) if address.contains(':') => {
                let lifetime = Lifetime { since: None, removed: Some(Version::new(2, 0)) };
                return self.check_lifetime(third.span, lifetime, "a `bind` line for the address");
            }
            Some(_) => Some((third.span, Kind::ExtraArgument(word.into()))),
        };
        if let Some((span, kind)) = complaint {
            self.say(span, kind);
        }
    }

    fn check_header_length(&mut self, word: &'static str, most: usize) {
        if let Some(extra) = self.words.get(most).cloned() {
            self.say(extra.span, Kind::ExtraArgument(word.into()));
        }
    }

    /// Names hold letters, digits and `-_.:` (`invalid_char` in src/standard.c, 2.6).
    pub(super) fn check_name(&mut self, span: Span, name: Option<&str>) {
        let allowed = |byte: &char| byte.is_ascii_alphanumeric() || "-_.:".contains(*byte);
        if let Some(bad) = name.and_then(|name| name.chars().find(|byte| !allowed(byte))) {
            let expected = format!("a name of letters, digits and `-_.:`; `{bad}` is not allowed");
            self.say(span, Kind::InvalidValue(expected.into()));
        }
    }

    /// Finds the row; complains if there is none or the section does not accept it.
    pub(super) fn bind(&mut self, section: SectionHeader<'a>, skip: usize) -> (Binding, Option<&'a Keyword>) {
        let grammar = self.input.grammar;
        let words = self.words.iter().skip(skip).map_while(|word| word.known());
        let Some((rows, count)) = grammar.phrase(words) else {
            return self.unknown(section, skip);
        };
        let placement = |row: &RowId| {
            grammar.keyword(*row).map_or(Placement::Refused, |keyword| keyword.sections.placement(section.word))
        };
        let accepted = rows.iter().find(|row| placement(row) != Placement::Refused && self.is_alive(**row));
        let accepted = accepted.or_else(|| rows.iter().find(|row| placement(row) != Placement::Refused));
        let Some(row) = accepted.or(rows.first()).copied() else { return (Binding::NONE, None) };
        let Some(keyword) = grammar.keyword(row) else { return (Binding::NONE, None) };
        let at = self.phrase_span(skip, count);
        self.check_placement(section, keyword, placement(&row), at);
        let binding = Binding { row, words: (skip + count) as u8, support: Some(keyword.support), inactive: false };
        (binding, Some(keyword))
    }

    fn is_alive(&self, row: RowId) -> bool {
        let version = self.input.program.version;
        self.input.grammar.keyword(row).is_some_and(|keyword| keyword.lifetime.includes(version))
    }

    fn check_placement(&mut self, section: SectionHeader<'a>, keyword: &Keyword, placement: Placement, at: Span) {
        let within: Box<str> = section.word.into();
        match placement {
            Placement::Accepted => {}
            Placement::NamedOnly if section.named => {}
            Placement::NamedOnly => {
                return self
                    .say(at, Kind::Misplaced { within, accepted_in: "a `defaults` section with a name".into() });
            }
            Placement::WithoutEffect => self.say(at, Kind::IgnoredHere(within)),
            Placement::Refused if self.doubtful => {}
            Placement::Refused => {
                let accepted_in = keyword.sections.names().collect::<Vec<_>>().join(", ").into();
                return self.say(at, Kind::Misplaced { within, accepted_in });
            }
        }
        self.check_lifetime(at, keyword.lifetime, keyword.instead);
    }

    fn unknown(&mut self, section: SectionHeader<'a>, skip: usize) -> (Binding, Option<&'a Keyword>) {
        let Some(word) = self.words.get(skip).cloned() else { return (Binding::NONE, None) };
        let Some(first) = word.known().filter(|_| !self.doubtful) else { return (Binding::NONE, None) };
        let grammar = self.input.grammar;
        let mut members = grammar.members(first).peekable();
        if members.peek().is_none() {
            let known =
                grammar.keywords().iter().filter(|row| row.sections.placement(section.word) != Placement::Refused);
            let suggestion = nearest(first, known.filter_map(|row| row.phrase.split(' ').next())).map(Into::into);
            self.say(word.span, Kind::UnknownKeyword { within: section.word.into(), suggestion });
        } else {
            self.unknown_member(first, members, skip + 1, word.span);
        }
        (Binding::NONE, None)
    }

    fn unknown_member(
        &mut self,
        family: &str,
        members: impl Iterator<Item = &'static str>,
        at: usize,
        family_at: Span,
    ) {
        let Some(word) = self.words.get(at).cloned() else {
            return self.say(family_at, Kind::MissingArgument(family.into()));
        };
        let Some(text) = word.known() else { return };
        let suggestion = nearest(text, members.filter_map(|member| member.split(' ').next())).map(Into::into);
        self.say(word.span, Kind::UnknownKeyword { within: family.into(), suggestion });
    }

    fn phrase_span(&self, skip: usize, count: usize) -> Span {
        let first = self.words.get(skip).map_or(Span::default(), |word| word.span);
        let last = self.words.get(skip + count.saturating_sub(1)).map_or(first, |word| word.span);
        first.to(last)
    }
}
