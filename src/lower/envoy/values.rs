//! Temporary.
pub(super) fn integer(text: &str) -> Option<i64> { crate::syntax::envoy::values::yaml_integer(text).or_else(|| text.parse::<f64>().ok().filter(|n| n.fract() == 0.0).map(|n| n as i64)) }
pub(super) fn float(text: &str) -> Option<f64> { text.parse().ok() }
pub(super) fn duration(text: &str) -> Option<i128> { let n: f64 = text.strip_suffix('s')?.parse().ok()?; Some((n * 1e9).round() as i128) }
