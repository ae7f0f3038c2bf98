//! Texts, spans, the Reader, discovery: everything between a path and the bytes that a dialect's reader gets.

mod span;
mod view;

pub use span::Span;
pub use view::View;
