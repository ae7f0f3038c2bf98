//! Settings whose values have a form of their own.

use super::{Scene, Validator};
use crate::syntax::nginx::values::{number, seconds, size, time};

/// A shared zone of fewer bytes is refused: 8 pages (`limit_req_zone`), 2 pages (`keys_zone`).
const SMALLEST_LIMIT_ZONE: u64 = 8 * 4096;
const SMALLEST_KEYS_ZONE: u64 = 2 * 4096;

const LOG_LEVELS: &[&str] = &[
    "alert",
    "crit",
    "debug",
    "debug_alloc",
    "debug_core",
    "debug_event",
    "debug_http",
    "debug_imap",
    "debug_mail",
    "debug_mutex",
    "debug_stream",
    "emerg",
    "error",
    "info",
    "notice",
    "warn",
];

impl Validator<'_, '_> {
    /// Whether the statement may be one of another protocol, with rules of its own.
    pub(super) fn is_foreign(&self, scene: Scene<'_>) -> bool {
        let foreign = |name: &str| ["rtmp", "tcp", "mgmt"].iter().any(|other| name.starts_with(other));
        scene.contexts.iter().any(|context| foreign(self.input.grammar.context_name(context)))
    }

    /// `access_log PATH [FORMAT [parameters]]`, `access_log off`.
    pub(super) fn check_access_log(&mut self, scene: Scene<'_>) {
        if self.is_foreign(scene) {
            return;
        }
        if scene.known(1) == Some("off") && scene.len() > 2 {
            return self.refuse(scene.span(2), "possible behind `off`");
        }
        let unformatted = |text: &str| !["buffer=", "flush=", "gzip=", "if="].iter().any(|name| text.starts_with(name));
        self.expect(scene, 2, "the name of a log format, which must stand before the parameters", unformatted);
        self.check_parameters(scene, 3);
    }

    /// `error_log PATH [LEVEL]`; Angie takes parameters as well.
    pub(super) fn check_error_log(&mut self, scene: Scene<'_>) {
        for at in 2..scene.len() {
            self.expect(scene, at, "a log level such as warn", |text| LOG_LEVELS.contains(&text) || text.contains('='));
        }
    }

    /// `error_page CODE... [=[RESPONSE]] URI`.
    pub(super) fn check_error_page(&mut self, scene: Scene<'_>) {
        // Tengine knows `default`.
        if scene.len() < 3 || scene.known(1) == Some("default") {
            return;
        }
        let mut last = scene.len() - 1;
        if let Some(response) = scene.constant(last - 1).and_then(|text| text.strip_prefix('=')) {
            last -= 1;
            if !response.is_empty() && number(response).is_none() {
                self.refuse(scene.span(last), "`=` and a status code");
            }
        }
        for at in 1..last {
            self.expect(scene, at, "a status code from 300 to 599 (and not 499)", |text| {
                number(text).is_some_and(|code| (300..=599).contains(&code) && code != 499)
            });
        }
    }

    /// `expires [modified] TIME`.
    pub(super) fn check_expires(&mut self, scene: Scene<'_>) {
        if scene.len() == 3 {
            self.expect(scene, 1, "`modified`", |text| text == "modified");
        }
        let at = scene.len() - 1;
        self.expect(scene, at, "a duration, `@` and a time of day, or one of epoch, max and off", |text| {
            let unsigned = text.strip_prefix(['+', '-', '@']).unwrap_or(text);
            matches!(text, "epoch" | "max" | "off") || seconds(unsigned).is_some()
        });
    }

    /// `add_header NAME VALUE [always]`.
    pub(super) fn check_add_header(&mut self, scene: Scene<'_>) {
        self.expect(scene, 3, "`always`", |text| text == "always");
    }

    /// `keepalive_timeout TIME [TIME of the header]`.
    pub(super) fn check_keepalive_timeout(&mut self, scene: Scene<'_>) {
        if !self.is_foreign(scene) {
            self.expect(scene, 1, "a duration such as 65 or 75s", |text| time(text).is_some());
            self.expect(scene, 2, "a duration in whole seconds such as 60s", |text| seconds(text).is_some());
        }
    }

    /// `limit_conn ZONE NUMBER`.
    pub(super) fn check_limit_conn(&mut self, scene: Scene<'_>) {
        self.expect(scene, 2, "a number of connections from 1 to 65535", |text| {
            number(text).is_some_and(|count| (1..=65_535).contains(&count))
        });
    }

    /// `limit_req_zone KEY zone=NAME:SIZE rate=RATE`, `limit_conn_zone KEY zone=NAME:SIZE`.
    pub(super) fn check_limit_zone(&mut self, scene: Scene<'_>) {
        self.check_parameters(scene, 2);
        for at in 2..scene.len() {
            let Some(text) = scene.known(at) else { continue };
            if text.strip_prefix("zone=").is_some_and(|zone| !is_zone(zone, SMALLEST_LIMIT_ZONE)) {
                self.refuse(scene.span(at), "`zone=` with a name and a size of at least 32k such as zone=one:1m");
            }
            if text.strip_prefix("rate=").is_some_and(|rate| !is_rate(rate)) {
                self.refuse(scene.span(at), "`rate=` with requests a second or a minute such as rate=10r/s");
            }
        }
        self.require(scene, "zone=");
    }

    /// `*_cache_path PATH parameters`.
    pub(super) fn check_cache_path(&mut self, scene: Scene<'_>) {
        self.check_parameters(scene, 2);
        for at in 2..scene.len() {
            let Some(text) = scene.known(at) else { continue };
            if text.strip_prefix("keys_zone=").is_some_and(|zone| !is_zone(zone, SMALLEST_KEYS_ZONE)) {
                self.refuse(scene.span(at), "`keys_zone=` with a name and a size of at least 8k such as one:10m");
            }
            if text.strip_prefix("levels=").is_some_and(|levels| !is_levels(levels)) {
                self.refuse(scene.span(at), "`levels=` with up to three levels of 1 or 2 such as levels=1:2");
            }
        }
        self.require(scene, "keys_zone=");
    }

    /// Complains if no word begins like this, unless one is not known.
    fn require(&mut self, scene: Scene<'_>, parameter: &str) {
        if !scene.words.iter().any(|word| word.known().is_none_or(|text| text.starts_with(parameter))) {
            let what = format!("{} {parameter}", scene.known(0).unwrap_or_default());
            self.say(scene.span(scene.len() - 1), crate::diagnostic::Kind::MissingArgument(what.into()));
        }
    }

    /// `return CODE [TEXT]`, `return URL` (`ngx_http_rewrite_return`).
    pub(super) fn check_return(&mut self, scene: Scene<'_>) {
        let grammar = self.input.grammar;
        if scene.contexts.contains(grammar.context("stream_server")) {
            return;
        }
        let Some(first) = scene.known(1) else { return };
        let is_url = ["http://", "https://", "$scheme"].iter().any(|begin| first.starts_with(begin));
        if !(number(first).is_some_and(|code| code <= 999) || (is_url && scene.len() == 2)) {
            self.refuse(
                scene.span(1),
                "a status code up to 999, or alone a URL that begins with http://, https:// or $scheme",
            );
        }
    }

    /// `rewrite REGEX REPLACEMENT [FLAG]`.
    pub(super) fn check_rewrite(&mut self, scene: Scene<'_>) {
        if let Some(pattern) = scene.known(1) {
            self.check_regex(scene.span(1), pattern);
        }
        if scene.known(3).is_some_and(|flag| !matches!(flag, "last" | "break" | "redirect" | "permanent")) {
            self.refuse(scene.span(3), "one of: last, break, redirect, permanent");
        }
    }

    /// `server_name NAME...` of http and stream.
    pub(super) fn check_server_name(&mut self, scene: Scene<'_>) {
        if !self.is_only(scene.contexts, &["server"]) {
            return;
        }
        for at in 1..scene.len() {
            let Some(name) = scene.known(at) else { continue };
            if let Some(pattern) = name.strip_prefix('~') {
                self.check_regex(scene.span(at), pattern);
            }
            let wildcard = name.starts_with('*') && !(name.len() > 2 && name.starts_with("*."));
            if wildcard || matches!(name, "." | "~") {
                self.refuse(
                    scene.span(at),
                    "a name, a wildcard such as *.example.com, or `~` and a regular expression",
                );
            }
        }
    }

    /// The last word of `try_files` may be `=CODE`.
    pub(super) fn check_try_files(&mut self, scene: Scene<'_>) {
        self.expect(scene, scene.len() - 1, "`=` and a status code up to 999", |text| {
            text.strip_prefix('=').is_none_or(|code| number(code).is_some_and(|code| code <= 999))
        });
    }

    /// `use METHOD`: the methods of all platforms (`src/event/modules`).
    pub(super) fn check_event_method(&mut self, scene: Scene<'_>) {
        const METHODS: [&str; 8] = ["epoll", "poll", "select", "kqueue", "eventport", "/dev/poll", "devpoll", "rtsig"];
        self.expect(scene, 1, "an event method such as epoll", |text| METHODS.contains(&text));
    }

    pub(super) fn check_worker_processes(&mut self, scene: Scene<'_>) {
        self.expect(scene, 1, "a number of processes, or auto", |text| text == "auto" || number(text).is_some());
    }

    pub(super) fn check_worker_connections(&mut self, scene: Scene<'_>) {
        self.expect(scene, 1, "a number of connections", |text| number(text).is_some());
    }

    /// `allow`, `deny`, `set_real_ip_from`: the last also takes names.
    pub(super) fn check_network(&mut self, scene: Scene<'_>) {
        if self.is_foreign(scene) {
            return;
        }
        let takes_names = scene.known(0) == Some("set_real_ip_from");
        self.expect(scene, 1, "an address, or a network such as 10.0.0.0/8", |text| {
            is_network(text) || text == "unix:" || if takes_names { !text.contains('/') } else { text == "all" }
        });
    }
}

/// An address with or without a number of bits (`ngx_ptocidr`).
pub(super) fn is_network(text: &str) -> bool {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let most = match address.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(_)) => 32,
        Ok(std::net::IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    bits.is_none_or(|bits| number(bits).is_some_and(|bits| bits <= most))
}

/// `NAME:SIZE`.
fn is_zone(text: &str, smallest: u64) -> bool {
    let parts = text.split_once(':').filter(|(name, _)| !name.is_empty());
    parts.and_then(|(_, bytes)| size(bytes)).is_some_and(|bytes| bytes >= smallest)
}

/// `10r/s`, `30r/m`.
fn is_rate(text: &str) -> bool {
    let digits = text.strip_suffix("r/s").or_else(|| text.strip_suffix("r/m")).unwrap_or(text);
    number(digits).is_some_and(|rate| rate > 0)
}

/// `1`, `1:2`, `1:2:2`.
fn is_levels(text: &str) -> bool {
    text.split(':').count() <= 3 && text.split(':').all(|level| matches!(level, "1" | "2"))
}
