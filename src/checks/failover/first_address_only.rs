//! A name that stands for several servers, of which only the first address is used.

use crate::checks::PoolContext;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Address, Membership, Method, Target};
use crate::source::{Dialect, Span};

/// See `docs/checks/first-address-only.md`.
#[derive(Debug)]
pub(in crate::checks) struct FirstAddressOnly;

const META: Meta = Meta {
    name: "first-address-only",
    group: Group::Failover,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    profile: Profile::Default,
    dialects: &[Dialect::Envoy],
    since: "0.1.0",
    summary: "a name stands for several servers, and only its first address is used",
    follows: &[],
    page: include_str!("../../../docs/checks/first-address-only.md"),
};

impl Check for FirstAddressOnly {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let [target] = pool.view.targets else { return };
        let Address::Host(name, _) = target.address else { return };
        if pool.view.pool.membership != Membership::FirstAddress || !pool.is_reached() {
            return;
        }
        let name = context.text(name);
        if let Some(sign) = sign(pool, target, name) {
            findings.push(finding(context, pool, target, name, &sign));
        }
    }
}

/// What shows that the name stands for several servers.
struct Sign {
    /// Where it is written.
    at: Span,
    /// What it is.
    what: String,
}

fn sign(pool: &PoolContext<'_>, target: &Target, name: &str) -> Option<Sign> {
    if let Some(what) = stands_for_many(name) {
        return Some(Sign { at: target.address_at, what: what.to_owned() });
    }
    let policy = &pool.view.settings.policy;
    // Every example of a cluster has ROUND_ROBIN.
    let chosen = !matches!(pool.view.method()?, Method::RoundRobin { .. } | Method::Elsewhere | Method::Sticky);
    if policy.origin.is_explicit() && chosen {
        let word = policy.get()?.word;
        return Some(Sign { at: policy.origin.at, what: format!("`{word}` chooses among several") });
    }
    let observed = pool.view.settings_of(target)?.observed;
    let ejects = observed.is(&true) && observed.origin.is_explicit();
    ejects.then(|| Sign { at: observed.origin.at, what: "ejects one of several".to_owned() })
}

/// Names that a platform answers with the addresses of all instances.
fn stands_for_many(name: &str) -> Option<&'static str> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let mut labels = name.split('.');
    let first = labels.next().unwrap_or_default();
    if first.split('-').any(|part| part == "headless") {
        return Some("a headless service: the name has the addresses of all its pods");
    }
    if first == "tasks" && labels.clone().next().is_some() {
        return Some("the tasks of a service: the name has the addresses of all of them");
    }
    if name.contains(".service.") && name.contains("consul") {
        return Some("a service of Consul: the name has the addresses of its healthy instances");
    }
    None
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, target: &Target, name: &str, sign: &Sign) -> Finding {
    let message = format!(
        "`{}` sends 100.0 % of its requests to the first address of `{name}`; the others that the name may have get nothing",
        pool.name
    );
    let finding = Finding::new(&META, target.address_at, context.target_subject(pool.name, target), message);
    let finding = if sign.at == target.address_at {
        finding.because(sign.what.clone())
    } else {
        finding.because("one address at a time").related(sign.at, sign.what.clone())
    };
    finding.help("write `type: STRICT_DNS`: then each address of the name is an endpoint")
}

#[cfg(test)]
mod tests {
    use super::stands_for_many;

    #[test]
    fn some_names_stand_for_all_instances() {
        for name in ["web-headless.shop.svc.cluster.local", "tasks.web", "web.service.consul", "headless-web.a.svc."] {
            assert!(stands_for_many(name).is_some(), "{name}");
        }
        for name in ["web.shop.svc.cluster.local", "web", "tasks", "api.example.com", "headlessbrowser.example.com"] {
            assert!(stands_for_many(name).is_none(), "{name}");
        }
    }
}
