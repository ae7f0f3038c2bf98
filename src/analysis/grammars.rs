//! The tables of the dialects, each read when a file first needs it.

use std::sync::OnceLock;

use crate::grammar::{haproxy, nginx};

/// The tables of the dialects, each read when a file first needs it.
#[derive(Debug, Default)]
pub(super) struct Grammars {
    haproxy: OnceLock<haproxy::Grammar>,
    nginx: OnceLock<nginx::Grammar>,
}

impl Grammars {
    pub(super) fn haproxy(&self) -> &haproxy::Grammar {
        self.haproxy.get_or_init(haproxy::Grammar::load)
    }

    pub(super) fn nginx(&self) -> &nginx::Grammar {
        self.nginx.get_or_init(nginx::Grammar::load)
    }
}
