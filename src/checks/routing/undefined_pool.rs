//! A route names a pool that does not exist in the unit.

use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Namespace, Whereabouts};
use crate::source::Dialect;
use crate::validate::haproxy::nearest;

/// See `docs/checks/undefined-pool.md`.
#[derive(Debug)]
pub(in crate::checks) struct UndefinedPool;

const META: Meta = Meta {
    name: "undefined-pool",
    group: Group::Routing,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "a route names a pool that does not exist",
    follows: &[],
    page: include_str!("../../../docs/checks/undefined-pool.md"),
};

impl Check for UndefinedPool {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let references = context.unit.names.references.iter();
        let undefined = references.filter(|reference| {
            reference.namespace == Namespace::Pool && reference.whereabouts == Whereabouts::Nowhere
        });
        for (number, reference) in undefined.enumerate() {
            let name = context.text(reference.name);
            let message = format!("pool `{name}` is not defined: HAProxy refuses the configuration");
            let mut finding =
                Finding::new(&META, reference.name.0, context.subject(name), message).because("defined nowhere");
            let names = context.unit.pools.iter().map(|pool| context.name_of(pool));
            let suggestion = if number < SUGGESTIONS { nearest(name, names) } else { None };
            if let Some(suggestion) = suggestion {
                finding = finding.help(format!("did you mean `{suggestion}`?"));
            }
            if is_a_listener(context, name) {
                finding = finding
                    .note(format!("`{name}` is a frontend; traffic can be sent only to a backend or listen section"));
            }
            findings.push(finding);
        }
    }
}

/// For how many names the nearest known one is looked up: each look-up compares with all pools.
const SUGGESTIONS: usize = 20;

fn is_a_listener(context: &Context<'_>, name: &str) -> bool {
    context.unit.names.find(Namespace::Listener, 0, name, |text| context.text(text) == name).is_some()
}
