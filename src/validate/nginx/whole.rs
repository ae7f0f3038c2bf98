//! What a unit as a whole has wrong although each of its statements is right: what stands twice, what is missing.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::location::{Matching, matching};
use super::placement::is_unknown;
use crate::diagnostic::{Diagnostic, Kind};
use crate::grammar::nginx::{ContextSet, Directive, DirectiveId, Grammar};
use crate::source::Span;
use crate::syntax::nginx::values::{Host, Place as Position, parse_address};
use crate::syntax::nginx::{MountId, Mounts, Place, Statement, StatementKind, Statements};

/// Says what the program refuses because of several statements of a unit together. Of a fragment nothing is said that
/// depends on what is not there.
pub fn repeated(mounts: &Mounts<'_>, grammar: &Grammar, diagnostics: &mut Vec<Diagnostic>) {
    let mut walk = Walk {
        mounts,
        grammar,
        diagnostics,
        names: Names::new(grammar),
        seen: Vec::new(),
        keys: HashMap::default(),
        blocks: Vec::new(),
        count: 0,
        root: None,
        zoned: Vec::new(),
        fork: false,
    };
    walk.run();
}

/// What gets a look of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Server,
    Listen,
    Location,
    Upstream,
    /// A method without backups: `ip_hash`, `hash`, `random`.
    Method,
    /// A method with backups: `least_conn`, `least_time`.
    OtherMethod,
    /// What a stream server does with a connection: `proxy_pass`, `return`, `pass`.
    Handler,
    Events,
    Zone,
    /// A file that is not here.
    Include,
    /// `http`, `stream`.
    Protocol,
}

/// What is known of the directives and contexts that matter here.
struct Names {
    by_directive: Vec<Option<Role>>,
    upstreams: ContextSet,
    stream_server: ContextSet,
    server: ContextSet,
    main: ContextSet,
}

const ROLES: &[(&str, Role)] = &[
    ("server", Role::Server),
    ("listen", Role::Listen),
    ("location", Role::Location),
    ("upstream", Role::Upstream),
    ("ip_hash", Role::Method),
    ("hash", Role::Method),
    ("random", Role::Method),
    ("least_conn", Role::OtherMethod),
    ("least_time", Role::OtherMethod),
    ("proxy_pass", Role::Handler),
    ("return", Role::Handler),
    ("pass", Role::Handler),
    ("include", Role::Include),
    ("events", Role::Events),
    ("zone", Role::Zone),
    ("http", Role::Protocol),
    ("stream", Role::Protocol),
];

impl Names {
    fn new(grammar: &Grammar) -> Self {
        let mut by_directive = Vec::new();
        for (name, role) in ROLES {
            let Some(id) = grammar.directive(name) else { continue };
            let index = usize::from(id.0);
            by_directive.resize(by_directive.len().max(index + 1), None);
            by_directive.get_mut(index).into_iter().for_each(|slot| *slot = Some(*role));
        }
        let set =
            |names: &[&str]| names.iter().fold(ContextSet::default(), |set, name| set.with(grammar.context(name)));
        Self {
            by_directive,
            upstreams: set(&["upstream", "stream_upstream"]),
            stream_server: set(&["stream_server"]),
            server: set(&["server"]),
            main: set(&["main"]),
        }
    }

    #[inline]
    fn role(&self, directive: DirectiveId) -> Option<Role> {
        self.by_directive.get(usize::from(directive.0)).copied().flatten()
    }

    /// Whether something must stand in such a block.
    fn has_needs(&self, contexts: ContextSet) -> bool {
        contexts.and(self.upstreams) == contexts || contexts == self.stream_server || contexts == self.main
    }
}

/// A block whose statements are being walked.
struct Block<'m, 'a> {
    statements: Statements<'m, 'a>,
    contexts: ContextSet,
    /// The words of its header.
    header: Span,
    /// Its mount, and all of it.
    extent: Option<(MountId, Span)>,
    /// Which block it is, for the keys of what must differ in it.
    number: u32,
    /// Where its unique directives begin among those seen.
    first_seen: usize,
    /// What it holds.
    content: Content,
}

/// Something that a block may hold or be.
#[derive(Clone, Copy)]
enum Mark {
    /// The method does not know backups (as of the statement read last).
    WithoutBackups = 1,
    /// What handles connections.
    Handler = 2,
    Listen = 4,
    /// Some `listen` is for TLS.
    Tls = 8,
    /// A shared `zone`, which nginx Plus and Angie can fill at run time.
    Zone = 16,
    Events = 32,
    /// Something may bring in what is not seen: a file that is not here, a module, a template.
    Open = 64,
}

/// What a block holds, as far as something depends on it.
#[derive(Clone, Copy, Default)]
struct Content {
    servers: u32,
    backups: u32,
    marks: u8,
    /// `http` or `stream` (its header).
    protocol: Option<Span>,
}

impl Content {
    const fn has(self, mark: Mark) -> bool {
        self.marks & mark as u8 != 0
    }

    const fn set(&mut self, mark: Mark, on: bool) {
        self.marks = if on { self.marks | mark as u8 } else { self.marks & !(mark as u8) };
    }
}

/// What must differ in a block: its number, what it is, and its name.
type Key<'a> = (u32, &'static str, Cow<'a, str>);

struct Walk<'m, 'a, 'o> {
    mounts: &'m Mounts<'a>,
    grammar: &'m Grammar,
    diagnostics: &'o mut Vec<Diagnostic>,
    names: Names,
    /// The unique directives of the blocks around, each block's after those of the one around it.
    seen: Vec<(DirectiveId, MountId, Span)>,
    /// What must differ in a block, and where it stood first.
    keys: HashMap<Key<'a>, (MountId, Span), foldhash::fast::RandomState>,
    blocks: Vec<Block<'m, 'a>>,
    count: u32,
    /// The root whose statements are being walked.
    root: Option<MountId>,
    /// Upstreams with a zone and without servers (their headers).
    zoned: Vec<Span>,
    /// A directive that only nginx Plus or a fork has.
    fork: bool,
}

const NO_SERVER: &str = "a `server`";

impl<'m, 'a> Walk<'m, 'a, '_> {
    fn run(&mut self) {
        let statements = self.mounts.roots();
        self.enter(statements, ContextSet::UNKNOWN, Span::default(), None);
        while let Some(block) = self.blocks.last_mut() {
            match block.statements.next() {
                Some(place) => self.statement(place),
                None => self.leave(),
            }
        }
        self.say_empty_zones();
    }

    fn enter(&mut self, statements: Statements<'m, 'a>, contexts: ContextSet, header: Span, place: Option<Place>) {
        self.count += 1;
        let extent = place.and_then(|place| {
            let statement = self.mounts.get(place.mount)?.tree.get(place.statement)?;
            Some((place.mount, statement.span))
        });
        self.blocks.push(Block {
            statements,
            contexts,
            header,
            extent,
            number: self.count,
            first_seen: self.seen.len(),
            content: Content::default(),
        });
    }

    /// An upstream with a zone and without servers is refused by open-source nginx alone.
    fn say_empty_zones(&mut self) {
        let zoned = std::mem::take(&mut self.zoned);
        if !self.fork {
            let say = |header| Diagnostic::new(header, Kind::Incomplete(NO_SERVER.into()));
            self.diagnostics.extend(zoned.into_iter().map(say));
        }
    }

    fn statement(&mut self, place: Place) {
        let Some(mount) = self.mounts.get(place.mount) else { return };
        let Some(statement) = mount.tree.get(place.statement) else { return };
        let depth = self.blocks.len();
        if depth == 1 {
            self.follow_root(place.mount, mount.contexts);
        }
        let Some(block) = self.blocks.last_mut() else { return };
        let contexts = block.contexts;
        if matches!(statement.kind(), StatementKind::Entry) || is_unknown(contexts) {
            return;
        }
        let directive = DirectiveId(statement.keyword.0);
        let rows = self.grammar.rows(directive);
        let is_stock = rows.iter().any(|row| row.edition == "oss" && row.contexts.meets(contexts));
        if !is_stock || self.names.role(directive) == Some(Role::Include) {
            block.content.set(Mark::Open, true);
        }
        self.fork |= !is_stock && !rows.is_empty();
        if rows.iter().any(|row| row.is_unique && row.contexts.meets(contexts)) {
            self.unique(directive, rows, contexts, place);
        }
        if let Some(role) = self.names.role(directive) {
            self.role(role, contexts, statement, place);
        }
        if statement.has_body() {
            let inside = self.inside(directive, contexts);
            let statements = self.mounts.children(place);
            let header = mount.tree.header(mount.view, place.statement);
            self.enter(statements, inside, header, Some(place));
        }
    }

    /// Begins a new outermost block where the statements of another root begin: roots are not one file.
    fn follow_root(&mut self, mount: MountId, contexts: ContextSet) {
        let parent = |id: &MountId| self.mounts.get(*id)?.parent.map(|place| place.mount);
        let root = std::iter::successors(Some(mount), parent).last();
        if root == self.root {
            return;
        }
        let before = std::mem::replace(&mut self.root, root);
        let Some(statements) = self.blocks.last().map(|block| block.statements.clone()) else { return };
        if before.is_some() {
            self.leave();
        } else {
            self.blocks.clear();
        }
        self.enter(statements, contexts, Span::default(), None);
    }

    /// The contexts that a block makes.
    fn inside(&self, directive: DirectiveId, contexts: ContextSet) -> ContextSet {
        let openings = self.grammar.openings(self.grammar.name(directive));
        let inside = openings.filter(|(_, within)| within.meets(contexts));
        let inside = inside.fold(ContextSet::default(), |set, (context, _)| set.with(context));
        if inside.is_empty() { ContextSet::UNKNOWN } else { inside }
    }

    /// A directive that some context takes only once.
    fn unique(&mut self, directive: DirectiveId, rows: &[Directive], contexts: ContextSet, place: Place) {
        let known = rows.iter().fold(ContextSet::default(), |set, row| set.or(row.contexts)).and(contexts);
        let unique =
            rows.iter().filter(|row| row.is_unique).fold(ContextSet::default(), |set, row| set.or(row.contexts));
        let (Some(block), Some(mount)) = (self.blocks.last(), self.mounts.get(place.mount)) else { return };
        if known.and(unique) != known {
            return;
        }
        let name = mount.tree.words(mount.view, place.statement).next().map(|word| word.span).unwrap_or_default();
        let before = self.seen.get(block.first_seen..).unwrap_or_default();
        match before.iter().find(|(id, ..)| *id == directive).copied() {
            None => self.seen.push((directive, place.mount, name)),
            Some((_, first_mount, first)) => self.repeat(first_mount, first, place.mount, name),
        }
    }

    /// Says that something stands twice, unless the two may be alternatives of a template.
    fn repeat(&mut self, first_mount: MountId, first: Span, mount: MountId, second: Span) {
        let masked = |id: MountId| self.mounts.get(id).is_some_and(|mount| !mount.view.masks.is_empty());
        if !masked(first_mount) && !masked(mount) {
            self.diagnostics.push(Diagnostic::new(second, Kind::Repeated(first)));
        }
    }

    /// What a directive means for the block around it.
    fn role(&mut self, role: Role, contexts: ContextSet, statement: &Statement, place: Place) {
        let Some(mount) = self.mounts.get(place.mount) else { return };
        let names = &self.names;
        let is_pool = contexts.and(names.upstreams) == contexts;
        let Some(content) = self.blocks.last_mut().map(|block| &mut block.content) else { return };
        match role {
            Role::Server if is_pool => {
                content.servers += 1;
                if mount.view.slice(statement.span).contains("backup") {
                    self.backup(place);
                }
            }
            Role::Method if is_pool => content.set(Mark::WithoutBackups, true),
            Role::OtherMethod if is_pool => content.set(Mark::WithoutBackups, false),
            Role::Handler => content.set(Mark::Handler, true),
            Role::Zone => content.set(Mark::Zone, true),
            Role::Events => content.set(Mark::Events, true),
            Role::Protocol => {
                content.protocol = content.protocol.or(Some(mount.tree.header(mount.view, place.statement)));
            }
            Role::Listen => {
                content.set(Mark::Listen, true);
                self.listen(contexts, place);
            }
            Role::Location => self.location(place),
            Role::Upstream => self.upstream(place),
            _ => {}
        }
    }

    /// A server that may be a backup.
    fn backup(&mut self, place: Place) {
        let (Some(mount), Some(block)) = (self.mounts.get(place.mount), self.blocks.last_mut()) else { return };
        let mut words = mount.tree.words(mount.view, place.statement).skip(2);
        let Some(word) = words.find(|word| word.text(mount.view) == "backup") else { return };
        block.content.backups += 1;
        if block.content.has(Mark::WithoutBackups) {
            let why = "the balancing method written above it knows no `backup` servers";
            self.diagnostics.push(Diagnostic::new(word.span, Kind::Conflict(why.into())));
        }
    }

    fn listen(&mut self, contexts: ContextSet, place: Place) {
        let protocols = self.names.server.or(self.names.stream_server);
        let Some(mount) = self.mounts.get(place.mount).filter(|_| contexts.and(protocols) == contexts) else { return };
        let words: Vec<_> = mount.tree.words(mount.view, place.statement).collect();
        let value = |at: usize| words.get(at).and_then(|word| word.value(mount.view).known());
        let (Some(address), Some(span)) = (value(1), words.get(1).map(|word| word.span)) else { return };
        let tls = (2..words.len()).any(|at| value(at).as_deref() == Some("ssl"));
        if let Some(block) = self.blocks.last_mut().filter(|_| tls) {
            block.content.set(Mark::Tls, true);
        }
        let datagrams = (2..words.len()).any(|at| value(at).is_some_and(|word| matches!(&*word, "udp" | "quic")));
        let what = if datagrams { "listen to datagrams" } else { "listen" };
        self.claim(0, what, Cow::Owned(socket(&address)), place.mount, span);
    }

    fn location(&mut self, place: Place) {
        let Some(mount) = self.mounts.get(place.mount) else { return };
        let mut words = mount.tree.words(mount.view, place.statement).skip(1);
        let (Some(first), second) = (words.next(), words.next()) else { return };
        let span = second.map_or(first.span, |second| second.span);
        let Some(first) = first.value(mount.view).known() else { return };
        let second = match second.map(|word| word.value(mount.view).known()) {
            Some(None) => return,
            second => second.flatten(),
        };
        let (what, path) = match matching(&first, second.as_deref()) {
            Some(Matching::Exact(path)) => ("exact location", path.to_owned()),
            Some(Matching::Prefix(path)) => ("location", path.to_owned()),
            // Of equal regular expressions and equal names the program says nothing.
            _ => return,
        };
        self.claim(0, what, Cow::Owned(path), place.mount, span);
    }

    fn upstream(&mut self, place: Place) {
        let Some(mount) = self.mounts.get(place.mount) else { return };
        let Some(word) = mount.tree.words(mount.view, place.statement).nth(1) else { return };
        let Some(name) = word.value(mount.view).known() else { return };
        let is_lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
        let name = if is_lower { name } else { Cow::Owned(name.to_ascii_lowercase()) };
        self.claim(1, "upstream", name, place.mount, word.span);
    }

    /// Takes a name in the block; complains if it is taken. `named` is 1 for what is called by its name elsewhere.
    fn claim(&mut self, named: u8, what: &'static str, name: Cow<'a, str>, mount: MountId, span: Span) {
        let Some(block) = self.blocks.last().map(|block| block.number) else { return };
        match self.keys.entry((block, what, name)) {
            Entry::Vacant(entry) => drop(entry.insert((mount, span))),
            Entry::Occupied(entry) => {
                let (first_mount, first) = *entry.get();
                if named == 0 {
                    self.repeat(first_mount, first, mount, span);
                } else if self.mounts.get(mount).is_some_and(|mount| mount.view.masks.is_empty()) {
                    self.diagnostics.push(Diagnostic::new(span, Kind::DuplicateName { what, first }));
                }
            }
        }
    }

    fn leave(&mut self) {
        let Some(block) = self.blocks.pop() else { return };
        self.seen.truncate(block.first_seen);
        let masked = block.extent.and_then(|(id, span)| Some(self.mounts.get(id)?.view.is_masked(span)));
        // A fragment's own statements are not all of their block.
        let is_whole = block.extent.is_some() || block.contexts == self.names.main;
        if is_whole && self.names.has_needs(block.contexts) && !block.content.has(Mark::Open) && masked != Some(true) {
            self.needs(&block);
        }
    }

    /// What a block must hold.
    fn needs(&mut self, block: &Block<'_, '_>) {
        let content = block.content;
        let (at, what) = if block.contexts == self.names.main {
            match content.protocol {
                Some(protocol) if !content.has(Mark::Events) => (protocol, "an `events` block"),
                _ => return,
            }
        } else if block.contexts == self.names.stream_server {
            // Newer versions' own tests have servers that end after the TLS handshake.
            match (content.has(Mark::Handler) || content.has(Mark::Tls), content.has(Mark::Listen)) {
                (false, _) => (block.header, "`proxy_pass` or another directive that handles its connections"),
                (true, false) => (block.header, "`listen`"),
                (true, true) => return,
            }
        } else if content.servers == 0 {
            if content.has(Mark::Zone) {
                return self.zoned.push(block.header);
            }
            (block.header, NO_SERVER)
        } else if content.servers == content.backups {
            (block.header, "a `server` that is no backup")
        } else {
            return;
        };
        self.diagnostics.push(Diagnostic::new(at, Kind::Incomplete(what.into())));
    }
}

/// An address to listen on, in one form for all ways to write it.
fn socket(text: &str) -> String {
    const HTTP: u16 = 80;
    match parse_address(text, Position::Listen) {
        Ok(address) => {
            let (first, last) = address.ports.unwrap_or((HTTP, HTTP));
            match address.host {
                Host::Any => format!("0.0.0.0:{first}-{last}"),
                Host::Ip(ip) => format!("{ip}:{first}-{last}"),
                Host::Name(_) | Host::Unix(_) => text.to_owned(),
            }
        }
        Err(_) => text.to_owned(),
    }
}
