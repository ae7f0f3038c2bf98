//! A suppression: where it stands, what it names and covers, and what it was seen to do.

use rustc_hash::FxHashSet;

use super::words::{self, Words};
use crate::finding::{Finding, Meta, Subject};
use crate::settings::{Allow, Date, Selector, Settings};
use crate::source::{Dialect, Span};
use crate::syntax::{Remark, calls};

/// A comment or an `[[allow]]` that hides findings.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// The comment, or the entry of the settings.
    pub at: Span,
    /// What it covers.
    pub scope: Scope,
    /// The checks and groups that it names.
    pub names: Vec<Name>,
    /// Why; empty if nobody said.
    pub reason: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// That day is past.
    pub is_expired: bool,
    /// What a finding about it is about.
    pub subject: Subject,
    /// What else it covers.
    pub(super) more: Vec<Span>,
    /// The languages of what it covers.
    pub(super) dialects: Vec<Dialect>,
    /// Whether findings about it are wanted.
    pub is_reported: bool,
    /// Whether what it is for may be found elsewhere: in the rest of a configuration of which only a part was read.
    pub(super) is_open: bool,
    /// How many things its comment calls for; with others it cannot be deleted as a whole.
    pub(super) calls: usize,
    /// What cannot be read, and where.
    pub(super) mistakes: Vec<(String, Span)>,
}

/// What a suppression covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A statement, or a block.
    Statement(Span),
    /// A whole text.
    File(Span),
    /// What an entry of the settings is about, by its position.
    Setting(usize),
    /// Nothing: no statement follows the comment.
    Nothing,
    /// Nothing: it speaks of the file, and statements stand before it.
    Misplaced,
}

impl Scope {
    const fn extent(&self) -> Option<Span> {
        match self {
            Self::Statement(span) | Self::File(span) => Some(*span),
            Self::Setting(_) | Self::Nothing | Self::Misplaced => None,
        }
    }
}

/// A check or a group that a suppression names.
#[derive(Clone, Debug)]
pub struct Name {
    /// As it is written.
    pub text: String,
    /// Where.
    pub at: Span,
    /// What it names, if it is known.
    pub selector: Option<Selector>,
    /// The findings that it hides, or would if it had not expired: check and cause.
    pub found: FxHashSet<(&'static str, Span)>,
    /// It names a finding that the settings do not let it hide.
    pub(super) is_overruled: bool,
}

impl Suppression {
    /// All that a comment allows, each with its place in the comment's words.
    pub(super) fn of_comment(remark: &Remark, text: &str, settings: &Settings) -> Vec<(usize, Self)> {
        let calls = calls(text).len();
        let one = |(at, words)| (at, Self { calls, ..Self::of_words(remark, words, settings) });
        words::parse(text, remark.has_colon).into_iter().map(one).collect()
    }

    fn of_words(remark: &Remark, words: Words, settings: &Settings) -> Self {
        let Words { whole_file, names, until, owner, reason, mistakes } = words;
        let place = |range: std::ops::Range<usize>| {
            Span::new(remark.words.start + range.start as u32, remark.words.start + range.end as u32)
        };
        let scope = match (whole_file, remark.file, remark.covers) {
            (true, Some(file), _) => Scope::File(file),
            (true, None, _) => Scope::Misplaced,
            (false, _, Some(statement)) => Scope::Statement(statement),
            (false, _, None) => Scope::Nothing,
        };
        Self {
            at: remark.at,
            scope,
            names: names.into_iter().map(|(text, range)| Name::new(text, place(range))).collect(),
            reason,
            owner,
            until,
            is_expired: is_past(until, settings),
            subject: Subject::default(),
            more: Vec::new(),
            dialects: Vec::new(),
            is_reported: false,
            mistakes: mistakes.into_iter().map(|(message, range)| (message, place(range))).collect(),
            is_open: false,
            calls: 1,
        }
    }

    /// The texts that it covers.
    pub(super) fn extents(&self) -> impl Iterator<Item = Span> + '_ {
        self.scope.extent().into_iter().chain(self.more.iter().copied())
    }

    /// Adds what it covers in another text: an entry of a manifest may hold several.
    pub(super) fn also_covers(&mut self, scope: &Scope) {
        let new = scope.extent().filter(|span| !self.extents().any(|known| known == *span));
        match (&self.scope, new) {
            (Scope::Nothing | Scope::Misplaced, Some(_)) => self.scope = scope.clone(),
            (_, new) => self.more.extend(new),
        }
    }

    /// An entry of the settings; `at` is where it names its check.
    pub(super) fn of_setting(position: usize, allow: &Allow, at: Span, settings: &Settings) -> Self {
        let until = allow.until.map(|until| until.0);
        let file = allow.check.at.as_ref().map_or("", |at| &*at.file);
        let discriminator = format!("{} {}", allow.check.value, allow.about());
        Self {
            at,
            scope: Scope::Setting(position),
            names: vec![Name::new(allow.check.value.clone(), at)],
            reason: allow.reason.trim().to_owned(),
            owner: allow.owner.clone(),
            until,
            is_expired: is_past(until, settings),
            subject: Subject { discriminator, ..Subject::of_unit(file, file) },
            more: Vec::new(),
            dialects: Vec::new(),
            is_reported: true,
            mistakes: Vec::new(),
            is_open: false,
            calls: 1,
        }
    }

    /// Notes that it covers a finding, which the settings let it hide or not; whether it hides it.
    pub(super) fn meets(&mut self, finding: &Finding, is_allowed: bool) -> bool {
        let mut hides = false;
        for name in self.names.iter_mut().filter(|name| name.matches(finding.meta)) {
            if is_allowed {
                name.found.insert((finding.meta.name, finding.primary.span));
                hides = !self.is_expired;
            } else {
                name.is_overruled = true;
            }
        }
        hides
    }

    /// How many findings it hides, or would if it had not expired.
    pub fn findings(&self) -> usize {
        let all: FxHashSet<_> = self.names.iter().flat_map(|name| &name.found).collect();
        all.len()
    }
}

fn is_past(until: Option<Date>, settings: &Settings) -> bool {
    until.zip(settings.today).is_some_and(|(until, today)| until < today)
}

impl Name {
    pub(super) fn new(text: String, at: Span) -> Self {
        let selector = text.parse().ok();
        Self { text, at, selector, found: FxHashSet::default(), is_overruled: false }
    }

    pub(super) fn matches(&self, meta: &Meta) -> bool {
        self.selector.as_ref().is_some_and(|selector| selector.matches(meta))
    }
}
