//! `lblint` reads load-balancer configurations and says what would send traffic to the wrong place.

pub mod diagnostic;
pub mod source;
pub mod syntax;
