//! What is said where settings, or another unit, tell which proxies connect.

use super::{HELP, servers};
use crate::checks::phrases::list;
use crate::checks::wording::Wording;
use crate::checks::{Context, PoolContext};
use crate::finding::Finding;
use crate::model::{Callers, Front, ToldBy};
use crate::source::Span;
use crate::traffic::{Certainty, Prediction, Scenario, Share, percent, predict};

/// With fewer keys than so many times the servers, some servers get far more than others.
const FEW: usize = 4;
/// A share that is so many times the fair one is told; a hash of many keys does not come near it.
const UNEVEN: f64 = 1.5;

const EXTEND: Wording = Wording {
    haproxy: "let the condition hold for these networks, too",
    nginx: "write `set_real_ip_from` for these networks, too",
    envoy: "",
};

/// What becomes of the pool; nothing where the addresses of the proxies reach all servers evenly.
pub(super) fn message(context: &Context<'_>, pool: &PoolContext<'_>, callers: &Callers) -> Option<String> {
    let outcome = outcome(context, pool, callers)?;
    Some(format!("`{}` hashes the address of the connection, which is that of {outcome}", pool.name))
}

fn outcome(context: &Context<'_>, pool: &PoolContext<'_>, callers: &Callers) -> Option<String> {
    let servers = servers(pool);
    let Some(addresses) = &callers.addresses else {
        return Some(format!("a proxy in front: with a few proxies most of {servers} get nothing"));
    };
    let (keys, number) = (addresses.len(), pool.prediction.shares.len());
    let who = if keys == 1 { "the proxy in front".to_owned() } else { format!("one of {keys} proxies in front") };
    let shares = predict(&pool.view.as_called(), Scenario::default());
    if shares.certainty == Certainty::Assumed {
        return Some(format!("{who}: {}", known(context, pool, &shares)?));
    }
    match number {
        0 | 1 => Some(format!("{who}: there are no other keys for {servers}")),
        _ if keys == 1 => Some(format!("{who}: one of {servers} gets everything")),
        _ if keys < number => Some(format!("{who}: at least {} of {servers} get nothing", number - keys)),
        _ => (keys < FEW * number).then(|| format!("{who}: chance decides how these few keys fall on {servers}")),
    }
}

/// Where it is known which key leads where.
fn known(context: &Context<'_>, pool: &PoolContext<'_>, shares: &Prediction) -> Option<String> {
    let name = |target: u32| pool.target(target).map_or("", |target| context.text(target.name));
    let (busy, idle): (Vec<&Share>, Vec<&Share>) = shares.shares.iter().partition(|share| share.share > 0.0);
    let largest = shares.largest()?;
    let everything = list(busy.iter().map(|share| name(share.target)));
    if !idle.is_empty() {
        let get = if busy.len() == 1 { "gets" } else { "get" };
        let nothing = list(idle.iter().map(|share| name(share.target)));
        return Some(format!("{everything} {get} everything, {nothing} nothing"));
    }
    let uneven = largest.share * shares.shares.len() as f64 >= UNEVEN;
    uneven.then(|| format!("`{}` gets {}", name(largest.target), percent(largest.share)))
}

/// The places that say so, and what to do.
pub(super) fn explained(context: &Context<'_>, callers: &Callers, finding: Finding) -> Finding {
    let mut finding = finding;
    let mut shown: Vec<Span> = Vec::new();
    for front in &callers.fronts {
        // Settings of the command line and of tests stand nowhere.
        if front.at != Span::default() && !shown.contains(&front.at) && shown.len() < 4 {
            shown.push(front.at);
            finding = finding.related(front.at, label(front));
        }
    }
    let Some(at) = callers.replaced_elsewhere else { return finding.help(HELP.of(context)) };
    let names: Vec<String> = callers.fronts.iter().filter_map(|front| Some(front.network?.to_string())).collect();
    let networks = list(names.iter().map(String::as_str));
    let finding = finding.related(at, format!("replaces the address, but not that of connections from {networks}"));
    finding.help(EXTEND.of(context))
}

const fn label(front: &Front) -> &'static str {
    match front.told {
        ToldBy::Proxies => "proxies in front connect from here",
        ToldBy::Cdn => "a CDN in front connects from here",
        ToldBy::Behind => "this unit is behind these proxies",
        ToldBy::Unit => "this proxy is in front: it sends its requests here",
    }
}
