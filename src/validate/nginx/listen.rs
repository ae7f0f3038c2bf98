//! `listen`: the address, its parameters, and which of them exclude each other.

use super::upstream::says;
use super::{Scene, Validator};
use crate::source::Version;
use crate::syntax::nginx::values::{Place, number, parse_address, seconds};

impl Validator<'_, '_> {
    /// `listen ADDRESS parameters`.
    pub(super) fn check_listen(&mut self, scene: Scene<'_>) {
        let servers = ["server", "stream_server", "mail_server"];
        let grammar = self.input.grammar;
        if !scene.contexts.iter().all(|context| servers.contains(&grammar.context_name(context))) {
            return;
        }
        self.check_listen_address(scene);
        self.check_parameters(scene, 2);
        self.check_socket_keepalive(scene);
        self.check_udp(scene);
        self.check_quic(scene);
    }

    fn check_listen_address(&mut self, scene: Scene<'_>) {
        let Some(text) = scene.known(1) else { return };
        let address = match parse_address(text, Place::Listen) {
            Ok(address) => address,
            Err(error) => return self.refuse(scene.span(1), says(error, "an address to listen on, without a path")),
        };
        if address.ports.is_some_and(|(first, last)| first != last) {
            self.check_since(scene.span(1), Version::release(1, 15, 10));
        }
    }

    /// `so_keepalive=on|off|[idle]:[interval]:[count]`.
    fn check_socket_keepalive(&mut self, scene: Scene<'_>) {
        for at in 2..scene.len() {
            let value = scene.known(at).and_then(|text| text.strip_prefix("so_keepalive="));
            if value.is_some_and(|value| !is_socket_keepalive(value)) {
                self.refuse(scene.span(at), "`so_keepalive=` with on, off, or idle:interval:count");
            }
        }
    }

    /// What needs connections is refused with `udp` (`ngx_stream_core_listen`).
    fn check_udp(&mut self, scene: Scene<'_>) {
        if !scene.words.iter().any(|word| word.is("udp")) {
            return;
        }
        for at in 2..scene.len() {
            let name = scene.known(at).and_then(|text| text.split('=').next());
            if let Some(name @ ("ssl" | "backlog" | "so_keepalive" | "proxy_protocol" | "fastopen")) = name {
                self.conflict(scene.span(at), &format!("`{name}` and `udp` exclude each other"));
            }
        }
    }

    /// The same with `quic` (`ngx_http_core_listen`, 1.25.0).
    fn check_quic(&mut self, scene: Scene<'_>) {
        if !scene.words.iter().any(|word| word.is("quic")) {
            return;
        }
        for at in 2..scene.len() {
            if let Some(name @ ("ssl" | "http2" | "proxy_protocol")) = scene.known(at) {
                self.conflict(scene.span(at), &format!("`{name}` and `quic` exclude each other"));
            }
        }
    }
}

/// `on`, `off`, or up to three of idle time, interval and count, each of which may be empty, but not all.
fn is_socket_keepalive(value: &str) -> bool {
    let mut parts = value.splitn(3, ':');
    let mut next = |read: fn(&str) -> Option<u64>| match parts.next().unwrap_or_default() {
        "" => Some(0),
        part => read(part),
    };
    let (idle, interval, count) = (next(seconds), next(seconds), next(number));
    let all = [idle, interval, count];
    matches!(value, "on" | "off") || (all.iter().all(Option::is_some) && all.iter().any(|part| *part != Some(0)))
}
