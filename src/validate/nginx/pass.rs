//! `proxy_pass` and its kin: schemes, addresses, and where a URI may stand.

use super::upstream::says;
use super::{Scene, Validator};
use crate::syntax::nginx::StatementId;
use crate::syntax::nginx::values::{Host, Place, parse_address, strip_prefix_ignoring_case};

impl Validator<'_, '_> {
    /// `proxy_pass URL` in http, `proxy_pass ADDRESS` in stream.
    pub(super) fn check_proxy_pass(&mut self, scene: Scene<'_>) {
        let grammar = self.input.grammar;
        let is_http = |name: &str| ["location", "lif", "limit_except"].contains(&name);
        if self.is_only(scene.contexts, &["stream_server"]) {
            self.check_bare_pass(scene, 1, 0);
        } else if scene.contexts.iter().all(|context| is_http(grammar.context_name(context))) {
            self.check_http_pass(scene);
        }
    }

    fn check_http_pass(&mut self, scene: Scene<'_>) {
        let Some(url) = scene.constant(1) else { return };
        let span = scene.span(1);
        let Some(rest) = without_scheme(url, &["http://", "https://"]) else {
            return self.refuse(span, "a URL that begins with http:// or https://");
        };
        match parse_address(rest, Place::WithUri) {
            Err(error) => self.refuse(span, says(error, "a URL with a host")),
            Ok(address) if !address.uri.is_empty() && self.refuses_uri(scene) => self.refuse(
                span,
                "a URL without a path: in a location of a regular expression, in a named one, in `if` and in \
                 `limit_except` there may be none",
            ),
            Ok(_) => {}
        }
    }

    /// Whether the block around has no prefix that a URI could replace.
    fn refuses_uri(&self, scene: Scene<'_>) -> bool {
        if !scene.contexts.contains(self.input.grammar.context("location")) {
            return true;
        }
        let view = self.input.view;
        let mut words = self.input.tree.words(view, StatementId(scene.parent)).skip(1);
        let (Some(first), second) = (words.next(), words.next()) else { return false };
        let Some(first) = first.value(view).known() else { return false };
        first.starts_with('~') || (first.starts_with('@') && second.is_none())
    }

    /// `grpc_pass`: the scheme may be left out.
    pub(super) fn check_grpc_pass(&mut self, scene: Scene<'_>) {
        let scheme = scene.constant(1).map_or(0, |url| scheme_length(url, &["grpc://", "grpcs://"]));
        self.check_bare_pass(scene, 1, scheme);
    }

    /// `fastcgi_pass`, `uwsgi_pass`, `scgi_pass`, `memcached_pass`.
    pub(super) fn check_gateway_pass(&mut self, scene: Scene<'_>) {
        let scheme = match scene.known(0) {
            Some("uwsgi_pass") => scene.constant(1).map_or(0, |url| scheme_length(url, &["uwsgi://", "suwsgi://"])),
            _ => 0,
        };
        self.check_bare_pass(scene, 1, scheme);
    }

    /// An address or a name, no URI; an address needs a port, a name may be that of an upstream.
    fn check_bare_pass(&mut self, scene: Scene<'_>, at: usize, scheme: usize) {
        let Some(text) = scene.constant(at).and_then(|url| url.get(scheme..)) else { return };
        match parse_address(text, Place::Plain) {
            Err(error) => self.refuse(scene.span(at), says(error, "an address without a scheme and a path")),
            Ok(address) if address.ports.is_none() && matches!(address.host, Host::Ip(_)) => {
                self.refuse(scene.span(at), "an address with a port");
            }
            Ok(_) => {}
        }
    }
}

fn scheme_length(url: &str, schemes: &[&str]) -> usize {
    without_scheme(url, schemes).map_or(0, |rest| url.len() - rest.len())
}

fn without_scheme<'u>(url: &'u str, schemes: &[&str]) -> Option<&'u str> {
    schemes.iter().find_map(|scheme| strip_prefix_ignoring_case(url, scheme))
}
