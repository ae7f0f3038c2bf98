//! Retries and timeouts.

mod missing_timeout;
mod no_redispatch;

pub(super) use missing_timeout::MissingTimeout;
pub(super) use no_redispatch::NoRedispatch;
