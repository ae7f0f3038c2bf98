//! Messages that say what they are in their `@type`.

use super::walk::{SECOND_VERSION_GONE, Walker, simple};
use crate::diagnostic::Kind;
use crate::syntax::envoy::Message;
use crate::validate::nearest;

/// The packages that only Envoy's own extensions have.
const PACKAGES: [&str; 4] = ["envoy.", "udpa.", "xds.", "google.protobuf."];

impl<'a> Walker<'a, '_> {
    /// `{"@type": URL, ...}`: only what is behind the last slash of the URL counts (research 1.2).
    pub(super) fn any(&mut self, message: &Message<'a>) {
        if message.is_null() || message.is_masked() {
            return;
        }
        if !message.is_mapping() {
            return self.expected(message.first_line(), "a mapping with an `@type`");
        }
        let Some((key, url)) = message.entry("@type") else {
            // An empty message may leave it out.
            if message.fields().next().is_some() {
                let field = "@type".into();
                self.complain(message.first_line(), Kind::MissingField { within: "typed_config".into(), field });
            }
            return;
        };
        let Some(text) = url.text() else { return };
        self.tally.count(crate::grammar::Support::Modelled, key);
        if let Some(id) = self.grammar.message_of_url(&text) {
            if self.well_known_any(message, id) {
                return;
            }
            let outer = self.is_unconstrained;
            self.is_unconstrained |= is_unconstrained(&text);
            self.fields(message, id, true);
            self.is_unconstrained = outer;
            return;
        }
        let name = text.rsplit('/').next().unwrap_or(&text);
        match self.grammar.previous(name) {
            Some(id) => {
                let instead = "the same type of version 3, in `typed_config`";
                self.complain(url.span(), Kind::Removed { since: SECOND_VERSION_GONE, instead });
                self.fields(message, id, true);
            }
            None => self.unknown_type(&url, name),
        }
    }

    fn unknown_type(&mut self, url: &Message<'a>, name: &str) {
        self.tally.unrecognised.push(url.span());
        // A build of one's own may have extensions of other packages.
        if !PACKAGES.iter().any(|package| name.starts_with(package)) {
            return;
        }
        let names = self.grammar.messages().map(|id| self.grammar.name(id));
        let same_name = self
            .grammar
            .messages()
            .map(|id| self.grammar.name(id))
            .find(|known| simple(known) == simple(name) && known.starts_with("envoy.") && known.contains(".v3."));
        let suggestion = nearest(name, names).or(same_name).map(Into::into);
        self.complain(url.span(), Kind::UnknownKeyword { within: "extension types".into(), suggestion });
    }
}

/// Policies are unpacked without a look at their constraints; only `override_host` checks its own (measured, 1.40).
fn is_unconstrained(url: &str) -> bool {
    url.contains("envoy.extensions.load_balancing_policies.") && !url.ends_with(".OverrideHost")
}
