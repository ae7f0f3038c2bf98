//! Is a dead target noticed.

mod assumed_up_after_reload;
mod broken_health_check;
mod ejection_can_empty_pool;
mod flapping_health_check;
mod health_blind_endpoint;
mod health_check_not_enabled;
mod inert_outlier_detection;
mod no_health_check;
mod panic_threshold;
mod partial_health_check;
mod shallow_health_check;
mod slow_failure_detection;
mod unchecked_backup;
mod undetectable_failover;

pub(super) use assumed_up_after_reload::AssumedUpAfterReload;
pub(super) use broken_health_check::BrokenHealthCheck;
pub(super) use ejection_can_empty_pool::EjectionCanEmptyPool;
pub(super) use flapping_health_check::FlappingHealthCheck;
pub(super) use health_blind_endpoint::HealthBlindEndpoint;
pub(super) use health_check_not_enabled::HealthCheckNotEnabled;
pub(super) use inert_outlier_detection::InertOutlierDetection;
pub(super) use no_health_check::NoHealthCheck;
pub(super) use panic_threshold::PanicThreshold;
pub(super) use partial_health_check::PartialHealthCheck;
pub(super) use shallow_health_check::ShallowHealthCheck;
pub(super) use slow_failure_detection::SlowFailureDetection;
pub(super) use unchecked_backup::UncheckedBackup;
pub(super) use undetectable_failover::UndetectableFailover;
