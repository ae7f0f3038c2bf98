//! What checks read of a pool, and what of it is not known: a check that reads what is unknown has decided nothing.

use super::PoolContext;
use crate::checks::Context;
use crate::finding::Group;
use crate::model::{Completeness, Fact, Forwarding, PoolSettings, TargetSettings, Value, Why};
use crate::traffic::Certainty;

/// What a check reads of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// Which targets it has, and where they are.
    Targets,
    /// Who gets which part of its traffic.
    Shares,
    /// How a target is picked.
    Policy,
    /// How a dead target is noticed.
    Health,
    /// Whether and where a failed attempt is repeated.
    Retries,
    /// How long things may take.
    Timeouts,
    /// How much at a time.
    Limits,
    /// What ties clients to targets.
    Affinity,
    /// Which answers are kept.
    Cache,
}

impl Aspect {
    /// How many there are.
    const COUNT: usize = 9;

    /// What the checks of a group read, where a check does not say otherwise.
    pub(super) const fn of(group: Group) -> &'static [Self] {
        match group {
            Group::Distribution => &[Self::Targets, Self::Shares],
            Group::Health | Group::Failover => &[Self::Targets, Self::Health],
            Group::Retries => &[Self::Targets, Self::Retries, Self::Timeouts],
            Group::Limits => &[Self::Limits],
            Group::Affinity => &[Self::Targets, Self::Affinity],
            Group::Caching => &[Self::Cache],
            Group::Routing | Group::Validity | Group::Operations => &[],
        }
    }
}

/// Why each aspect of a pool is not known; `None` where it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gaps([Option<Why>; Aspect::COUNT]);

impl Gaps {
    /// What is not known of a pool.
    pub fn of(context: &Context<'_>, pool: &PoolContext<'_>) -> Self {
        let mut gaps = Self::default();
        gaps.of_targets(pool);
        gaps.of_settings(pool.view.settings);
        for (_, forwarding) in context.forwardings_to(pool.view.id) {
            gaps.of_forwarding(forwarding);
        }
        gaps
    }

    /// Why a check that reads these aspects cannot decide.
    pub fn first(&self, aspects: &[Aspect]) -> Option<Why> {
        aspects.iter().find_map(|aspect| self.0.get(*aspect as usize).copied().flatten())
    }

    fn note(&mut self, aspect: Aspect, why: Option<Why>) {
        if let Some(gap) = self.0.get_mut(aspect as usize) {
            *gap = gap.or(why);
        }
    }

    fn of_targets(&mut self, pool: &PoolContext<'_>) {
        if let Completeness::Incomplete(why, _) = pool.view.pool.completeness {
            self.note(Aspect::Targets, Some(why));
        }
        if pool.prediction.certainty == Certainty::Unknown {
            self.note(Aspect::Shares, pool.prediction.because.map(|(why, _)| why));
        }
        let mut before = None;
        for target in pool.view.targets {
            if before != Some(target.settings)
                && let Some(settings) = pool.view.settings_of(target)
            {
                self.of_target(settings);
            }
            before = Some(target.settings);
        }
    }

    fn of_target(&mut self, settings: &TargetSettings) {
        let TargetSettings { checked, agent, tracks, interval, fall, ejected_after, connections, cookie, .. } =
            settings;
        let health = [why(checked), why(agent), why(tracks), why(interval), why(fall), why(ejected_after)];
        self.note(Aspect::Health, health.into_iter().flatten().next());
        self.note(Aspect::Limits, why(connections));
        self.note(Aspect::Affinity, why(cookie));
    }

    fn of_settings(&mut self, settings: &PoolSettings) {
        let PoolSettings { policy, probe, retries, redispatch, timeouts, full_load, keepalive, affinity, .. } =
            settings;
        self.note(Aspect::Policy, why(policy));
        self.note(Aspect::Health, why(probe));
        self.note(Aspect::Retries, unless_elsewhere(why(retries).or(why(redispatch))));
        let times = [why(&timeouts.connect), why(&timeouts.server), why(&timeouts.client)];
        self.note(Aspect::Timeouts, times.into_iter().find_map(unless_elsewhere));
        self.note(Aspect::Limits, why(full_load).or(why(keepalive)));
        self.note(Aspect::Affinity, why(affinity));
    }

    fn of_forwarding(&mut self, forwarding: &Forwarding) {
        let Forwarding { retry_on, tries, connect, read, total, cache, .. } = forwarding;
        self.note(Aspect::Retries, unless_elsewhere(why(retry_on).or(why(tries))));
        let times = [why(connect), why(read), why(total)];
        self.note(Aspect::Timeouts, times.into_iter().find_map(unless_elsewhere));
        self.note(Aspect::Cache, why(&cache.store).or(why(&cache.key)));
    }
}

/// A dialect says some things of a pool and others of a route; the fact that is not its own is no gap.
fn unless_elsewhere(why: Option<Why>) -> Option<Why> {
    why.filter(|why| *why != Why::Unsupported)
}

fn why<T>(fact: &Fact<T>) -> Option<Why> {
    match fact.value {
        Value::Unknown(why) => Some(why),
        Value::Known(_) => None,
    }
}
