//! Texts to typed values, as the program's JSON layer takes them.

mod integer;

pub use integer::yaml_integer;
