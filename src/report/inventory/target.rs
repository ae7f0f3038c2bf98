//! A target of the model as entries of the inventory: one for each target that its statement stands for.

use super::{Maker, Target};
use crate::model::{AdministrativeState, Target as Model, Timeout};
use crate::report::targets;
use crate::report::understanding::location;
use crate::traffic::PoolView;

impl Maker<'_> {
    pub(super) fn targets(&self, view: &PoolView<'_>, target: &Model) -> Vec<Target> {
        let names = targets::names(self.unit, self.sources, target);
        names.into_iter().map(|name| self.target(view, target, name)).collect()
    }

    fn target(&self, view: &PoolView<'_>, target: &Model, name: String) -> Target {
        let settings = view.settings_of(target);
        Target {
            name,
            address: self.address(target),
            weight: target.weight.get().copied(),
            role: role(target),
            priority: target.tier,
            probed: view.is_watched(target),
            ejected_after: settings.and_then(|settings| settings.ejected_after.get()).copied(),
            ejected_for_s: settings.and_then(|settings| seconds(*settings.ejected_for.get()?)),
            location: location(self.sources, target.statement),
        }
    }
}

/// A timeout in seconds; `None` for one that never ends.
fn seconds(timeout: Timeout) -> Option<f64> {
    timeout.milliseconds().map(|milliseconds| milliseconds as f64 / 1000.0)
}

/// The administrative state if not up, else by tier.
const fn role(target: &Model) -> &'static str {
    match (target.state, target.tier) {
        (AdministrativeState::Down, _) => "down",
        (AdministrativeState::Drain, _) => "drain",
        (AdministrativeState::Up | AdministrativeState::Degraded, 0) => "active",
        (AdministrativeState::Up | AdministrativeState::Degraded, _) => "backup",
    }
}
