//! `option httpchk` and `http-check`: what an HTTP check sends and which answers it takes for good.

use super::draft::Draft;
use super::line::{Line, why};
use super::{Lowering, builtin};
use crate::model::{Fact, HostHeader, HttpCheck, Origin, Probe, ProbeKind, Statuses, Text, Value, Verb, Why};
use crate::validate::haproxy::Argument;

impl Lowering<'_, '_> {
    /// `option httpchk [URI]`, `option httpchk METHOD URI [VERSION]`: what no `http-check send` says.
    pub(super) fn http_option(&mut self, draft: &mut Draft, line: &Line<'_>) {
        begin(draft, line);
        draft.settings.http_check.forgotten = None;
        let origin = Origin::written(line.span);
        let (method, path) = match line.arguments.len() {
            0 | 1 => (None, line.argument(0)),
            _ => (line.argument(0), line.argument(1)),
        };
        let path = self.path(path);
        let (rules, check) = (draft.check, &mut draft.settings.http_check);
        if !rules.sent.method {
            check.method = Fact { value: verb(method), origin };
        }
        if !rules.sent.path {
            check.path = Fact { value: path, origin };
        }
        if !rules.sent.version {
            check.names_host = Fact { value: names_host(line.argument(2)), origin };
        }
        // Headers behind the version, as it was done before `http-check send`.
        let smuggled = line.argument(2).map(|version| version.known().is_none_or(|text| text.contains('\n')));
        if smuggled == Some(true) {
            check.host = Fact { value: smuggled_host(line.argument(2)), origin };
        }
        if !line.presence.is_certain() {
            draft.settings.http_check = HttpCheck::unknown(Why::Condition, origin);
        }
    }

    /// `http-check send`, `http-check expect` and the other rules.
    pub(super) fn http_rule(&mut self, draft: &mut Draft, line: &Line<'_>) {
        if line.phrase == "http-check disable-on-404" {
            // An option, no rule: what is inherited stays.
            return;
        }
        begin(draft, line);
        draft.check.http_rule = draft.check.http_rule.or(Some(line.span));
        let check = &mut draft.settings.http_check;
        if !line.presence.is_certain() {
            *check = HttpCheck::unknown(Why::Condition, Origin::written(line.span));
            return;
        }
        match line.phrase {
            "http-check send" => self.send(draft, line),
            "http-check expect" => expect(check, line),
            "http-check connect" => check.connects_by_itself = true,
            _ => {}
        }
    }

    fn send(&mut self, draft: &mut Draft, line: &Line<'_>) {
        let origin = Origin::written(line.span);
        if std::mem::replace(&mut draft.check.sends, true) {
            // Several requests, one after the other.
            draft.settings.http_check = HttpCheck::unknown(Why::Unsupported, origin);
            return;
        }
        let behind = |name: &str| {
            let at = line.arguments.iter().position(|word| word.is(name))?;
            line.argument(at + 1)
        };
        let path = behind("uri").or_else(|| behind("uri-lf"));
        if let Some(path) = path {
            let computed = line.arguments.iter().any(|word| word.is("uri-lf"));
            let value = if computed { Value::Unknown(Why::Request) } else { self.path(Some(path)) };
            draft.settings.http_check.path = Fact { value, origin };
            draft.check.sent.path = true;
            draft.settings.http_check.forgotten = None;
        }
        let check = &mut draft.settings.http_check;
        if let Some(method) = behind("meth") {
            check.method = Fact { value: verb(Some(method)), origin };
            draft.check.sent.method = true;
        }
        if let Some(version) = behind("ver") {
            check.names_host = Fact { value: names_host(Some(version)), origin };
            draft.check.sent.version = true;
        }
        let host = line.arguments.iter().enumerate().filter(|(_, word)| word.is("hdr"));
        for (at, _) in host {
            match line.argument(at + 1).map(|name| name.known().map(|name| name.eq_ignore_ascii_case("host"))) {
                Some(Some(true)) => check.host = Fact::known(HostHeader::Written, origin),
                Some(None) => check.host = Fact::unknown(Why::Variable, origin),
                _ => {}
            }
        }
    }

    fn path(&mut self, word: Option<&Argument<'_>>) -> Value<Option<Text>> {
        match word.map(|word| (word.value.as_ref().err().copied(), word.clone())) {
            None => Value::Known(None),
            Some((Some(unread), _)) => Value::Unknown(why(unread)),
            Some((None, word)) => Value::Known(Some(self.text(&word))),
        }
    }
}

/// The first rule of a section throws away what it has inherited, the request as well (2.6.12, measured).
fn begin(draft: &mut Draft, line: &Line<'_>) {
    if std::mem::replace(&mut draft.check.own, true) {
        return;
    }
    let inherited = draft.settings.http_check;
    draft.settings.http_check = builtin::http_check(line.span);
    let lost = inherited.path.origin.is_explicit() && !matches!(inherited.path.value, Value::Known(None));
    let is_http = matches!(draft.settings.probe.get(), Some(Probe { kind: ProbeKind::Http(_), .. }));
    if lost && is_http {
        draft.settings.http_check.forgotten = Some(inherited.path.origin.at);
    }
    if let Value::Known(probe) = &mut draft.settings.probe.value {
        probe.elects = false;
    }
}

fn verb(word: Option<&Argument<'_>>) -> Value<Verb> {
    match word.map(|word| &word.value) {
        None => Value::Known(Verb::Options),
        Some(Ok(text)) => Value::Known(Verb::of(text)),
        Some(Err(unread)) => Value::Unknown(why(*unread)),
    }
}

/// HTTP/1.0 is the default; from 1.1 on a request without a host is not valid (RFC 9112, 3.2).
fn names_host(version: Option<&Argument<'_>>) -> Value<bool> {
    match version.map(|version| &version.value) {
        None => Value::Known(false),
        Some(Ok(text)) => Value::Known(text.starts_with("HTTP/1.1") || text.starts_with("HTTP/2")),
        Some(Err(unread)) => Value::Unknown(why(*unread)),
    }
}

fn smuggled_host(version: Option<&Argument<'_>>) -> Value<HostHeader> {
    match version.and_then(Argument::known) {
        Some(text) if text.to_ascii_lowercase().contains("\nhost:") => Value::Known(HostHeader::Written),
        Some(_) => Value::Known(HostHeader::Missing),
        None => Value::Unknown(Why::Variable),
    }
}

/// `http-check expect [!] status|rstatus|string|rstring|hdr|fhdr PATTERN`: all rules must hold for one answer (2.6.12,
/// measured), and the first one replaces what is good by default.
fn expect(check: &mut HttpCheck, line: &Line<'_>) {
    const MATCHES: [&str; 6] = ["status", "rstatus", "string", "rstring", "hdr", "fhdr"];
    let origin = Origin::written(line.span);
    let all_known = line.arguments.iter().all(|word| word.known().is_some());
    let found = line.arguments.iter().enumerate().find_map(|(at, word)| {
        let word = word.known()?;
        let bare = word.trim_start_matches('!');
        let kind = MATCHES.into_iter().find(|kind| *kind == bare)?;
        let before = at.checked_sub(1).and_then(|before| line.known(before));
        Some((kind, before == Some("!") || word.starts_with('!'), line.known(at + 1)))
    });
    let Some((kind, negated, pattern)) = found.filter(|_| all_known) else {
        *check = HttpCheck::unknown(Why::Variable, origin);
        return;
    };
    let statuses = match (kind, pattern) {
        ("status", Some(pattern)) => statuses(pattern).map(|set| if negated { set.complement() } else { set }),
        ("rstatus", _) => None,
        _ => Some(Statuses::all()),
    };
    let first = check.good.origin.kind == crate::model::OriginKind::Default;
    check.good = match (statuses, check.good.get().copied().filter(|_| !first)) {
        (Some(set), None) if first => Fact::known(set, origin),
        (Some(set), Some(earlier)) => Fact::known(earlier.and(set), origin),
        _ => Fact::unknown(Why::Unsupported, origin),
    };
    match kind {
        "string" | "rstring" if !negated => check.reads_body = Fact::known(true, origin),
        "hdr" | "fhdr" | "string" | "rstring" => check.reads_header = Fact::known(true, origin),
        _ => {}
    }
}

/// `200`, `200-399`, `200,301-308`.
fn statuses(pattern: &str) -> Option<Statuses> {
    pattern.split(',').try_fold(Statuses::NONE, |all, part| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(all.or(Statuses::range(first.parse().ok()?, last.parse().ok()?)))
    })
}

#[cfg(test)]
mod tests {
    use super::statuses;

    #[test]
    fn lists_and_ranges() {
        let set = statuses("200,301-308").unwrap();
        assert!(set.has(200) && set.has(305) && !set.has(201) && !set.has(309));
        assert_eq!(statuses("2xx"), None);
    }
}
