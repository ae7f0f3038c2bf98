//! Trees to the model, one folder a dialect: inheritance, defaults and version differences live here.

mod cache;
pub mod envoy;
pub mod haproxy;
pub mod nginx;
mod table;
