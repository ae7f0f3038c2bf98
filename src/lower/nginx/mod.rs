//! nginx to the model: pools and variables of a whole `http` or `stream` first, then the routes that lead to them.

mod address;
mod argument;
mod cache_key;
mod caching;
mod check_module;
mod clients;
mod comments;
mod filled_in;
mod forwarding;
mod health;
mod hosts;
mod implicit;
mod listener;
mod logging;
mod names;
mod needs;
mod pass;
mod policy;
mod roles;
mod scope;
mod server;
mod settings;
mod upstream;
mod variables;
mod walk;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Answers;
use super::cache::SettingsCache;
use crate::diagnostic::Diagnostic;
use crate::grammar::nginx::Grammar;
use crate::model::{CacheZone, File, Forwarding, ForwardingId, PoolId, Unit};
use crate::source::{Dialect, Sources, Span, Version};
use crate::syntax::nginx::Mounts;

pub use roles::Roles;
use scope::Scope;
use variables::Variables;

/// What a unit is made from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// All texts.
    pub sources: &'a Sources,
    /// The files as the program loads them.
    pub mounts: &'a Mounts<'a>,
    /// The grammar.
    pub grammar: &'a Grammar,
    /// What is done with its directives.
    pub roles: &'a Roles,
    /// The version that will run it.
    pub version: Version,
    /// The unit's files.
    pub files: &'a [File],
    /// It is only part of a configuration, or a file that it includes is not known.
    pub fragment: bool,
    /// What names of hosts stand for.
    pub answers: &'a Answers,
}

/// For how many unknown names the nearest known one is looked up.
const SUGGESTIONS: usize = 20;

/// In which of the two worlds of names a statement stands; they share nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Network {
    /// `http`: requests.
    Http,
    /// `stream`: connections and datagrams.
    Stream,
}

/// Turns the files of a unit into the model. What the program refuses about names becomes diagnostics.
pub fn lower(input: Input<'_>, diagnostics: &mut Vec<Diagnostic>) -> Unit {
    let mut unit = Unit::new(Dialect::Nginx, input.version);
    unit.files = input.files.to_vec();
    unit.fragment = input.fragment;
    unit.headless = input.fragment;
    let mut lowering = Lowering {
        input,
        diagnostics,
        unit,
        scopes: Vec::new(),
        cache: SettingsCache::default(),
        parameters: FxHashMap::default(),
        forwardings: FxHashMap::default(),
        variables: Variables::default(),
        implicit: FxHashMap::default(),
        listener: None,
        hosts: None,
        zones: FxHashMap::default(),
        zones_open: false,
        log_formats: FxHashMap::default(),
        unknown_zones: FxHashSet::default(),
        passes_part_of_request: false,
        network: Network::Http,
        fallbacks: FxHashSet::default(),
        answered: None,
        suggestions: SUGGESTIONS,
    };
    lowering.read();
    lowering.finish()
}

/// The state of one unit's lowering.
struct Lowering<'a, 'o> {
    input: Input<'a>,
    diagnostics: &'o mut Vec<Diagnostic>,
    unit: Unit,
    /// The blocks that are open, the innermost last.
    scopes: Vec<Scope<'a>>,
    cache: SettingsCache,
    /// Parameters of servers by their text.
    parameters: FxHashMap<&'a str, server::Parameters>,
    forwardings: FxHashMap<Forwarding, ForwardingId>,
    variables: Variables<'a>,
    /// Pools that pass directives make, by network and address in lower case.
    implicit: FxHashMap<(Network, String), PoolId>,
    /// The listener whose block is open.
    listener: Option<crate::model::ListenerId>,
    /// How many names the open `server` has, where all of them are written out.
    hosts: Option<u32>,
    /// The caches that the unit makes, by the family that they are for and their names.
    zones: FxHashMap<(roles::Family, String), CacheZone>,
    /// There may be others.
    zones_open: bool,
    /// What log formats write; `None` where a part of one is not known.
    log_formats: FxHashMap<(Network, String), Option<String>>,
    /// Names of caches that nothing makes, where they are complained of.
    unknown_zones: FxHashSet<Span>,
    /// The pass directive at hand composes what it asks for: the request as it came is not all that counts.
    passes_part_of_request: bool,
    network: Network,
    /// Locations of the open `server` that only errors lead to.
    fallbacks: FxHashSet<String>,
    /// The `return` by which the open `server` answers all requests before any location is asked.
    answered: Option<Span>,
    /// For how many unknown names the nearest known one is still looked up.
    suggestions: usize,
}

impl Network {
    /// The scope of its names.
    const fn scope(self) -> u32 {
        match self {
            Self::Http => 0,
            Self::Stream => 1,
        }
    }
}
