//! Pools that nobody declares: a host in a pass directive is one, made of whatever addresses its name has.

use super::argument::Argument;
use super::settings::{pool_settings, target_settings};
use super::{Lowering, Network};
use crate::grammar::rules::RuleId;
use crate::model::{
    Address, AdministrativeState, Completeness, Count, Fact, Mode, Origin, Pool, PoolId, PoolKind, PoolSettings,
    Presence, Target, TargetSettings, Value, Why,
};
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
    /// A template fills it in: it may be the name of an upstream, with servers and settings of its own.
    pub(super) may_be_declared: bool,
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
        let mut settings = pool_settings(header, mode, self.input.version);
        if host.may_be_declared {
            forget_what_upstreams_set(&mut settings);
        }
        let settings = self.store_settings(&settings);
        let name = self.part_text(argument, host.text);
        let pool = Pool::new(name, PoolKind::Implicit, header, targets..targets + 1, settings);
        self.unit.pools.push(match argument.value {
            Ok(_) => pool,
            Err(why) => {
                let whole = if host.may_be_declared {
                    Completeness::Incomplete(why, argument.span)
                } else {
                    Completeness::Complete
                };
                Pool { completeness: whole, presence: self.presence(place, None), ..pool }
            }
        });
        id
    }

    fn implicit_target(&mut self, argument: &Argument<'_>, host: Host<'_>, statement: Span) {
        let address = match argument.value {
            Ok(_) => self.address(host.text, argument, AddressPlace::Plain, host.default_port),
            Err(why) => self.address_in_part(argument, why),
        };
        let name = self.part_text(argument, host.text);
        let mut settings = target_settings();
        let mut weight = Fact::known(1, Origin::default(Span::default(), RuleId::NGINX_WEIGHT));
        if let Err(why) = argument.value {
            forget_what_parameters_set(&mut settings, &mut weight, why, host.may_be_declared);
        }
        if host.at_run_time && matches!(address, Address::Host(..)) {
            settings.resolved_at_run_time = Fact::known(true, Origin::written(Span::default()));
        }
        let count = match address {
            Address::Unknown(_) if !is_one_place(host.text) => Count::AtLeastOne,
            address => self.count(address),
        };
        self.unit.targets.push(Target {
            name,
            address,
            // Where the word stands; in a composed name the whole word.
            address_at: if name.0.is_empty() { argument.span } else { name.0 },
            statement,
            weight,
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

/// Whether a host of which only the rest is filled in is one place: an address, or a socket.
fn is_one_place(text: &str) -> bool {
    let host = text.split(':').next().unwrap_or_default();
    host == "unix" || host.parse::<std::net::Ipv4Addr>().is_ok()
}

/// Leaves open what the upstream of a name that is not known may set.
fn forget_what_upstreams_set(settings: &mut PoolSettings) {
    fn forget<T>(fact: &mut Fact<T>) {
        fact.value = Value::Unknown(Why::Template);
    }
    forget(&mut settings.policy);
    forget(&mut settings.hash_type);
    forget(&mut settings.probe);
    forget(&mut settings.keepalive);
    forget(&mut settings.shared_state);
    forget(&mut settings.affinity);
    forget(&mut settings.saved_state);
    forget(&mut settings.timeouts.queue);
}

/// A name that is filled in may hold a variable; the servers of an upstream have parameters of their own.
fn forget_what_parameters_set(settings: &mut TargetSettings, weight: &mut Fact<u32>, why: Why, may_be_declared: bool) {
    fn forget<T>(fact: &mut Fact<T>, why: Why) {
        fact.value = Value::Unknown(why);
    }
    forget(&mut settings.resolved_at_run_time, why);
    if may_be_declared {
        forget(weight, why);
        forget(&mut settings.checked, why);
        forget(&mut settings.connections, why);
        forget(&mut settings.ejected_after, why);
        forget(&mut settings.ejected_for, why);
        forget(&mut settings.slow_start, why);
        forget(&mut settings.cookie, why);
    }
}
