//! What a location keeps of the answers that pass through it, and for how long.

use super::argument::Argument;
use super::forwarding::{conditions, default, read_timeout};
use super::roles::{Family, Setting};
use super::scope::InForce;
use super::{Lowering, Network};
use crate::diagnostic::{Diagnostic, Kind};
use crate::grammar::rules::RuleId;
use crate::model::{
    CacheKey, CacheStore, CacheZone, Caching, Conditions, Differences, Fact, Lifetime, Obstacle, Origin, Text, Timeout,
    Value, Why,
};
use crate::source::Span;
use crate::syntax::nginx::Place;
use crate::syntax::nginx::values::number;

/// Statuses that a lifetime without a status is for (`ngx_http_file_cache_valid_set_slot`).
const WITHOUT_STATUS: [&str; 3] = ["200", "301", "302"];

/// Conditions that hold for every request, and what becomes of a cache then.
const OBSTACLES: [(Setting, Obstacle); 2] =
    [(Setting::NoCache, Obstacle::NeverKept), (Setting::CacheBypass, Obstacle::NeverUsed)];

impl Lowering<'_, '_> {
    /// `proxy_cache_path PATH keys_zone=NAME:SIZE [inactive=TIME]`
    pub(super) fn cache_zone(&mut self, place: Place, family: Family) {
        let header = self.header(place);
        let words: Vec<Argument<'_>> = self.arguments(place).collect();
        let value_of =
            |key: &str| words.iter().find_map(|word| Some((word, word.known()?.strip_prefix(key)?.to_owned())));
        let Some((word, zone)) = value_of("keys_zone=") else {
            // A template may stand for it.
            self.zones_open |= words.iter().any(|word| word.known().is_none());
            return;
        };
        let name = zone.split(':').next().unwrap_or_default().to_owned();
        let text = self.part_text(word, &name);
        let ten_minutes = default(Timeout::After(600_000), header, RuleId::NGINX_CACHE);
        let inactive = match value_of("inactive=") {
            None => ten_minutes,
            Some((word, time)) => {
                let value = read_timeout(&time).map_or(Value::Unknown(Why::Malformed), Value::Known);
                Fact { value, origin: Origin::written(word.span) }
            }
        };
        self.zones.entry((family, name)).or_insert(CacheZone { name: text, at: header, inactive });
    }

    /// What is in force for a pass directive of a family.
    pub(super) fn caching(&self, family: Family, at: Span) -> Caching {
        let off = RuleId::NGINX_CACHE;
        let store = self.cache_store(family, at);
        if self.network == Network::Stream {
            let caching = Caching::none(Origin::default(at, off));
            return Caching { store, ..caching };
        }
        let lifetimes = self.all_in_force(family, Setting::CacheValid);
        let (key_parts, widest) = self.key_parts(family);
        Caching {
            store,
            zone: self.zone_of(family),
            scope: self.cache_scope(),
            obstacle: self.obstacle(family, at, &lifetimes),
            min_uses: self.scalar(family, Setting::CacheMinUses, default(1, at, off), |word| {
                number(word).map(|number| u32::try_from(number).unwrap_or(u32::MAX))
            }),
            lock: self.flag(family, Setting::CacheLock, default(false, at, off)),
            lock_timeout: self.scalar(
                family,
                Setting::CacheLockTimeout,
                default(Timeout::After(5000), at, off),
                read_timeout,
            ),
            stale_on: self.stale_on(family, at),
            background_update: self.flag(family, Setting::CacheBackgroundUpdate, default(false, at, off)),
            lifetime: self.lifetime(&lifetimes, at),
            pages_for: self.kept_for(&lifetimes, "200", at),
            errors_for: self.errors_kept_for(&lifetimes, at),
            key: match self.in_force(family, Setting::CacheKey) {
                None => default(CacheKey::Default, at, off),
                Some(setting) => {
                    let rest = self.rest(setting.place);
                    Fact::known(CacheKey::Written(Text(rest)), setting.origin(rest))
                }
            },
            key_parts,
            widest,
            differences: self.differences(family, at),
        }
    }

    fn stale_on(&self, family: Family, at: Span) -> Fact<Conditions> {
        let Some(setting) = self.in_force(family, Setting::CacheUseStale) else {
            return default(Conditions::NONE, at, RuleId::NGINX_CACHE);
        };
        let words: Vec<Argument<'_>> = self.arguments(setting.place).collect();
        let origin = setting.origin(self.header(setting.place));
        if words.iter().any(|word| word.known().is_none()) {
            return Fact::unknown(Why::Template, origin);
        }
        Fact::known(conditions(&words), origin)
    }

    fn cache_store(&self, family: Family, at: Span) -> Fact<CacheStore> {
        let off = default(CacheStore::None, at, RuleId::NGINX_CACHE);
        let Some(setting) = self.in_force(family, Setting::Cache) else { return off };
        let Some(name) = self.argument(setting.place) else { return off };
        let origin = setting.origin(name.span);
        let value =
            name.read(|word| Some(if word == "off" { CacheStore::None } else { CacheStore::Named(Text(name.span)) }));
        Fact { value, origin }
    }

    fn zone_of(&self, family: Family) -> Option<CacheZone> {
        let setting = self.in_force(family, Setting::Cache)?;
        let name = self.argument(setting.place)?;
        self.zones.get(&(family, name.known()?.to_owned())).copied()
    }

    /// A cache that no `..._cache_path` makes: "zone "x" is unknown" (1.22.1).
    pub(super) fn complain_of_unknown_cache(&mut self, family: Family, caching: &Caching) {
        let CacheStore::Named(name) = caching.store.get().copied().unwrap_or(CacheStore::None) else { return };
        let is_open = self.unit.fragment || self.zones_open || caching.zone.is_some();
        if is_open || !self.unknown_zones.insert(name.0) {
            return;
        }
        let names = self.zones.keys().filter(|(of, _)| *of == family).map(|(_, name)| name.as_str());
        let suggestion = crate::validate::nearest(self.read_text(name), names).map(Into::into);
        self.diagnostics.push(Diagnostic::new(name.0, Kind::UndefinedName { what: "cache", suggestion }));
    }

    /// `proxy_cache_valid [CODE ...] TIME`
    fn lifetime(&self, statements: &[InForce], at: Span) -> Fact<Lifetime> {
        let Some(first) = statements.first() else {
            return default(Lifetime::FromAnswers, at, RuleId::NGINX_CACHE);
        };
        let any = statements.iter().find(|setting| self.arguments(setting.place).any(|word| word.is("any")));
        match any {
            Some(any) => Fact::known(Lifetime::WrittenForAll, any.origin(self.header(any.place))),
            None => Fact::known(Lifetime::Written, first.origin(self.header(first.place))),
        }
    }

    /// The first statement for a status decides, also one for any (`ngx_http_file_cache_valid`; measured with 1.22.1).
    fn kept_for(&self, statements: &[InForce], status: &str, at: Span) -> Fact<Option<Timeout>> {
        for setting in statements {
            let words: Vec<Argument<'_>> = self.arguments(setting.place).collect();
            let origin = setting.origin(self.header(setting.place));
            let Some((time, codes)) = words.split_last() else { continue };
            if codes.iter().any(|code| code.known().is_none()) {
                return Fact::unknown(Why::Template, origin);
            }
            let unsaid = codes.is_empty() && WITHOUT_STATUS.contains(&status);
            if unsaid || codes.iter().any(|code| code.is(status) || code.is("any")) {
                let value = time.read(|word| read_timeout(word).map(|time| Some(time).filter(|time| *time != NO_TIME)));
                return Fact { value, origin };
            }
        }
        default(None, at, RuleId::NGINX_CACHE)
    }

    /// The longest of the times for what a pool that fails answers, or the proxy in its place.
    fn errors_kept_for(&self, statements: &[InForce], at: Span) -> Fact<Option<Timeout>> {
        let times = ["502", "504", "500", "503"].map(|status| self.kept_for(statements, status, at));
        let longest = |one: Fact<Option<Timeout>>, other: Fact<Option<Timeout>>| match (one.get(), other.get()) {
            (Some(Some(Timeout::After(a))), Some(Some(Timeout::After(b)))) if b > a => other,
            (Some(None), _) | (_, None) => other,
            _ => one,
        };
        times.into_iter().reduce(longest).unwrap_or_else(|| default(None, at, RuleId::NGINX_CACHE))
    }

    fn obstacle(&self, family: Family, at: Span, lifetimes: &[InForce]) -> Fact<Option<Obstacle>> {
        for (setting, obstacle) in OBSTACLES {
            for statement in self.all_in_force(family, setting) {
                let holds = self.arguments(statement.place).any(|word| self.always_holds(&word));
                if holds {
                    return Fact::known(Some(obstacle), statement.origin(self.header(statement.place)));
                }
            }
        }
        self.lack_of_lifetime(family, lifetimes).unwrap_or_else(|| default(None, at, RuleId::NGINX_CACHE))
    }

    /// The headers of answers that tell a lifetime are ignored, and none is written.
    fn lack_of_lifetime(&self, family: Family, lifetimes: &[InForce]) -> Option<Fact<Option<Obstacle>>> {
        let none = |setting: &InForce| self.arguments(setting.place).last().is_some_and(|time| is_no_time(&time));
        if !lifetimes.iter().all(none) {
            return None;
        }
        let ignored = self.all_in_force(family, Setting::IgnoreHeaders);
        let place = ignored.first()?;
        let ignores = |header: &str| {
            let mut words = ignored.iter().flat_map(|setting| self.arguments(setting.place));
            words.any(|word| word.known().is_some_and(|word| word.eq_ignore_ascii_case(header)))
        };
        let but = (!ignores("X-Accel-Expires")).then_some("X-Accel-Expires");
        let lacks = ignores("Cache-Control") && ignores("Expires");
        let origin = place.origin(self.header(place.place));
        lacks.then(|| Fact::known(Some(Obstacle::NoLifetime { but }), origin))
    }

    /// What the pool's answers depend on, and what is kept of them.
    fn differences(&self, family: Family, at: Span) -> Differences {
        let statement = |setting: Option<InForce>| setting.map(|setting| self.header(setting.place));
        let methods = self.in_force(family, Setting::CacheMethods);
        let with_body = |setting: &InForce| self.arguments(setting.place).any(|word| word.is("POST"));
        let off = |setting: &InForce| self.argument(setting.place).is_some_and(|word| word.is("off"));
        let sliced = |setting: &InForce| self.argument(setting.place).is_some_and(|word| !word.is("0"));
        // A method that is written (`proxy_method`) takes the place of the client's one.
        let unconverted = self.in_force(family, Setting::CacheConvertHead).filter(off);
        Differences {
            host: self.passed_host(family, at),
            body: statement(methods.filter(with_body)),
            method: statement(unconverted.filter(|_| self.in_force(family, Setting::Method).is_none())),
            range: statement(self.in_force(Family::Core, Setting::Slice).filter(sliced)),
        }
    }

    /// Where it is written that targets are told the host that the client asks for.
    fn passed_host(&self, family: Family, at: Span) -> Option<Span> {
        if family != Family::Proxy {
            // All headers of the request are passed on as parameters.
            return Some(at);
        }
        let headers = self.all_in_force(family, Setting::SetHeader);
        let sets_host = |header: &&InForce| {
            let name = self.argument(header.place);
            name.as_ref().and_then(Argument::known).is_some_and(|name| name.eq_ignore_ascii_case("host"))
        };
        let header = headers.iter().rev().find(sets_host)?;
        let value = self.arguments(header.place).nth(1)?;
        let of_client = |name: &str| ["host", "http_host", "server_name"].contains(&name);
        super::variables::names(value.known()?).any(of_client).then(|| self.header(header.place))
    }
}

const NO_TIME: Timeout = Timeout::After(0);

fn is_no_time(word: &Argument<'_>) -> bool {
    word.known().and_then(read_timeout) == Some(NO_TIME)
}
