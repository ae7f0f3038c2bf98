//! Text to lossless trees, one folder a dialect; reading never fails and never panics.

pub mod envoy;
pub mod haproxy;
pub mod nginx;

mod ids;
mod remark;

pub use ids::{KeywordId, NO_PARENT, StatementId};
pub use remark::Remark;
