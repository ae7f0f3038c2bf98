//! Everything around the traffic: who may change the proxy, what its logs show, whether its copies agree.

mod exposed_admin;
mod invisible_distribution;
mod replicas_disagree;

pub(super) use exposed_admin::ExposedAdmin;
pub(super) use invisible_distribution::InvisibleDistribution;
pub(super) use replicas_disagree::ReplicasDisagree;
