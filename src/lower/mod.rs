//! Trees to the model, one folder a dialect: inheritance, defaults and version differences live here.

pub mod haproxy;
