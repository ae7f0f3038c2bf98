//! The administration interface, and the routes that lead to it.

use super::Lowering;
use super::resources::Resources;
use crate::model::{Address, Door, Fact, Grant, Interface, InterfaceKind, ListenerId, Origin, Pool, Port, WayIn};
use crate::source::Span;
use crate::syntax::envoy::Message;

/// Paths of the administration interface that take the program, or a target, out of service.
const DANGEROUS: [&str; 5] = ["/quitquitquit", "/healthcheck/fail", "/drain_listeners", "/runtime_modify", "/logging"];

/// Words of filters and settings that ask who it is, or may turn somebody away.
const ASKING: [&str; 14] = [
    "authz",
    "authn",
    "basic_auth",
    "oauth",
    "rbac",
    "jwt",
    ".lua",
    "wasm",
    "ext_proc",
    "golang",
    "require_client_certificate",
    "source_prefix_ranges",
    "remote_ip",
    "csrf",
];

impl<'a> Lowering<'a, '_> {
    /// The administration interface of the bootstrap.
    pub(super) fn administration(&mut self, resources: &Resources<'a>) {
        let Some(admin) = resources.administration else { return };
        let Some(place) = admin.field("address") else { return };
        let (address, at) = if place.is_mapping() { self.address(&place) } else { self.url(&place) };
        let grants = Fact::known(Grant::Administrate, Origin::written(at));
        let asks = admin.field("allow_paths").is_some() || self.keeps_users_out(address, &place);
        let (kind, door) = (InterfaceKind::Server, Door::Address(address));
        self.unit.operations.interfaces.push(Interface { kind, at, door, grants, asks });
    }

    /// Whether the file of a socket lets only some users of the machine connect. Measured (1.40.0): without `mode`, or with 0,
    /// it has the permissions that the program makes files with; a name that begins with `@` has no file at all.
    fn keeps_users_out(&self, address: Address, place: &Message<'_>) -> bool {
        let Address::Socket(path) = address else { return false };
        let is_file = !self.unit.texts.get(path, self.input.sources).starts_with('@');
        let mode = place.path(&["pipe", "mode"]).and_then(|mode| mode.integer());
        is_file && mode.is_none_or(|mode| mode & 0o002 == 0)
    }

    /// Finds the clusters whose endpoint is the administration interface; who may enter its file is no matter to this proxy.
    pub(super) fn find_administration_clusters(&mut self, resources: &Resources<'a>) {
        let is_limited = resources.administration.is_some_and(|admin| admin.field("allow_paths").is_some());
        let first = self.unit.operations.interfaces.first().filter(|_| !is_limited);
        let Some(Interface { door: Door::Address(door), .. }) = first else { return };
        let local = |address: &Address| self.is_same(address, door);
        let leads = |pool: &&Pool| self.unit.targets_of(pool).iter().any(|target| local(&target.address));
        let pools = self.unit.pools.iter().filter(leads);
        let names = pools.map(|pool| self.unit.texts.get(pool.name, self.input.sources).to_owned()).collect();
        self.administration_clusters = names;
    }

    /// Whether a target is the interface: at its address, or on this machine at its port.
    fn is_same(&self, target: &Address, door: &Address) -> bool {
        let text = |text| self.unit.texts.get(text, self.input.sources);
        if let (Address::Socket(one), Address::Socket(other)) = (target, door) {
            return text(*one) == text(*other);
        }
        let (Some(Port::Number(port)), Some(Port::Number(other))) = (target.port(), door.port()) else { return false };
        let here = target.is_local()
            || matches!(target, Address::Any(_))
            || matches!(target, Address::Host(name, _) if text(*name).eq_ignore_ascii_case("localhost"));
        let there = matches!(door, Address::Any(_)) || door.is_local();
        port == other && (target == door || (here && there))
    }

    /// A route to the interface that lets any path through.
    pub(super) fn note_way_in(
        &mut self,
        from: ListenerId,
        condition: Option<&Message<'a>>,
        action: &Message<'a>,
        at: Span,
    ) {
        if self.administration_clusters.is_empty() || self.listener_asks {
            return;
        }
        let leads = action.text_of("cluster").is_some_and(|name| self.administration_clusters.contains(name.as_ref()));
        if leads && condition.is_none_or(|condition| lets_through(condition, action)) {
            self.unit.operations.ways_in.push(WayIn { at, from, to: 0 });
        }
    }

    /// Whether a listener asks who it is, anywhere: looked for only where it matters.
    pub(super) fn note_whether_asking(&mut self, listener: &Message<'a>) {
        self.listener_asks = !self.administration_clusters.is_empty() && {
            let text = self.input.sources.slice(listener.span()).to_ascii_lowercase();
            ASKING.iter().any(|word| text.contains(word))
        };
    }
}

/// Whether a route for a prefix, as it is rewritten, lets a dangerous path through.
fn lets_through(condition: &Message<'_>, action: &Message<'_>) -> bool {
    const ALLOWED: [&str; 3] = ["prefix", "case_sensitive", "path_separated_prefix"];
    let Some(prefix) = condition.any(&["prefix", "path_separated_prefix"]).and_then(|prefix| prefix.text()) else {
        return false;
    };
    let others = condition.is_mapping() && condition.entries().any(|(key, _)| !ALLOWED.contains(&key.as_ref()));
    if others || action.field("regex_rewrite").is_some() || action.field("path_rewrite_policy").is_some() {
        return false;
    }
    let rewritten = action.text_of("prefix_rewrite");
    let begins = rewritten.as_deref().unwrap_or(&prefix);
    DANGEROUS.iter().any(|path| path.starts_with(begins))
}
