//! The table "setting needs X": which settings are read only beside another one, and what to say where that is missing.

use rustc_hash::FxHashMap;

use crate::lower::table::look_up;
use crate::model::{Harm, Idle, Need};

/// What a setting needs so that something reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// A health check of the server.
    Check,
    /// An agent on the server that is asked.
    Agent,
    /// TLS towards the server, or in its check.
    Tls,
    /// Real traffic that is watched.
    Observe,
    /// Names that are looked up while running.
    Resolvers,
    /// A policy, or a limit, that can change while running.
    MovingWeight,
    /// Requests rather than connections.
    Http,
    /// A server whose limit moves with the load.
    MovingLimit,
    /// A further attempt.
    Attempts,
    /// A policy that hashes.
    Hash,
    /// A policy that hashes onto a ring.
    Ring,
    /// A backup.
    Backup,
    /// A section that takes the saved state over.
    StateReader,
    /// A file that the state is saved in.
    StateFile,
}

/// Parameters of `server` lines, sorted (configuration manual 5.2).
const PARAMETERS: &[(&str, &[Want])] = &[
    ("agent-addr", &[Want::Agent]),
    ("agent-inter", &[Want::Agent]),
    ("agent-port", &[Want::Agent]),
    ("agent-send", &[Want::Agent]),
    ("ca-file", &[Want::Tls]),
    ("check-alpn", &[Want::Check]),
    ("check-proto", &[Want::Check]),
    ("check-send-proxy", &[Want::Check]),
    ("check-sni", &[Want::Check]),
    ("check-ssl", &[Want::Check]),
    ("check-via-socks4", &[Want::Check]),
    ("ciphers", &[Want::Tls]),
    ("ciphersuites", &[Want::Tls]),
    ("crl-file", &[Want::Tls]),
    ("crt", &[Want::Tls]),
    ("downinter", &[Want::Check]),
    ("error-limit", &[Want::Observe, Want::Check]),
    ("fall", &[Want::Check]),
    ("fastinter", &[Want::Check]),
    ("force-tlsv10", &[Want::Tls]),
    ("force-tlsv11", &[Want::Tls]),
    ("force-tlsv12", &[Want::Tls]),
    ("force-tlsv13", &[Want::Tls]),
    ("inter", &[Want::Check]),
    ("observe", &[Want::Check]),
    ("on-error", &[Want::Observe, Want::Check]),
    ("on-marked-down", &[Want::Check]),
    ("on-marked-up", &[Want::Check]),
    ("port", &[Want::Check]),
    ("resolve-net", &[Want::Resolvers]),
    ("resolve-opts", &[Want::Resolvers]),
    ("resolve-prefer", &[Want::Resolvers]),
    ("rise", &[Want::Check]),
    ("slowstart", &[Want::Check, Want::MovingWeight]),
    ("sni", &[Want::Tls]),
    ("ssl-max-ver", &[Want::Tls]),
    ("ssl-min-ver", &[Want::Tls]),
    ("verify", &[Want::Tls]),
    ("verifyhost", &[Want::Tls]),
];

/// Statements of a section that hands traffic to servers, sorted (configuration manual 4.2).
const STATEMENTS: &[(&str, &[Want])] = &[
    ("fullconn", &[Want::MovingLimit]),
    ("hash-balance-factor", &[Want::Hash, Want::Ring]),
    ("hash-preserve-affinity", &[Want::Hash]),
    ("hash-type", &[Want::Hash]),
    ("http-reuse", &[Want::Http]),
    ("load-server-state-from-file", &[Want::StateFile]),
    ("option allbackups", &[Want::Backup]),
    ("option redispatch", &[Want::Attempts]),
    ("retry-on", &[Want::Http]),
    ("timeout check", &[Want::Check]),
];

/// Statements of `global`.
const GLOBAL: &[(&str, &[Want])] = &[("server-state-file", &[Want::StateReader])];

/// What parameters of `server` lines need, found by hash: there are several on every line.
#[derive(Debug)]
pub(super) struct OfParameters(FxHashMap<&'static str, &'static [Want]>);

impl Default for OfParameters {
    fn default() -> Self {
        Self(PARAMETERS.iter().copied().collect())
    }
}

impl OfParameters {
    /// What a parameter needs; nothing for most.
    pub(super) fn of(&self, name: &str) -> &'static [Want] {
        self.0.get(name).copied().unwrap_or_default()
    }
}

/// What a statement of a section needs.
pub(super) fn of_statement(phrase: &str) -> &'static [Want] {
    look_up(STATEMENTS, phrase)
}

/// What a statement of `global` needs.
pub(super) fn of_global(phrase: &str) -> &'static [Want] {
    look_up(GLOBAL, phrase)
}

const CHECK: Need = Need::new(
    "nothing checks the server (`check` is missing)",
    "",
    "write `check`, or `default-server check` above the servers",
    Harm::Unnoticed,
);
const AGENT: Need =
    Need::new("no agent is asked (`agent-check` is missing)", "", "write `agent-check`", Harm::Misleads);
const TLS: Need = Need::new(
    "connections to the server are not encrypted (`ssl` is missing)",
    "",
    "write `ssl` beside it, or remove it",
    Harm::Misleads,
);
const OBSERVE: Need = Need::new(
    "no traffic is watched (`observe` is missing)",
    "",
    "write `observe layer4`, or `observe layer7` in `mode http`",
    Harm::Misleads,
);
const RESOLVERS: Need = Need::new(
    "names are looked up at start only (`resolvers` is missing)",
    "",
    "write `resolvers NAME` beside it, and a section of that name",
    Harm::Misleads,
);
const MOVING_WEIGHT: Need = Need::new(
    "this policy cannot change weights while it runs, so a server that comes up gets its full share at once",
    "weights are fixed",
    "write `balance roundrobin` or `leastconn`, or `hash-type consistent`",
    Harm::Misleads,
);
const HTTP_RETRIES: Need = Need::new(
    "in `mode tcp` no answer is read, and only connections that fail are tried again",
    "TCP is spoken here",
    "write `mode http`, or remove it",
    Harm::Misleads,
);
const HTTP: Need =
    Need::new("it acts on HTTP", "TCP is spoken here", "write `mode http`, or remove it", Harm::Leftover);
const MOVING_LIMIT: Need = Need::new(
    "it limits nothing by itself; it is the load at which servers with a `minconn` reach their `maxconn`, and none has one",
    "",
    "write `maxconn` on the servers to limit them; `minconn` beside it lets the limit grow with the load",
    Harm::Misleads,
);
const ATTEMPTS: Need = Need::new(
    "with `retries 0` there is no second attempt that could go to another server",
    "one attempt",
    "write `retries 3`",
    Harm::Misleads,
);
const HASH: Need =
    Need::new("the policy does not hash", "no hash", "write a policy that hashes, or remove it", Harm::Misleads);
const RING: Need = Need::new("only a ring is bounded by it", "no ring", "write `hash-type consistent`", Harm::Misleads);
const BACKUP: Need = Need::new("no server is a backup", "", "remove it, or write `backup` on a server", Harm::Leftover);
const STATE_READER: Need = Need::new(
    "no section takes the saved states over",
    "",
    "write `load-server-state-from-file global` in `defaults`",
    Harm::Misleads,
);
const STATE_FILE: Need = Need::new(
    "`global` names no file, so servers start without their saved states",
    "",
    "write `server-state-file PATH` in `global`",
    Harm::Misleads,
);

/// No server of the unit is looked up with these resolvers.
pub(super) const RESOLVER_USER: Need = Need {
    called: "resolvers",
    lacks: "nothing looks names up with it, so servers keep the addresses that their names had at start",
    because: "",
    write: "write `resolvers` and its name on the servers, or remove the section",
    harm: Harm::Misleads,
};

/// No rule of the section asks for this condition.
pub(super) const CONDITION_USER: Need = Need {
    called: "acl",
    lacks: "no rule of the section asks for it",
    because: "",
    write: "write the rule that asks for it, or remove it",
    harm: Harm::Leftover,
};

/// No rule uses this table.
pub(super) const TABLE_USER: Need = Need::new(
    "no rule stores anything in it or looks anything up",
    "",
    "write `stick on src` to keep clients on their server, or `http-request track-sc0 src` to count their requests, or remove it",
    Harm::Misleads,
);

/// What to say where a want is not met, by the statement that has it.
pub(super) fn need_of(want: Want, setting: &str) -> &'static Need {
    match want {
        Want::Check => &CHECK,
        Want::Agent => &AGENT,
        Want::Tls => &TLS,
        Want::Observe => &OBSERVE,
        Want::Resolvers => &RESOLVERS,
        Want::MovingWeight => &MOVING_WEIGHT,
        Want::Http if setting == "retry-on" => &HTTP_RETRIES,
        Want::Http => &HTTP,
        Want::MovingLimit => &MOVING_LIMIT,
        Want::Attempts => &ATTEMPTS,
        Want::Hash => &HASH,
        Want::Ring => &RING,
        Want::Backup => &BACKUP,
        Want::StateReader => &STATE_READER,
        Want::StateFile => &STATE_FILE,
    }
}

/// Whether the section itself decides that this is missing, whatever it inherits: servers may inherit most of what settings
/// need, and a policy that is written in the section is its own.
pub(super) fn is_decided_alone(idle: &Idle) -> bool {
    let by_policy = idle.because.is_some() && [&HASH, &RING].contains(&idle.need);
    by_policy || idle.need == &CONDITION_USER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        for table in [PARAMETERS, STATEMENTS, GLOBAL] {
            assert!(table.is_sorted_by(|a, b| a.0 < b.0));
        }
    }

    #[test]
    fn settings_are_found() {
        let parameters = OfParameters::default();
        assert_eq!(parameters.of("inter"), [Want::Check]);
        assert_eq!(of_statement("retry-on"), [Want::Http]);
        assert!(parameters.of("weight").is_empty());
    }
}
