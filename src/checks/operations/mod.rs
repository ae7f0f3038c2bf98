//! Everything around the traffic: who may change the proxy, what its logs show, whether its copies agree, whether it is as meant.

mod exposed_admin;
mod ineffective_expectation;
mod invisible_distribution;
mod replicas_disagree;
mod unmet_expectation;

pub(super) use exposed_admin::ExposedAdmin;
pub(super) use ineffective_expectation::IneffectiveExpectation;
pub(super) use invisible_distribution::InvisibleDistribution;
pub(super) use replicas_disagree::ReplicasDisagree;
pub(super) use unmet_expectation::UnmetExpectation;
