//! Where defects can be planted in a file for nginx: found by its lines alone, without the reader under test.

use super::draft::Draft;
use super::{Plant, Seed};

/// An upstream with a line for each server that some line passes requests to.
pub(super) struct Pool<'a> {
    pub(super) lines: &'a [&'a str],
    pub(super) name: &'a str,
    pub(super) header: usize,
    pub(super) servers: Vec<usize>,
    /// The line of its closing brace.
    pub(super) end: usize,
    /// The first line that passes requests to it.
    pub(super) pass: usize,
}

fn first_word(line: &str) -> &str {
    line.split([' ', '\t', ';']).find(|word| !word.is_empty()).unwrap_or_default()
}

impl Pool<'_> {
    /// Some line of the upstream begins with this word.
    pub(super) fn has(&self, word: &str) -> bool {
        self.lines[self.header..self.end].iter().any(|line| first_word(line) == word)
    }

    /// The line of the file that begins with this word.
    pub(super) fn anywhere(&self, word: &str) -> Option<usize> {
        self.lines.iter().position(|line| first_word(line) == word)
    }

    /// The address of a server.
    pub(super) fn address(&self, server: usize) -> &str {
        let line = self.lines[self.servers[server]].trim();
        line.split([' ', '\t', ';']).filter(|word| !word.is_empty()).nth(1).unwrap_or_default()
    }

    /// So many servers at least, without parameters, and no policy but the default.
    pub(super) fn plain(&self, servers: usize) -> bool {
        let plain = |at: &usize| self.lines[*at].trim().trim_end_matches(';').split_whitespace().count() == 2;
        let policies = ["ip_hash", "least_conn", "hash", "random", "zone", "keepalive", "sticky", "check"];
        self.servers.len() >= servers && self.servers.iter().all(plain) && policies.iter().all(|word| !self.has(word))
    }

    /// Its first server is an address of another machine, not the name of a container.
    pub(super) fn has_addresses(&self) -> bool {
        self.address(0).starts_with(|c: char| c.is_ascii_digit()) && !self.is_local()
    }

    /// Its first server is on this machine.
    pub(super) fn is_local(&self) -> bool {
        ["127.", "localhost", "unix:"].iter().any(|start| self.address(0).starts_with(start))
    }

    pub(super) fn is_proxied(&self) -> bool {
        first_word(self.lines[self.pass]) == "proxy_pass"
    }

    /// No line of the file begins with this word.
    pub(super) fn nowhere(&self, word: &str) -> bool {
        self.anywhere(word).is_none()
    }
}

/// A seed for upstreams.
pub(super) fn pool(
    checks: &'static [&'static str],
    what: &'static str,
    fits: fn(&Pool<'_>) -> bool,
    plant: fn(&mut Draft, &Pool<'_>),
) -> Seed {
    let plant: Plant = Box::new(move |text: &str| {
        let lines: Vec<&str> = text.lines().collect();
        let pools = pools(&lines).into_iter().filter(|pool| fits(pool));
        let planted = pools.map(|pool| {
            let mut draft = Draft::new(text);
            draft.mark(pool.header);
            plant(&mut draft, &pool);
            draft
        });
        planted.collect()
    });
    Seed { checks, what, plant }
}

fn pools<'a>(lines: &'a [&'a str]) -> Vec<Pool<'a>> {
    let headers = lines.iter().enumerate().filter(|(_, line)| first_word(line) == "upstream");
    headers.filter_map(|(header, line)| upstream(lines, header, line)).collect()
}

fn upstream<'a>(lines: &'a [&'a str], header: usize, line: &'a str) -> Option<Pool<'a>> {
    let [_, name, "{"] = line.split_whitespace().collect::<Vec<_>>()[..] else { return None };
    let end = (header..lines.len()).find(|at| lines[*at].trim() == "}")?;
    let statements = |at: &usize| !lines[*at].trim().is_empty() && !lines[*at].trim_start().starts_with('#');
    let body: Vec<usize> = (header + 1..end).filter(statements).collect();
    let one_each = body.iter().all(|at| lines[*at].trim_end().ends_with(';') && lines[*at].matches(';').count() == 1);
    let servers = body.into_iter().filter(|at| first_word(lines[*at]) == "server").collect();
    let leads = |line: &&str| {
        let target = line.split(['/', ' ', ';']).any(|word| word == name);
        first_word(line).ends_with("_pass") && target && line.trim_end().ends_with(';')
    };
    let pass = lines.iter().position(leads)?;
    one_each.then_some(Pool { lines, name, header, servers, end, pass })
}
