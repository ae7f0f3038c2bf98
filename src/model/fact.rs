//! A value of the model together with where it came from, or why it is not known.

use crate::grammar::rules::RuleId;
use crate::source::{Span, View};

/// A value, or why it is not known. "Off", "infinite" and "none" are values of `T`, never a missing fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Value<T> {
    /// What the configuration says, or the program's default.
    Known(T),
    /// Why it cannot be said.
    Unknown(Why),
}

/// Why something is not known from the configuration alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Why {
    /// A template expression stands there.
    Template,
    /// A variable of the environment stands there.
    Variable,
    /// The request decides: a header, an argument, an address.
    Request,
    /// It stands in a file that was not read.
    OtherFile,
    /// A condition that is not decided chooses between different values.
    Condition,
    /// The body of a loop.
    Repetition,
    /// The answer comes from elsewhere: DNS, service discovery, a control plane.
    Remote,
    /// The setting is understood and not modelled.
    Unsupported,
    /// The text is not valid.
    Malformed,
}

impl Why {
    /// What to call it in a sentence: "unknown: ...".
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Template => "a template expression",
            Self::Variable => "an environment variable",
            Self::Request => "a value of the request",
            Self::OtherFile => "a file that was not read",
            Self::Condition => "an undecided condition",
            Self::Repetition => "a loop",
            Self::Remote => "discovery at run time",
            Self::Unsupported => "a setting that lblint does not model",
            Self::Malformed => "a statement that could not be read",
        }
    }
}

/// How a value came to be in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OriginKind {
    /// Written where it applies.
    Written,
    /// Written in a place that this one inherits from.
    Inherited,
    /// Written nowhere: the program's default.
    Default,
}

/// Where the decisive text stands and by which rule it decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The word itself (written), the word in the place it comes from (inherited), or the outermost
    /// scope where one line would set it for this pool (default).
    pub at: Span,
    /// How it came to be in force.
    pub kind: OriginKind,
    /// The default's rule; [`RuleId::NONE`] where it was written.
    pub rule: RuleId,
}

impl Origin {
    /// Written at `at`.
    pub const fn written(at: Span) -> Self {
        Self { at, kind: OriginKind::Written, rule: RuleId::NONE }
    }

    /// The program's default by `rule`; one line at `at` would set it.
    pub const fn default(at: Span, rule: RuleId) -> Self {
        Self { at, kind: OriginKind::Default, rule }
    }

    /// The same origin as seen from a place that inherits: written there means inherited here.
    #[must_use]
    pub const fn inherited(self) -> Self {
        match self.kind {
            OriginKind::Written => Self { kind: OriginKind::Inherited, ..self },
            OriginKind::Inherited | OriginKind::Default => self,
        }
    }

    /// The place where it is written, if it is: a default stands nowhere.
    pub fn written_at(self) -> Option<Span> {
        self.is_explicit().then_some(self.at)
    }

    /// Whether somebody wrote it, here or in a place that this one inherits from.
    pub fn is_explicit(self) -> bool {
        self.kind != OriginKind::Default
    }
}

/// A value with its origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fact<T> {
    /// The value, or why it is not known.
    pub value: Value<T>,
    /// Where it came from.
    pub origin: Origin,
}

impl<T> Fact<T> {
    /// A known value.
    pub const fn known(value: T, origin: Origin) -> Self {
        Self { value: Value::Known(value), origin }
    }

    /// A value that is not known.
    pub const fn unknown(why: Why, origin: Origin) -> Self {
        Self { value: Value::Unknown(why), origin }
    }

    /// The value if it is known.
    pub const fn get(&self) -> Option<&T> {
        match &self.value {
            Value::Known(value) => Some(value),
            Value::Unknown(_) => None,
        }
    }

    /// Why it is not known, if so.
    pub const fn why(&self) -> Option<Why> {
        match self.value {
            Value::Known(_) => None,
            Value::Unknown(why) => Some(why),
        }
    }

    /// The fact as seen from a place that inherits it.
    #[must_use]
    pub fn inherited(self) -> Self {
        Self { origin: self.origin.inherited(), ..self }
    }
}

impl<T: PartialEq> Fact<T> {
    /// Whether the value is known to be `value`; false while in doubt.
    pub fn is(&self, value: &T) -> bool {
        self.get() == Some(value)
    }
}

/// Whether a list holds all there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// Every item is in the list.
    Complete,
    /// There may be more, for this reason, to be read at this place.
    Incomplete(Why, Span),
}

impl Completeness {
    /// Whether every item is in the list.
    pub const fn is_complete(self) -> bool {
        matches!(self, Self::Complete)
    }
}

/// One arm of a condition that cannot be decided. Of the arms of one condition no two are there at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Arm {
    /// The condition, by where it begins.
    pub condition: u32,
    /// Which of its arms, from 0.
    pub number: u16,
    /// It is there whenever none of the others is: `else`.
    pub is_rest: bool,
}

/// Whether a statement takes part: conditional blocks and templates leave that open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// It always does.
    Always,
    /// A condition that cannot be decided guards it.
    Maybe(Arm),
    /// It stands in a loop: once or many times.
    Repeated(u32),
}

impl Presence {
    /// Whether what stands at an offset of a template is there, as seen from another place: an arm around both is no
    /// question.
    pub fn in_template(view: View<'_>, offset: u32, seen_from: Option<u32>) -> Self {
        if view.arms.is_empty() {
            return Self::Always;
        }
        let mut arms = view.arms_within(offset, seen_from).peekable();
        let Some(&innermost) = arms.peek() else { return Self::Always };
        match arms.find(|arm| arm.repeats) {
            Some(arm) => Self::Repeated(arm.span.start),
            None => Self::Maybe(Arm {
                condition: innermost.group,
                number: u16::try_from(innermost.number).unwrap_or(u16::MAX),
                is_rest: innermost.is_rest,
            }),
        }
    }

    /// Whether the statement is surely there, once.
    pub const fn is_certain(self) -> bool {
        matches!(self, Self::Always)
    }

    /// Whether another statement is surely there where this one is: it always is, or both stand in one arm.
    pub fn implies(self, other: Self) -> bool {
        match (self, other) {
            (Self::Always | Self::Maybe(_), Self::Always) => true,
            (Self::Maybe(arm), Self::Maybe(other)) => arm == other,
            (Self::Always, Self::Maybe(_)) | (Self::Repeated(_), _) | (_, Self::Repeated(_)) => false,
        }
    }
}
