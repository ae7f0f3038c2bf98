//! Texts to typed values, as the program's JSON layer takes them.

mod duration;
mod integer;
mod number;

pub use duration::duration;
pub use integer::yaml_integer;
pub use number::{float, integer};
