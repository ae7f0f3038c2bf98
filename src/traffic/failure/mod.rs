//! What happens when targets fail: whether that is noticed, what is lost until then and afterwards, who takes over.

mod each;
mod encounter;
mod envoy;
mod haproxy;
mod mode;
mod nginx;
mod notice;
mod outcome;

pub use each::{hosts, localities};
pub use haproxy::pauses;
pub use mode::FailureMode;
pub use notice::{Notice, Noticed, notice};
pub use outcome::{Failure, Fraction, Peace};
