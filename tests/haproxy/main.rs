//! HAProxy's rules, one test each: what is inherited, what is a default, what is refused, what is not known.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr, reason = "tests")]

mod checks;
mod drills;
mod inheritance;
mod logging;
mod model;
mod names;
mod needs;
mod operations;
mod routes;
mod rules;
mod servers;
mod sessions;
mod shares;
mod validation;
