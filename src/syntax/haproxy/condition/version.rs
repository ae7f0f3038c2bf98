//! Versions as conditions compare them.

use crate::source::Version;

/// A version as written in a condition: `a[.b[.c[.d]]][-{dev,rc,pre}n][-commit]` (`split_version` in src/haproxy.c, 2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Written {
    numbers: [u32; 4],
    is_prerelease: bool,
    has_commit: bool,
}

/// Whether this release line is at least `written`: `None` if the patch release decides it.
///
/// A text that is no version counts as lower than every version (measured with 2.6.12).
pub(super) fn is_at_least(version: Version, written: &str) -> Option<bool> {
    let Some(written) = Written::parse(written) else {
        return Some(true);
    };
    let [major, minor, patch, sub] = written.numbers;
    let own = (u32::from(version.major), u32::from(version.minor));
    if own != (major, minor) {
        return Some(own > (major, minor));
    }
    let first_release = patch == 0 && sub == 0;
    (first_release && (written.is_prerelease || !written.has_commit)).then_some(true)
}

impl Written {
    fn parse(text: &str) -> Option<Self> {
        let (numbers_text, tag) = text.split_once('-').map_or((text, None), |(numbers, tag)| (numbers, Some(tag)));
        if text.is_empty() {
            return None;
        }
        let mut numbers = [0; 4];
        let mut parts = numbers_text.split('.');
        for (number, part) in numbers.iter_mut().zip(&mut parts) {
            *number = parse_number(part)?;
        }
        if parts.next().is_some() {
            return None;
        }
        let is_prerelease = tag.is_some_and(|tag| ["dev", "rc", "pre"].iter().any(|name| tag.starts_with(name)));
        Some(Self { numbers, is_prerelease, has_commit: tag.is_some() && !is_prerelease })
    }
}

/// A missing number counts as 0, as in `2.`.
fn parse_number(text: &str) -> Option<u32> {
    if text.is_empty() { Some(0) } else { text.parse().ok() }
}
