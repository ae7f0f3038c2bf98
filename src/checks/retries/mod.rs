//! Retries and timeouts.

mod inconsistent_timeouts;
mod missing_timeout;
mod no_redispatch;
mod retries_disabled;
mod retry_amplification;
mod retry_never_happens;
mod slow_connect_timeout;
mod unsafe_retry;
mod unitless_timeout;

pub(super) use inconsistent_timeouts::InconsistentTimeouts;
pub(super) use missing_timeout::MissingTimeout;
pub(super) use no_redispatch::NoRedispatch;
pub(super) use retries_disabled::RetriesDisabled;
pub(super) use retry_amplification::RetryAmplification;
pub(super) use retry_never_happens::RetryNeverHappens;
pub(super) use slow_connect_timeout::SlowConnectTimeout;
pub(super) use unsafe_retry::UnsafeRetry;
pub(super) use unitless_timeout::UnitlessTimeout;
