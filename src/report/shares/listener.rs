//! A listener as an entry of the document: splits multiplied through, from listener to target.

use super::{Listener, Maker, Part, TargetPart, rounded, sanitise, targets};
use crate::report::address;
use crate::traffic::{Entrance, Forecast, PoolForecast};

/// Most targets that are listed for a listener; those of larger pools stand with their pools.
const MOST_TARGETS: usize = 256;

impl Maker<'_> {
    pub(super) fn listeners(&self, entrances: &[Entrance], forecast: &Forecast<'_>) -> Vec<Listener> {
        entrances.iter().map(|entrance| self.listener(entrance, forecast)).collect()
    }

    pub(super) fn name_of(&self, entrance: &Entrance) -> String {
        self.unit.listener(entrance.listener).map_or_else(String::new, |listener| self.text(listener.name))
    }

    fn listener(&self, entrance: &Entrance, forecast: &Forecast<'_>) -> Listener {
        let listener = self.unit.listener(entrance.listener);
        let binds = listener.map(|listener| listener.binds.as_slice()).unwrap_or_default();
        let address = binds.first().and_then(|bind| address::rebuilt(self.unit, self.sources, &bind.address));
        let address = address.map(|address| sanitise::line(&address).into_owned());
        let parts = entrance.parts.iter().filter_map(|part| {
            let pool = self.text(self.unit.pool(part.pool)?.name);
            Some(Part { pool, share: part.share.map(rounded), fallback: part.fallback })
        });
        let failed = entrance.failed;
        Listener {
            name: self.name_of(entrance),
            address,
            pools: parts.collect(),
            targets: self.targets(entrance, forecast),
            failed: failed.map(|failed| rounded(failed.value)),
            low: failed.map(|failed| rounded(failed.low)),
            high: failed.map(|failed| rounded(failed.high)),
        }
    }

    fn targets(&self, entrance: &Entrance, forecast: &Forecast<'_>) -> Vec<TargetPart> {
        let mut all = Vec::new();
        for part in &entrance.parts {
            let place = forecast.pools.binary_search_by_key(&part.pool, |pool| pool.view.id);
            let pool = place.ok().and_then(|place| forecast.pools.get(place));
            let (Some(pool), Some(share)) = (pool, part.share.filter(|share| *share > 0.0)) else { continue };
            if all.len() + pool.prediction.shares.len() > MOST_TARGETS {
                return Vec::new();
            }
            all.extend(self.parts_of(pool, share));
        }
        all
    }

    /// What the targets of a pool get that gets `part`.
    fn parts_of(&self, pool: &PoolForecast<'_>, part: f64) -> Vec<TargetPart> {
        let name = self.text(pool.view.pool.name);
        let mut all = Vec::new();
        for share in &pool.prediction.shares {
            let Some(target) = pool.view.target(share.target) else { continue };
            let names = targets::names(self.unit, self.sources, target);
            let share = rounded(share.share * part / names.len().max(1) as f64);
            all.extend(names.into_iter().map(|target| TargetPart { pool: name.clone(), target, share }));
        }
        all
    }
}

impl Listener {
    pub(super) fn without_targets(self) -> Self {
        Self { targets: Vec::new(), ..self }
    }
}
