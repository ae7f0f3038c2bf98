//! Text to lossless trees, one folder a dialect; reading never fails and never panics.

pub mod envoy;
pub mod haproxy;
pub mod nginx;

mod ids;
mod mark;
mod remark;

pub use ids::{KeywordId, NO_PARENT, StatementId};
pub use mark::{Call, VERBS, calls, fields, may_speak};
pub use remark::Remark;
