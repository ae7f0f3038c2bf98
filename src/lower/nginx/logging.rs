//! What the log says of requests: `access_log`, `log_format`.

use super::argument::Argument;
use super::roles::{Family, Setting};
use super::scope::InForce;
use super::variables::names;
use super::{Lowering, Network};
use crate::grammar::rules::RuleId;
use crate::model::{Fact, Logging, Origin, Value, Why};
use crate::source::Span;
use crate::syntax::nginx::Place;

/// The format of an `access_log` without one (`ngx_http_log_module.c`): without the server.
const COMBINED: &str = "combined";

/// Variables of a request's way to the servers that do not tell which one it was.
const WITHOUT_ADDRESS: [&str; 14] = [
    "upstream_bytes_received",
    "upstream_bytes_sent",
    "upstream_cache_age",
    "upstream_cache_key",
    "upstream_cache_last_modified",
    "upstream_cache_etag",
    "upstream_cache_status",
    "upstream_connect_time",
    "upstream_first_byte_time",
    "upstream_header_time",
    "upstream_queue_time",
    "upstream_response_length",
    "upstream_response_time",
    "upstream_status",
];

/// What servers send, and what may name them.
const ANSWERS: [&str; 5] = ["upstream_", "sent_http_", "sent_trailer_", "cookie_", "jwt_"];

impl<'a> Lowering<'a, '_> {
    /// `log_format NAME [escape=...] TEXT...`
    pub(super) fn log_format(&mut self, place: Place) {
        let words: Vec<Argument<'a>> = self.arguments(place).collect();
        let Some((name, texts)) = words.split_first() else { return };
        let Some(name) = name.known().map(str::to_owned) else { return };
        let text = texts.iter().map(Argument::known).collect::<Option<Vec<_>>>().map(|texts| texts.concat());
        self.log_formats.entry((self.network, name)).or_insert(text);
    }

    /// What the log in force in the innermost block says of requests.
    pub(super) fn logging(&self, at: Span) -> Fact<Logging> {
        if let Some(script) = self.in_force(Family::Core, Setting::LogScript) {
            return Fact::unknown(Why::Unsupported, script.origin(self.header(script.place)));
        }
        let logs = self.all_in_force(Family::Core, Setting::AccessLog);
        let Some(first) = logs.first() else {
            let unwritten = if self.network == Network::Http { Logging::WithoutTarget } else { Logging::Nothing };
            return Fact::known(unwritten, Origin::default(at, RuleId::NGINX_ACCESS_LOG));
        };
        // `off` beats what stands beside it (1.22.1: the other file stays empty).
        let off = logs.iter().find(|log| self.argument(log.place).is_some_and(|word| word.is("off")));
        if let Some(off) = off {
            return Fact::known(Logging::Nothing, off.origin(self.header(off.place)));
        }
        let mut best = self.one_log(*first);
        for log in &logs {
            let other = self.one_log(*log);
            if says(other.get()) > says(best.get()) {
                best = other;
            }
        }
        best
    }

    /// One `access_log PATH [FORMAT [PARAMETER]...]`.
    fn one_log(&self, log: InForce) -> Fact<Logging> {
        let origin = log.origin(self.header(log.place));
        if self.argument(log.place).is_some_and(|path| path.is("/dev/null")) {
            return Fact::known(Logging::Nothing, origin);
        }
        let value = match self.arguments(log.place).nth(1) {
            None => self.shows_target(COMBINED),
            Some(word) => match word.known() {
                Some(name) => self.shows_target(name),
                None => Err(Why::Template),
            },
        };
        let value = match value {
            Ok(true) => Value::Known(Logging::WithTarget),
            Ok(false) => Value::Known(Logging::WithoutTarget),
            Err(why) => Value::Unknown(why),
        };
        Fact { value, origin }
    }

    /// Whether a format names the server; what cannot be told is not known.
    fn shows_target(&self, format: &str) -> Result<bool, Why> {
        let text = match self.log_formats.get(&(self.network, format.to_owned())) {
            Some(Some(text)) => text,
            Some(None) => return Err(Why::Template),
            None if format == COMBINED && self.network == Network::Http => return Ok(false),
            None => return Err(Why::OtherFile),
        };
        let mut made = false;
        for name in names(text) {
            let name = name.to_ascii_lowercase();
            if ANSWERS.iter().any(|prefix| name.starts_with(prefix)) && !WITHOUT_ADDRESS.contains(&name.as_str()) {
                return Ok(true);
            }
            made |= self.variables.names.contains(&name);
        }
        // What the configuration makes itself may be made of anything.
        if made { Err(Why::Request) } else { Ok(false) }
    }
}

/// Which of several logs counts: one that names the server, then one that may, then any.
const fn says(logging: Option<&Logging>) -> u8 {
    match logging {
        Some(Logging::Nothing) => 0,
        Some(Logging::WithoutTarget) => 1,
        None => 2,
        Some(Logging::WithTarget) => 3,
    }
}
