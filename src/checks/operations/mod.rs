//! Everything around the traffic: who may change the proxy, what its logs show, whether its copies agree, whether it is as meant.

mod expired_suppression;
mod exposed_admin;
mod ineffective_expectation;
mod invisible_distribution;
mod replicas_disagree;
mod suppression_without_reason;
mod unknown_suppression;
mod unmet_expectation;
mod unused_suppression;

pub(super) use expired_suppression::ExpiredSuppression;
pub(super) use exposed_admin::ExposedAdmin;
pub(super) use ineffective_expectation::IneffectiveExpectation;
pub(super) use invisible_distribution::InvisibleDistribution;
pub(super) use replicas_disagree::ReplicasDisagree;
pub(super) use suppression_without_reason::SuppressionWithoutReason;
pub(super) use unknown_suppression::UnknownSuppression;
pub(super) use unmet_expectation::UnmetExpectation;
pub(super) use unused_suppression::UnusedSuppression;
