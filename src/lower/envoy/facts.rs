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
}

impl Facts for Message<'_> {
    fn number(&self, name: &str, default: Fact<u32>) -> Fact<u32> {
        fact(self, name, default, |value| read(value, whole))
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
        let rounded = |text: &str| Some(values::float(text)?.round().max(0.0) as u32);
        fact(self, name, default, |value| read(value, rounded))
    }
}

/// A field's value and where it is written.
fn fact<T>(message: &Message<'_>, name: &str, default: Fact<T>, read: impl Fn(&Message<'_>) -> Value<T>) -> Fact<T> {
    match message.field(name) {
        Some(value) => Fact { value: read(&value), origin: Origin::written(message.place(name)) },
        None => default,
    }
}

/// A value of a wrapper type: the scalar itself, or `{value: ...}`.
fn unwrapped<'a>(message: &Message<'a>) -> Message<'a> {
    if message.is_mapping() { message.field("value").unwrap_or(*message) } else { *message }
}

/// What a scalar of a type is, or why that is not known.
fn read<T>(message: &Message<'_>, read: impl Fn(&str) -> Option<T>) -> Value<T> {
    let message = unwrapped(message);
    if message.is_masked() {
        return Value::Unknown(Why::Template);
    }
    message.text().and_then(|text| read(&text)).map_or(Value::Unknown(Why::Malformed), Value::Known)
}

fn truth(message: &Message<'_>) -> Value<bool> {
    let message = unwrapped(message);
    match message.scalar() {
        Scalar::Bool(value) => Value::Known(value),
        Scalar::Masked => Value::Unknown(Why::Template),
        _ => match message.text().as_deref() {
            Some("true") => Value::Known(true),
            Some("false") => Value::Known(false),
            _ => Value::Unknown(Why::Malformed),
        },
    }
}

fn milliseconds(message: &Message<'_>) -> Value<Timeout> {
    if message.is_mapping() {
        let part = |name: &str| message.field(name).and_then(|part| part.text().and_then(|text| whole(&text)));
        let (seconds, nanos) = (part("seconds").unwrap_or(0), part("nanos").unwrap_or(0));
        return Value::Known(Timeout::After(u64::from(seconds) * 1000 + u64::from(nanos.div_ceil(1_000_000))));
    }
    read(message, |text| {
        let nanoseconds = u128::try_from(values::duration(text)?).ok()?;
        u64::try_from(nanoseconds.div_ceil(1_000_000)).ok().map(Timeout::After)
    })
}

fn whole(text: &str) -> Option<u32> {
    values::integer(text).and_then(|number| u32::try_from(number).ok())
}
