//! `lblint` reads load-balancer configurations and says what would send traffic to the wrong place.

pub mod analysis;
pub mod checks;
pub mod diagnostic;
pub mod finding;
pub mod grammar;
pub mod lower;
pub mod model;
pub mod report;
pub mod settings;
pub mod source;
pub mod syntax;
pub mod traffic;
pub mod triage;
pub mod validate;
