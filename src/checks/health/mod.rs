//! Is a dead target noticed.

mod health_check_not_enabled;
mod no_health_check;
mod partial_health_check;
mod unchecked_backup;

pub(super) use health_check_not_enabled::HealthCheckNotEnabled;
pub(super) use no_health_check::NoHealthCheck;
pub(super) use partial_health_check::PartialHealthCheck;
pub(super) use unchecked_backup::UncheckedBackup;
