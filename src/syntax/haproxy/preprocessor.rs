//! Lines that begin with a dot: conditional branches and messages.

use super::Vocabulary;
use super::branches::{Misfit, NESTING_LIMIT};
use super::condition::{self, Decision, Facts};
use super::lexer::WordFlags;
use super::reader::{Line, Reader};
use super::shape::Shape;
use super::words::Words;
use crate::diagnostic::Kind;
use crate::source::Span;

impl<'a, V: Vocabulary + ?Sized> Reader<'a, '_, V> {
    /// Acts on a preprocessor line whose first word is `name`.
    pub(super) fn preprocessor(&mut self, line: Line<'a>, shape: &Shape, name: &str) {
        let statement = line.span(shape.first.start, shape.end);
        let outcome = match name {
            ".if" => {
                let condition = arguments(line, shape);
                let decision = self.decide(condition, self.branches.here());
                self.branches.open(statement, condition, decision)
            }
            ".elif" => {
                let condition = arguments(line, shape);
                let decision = self.decide(condition, self.branches.reaches_elif());
                self.branches.next_arm(statement, Some(condition), decision)
            }
            ".else" => {
                self.forbid_argument(statement, 1);
                self.branches.next_arm(statement, None, Decision::True)
            }
            ".endif" => {
                self.forbid_argument(statement, 1);
                self.branches.close(statement)
            }
            _ => return self.message(line, shape, name),
        };
        self.report_misfit(statement, outcome);
    }

    fn report_misfit(&mut self, statement: Span, outcome: Result<(), Misfit>) {
        match outcome {
            Ok(()) | Err(Misfit::Ignored) => {}
            Err(Misfit::Unexpected) => self.report(statement, Kind::UnexpectedBranch),
            Err(Misfit::TooDeep) => self.report(statement, Kind::TooDeep(NESTING_LIMIT as u32 - 1)),
        }
    }

    /// What constants make of a condition. It is refused only where the program evaluates it for certain.
    fn decide(&mut self, condition: Span, reached: Decision) -> Decision {
        let text = condition::text(self.view, condition, &self.environment);
        match condition::evaluate(&text, &Facts::default()) {
            Ok(decision) => decision,
            Err(reason) => {
                if reached == Decision::True {
                    self.report(condition, Kind::BadCondition(reason));
                }
                Decision::Undecided
            }
        }
    }

    /// `.notice`, `.warning`, `.alert`, `.diag`, with one argument; inside an arm that may not be read, anything goes.
    fn message(&mut self, line: Line<'a>, shape: &Shape, name: &str) {
        if self.branches.here() != Decision::True {
            return;
        }
        if matches!(name, ".notice" | ".warning" | ".alert" | ".diag") {
            self.forbid_argument(line.span(shape.first.start, shape.end), 2);
        } else {
            self.report(line.word(shape.first), Kind::UnknownPreprocessorWord);
        }
    }

    /// Complains about the word number `count` (from 0) of a statement, if it is there and not empty.
    fn forbid_argument(&mut self, statement: Span, count: usize) {
        let words = Words::new(self.view.slice(statement), statement.start, false);
        let extra = words.until_empty().nth(count).filter(|word| !word.flags.has(WordFlags::VARIABLE));
        if let Some(word) = extra {
            self.report(Span::new(word.span.start, statement.end), Kind::ExtraPreprocessorWord);
        }
    }
}

/// All words after the first.
const fn arguments(line: Line<'_>, shape: &Shape) -> Span {
    if shape.words > 1 { line.span(shape.second.start, shape.end) } else { Span::empty(line.span(0, shape.end).end) }
}
