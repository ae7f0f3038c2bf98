//! The tree of one text: its statements in order, its sections and its conditional branches.

use std::ops::Range;

use super::branches::Branch;
use super::comments::{Comments, Gaps};
use super::condition::{self, Decision, Facts};
use super::environment::Environment;
use super::statement::{Statement, StatementKind};
use super::words::Words;
use crate::source::View;
use crate::syntax::StatementId;

/// A section: its header and what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The header.
    pub header: StatementId,
    /// Indices of the statements that follow, up to the next header; preprocessor lines are among them.
    pub body: Range<u32>,
}

impl Section {
    /// The statements that follow the header.
    pub fn body(&self) -> impl ExactSizeIterator<Item = StatementId> + use<> {
        self.body.clone().map(StatementId)
    }
}

/// What reading a text gives. Statements and gaps partition the text; words and gaps joined give it back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// All statements, by offset.
    pub statements: Vec<Statement>,
    /// All arms of all `.if` groups, by the offset where they begin.
    pub branches: Vec<Branch>,
    pub(super) sections: Vec<Section>,
}

impl Tree {
    /// The statement with this id.
    #[inline]
    pub fn get(&self, id: StatementId) -> Option<&Statement> {
        self.statements.get(id.0 as usize)
    }

    /// Every statement with its id, by offset.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (StatementId, &Statement)> {
        self.statements.iter().enumerate().map(|(index, statement)| (StatementId(index as u32), statement))
    }

    /// The words of a statement; none for a scope or an error.
    #[inline]
    pub fn words<'a>(&self, view: View<'a>, id: StatementId) -> Words<'a> {
        match self.get(id) {
            Some(statement) if has_words(statement.kind()) => {
                Words::new(view.slice(statement.span), statement.span.start, statement.is_plain())
            }
            _ => Words::new("", view.base, true),
        }
    }

    /// The sections, by offset. A header that is an error begins none, and what follows it belongs to none.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The statement that holds the byte at `offset`.
    pub fn statement_at(&self, offset: u32) -> Option<StatementId> {
        let index = self.statements.partition_point(|statement| statement.span.end <= offset);
        let statement = self.statements.get(index)?;
        statement.span.contains(offset).then_some(StatementId(index as u32))
    }

    /// The arms that hold the byte at `offset`, as indices into [`Tree::branches`], from the innermost outward.
    pub fn branches_at(&self, offset: u32) -> impl Iterator<Item = u32> {
        let after = self.branches.partition_point(|branch| branch.span.start <= offset);
        // The arm that began last holds the offset, or lies in the one that does.
        std::iter::successors(after.checked_sub(1).map(|index| index as u32), |&index| self.branch(index)?.parent)
            .filter(move |&index| self.branch(index).is_some_and(|branch| branch.span.contains(offset)))
    }

    /// The arm with this index.
    pub fn branch(&self, index: u32) -> Option<&Branch> {
        self.branches.get(index as usize)
    }

    /// Whether the program reads the statements of an arm, as far as `facts` decide it.
    ///
    /// This is about one group: whether the arm around the group is read is asked with [`Branch::parent`].
    pub fn decide(&self, view: View<'_>, branch: &Branch, facts: &Facts<'_>) -> Decision {
        let nothing_known = Environment::new();
        let environment = facts.environment.unwrap_or(&nothing_known);
        let condition = |arm: &Branch| {
            let text = condition::text(view, arm.condition, environment);
            condition::evaluate(&text, facts).unwrap_or(Decision::Undecided)
        };
        let own = if branch.is_else { Decision::True } else { condition(branch) };
        std::iter::successors(self.before(branch), |arm| self.before(arm))
            .fold(own, |decision, arm| decision.and(condition(arm).not()))
    }

    fn before(&self, branch: &Branch) -> Option<&Branch> {
        self.branch(branch.previous?)
    }

    /// The parts of the text between statements, the empty ones left out.
    pub fn gaps(&self, view: View<'_>) -> Gaps<'_> {
        Gaps::new(&self.statements, view)
    }

    /// The comments of the text, found when asked for.
    pub fn comments<'a>(&'a self, view: View<'a>) -> Comments<'a> {
        Comments::new(self.gaps(view), view)
    }
}

const fn has_words(kind: StatementKind) -> bool {
    !matches!(kind, StatementKind::Scope | StatementKind::Error)
}
