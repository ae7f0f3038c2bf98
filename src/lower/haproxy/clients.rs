//! Who connects: clients, or a proxy in front that tells their addresses.

use super::line::Line;
use crate::model::{Clients, Network};
use crate::validate::haproxy::Argument;

/// Headers that a proxy or a CDN in front adds, and a client does not.
const HEADERS: [&str; 9] = [
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-port",
    "x-real-ip",
    "cf-connecting-ip",
    "true-client-ip",
    "fastly-client-ip",
    "cloudfront-",
    "x-amzn-",
];

/// Functions that read a header of the request.
const FETCHES: [&str; 6] = ["hdr(", "hdr_ip(", "hdr_val(", "hdr_cnt(", "hdr_dom(", "hdr_beg("];

/// What a section tells of who connects, line by line.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) clients: Clients,
    /// Conditions on the address of the connection alone, with the networks that they list.
    sources: Vec<(String, Option<Vec<Network>>)>,
}

impl Told {
    /// `bind ... accept-proxy`: the first bytes of each connection say who the client is.
    pub(super) fn bind(&mut self, line: &Line<'_>) {
        let mut words = line.arguments.iter().skip(1);
        let restores = words.find(|word| word.is("accept-proxy") || word.is("accept-netscaler-cip"));
        self.clients = self.clients.and(restores.map_or(Clients::Untold, |word| Clients::Restored(word.span)));
    }

    /// Any other line. The networks whose connections get the addresses of clients are added to `trusted`.
    pub(super) fn rule(&mut self, line: &Line<'_>, trusted: &mut Vec<Network>) {
        if let ("acl", Some(name)) = (line.phrase, line.known(0)) {
            let rest = line.arguments.get(1..).unwrap_or_default();
            self.sources.push((name.to_owned(), networks(rest)));
        }
        let mut told = of_rule(line);
        if let Clients::Restored(at) = told
            && let Some(networks) = self.restricted_to(line)
        {
            trusted.extend(networks);
            told = Clients::RestoredFrom(at);
        }
        self.clients = self.clients.and(told);
    }

    /// The networks that a rule is restricted to, where its only condition is that a connection comes from them.
    fn restricted_to(&self, line: &Line<'_>) -> Option<Vec<Network>> {
        let start = line.arguments.iter().position(|word| word.is("if"))?;
        match line.arguments.get(start + 1..)? {
            [open, inside @ .., close] if open.is("{") && close.is("}") => networks(inside),
            [name] => self.listed_as(name.known()?),
            _ => None,
        }
    }

    /// Several conditions of one name hold where any of them does.
    fn listed_as(&self, name: &str) -> Option<Vec<Network>> {
        let listed = self.sources.iter().filter(|(own, _)| own == name).map(|(_, networks)| networks.clone());
        let all: Vec<Network> = listed.collect::<Option<Vec<_>>>()?.concat();
        (!all.is_empty()).then_some(all)
    }
}

/// `src NETWORK...`: nothing where a word is anything else, as a file.
fn networks(words: &[Argument<'_>]) -> Option<Vec<Network>> {
    let (fetch, listed) = words.split_first()?;
    let networks: Vec<Network> = listed.iter().map(|word| Network::lenient(word.known()?)).collect::<Option<_>>()?;
    (fetch.is("src") && !networks.is_empty()).then_some(networks)
}

/// Rules that replace the address, or that read what only a proxy in front sends. What is written for the log, or taken
/// away from requests, tells nothing.
fn of_rule(line: &Line<'_>) -> Clients {
    let (family, action) = line.phrase.split_once(' ').unwrap_or((line.phrase, ""));
    match (family, action) {
        ("http-request" | "tcp-request", action) if action.ends_with("set-src") => Clients::Restored(line.span),
        ("tcp-request", action) if action.contains("expect-") => Clients::Restored(line.span),
        ("http-request", "capture" | "deny" | "reject") => Clients::Untold,
        ("acl" | "http-request" | "use_backend" | "use-server" | "stick" | "balance", _) => {
            let mut words = line.arguments.iter();
            let reads = words.find(|word| word.known().is_some_and(reads_header));
            reads.map_or(Clients::Untold, |word| Clients::BehindProxy(word.span))
        }
        _ => Clients::Untold,
    }
}

/// Whether a text fetches one of the headers.
fn reads_header(text: &str) -> bool {
    if !text.contains("hdr") {
        return false;
    }
    let text = text.to_ascii_lowercase();
    let names = FETCHES.iter().flat_map(|fetch| text.match_indices(fetch).map(|(at, _)| at + fetch.len()));
    let mut rest = names.filter_map(|at| text.get(at..));
    rest.any(|name| HEADERS.iter().any(|header| name.starts_with(header)))
}

#[cfg(test)]
mod tests {
    use super::reads_header;

    #[test]
    fn headers_of_proxies_are_found_in_expressions() {
        for text in ["hdr(X-Forwarded-Proto)", "req.hdr_ip(x-forwarded-for,-1)", "%[req.hdr(CF-Connecting-IP)]"] {
            assert!(reads_header(text), "{text}");
        }
        for text in ["hdr(host)", "X-Forwarded-For", "%[src]", "ssl_fc", "req.hdr(X-User)"] {
            assert!(!reads_header(text), "{text}");
        }
    }
}
