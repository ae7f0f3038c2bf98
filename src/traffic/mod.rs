//! From the model to who gets the traffic: every derived value, over one view a pool that all checks share.

mod arithmetic;
mod detection;
mod eligible;
mod failure;
pub mod hash;
mod localities;
mod policy;
mod predict;
mod priorities;
mod reach;
mod retry;
mod share;
mod view;

pub use arithmetic::{one_in, percent};
pub use detection::{Detection, can_eject, detection, ejection};
pub use eligible::{Eligibility, Group, eligible};
pub use failure::{Failure, FailureMode, Fraction, Notice, Noticed, each_failure, fail, hosts, localities};
pub use policy::ring_shares;
pub use predict::{Effort, Scenario, predict};
pub use reach::{Reach, Reached};
pub use retry::{chooses_another, gives_up, tries_elsewhere};
pub use share::{Certainty, Prediction, Share};
pub use view::PoolView;
