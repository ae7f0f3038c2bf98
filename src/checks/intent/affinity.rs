//! `affinity`: whether clients stay with their target.

use super::Wish;
use super::outcome::{State, Subject};
use crate::finding::Severity;
use crate::model::{Affinity, Key, Method, Why};
use crate::source::{Dialect, Span};

/// What ties clients to targets.
enum Tie {
    /// This does.
    By(Span, &'static str),
    /// Nothing does.
    Nothing,
    /// That is not known.
    Perhaps(String),
}

pub(super) fn affinity(subject: &Subject<'_, '_>, wish: Wish) -> State {
    let name = subject.pool.name;
    match (wish, tie(subject)) {
        (_, Tie::Perhaps(why)) => State::Open(why),
        (Wish::Client, Tie::By(_, what)) => State::held(what),
        (Wish::None, Tie::Nothing) => State::held("nothing ties clients to targets"),
        (Wish::Client, Tie::Nothing) => {
            let message =
                format!("nothing keeps the clients of `{name}` with their target; expected: session affinity");
            let policy = subject.pool.view.settings.policy.origin;
            let at = policy.written_at().unwrap_or(subject.pool.view.pool.header);
            State::unmet(Severity::Warning, message, at, "any target may get a client's next request")
        }
        (Wish::None, Tie::By(at, what)) => {
            let message = format!("{what} keeps the clients of `{name}` with their target; expected: no affinity");
            State::unmet(Severity::Warning, message, at, "clients stay with their target")
        }
    }
}

fn tie(subject: &Subject<'_, '_>) -> Tie {
    let (pool, settings) = (&subject.pool.view, subject.pool.view.settings);
    if let Some(at) = pool.pool.sticks.or(pool.pool.pins) {
        return Tie::By(at, "a table of clients");
    }
    match settings.affinity.get() {
        Some(Affinity::Cookie(_)) if names_nobody(subject) => {}
        Some(Affinity::Cookie(_)) => return Tie::By(settings.affinity.origin.at, "a cookie"),
        Some(Affinity::Other) => return Tie::By(settings.affinity.origin.at, "a session"),
        Some(Affinity::None) => {}
        None => return Tie::Perhaps(unknown(settings.affinity.why().map(Why::phrase))),
    }
    let at = settings.policy.origin.at;
    match pool.method() {
        None => Tie::Perhaps(unknown(settings.policy.why().map(Why::phrase))),
        Some(Method::Hash(Key::ClientAddress)) => Tie::By(at, "a hash of the client's address"),
        Some(Method::Hash(Key::Cookie | Key::RdpCookie)) => Tie::By(at, "a hash of a cookie"),
        Some(Method::Hash(Key::Header | Key::Parameter | Key::Expression)) => {
            Tie::Perhaps("whether what is hashed tells clients apart".to_owned())
        }
        Some(Method::Elsewhere) => Tie::Perhaps("how targets are picked is not in the configuration".to_owned()),
        Some(_) => Tie::Nothing,
    }
}

fn unknown(why: Option<&str>) -> String {
    format!("unknown: {}", why.unwrap_or("what ties clients to targets"))
}

/// A cookie of HAProxy ties nobody while no server has a value for it.
fn names_nobody(subject: &Subject<'_, '_>) -> bool {
    let pool = &subject.pool.view;
    let is_named = |position: &u32| {
        let settings = pool.target(*position).and_then(|target| pool.settings_of(target));
        settings.is_some_and(|settings| !settings.cookie.is(&false))
    };
    pool.unit.dialect == Dialect::Haproxy && !subject.serving().iter().any(is_named)
}
