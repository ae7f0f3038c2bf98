//! Tables that hashing policies look targets up in, built as the programs build them: shares are read off, not estimated.

pub mod envoy;
