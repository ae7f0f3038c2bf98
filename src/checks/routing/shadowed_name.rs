//! A name stands for something else than the pool that it looks like.

use crate::checks::{Aspect, Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Address, Definition, Mode, Namespace, PoolId, PoolKind, Target};
use crate::source::Dialect;

/// See `docs/checks/shadowed-name.md`.
#[derive(Debug)]
pub(in crate::checks) struct ShadowedName;

const META: Meta = Meta {
    name: "shadowed-name",
    group: Group::Routing,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "a name in a pass directive is that of an upstream, and means a host of the network all the same",
    follows: &[],
    page: include_str!("../../../docs/checks/shadowed-name.md"),
};

impl Check for ShadowedName {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        if pool.view.pool.kind != PoolKind::Implicit {
            findings.extend(hides_this_machine(context, pool));
            return;
        }
        let [target] = pool.view.targets else { return };
        let Address::Host(name, _) = target.address else { return };
        let host = context.text(name);
        let scope = if pool.view.settings.mode.is(&Mode::Tcp) { STREAM } else { HTTP };
        let has_port = pool.name.contains(':');
        let found = match declared(context, scope, host) {
            // Without a port it would be the upstream; with one, and no variable, the program refuses it.
            Some(upstream) if has_port => Some(behind_port(context, pool, host, upstream)),
            Some(_) => None,
            None if has_port || host.contains('.') => None,
            // In `stream` a name without a port is refused.
            None if scope == STREAM => None,
            None => declared(context, STREAM, host).map(|upstream| elsewhere(context, pool, host, upstream)),
        };
        findings.extend(found);
    }
}

/// The scopes of names in the two worlds of nginx.
const HTTP: u32 = 0;
const STREAM: u32 = 1;

/// The upstream of this name in one of them.
fn declared<'a>(context: &Context<'a>, scope: u32, host: &str) -> Option<&'a Definition> {
    let names = &context.unit.names;
    let value = host.to_ascii_lowercase();
    let same = |text| context.text(text).eq_ignore_ascii_case(&value);
    let position = names.find(Namespace::Pool, scope, &value, same)?;
    names.definitions.get(position as usize)
}

/// `set $app web; proxy_pass http://$app:8080;`
fn behind_port(context: &Context<'_>, pool: &PoolContext<'_>, host: &str, upstream: &Definition) -> Finding {
    let message = format!(
        "`{}` is not the upstream `{host}`: with a port behind it the name is looked up as a host for each request, and {} left out",
        pool.name,
        servers(context, upstream)
    );
    let at = pool.view.targets.first().map_or(pool.view.pool.header, |target| target.statement);
    let finding = Finding::new(&META, at, context.subject(pool.name), message).because("a host, not the upstream");
    let finding = finding.related(upstream.name.0, "the upstream of this name");
    finding.help("leave the port out here and write it on the `server` lines of the upstream")
}

fn elsewhere(context: &Context<'_>, pool: &PoolContext<'_>, host: &str, upstream: &Definition) -> Finding {
    let message = format!(
        "the upstream `{host}` belongs to `stream`: in `http` the name is looked up as a host, and {} left out",
        servers(context, upstream)
    );
    let at = pool.view.targets.first().map_or(pool.view.pool.header, |target| target.statement);
    let finding = Finding::new(&META, at, context.subject(pool.name), message).because("a host, not the upstream");
    let finding = finding.related(upstream.name.0, "an upstream of `stream`");
    finding.help("declare the upstream in `http`, too")
}

/// `upstream localhost` with servers elsewhere: whoever writes `http://localhost` means this machine (RFC 6761).
fn hides_this_machine(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    if !pool.name.eq_ignore_ascii_case("localhost") || !pool.is_reached() {
        return None;
    }
    let is_elsewhere = |target: &&Target| match target.address {
        Address::Ip(ip, _) => !ip.is_loopback() && !ip.is_unspecified(),
        Address::Host(name, _) => !context.is_localhost(name),
        _ => false,
    };
    let elsewhere: Vec<&Target> = pool.view.targets.iter().filter(is_elsewhere).collect();
    let first = elsewhere.first()?;
    let message = format!(
        "the upstream `{}` hides this machine: what is passed to that name goes to {} of {} servers elsewhere",
        pool.name,
        elsewhere.len(),
        pool.view.targets.len()
    );
    let finding = Finding::new(&META, pool.view.pool.header, context.subject(pool.name), message);
    let finding = finding.because("not this machine").related(first.statement, "another host");
    // Many mean the group all the same, and nobody else writes the name.
    Some(finding.help("give the upstream a name of its own").only_from(Profile::Strict))
}

fn servers(context: &Context<'_>, upstream: &Definition) -> String {
    let pool = context.unit.pool(PoolId(upstream.item));
    match pool.map_or(0, |pool| pool.targets.len()) {
        1 => "its server is".to_owned(),
        count => format!("its {count} servers are"),
    }
}
