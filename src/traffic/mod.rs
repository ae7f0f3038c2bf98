//! From the model to who gets the traffic: every derived value, over one view a pool that all checks share.

mod arithmetic;
mod eligible;
mod failure;
pub mod hash;
mod localities;
mod predict;
mod priorities;
mod reach;
mod retry;
mod ring;
mod starvation;
mod view;

pub use arithmetic::{one_in, percent, thousands};
pub use eligible::{Eligibility, Group, eligible};
pub use failure::{Detection, can_eject, detection, ejection};
pub use predict::{Certainty, Prediction, Scenario, Share, predict};
pub use reach::{Reach, Reached};
pub use retry::{chooses_another, gives_up, tries_elsewhere};
pub use ring::ring_shares;
pub use starvation::{Starvation, starved};
pub use view::PoolView;
