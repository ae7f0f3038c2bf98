//! The programs' defaults by name: what applies when nothing is written, in which versions, and where the manual says so.

/// Names a default of a program; look it up with [`rule`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RuleId(u16);

/// A default of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Short name, unique.
    pub name: &'static str,
    /// What applies, and in which versions.
    pub says: &'static str,
    /// Manual section or source file.
    pub source: &'static str,
}

impl RuleId {
    /// No rule: the value was written.
    pub const NONE: Self = Self(0);
    /// HAProxy `mode`.
    pub const HAPROXY_MODE: Self = Self(1);
    /// HAProxy without `balance`, up to 3.2.
    pub const HAPROXY_BALANCE_ROUNDROBIN: Self = Self(2);
    /// HAProxy without `balance`, from 3.3.
    pub const HAPROXY_BALANCE_RANDOM: Self = Self(3);
    /// HAProxy `hash-type`.
    pub const HAPROXY_HASH_TYPE: Self = Self(4);
    /// HAProxy `hash-balance-factor`.
    pub const HAPROXY_HASH_BALANCE: Self = Self(5);
    /// HAProxy health check without a check method.
    pub const HAPROXY_PROBE: Self = Self(6);
    /// HAProxy `retries`.
    pub const HAPROXY_RETRIES: Self = Self(7);
    /// HAProxy without `option redispatch`.
    pub const HAPROXY_REDISPATCH: Self = Self(8);
    /// HAProxy timeouts that are not set.
    pub const HAPROXY_TIMEOUT: Self = Self(9);
    /// HAProxy without `option allbackups`.
    pub const HAPROXY_ALLBACKUPS: Self = Self(10);
    /// HAProxy without `cookie`.
    pub const HAPROXY_COOKIE: Self = Self(11);
    /// HAProxy without `load-server-state-from-file`.
    pub const HAPROXY_SAVED_STATE: Self = Self(12);
    /// HAProxy limits that are not set.
    pub const HAPROXY_LIMIT: Self = Self(13);
    /// HAProxy `weight`.
    pub const HAPROXY_WEIGHT: Self = Self(14);
    /// HAProxy servers without `check`.
    pub const HAPROXY_CHECK: Self = Self(15);
    /// HAProxy `inter`.
    pub const HAPROXY_INTER: Self = Self(16);
    /// HAProxy `fall`.
    pub const HAPROXY_FALL: Self = Self(17);
    /// HAProxy `rise`.
    pub const HAPROXY_RISE: Self = Self(18);
    /// HAProxy server names without `resolvers`.
    pub const HAPROXY_RESOLVERS: Self = Self(19);
    /// HAProxy servers without further parameters.
    pub const HAPROXY_SERVER_PARAMETER: Self = Self(20);
}

const fn entry(name: &'static str, says: &'static str, source: &'static str) -> Rule {
    Rule { name, says, source }
}

/// Every rule, at the position that is its id.
const RULES: &[Rule] = &[
    entry("written", "written in the configuration", ""),
    entry("haproxy-mode", "without `mode` a section speaks TCP", "configuration manual, mode"),
    entry("haproxy-balance-roundrobin", "without `balance` HAProxy up to 3.2 uses roundrobin", "src/proxy.c, 3.2"),
    entry("haproxy-balance-random", "without `balance` HAProxy 3.3 and later uses random(2)", "commit 93cc18ac4, 3.3"),
    entry("haproxy-hash-type", "map-based, sdbm, no avalanche", "configuration manual, hash-type"),
    entry("haproxy-hash-balance-factor", "0: off", "configuration manual, hash-balance-factor"),
    entry("haproxy-check-method", "a check without a method tries a TCP connection", "configuration manual, check"),
    entry("haproxy-retries", "3 retries", "configuration manual, retries"),
    entry("haproxy-redispatch", "off: every retry goes to the same server", "configuration manual, option redispatch"),
    entry("haproxy-timeout", "a timeout that is not set never ends", "configuration manual, timeout"),
    entry("haproxy-allbackups", "off: only the first usable backup is used", "configuration manual, option allbackups"),
    entry("haproxy-cookie", "no cookie", "configuration manual, cookie"),
    entry("haproxy-saved-state", "no state is loaded", "configuration manual, load-server-state-from-file"),
    entry("haproxy-limit", "no limit of its own", "configuration manual, maxconn and fullconn"),
    entry("haproxy-weight", "weight 1", "configuration manual 5.2, weight"),
    entry("haproxy-check", "without `check` a server always counts as up", "configuration manual 5.2, check"),
    entry("haproxy-inter", "2 s between checks", "configuration manual 5.2, inter"),
    entry("haproxy-fall", "down after 3 failed checks", "configuration manual 5.2, fall"),
    entry("haproxy-rise", "up after 2 good checks", "configuration manual 5.2, rise"),
    entry("haproxy-resolvers", "without `resolvers` a name is resolved once, at start", "configuration manual 5.3"),
    entry("haproxy-server-parameter", "off", "configuration manual 5.2"),
];

/// The rule with this id.
pub fn rule(id: RuleId) -> Option<&'static Rule> {
    RULES.get(usize::from(id.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_positions_agree() {
        assert_eq!(rule(RuleId::NONE).unwrap().name, "written");
        assert_eq!(rule(RuleId::HAPROXY_WEIGHT).unwrap().name, "haproxy-weight");
        assert_eq!(rule(RuleId::HAPROXY_SERVER_PARAMETER).unwrap().name, "haproxy-server-parameter");
        assert_eq!(RULES.len(), 21);
    }
}
