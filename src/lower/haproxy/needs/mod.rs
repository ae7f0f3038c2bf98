//! Settings that nothing reads: collected while a section is read, judged when all that inherits them is known.

mod table;
mod unused;

use super::draft::{DefaultsSection, Draft, ServerDraft};
use super::line::Line;
use super::proxy::Header;
use super::{Lowering, Part};
use crate::diagnostic::{Diagnostic, Kind};
use crate::model::{Fact, HashType, Idle, Method, Mode, Namespace, Origin, Policy, Pool, SavedState, Text};
use crate::source::{SourceId, Span};
use crate::syntax::haproxy::{Prefix, Section};
use rustc_hash::FxHashMap;
use table::{OfParameters, RESOLVER_USER, Want, is_decided_alone, need_of, of_global, of_statement};
pub(super) use unused::Offers;
use unused::OwnTable;

/// What a server has, of that which other settings need: a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Traits(u16);

impl Traits {
    const CHECKED: Self = Self(1);
    const AGENT: Self = Self(1 << 1);
    const TLS: Self = Self(1 << 2);
    const OBSERVED: Self = Self(1 << 3);
    const RESOLVED: Self = Self(1 << 4);
    const MOVING_LIMIT: Self = Self(1 << 5);
    const LIMITED: Self = Self(1 << 6);
    const BACKUP: Self = Self(1 << 7);
    const QUEUE: Self = Self(1 << 8);
    const ALL: Self = Self(u16::MAX);

    const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// What it may be: every word is possible.
    pub(super) const fn unknown() -> Self {
        Self::ALL
    }

    /// The same after a parameter that the model does not hold.
    #[must_use]
    pub(super) fn after(self, parameter: &str) -> Self {
        match parameter {
            "ssl" | "check-ssl" => self.with(Self::TLS),
            // A check may go on with TLS; that is not worth a second flag.
            "no-ssl" => self.without(Self::TLS),
            "minconn" => self.with(Self::MOVING_LIMIT),
            "maxconn" => self.with(Self::LIMITED),
            "maxqueue" => self.with(Self::QUEUE),
            _ => self,
        }
    }
}

/// All that a finished server line has.
fn traits_of(server: &ServerDraft) -> Traits {
    let may = |fact: &Fact<bool>, traits| if fact.is(&false) { Traits::default() } else { traits };
    let s = &server.settings;
    let watched = may(&s.checked, Traits::CHECKED).with(may(&s.tracks, Traits::CHECKED));
    let asked = may(&s.agent, Traits::AGENT.with(Traits::CHECKED));
    let named = may(&s.resolved_at_run_time, Traits::RESOLVED).with(may(&s.observed, Traits::OBSERVED));
    server.traits.with(watched).with(asked).with(named).with(may(&server.backup, Traits::BACKUP))
}

/// A setting that needs something.
#[derive(Clone, Debug)]
struct Wish {
    setting: &'static str,
    wants: &'static [Want],
    at: Span,
    /// The servers that it is for: from this one on, to that one where it stands on its line.
    servers: (usize, Option<usize>),
}

/// The settings of one section that need something, and what its servers have.
#[derive(Clone, Debug, Default)]
pub(super) struct Wishes {
    all: Vec<Wish>,
    servers: Vec<Traits>,
    /// Lines that begin with `default-server`, with the number of servers above.
    shared: Vec<(Span, usize)>,
}

/// What is judged when the whole unit has been read.
#[derive(Debug, Default)]
pub(super) struct WholeWishes {
    /// What parameters need, by their names.
    of_parameters: OfParameters,
    /// Settings of `global` that need something.
    wishes: Vec<Wish>,
    /// `global` names a file of saved states.
    state_file: bool,
    /// Something besides servers looks names up, or it is not known what does.
    pub(super) resolvers_elsewhere: bool,
    /// Tables that no rule of their own section uses.
    tables: Vec<OwnTable>,
}

/// Settings of a `defaults` section, and what became of them in the sections that inherit them.
#[derive(Debug)]
pub(super) struct Inherited {
    wish: Wish,
    group: Span,
    /// Some section reads it, or may.
    read: bool,
    owners: Vec<Text>,
    because: Option<Span>,
    lacking: Option<Want>,
}

/// Sections that are named for one inherited setting; more would only fill a list.
const OWNERS: usize = 50;

/// What is looked up in a section.
struct Judged<'s> {
    draft: &'s Draft,
    servers: &'s [Traits],
    state_file: bool,
}

impl Lowering<'_, '_> {
    /// A section begins.
    pub(super) fn begin_wishes(&mut self) {
        let Wishes { all, servers, shared } = &mut self.wishes;
        all.clear();
        servers.clear();
        shared.clear();
    }

    /// A parameter of a `server` or `default-server` line.
    pub(super) fn wish_of_parameter(&mut self, name: &'static str, at: Span, shared: bool) {
        let wants = self.whole.of_parameters.of(name);
        if !wants.is_empty() {
            let first = self.wishes.servers.len();
            let servers = (first, (!shared).then_some(first + 1));
            self.wishes.all.push(Wish { setting: name, wants, at, servers });
        }
    }

    /// A `default-server` line.
    pub(super) fn note_shared(&mut self, at: Span) {
        self.wishes.shared.push((at, self.wishes.servers.len()));
    }

    /// A `default-server` line below servers is not for them. Where another one stands above them, each has its servers.
    pub(super) fn complain_of_order(&mut self, first_target: usize) {
        let all = self.wishes.servers.len();
        let (Some((at, above)), Some(server)) = (self.wishes.shared.first(), self.unit.targets.get(first_target))
        else {
            return;
        };
        if *above > 0 {
            let kind = if *above < all { Kind::TooLate(server.statement) } else { Kind::ForNothing(server.statement) };
            self.diagnostics.push(Diagnostic::new(*at, kind));
        }
    }

    /// `defaults` that no section inherits, because it stands behind them all, or another one follows at once.
    pub(super) fn complain_of_idle_defaults(&mut self) {
        let idle = |one: &&DefaultsSection| one.name.is_none() && one.named_by.is_none() && one.implied_by.is_none();
        if !self.defaults.iter().any(|section| idle(&section)) {
            return;
        }
        let last = self.last_headers();
        for section in self.defaults.iter().filter(idle) {
            let (at, file) = (section.header, self.file_of(section.header));
            let behind = self.defaults.partition_point(|one| one.header.start <= at.start);
            let next = self.defaults.get(behind).map(|one| one.header).filter(|other| self.file_of(*other) == file);
            let instead = next.or(last.get(&file).copied().filter(|last| last.start < at.start));
            self.diagnostics.extend(instead.map(|instead| Diagnostic::new(at, Kind::ForNothing(instead))));
        }
    }

    /// The last section of each file that inherits from `defaults`.
    fn last_headers(&self) -> FxHashMap<Option<SourceId>, Span> {
        let headers = self.unit.pools.iter().map(|pool| pool.header);
        let mut last = FxHashMap::default();
        for header in headers.chain(self.unit.listeners.iter().map(|one| one.header)) {
            let last = last.entry(self.file_of(header)).or_insert(header);
            *last = header.max(*last);
        }
        last
    }

    fn file_of(&self, place: Span) -> Option<SourceId> {
        self.sources.at(place.start).map(|(id, _)| id)
    }

    /// A server line has been read.
    pub(super) fn note_traits(&mut self, server: &ServerDraft) {
        self.wishes.servers.push(traits_of(server));
    }

    /// Any other line of a section. One that takes a setting back needs nothing.
    pub(super) fn wish_of_line(&mut self, line: &Line<'_>) {
        if line.prefix != Prefix::None || !line.presence.is_certain() {
            return;
        }
        let wants = of_statement(line.phrase);
        let local =
            line.phrase == "load-server-state-from-file" && !line.argument(0).is_some_and(|word| word.is("global"));
        if !wants.is_empty() && !local {
            self.wishes.all.push(Wish { setting: line.phrase, wants, at: line.span, servers: (0, None) });
        }
    }

    /// The lines of `global`.
    pub(super) fn wish_of_global(&mut self, line: &Line<'_>) {
        self.whole.state_file |= line.phrase == "server-state-file";
        let wants = of_global(line.phrase);
        if !wants.is_empty() && line.presence.is_certain() {
            self.whole.wishes.push(Wish { setting: line.phrase, wants, at: line.span, servers: (0, None) });
        }
    }

    /// Scripts may look names up with other resolvers than `default`.
    pub(super) fn note_client_of_resolvers(&mut self, part: &Part<'_>, section: &Section) {
        let names_them = |id| {
            let first = part.tree.words(part.view, id).next();
            first.is_some_and(|word| part.view.slice(word.span) == "httpclient.resolvers.id")
        };
        self.whole.resolvers_elsewhere |= section.body().any(names_them);
    }

    /// A `defaults` section ends: its settings wait for the sections that inherit them.
    pub(super) fn keep_wishes(&mut self, group: Span) -> Vec<Inherited> {
        let wishes = std::mem::take(&mut self.wishes.all);
        let keep = |wish| Inherited { wish, group, read: false, owners: Vec::new(), because: None, lacking: None };
        wishes.into_iter().map(keep).collect()
    }

    /// A section with servers ends: judges its own settings and those that it inherits.
    pub(super) fn judge_wishes(&mut self, draft: &Draft, header: &Header<'_>) {
        let Some(name) = header.name.as_ref().map(|name| self.text(name)) else { return };
        let wishes = std::mem::take(&mut self.wishes);
        let servers = &wishes.servers;
        let judged = Judged { draft, servers, state_file: self.whole.state_file || !self.has_global };
        for wish in &wishes.all {
            if let Some((want, because)) = judged.lacks(wish) {
                let (at, need, group) = (wish.at, need_of(want, wish.setting), header.span);
                self.unit.idle.push(Idle { at, need, group, owners: vec![name], because });
            }
        }
        // Without servers nothing is read, and nothing is missed.
        let mut next = self.inherits.filter(|_| !servers.is_empty());
        while let Some(section) = next.and_then(|position| self.defaults.get_mut(position)) {
            for inherited in section.wishes.iter_mut().filter(|inherited| !inherited.read) {
                inherited.judge(&judged, name);
            }
            next = section.parent;
        }
        // The next section fills the same lists.
        self.wishes = wishes;
    }

    /// What is known only when everything has been read.
    pub(super) fn finish_wishes(&mut self) {
        if self.unit.headless {
            // Servers may inherit what is missing from a file that is not known; a policy that is written here stays.
            self.unit.idle.retain(is_decided_alone);
            return;
        }
        for section in &mut self.defaults {
            for inherited in section.wishes.drain(..) {
                let Some(want) = inherited.lacking.filter(|_| !inherited.read) else { continue };
                let need = need_of(want, inherited.wish.setting);
                let Inherited { wish, group, owners, because, .. } = inherited;
                self.unit.idle.push(Idle { at: wish.at, need, group, owners, because });
            }
        }
        if !self.unit.fragment {
            self.complain_of_idle_defaults();
            self.judge_global();
            self.judge_resolvers();
        }
    }

    fn judge_global(&mut self) {
        let taken_over = |saved: &Fact<SavedState>| !saved.is(&SavedState::No);
        if self.unit.settings.iter().any(|settings| taken_over(&settings.saved_state)) {
            return;
        }
        for wish in std::mem::take(&mut self.whole.wishes) {
            let need = need_of(Want::StateReader, wish.setting);
            self.unit.idle.push(Idle { at: wish.at, need, group: wish.at, owners: Vec::new(), because: None });
        }
    }

    /// `resolvers` sections that no server names. The one called `default` serves the program itself.
    fn judge_resolvers(&mut self) {
        // Where servers are still to be filled in, they may be what is looked up.
        let empty = |pool: &Pool| pool.targets.is_empty() && !pool.answers_itself;
        if self.whole.resolvers_elsewhere || self.unit.pools.iter().any(empty) {
            return;
        }
        let sections = self.unit.names.definitions.iter().filter(|one| one.namespace == Namespace::Resolvers);
        let unused = sections.filter(|one| one.references == 0).map(|one| one.name);
        let unused: Vec<Text> = unused.filter(|name| self.read(*name) != "default").collect();
        for name in unused {
            let idle = Idle { at: name.0, need: &RESOLVER_USER, group: name.0, owners: Vec::new(), because: None };
            self.unit.idle.push(idle);
        }
    }
}

/// Something that a setting needs is missing; the statement that stands in the way, if one does.
struct Missing(Option<Span>);

impl Inherited {
    /// One more section inherits it.
    fn judge(&mut self, judged: &Judged<'_>, name: Text) {
        let Some((want, because)) = judged.lacks(&self.wish) else {
            self.read = true;
            return;
        };
        self.lacking = self.lacking.or(Some(want));
        self.because = self.because.or(because);
        if self.owners.len() < OWNERS {
            self.owners.push(name);
        }
    }
}

impl Judged<'_> {
    /// The first thing that a setting needs and that is surely missing, and what stands in the way.
    fn lacks(&self, wish: &Wish) -> Option<(Want, Option<Span>)> {
        let (first, end) = wish.servers;
        let servers = self.servers.get(first..end.unwrap_or(self.servers.len())).unwrap_or_default();
        wish.wants.iter().find_map(|want| self.misses(*want, servers).map(|Missing(because)| (*want, because)))
    }

    /// Whether something is missing: then what stands in the way, if a statement does.
    fn misses(&self, want: Want, servers: &[Traits]) -> Option<Missing> {
        let settings = &self.draft.settings;
        let nobody = |traits: Traits| !servers.is_empty() && !servers.iter().any(|server| server.has(traits));
        let missing = |is_missing: bool, origin: Option<Origin>| {
            let because = origin.and_then(Origin::written_at);
            is_missing.then_some(Missing(because))
        };
        match want {
            Want::Check => missing(nobody(Traits::CHECKED), None),
            Want::Agent => missing(nobody(Traits::AGENT), None),
            Want::Tls => missing(nobody(Traits::TLS), None),
            Want::Observe => missing(nobody(Traits::OBSERVED), None),
            Want::Resolvers => missing(nobody(Traits::RESOLVED), None),
            Want::MovingLimit => missing(nobody(Traits::MOVING_LIMIT), None),
            Want::Backup => missing(nobody(Traits::BACKUP), None),
            Want::MovingWeight => {
                missing(nobody(Traits::LIMITED) && self.weights_are_fixed(), Some(settings.policy.origin))
            }
            Want::Http => missing(settings.mode.is(&Mode::Tcp), Some(settings.mode.origin)),
            Want::Attempts => missing(settings.retries.is(&0) && nobody(Traits::QUEUE), Some(settings.retries.origin)),
            Want::Hash => missing(self.hashes() == Some(false), Some(settings.policy.origin)),
            Want::Ring => {
                missing(settings.hash_type.get().copied().is_some_and(is_map), Some(settings.hash_type.origin))
            }
            Want::StateFile => missing(!self.state_file, None),
            Want::StateReader => None,
        }
    }

    fn hashes(&self) -> Option<bool> {
        self.draft.settings.policy.get().map(|policy| matches!(policy.method, Method::Hash(_)))
    }

    /// Policies that keep their tables as they were built at start (configuration manual 4.2, `balance`, `hash-type`).
    fn weights_are_fixed(&self) -> bool {
        let settings = &self.draft.settings;
        let by_map = || settings.hash_type.get().copied().is_some_and(is_map);
        let fixed = |policy: &Policy| match policy.method {
            Method::RoundRobin { fixed } => fixed,
            Method::Hash(_) => by_map(),
            Method::First => true,
            _ => false,
        };
        settings.policy.get().is_some_and(fixed)
    }
}

const fn is_map(hash_type: HashType) -> bool {
    !hash_type.consistent
}
