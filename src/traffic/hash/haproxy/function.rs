//! From a key to the 32 bits that choose a server.

use std::net::IpAddr;

/// The functions of `hash-type` (HAProxy 2.6.12, `src/hash.c`; research 3.5). All work byte by byte, modulo 2^32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    /// `h = c + (h << 6) + (h << 16) - h`, from 0. The default.
    Sdbm,
    /// `h = 33 h + c`, from 5381.
    Djb2,
    /// Two words that are inverted, rotated by bits of themselves and swapped.
    Wt6,
    /// CRC-32 as in Ethernet and zlib.
    Crc32,
    /// The key is a decimal number (since 2.9; `read_int64` in `src/tools.c`).
    None,
}

/// A hash function with what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyHash {
    /// The function for the key's bytes.
    pub function: Function,
    /// Whether the result is mixed once more.
    pub avalanche: bool,
}

impl KeyHash {
    /// What holds where `hash-type` names no function (research 2.2): sdbm, mixed once more only if consistent.
    pub const fn unnamed(consistent: bool) -> Self {
        Self { function: Function::Sdbm, avalanche: consistent }
    }

    /// The hash of a key's bytes (HAProxy `gen_hash`, `src/backend.c`).
    pub fn of(self, key: &[u8]) -> u32 {
        self.finish(match self.function {
            Function::Sdbm => sdbm(key),
            Function::Djb2 => djb2(key),
            Function::Wt6 => wt6(key),
            Function::Crc32 => crc32(key),
            Function::None => number(key),
        })
    }

    /// The hash of a client's address for `balance source` (HAProxy `get_server_sh`, `src/backend.c`; research 3.5):
    /// its 32-bit words combined by exclusive or. The function plays no part.
    pub fn of_address(self, address: IpAddr) -> u32 {
        self.finish(match address {
            IpAddr::V4(address) => address.to_bits(),
            IpAddr::V6(address) => {
                let bits = address.to_bits();
                let halves = (bits >> 64) ^ bits;
                (halves >> 32) as u32 ^ halves as u32
            }
        })
    }

    fn finish(self, hash: u32) -> u32 {
        if self.avalanche { avalanche(hash) } else { hash }
    }
}

/// The integer hash of Bob Jenkins in six rounds, times 3221225473 (HAProxy `full_hash`, `include/haproxy/intops.h`;
/// research 3.5). No two numbers have the same.
pub const fn avalanche(number: u32) -> u32 {
    let mut a = number;
    a = a.wrapping_add(0x7ed5_5d16).wrapping_add(a << 12);
    a = (a ^ 0xc761_c23c) ^ (a >> 19);
    a = a.wrapping_add(0x1656_67b1).wrapping_add(a << 5);
    a = a.wrapping_add(0xd3a2_646c) ^ (a << 9);
    a = a.wrapping_add(0xfd70_46c5).wrapping_add(a << 3);
    a = (a ^ 0xb55a_4f09) ^ (a >> 16);
    a.wrapping_mul(3_221_225_473)
}

fn sdbm(key: &[u8]) -> u32 {
    key.iter()
        .fold(0, |hash: u32, &byte| u32::from(byte).wrapping_add(hash << 6).wrapping_add(hash << 16).wrapping_sub(hash))
}

fn djb2(key: &[u8]) -> u32 {
    key.iter().fold(5381, |hash: u32, &byte| hash.wrapping_mul(33).wrapping_add(u32::from(byte)))
}

fn wt6(key: &[u8]) -> u32 {
    let (mut left, mut right) = (0xa53c_965a_u32, 0x5ca6_953a_u32);
    let (mut left_turn, mut right_turn) = (18, 6);
    for &byte in key {
        let mixed = !(left ^ u32::from(byte));
        let summed = !right.wrapping_add(u32::from(byte));
        (left, right) = (summed.rotate_left(right_turn), mixed.rotate_left(left_turn));
        let turns = ((left >> 16) ^ right) & 0xffff;
        (right_turn, left_turn) = (turns & 0x1f, turns >> 11);
    }
    left ^ right
}

/// Bit by bit: keys are short, and a table would be read from memory.
fn crc32(key: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0xedb8_8320;
    !key.iter().fold(!0, |rest: u32, &byte| {
        (0..8).fold(rest ^ u32::from(byte), |bits, _| (bits >> 1) ^ (POLYNOMIAL * (bits & 1)))
    })
}

/// The digits at the start, behind a sign, as a 64-bit number that stops at its limits; of that the low 32 bits.
fn number(key: &[u8]) -> u32 {
    let negative = key.starts_with(b"-");
    let digits = key.strip_prefix(b"-").or_else(|| key.strip_prefix(b"+")).unwrap_or(key);
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
    let value = digits.fold(0, |value: i64, &digit| {
        let digit = i64::from(digit - b'0');
        let value = value.saturating_mul(10);
        if negative { value.saturating_sub(digit) } else { value.saturating_add(digit) }
    });
    value.cast_unsigned() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(function: Function, key: &str) -> u32 {
        KeyHash { function, avalanche: false }.of(key.as_bytes())
    }

    #[test]
    fn functions_give_their_published_values() {
        // The check value of CRC-32/ISO-HDLC; one step of each recurrence by hand.
        assert_eq!(of(Function::Crc32, "123456789"), 0xcbf4_3926);
        assert_eq!(of(Function::Sdbm, "a"), 97);
        assert_eq!(of(Function::Sdbm, "ab"), 98 + 97 * 65_599);
        assert_eq!(of(Function::Djb2, ""), 5381);
        assert_eq!(of(Function::Djb2, "a"), 5381 * 33 + 97);
        assert_eq!(of(Function::Wt6, ""), 0xa53c_965a ^ 0x5ca6_953a);
    }

    #[test]
    fn a_number_is_its_own_hash() {
        assert_eq!(of(Function::None, "4294967297x"), 1);
        assert_eq!(of(Function::None, "-1"), u32::MAX);
        assert_eq!(of(Function::None, "+7"), 7);
        assert_eq!(of(Function::None, "x7"), 0);
        assert_eq!(of(Function::None, "99999999999999999999"), u32::MAX);
        assert_eq!(of(Function::None, "-99999999999999999999"), 0);
    }

    #[test]
    fn addresses_are_folded_and_not_hashed() {
        let plain = KeyHash { function: Function::Djb2, avalanche: false };
        assert_eq!(plain.of_address("10.0.0.1".parse().unwrap()), 0x0a00_0001);
        assert_eq!(plain.of_address("2001:db8::1:0:2".parse().unwrap()), 0x2001_0db8 ^ 1 ^ 2);
        let mixed = KeyHash { avalanche: true, ..plain };
        assert_eq!(mixed.of_address("10.0.0.1".parse().unwrap()), avalanche(0x0a00_0001));
    }
}
