//! Decides conditions with three values: true, false, and what only the running program can tell.

use super::parse::{Condition, Expression, Factor, Predicate, Term};
use super::version::is_at_least;
use super::{Environment, UNKNOWN_TEXT};
use crate::source::Version;
use crate::syntax::haproxy::environment::Variable;

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It depends on something that is not known.
    Undecided,
}

impl Decision {
    /// Both hold.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Undecided,
        }
    }

    /// One of them holds.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    /// It does not hold.
    #[must_use]
    pub const fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Undecided => Self::Undecided,
        }
    }
}

impl From<bool> for Decision {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

impl From<Option<bool>> for Decision {
    fn from(holds: Option<bool>) -> Self {
        holds.map_or(Self::Undecided, Self::from)
    }
}

/// What is known of the program that will read the configuration.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    /// The release line that will run.
    pub version: Option<Version>,
    /// All features that the program was built with, without the `+`.
    pub features: Option<&'a [&'a str]>,
    /// Environment variables at the place of the condition.
    pub environment: Option<&'a Environment>,
}

impl Condition {
    /// Whether the condition holds.
    pub fn decide(&self, facts: &Facts<'_>) -> Decision {
        self.0.as_ref().map_or(Decision::False, |expression| decide_expression(expression, facts))
    }
}

fn decide_expression(expression: &Expression, facts: &Facts<'_>) -> Decision {
    let decide_all = |factors: &Vec<Factor>| {
        factors.iter().map(|factor| decide_factor(factor, facts)).fold(Decision::True, Decision::and)
    };
    expression.alternatives.iter().map(decide_all).fold(Decision::False, Decision::or)
}

fn decide_factor(factor: &Factor, facts: &Facts<'_>) -> Decision {
    let decision = match &factor.term {
        Term::Constant(value) => Decision::from(*value),
        Term::Group(expression) => decide_expression(expression, facts),
        Term::Predicate(predicate, arguments) => decide_predicate(*predicate, arguments, facts),
    };
    if factor.is_negated { decision.not() } else { decision }
}

fn decide_predicate(predicate: Predicate, arguments: &[String], facts: &Facts<'_>) -> Decision {
    if arguments.iter().any(|argument| argument.contains(UNKNOWN_TEXT)) {
        return Decision::Undecided;
    }
    let first = arguments.first().map_or("", String::as_str);
    let second = arguments.get(1).map_or("", String::as_str);
    match predicate {
        Predicate::Defined => decide_defined(first, facts.environment),
        Predicate::Feature => facts.features.map(|features| features.contains(&first)).into(),
        Predicate::StringsEqual => (first == second).into(),
        Predicate::StringsDiffer => (first != second).into(),
        Predicate::Contains => first.contains(second).into(),
        Predicate::VersionAtLeast => facts.version.and_then(|version| is_at_least(version, first)).into(),
        Predicate::VersionBefore => {
            facts.version.and_then(|version| is_at_least(version, first)).map(|at_least| !at_least).into()
        }
        Predicate::OpensslVersionAtLeast
        | Predicate::OpensslVersionBefore
        | Predicate::SslLibraryNameStartsWith
        | Predicate::AwsLcApiAtLeast
        | Predicate::AwsLcApiBefore
        | Predicate::Enabled
        | Predicate::FipsMode => Decision::Undecided,
    }
}

fn decide_defined(name: &str, environment: Option<&Environment>) -> Decision {
    // No process has a variable without a name (measured with 2.6.12).
    if name.is_empty() {
        return Decision::False;
    }
    match environment.map(|environment| environment.get(name)) {
        Some(Variable::Known(_)) => Decision::True,
        Some(Variable::Unset) => Decision::False,
        Some(Variable::Unknown) | None => Decision::Undecided,
    }
}
