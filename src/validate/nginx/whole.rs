//! stub
pub fn repeated() {}
