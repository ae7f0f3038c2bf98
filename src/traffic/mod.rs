//! From the model to who gets the traffic: every derived value, over one view a pool that all checks share.

mod arithmetic;
mod callers;
mod cases;
mod chain;
mod detection;
mod eligible;
mod entrance;
mod failure;
mod forecast;
pub mod hash;
mod localities;
mod outage;
mod peace;
mod place;
mod policy;
pub mod ports;
mod predict;
mod priorities;
mod probe_flaw;
mod reach;
mod retry;
mod share;
mod starvation;
mod subset;
mod view;

pub use arithmetic::{one_in, percent, thousands};
pub use callers::callers;
pub use cases::Cases;
pub use detection::{Detection, can_eject, detection, ejection, slowest_detection};
pub use eligible::{Eligibility, Group, eligible};
pub use entrance::{Entrance, Part};
pub use failure::{Failure, FailureMode, Fraction, Notice, Noticed, Peace, hosts, localities, notice, pauses};
pub use forecast::{Each, Forecast, PoolForecast, Questions, forecast};
pub use outage::{Down, Outage, Outages, is_found};
pub use peace::prediction as in_peace;
pub use place::Place;
pub use policy::ring_shares;
pub use predict::{Effort, Scenario, predict};
pub use probe_flaw::{Flawed, ProbeFlaw, probe_flaw};
pub use reach::{Reach, Reached};
pub use retry::{
    attempts, chooses_another, gives_up, pool_repeats_writes, repeated_after, repeats_writes, tries_elsewhere,
};
pub use share::{Certainty, Prediction, Share};
pub use starvation::{Starvation, starved};
pub use view::{Asked, PoolView};
