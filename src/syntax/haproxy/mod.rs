//! The `HAProxy` reader: a text becomes statements, words and conditional branches, exactly as the program reads it.

pub mod condition;
pub mod values;

mod branches;
mod comments;
mod environment;
mod lexer;
mod preprocessor;
mod reader;
mod remarks;
mod shape;
mod statement;
mod tree;
mod value;
mod variable;
mod words;

pub use super::ids::{KeywordId, NO_PARENT, StatementId};
pub use branches::Branch;
pub use comments::{Comment, Comments, Gaps};
pub use condition::Decision;
pub use environment::{Environment, Variable};
pub use lexer::WordFlags;
pub use reader::parse;
pub use remarks::remarks;
pub use statement::{Prefix, Statement, StatementKind};
pub use tree::{Section, Tree};
pub use value::WordValue;
pub use words::{VariableUse, Word, Words};

/// What the reader must know of the grammar: which words begin a section, and what number a first word has.
pub trait Vocabulary {
    /// Whether a line that begins with `word` begins a section.
    fn is_section(&self, word: &str) -> bool;

    /// The number of a statement's first word; [`KeywordId::UNKNOWN`] if the grammar does not have it.
    fn keyword(&self, word: &str) -> KeywordId;
}
