//! What the log says of traffic: `log`, `log-format`, `option httplog` and its kin.

use super::Lowering;
use super::line::{Line, why};
use crate::grammar::rules::RuleId;
use crate::model::{Fact, Logging, Origin, Value, Why};
use crate::source::Span;
use crate::syntax::haproxy::Prefix;
use crate::validate::haproxy::Unread;

/// Who gets the lines that a section logs of its traffic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Receiver {
    /// Nobody: there is no `log`.
    Nobody,
    /// Nobody: `no log` at this place.
    TakenAway(Span),
    /// Nobody: the statement at this place wants levels only that traffic is not logged with.
    Deaf(Span),
    /// That cannot be said.
    Unknown(Why, Span),
    /// Somebody.
    Somebody,
}

/// What a section says about its log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LogDraft {
    /// Where a `log` would set it for the section.
    at: Span,
    receiver: Receiver,
    /// Whether its format names the server.
    pub(super) shows_target: Fact<bool>,
    /// Rules or options change what is logged of some requests.
    selects: bool,
}

/// Levels that leave out `info`, with which traffic is logged (`option httplog` with `log ... notice`: nothing comes, 2.6.12).
const ABOVE_INFO: [&str; 6] = ["emerg", "alert", "crit", "err", "warning", "notice"];

/// Statements of a log, which cannot change who gets the traffic.
pub(super) fn is_read(phrase: &str) -> bool {
    const STATEMENTS: [&str; 9] = [
        "log",
        "log-format",
        "log-format-sd",
        "log-steps",
        "option dontlog-normal",
        "option httplog",
        "option httpslog",
        "option tcplog",
        "option log-separate-errors",
    ];
    STATEMENTS.contains(&phrase)
}

impl Receiver {
    /// Who gets it after another statement: all of them together.
    pub(super) const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Somebody, _) | (_, Self::Nobody) | (Self::Unknown(..), Self::TakenAway(_) | Self::Deaf(_)) => self,
            _ => other,
        }
    }
}

/// Who gets what goes to a `log` with a target of its own: `log TARGET [NAME VALUE]... FACILITY [LEVEL [MINIMUM]]`.
pub(super) fn receiver(line: &Line<'_>) -> Receiver {
    if !line.presence.is_certain() {
        return Receiver::Unknown(Why::Condition, line.span);
    }
    // Where it is does not matter; a level does.
    let address = |position: usize, unread: Unread| position == 0 && unread == Unread::Variable;
    let mut unread = line.arguments.iter().enumerate().filter_map(|(at, word)| Some((at, *word.value.as_ref().err()?)));
    if let Some((_, unread)) = unread.find(|(at, unread)| !address(*at, *unread)) {
        return Receiver::Unknown(why(unread), line.span);
    }
    let mut at = 1;
    while line.known(at).is_some_and(|word| ["len", "format", "sample", "profile"].contains(&word)) {
        if line.known(at) == Some("profile") {
            return Receiver::Unknown(Why::Unsupported, line.span);
        }
        at += 2;
    }
    match line.known(at + 1) {
        Some(level) if ABOVE_INFO.contains(&level) => Receiver::Deaf(line.span),
        _ => Receiver::Somebody,
    }
}

impl Lowering<'_, '_> {
    /// What a line of a section says about its log.
    pub(super) fn log_line(&self, draft: &mut LogDraft, line: &Line<'_>) {
        match line.phrase {
            "log" if line.prefix == Prefix::No => draft.receiver = Receiver::TakenAway(line.span),
            "log" if line.known(0) == Some("global") => {
                draft.receiver = draft.receiver.and(self.receiver_of_global(line));
            }
            "log" => draft.receiver = draft.receiver.and(receiver(line)),
            "log-format" => draft.format(line, line.value(0, false, |format| Some(names_target(format)))),
            "option httplog" | "option httpslog" | "option tcplog" => draft.format(line, Value::Known(true)),
            "log-format-sd" | "log-steps" | "option dontlog-normal" | "option log-separate-errors" => {
                draft.selects = true;
            }
            phrase => draft.selects |= phrase.contains("set-log-level") || phrase.contains("do-log"),
        }
    }

    fn receiver_of_global(&self, line: &Line<'_>) -> Receiver {
        match self.global_receiver {
            // It stands in another file, or further down.
            Receiver::Nobody if !self.has_global => Receiver::Unknown(Why::OtherFile, line.span),
            _ if !line.presence.is_certain() => Receiver::Unknown(Why::Condition, line.span),
            receiver => receiver,
        }
    }
}

impl LogDraft {
    /// No log; and if there is one, a format that says where a connection came from and where it came in: "Connect from
    /// 127.0.0.1:53152 to 127.0.0.1:17001 (plain/HTTP)" (2.6.12).
    pub(super) const fn builtin(at: Span) -> Self {
        let shows_target = Fact::known(false, Origin::default(at, RuleId::HAPROXY_LOG_FORMAT));
        Self { at, receiver: Receiver::Nobody, shows_target, selects: false }
    }

    /// The last statement counts: `log-format` behind `option httplog`, or the other way round (2.6.12).
    fn format(&mut self, line: &Line<'_>, shows: Value<bool>) {
        let certain = line.presence.is_certain() && line.prefix == Prefix::None;
        let value = if certain { shows } else { Value::Unknown(Why::Condition) };
        self.shows_target = Fact { value, origin: Origin::written(line.span) };
    }

    /// What the log says of the section's traffic.
    pub(super) const fn logging(&self) -> Fact<Logging> {
        let format = self.shows_target.origin;
        match self.receiver {
            Receiver::Nobody => Fact::known(Logging::Nothing, Origin::default(self.at, RuleId::HAPROXY_LOG)),
            Receiver::TakenAway(at) | Receiver::Deaf(at) => Fact::known(Logging::Nothing, Origin::written(at)),
            Receiver::Unknown(why, at) => Fact::unknown(why, Origin::written(at)),
            Receiver::Somebody if self.selects => Fact::unknown(Why::Unsupported, format),
            Receiver::Somebody => match self.shows_target.value {
                Value::Known(true) => Fact::known(Logging::WithTarget, format),
                Value::Known(false) => Fact::known(Logging::WithoutTarget, format),
                Value::Unknown(why) => Fact::unknown(why, format),
            },
        }
    }
}

/// Aliases of a format that name the server, or write what may name it: captured headers and cookies (manual 8.2.6).
const ALIASES: [&str; 9] = ["s", "si", "sp", "hs", "hsl", "CC", "CS", "hr", "hrl"];

/// Parts of names of functions that tell of the server, of its answer, or of what rules have noted.
const FUNCTIONS: [&str; 8] = ["srv", "bc_dst", "res", "var(", "capture", "cook", "lua", "fc_dst"];

/// Whether a format names the server, or may do so.
fn names_target(format: &str) -> bool {
    let mut rest = format;
    while let Some((_, behind)) = rest.split_once('%') {
        rest = behind;
        if let Some(literal) = rest.strip_prefix('%') {
            rest = literal;
            continue;
        }
        // `%(name:type){flags}s`, since 3.0 with a name.
        rest = without(without(rest, '(', ')'), '{', '}');
        let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let alias = rest.get(..length).unwrap_or_default();
        let expression = rest.strip_prefix('[').map(|inside| inside.split(']').next().unwrap_or_default());
        let tells = |expression: &str| FUNCTIONS.iter().any(|function| expression.contains(function));
        if ALIASES.contains(&alias) || expression.is_some_and(tells) {
            return true;
        }
    }
    false
}

/// The text behind a part in brackets that it begins with.
fn without(text: &str, open: char, close: char) -> &str {
    text.strip_prefix(open).and_then(|inside| inside.split_once(close)).map_or(text, |(_, behind)| behind)
}

#[cfg(test)]
mod tests {
    use super::names_target;

    #[test]
    fn formats_that_name_the_server() {
        // Written by 2.6.12: `%s` web1, `%si:%sp` its address, `%[srv_name]` its name; `%b` is the pool.
        for format in ["%ci %b/%s %ST", "%{+Q}s", "%si:%sp", "%[srv_name]", "%(server)s", "%[var(txn.who)]", "%hs"] {
            assert!(names_target(format), "{format}");
        }
        for format in ["%ci %r %ST", "%b", "%%s", "%{+Q}r", "%sc %sq", "%[src] %[req.hdr(host)]", "100%", "%{+Q", ""] {
            assert!(!names_target(format), "{format}");
        }
    }
}
