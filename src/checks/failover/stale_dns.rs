//! A name that is looked up once, when the proxy starts.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::wording::Wording;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Address, PoolKind, Target};
use crate::source::{Dialect, Version};

/// See `docs/checks/stale-dns.md`.
#[derive(Debug)]
pub(in crate::checks) struct StaleDns;

const META: Meta = Meta {
    name: "stale-dns",
    group: Group::Failover,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy, Dialect::Nginx],
    since: "0.1.0",
    summary: "a name is looked up once, at start: when its addresses change, traffic goes to the old ones",
    follows: &[],
    page: include_str!("../../../docs/checks/stale-dns.md"),
};

const HELP: Wording = Wording {
    haproxy: "write a `resolvers` section and `resolvers NAME init-addr last,libc,none` on the server",
    nginx: "write `resolver ADDRESS;`, `set $backend NAME;` and `proxy_pass http://$backend;`: then it is looked up while running",
    envoy: "",
};

/// What nginx can do from this version on (`resolve`, CHANGES 1.27.3).
const RESOLVE: Version = Version::release(1, 27, 3);

const RESOLVE_HELP: &str = "write `server NAME resolve;` in an upstream with a `zone`, and `resolver ADDRESS;`, so that it is looked up while running";

impl Check for StaleDns {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets]
    }

    /// One finding a unit: a configuration that names hosts has one habit, not many defects.
    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let stale: Vec<(&PoolContext<'_>, &Target, &str)> =
            pools.iter().filter(|pool| pool.is_reached()).flat_map(|pool| stale(context, pool)).collect();
        let Some((pool, target, _)) = stale.first() else { return };
        let mut names: Vec<&str> = stale.iter().map(|(.., name)| *name).collect();
        names.dedup();
        let (is, its) = if names.len() == 1 { ("is", "its") } else { ("are", "their") };
        let message = format!(
            "{} {is} looked up once, at start: when {its} addresses change, traffic goes to the old ones until a reload",
            list(names)
        );
        let mut finding = Finding::new(&META, target.address_at, context.subject(pool.name), message);
        finding = finding.because("looked up at start only");
        for (_, target, _) in stale.iter().skip(1).take(3) {
            finding = finding.related(target.address_at, "and this one");
        }
        finding = finding
            .about(stale.iter().map(|(pool, target, name)| context.target_subject(pool.name, target).told_by(name)));
        // What a host in a pass directive needs is a variable, in all versions.
        let declared = pool.view.pool.kind == PoolKind::Upstream;
        let resolve = declared && context.unit.version >= RESOLVE;
        findings.push(finding.help(if resolve { RESOLVE_HELP } else { HELP.of(context) }));
    }
}

/// The targets of a pool whose name is looked up once, with the name.
fn stale<'p, 'a: 'p>(
    context: &'p Context<'a>,
    pool: &'p PoolContext<'a>,
) -> impl Iterator<Item = (&'p PoolContext<'a>, &'p Target, &'p str)> {
    pool.view.targets.iter().filter_map(move |target| {
        let Address::Host(name, _) = target.address else { return None };
        let once = pool.view.settings_of(target)?.resolved_at_run_time.is(&false);
        let name = context.text(name);
        (once && name.contains('.') && !is_stable(name)).then_some((pool, target, name))
    })
}

/// Names whose address stands for the service as long as it exists: Kubernetes services, this machine, and the one that
/// a container runs on.
fn is_stable(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let suffixes = [".svc", ".localhost", ".localdomain", ".docker.internal", ".containers.internal"];
    name.contains(".svc.") || suffixes.iter().any(|suffix| name.ends_with(suffix))
}
