//! Trees to the model, one folder a dialect: inheritance, defaults and version differences live here.

mod answers;
mod cache;
pub mod envoy;
pub mod haproxy;
pub mod nginx;
mod table;

pub use answers::{Answer, Answers};
