//! What an HTTP health check sends, and which answers it takes for good.

use super::{Fact, Origin, Text, Why};
use crate::source::Span;

/// What an HTTP health check sends and takes for a good answer. Without meaning for checks of other kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HttpCheck {
    /// The method of the request.
    pub method: Fact<Verb>,
    /// What it asks for; `None`: `/`, by default.
    pub path: Fact<Option<Text>>,
    /// Whether the request is of a version that must name a host (HTTP/1.1 and later).
    pub names_host: Fact<bool>,
    /// Which host it names.
    pub host: Fact<HostHeader>,
    /// The status codes of good answers.
    pub good: Fact<Statuses>,
    /// Whether a text in the answer's body is asked for, too.
    pub reads_body: Fact<bool>,
    /// Whether something in the answer's header is asked for, too.
    pub reads_header: Fact<bool>,
    /// Whether its HTTP version is not that of the traffic: HTTP/1 to targets that get HTTP/2 only.
    pub other_version: Fact<bool>,
    /// Whether the request is complete: a target waits for the end of one that is not.
    pub ends: Fact<bool>,
    /// Rules of its own say how it connects, whatever the targets say.
    pub connects_by_itself: bool,
    /// The first rule that describes a check and is not read, because the check is of another kind.
    pub unread: Option<Span>,
    /// The inherited request that is not sent, because this place has rules of its own.
    pub forgotten: Option<Span>,
}

impl HttpCheck {
    /// A `GET /` or the like of HTTP/1.0 for which any success or redirection is good.
    pub fn request(method: Verb, origin: Origin) -> Self {
        let off = Fact::known(false, origin);
        Self {
            method: Fact::known(method, origin),
            path: Fact::known(None, origin),
            names_host: off,
            host: Fact::known(HostHeader::Missing, origin),
            good: Fact::known(Statuses::range(200, 399), origin),
            reads_body: off,
            reads_header: off,
            other_version: off,
            ends: Fact::known(true, origin),
            connects_by_itself: false,
            unread: None,
            forgotten: None,
        }
    }

    /// A request of which nothing is known.
    pub fn unknown(why: Why, origin: Origin) -> Self {
        Self {
            method: Fact::unknown(why, origin),
            path: Fact::unknown(why, origin),
            names_host: Fact::unknown(why, origin),
            host: Fact::unknown(why, origin),
            good: Fact::unknown(why, origin),
            reads_body: Fact::unknown(why, origin),
            reads_header: Fact::unknown(why, origin),
            connects_by_itself: true,
            ..Self::request(Verb::Other, origin)
        }
    }
}

/// The method of a request, as far as it matters to a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// `OPTIONS`.
    Options,
    /// `GET`.
    Get,
    /// `HEAD`: the answer has no body.
    Head,
    /// Another one.
    Other,
}

impl Verb {
    /// The method of this name. Methods are written in capitals; another spelling is another method.
    pub fn of(word: &str) -> Self {
        match word {
            "OPTIONS" => Self::Options,
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            _ => Self::Other,
        }
    }

    /// Whether a word is a method's name, and so hardly a path.
    pub fn is_name(word: &str) -> bool {
        ["OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "CONNECT", "PATCH"].contains(&word)
    }
}

/// Which host a request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HostHeader {
    /// None.
    Missing,
    /// The pool's name, by default.
    PoolName,
    /// What is written.
    Written,
}

/// A set of status codes from 100 to 599.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Statuses([u64; 8]);

impl Statuses {
    /// No status.
    pub const NONE: Self = Self([0; 8]);

    /// The statuses from `first` to `last`, both included.
    pub fn range(first: u16, last: u16) -> Self {
        let mut set = Self::NONE;
        for status in first.max(100)..=last.min(599) {
            let (word, bit) = place(status);
            if let Some(word) = set.0.get_mut(word) {
                *word |= bit;
            }
        }
        set
    }

    /// Every status.
    pub fn all() -> Self {
        Self::range(100, 599)
    }

    /// Whether a status is in the set.
    pub fn has(&self, status: u16) -> bool {
        let (word, bit) = place(status.clamp(100, 599));
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Whether any status from `first` to `last` is in the set.
    pub fn has_any(&self, first: u16, last: u16) -> bool {
        (first..=last).any(|status| self.has(status))
    }

    /// The statuses of either set.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| word_of(&self, word) | word_of(&other, word)))
    }

    /// The statuses of both sets.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| word_of(&self, word) & word_of(&other, word)))
    }

    /// The statuses that are not in the set.
    #[must_use]
    pub fn complement(self) -> Self {
        let all = Self::all();
        Self(std::array::from_fn(|word| word_of(&all, word) & !word_of(&self, word)))
    }
}

fn word_of(set: &Statuses, word: usize) -> u64 {
    set.0.get(word).copied().unwrap_or(0)
}

const fn place(status: u16) -> (usize, u64) {
    let offset = status.saturating_sub(100);
    ((offset / 64) as usize, 1 << (offset % 64))
}

#[cfg(test)]
mod tests {
    use super::Statuses;

    #[test]
    fn sets_of_statuses() {
        let success = Statuses::range(200, 399);
        assert!(success.has(200) && success.has(399) && !success.has(400) && !success.has(199));
        assert!(
            success.complement().has(400)
                && success.complement().has(100)
                && success.complement().has(599)
                && !success.complement().has(302)
        );
        assert_eq!(success.and(success.complement()), Statuses::NONE);
        assert_eq!(success.or(success.complement()), Statuses::all());
        assert!(success.has_any(390, 500) && !success.has_any(400, 599));
    }
}
