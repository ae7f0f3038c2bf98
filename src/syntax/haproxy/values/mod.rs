//! The small languages inside HAProxy's words: durations, sizes, addresses, sample expressions, log formats.

mod address;
mod duration;
mod expression;
mod format;
mod number;

pub use address::{Host, ParsedAddress, ParsedPort, parse_address};
pub use duration::{Duration, DurationError, parse_duration, parse_size};
pub use expression::{Call, Expression, ExpressionError, parse_expression};
pub use format::{FormatError, expressions_in};
pub use number::{Number, lenient_number, strict_number};
