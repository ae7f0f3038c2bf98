//! The nginx reader: a text becomes directives, blocks and words, exactly as the program reads it.

mod blocks;
mod comments;
mod dump;
mod fit;
mod lexer;
mod lua;
mod mounts;
mod reader;
mod recovery;
mod remarks;
mod statement;
mod tree;
mod value;
pub mod values;
mod vocabulary;
mod words;

pub use super::ids::{KeywordId, NO_PARENT, StatementId};
pub use comments::{Comment, Comments, Gaps};
pub use dump::dump_parts;
pub use fit::{Fit, Tally, block_contexts, fit, infer_contexts, is_telling};
pub use lexer::WordFlags;
pub use mounts::{Mount, MountId, Mounts, Place, Statements};
pub use reader::{parse, parse_within};
pub use remarks::remarks;
pub use statement::{Statement, StatementKind};
pub use tree::{Children, Tree};
pub use value::{VariableUse, WordValue};
pub use vocabulary::{BlockKind, CustomBlocks, Vocabulary};
pub use words::{Word, Words};
