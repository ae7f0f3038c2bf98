//! Text to lossless trees, one folder a dialect; reading never fails and never panics.

pub mod haproxy;
