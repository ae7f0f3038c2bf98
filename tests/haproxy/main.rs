//! HAProxy's rules, one test each: what is inherited, what is a default, what is refused, what is not known.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr, reason = "tests")]

mod checks;
mod inheritance;
mod model;
mod names;
mod routes;
mod servers;
mod shares;
mod validation;
