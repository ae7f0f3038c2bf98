//! Finds the serialised file descriptors that a C++ program with Protocol Buffers carries in its read-only data.

use std::collections::BTreeMap;

use crate::wire::{self, Value};

/// Numbers of the length-delimited fields of `FileDescriptorProto`, and of the others.
const LENGTH_DELIMITED: [u32; 10] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12];
const NUMBERS: [u32; 3] = [10, 11, 14];

/// File name to serialised descriptor. A program may carry a file twice, once with options taken out: the longest wins.
pub fn descriptors(program: &[u8]) -> BTreeMap<String, &[u8]> {
    let mut found: BTreeMap<String, &[u8]> = BTreeMap::new();
    for end in ends_of_names(program) {
        for length in 7..=127 {
            let Some(start) = named_file(program, end, length) else { continue };
            let descriptor = extent(&program[start..]);
            let name = String::from_utf8_lossy(&program[end - length..end]).into_owned();
            let known = found.entry(name).or_default();
            if descriptor.len() > known.len() {
                *known = descriptor;
            }
        }
    }
    found
}

fn ends_of_names(program: &[u8]) -> impl Iterator<Item = usize> {
    const SUFFIX: &[u8] = b".proto";
    program.windows(SUFFIX.len()).enumerate().filter(|(_, text)| *text == SUFFIX).map(|(at, _)| at + SUFFIX.len())
}

/// Where `0a LENGTH name` begins, if the bytes before `end` are that.
fn named_file(program: &[u8], end: usize, length: usize) -> Option<usize> {
    let start = end.checked_sub(length + 2)?;
    let header = program.get(start..start + 2)?;
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./".contains(byte);
    (header[0] == 0x0a && usize::from(header[1]) == length && program[start + 2..end].iter().all(is_name))
        .then_some(start)
}

/// The bytes up to the first field that a file descriptor cannot have there; its name comes once, first.
fn extent(bytes: &[u8]) -> &[u8] {
    let mut fields = wire::fields(bytes);
    let mut length = 0;
    while let Some((number, value)) = fields.next() {
        let is_field = match value {
            Value::Bytes(_) => LENGTH_DELIMITED.contains(&number) && (number != 1 || length == 0),
            Value::Varint(_) => NUMBERS.contains(&number),
            _ => false,
        };
        if !is_field {
            break;
        }
        length = bytes.len() - fields.rest.len();
    }
    &bytes[..length]
}
