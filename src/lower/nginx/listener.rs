//! `server { ... }` to a listener: its names, its addresses, and which locations only errors lead to.

use super::argument::Argument;
use super::roles::Role;
use super::settings::pool_settings;
use super::walk::Context;
use super::{Lowering, Network};
use crate::grammar::nginx::DirectiveId;
use crate::grammar::rules::RuleId;
use crate::model::{
    Address, Bind, Clients, Fact, Guard, Limit, Listener, ListenerId, Mode, Origin, Text, Timeout, Why,
};
use crate::source::Span;
use crate::syntax::nginx::Place;
use crate::syntax::nginx::values::Place as AddressPlace;

/// What the listener of a file is called that holds locations only: it stands in the file that includes this one.
const INCLUDING: &str = "(including server)";

impl Lowering<'_, '_> {
    /// One `server` block.
    pub(super) fn listener(&mut self, place: Place) {
        let children: Vec<Place> = self.input.mounts.children(place).collect();
        let id = self.push_listener(place, &children);
        let outside = self.listener.replace(id);
        self.hosts = self.count_hosts(&children);
        self.host_names(id, place, &children);
        let fallbacks = self.error_locations(&children).into_iter().collect();
        let outer = std::mem::replace(&mut self.fallbacks, fallbacks);
        self.answered = self.answer_to_all(place, &children);
        self.open(self.header(place), &children);
        self.block(&children, &Context::Outside);
        self.tell_clients(id, &children);
        self.close();
        self.fallbacks = outer;
        self.answered = None;
        self.listener = outside;
        self.hosts = None;
    }

    fn push_listener(&mut self, place: Place, children: &[Place]) -> ListenerId {
        let header = self.header(place);
        let mut name = None;
        let mut binds = Vec::new();
        for child in children {
            let Some(statement) = self.statement(*child) else { continue };
            match self.input.grammar.name(DirectiveId(statement.keyword.0)) {
                "server_name" => name = name.or_else(|| self.argument(*child)),
                "listen" => binds.extend(self.bind(*child)),
                _ => {}
            }
        }
        let named = name.filter(|name| name.known().is_some_and(|name| !name.is_empty() && name != "_"));
        let name = match (named, binds.first()) {
            (Some(name), _) => self.text(&name),
            (None, Some(bind)) => Text(bind.at),
            (None, None) => Text(header),
        };
        self.add_listener(name, header, binds)
    }

    /// How many names a `server` has; `None` if one of them stands for any number.
    fn count_hosts(&self, children: &[Place]) -> Option<u32> {
        let mut count = 0;
        for child in children {
            let Some(statement) = self.statement(*child) else { continue };
            if self.input.grammar.name(DirectiveId(statement.keyword.0)) != "server_name" {
                continue;
            }
            for name in self.arguments(*child) {
                // A placeholder that no client asks for, such as `_`, makes the block the one for all other names.
                name.known()
                    .filter(|name| name.len() > 1 && !name.starts_with('.') && !name.contains(['*', '~', '$']))?;
                count += 1;
            }
        }
        (count > 0).then_some(count)
    }

    fn add_listener(&mut self, name: Text, header: Span, binds: Vec<Bind>) -> ListenerId {
        let mode = if self.network == Network::Http { Mode::Http } else { Mode::Tcp };
        let settings = pool_settings(header, mode, self.input.version);
        let client_timeout = Fact::known(Timeout::After(60_000), Origin::default(header, RuleId::NGINX_TIMEOUT));
        let settings = self.store_settings(&settings);
        let id = ListenerId(self.unit.listeners.len() as u32);
        self.unit.listeners.push(Listener {
            name,
            header,
            binds,
            settings,
            clients: Clients::Untold,
            fronts: Vec::new(),
            connections: Fact::known(Limit::Unlimited, Origin::default(header, RuleId::NGINX_POOL_SETTING)),
            client_timeout,
            presence: self.presence_at(header),
            always_healthy: None,
            disabled: false,
            // The business of its locations.
            logging: Fact::unknown(Why::Unsupported, Origin::default(header, RuleId::NGINX_ACCESS_LOG)),
            answers_itself: true,
        });
        id
    }

    /// The open listener; a fragment that holds locations only gets one of its own.
    pub(super) fn listener_here(&mut self, place: Place) -> ListenerId {
        if let Some(id) = self.listener {
            return id;
        }
        let header = self.header(place);
        let name = self.unit.texts.compose(INCLUDING);
        let id = self.add_listener(name, header, Vec::new());
        self.listener = Some(id);
        id
    }

    /// `listen ADDRESS[:PORT] | PORT | unix:PATH`; the port is 80 where none is written.
    fn bind(&mut self, place: Place) -> Option<Bind> {
        let mut arguments = self.arguments(place);
        let argument = arguments.next()?;
        let parameters: Vec<Argument<'_>> = arguments.collect();
        let has = |wanted: &str| parameters.iter().any(|word| word.is(wanted));
        let datagrams = has("udp") || has("quic");
        let wrapped = has("ssl") || has("proxy_protocol");
        let address = match argument.known().map(str::to_owned) {
            None => Address::Unknown(Why::Template),
            Some(text) => self.address(&text, &argument, AddressPlace::Listen, Some(80)),
        };
        let takes_the_rest = has("default_server") || has("default");
        Some(Bind {
            address,
            at: argument.span,
            restricted: false,
            datagrams,
            wrapped,
            takes_the_rest,
            presence: self.presence(place, Some(self.header_of_block(place))),
        })
    }

    /// The locations that `error_page` leads to for errors of the pool.
    fn error_locations(&self, children: &[Place]) -> Vec<String> {
        let mut locations = Vec::new();
        for place in children {
            let Some(statement) = self.statement(*place) else { continue };
            match self.input.roles.of(statement.keyword) {
                Role::ErrorPage => locations.extend(self.error_location(*place)),
                Role::Location | Role::Inner if statement.has_body() => {
                    let inner: Vec<Place> = self.input.mounts.children(*place).collect();
                    locations.extend(self.error_locations(&inner));
                }
                _ => {}
            }
        }
        locations
    }

    /// `error_page 502 504 [=[CODE]] URI`, where all the codes are those of a server that fails.
    fn error_location(&self, place: Place) -> Option<String> {
        let words: Vec<Argument<'_>> = self.arguments(place).collect();
        let (uri, codes) = words.split_last()?;
        let code =
            |word: &Argument<'_>| word.known().is_some_and(|word| word.starts_with('5') || word.starts_with('='));
        codes.iter().all(code).then(|| uri.known().map(str::to_owned)).flatten()
    }

    /// `location /` takes what no other location does.
    pub(super) fn takes_the_rest(&self, place: Place) -> bool {
        let words: Vec<Argument<'_>> = self.arguments(place).collect();
        match words.as_slice() {
            [path] => path.is("/"),
            [modifier, path] => modifier.is("^~") && path.is("/"),
            _ => false,
        }
    }

    /// A `return` in the `server` itself runs before a location is looked for, in the order of its kin; what leaves these first
    /// lets requests through (1.22.1, and `ngx_http_rewrite_module`).
    fn answer_to_all(&self, server: Place, children: &[Place]) -> Option<Span> {
        let stays = |place: &Place| matches!(self.directive(*place), Some("return" | "set"));
        for place in children.iter().filter(|_| self.network == Network::Http) {
            match self.directive(*place)? {
                "return" => {
                    let is_certain = self.presence(*place, Some(self.header(server).start)).is_certain();
                    return is_certain.then(|| self.header(*place));
                }
                "break" | "rewrite" => return None,
                "if" if !self.input.mounts.children(*place).all(|inner| stays(&inner)) => return None,
                _ => {}
            }
        }
        None
    }

    fn directive(&self, place: Place) -> Option<&str> {
        Some(self.input.grammar.name(DirectiveId(self.statement(place)?.keyword.0)))
    }

    /// Which requests a location takes.
    pub(super) fn guard_of_location(&self, place: Place) -> Guard {
        let words: Vec<Argument<'_>> = self.arguments(place).collect();
        let path = words.last().and_then(Argument::known);
        // Errors lead to named locations without asking the `server` again.
        if let Some(answer) = self.answered.filter(|_| !path.is_some_and(|path| path.starts_with('@'))) {
            return Guard::Taken(answer);
        }
        let exact = words.len() > 1 && words.first().is_some_and(|word| word.is("="));
        let special = exact || path.is_some_and(|path| path.starts_with('@'));
        let fallback = special && path.is_some_and(|path| self.fallbacks.contains(path));
        Guard::When { at: self.rest(place), fallback }
    }
}
