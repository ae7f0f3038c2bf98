//! Sections: what each one inherits, and what its lines make of it.

use super::chosen::Chosen;
use super::clients::Told;
use super::draft::{DefaultsSection, Draft};
use super::drills::Drills;
use super::line::Line;
use super::needs::Offers;
use super::pins::Pins;
use super::settings::{answers_by_itself, hands_on_elsewhere};
use super::{Lowering, Part, builtin, sessions, template};
use crate::diagnostic::{Diagnostic, Kind};
use crate::model::{
    Bind, Carrier, Completeness, Definition, Door, DrillOf, Fact, Guard, Listener, Membership, Namespace, Peers, Pool,
    PoolId, PoolKind, PoolSettings, Presence, Route, RouteKind, RouteSource, RuleSection, SettingsId, Text, Why,
};
use crate::source::Span;
use crate::syntax::haproxy::{Prefix, Section};
use crate::validate::haproxy::Argument;

/// What a section's lines add up to, besides settings.
#[derive(Debug)]
struct Body {
    binds: Vec<Bind>,
    completeness: Completeness,
    /// `use-server` rules.
    chosen: Chosen,
    sticks: Option<Span>,
    told: Told,
    /// A `stick` rule that uses the section's own table.
    needs_table: Option<Span>,
    has_table: bool,
    /// Conditions, and a table, that rules may use.
    offers: Offers,
    /// A `monitor fail` rule.
    monitored: bool,
    /// Rules that keep clients on a target.
    pins: Pins,
    /// Rules that make requests fail by chance.
    drills: Drills,
    /// A line that a template fills in as a whole.
    filled_in: Option<Span>,
}

/// A section's header in its parts.
pub(super) struct Header<'p> {
    word: &'p str,
    pub(super) name: Option<Argument<'p>>,
    from: Option<Argument<'p>>,
    pub(super) span: Span,
    presence: Presence,
}

impl Lowering<'_, '_> {
    /// Reads one section into the model.
    pub(super) fn section(&mut self, part: &Part<'_>, section: &Section) {
        let Some(header) = self.header(part, section) else { return };
        self.header = Some(header.span.start);
        match header.word {
            "global" | "defaults" => self.settings_section(part, section, &header),
            "frontend" | "backend" | "listen" => self.proxy(part, section, &header),
            "peers" => self.peers_section(part, section, &header),
            _ => self.other_section(&header),
        }
    }

    fn header<'p>(&self, part: &Part<'p>, section: &Section) -> Option<Header<'p>> {
        let statement = part.tree.get(section.header)?;
        let presence = self.presence(part, statement.span.start)?;
        let words = part.tree.words(part.view, section.header);
        let mut words = words.map(|word| Argument::new(word, part.view, self.environment));
        let word = part.view.slice(words.next()?.span);
        let mut name = words.next();
        let mut from = None;
        if word == "defaults" && name.as_ref().is_some_and(|name| name.is("from")) {
            from = words.next();
            name = None;
        } else if words.next().is_some_and(|word| word.is("from")) {
            from = words.next();
        }
        Some(Header { word, name, from, span: statement.span, presence })
    }

    /// Sections that the model keeps only the names of.
    fn other_section(&mut self, header: &Header<'_>) {
        let namespace = match header.word {
            "resolvers" => Namespace::Resolvers,
            "peers" => Namespace::Peers,
            "mailers" => Namespace::Mailers,
            "userlist" => Namespace::Userlist,
            "cache" => Namespace::Cache,
            "http-errors" => Namespace::ErrorPages,
            "ring" => Namespace::Ring,
            _ => return,
        };
        if let Some(name) = &header.name {
            self.define_simple(namespace, 0, name);
        }
    }

    fn settings_section<'p>(&mut self, part: &Part<'p>, section: &Section, header: &Header<'p>) {
        if header.word == "global" {
            self.has_global = true;
            self.lines(part, section, |lowering, line| lowering.global_line(line));
            self.lines(part, section, |lowering, line| lowering.wish_of_global(line));
            self.note_client_of_resolvers(part, section);
            return;
        }
        let mut draft = match &header.from {
            Some(from) => self.inherit_from(from, header),
            None => builtin::builtin(header.span, self.program.version),
        };
        let mut body = Body::new();
        self.fill_in(part, section, &mut draft, &mut body);
        self.lines(part, section, |lowering, line| lowering.section_line(&mut draft, line, &mut body, None));
        let name = header.name.as_ref().map(|name| self.text(name));
        if let Some(name) = &header.name {
            self.define_simple(Namespace::Defaults, 0, name);
        }
        let section = DefaultsSection {
            name,
            header: header.span,
            draft,
            named_by: None,
            implied_by: None,
            parent: self.inherits,
            wishes: self.keep_wishes(header.span),
        };
        self.defaults.push(section);
    }

    /// `peers`: its name, the tables in it, and how many proxies share them.
    fn peers_section<'p>(&mut self, part: &Part<'p>, section: &Section, header: &Header<'p>) {
        self.other_section(header);
        let Some(name) = &header.name else { return };
        let text = self.text(name);
        let mut count = 0;
        self.lines(part, section, |lowering, line| match line.phrase {
            "peer" | "server" => count += 1,
            "table" => lowering.shared_table(name, line),
            _ => {}
        });
        self.unit.sessions.peers.push(Peers { name: text, header: header.span, count });
    }

    /// Calls `each` for every line of a section that the program reads.
    fn lines<'p>(&mut self, part: &Part<'p>, section: &Section, mut each: impl FnMut(&mut Self, &Line<'p>)) {
        let mut line = Line {
            phrase: "",
            prefix: Prefix::None,
            arguments: Vec::new(),
            span: Span::default(),
            presence: Presence::Always,
        };
        for id in section.body() {
            if self.read_line(part, id, &mut line) {
                self.certain = line.presence.is_certain();
                each(self, &line);
            }
        }
    }

    /// What a section starts from: the defaults that it names, else the nearest ones above it, else what is built in.
    fn start(&mut self, header: &Header<'_>) -> Draft {
        if let Some(from) = &header.from {
            return self.inherit_from(from, header);
        }
        let Some(nearest) = self.defaults.last_mut() else {
            return builtin::builtin(header.span, self.program.version);
        };
        nearest.implied_by.get_or_insert(header.span);
        let draft = nearest.draft.inherited();
        self.inherits = Some(self.defaults.len() - 1);
        self.complain_of_mixed_use(self.defaults.len() - 1, header.span);
        draft
    }

    fn inherit_from(&mut self, from: &Argument<'_>, header: &Header<'_>) -> Draft {
        self.reference(Namespace::Defaults, 0, from, header.span);
        let wanted = from.known();
        let position =
            self.defaults.iter().position(|section| section.name.is_some_and(|name| wanted == Some(self.read(name))));
        let Some(position) = position else { return builtin::builtin(header.span, self.program.version) };
        let Some(section) = self.defaults.get_mut(position) else {
            return builtin::builtin(header.span, self.program.version);
        };
        section.named_by.get_or_insert(header.span);
        let draft = section.draft.inherited();
        self.inherits = Some(position);
        self.complain_of_mixed_use(position, header.span);
        draft
    }

    /// Some sections name these defaults, others use them unnamed: the program refuses it (2.6.12: an alert).
    fn complain_of_mixed_use(&mut self, position: usize, at: Span) {
        let Some(section) = self.defaults.get(position) else { return };
        if let (Some(named), Some(implied)) = (section.named_by, section.implied_by)
            && (named == at || implied == at)
        {
            let why = "these defaults are named by one section and used unnamed by another; add `from` to both";
            self.diagnostics.push(Diagnostic::new(section.header, Kind::Conflict(why.into())));
        }
    }

    fn proxy<'p>(&mut self, part: &Part<'p>, section: &Section, header: &Header<'p>) {
        let mut draft = self.start(header);
        let mut body = Body::new();
        self.tables.open(header.name.as_ref().filter(|_| header.word != "frontend"));
        let first_target = self.unit.targets.len();
        let first_rule = self.unit.staged_rules.len() as u32;
        let listens = header.word != "backend";
        let source = listens.then(|| RouteSource::Listener(self.next_listener()));
        self.fill_in(part, section, &mut draft, &mut body);
        self.lines(part, section, |lowering, line| lowering.section_line(&mut draft, line, &mut body, source));
        Self::settle_check(&mut draft);
        self.fall_back(&mut draft);
        if let Some(at) = body.needs_table.filter(|_| !body.has_table && body.filled_in.is_none()) {
            let why = "this rule needs a `stick-table` in its section: HAProxy refuses it";
            self.diagnostics.push(Diagnostic::new(at, Kind::Conflict(why.into())));
        }
        self.refer_to_idle_default(header, &draft);
        let settings = self.store_settings(&draft.settings);
        if header.word != "frontend" {
            self.number_targets(first_target);
            self.finish_pool(section, part, header, &draft, &body, settings, first_target);
            self.complain_of_order(first_target);
            self.judge_wishes(&draft, header);
        }
        self.finish_rules(header, settings, first_rule);
        self.judge_offers(part, section, header, &body.offers);
        if let Some(source) = source {
            self.finish_listener(header, &draft, body, settings, source);
        }
    }

    /// Lines that a template fills in may set anything, and add anything.
    fn fill_in(&self, part: &Part<'_>, section: &Section, draft: &mut Draft, body: &mut Body) {
        body.filled_in = template::filled_in(part, section, draft);
        body.completeness = template::completeness(part, section, self.header, body.filled_in);
    }

    /// One line of a section. `source` is where its routes come from.
    fn section_line(&mut self, draft: &mut Draft, line: &Line<'_>, body: &mut Body, source: Option<RouteSource>) {
        // Most lines are servers and binds; they have no conditions and answer nothing.
        match line.phrase {
            "server" => self.server(draft, line, &mut body.completeness),
            "server-template" => self.server_template(draft, line, &mut body.completeness),
            "bind" => {
                body.told.bind(line);
                draft.stats.asks |= Self::asks_for_certificates(line);
                self.bind(line, &mut body.binds);
            }
            _ => self.other_line(draft, line, body, source),
        }
    }

    fn other_line(&mut self, draft: &mut Draft, line: &Line<'_>, body: &mut Body, source: Option<RouteSource>) {
        self.refer_to_conditions(line);
        self.note_rule(line);
        self.wish_of_line(line);
        if let Some(at) = hands_on_elsewhere(line) {
            body.completeness = Completeness::Incomplete(Why::Unsupported, at);
        }
        draft.answers_itself |= answers_by_itself(line.phrase);
        self.page_of_statistics(draft, line);
        self.log_line(&mut draft.log, line);
        self.refer_to_sections(line);
        self.whole.resolvers_elsewhere |= line.phrase.contains("do-resolve");
        self.note_offer(line, &mut body.offers);
        body.pins.read(line);
        body.drills.read(line);
        body.told.rule(line, &mut self.unit.trusted);
        match line.phrase {
            "acl" => self.condition(line),
            "use_backend" => {
                if let Some(source) = source {
                    self.use_pool(source, line);
                }
            }
            "default_backend" => self.default_pool(draft, line),
            "use-server" => self.use_server(line, &mut body.chosen),
            "stick-table" => {
                body.has_table = true;
                self.own_table(line);
            }
            "monitor fail" => body.monitored = true,
            "monitor-uri" => draft.monitor = Some(line.span),
            phrase if phrase.starts_with("stick ") => {
                body.sticks = body.sticks.or(Some(line.span));
                self.uses_table(line);
                if line.presence.is_certain() && !line.arguments.iter().any(|word| word.is("table")) {
                    body.needs_table = body.needs_table.or(Some(line.span));
                }
            }
            _ => {
                self.setting(draft, line);
            }
        }
    }

    fn default_pool(&mut self, draft: &mut Draft, line: &Line<'_>) {
        let Some(name) = line.argument(0).cloned() else { return };
        let origin = crate::model::Origin::written(name.span);
        let fact = match &name.value {
            _ if !line.presence.is_certain() => Fact::unknown(Why::Condition, origin),
            Ok(_) => Fact::known(self.text(&name), origin),
            Err(unread) => Fact::unknown(super::line::why(*unread), origin),
        };
        draft.default_pool = Some((fact, line.span));
    }

    fn store_settings(&mut self, settings: &PoolSettings) -> SettingsId {
        if self.unit.settings.last() != Some(settings) {
            self.unit.settings.push(*settings);
        }
        SettingsId(self.unit.settings.len() as u32 - 1)
    }

    #[expect(clippy::too_many_arguments, reason = "what a section's reading has found, brought together once")]
    fn finish_pool(
        &mut self,
        section: &Section,
        part: &Part<'_>,
        header: &Header<'_>,
        draft: &Draft,
        body: &Body,
        settings: SettingsId,
        first_target: usize,
    ) {
        let Some(name) = &header.name else { return };
        let text = self.text(name);
        let kind = if header.word == "listen" { PoolKind::Listen } else { PoolKind::Backend };
        let pool = Pool {
            name: text,
            kind,
            header: header.span,
            extent: extent(section, part, header.span),
            targets: first_target as u32..self.unit.targets.len() as u32,
            completeness: body.completeness,
            presence: header.presence,
            settings,
            answers_itself: draft.answers_itself,
            commented_target: None,
            target_rules: self.target_rules(&body.chosen, first_target),
            sticks: body.sticks,
            pins: body.pins.at(),
            disabled: draft.disabled,
            clients: body.told.clients,
            membership: Membership::Listed,
            spread: None,
        };
        let item = self.unit.pools.len() as u32;
        if kind == PoolKind::Backend {
            self.unit.drills.extend(body.drills.of(DrillOf::Pool(PoolId(item))));
            self.finish_page(draft, Door::Pool(PoolId(item)));
        }
        if let Some((at, kind)) = draft.carrier {
            let kind = if draft.makes_values { kind } else { sessions::without_key(kind) };
            self.unit.sessions.carriers.push(Carrier { pool: PoolId(item), at, kind });
        }
        self.unit.pools.push(pool);
        self.define_section(Namespace::Pool, name, text, item, header.presence);
    }

    /// A section that has rules, once its pool is there.
    fn finish_rules(&mut self, header: &Header<'_>, settings: SettingsId, first: u32) {
        let rules = first..self.unit.staged_rules.len() as u32;
        let Some(name) = header.name.as_ref().filter(|_| !rules.is_empty() && header.presence.is_certain()) else {
            return;
        };
        let name = self.text(name);
        let last = self.unit.pools.len().checked_sub(1).map(|index| PoolId(index as u32));
        let pool = last.filter(|_| header.word != "frontend");
        self.unit.rule_sections.push(RuleSection { name, header: header.span, settings, pool, rules });
    }

    fn finish_listener(
        &mut self,
        header: &Header<'_>,
        draft: &Draft,
        body: Body,
        settings: SettingsId,
        source: RouteSource,
    ) {
        let Some(name) = &header.name else { return };
        let text = self.text(name);
        if header.word == "frontend" {
            self.define_section(Namespace::Listener, name, text, self.unit.listeners.len() as u32, header.presence);
        }
        let presence = header.presence;
        self.unit.computed_routes |= body.filled_in.is_some();
        if let RouteSource::Listener(id) = source {
            self.finish_page(draft, Door::Listener(id));
            self.unit.operations.guarded.extend((draft.stats.asks || draft.stats.page_asks).then_some(id));
            self.unit.drills.extend(body.drills.of(DrillOf::Listener(id)));
        }
        match draft.default_pool {
            Some((pool, at)) => self.default_route(source, pool, at, presence),
            None if header.word == "listen" => self.own_route(source, text, header),
            None => {}
        }
        self.unit.listeners.push(Listener {
            name: text,
            header: header.span,
            binds: body.binds,
            settings,
            clients: body.told.clients,
            fronts: Vec::new(),
            connections: draft.connections,
            client_timeout: draft.settings.timeouts.client,
            presence,
            always_healthy: draft.monitor.filter(|_| !body.monitored),
            disabled: draft.disabled,
            logging: draft.log.logging(),
            answers_itself: draft.answers_itself,
        });
    }

    /// A `backend` has no use for `default_backend`, but the pool that it names must exist (measured, 2.6.12).
    fn refer_to_idle_default(&mut self, header: &Header<'_>, draft: &Draft) {
        let Some((name, at)) = draft.default_pool.filter(|_| header.word == "backend") else { return };
        if let (Some(text), crate::model::OriginKind::Written) = (name.get(), name.origin.kind) {
            let value = Ok(self.read(*text).to_owned().into());
            self.reference(Namespace::Pool, 0, &Argument { span: text.0, value }, at);
        }
    }

    fn default_route(&mut self, from: RouteSource, pool: Fact<Text>, at: Span, presence: Presence) {
        let value = match pool.value {
            crate::model::Value::Known(text) => Ok(self.read(text).to_owned().into()),
            crate::model::Value::Unknown(_) => Err(crate::validate::haproxy::Unread::Variable),
        };
        let to = self.destination(&Argument { span: pool.origin.at, value }, at);
        self.unit.routes.push(Route {
            from,
            kind: RouteKind::Default,
            at,
            scope: 0,
            to,
            guard: Guard::Always,
            presence,
            hosts: None,
            total: None,
            forwarding: None,
        });
    }

    /// A `listen` section sends to its own servers what no rule took.
    fn own_route(&mut self, from: RouteSource, name: Text, header: &Header<'_>) {
        let own = self.unit.pools.len().checked_sub(1).map(|index| PoolId(index as u32));
        let to = crate::model::Destination::Pool(name, own);
        let (at, presence) = (header.span, header.presence);
        self.unit.routes.push(Route {
            from,
            kind: RouteKind::Own,
            at,
            scope: 0,
            to,
            guard: Guard::Always,
            presence,
            hosts: None,
            total: None,
            forwarding: None,
        });
    }

    fn define_section(&mut self, namespace: Namespace, name: &Argument<'_>, text: Text, item: u32, presence: Presence) {
        let Some(value) = name.known() else { return };
        let earlier = self.define(Definition { namespace, scope: 0, name: text, references: 0, item }, value);
        if let Some(earlier) = earlier.filter(|_| presence.is_certain()) {
            let kind = Kind::DuplicateName { what: namespace.phrase(), first: earlier.name.0 };
            self.diagnostics.push(Diagnostic::new(text.0, kind));
        }
    }
}

impl Body {
    fn new() -> Self {
        Self {
            binds: Vec::new(),
            completeness: Completeness::Complete,
            chosen: Chosen::default(),
            sticks: None,
            told: Told::default(),
            needs_table: None,
            has_table: false,
            offers: Offers::default(),
            monitored: false,
            pins: Pins::default(),
            drills: Drills::default(),
            filled_in: None,
        }
    }
}

/// From the header to the next section's header, or to the end of the text.
fn extent(section: &Section, part: &Part<'_>, header: Span) -> Span {
    let next = part.tree.statements.get(section.body.end as usize);
    Span::new(header.start, next.map_or(part.view.span().end, |statement| statement.span.start))
}
