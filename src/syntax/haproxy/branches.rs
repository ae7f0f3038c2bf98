//! Conditional branches: which statements stand in which arm of which `.if`.

use super::condition::Decision;
use crate::source::Span;

/// One arm of an `.if` group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch {
    /// From the end of the line that opens the arm to the start of the line that closes it.
    pub span: Span,
    /// The words after `.if` or `.elif`; empty for `.else`.
    pub condition: Span,
    /// 0 for `.if`, then counting; 255 stands for 255 and more.
    pub arm: u8,
    /// Whether the arm is an `.else`.
    pub is_else: bool,
    /// The arm around the group, as an index into [`super::Tree::branches`].
    pub parent: Option<u32>,
    /// The arm before this one in the group.
    pub previous: Option<u32>,
    /// The group's `.if` arm, as an index into [`super::Tree::branches`].
    pub first: u32,
}

/// Nesting from which on the program gives up: `MAXNESTEDCONDS` of include/haproxy/cfgcond-t.h, 2.6.
/// So 99 levels are accepted (measured with 2.6.12).
pub(super) const NESTING_LIMIT: usize = 100;

/// A group that is not closed yet.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// The `.if` statement, for the complaint that it is never closed.
    statement: Span,
    current: u32,
    /// Whether the statements around the group are read.
    outside: Decision,
    /// Whether one of the arms up to the current one is taken.
    taken: Decision,
    /// Whether the statements of the current arm are read.
    inside: Decision,
}

/// The groups that are open at one place of the text, and the arms found so far.
#[derive(Debug, Default)]
pub(super) struct BranchStack {
    pub(super) branches: Vec<Branch>,
    open: Vec<Open>,
    /// `.if` lines beyond the nesting limit: only their `.endif` counts.
    ignored: u32,
}

/// Why an `.elif`, `.else` or `.endif` does not fit, or an `.if` is too deep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    Unexpected,
    TooDeep,
    /// Belongs to an `.if` that was already complained about.
    Ignored,
}

impl BranchStack {
    /// Whether the program reads the statements at the current place, as far as constants decide it.
    #[inline]
    pub(super) fn here(&self) -> Decision {
        self.open.last().map_or(Decision::True, |open| open.inside)
    }

    /// Whether the program evaluates the condition of an `.elif` at the current place.
    pub(super) fn reaches_elif(&self) -> Decision {
        self.open.last().map_or(Decision::False, |open| open.outside.and(open.taken.not()))
    }

    /// Opens a group. `decision` is what constants make of the condition.
    pub(super) fn open(&mut self, statement: Span, condition: Span, decision: Decision) -> Result<(), Misfit> {
        if self.open.len() + 1 >= NESTING_LIMIT {
            self.ignored += 1;
            return Err(if self.ignored == 1 { Misfit::TooDeep } else { Misfit::Ignored });
        }
        let first = self.branches.len() as u32;
        let (parent, outside) = (self.open.last().map(|open| open.current), self.here());
        self.push(statement.end, Branch { condition, parent, first, ..Branch::EMPTY });
        let inside = outside.and(decision);
        self.open.push(Open { statement, current: first, outside, taken: decision, inside });
        Ok(())
    }

    /// Begins the next arm of the innermost group: `.else` if there is no condition.
    pub(super) fn next_arm(&mut self, line: Span, condition: Option<Span>, decision: Decision) -> Result<(), Misfit> {
        let open = self.innermost()?;
        let current = self.branches.get(open.current as usize).copied().unwrap_or(Branch::EMPTY);
        if current.is_else {
            return Err(Misfit::Unexpected);
        }
        self.close_arm(open.current, line.start);
        let branch = Branch {
            condition: condition.unwrap_or(Span::empty(line.end)),
            arm: current.arm.saturating_add(1),
            is_else: condition.is_none(),
            previous: Some(open.current),
            ..current
        };
        let index = self.branches.len() as u32;
        self.push(line.end, branch);
        if let Some(open) = self.open.last_mut() {
            open.current = index;
            open.inside = open.outside.and(open.taken.not()).and(decision);
            open.taken = open.taken.or(decision);
        }
        Ok(())
    }

    /// Ends the innermost group.
    pub(super) fn close(&mut self, line: Span) -> Result<(), Misfit> {
        if self.ignored > 0 {
            self.ignored -= 1;
            return Err(Misfit::Ignored);
        }
        let open = self.open.pop().ok_or(Misfit::Unexpected)?;
        self.close_arm(open.current, line.start);
        Ok(())
    }

    /// Ends what is still open at the end of the text; gives the `.if` statements.
    pub(super) fn close_all(&mut self, end: u32) -> Vec<Span> {
        let open = std::mem::take(&mut self.open);
        for group in &open {
            self.close_arm(group.current, end);
        }
        open.iter().map(|group| group.statement).collect()
    }

    fn innermost(&self) -> Result<Open, Misfit> {
        if self.ignored > 0 {
            return Err(Misfit::Ignored);
        }
        self.open.last().copied().ok_or(Misfit::Unexpected)
    }

    fn push(&mut self, start: u32, branch: Branch) {
        self.branches.push(Branch { span: Span::empty(start), ..branch });
    }

    fn close_arm(&mut self, index: u32, end: u32) {
        if let Some(branch) = self.branches.get_mut(index as usize) {
            branch.span.end = end;
        }
    }
}

impl Branch {
    const EMPTY: Self = Self {
        span: Span::empty(0),
        condition: Span::empty(0),
        arm: 0,
        is_else: false,
        parent: None,
        previous: None,
        first: 0,
    };
}
