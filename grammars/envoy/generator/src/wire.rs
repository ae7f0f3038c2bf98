//! The wire format of Protocol Buffers: the fields of a serialised message, one after the other, unknown ones included.

/// A field's value as it is encoded.
#[derive(Clone, Copy, Debug)]
pub enum Value<'b> {
    Varint(u64),
    Fixed64(u64),
    Bytes(&'b [u8]),
    Fixed32(u32),
}

impl<'b> Value<'b> {
    pub fn bytes(self) -> &'b [u8] {
        if let Value::Bytes(bytes) = self { bytes } else { &[] }
    }

    pub fn text(self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }

    pub fn varint(self) -> u64 {
        if let Value::Varint(number) = self { number } else { 0 }
    }
}

/// Reads fields from the start of the bytes; `rest` is what is behind the last one that could be read.
pub struct Fields<'b> {
    pub rest: &'b [u8],
}

pub fn fields(bytes: &[u8]) -> Fields<'_> {
    Fields { rest: bytes }
}

impl<'b> Iterator for Fields<'b> {
    type Item = (u32, Value<'b>);

    fn next(&mut self) -> Option<Self::Item> {
        let (tag, rest) = varint(self.rest)?;
        let number = u32::try_from(tag >> 3).ok().filter(|number| *number > 0)?;
        let (value, rest) = match tag & 7 {
            0 => varint(rest).map(|(number, rest)| (Value::Varint(number), rest))?,
            1 => rest.split_first_chunk().map(|(eight, rest)| (Value::Fixed64(u64::from_le_bytes(*eight)), rest))?,
            2 => {
                let (length, rest) = varint(rest)?;
                rest.split_at_checked(usize::try_from(length).ok()?).map(|(bytes, rest)| (Value::Bytes(bytes), rest))?
            }
            5 => rest.split_first_chunk().map(|(four, rest)| (Value::Fixed32(u32::from_le_bytes(*four)), rest))?,
            _ => return None,
        };
        self.rest = rest;
        Some((number, value))
    }
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (index, byte) in bytes.iter().enumerate().take(10) {
        number |= u64::from(byte & 127) << (7 * index);
        if byte & 128 == 0 {
            return Some((number, &bytes[index + 1..]));
        }
    }
    None
}

/// The last value of a field, as readers of the format take it.
pub fn last(bytes: &[u8], wanted: u32) -> Option<Value<'_>> {
    fields(bytes).filter(|(number, _)| *number == wanted).last().map(|(_, value)| value)
}

/// Every value of a field.
pub fn all(bytes: &[u8], wanted: u32) -> impl Iterator<Item = Value<'_>> {
    fields(bytes).filter(move |(number, _)| *number == wanted).map(|(_, value)| value)
}
