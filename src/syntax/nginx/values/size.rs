//! Numbers of bytes (`ngx_parse_size`, `ngx_parse_offset`, `src/core/ngx_parse.c`).

use super::number::{LARGEST, number};

/// A number of bytes: digits and at most one of `k` and `m`, in either case.
pub fn size(text: &str) -> Option<u64> {
    scaled(text, |unit| match unit {
        b'k' | b'K' => Some(1 << 10),
        b'm' | b'M' => Some(1 << 20),
        _ => None,
    })
}

/// The same with `g`: what may be larger than memory.
pub fn offset(text: &str) -> Option<u64> {
    scaled(text, |unit| match unit {
        b'k' | b'K' => Some(1 << 10),
        b'm' | b'M' => Some(1 << 20),
        b'g' | b'G' => Some(1 << 30),
        _ => None,
    })
}

fn scaled(text: &str, scale: impl Fn(u8) -> Option<u64>) -> Option<u64> {
    let scale = text.bytes().last().and_then(scale);
    let digits = if scale.is_some() { text.get(..text.len() - 1)? } else { text };
    number(digits)?.checked_mul(scale.unwrap_or(1)).filter(|bytes| *bytes <= LARGEST)
}

#[cfg(test)]
mod tests {
    use super::{offset, size};

    #[test]
    fn a_size_has_one_unit_at_most() {
        assert_eq!(size("0"), Some(0));
        assert_eq!(size("8k"), Some(8192));
        assert_eq!(size("64K"), Some(65_536));
        assert_eq!(size("10m"), Some(10_485_760));
        assert_eq!(size("1M"), Some(1_048_576));
        for refused in ["", "k", "1g", "1kb", "1.5m", "-1", "1 k", "9007199254740992k"] {
            assert_eq!(size(refused), None, "{refused:?}");
        }
        assert_eq!(size("9007199254740991k"), Some(9_007_199_254_740_991 << 10));
    }

    #[test]
    fn an_offset_may_be_in_gigabytes() {
        assert_eq!(offset("2g"), Some(2_147_483_648));
        assert_eq!(offset("1G"), Some(1_073_741_824));
        assert_eq!(offset("512m"), Some(536_870_912));
        assert_eq!(offset("1t"), None);
    }
}
