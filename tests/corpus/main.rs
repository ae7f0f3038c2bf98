//! Real configurations, labelled by the real programs: nothing panics, trees partition, verdicts agree.
//!
//! The corpus is no part of the project; where `../shared/corpus` is absent these tests say that they were skipped.

mod counts;
mod files;
mod verdicts;
