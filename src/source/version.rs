//! Versions of the proxies.

/// A minor version of a proxy, such as HAProxy 2.6. Patch levels do not change what a configuration means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The number before the first dot.
    pub major: u8,
    /// The number after it.
    pub minor: u8,
}

impl Version {
    /// Version `major.minor`.
    pub const fn new(major: u8, minor: u8) -> Self {
        Self { major, minor }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
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
        Ok(Self { major, minor })
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn patch_levels_and_prefixes_are_read_over() {
        for text in ["2.6", "2.6.12", "v2.6.0", "2.6-dev3"] {
            assert_eq!(text.parse(), Ok(Version::new(2, 6)));
        }
        assert!("two".parse::<Version>().is_err());
        assert!("2".parse::<Version>().is_err());
    }

    #[test]
    fn versions_are_ordered() {
        assert!(Version::new(2, 10) > Version::new(2, 9));
        assert!(Version::new(3, 0) > Version::new(2, 10));
    }
}
