//! Values of fields with where they are written, or why they are not known.

use crate::model::{Fact, Origin, Timeout, Value, Why};
use crate::syntax::envoy::{Message, Scalar, values};

/// What lowering asks of a message's fields; each is `default` if the field is not set.
pub(super) trait Facts {
    /// A whole number.
    fn number(&self, name: &str, default: Fact<u32>) -> Fact<u32>;
    /// `true` or `false`.
    fn flag(&self, name: &str, default: Fact<bool>) -> Fact<bool>;
    /// Whether a flag is surely set.
    fn has(&self, name: &str) -> bool;
    /// A duration in milliseconds, rounded up.
    fn duration(&self, name: &str, default: Fact<Timeout>) -> Fact<Timeout>;
    /// A percentage, `{value: 50}`, in whole percent, rounded.
    fn percent(&self, name: &str, default: Fact<u32>) -> Fact<u32>;
    /// The word of an enumeration in capitals, or its number.
    fn word(&self, name: &str) -> Option<String>;
}

impl Facts for Message<'_> {
    fn number(&self, name: &str, default: Fact<u32>) -> Fact<u32> {
        fact(self, name, default, |value| read(value, 0, whole))
    }

    fn flag(&self, name: &str, default: Fact<bool>) -> Fact<bool> {
        fact(self, name, default, truth)
    }

    fn has(&self, name: &str) -> bool {
        self.field(name).is_some_and(|value| truth(&value) == Value::Known(true))
    }

    fn duration(&self, name: &str, default: Fact<Timeout>) -> Fact<Timeout> {
        fact(self, name, default, milliseconds)
    }

    fn percent(&self, name: &str, default: Fact<u32>) -> Fact<u32> {
        fact(self, name, default, |value| read(value, 0, rounded))
    }

    fn word(&self, name: &str) -> Option<String> {
        let value = self.field(name)?;
        let number = value.integer().map(|number| number.to_string());
        number.or_else(|| value.text().map(|text| text.to_ascii_uppercase()))
    }
}

/// A field's value and where it is written.
fn fact<T>(message: &Message<'_>, name: &str, default: Fact<T>, read: impl Fn(&Message<'_>) -> Value<T>) -> Fact<T> {
    match message.field(name) {
        Some(value) => Fact { value: read(&value), origin: Origin::written(message.place(name)) },
        None => default,
    }
}

/// What a scalar of a type is, or why that is not known. Of a wrapper type it may stand in `{value: ...}`; without one it
/// is `empty`.
fn read<T>(message: &Message<'_>, empty: T, read: impl Fn(&Message<'_>) -> Option<T>) -> Value<T> {
    let scalar = if message.is_mapping() { message.field("value") } else { Some(*message) };
    match scalar {
        None => Value::Known(empty),
        Some(scalar) if scalar.is_masked() => Value::Unknown(Why::Template),
        Some(scalar) => read(&scalar).map_or(Value::Unknown(Why::Malformed), Value::Known),
    }
}

fn truth(message: &Message<'_>) -> Value<bool> {
    read(message, false, |scalar| match scalar.scalar() {
        Scalar::Bool(value) => Some(value),
        Scalar::Text { value, .. } => value.parse().ok(),
        _ => None,
    })
}

fn milliseconds(message: &Message<'_>) -> Value<Timeout> {
    if message.is_mapping() {
        let part = |name: &str| message.field(name).and_then(|part| u64::try_from(part.integer()?).ok()).unwrap_or(0);
        let (seconds, nanos) = (part("seconds"), part("nanos"));
        return Value::Known(Timeout::After(seconds.saturating_mul(1000).saturating_add(nanos.div_ceil(1_000_000))));
    }
    read(message, Timeout::After(0), |scalar| {
        let nanoseconds = u128::try_from(values::duration(&scalar.text()?)?).ok()?;
        u64::try_from(nanoseconds.div_ceil(1_000_000)).ok().map(Timeout::After)
    })
}

fn whole(message: &Message<'_>) -> Option<u32> {
    u32::try_from(message.integer()?).ok()
}

fn rounded(message: &Message<'_>) -> Option<u32> {
    if let Some(number) = message.integer() {
        return u32::try_from(number).ok();
    }
    let percent = values::float(&message.text()?)?.round();
    (0..=100_u32).find(|whole| f64::from(*whole) >= percent)
}
