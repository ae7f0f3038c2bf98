//! `balance` and `hash-type`.

use super::Lowering;
use super::builtin::{ROUND_ROBIN, default_policy};
use super::draft::{Draft, Write, write};
use super::line::{Line, why};
use crate::model::{HashFunction, HashType, Key, Method, Mode, Policy, Step, Value, Why};

/// The policy that a word of `balance` names; `None` for a word that the program refuses.
fn policy(word: &str) -> Option<Policy> {
    let (name, inside) = word.split_once('(').unwrap_or((word, ""));
    let draws = inside.trim_end_matches(')').parse().unwrap_or(2);
    Some(match name {
        "roundrobin" => ROUND_ROBIN,
        "static-rr" => Policy { word: "static-rr", method: Method::RoundRobin { fixed: true } },
        "leastconn" => Policy { word: "leastconn", method: Method::LeastConnections },
        "first" => Policy { word: "first", method: Method::First },
        "sticky" => Policy { word: "sticky", method: Method::Sticky },
        "random" => Policy { word: "random", method: Method::Random(draws) },
        "source" => Policy { word: "source", method: Method::Hash(Key::ClientAddress) },
        "uri" => Policy { word: "uri", method: Method::Hash(Key::Uri) },
        "url_param" => Policy { word: "url_param", method: Method::Hash(Key::Parameter) },
        "hdr" => Policy { word: "hdr", method: Method::Hash(Key::Header) },
        "rdp-cookie" => Policy { word: "rdp-cookie", method: Method::Hash(Key::RdpCookie) },
        "hash" => Policy { word: "hash", method: Method::Hash(Key::Expression) },
        "log-hash" => Policy { word: "log-hash", method: Method::Hash(Key::Expression) },
        _ => return None,
    })
}

/// `balance hash src` is the client's address like `balance source`.
fn refine(policy: Policy, line: &Line<'_>) -> Policy {
    match (policy.word, line.known(1)) {
        ("hash", Some("src")) => Policy { method: Method::Hash(Key::ClientAddress), ..policy },
        _ => policy,
    }
}

impl Lowering<'_, '_> {
    pub(super) fn balance(&mut self, draft: &mut Draft, line: &Line<'_>) {
        let value = match line.argument(0).map(|argument| &argument.value) {
            None => default_policy(line.span, self.program.version).value,
            Some(Err(unread)) => Value::Unknown(why(*unread)),
            Some(Ok(word)) => {
                policy(word).map_or(Value::Unknown(Why::Malformed), |policy| Value::Known(refine(policy, line)))
            }
        };
        let new = Write { value, at: line.at(0), certain: line.presence.is_certain() };
        write(&mut draft.settings.policy, new, &mut self.unit.stories);
    }

    pub(super) fn hash_type(&mut self, draft: &mut Draft, line: &Line<'_>) {
        let value = line.value(0, false, |word| match word {
            "map-based" => Some(false),
            "consistent" => Some(true),
            _ => None,
        });
        let value = match value {
            Value::Known(consistent) => Value::Known(hash_type(consistent, line)),
            Value::Unknown(why) => Value::Unknown(why),
        };
        let new = Write { value, at: line.span, certain: line.presence.is_certain() };
        self.scalar(&mut draft.settings.hash_type, new);
    }

    /// An algorithm that needs HTTP is replaced by roundrobin in a section that speaks TCP (2.6.12: a warning).
    pub(super) fn fall_back(&mut self, draft: &mut Draft) {
        let needs_http = draft.settings.policy.get().is_some_and(|policy| policy.method.needs_http());
        if needs_http && draft.settings.mode.is(&Mode::Tcp) {
            let at = draft.settings.policy.origin.at;
            self.unit.stories.tell(at, Step::FallsBack(draft.settings.mode.origin.at));
            draft.settings.policy.value = Value::Known(ROUND_ROBIN);
        }
    }
}

/// `consistent` without a function means sdbm with avalanche; with one, avalanche must be written (research 2.2).
fn hash_type(consistent: bool, line: &Line<'_>) -> HashType {
    let function = match line.known(1) {
        Some("djb2") => HashFunction::Djb2,
        Some("wt6") => HashFunction::Wt6,
        Some("crc32") => HashFunction::Crc32,
        Some("none") => HashFunction::None,
        _ => HashFunction::Sdbm,
    };
    let avalanche = line.known(2) == Some("avalanche") || (consistent && line.argument(1).is_none());
    HashType { consistent, function, avalanche }
}
