//! Binds each statement to its row of the grammar, once, and says what the program would refuse or misread.

mod bindings;
pub mod envoy;
pub mod haproxy;
pub mod nginx;
mod suggestion;

pub use bindings::Bindings;
pub use suggestion::{nearest, resembling};

use crate::source::Version;

/// The program that will read a configuration.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Its version.
    pub version: Version,
    /// Whether the user said so; otherwise it is lblint's assumption.
    pub stated: bool,
}
