//! Statements of a section that have one value each.

use super::draft::{Draft, Write, write};
use super::line::{Line, why};
use super::probe::is_check_method;
use super::values::{limit, number, timeout};
use super::{Lowering, logging, sessions};
use crate::diagnostic::{Diagnostic, Kind};
use crate::model::{Affinity, Conditions, Fact, Limit, Mode, Origin, Redispatch, SavedState, Timeout, Value, Why};
use crate::source::Span;
use crate::syntax::haproxy::Prefix;

impl Lowering<'_, '_> {
    /// `maxconn` of the process; 0 leaves it to the system.
    pub(super) fn global_line(&mut self, line: &Line<'_>) {
        if line.phrase == "stats socket" {
            self.command_socket(line);
        }
        if line.phrase == "log" {
            self.global_receiver = self.global_receiver.and(logging::receiver(line));
        }
        if line.phrase == "maxconn" {
            let value = match line.value(0, Limit::Unlimited, |text| Some(limit(text))) {
                Value::Known(Limit::AtMost(most)) if line.presence.is_certain() => Value::Known(Limit::AtMost(most)),
                Value::Known(_) => Value::Unknown(Why::Unsupported),
                Value::Unknown(why) => Value::Unknown(why),
            };
            self.unit.capacity.connections = Fact { value, origin: Origin::written(line.at(0)) };
        }
    }

    /// Applies a statement to a section's draft; false if it is no such statement.
    pub(super) fn setting(&mut self, draft: &mut Draft, line: &Line<'_>) -> bool {
        let certain = line.presence.is_certain();
        match line.phrase {
            "mode" => self.mode(draft, line),
            "balance" => self.balance(draft, line),
            "hash-type" => self.hash_type(draft, line),
            "hash-balance-factor" => {
                let new =
                    Write { value: line.value(0, Limit::Unlimited, |text| Some(limit(text))), at: line.at(0), certain };
                self.scalar(&mut draft.settings.hash_balance, new);
            }
            "retries" => {
                let new = Write { value: line.value(0, 3, |text| Some(number(text))), at: line.at(0), certain };
                self.scalar(&mut draft.settings.retries, new);
            }
            "fullconn" => {
                let new =
                    Write { value: line.value(0, Limit::Unlimited, |text| Some(limit(text))), at: line.at(0), certain };
                self.scalar(&mut draft.settings.full_load, new);
            }
            "maxconn" => {
                let new =
                    Write { value: line.value(0, Limit::Unlimited, |text| Some(limit(text))), at: line.at(0), certain };
                self.scalar(&mut draft.connections, new);
            }
            "cookie" => self.cookie(draft, line),
            "dynamic-cookie-key" => draft.makes_values = true,
            "load-server-state-from-file" => self.saved_state(draft, line),
            "source" => self.unit.chooses_source = Some(line.span),
            "disabled" => draft.disabled = certain,
            "enabled" => draft.disabled = false,
            "redispatch" => self.redispatch(draft, line),
            "retry-on" => self.retry_on(draft, line),
            "http-request disable-l7-retry" => {
                let new = Write { value: Value::Known(true), at: line.span, certain };
                write(&mut draft.settings.retry_exceptions, new, &mut self.unit.stories);
            }
            "hash-preserve-affinity" => {
                let value = line.value(0, false, |word| Some(word != "always"));
                self.scalar(&mut draft.settings.hash_spills, Write { value, at: line.span, certain });
            }
            "default-server" => {
                self.note_shared(line.span);
                self.default_server(draft, line);
            }
            // Their names until 2.0 (configuration.txt 2.0, 4.2).
            phrase @ ("contimeout" | "clitimeout" | "srvtimeout") => self.timeout(draft, line, phrase),
            phrase => return self.family(draft, line, phrase),
        }
        true
    }

    fn family(&mut self, draft: &mut Draft, line: &Line<'_>, phrase: &'static str) -> bool {
        match phrase.split_once(' ') {
            Some(("timeout", which)) => self.timeout(draft, line, which),
            Some(("option", option)) => self.option(draft, line, option),
            Some(("http-check" | "tcp-check", _)) => self.check_rule(draft, line),
            _ => return false,
        }
        true
    }

    /// Writes a fact; the same setting twice in one section with two values becomes a diagnostic.
    pub(super) fn scalar<T: PartialEq + Copy>(&mut self, fact: &mut Fact<T>, new: Write<T>) {
        if let Some(first) = write(fact, new, &mut self.unit.stories) {
            self.diagnostics.push(Diagnostic::new(new.at, Kind::DuplicateSetting(first)));
        }
    }

    fn mode(&mut self, draft: &mut Draft, line: &Line<'_>) {
        let value = line.value(0, Mode::Tcp, |word| match word {
            "tcp" => Some(Mode::Tcp),
            "http" => Some(Mode::Http),
            "log" => Some(Mode::Log),
            _ => Some(Mode::Other),
        });
        self.scalar(&mut draft.settings.mode, Write { value, at: line.at(0), certain: line.presence.is_certain() });
    }

    fn timeout(&mut self, draft: &mut Draft, line: &Line<'_>, which: &str) {
        let timeouts = &mut draft.settings.timeouts;
        let fact: &mut Fact<Timeout> = match which {
            "connect" | "contimeout" => &mut timeouts.connect,
            "server" | "srvtimeout" => &mut timeouts.server,
            "client" | "clitimeout" => &mut timeouts.client,
            "queue" => &mut timeouts.queue,
            "check" => &mut timeouts.check,
            "tunnel" => &mut timeouts.tunnel,
            "http-request" => &mut timeouts.http_request,
            _ => return,
        };
        let value = line.value(0, Timeout::Never, timeout);
        let new = Write { value, at: line.at(0), certain: line.presence.is_certain() };
        self.scalar(fact, new);
    }

    fn option(&mut self, draft: &mut Draft, line: &Line<'_>, option: &str) {
        let (at, certain) = (line.span, line.presence.is_certain());
        let on = Value::Known(line.prefix == Prefix::None);
        match option {
            "redispatch" => self.redispatch(draft, line),
            "allbackups" => self.scalar(&mut draft.settings.all_backups, Write { value: on, at, certain }),
            option if is_check_method(option) => self.check_method(draft, line, option),
            _ => {}
        }
    }

    /// `option redispatch [N]`: without N on the last retry, with N on every N-th (0: never).
    fn redispatch(&mut self, draft: &mut Draft, line: &Line<'_>) {
        let value = if line.prefix == Prefix::None {
            line.value(0, Redispatch::LastRetry, |text| {
                use crate::syntax::haproxy::values::lenient_number;
                Some(match lenient_number(text).value() {
                    0 => Redispatch::Never,
                    n if n < 0 => Redispatch::LastRetry,
                    n => Redispatch::Every(u32::try_from(n).unwrap_or(u32::MAX)),
                })
            })
        } else {
            Value::Known(Redispatch::Never)
        };
        let new = Write { value, at: line.span, certain: line.presence.is_certain() };
        self.scalar(&mut draft.settings.redispatch, new);
    }

    /// `retry-on`: words in any number; each statement replaces the one before it.
    fn retry_on(&mut self, draft: &mut Draft, line: &Line<'_>) {
        let words = line.arguments.iter().map(|word| word.value.as_deref().map_err(|unread| why(*unread)));
        let value = words.fold(Value::Known(Conditions::NONE), |all, word| match (all, word) {
            (Value::Known(all), Ok(word)) => Value::Known(all.with(condition(word))),
            (Value::Unknown(why), _) | (_, Err(why)) => Value::Unknown(why),
        });
        self.scalar(&mut draft.settings.retry_on, Write { value, at: line.at(0), certain: line.presence.is_certain() });
    }

    fn cookie(&mut self, draft: &mut Draft, line: &Line<'_>) {
        let Some(name) = line.argument(0).cloned() else { return };
        let value = Value::Known(Affinity::Cookie(self.text(&name)));
        let new = Write { value, at: line.span, certain: line.presence.is_certain() };
        write(&mut draft.settings.affinity, new, &mut self.unit.stories);
        draft.carrier = Some((line.span, sessions::carrier(line)));
    }

    fn saved_state(&mut self, draft: &mut Draft, line: &Line<'_>) {
        let value = line
            .value(0, SavedState::No, |word| Some(if word == "none" { SavedState::No } else { SavedState::FromFile }));
        let new = Write { value, at: line.at(0), certain: line.presence.is_certain() };
        self.scalar(&mut draft.settings.saved_state, new);
    }
}

/// What a word of `retry-on` stands for (configuration manual 3.2, retry-on).
fn condition(word: &str) -> Conditions {
    let all = [
        Conditions::CONNECT,
        Conditions::INVALID,
        Conditions::TIMEOUT,
        Conditions::STATUS_500,
        Conditions::STATUS_502,
        Conditions::STATUS_503,
        Conditions::STATUS_504,
    ];
    match word {
        "conn-failure" => Conditions::CONNECT,
        "empty-response" | "junk-response" => Conditions::INVALID,
        "response-timeout" => Conditions::TIMEOUT,
        "403" => Conditions::STATUS_403,
        "404" => Conditions::STATUS_404,
        "429" => Conditions::STATUS_429,
        "500" => Conditions::STATUS_500,
        "502" => Conditions::STATUS_502,
        "503" => Conditions::STATUS_503,
        "504" => Conditions::STATUS_504,
        "all-retryable-errors" => all.into_iter().fold(Conditions::NONE, Conditions::with),
        _ => Conditions::NONE,
    }
}

/// Statements by which a section answers, or hands traffic on, without any server.
pub(super) fn answers_by_itself(phrase: &str) -> bool {
    const EXACT: [&str; 12] = [
        "errorfile",
        "errorfiles",
        "errorloc",
        "errorloc302",
        "errorloc303",
        "http-error",
        "redirect",
        "monitor-uri",
        "stick-table",
        "use-fcgi-app",
        "dispatch",
        "transparent",
    ];
    const ACTIONS: [&str; 9] =
        ["return", "redirect", "deny", "tarpit", "reject", "use-service", "cache-use", "silent-drop", "auth"];
    let mut words = phrase.split(' ');
    match (words.next(), words.next_back()) {
        (Some("stats"), Some("enable" | "uri" | "realm" | "auth" | "admin"))
        | (Some("option"), Some("transparent" | "http_proxy")) => true,
        (Some("http-request" | "tcp-request"), Some(action)) => ACTIONS.contains(&action.trim_end_matches('*')),
        (Some(first), _) => EXACT.contains(&first),
        (None, _) => false,
    }
}

/// The place of a statement that hands traffic to targets which no `server` line names.
pub(super) fn hands_on_elsewhere(line: &Line<'_>) -> Option<Span> {
    let elsewhere = ["dispatch", "transparent", "option transparent", "option http_proxy", "use-fcgi-app"];
    elsewhere.contains(&line.phrase).then_some(line.span)
}
