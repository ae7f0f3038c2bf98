//! Directives that nothing reads: one walk over the unit, which notes for each block what is in force and what stands below.

mod pool;
mod table;
mod zones;

use super::argument::Argument;
use super::roles::Role;
use super::{Lowering, Network};
use crate::diagnostic::{Diagnostic, Kind};
use crate::model::Idle;
use crate::source::Span;
use crate::syntax::nginx::Place;
use table::{PROTOCOLS, Want, need_of, of_others, of_protocol, protocol};
use zones::Zones;

/// What some block has of what directives need: a set for each protocol.
#[derive(Clone, Copy, Debug, Default)]
struct Has([u8; PROTOCOLS.len()]);

impl Has {
    const PASS: u8 = 1;
    const TLS: u8 = 1 << 1;
    const CACHE: u8 = 1 << 2;
    const UPDATING: u8 = 1 << 3;
    const LOCK: u8 = 1 << 4;
    const ATTEMPTS: u8 = 1 << 5;
    const STALE: u8 = 1 << 6;

    fn set(&mut self, protocol: usize, what: u8, on: bool) {
        if let Some(set) = self.0.get_mut(protocol) {
            *set = if on { *set | what } else { *set & !what };
        }
    }

    fn has(self, protocol: usize, what: u8) -> bool {
        self.0.get(protocol).is_some_and(|set| set & what != 0)
    }

    fn and(mut self, other: Self) -> Self {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine |= theirs;
        }
        self
    }
}

/// What is in force in a block, or was found in it and below.
#[derive(Clone, Copy, Debug, Default)]
struct Surroundings {
    has: Has,
    trusted: bool,
    /// Something is looked up while running, or may be.
    lookups: bool,
    /// A pass directive, whatever it speaks.
    pass: Option<Span>,
    /// Something stands there that is not known, and may be anything.
    opaque: bool,
    /// The statement that switches further attempts off.
    no_attempts: Option<Span>,
}

/// A directive that needs something.
struct Wish {
    place: Place,
    protocol: usize,
    wants: &'static [Want],
}

/// One statement with its words.
struct Directive<'w> {
    place: Place,
    /// Its name, where that is known.
    name: Option<&'w str>,
    arguments: &'w [Argument<'w>],
}

/// Beginnings of the names of directives whose modules look names up.
const MODULES: [&str; 9] = ["js_", "lua", "auth_jwt", "acme", "oidc", "otel", "ssl_ocsp", "zone_sync", "perl"];

/// Ends of the names of directives that replace variables in what follows.
const REPLACED: [&str; 4] = ["_pass", "_set_header", "_param", "hash"];

/// Whether a directive can need something, be what another one needs, or name a zone: the others are not read here.
pub(super) fn is_noted(name: &str) -> bool {
    const WHOLE: [&str; 3] = ["include", "set_real_ip_from", "ssl_stapling"];
    protocol(name).is_some()
        || !of_others(name).is_empty()
        || WHOLE.contains(&name)
        || name.contains("_by_lua")
        || REPLACED.iter().any(|end| name.ends_with(end))
        || MODULES.iter().any(|module| name.starts_with(module))
        || zones::is_noted(name)
}

/// Where a block stands, as far as that matters.
#[derive(Clone, Copy, Debug)]
struct Outside {
    in_force: Surroundings,
    header: Span,
    /// It is a server or stands in one; what stands further out is for all servers.
    in_server: bool,
    /// Something asks for names that are looked up while running.
    resolves: bool,
    network: Network,
}

impl Lowering<'_, '_> {
    /// Finds what nothing reads. What is around a fragment is not known: there only what a block holds itself counts.
    pub(super) fn find_idle(&mut self) {
        self.judge_pools();
        let roots: Vec<Place> = self.input.mounts.roots().collect();
        let mut zones = Zones::default();
        let mut in_force = Surroundings::default();
        for number in 0..PROTOCOLS.len() {
            in_force.has.set(number, Has::ATTEMPTS, true);
        }
        let network = Network::Http;
        let outside = Outside { in_force, header: Span::default(), in_server: false, resolves: false, network };
        self.idle_in(&roots, outside, &mut zones);
        if !self.unit.fragment {
            self.judge_zones(&zones);
        }
    }

    /// Judges the directives of one block; what was found in it and below.
    fn idle_in(&mut self, places: &[Place], outside: Outside, zones: &mut Zones) -> Surroundings {
        let mut wishes: Vec<Wish> = Vec::new();
        let mut own = Surroundings::default();
        let mut in_force = outside.in_force;
        for place in places {
            if !self.statement(*place).is_some_and(|statement| self.input.roles.is_noted(statement.keyword)) {
                continue;
            }
            let words: Vec<Argument<'_>> = self.words(*place).collect();
            let Some((name, arguments)) = words.split_first() else { continue };
            let directive = Directive { place: *place, name: name.known(), arguments };
            self.note_directive(&directive, outside.network, &mut in_force, &mut own, &mut wishes);
            self.note_zone(&directive, zones);
            self.complain_of_escapes(&directive);
        }
        let resolves = outside.resolves || wishes.iter().any(|wish| wish.wants.contains(&Want::Lookups));
        for place in places {
            let Some(statement) = self.statement(*place).filter(|statement| statement.has_body()) else { continue };
            let role = self.input.roles.of(statement.keyword);
            let network = match role {
                Role::Http => Network::Http,
                Role::Stream => Network::Stream,
                Role::Server | Role::Location | Role::Inner => outside.network,
                Role::Upstream => {
                    own.lookups = own.lookups || resolves && self.has_lookups(*place);
                    continue;
                }
                _ => continue,
            };
            let children: Vec<Place> = self.input.mounts.children(*place).collect();
            let in_server = outside.in_server || role == Role::Server;
            let inner = Outside { in_force, header: self.header(*place), in_server, resolves, network };
            own = own.and(self.idle_in(&children, inner, zones));
        }
        for wish in wishes {
            self.judge(&wish, in_force, own, outside);
        }
        own
    }

    fn note_directive(
        &self,
        directive: &Directive<'_>,
        network: Network,
        in_force: &mut Surroundings,
        own: &mut Surroundings,
        wishes: &mut Vec<Wish>,
    ) {
        let place = directive.place;
        let Some(name) = directive.name else {
            (own.opaque, in_force.opaque) = (true, true);
            return;
        };
        let value = directive.arguments.first().and_then(Argument::known).unwrap_or("$");
        own.lookups |= self.may_look_up(place, name, value);
        if self.input.grammar.directive(name).is_none() || name == "include" && !is_harmless(value) {
            (own.opaque, in_force.opaque) = (true, true);
        }
        if name == "set_real_ip_from" {
            (own.trusted, in_force.trusted) = (true, true);
        }
        let Some((number, suffix)) = protocol(name) else {
            wishes.extend(wish(place, 0, of_others(name)));
            return;
        };
        if suffix == "pass" {
            own.pass = own.pass.or(Some(self.header(place)));
            own.has.set(number, Has::PASS, true);
            if network == Network::Http && may_be_tls(value) {
                own.has.set(number, Has::TLS, true);
            }
        } else {
            let rest = self.rest(place);
            set_in_force(in_force, own, (number, suffix), self.input.sources.slice(rest), rest);
            // What is switched off needs nothing; a buffer is on unless it is switched off.
            if value != "off" || suffix.ends_with("buffering") {
                wishes.extend(wish(place, number, of_protocol(suffix)));
            }
        }
    }

    /// `\$` where variables are replaced: the backslash stays (1.22.1: `proxy_set_header Host \$host` sends `\shop`).
    fn complain_of_escapes(&mut self, directive: &Directive<'_>) {
        if !directive.name.is_some_and(|name| REPLACED.iter().any(|end| name.ends_with(end))) {
            return;
        }
        for word in directive.arguments {
            let escaped =
                |text: &str| text.split("\\$").skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
            if word.known().is_some_and(escaped) {
                self.diagnostics.push(Diagnostic::new(word.span, Kind::EscapedVariable));
            }
        }
    }

    /// Whether a directive looks names up while the program runs, or may do so.
    fn may_look_up(&self, place: Place, name: &str, value: &str) -> bool {
        let pass = name.ends_with("_pass") && value.contains('$');
        let statement = self.statement(place);
        let script = statement.is_some_and(|one| self.input.roles.of(one.keyword) == Role::Script);
        let stapling = name == "ssl_stapling" && !value.eq_ignore_ascii_case("off");
        pass || script || stapling || name.contains("_by_lua") || MODULES.iter().any(|module| name.starts_with(module))
    }

    /// Whether servers of a pool are looked up while running.
    fn has_lookups(&self, upstream: Place) -> bool {
        self.input.mounts.children(upstream).any(|child| {
            let mut words = self.words(child);
            let name = words.next();
            let name = name.as_ref().and_then(|word| word.known()).unwrap_or("");
            self.may_look_up(child, name, "") || words.any(|word| word.is("resolve") || word.known().is_none())
        })
    }

    fn judge(&mut self, wish: &Wish, in_force: Surroundings, own: Surroundings, outside: Outside) {
        let open = self.unit.fragment;
        let inside = |want: Want| matches!(want, Want::Pass | Want::Tls);
        let judged = wish.wants.iter().filter(|want| !open || inside(**want));
        let missing = judged.copied().find(|want| misses(*want, wish.protocol, in_force, own, outside));
        let Some(want) = missing else { return };
        // A default for all servers that none of them needs is a habit of whoever writes such files.
        if !outside.in_server && (want == Want::Pass || open) {
            return;
        }
        let because = match want {
            Want::Attempts => in_force.no_attempts,
            Want::Pass | Want::Tls => own.pass,
            _ => None,
        };
        let (at, need) = (self.header(wish.place), need_of(want, wish.protocol));
        self.unit.idle.push(Idle { at, need, group: outside.header, owners: Vec::new(), because });
    }
}

/// Whether something is surely missing.
fn misses(want: Want, protocol: usize, in_force: Surroundings, own: Surroundings, outside: Outside) -> bool {
    let all = in_force.has.and(own.has);
    let passes = own.pass.is_some();
    // Which protocol is spoken in a block does not depend on what is around it; whether with TLS, in `stream`, does.
    let inside = want == Want::Pass || want == Want::Tls && outside.network == Network::Http;
    if own.opaque || in_force.opaque && !inside {
        return false;
    }
    match want {
        Want::Pass => passes && !own.has.has(protocol, Has::PASS),
        // The certificate of a server block may serve several locations, so it is enough that one of them speaks TLS.
        Want::Tls => passes && own.has.has(protocol, Has::PASS) && !all.has(protocol, Has::TLS),
        Want::Cache | Want::CacheAnyway => !all.has(protocol, Has::CACHE),
        // Without a list of what expired answers are served for, those of the servers may ask for it.
        Want::Updating => !all.has(protocol, Has::UPDATING) && all.has(protocol, Has::STALE),
        Want::Lock => !all.has(protocol, Has::LOCK),
        Want::Attempts => !all.has(protocol, Has::ATTEMPTS),
        Want::TrustedProxies => !in_force.trusted && !own.trusted,
        Want::Lookups => !own.lookups && outside.network == Network::Http,
    }
}

fn wish(place: Place, protocol: usize, wants: &'static [Want]) -> Option<Wish> {
    (!wants.is_empty()).then_some(Wish { place, protocol, wants })
}

/// Notes what a directive puts in force; `value` is all that follows its name.
fn set_in_force(
    in_force: &mut Surroundings,
    own: &mut Surroundings,
    (number, suffix): (usize, &str),
    value: &str,
    at: Span,
) {
    let open = value.contains('$');
    let (what, on) = match suffix {
        "cache" => (Has::CACHE, value != "off"),
        "cache_use_stale" => {
            in_force.has.set(number, Has::STALE, value != "off");
            (Has::UPDATING, open || value.contains("updating"))
        }
        "cache_lock" => (Has::LOCK, value != "off"),
        "next_upstream" => {
            let off = value.split_whitespace().any(|word| word == "off");
            in_force.no_attempts = off.then_some(at);
            (Has::ATTEMPTS, !off)
        }
        "ssl" => (Has::TLS, value != "off"),
        _ => return,
    };
    in_force.has.set(number, what, on);
    if on {
        own.has.set(number, what, true);
    }
}

/// Whether a pass directive speaks TLS, or may do so.
fn may_be_tls(value: &str) -> bool {
    let scheme = value.split("://").next().unwrap_or_default();
    value.starts_with('$') || scheme.contains('$') || matches!(scheme, "https" | "grpcs" | "suwsgi")
}

/// Files that hold tables, whatever their folder.
fn is_harmless(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == "mime.types" || name.ends_with("_params") || name.starts_with("fastcgi")
}

impl Surroundings {
    /// What two blocks have together.
    fn and(self, other: Self) -> Self {
        Self {
            has: self.has.and(other.has),
            trusted: self.trusted || other.trusted,
            lookups: self.lookups || other.lookups,
            pass: self.pass.or(other.pass),
            opaque: self.opaque || other.opaque,
            no_attempts: self.no_attempts.or(other.no_attempts),
        }
    }
}
