//! Real configurations, labelled by the real programs: nothing panics, trees partition, verdicts agree.
//!
//! The corpus is no part of the project; where `../shared/corpus` is absent these tests say that they were skipped.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, clippy::print_stderr, reason = "tests")]

mod counts;
mod envoy;
mod files;
#[path = "../common/fixed.rs"]
#[allow(dead_code, reason = "the fixes' own test looks at the texts")]
mod fixed;
mod fixes;
mod k8s;
mod nginx;
#[path = "../common/placeholders.rs"]
mod placeholders;
#[path = "../incidents/programs.rs"]
mod programs;
mod seeds;
mod templated;
mod verdicts;
