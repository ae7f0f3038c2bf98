//! The model against the real programs, which run here in a network of their own that leads nowhere.
//!
//! Where a program or what it needs is not installed these tests say that they were skipped.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, clippy::print_stderr, reason = "tests")]

mod corpus;
mod envoy;
mod envoy_cases;
mod envoy_examples;
mod envoy_model;
mod envoy_mutants;
mod envoy_pools;
mod envoy_rings;
mod envoy_rules;
mod envoy_running;
mod haproxy;
mod haproxy_hashes;
mod mutants;
mod nginx;
mod nginx_failures;
mod nginx_hashes;
mod nginx_mutants;
mod nginx_pools;
mod nginx_running;
#[path = "../common/placeholders.rs"]
mod placeholders;
mod pools;
mod reduce;
mod shares;
