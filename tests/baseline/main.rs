//! The baseline and `--new-since` as users meet them: in repositories of their own, with the real git.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics fails, as it should")]

mod baseline;
mod identity;
mod new_since;
mod repository;
