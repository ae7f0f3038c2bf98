//! Names of variables and pools, and what becomes of them at the end.

use super::Lowering;
use crate::model::{Destination, Namespace, Pool, PoolId};
use crate::syntax::nginx::Mount;
use crate::validate::nearest;

impl Lowering<'_, '_> {
    /// Notes every name of a variable that some statement of the unit makes.
    pub(super) fn collect_variable_names(&mut self) {
        let mut sources = rustc_hash::FxHashSet::default();
        for (_, mount) in self.input.mounts.iter() {
            if sources.insert(mount.source) {
                self.names_of(mount);
            }
        }
    }

    fn names_of(&mut self, mount: &Mount<'_>) {
        for (id, statement) in mount.tree.iter() {
            if !self.input.roles.makes_variables(statement.keyword) {
                continue;
            }
            for word in mount.tree.words(mount.view, id).skip(1) {
                let value = word.value(mount.view).known();
                let names = value.iter().flat_map(|value| value.split('=')).filter_map(|part| part.strip_prefix('$'));
                self.variables.names.extend(names.map(str::to_ascii_lowercase));
            }
        }
        self.variables.names.extend(captures(mount.view.text).map(str::to_ascii_lowercase));
    }

    /// Whether a variable is built in, made by some statement, or made by code.
    pub(super) fn is_variable(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        name.bytes().all(|byte| byte.is_ascii_digit())
            || self.variables.names.contains(&name)
            || self.input.grammar.variable(&name).is_some()
    }

    /// The variable that was meant, for the first few that are not known: each look-up compares with all of them.
    pub(super) fn suggestion(&mut self, name: &str) -> Option<Box<str>> {
        self.suggestions = self.suggestions.checked_sub(1)?;
        nearest(name, self.variables.names.iter().map(String::as_str)).map(Into::into)
    }

    /// Pools in the order of the text: those that pass directives make come between the others.
    pub(super) fn put_pools_in_order(&mut self) {
        let pools = std::mem::take(&mut self.unit.pools);
        let mut order: Vec<(usize, Pool)> = pools.into_iter().enumerate().collect();
        order.sort_by_key(|(old, pool)| (pool.extent.start, *old));
        let mut moved = vec![PoolId(0); order.len()];
        for (new, (old, _)) in order.iter().enumerate() {
            if let Some(slot) = moved.get_mut(*old) {
                *slot = PoolId(new as u32);
            }
        }
        self.unit.pools = order.into_iter().map(|(_, pool)| pool).collect();
        let new = |id: PoolId| moved.get(id.0 as usize).copied().unwrap_or(id);
        for definition in &mut self.unit.names.definitions {
            if definition.namespace == Namespace::Pool {
                definition.item = new(PoolId(definition.item)).0;
            }
        }
        for route in &mut self.unit.routes {
            match &mut route.to {
                Destination::Pool(_, Some(id)) => *id = new(*id),
                Destination::Split(branches) => {
                    branches.iter_mut().filter_map(|branch| branch.pool.as_mut()).for_each(|id| *id = new(*id));
                }
                Destination::Pool(_, None) | Destination::Computed(..) => {}
            }
        }
    }
}

/// The names that regular expressions give to what they capture: `(?<name>`, `(?P<name>`, `(?'name'`.
fn captures(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("(?").filter_map(|(at, _)| {
        let behind = text.get(at + 2..)?;
        let behind = behind.strip_prefix('P').unwrap_or(behind);
        let inside = behind.strip_prefix(['<', '\''])?;
        inside.split(['>', '\'']).next()
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn captures_have_names() {
        let names: Vec<&str> = super::captures(r"~^(?<sub>\w+)\.(?P<rest>.*)(?:x)(?'q'y)").collect();
        assert_eq!(names, ["sub", "rest", "q"]);
    }
}
