//! Versions of the proxies.

/// A version of a proxy, such as HAProxy 2.6 or nginx 1.29.7. Without a patch level it means a whole release line.
///
/// nginx adds directives in patch levels of its mainline, so they count; a line as a whole counts as its last release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The number before the first dot.
    pub major: u8,
    /// The number after it.
    pub minor: u8,
    /// The number after the second dot; [`Version::WHOLE_LINE`] if the release line as a whole is meant.
    pub patch: u8,
}

impl Version {
    /// The patch level that stands for a release line as a whole.
    pub const WHOLE_LINE: u8 = u8::MAX;

    /// The first release of a line: `major.minor.0`.
    pub const fn new(major: u8, minor: u8) -> Self {
        Self { major, minor, patch: 0 }
    }

    /// One release.
    pub const fn release(major: u8, minor: u8, patch: u8) -> Self {
        Self { major, minor, patch }
    }

    /// A release line as a whole, as people state it: `2.6`.
    pub const fn line(major: u8, minor: u8) -> Self {
        Self { major, minor, patch: Self::WHOLE_LINE }
    }

    /// A table's cell: `2.6` is its first release.
    pub(crate) fn in_table(text: &str) -> Option<Self> {
        let version: Self = text.parse().ok()?;
        Some(if version.patch == Self::WHOLE_LINE { Self::new(version.major, version.minor) } else { version })
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)?;
        match self.patch {
            0 | Self::WHOLE_LINE => Ok(()),
            patch => write!(formatter, ".{patch}"),
        }
    }
}

impl std::str::FromStr for Version {
    type Err = String;

    /// Reads `2.6`, `2.6.12`, `v3.2` or `3.5-dev5`.
    fn from_str(text: &str) -> Result<Self, String> {
        let error = || format!("`{text}` is no version; write one such as 2.6 or 2.6.12");
        let mut parts = text.trim_start_matches('v').split(['.', '-']);
        let major = parts.next().and_then(|part| part.parse().ok()).ok_or_else(error)?;
        let minor = parts.next().and_then(|part| part.parse().ok()).ok_or_else(error)?;
        // A patch level above 254 does not exist; `dev5` belongs to the line.
        let patch = parts.next().and_then(|part| part.parse().ok()).unwrap_or(Self::WHOLE_LINE);
        Ok(Self { major, minor, patch })
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn a_version_is_a_line_or_a_release() {
        assert_eq!("2.6".parse(), Ok(Version::line(2, 6)));
        assert_eq!("2.6-dev3".parse(), Ok(Version::line(2, 6)));
        assert_eq!("v2.6.12".parse(), Ok(Version::release(2, 6, 12)));
        assert_eq!("2.6.0".parse(), Ok(Version::new(2, 6)));
        assert!("two".parse::<Version>().is_err());
        assert!("2".parse::<Version>().is_err());
    }

    #[test]
    fn versions_are_ordered() {
        assert!(Version::new(2, 10) > Version::new(2, 9));
        assert!(Version::new(3, 0) > Version::new(2, 10));
        assert!(Version::release(1, 29, 7) > Version::release(1, 29, 6));
        assert!(Version::line(1, 29) > Version::release(1, 29, 7), "a line counts as its last release");
        assert!(Version::line(1, 29) < Version::new(1, 30));
    }

    #[test]
    fn versions_print_as_they_are_written() {
        let print = |version: Version| version.to_string();
        assert_eq!(print(Version::line(1, 28)), "1.28");
        assert_eq!(print(Version::release(1, 29, 7)), "1.29.7");
        assert_eq!(Version::in_table("1.27.3"), Some(Version::release(1, 27, 3)));
        assert_eq!(Version::in_table("2.6"), Some(Version::new(2, 6)));
    }
}
