//! A pool of the model as an entry of the inventory.

use super::{Maker, Policy, Pool, Target};
use crate::model::{OriginKind, PoolId, ProbeKind};
use crate::report::understanding::location;
use crate::traffic::{self, Detection, PoolView};

impl Maker<'_> {
    pub(super) fn pool(&self, id: PoolId) -> Option<Pool> {
        let view = PoolView::new(self.unit, self.sources, id)?;
        let targets: Vec<Target> = view.targets.iter().flat_map(|target| self.targets(&view, target)).collect();
        Some(Pool {
            name: self.text(view.pool.name),
            kind: view.pool.kind,
            location: location(self.sources, view.pool.header),
            policy: policy(&view),
            complete: view.pool.completeness.is_complete(),
            probe: probe(&view),
            ejection: ejection(&view),
            targets,
        })
    }
}

fn policy(view: &PoolView<'_>) -> Policy {
    let fact = &view.settings.policy;
    let origin = match fact.origin.kind {
        OriginKind::Written => "written",
        OriginKind::Inherited => "inherited",
        OriginKind::Default => "default",
    };
    Policy { name: fact.get().map(|policy| policy.word), origin }
}

/// What notices that a target is dead. What no target has enabled is not there, whatever the pool configures.
fn probe(view: &PoolView<'_>) -> &'static str {
    let settings = || view.targets.iter().filter_map(|target| view.settings_of(target));
    if settings().any(|settings| settings.checked.is(&true)) {
        return match view.settings.probe.get().map(|probe| probe.kind) {
            Some(ProbeKind::Connect) => "tcp",
            Some(ProbeKind::Http(_)) => "http",
            Some(ProbeKind::Other(_)) => "other",
            None => "unknown",
        };
    }
    let watched = || view.targets.iter().map(|target| view.is_watched(target));
    if watched().any(|watched| watched == Some(true)) {
        return "other";
    }
    if watched().any(|watched| watched.is_none()) { "unknown" } else { "none" }
}

/// Whether failing traffic takes a target out.
fn ejection(view: &PoolView<'_>) -> &'static str {
    let of =
        |target| match (view.settings_of(target).map(|settings| settings.observed), traffic::ejection(view, target)) {
            (Some(observed), _) if observed.is(&true) => "on",
            (_, Detection::ByTraffic { .. }) => "on",
            (Some(observed), Detection::Never) if observed.is(&false) => "off",
            _ => "unknown",
        };
    let all: Vec<&str> = view.targets.iter().map(of).collect();
    ["on", "unknown"].into_iter().find(|word| all.contains(word)).unwrap_or("off")
}
