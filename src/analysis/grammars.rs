//! The tables of the dialects, each read when a file first needs it.

use std::sync::OnceLock;

use crate::grammar::{envoy, haproxy, nginx};
use crate::lower::nginx::Roles;

/// The tables of the dialects, each read when a file first needs it.
#[derive(Debug, Default)]
pub(crate) struct Grammars {
    haproxy: OnceLock<haproxy::Grammar>,
    nginx: OnceLock<nginx::Grammar>,
    nginx_roles: OnceLock<Roles>,
    envoy: OnceLock<envoy::Grammar>,
}

impl Grammars {
    pub(crate) fn haproxy(&self) -> &haproxy::Grammar {
        self.haproxy.get_or_init(haproxy::Grammar::load)
    }

    pub(crate) fn nginx(&self) -> &nginx::Grammar {
        self.nginx.get_or_init(nginx::Grammar::load)
    }

    pub(crate) fn envoy(&self) -> &envoy::Grammar {
        self.envoy.get_or_init(envoy::Grammar::load)
    }

    pub(super) fn nginx_roles(&self) -> &Roles {
        self.nginx_roles.get_or_init(|| Roles::new(self.nginx()))
    }
}
