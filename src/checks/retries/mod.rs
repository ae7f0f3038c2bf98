//! Retries and timeouts.

mod inconsistent_timeouts;
mod missing_timeout;
mod no_redispatch;
mod retries_disabled;
mod retry_amplification;
mod retry_never_happens;
mod slow_connect_timeout;
mod unitless_timeout;
mod unsafe_retry;

pub(super) use inconsistent_timeouts::InconsistentTimeouts;
pub(super) use missing_timeout::MissingTimeout;
pub(super) use no_redispatch::NoRedispatch;
pub(super) use retries_disabled::RetriesDisabled;
pub(super) use retry_amplification::RetryAmplification;
pub(super) use retry_never_happens::RetryNeverHappens;
pub(super) use slow_connect_timeout::SlowConnectTimeout;
pub(super) use unsafe_retry::UnsafeRetry;

use crate::model::{Fact, Timeout};

/// How many milliseconds a timeout leaves; `None` if it has no end, or is not known.
fn limited(timeout: &Fact<Timeout>) -> Option<u64> {
    timeout.get()?.milliseconds().filter(|milliseconds| *milliseconds > 0)
}
pub(super) use unitless_timeout::UnitlessTimeout;
