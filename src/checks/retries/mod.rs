//! Retries and timeouts.

mod missing_timeout;
mod no_redispatch;
mod retries_disabled;
mod slow_connect_timeout;

pub(super) use missing_timeout::MissingTimeout;
pub(super) use no_redispatch::NoRedispatch;
pub(super) use retries_disabled::RetriesDisabled;
pub(super) use slow_connect_timeout::SlowConnectTimeout;
