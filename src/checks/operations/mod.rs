//! Everything around the traffic: who may change the proxy, what its logs show, whether its copies agree.

mod expired_suppression;
mod exposed_admin;
mod invisible_distribution;
mod replicas_disagree;
mod suppression_without_reason;
mod unknown_suppression;
mod unused_suppression;

pub(super) use expired_suppression::ExpiredSuppression;
pub(super) use exposed_admin::ExposedAdmin;
pub(super) use invisible_distribution::InvisibleDistribution;
pub(super) use replicas_disagree::ReplicasDisagree;
pub(super) use suppression_without_reason::SuppressionWithoutReason;
pub(super) use unknown_suppression::UnknownSuppression;
pub(super) use unused_suppression::UnusedSuppression;
