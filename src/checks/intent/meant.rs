//! What other checks need not say, because it is declared.

use super::{Kind, State, Wish};
use crate::checks::{Context, PoolContext};

impl PoolContext<'_> {
    /// Whether the shares of its targets are declared, as far as somebody would wonder about them: that of the one that gets
    /// the most, or those of all others; and the prediction agrees.
    pub(in crate::checks) fn has_meant_shares(&self, context: &Context<'_>) -> bool {
        if self.declared.is_empty() {
            return false;
        }
        let pool = self.one_by_one();
        let Some(top) = pool.prediction.largest() else { return false };
        self.outcomes(context).iter().any(|outcome| {
            let (Kind::Share, State::Held(_)) = (outcome.kind, &outcome.state) else { return false };
            let names = |position: u32| {
                let Some(target) = pool.target(position) else { return false };
                let (own, written) = (pool.view.full_name_of(target), pool.view.name_of(target));
                let mut shares = outcome.declared.wanted.share.iter();
                shares.any(|share| share.contains_key(own.as_ref()) || share.contains_key(written))
            };
            let mut others = (0..pool.view.targets.len() as u32).filter(|position| *position != top.target);
            names(top.target) || others.all(names)
        })
    }

    /// Whether clients are meant to stay with their target.
    pub(in crate::checks) fn is_meant_to_tie(&self) -> bool {
        self.declared.iter().any(|declared| declared.wanted.affinity == Some(Wish::Client))
    }

    /// Whether it is declared how many targets it has: that one is too few, or enough, is said there.
    pub(in crate::checks) fn has_meant_number(&self) -> bool {
        self.declared.iter().any(|declared| declared.wanted.targets.is_some())
    }
}
