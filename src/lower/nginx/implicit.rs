//! Pools that nobody declares: a host in a pass directive is one, made of whatever addresses its name has.

use super::argument::Argument;
use super::settings::{pool_settings, target_settings};
use super::{Lowering, Network};
use crate::grammar::rules::RuleId;
use crate::model::{Address, AdministrativeState, Fact, Mode, Origin, Pool, PoolId, PoolKind, Presence, Target};
use crate::source::Span;
use crate::syntax::nginx::Place;
use crate::syntax::nginx::values::Place as AddressPlace;

/// A host as a pass directive names it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Host<'t> {
    /// Host and port as written.
    pub(super) text: &'t str,
    /// The port that counts where none is written.
    pub(super) default_port: Option<u16>,
    /// The name is looked up for each request, because a variable is part of the word.
    pub(super) at_run_time: bool,
}

impl Lowering<'_, '_> {
    /// The pool of a host: the same host and port make one pool.
    pub(super) fn implicit_pool(&mut self, place: Place, argument: &Argument<'_>, host: Host<'_>) -> PoolId {
        let key = format!("{}\u{0}{:?}\u{0}{}", host.text.to_ascii_lowercase(), host.default_port, host.at_run_time);
        if let Some(pool) = self.implicit.get(&(self.network, key.clone())) {
            return *pool;
        }
        let id = PoolId(self.unit.pools.len() as u32);
        self.implicit.insert((self.network, key), id);
        let header = self.header(place);
        let targets = self.unit.targets.len() as u32;
        self.implicit_target(argument, host, header);
        let mode = if self.network == Network::Http { Mode::Http } else { Mode::Tcp };
        let settings = self.store_settings(&pool_settings(header, mode, self.input.version));
        let name = self.part_text(argument, host.text);
        self.unit.pools.push(Pool::new(name, PoolKind::Implicit, header, targets..targets + 1, settings));
        id
    }

    fn implicit_target(&mut self, argument: &Argument<'_>, host: Host<'_>, statement: Span) {
        let address = self.address(host.text, argument, AddressPlace::Plain, host.default_port);
        let name = self.part_text(argument, host.text);
        let mut settings = target_settings();
        if host.at_run_time && matches!(address, Address::Host(..)) {
            settings.resolved_at_run_time = Fact::known(true, Origin::written(Span::default()));
        }
        let count = self.count(address);
        self.unit.targets.push(Target {
            name,
            address,
            // Where the word stands; in a composed name the whole word.
            address_at: if name.0.is_empty() { argument.span } else { name.0 },
            statement,
            weight: Fact::known(1, Origin::default(Span::default(), RuleId::NGINX_WEIGHT)),
            tier: 0,
            state: AdministrativeState::Up,
            presence: Presence::Always,
            count,
            settings: self.cache.id(&settings, &mut self.unit.target_settings),
            number: 1,
            numbered: false,
        });
    }
}
