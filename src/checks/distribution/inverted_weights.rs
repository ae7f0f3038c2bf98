//! `random two` gives the heavier server less than the lighter one while few requests are in flight.

use crate::checks::PoolContext;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Method, Target};
use crate::source::Dialect;
use crate::traffic::percent;

/// See `docs/checks/inverted-weights.md`.
#[derive(Debug)]
pub(in crate::checks) struct InvertedWeights;

const META: Meta = Meta {
    name: "inverted-weights",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "`random two` with unequal weights: while servers are idle, the heavier ones get less, not more",
    follows: &["one-target-takes-all"],
    page: include_str!("../../../docs/checks/inverted-weights.md"),
};

impl Check for InvertedWeights {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets, Aspect::Policy]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        if !pool.is_reached() || pool.view.method() != Some(Method::RandomPair) {
            return;
        }
        let mut servers = idle(pool);
        servers.sort_by(|a, b| b.weighted.total_cmp(&a.weighted));
        if let (Some(heaviest), Some(lightest)) = (servers.first(), servers.last())
            && heaviest.weighted > lightest.weighted * (1.0 + 1e-9)
        {
            findings.push(finding(context, pool, heaviest, lightest));
        }
    }
}

/// A server with its share by weight, and the one it has while nothing is in flight.
struct Server<'a> {
    target: &'a Target,
    weighted: f64,
    idle: f64,
}

/// Idle, the second of two different picks serves (research 3.9): the bound of the prediction that is not the weight's.
fn idle<'a>(pool: &PoolContext<'a>) -> Vec<Server<'a>> {
    let servers = pool.prediction.shares.iter().filter_map(|share| {
        let idle = if share.low < share.share { share.low } else { share.high };
        Some(Server { target: pool.target(share.target)?, weighted: share.share, idle })
    });
    servers.collect()
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, heaviest: &Server<'_>, lightest: &Server<'_>) -> Finding {
    let name = |server: &Server<'_>| context.text(server.target.name);
    let message = format!(
        "`random two` of `{}` turns weights around: while few requests are in flight, `{}` gets {} and `{}` {}, not {} and {}",
        pool.name,
        name(heaviest),
        percent(heaviest.idle),
        name(lightest),
        percent(lightest.idle),
        percent(heaviest.weighted),
        percent(lightest.weighted)
    );
    let inverts = heaviest.idle <= lightest.idle * (1.0 + 1e-9);
    let message = if inverts { message } else { message.replacen("turns weights around", "flattens weights", 1) };
    let finding = Finding::new(&META, pool.view.settings.policy.origin.at, context.subject(pool.name), message);
    let finding = finding.because("of two servers the second one drawn, unless it is the busier for its weight");
    let place = |server: &Server<'_>| server.target.origin_span(server.target.weight.origin);
    let finding = finding.related(place(heaviest), percent(heaviest.idle));
    let finding = finding.related(place(lightest), percent(lightest.idle));
    let finding = finding.help("write `least_conn`, which follows weights, or give the servers equal weights");
    if inverts { finding } else { finding.at_most(Severity::Info).only_from(Profile::Strict) }
}
