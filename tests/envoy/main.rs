//! Envoy's rules, one test each: what is a default and where it is written, what files belong together, what is refused.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod clusters;
mod drills;
mod endpoints;
mod model;
mod operations;
mod routes;
mod units;
mod validation;
