//! What a health check asks: `option httpchk` and the other check methods, refined by `http-check` and `tcp-check`.

use super::Lowering;
use super::draft::{Draft, Write, write};
use super::line::Line;
use crate::diagnostic::{Diagnostic, Kind};
use crate::model::{Probe, ProbeKind, Text, Value};
use crate::source::Span;
use crate::syntax::haproxy::Prefix;

/// The check methods besides `httpchk`; each `option` replaces the others.
const METHODS: [&str; 9] = [
    "tcp-check",
    "mysql-check",
    "pgsql-check",
    "redis-check",
    "ldap-check",
    "smtpchk",
    "ssl-hello-chk",
    "spop-check",
    "external-check",
];

/// Paths and answers that only the holder of a role gives: Patroni, repmgr, Redis, `MongoDB` and their like.
const ROLES: [&str; 8] =
    ["primary", "master", "leader", "read-write", "writable", "writer", "role:master", "is_master"];

/// Whether a text asks for a role that one target has at a time. `standby-leader` is one, too; `replica` is not.
fn asks_for_role(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !(c.is_ascii_alphanumeric() || "-_:".contains(c)));
    words.any(|word| ROLES.contains(&word) || word == "standby-leader")
}

impl Lowering<'_, '_> {
    /// `option X` where X is a check method.
    pub(super) fn check_method(&mut self, draft: &mut Draft, line: &Line<'_>, method: &str) {
        draft.check.by_tcp_rules = method == "tcp-check" && line.prefix == Prefix::None;
        let value = match line.prefix {
            Prefix::None => Value::Known(self.probe_of(draft, method, line)),
            Prefix::No | Prefix::Default => Value::Known(Probe::CONNECT),
        };
        self.note_replaced_method(draft, line);
        let new = Write { value, at: line.span, certain: line.presence.is_certain() };
        write(&mut draft.settings.probe, new, &mut self.unit.stories);
    }

    /// Of several check methods in one section the last one is asked, and of several requests the last one is sent
    /// (measured, 2.6.12).
    fn note_replaced_method(&mut self, draft: &mut Draft, line: &Line<'_>) {
        let is_decided = line.prefix == Prefix::None && line.presence.is_certain();
        let earlier = draft.check.method.filter(|_| is_decided);
        if let Some(earlier) = earlier.filter(|earlier| !self.is_written_alike(*earlier, line.span)) {
            self.diagnostics.push(Diagnostic::new(line.span, Kind::DuplicateSetting(earlier)));
        }
        draft.check.method = is_decided.then_some(line.span);
    }

    fn is_written_alike(&self, one: Span, other: Span) -> bool {
        self.read(Text(one)).split_whitespace().eq(self.read(Text(other)).split_whitespace())
    }

    fn probe_of(&mut self, draft: &mut Draft, method: &str, line: &Line<'_>) -> Probe {
        let Some(name) = METHODS.into_iter().find(|name| *name == method) else { return self.http_probe(draft, line) };
        match name {
            // The rules may stand before it.
            "tcp-check" if draft.check.tcp_rule.is_some() => {
                Probe { kind: ProbeKind::Other("tcp-check"), elects: false }
            }
            "tcp-check" => Probe { kind: ProbeKind::Connect, elects: false },
            name => Probe { kind: ProbeKind::Other(name), elects: false },
        }
    }

    /// `option httpchk [URI]`, `option httpchk METHOD URI [VERSION]`.
    fn http_probe(&mut self, draft: &mut Draft, line: &Line<'_>) -> Probe {
        let path = if line.arguments.len() > 1 { line.argument(1) } else { line.argument(0) };
        let elects = path.and_then(|path| path.known()).is_some_and(asks_for_role);
        let elects = elects || draft.check.own && draft.settings.probe.get().is_some_and(|probe| probe.elects);
        self.http_option(draft, line);
        Probe { kind: ProbeKind::Http(None), elects }
    }

    /// `http-check send ... uri PATH`, `tcp-check expect string ROLE`, and so on.
    pub(super) fn check_rule(&mut self, draft: &mut Draft, line: &Line<'_>) {
        let family = line.phrase.split(' ').next();
        if family == Some("http-check") {
            self.http_rule(draft, line);
        } else {
            draft.check.tcp_rule = draft.check.tcp_rule.or(Some(line.span));
        }
        let Value::Known(probe) = &mut draft.settings.probe.value else { return };
        let asked = line.arguments.iter().filter_map(|argument| argument.known()).any(asks_for_role);
        probe.elects |= asked;
        // Without `option tcp-check` the rules are not read (2.6.12, measured).
        let asks = line.phrase.contains("expect") || line.phrase.contains("send");
        if family == Some("tcp-check") && asks && draft.check.by_tcp_rules && probe.kind == ProbeKind::Connect {
            probe.kind = ProbeKind::Other("tcp-check");
        }
    }

    /// What the rules of a section add up to, once all its lines are read.
    pub(super) fn settle_check(draft: &mut Draft) {
        let Value::Known(probe) = &mut draft.settings.probe.value else { return };
        let rules = draft.check;
        let check = &mut draft.settings.http_check;
        match probe.kind {
            ProbeKind::Http(_) => {
                probe.kind = ProbeKind::Http(check.path.get().copied().flatten());
                check.unread = rules.tcp_rule;
            }
            ProbeKind::Connect if !rules.by_tcp_rules => check.unread = rules.http_rule.or(rules.tcp_rule),
            ProbeKind::Other("tcp-check") | ProbeKind::Connect => check.unread = rules.http_rule,
            ProbeKind::Other(_) => check.unread = rules.http_rule.or(rules.tcp_rule),
        }
    }
}

/// Whether `option NAME` is a check method.
pub(super) fn is_check_method(name: &str) -> bool {
    name == "httpchk" || METHODS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::asks_for_role;

    #[test]
    fn roles_that_one_target_has() {
        for text in ["/primary", "/master", "/leader?lag=1", "/read-write", "role:master", "/db/primary"] {
            assert!(asks_for_role(text), "{text}");
        }
        for text in ["/", "/health", "/replica", "/masterpiece", "/read-only", "role:slave"] {
            assert!(!asks_for_role(text), "{text}");
        }
    }
}
