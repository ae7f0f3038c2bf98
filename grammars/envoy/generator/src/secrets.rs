//! Fields that hold secrets although Envoy's own files do not mark them: judgement, by hand.

/// Message and field.
const JUDGED: &[(&str, &str)] = &[];

pub fn is_judged(message: &str, field: &str) -> bool {
    JUDGED.contains(&(message, field))
}
