//! Texts to typed values, as the program's JSON layer takes them.

mod bytes;
mod number;
mod time;

pub use bytes::is_base64;
pub use number::{boolean, float, integer, yaml_integer};
pub use time::{duration, is_timestamp};
