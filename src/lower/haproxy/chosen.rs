//! `use-server` rules: servers that take some requests whatever the policy says.

use rustc_hash::FxHashSet;

use super::Lowering;
use super::line::Line;
use crate::model::{Namespace, TargetRules};

/// The `use-server` rules of a section.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    any: bool,
    /// The servers that they name.
    names: FxHashSet<String>,
}

impl Lowering<'_, '_> {
    pub(super) fn use_server(&mut self, line: &Line<'_>, chosen: &mut Chosen) {
        chosen.any = true;
        chosen.names.extend(line.known(0).map(str::to_owned));
        if let Some(name) = line.argument(0).filter(|name| name.known().is_some_and(|text| !text.contains('%'))) {
            self.reference(Namespace::Target, self.scope, &name.clone(), line.span);
        }
    }

    /// For which servers of a section, from this target on, its rules are.
    pub(super) fn target_rules(&self, chosen: &Chosen, first_target: usize) -> TargetRules {
        if !chosen.any {
            return TargetRules::None;
        }
        let mut targets = self.unit.targets.get(first_target..).unwrap_or_default().iter();
        let each = targets.all(|target| chosen.names.contains(self.read(target.name)));
        if each { TargetRules::ForEach } else { TargetRules::Some }
    }
}
