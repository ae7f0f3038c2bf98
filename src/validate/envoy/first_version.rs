//! Configurations for the first version of the interface: every key that has a successor is told, nothing else.

use super::walk::Walker;
use crate::diagnostic::Kind;
use crate::grammar::Support;
use crate::source::Version;
use crate::syntax::envoy::Message;

/// The first version that refuses the first version of the interface (1.9 release notes).
const FIRST_VERSION_GONE: Version = Version::new(1, 9);
/// How deep such files are followed.
const DEPTH: usize = 64;

impl<'a> Walker<'a, '_> {
    /// A whole configuration.
    pub(super) fn first_version(&mut self, root: &Message<'a>) {
        self.older(root, 0);
    }

    fn older(&mut self, value: &Message<'a>, depth: usize) {
        if depth > DEPTH || value.is_alias() {
            return;
        }
        if value.is_list() {
            return value.items().for_each(|item| self.older(&item, depth + 1));
        }
        for (key, value) in value.fields() {
            let instead = key.text().and_then(|name| self.grammar.first_version_replacement(&name));
            if let Some(instead) = instead {
                self.complain(key.span(), Kind::Removed { since: FIRST_VERSION_GONE, instead });
            }
            self.tally.count(Support::Modelled, key.span());
            self.older(&value, depth + 1);
        }
    }
}
