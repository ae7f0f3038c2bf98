//! Retry policies of routes: on what, how often, where to, and which requests may be repeated at all.

use super::Lowering;
use super::facts::Facts;
use crate::grammar::rules::RuleId;
use crate::model::{Conditions, Fact, Forwarding, Origin, Step, Timeout, Value, Why};
use crate::source::Span;
use crate::syntax::envoy::Message;

/// Methods that may be repeated (RFC 9110, 9.2.2).
const METHODS: [&str; 6] = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"];

/// The words of `retry_on` (router documentation, x-envoy-retry-on and x-envoy-retry-grpc-on; 1.40).
const WORDS: [&str; 16] = [
    "5xx",
    "gateway-error",
    "reset",
    "reset-before-request",
    "connect-failure",
    "envoy-ratelimited",
    "retriable-4xx",
    "refused-stream",
    "retriable-status-codes",
    "retriable-headers",
    "http3-post-connect-failure",
    "cancelled",
    "deadline-exceeded",
    "internal",
    "resource-exhausted",
    "unavailable",
];

/// The word that reads a list beside it.
const STATUS_CODES: &str = "retriable-status-codes";

/// Reads a retry policy.
pub(super) fn read(policy: &Message<'_>, forwarding: &mut Forwarding) {
    if policy.field("retry_on").is_some() {
        let origin = Origin::written(policy.place("retry_on"));
        let value = match policy.text_of("retry_on") {
            Some(words) => Value::Known(conditions(&words, policy)),
            None => Value::Unknown(Why::Template),
        };
        forwarding.retry_on = Fact { value, origin };
    }
    let one = Fact::known(1, Origin::default(policy.first_line(), RuleId::ENVOY_NUM_RETRIES));
    let more = policy.number("num_retries", one);
    let value = match more.value {
        Value::Known(more) => Value::Known(more.saturating_add(1)),
        Value::Unknown(why) => Value::Unknown(why),
    };
    forwarding.tries = Fact { value, origin: more.origin };
    forwarding.per_try = policy.duration("per_try_timeout", forwarding.per_try);
    // 0 is no limit of its own (config.route.v3.RetryPolicy).
    if forwarding.per_try.is(&Timeout::After(0)) {
        forwarding.per_try.value = Value::Known(Timeout::Never);
    }
    let previous = policy.list("retry_host_predicate").find(|predicate| {
        let name = predicate.text_of("name").unwrap_or_default();
        name.contains("previous_hosts") || predicate.extension().is_some_and(|(kind, _)| kind.contains("PreviousHosts"))
    });
    if let Some(previous) = previous {
        forwarding.avoids_tried = Fact::known(true, Origin::written(previous.first_line()));
    }
}

/// `retry_on: 5xx,reset`: words that Envoy does not know are ignored, with a warning (router documentation, x-envoy-retry-on).
fn conditions(words: &str, policy: &Message<'_>) -> Conditions {
    let broken = Conditions::ERROR.with(Conditions::CONNECT);
    let gateway = Conditions::STATUS_502.with(Conditions::STATUS_503).with(Conditions::STATUS_504).with(broken);
    words.split(',').map(str::trim).fold(Conditions::NONE, |all, word| {
        all.with(match word {
            "5xx" => gateway.with(Conditions::STATUS_500).with(Conditions::TIMEOUT),
            "gateway-error" => gateway.with(Conditions::TIMEOUT),
            "reset" => broken.with(Conditions::TIMEOUT),
            "connect-failure" | "reset-before-request" => Conditions::CONNECT,
            "unavailable" => Conditions::STATUS_503,
            STATUS_CODES => statuses(policy),
            _ => Conditions::NONE,
        })
    })
}

/// `retriable_status_codes: [503]`
fn statuses(policy: &Message<'_>) -> Conditions {
    policy.list("retriable_status_codes").fold(Conditions::NONE, |all, code| {
        all.with(match code.integer() {
            Some(403) => Conditions::STATUS_403,
            Some(404) => Conditions::STATUS_404,
            Some(429) => Conditions::STATUS_429,
            Some(500) => Conditions::STATUS_500,
            Some(502) => Conditions::STATUS_502,
            Some(503) => Conditions::STATUS_503,
            Some(504) => Conditions::STATUS_504,
            _ => Conditions::NONE,
        })
    })
}

/// Which methods the requests of a route have, where its condition says so; `posts_go_to`: the earlier route that takes
/// those with POST.
pub(super) fn read_methods(condition: &Message<'_>, posts_go_to: Option<Span>, forwarding: &mut Forwarding) {
    // Whether somebody sends PATCH is not known.
    if let Some(at) = posts_go_to {
        forwarding.repeatable = Fact::unknown(Why::Request, Origin::written(at));
    }
    if let Some(header) = asked_method(condition) {
        let safe = written_method(&header).is_some_and(|text| are_repeatable(&text));
        forwarding.repeatable = Fact::known(safe, Origin::written(header.first_line()));
    }
    // Whether a call may be repeated is the business of each method of a service.
    if condition.field("grpc").is_some() {
        forwarding.repeatable = Fact::unknown(Why::Request, Origin::written(condition.place("grpc")));
    }
}

/// The header matcher that asks for methods.
fn asked_method<'a>(condition: &Message<'a>) -> Option<Message<'a>> {
    let method = |header: &Message<'_>| header.text_of("name").is_some_and(|name| name == ":method");
    condition.list("headers").find(method).filter(|header| !header.has("invert_match"))
}

/// Whether a route takes every POST that its prefix matches, whatever else the request has.
pub(super) fn takes_posts(condition: &Message<'_>) -> bool {
    const CONDITIONS: [&str; 2] = ["prefix", "headers"];
    let is_plain = condition.entries().all(|(key, _)| CONDITIONS.contains(&key.as_ref()));
    let is_only = condition.list("headers").count() == 1;
    let takes = |text: &str| words(text).any(|word| word == "POST");
    is_plain
        && is_only
        && asked_method(condition).and_then(|header| written_method(&header)).is_some_and(|text| takes(&text))
}

fn written_method<'a>(header: &Message<'a>) -> Option<std::borrow::Cow<'a, str>> {
    let matcher = header.field("string_match");
    let places = [Some(*header), matcher];
    places.into_iter().flatten().find_map(|place| {
        let regex = place.any(&["safe_regex", "safe_regex_match"]).and_then(|regex| regex.text_of("regex"));
        // The second version called it `value` at first.
        ["exact", "exact_match", "value"].iter().find_map(|field| place.text_of(field)).or(regex)
    })
}

/// `GET`, `^(GET|HEAD)$`
fn are_repeatable(text: &str) -> bool {
    let mut words = words(text).peekable();
    words.peek().is_some() && words.all(|word| METHODS.contains(&word))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| !word.is_empty())
}

impl Lowering<'_, '_> {
    /// Words of `retry_on` that have no effect become part of its story: unknown ones, and `retriable-status-codes` or
    /// `retriable-headers` without their lists.
    pub(super) fn note_unread_conditions(&mut self, policy: &Message<'_>, at: Span) {
        let Some(value) = policy.field("retry_on") else { return };
        let span = value.span();
        let written = self.input.sources.slice(span);
        let mut offset = 0;
        for word in written.split(',') {
            let start = offset + (word.len() - word.trim_start_matches([' ', '"', '\'']).len());
            offset += word.len() + 1;
            let word = word.trim_matches([' ', '"', '\'']);
            if is_unread(word, policy) {
                let start = span.start + start as u32;
                let step = Step::Unread(Span::new(start, start + word.len() as u32));
                let origin = Origin::written(at);
                if !self.unit.stories.of(origin).contains(&step) {
                    self.unit.stories.tell(at, step);
                }
            }
        }
    }
}

fn is_unread(word: &str, policy: &Message<'_>) -> bool {
    match word {
        STATUS_CODES => policy.field("retriable_status_codes").is_none(),
        "retriable-headers" => policy.field("retriable_headers").is_none(),
        word => {
            !word.is_empty()
                && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && !WORDS.contains(&word)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::are_repeatable;

    #[test]
    fn methods_that_may_be_repeated() {
        assert!(are_repeatable("GET") && are_repeatable("^(GET|HEAD)$"));
        assert!(!are_repeatable("POST") && !are_repeatable("GET|POST") && !are_repeatable(".*"));
    }
}
