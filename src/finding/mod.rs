//! What a check says about one cause: a finding, its severity and confidence, the places it speaks of, its fingerprint, its fixes.

pub mod cut;
mod fingerprint;
mod fix;
mod known;
mod meta;

pub use fingerprint::fingerprint;
pub use fix::{Edit, Fix};
pub use known::{Census, Fate, Known, Sieve};
#[cfg(test)]
pub(crate) use meta::EXAMPLE;
pub use meta::{Confidence, Dialects, Group, Meta, Profile, Severity};

use crate::source::Span;

/// A place that a finding speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The words.
    pub span: Span,
    /// What they have to do with it.
    pub text: String,
}

/// What a finding is about. Its path is part of the fingerprint, so it holds names only.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Subject {
    /// The unit's root file, as it is shown.
    pub unit: String,
    /// The same from the root of its project: what the fingerprint is made of.
    #[serde(skip)]
    pub unit_in_project: String,
    /// The pool, or whatever section the finding is about.
    pub pool: Option<String>,
    /// The target.
    pub target: Option<String>,
    /// What tells two findings of one check on the same subject apart.
    #[serde(skip)]
    pub discriminator: String,
}

impl Subject {
    /// A whole unit, by its root file: as it is shown, and from the root of its project.
    pub fn of_unit(root: &str, root_in_project: &str) -> Self {
        Self { unit: root.to_owned(), unit_in_project: root_in_project.to_owned(), ..Self::default() }
    }

    /// One of its pools, or another named section.
    #[must_use]
    pub fn pool(self, name: &str) -> Self {
        Self { pool: Some(name.to_owned()), ..self }
    }

    /// One of a pool's targets.
    #[must_use]
    pub fn target(self, name: &str) -> Self {
        Self { target: Some(name.to_owned()), ..self }
    }

    /// What tells it from the same subject of another finding of the check: a name, a directive, a word; no number that
    /// somebody may edit.
    #[must_use]
    pub fn told_by(self, discriminator: &str) -> Self {
        Self { discriminator: discriminator.to_owned(), ..self }
    }
}

/// What a check says about one cause.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The check.
    pub meta: &'static Meta,
    /// How bad it is; at most the check's own severity.
    pub severity: Severity,
    /// How sure it is; at most the check's own confidence.
    pub confidence: Confidence,
    /// From which profile on it is shown; at least the check's own.
    pub profile: Profile,
    /// One sentence: the pool and the consequence, with numbers.
    pub message: String,
    /// The cause: the decisive text.
    pub primary: Label,
    /// The other places of the story.
    pub related: Vec<Label>,
    /// Every subject that the cause reaches.
    pub subjects: Vec<Subject>,
    /// Further sentences.
    pub notes: Vec<String>,
    /// What to write.
    pub help: Vec<String>,
    /// How the texts can be changed so that the cause is gone; each way stands for itself.
    pub fixes: Vec<Fix>,
    /// The checks whose findings swallow it: those that its check follows, unless it stands alone.
    pub follows: &'static [&'static str],
    /// The same statement in other sources.
    pub copies: Vec<Span>,
}

impl Finding {
    /// A finding of `meta` whose cause stands at `cause`.
    pub fn new(meta: &'static Meta, cause: Span, subject: Subject, message: impl Into<String>) -> Self {
        Self {
            meta,
            severity: meta.severity,
            confidence: meta.confidence,
            profile: meta.profile,
            message: message.into(),
            primary: Label { span: cause, text: String::new() },
            related: Vec::new(),
            subjects: vec![subject],
            notes: Vec::new(),
            help: Vec::new(),
            fixes: Vec::new(),
            follows: meta.follows,
            copies: Vec::new(),
        }
    }

    /// Follows from nothing that its check follows otherwise.
    #[must_use]
    pub const fn standing_alone(mut self) -> Self {
        self.follows = &[];
        self
    }

    /// What the cause's words have to do with it.
    #[must_use]
    pub fn because(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Another place of the story.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// A further sentence; an empty one adds nothing.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        self.notes.extend((!text.is_empty()).then_some(text));
        self
    }

    /// What to write.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// A way to mend it.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fixes.extend(fix.into());
        self
    }

    /// Lowers the severity; a finding is never worse than its check says.
    #[must_use]
    pub fn at_most(mut self, severity: Severity) -> Self {
        self.severity = self.severity.min(severity);
        self
    }

    /// Keeps it out of the profiles below this one.
    #[must_use]
    pub fn only_from(mut self, profile: Profile) -> Self {
        self.profile = self.profile.max(profile);
        self
    }

    /// Is about these subjects, each once; none leave it as it is.
    #[must_use]
    pub fn about(mut self, subjects: impl IntoIterator<Item = Subject>) -> Self {
        let mut seen = rustc_hash::FxHashSet::default();
        let subjects: Vec<Subject> = subjects.into_iter().filter(|subject| seen.insert(subject.clone())).collect();
        if !subjects.is_empty() {
            self.subjects = subjects;
        }
        self
    }

    /// The fingerprint of each subject, in the order of the subjects.
    pub fn fingerprints(&self) -> impl Iterator<Item = String> {
        self.subjects.iter().map(|subject| fingerprint(self.meta.name, subject))
    }
}
