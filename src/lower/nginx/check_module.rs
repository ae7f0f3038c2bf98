//! `check` and its kin in a pool: active health checks of `nginx_upstream_check_module` and Tengine.

use super::Lowering;
use super::argument::Argument;
use super::upstream::Draft;
use crate::grammar::rules::RuleId;
use crate::model::{
    Fact, HostHeader, HttpCheck, Origin, Probe, ProbeKind, Statuses, TargetSettings, Timeout, Value, Verb, Why,
};
use crate::source::Span;

/// What a check says of times and counts, and what it does where it says nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct CheckTimes {
    /// Milliseconds between two checks.
    pub(super) interval: Option<u64>,
    /// Failed checks until a target is down.
    pub(super) fall: Option<u32>,
    /// Good checks until it is up.
    pub(super) rise: Option<u32>,
    /// The port that is asked, if it is another one.
    pub(super) port: Option<u16>,
    /// Whether targets count as up before their first check.
    pub(super) up: bool,
    defaults: (u64, u32, u32),
    at: Span,
}

impl CheckTimes {
    /// A check that says nothing, with its defaults.
    pub(super) const fn new(interval: u64, fall: u32, rise: u32, at: Span) -> Self {
        Self { interval: None, fall: None, rise: None, port: None, up: true, defaults: (interval, fall, rise), at }
    }

    /// `check interval=3000 rise=2 fall=5`. Defaults: README of the module, `check`.
    fn read(arguments: &[Argument<'_>], at: Span) -> Self {
        let mut times = Self { up: false, ..Self::new(30_000, 5, 2, at) };
        for word in arguments.iter().filter_map(Argument::known) {
            let Some((name, value)) = word.split_once('=') else { continue };
            match name {
                "interval" => times.interval = value.parse().ok(),
                "fall" => times.fall = value.parse().ok(),
                "rise" => times.rise = value.parse().ok(),
                "port" => times.port = value.parse().ok(),
                "default_down" => times.up = value == "false",
                _ => {}
            }
        }
        times
    }

    /// Writes them into what a target says.
    pub(super) fn apply(self, settings: &mut TargetSettings) {
        let (interval, fall, rise) = self.defaults;
        settings.interval = self.fact(self.interval.map(Timeout::After), Timeout::After(interval));
        settings.fast_interval = settings.interval;
        settings.assumed_up = Fact::known(self.up, Origin::written(self.at));
        settings.fall = self.fact(self.fall, fall);
        settings.rise = self.fact(self.rise, rise);
        settings.transport.check_port = Fact::known(self.port.filter(|port| *port > 0), Origin::written(self.at));
    }

    const fn fact<T: Copy>(&self, written: Option<T>, default: T) -> Fact<T> {
        match written {
            Some(value) => Fact::known(value, Origin::written(self.at)),
            None => Fact::known(default, Origin::default(self.at, RuleId::NGINX_CHECK)),
        }
    }
}

impl Lowering<'_, '_> {
    /// A statement of the module.
    pub(super) fn check_statement(&mut self, draft: &mut Draft, name: &str, arguments: &[Argument<'_>], at: Span) {
        match name {
            "check" => check(draft, arguments, at),
            "check_http_send" => {
                describe(draft, at);
                self.request(draft, arguments, at);
            }
            _ => {
                describe(draft, at);
                draft.settings.http_check.good = alive(arguments, at);
            }
        }
    }

    /// `check_http_send "GET / HTTP/1.0\r\n\r\n"`: the bytes that are sent.
    fn request(&mut self, draft: &mut Draft, arguments: &[Argument<'_>], at: Span) {
        let origin = Origin::written(at);
        let good = draft.settings.http_check.good;
        let Some((word, text)) = arguments.first().and_then(|word| Some((word, word.known()?.to_owned()))) else {
            draft.settings.http_check = HttpCheck { good, ..HttpCheck::unknown(Why::Variable, origin) };
            return;
        };
        let mut words = text.lines().next().unwrap_or_default().split(' ').filter(|word| !word.is_empty());
        let method = words.next().unwrap_or_default();
        let path = words.next().map(|path| self.part_text(word, path));
        let version = words.next().unwrap_or_default();
        let names_host = text.to_ascii_lowercase().contains("\nhost:");
        let host = if names_host { HostHeader::Written } else { HostHeader::Missing };
        draft.settings.http_check = HttpCheck {
            method: Fact::known(Verb::of(method), origin),
            path: Fact::known(path, origin),
            names_host: Fact::known(version.starts_with("HTTP/1.1"), origin),
            host: Fact::known(host, origin),
            good,
            ends: Fact::known(text.contains("\r\n\r\n") || text.contains("\n\n"), origin),
            ..HttpCheck::request(Verb::Get, origin)
        };
    }
}

/// `check interval=... type=...`: all targets are asked.
fn check(draft: &mut Draft, arguments: &[Argument<'_>], at: Span) {
    let kind = arguments.iter().filter_map(Argument::known).find_map(|word| word.strip_prefix("type="));
    let kind = match kind {
        None | Some("tcp") => ProbeKind::Connect,
        Some("http") => ProbeKind::Http(None),
        Some(_) => ProbeKind::Other("check"),
    };
    draft.settings.probe = Fact::known(Probe { kind, elects: false }, Origin::written(at));
    let timeout = arguments.iter().filter_map(Argument::known).find_map(|word| word.strip_prefix("timeout="));
    let timeout = timeout.and_then(|text| text.parse().ok()).unwrap_or(1000);
    draft.settings.timeouts.check = Fact::known(Timeout::After(timeout), Origin::written(at));
    draft.checked = Some(at);
    draft.check_times = Some(CheckTimes::read(arguments, at));
}

/// What a check would ask, without the statement that enables it: the first that says so.
fn describe(draft: &mut Draft, at: Span) {
    if draft.checked.is_none() && !draft.settings.probe.origin.is_explicit() {
        let probe = Probe { kind: ProbeKind::Http(None), elects: false };
        draft.settings.probe = Fact::known(probe, Origin::written(at));
    }
    draft.described = draft.described.or(Some(at));
}

/// What the statements of a pool add up to: a check that only connects sends nothing.
pub(super) fn settle(draft: &mut Draft) {
    if let (Some(_), Some(probe)) = (draft.checked, draft.settings.probe.get().copied()) {
        match probe.kind {
            ProbeKind::Connect => draft.settings.http_check.unread = draft.described,
            ProbeKind::Http(_) => {
                let path = draft.settings.http_check.path.get().copied().flatten();
                draft.settings.probe.value = Value::Known(Probe { kind: ProbeKind::Http(path), ..probe });
            }
            ProbeKind::Other(_) => {}
        }
    }
}

/// `check_http_expect_alive http_2xx http_3xx`
fn alive(arguments: &[Argument<'_>], at: Span) -> Fact<Statuses> {
    let origin = Origin::written(at);
    let class = |word: &Argument<'_>| {
        let class: u16 = word.known()?.strip_prefix("http_")?.strip_suffix("xx")?.parse().ok()?;
        (1..=5).contains(&class).then(|| Statuses::range(class * 100, class * 100 + 99))
    };
    let all = arguments.iter().try_fold(Statuses::NONE, |all, word| Some(all.or(class(word)?)));
    all.map_or(Fact::unknown(Why::Malformed, origin), |set| Fact::known(set, origin))
}
