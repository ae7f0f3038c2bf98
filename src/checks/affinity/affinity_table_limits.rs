//! A table that ties clients to targets loses them, keeps them for ever, or is not shared between proxies.

use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity, Subject};
use crate::model::{Peers, StickTable, Timeout};
use crate::source::Dialect;

/// See `docs/checks/affinity-table-limits.md`.
#[derive(Debug)]
pub(in crate::checks) struct AffinityTableLimits;

const META: Meta = Meta {
    name: "affinity-table-limits",
    group: Group::Affinity,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "a table that ties clients to servers is small, never forgets, or is not shared with the other proxies",
    follows: &[],
    page: include_str!("../../../docs/checks/affinity-table-limits.md"),
};

impl Check for AffinityTableLimits {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let sessions = &context.unit.sessions;
        let shared = sessions.peers.iter().find(|peers| peers.count > 1);
        for table in sessions.tables.iter().filter(|table| table.many_keys) {
            let Some(pool) = pools.get(table.pool.0 as usize) else { continue };
            let several = pool.view.targets.len() > 1 || !pool.view.pool.completeness.is_complete();
            if several && pool.is_reached() {
                findings.extend(too_small(context, pool, table));
                findings.extend(for_ever(context, pool, table));
                findings.extend(shared.and_then(|peers| not_shared(context, pool, table, peers)));
            }
        }
    }
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, table: &StickTable, what: &str, message: String) -> Finding {
    let subject = Subject { discriminator: what.to_owned(), ..context.subject(pool.name) };
    let at = match what {
        "size" => table.size.origin.at,
        _ => table.at,
    };
    Finding::new(&META, at, subject, message).related(table.rule, "stores the server of each client")
}

fn too_small(context: &Context<'_>, pool: &PoolContext<'_>, table: &StickTable) -> Option<Finding> {
    let size = *table.size.get()?;
    if size >= context.options.affinity_table_size {
        return None;
    }
    let lost = if table.keeps_old {
        "those that come later are tied to no server until others are forgotten"
    } else {
        "with each further one, the one that was quiet for longest loses its server"
    };
    let message = format!("`{}` remembers the servers of {size} clients: {lost}", pool.name);
    let finding = finding(context, pool, table, "size", message).because("so many clients fit");
    Some(finding.help("an entry takes about 100 bytes: write `size 100k` or more"))
}

/// A table without a lifetime that does not fill up keeps everybody where he was once.
fn for_ever(context: &Context<'_>, pool: &PoolContext<'_>, table: &StickTable) -> Option<Finding> {
    if !table.expire.is(&Timeout::Never) || table.expire.origin.is_explicit() {
        return None;
    }
    let full = if table.keeps_old { ", and a full table takes nobody in" } else { "" };
    let message = format!(
        "`{}` never forgets which server a client had: after a failure its clients stay where they went{full}",
        pool.name
    );
    let finding = finding(context, pool, table, "expire", message).because("no `expire`");
    Some(finding.help("write `expire 30m`, longer than a session is quiet"))
}

fn not_shared(context: &Context<'_>, pool: &PoolContext<'_>, table: &StickTable, peers: &Peers) -> Option<Finding> {
    if table.peers.is_some() {
        return None;
    }
    let name = context.text(peers.name);
    let message = format!(
        "`{}` ties clients to servers by a table that the other {} of `{name}` do not see: there the same client gets another server",
        pool.name,
        if peers.count == 2 { "proxy".to_owned() } else { format!("{} proxies", peers.count - 1) }
    );
    let message = if peers.count == 2 { message.replacen(" do not see", " does not see", 1) } else { message };
    let finding = finding(context, pool, table, "peers", message).because("no `peers`");
    let finding = finding.related(peers.header, format!("{} proxies share tables", peers.count));
    Some(finding.help(format!("write `peers {name}` behind it; then a reload keeps it, too")))
}
