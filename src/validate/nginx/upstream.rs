//! What stands in `upstream`: servers, methods, connections.

use super::{Scene, Validator};
use crate::diagnostic::Kind;
use crate::source::{Span, Version};
use crate::syntax::nginx::values::{AddressError, Host, Place, number, parse_address, size};

/// `zone` of fewer pages is refused (`ngx_http_upstream_zone`: 8 pages of 4 KB).
const SMALLEST_ZONE: u64 = 8 * 4096;

impl Validator<'_, '_> {
    /// `server ADDRESS parameters` of an upstream.
    pub(super) fn check_upstream_server(&mut self, scene: Scene<'_>) {
        if scene.len() == 1 || self.is_elsewhere(scene) {
            return;
        }
        self.check_server_address(scene);
        if scene.len() > 2 {
            self.check_server_parameters(scene);
        }
    }

    /// Whether the statement may be a `server` of something else, such as the tcp module.
    fn is_elsewhere(&self, scene: Scene<'_>) -> bool {
        scene.contexts.and(self.rules.upstreams) != scene.contexts
    }

    /// Most servers of a file have one of a few sets of parameters: what was right once is right again.
    fn check_server_parameters(&mut self, scene: Scene<'_>) {
        let (Some(address), Some(last)) = (scene.words.get(1), scene.words.last()) else { return };
        let behind = Span::new(address.span.end, last.span.end);
        let written = (self.input.view.slice(behind), scene.contexts);
        if self.right_parameters.contains(&written) {
            return;
        }
        let before = self.diagnostics.len();
        self.check_parameters(scene, 2);
        self.check_repeated_parameters(scene);
        if self.diagnostics.len() == before && !self.input.view.is_masked(behind) {
            self.right_parameters.insert(written);
        }
    }

    /// Of a parameter that is written twice the last one counts, without a warning (1.22.1).
    fn check_repeated_parameters(&mut self, scene: Scene<'_>) {
        let named = |at: usize| scene.known(at).and_then(|text| text.split_once('='));
        for later in 3..scene.len() {
            let Some((name, value)) = named(later) else { continue };
            let same = |at: &usize| named(*at).is_some_and(|(known, _)| known == name);
            let earlier = (2..later).rev().find(same).filter(|at| named(*at) != Some((name, value)));
            if let Some(earlier) = earlier {
                self.say(scene.span(later), Kind::DuplicateSetting(scene.span(earlier)));
            }
        }
    }

    fn check_server_address(&mut self, scene: Scene<'_>) {
        let Some(text) = scene.known(1) else { return };
        let span = scene.span(1);
        let address = match parse_address(text, Place::Plain) {
            Ok(address) => address,
            Err(error) => return self.refuse(span, says(error, "an address, without a scheme and a path")),
        };
        match address.host {
            Host::Any => self.refuse(span, "an address or a host name"),
            Host::Name(name) if name.contains('$') => {
                self.refuse(span, "an address or a host name; variables are not replaced in an upstream");
            }
            Host::Unix(_) => {}
            _ if address.ports.is_none() && self.needs_port(scene) => {
                self.refuse(span, "an address with a port: in stream there is no default");
            }
            _ => {}
        }
    }

    /// In stream a server has no default port, unless `service=` looks it up.
    fn needs_port(&self, scene: Scene<'_>) -> bool {
        let looked_up = || scene.words.iter().any(|word| word.known().is_none_or(|text| text.starts_with("service=")));
        self.is_only(scene.contexts, &["stream_upstream"]) && !looked_up()
    }

    /// `zone NAME [SIZE]`.
    pub(super) fn check_zone(&mut self, scene: Scene<'_>) {
        if self.is_elsewhere(scene) {
            return;
        }
        self.expect(scene, 2, "a size of at least 32k such as 64k", |text| {
            size(text).is_some_and(|bytes| bytes >= SMALLEST_ZONE)
        });
    }

    /// `hash KEY [consistent]`.
    pub(super) fn check_hash(&mut self, scene: Scene<'_>) {
        if !self.is_elsewhere(scene) {
            self.expect(scene, 2, "`consistent`", |text| text == "consistent");
        }
    }

    /// `random [two [least_conn | least_time=...]]`.
    pub(super) fn check_random(&mut self, scene: Scene<'_>) {
        self.expect(scene, 1, "`two`", |text| text == "two");
        self.expect(scene, 2, "`least_conn` (or `least_time=...` with nginx Plus)", |text| {
            text == "least_conn" || text.starts_with("least_time=")
        });
    }

    /// `keepalive CONNECTIONS [local]`: 0 was refused before 1.29.7.
    pub(super) fn check_keepalive(&mut self, scene: Scene<'_>) {
        if self.is_elsewhere(scene) {
            return;
        }
        match scene.constant(1).map(number) {
            Some(None) => self.refuse(scene.span(1), "a number of connections"),
            Some(Some(0)) if self.input.program.version < Version::release(1, 29, 7) => {
                self.refuse(scene.span(1), "a number of connections from 1 on");
            }
            _ => {}
        }
        self.check_parameters(scene, 2);
    }

    /// `sticky cookie|learn|route ...`; other words are of a module. Angie takes a whole attribute from a variable.
    pub(super) fn check_sticky(&mut self, scene: Scene<'_>) {
        if scene.words.iter().skip(3).any(|word| word.has_variable) {
            return;
        }
        match scene.constant(1) {
            Some("cookie") => self.check_form_parameters(scene, "cookie", 3),
            Some("learn") => self.check_form_parameters(scene, "learn", 2),
            _ => {}
        }
    }

    /// `resolver ADDRESS... parameters`, in any order.
    pub(super) fn check_resolver(&mut self, scene: Scene<'_>) {
        for at in 1..scene.len() {
            let Some(text) = scene.constant(at) else { continue };
            if text.contains('=') {
                self.check_parameter(scene, None, at);
            } else if let Err(error) = parse_address(text, Place::Plain) {
                self.refuse(scene.span(at), says(error, "the address of a name server"));
            }
        }
    }

    /// Says that a directive is not possible together with another one.
    pub(super) fn conflict(&mut self, span: Span, why: &str) {
        self.say(span, Kind::Conflict(why.into()));
    }
}

/// What an address should have been.
pub(super) const fn says(error: AddressError, otherwise: &'static str) -> &'static str {
    match error {
        AddressError::Port => "an address with a port from 1 to 65535",
        AddressError::PortRange => "a range of ports, the smaller one first",
        AddressError::Inet6 => "an IPv6 address in brackets",
        AddressError::NoHost => "an address with a host before the port",
        AddressError::NoPath => "a socket with a path, such as unix:/run/app.sock",
        AddressError::LongPath => "a socket with a path of at most 107 bytes",
        AddressError::Host => otherwise,
    }
}
