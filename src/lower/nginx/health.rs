//! Active health checks of nginx Plus, in the location that leads to a pool; and which targets a check is for.

use super::check_module::CheckTimes;
use super::upstream::Draft;
use super::{Lowering, Network};
use crate::model::{Destination, Fact, HttpCheck, Origin, PoolId, Probe, ProbeKind, TargetSettings, Text, Verb, Why};
use crate::source::Span;
use crate::syntax::nginx::Place;
use crate::syntax::nginx::values::time;

impl Lowering<'_, '_> {
    /// Marks the targets of a pool that has a check of its own.
    pub(super) fn check_all(&mut self, draft: &Draft, first_target: usize) {
        if let Some(at) = draft.checked {
            let times = draft.check_times;
            self.mark_checked(first_target..self.unit.targets.len(), at, |settings| {
                if let Some(times) = times {
                    times.apply(settings);
                }
            });
        }
    }

    fn mark_checked(&mut self, targets: std::ops::Range<usize>, at: Span, change: impl Fn(&mut TargetSettings)) {
        let mut cache = std::mem::take(&mut self.cache);
        let unit = &mut self.unit;
        for target in unit.targets.get_mut(targets).unwrap_or_default() {
            let Some(settings) = unit.target_settings.get(target.settings.0 as usize) else { continue };
            let mut settings = *settings;
            settings.checked = Fact::known(true, Origin::written(at));
            change(&mut settings);
            target.settings = cache.id(&settings, &mut unit.target_settings);
        }
        self.cache = cache;
    }

    /// A `health_check` beside a pass directive asks the pool that the directive leads to.
    pub(super) fn check_targets_of(&mut self, to: &Destination) {
        let Some((place, at)) = self.health_check_here() else { return };
        let probe = self.probe(place);
        let http_check = self.http_check(place, at);
        let times = self.check_times(place, at);
        let pools: Vec<PoolId> = to.pools().filter_map(|(_, pool)| pool).collect();
        for id in pools {
            let Some(pool) = self.unit.pool(id) else { continue };
            let targets = pool.targets.start as usize..pool.targets.end as usize;
            let Some(mut settings) = self.unit.settings(pool.settings).copied() else { continue };
            settings.probe = Fact::known(probe, Origin::written(at));
            settings.http_check = http_check;
            let mandatory = self.arguments(place).any(|word| word.is("mandatory") || word.is("essential"));
            self.mark_checked(targets, at, |settings| {
                times.apply(settings);
                settings.assumed_up = Fact::known(!mandatory, Origin::written(at));
            });
            let stored = self.store_settings(&settings);
            if let Some(pool) = self.unit.pools.get_mut(id.0 as usize) {
                pool.settings = stored;
            }
        }
    }

    fn health_check_here(&self) -> Option<(Place, Span)> {
        let place = self.scopes.last()?.health_check?;
        Some((place, self.header(place)))
    }

    /// `health_check uri=PATH`: a `GET` with the headers of the location; without `match` 2xx and 3xx are good
    /// (`ngx_http_upstream_hc_module`, `health_check`).
    fn http_check(&self, place: Place, at: Span) -> HttpCheck {
        let origin = Origin::written(at);
        let mut check = HttpCheck::request(Verb::Get, origin);
        check.host = Fact::unknown(Why::Unsupported, origin);
        for word in self.arguments(place) {
            match word.known() {
                None => return HttpCheck::unknown(Why::Template, origin),
                Some(text) if text.starts_with("match=") || text.starts_with("test=") => {
                    check.good = Fact::unknown(Why::Unsupported, origin);
                    check.reads_body = Fact::unknown(Why::Unsupported, origin);
                }
                Some(text) => {
                    if let Some(uri) = text.strip_prefix("uri=") {
                        let path = Text(word.place_of(text.len() - uri.len()..text.len()));
                        check.path = Fact::known(Some(path), origin);
                    }
                }
            }
        }
        check
    }

    /// Every 5 s, down after one failure, up after one success (`ngx_http_upstream_hc_module`, `health_check`).
    fn check_times(&self, place: Place, at: Span) -> CheckTimes {
        let mut times = CheckTimes::new(5000, 1, 1, at);
        for word in self.arguments(place) {
            let Some((name, value)) = word.known().and_then(|word| word.split_once('=')) else { continue };
            match name {
                "interval" => times.interval = time(value).or(times.interval),
                "fails" => times.fall = value.parse().ok(),
                "passes" => times.rise = value.parse().ok(),
                "port" => times.port = value.parse().ok(),
                _ => {}
            }
        }
        times
    }

    fn probe(&self, place: Place) -> Probe {
        let mut kind = match self.network {
            Network::Http => ProbeKind::Http(None),
            Network::Stream => ProbeKind::Connect,
        };
        for word in self.arguments(place) {
            let Some(text) = word.known() else { continue };
            if let Some(uri) = text.strip_prefix("uri=") {
                kind = ProbeKind::Http(Some(Text(word.place_of(text.len() - uri.len()..text.len()))));
            } else if text.starts_with("type=grpc")
                || (text.starts_with("match=") || text.starts_with("test=") && self.network == Network::Stream)
            {
                kind = ProbeKind::Other("health_check");
            }
        }
        Probe { kind, elects: false }
    }
}
