//! What to write, in the words of each dialect: a check says it once for all of them.

use super::Context;
use crate::source::Dialect;

/// The same advice for each dialect. An empty one means that the check does not speak of that dialect.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wording {
    /// For HAProxy.
    pub(super) haproxy: &'static str,
    /// For nginx.
    pub(super) nginx: &'static str,
    /// For Envoy.
    pub(super) envoy: &'static str,
}

impl Wording {
    /// The words for the unit's dialect.
    pub(super) const fn of(&self, context: &Context<'_>) -> &'static str {
        match context.unit.dialect {
            Dialect::Haproxy => self.haproxy,
            Dialect::Nginx => self.nginx,
            Dialect::Envoy => self.envoy,
        }
    }
}
