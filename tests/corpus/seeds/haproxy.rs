//! Where defects can be planted in a file for HAProxy: found by its lines and words alone, without the reader under test.

use std::ops::Range;

use super::draft::Draft;
use super::{Plant, Seed};

/// A section with its lines, counted from 0.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) header: usize,
    pub(super) body: Range<usize>,
}

/// A file as lines.
pub(super) struct File<'a> {
    pub(super) lines: Vec<&'a str>,
    pub(super) sections: Vec<Section>,
}

/// A section with servers that something leads to.
pub(super) struct Pool<'a> {
    pub(super) file: &'a File<'a>,
    pub(super) section: &'a Section,
    pub(super) servers: Vec<usize>,
}

const SECTIONS: [&str; 13] = [
    "global",
    "defaults",
    "frontend",
    "backend",
    "listen",
    "peers",
    "resolvers",
    "userlist",
    "mailers",
    "cache",
    "program",
    "ring",
    "http-errors",
];

pub(super) fn words(line: &str) -> Vec<&str> {
    line.split('#').next().unwrap_or_default().split_whitespace().collect()
}

impl<'a> File<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let mut sections: Vec<Section> = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let words = words(line);
            if words.first().is_some_and(|word| SECTIONS.contains(word)) {
                let (kind, name) = (words[0].to_owned(), words.get(1).copied().unwrap_or_default().to_owned());
                sections.push(Section { kind, name, header: at, body: at + 1..lines.len() });
                if let Some(before) = sections.iter_mut().rev().nth(1) {
                    before.body.end = at;
                }
            }
        }
        Self { lines, sections }
    }

    /// The line of a section that begins with these words.
    pub(super) fn line(&self, section: &Section, phrase: &str) -> Option<usize> {
        let phrase = words(phrase);
        section.body.clone().find(|at| words(self.lines[*at]).starts_with(&phrase))
    }

    /// The same in the `defaults` that a section inherits from, too.
    pub(super) fn effective(&self, section: &Section, phrase: &str) -> Option<usize> {
        self.line(section, phrase).or_else(|| self.line(self.defaults(section)?, phrase))
    }

    /// The `defaults` that a section inherits from.
    pub(super) fn defaults(&self, section: &Section) -> Option<&Section> {
        self.sections.iter().rfind(|one| one.kind == "defaults" && one.header < section.header)
    }

    /// Some pool of the file has several servers, and no section has a setting of its own.
    pub(super) fn inherits(&self, phrase: &str) -> bool {
        let several = self.pools().any(|pool| pool.rotated(2));
        let phrase = words(phrase);
        several && self.lines.iter().filter(|line| words(line).starts_with(&phrase)).count() == 1
    }

    fn pools(&self) -> impl Iterator<Item = Pool<'_>> {
        let has_servers = self.sections.iter().filter(|one| ["backend", "listen"].contains(&one.kind.as_str()));
        has_servers.filter(|section| self.is_reached(section)).map(|section| {
            let servers = section.body.clone().filter(|at| words(self.lines[*at]).first() == Some(&"server"));
            Pool { file: self, section, servers: servers.collect() }
        })
    }

    fn is_reached(&self, section: &Section) -> bool {
        let leads = |line: &&str| {
            let words = words(line);
            matches!(words.first(), Some(&"use_backend" | &"default_backend")) && words[1] == section.name
        };
        section.kind == "listen" || self.lines.iter().any(leads)
    }
}

impl Pool<'_> {
    pub(super) fn line(&self, phrase: &str) -> Option<usize> {
        self.file.line(self.section, phrase)
    }

    pub(super) fn has(&self, phrase: &str) -> bool {
        self.file.effective(self.section, phrase).is_some()
    }

    /// What is not written is not written elsewhere: there is a section of defaults.
    pub(super) fn is_whole(&self) -> bool {
        self.file.defaults(self.section).is_some()
    }

    pub(super) fn is_http(&self) -> bool {
        self.has("mode http") && self.line("mode tcp").is_none()
    }

    /// How many servers have a word.
    pub(super) fn with(&self, word: &str) -> usize {
        self.servers.iter().filter(|at| words(self.file.lines[**at]).contains(&word)).count()
    }

    /// The address of a server.
    pub(super) fn address(&self, server: usize) -> &str {
        words(self.file.lines[self.servers[server]]).get(2).copied().unwrap_or_default()
    }

    /// So many servers at least, on different machines, all of them plain and checked.
    pub(super) fn plain(&self, servers: usize) -> bool {
        let odd = ["backup", "disabled", "weight", "track", "source", "cookie", "inter", "maxconn", "slowstart", "id"];
        let is_plain = odd.iter().all(|word| self.with(word) == 0);
        self.servers.len() >= servers
            && is_plain
            && self.with("check") == self.servers.len()
            && !self.has("balance first")
    }

    /// The same, and requests are rotated.
    pub(super) fn rotated(&self, servers: usize) -> bool {
        let hashed = ["balance source", "balance uri", "balance hdr", "balance url_param", "balance hash", "stick on"];
        self.plain(servers) && hashed.iter().all(|phrase| !self.has(phrase))
    }
}

/// A seed for pools.
pub(super) fn pool(
    checks: &'static [&'static str],
    what: &'static str,
    fits: fn(&Pool<'_>) -> bool,
    plant: fn(&mut Draft, &Pool<'_>),
) -> Seed {
    let plant: Plant = Box::new(move |text: &str| {
        let file = File::new(text);
        let pools = file.pools().filter(|pool| fits(pool));
        let planted = pools.map(|pool| {
            let mut draft = Draft::new(text);
            draft.mark(pool.section.header);
            plant(&mut draft, &pool);
            draft
        });
        if is_plain(text) { planted.collect() } else { Vec::new() }
    });
    Seed { checks, what, plant }
}

/// A seed for sections of one kind.
pub(super) fn section(
    checks: &'static [&'static str],
    what: &'static str,
    kind: &'static str,
    fits: fn(&File<'_>, &Section) -> bool,
    plant: fn(&mut Draft, &File<'_>, &Section),
) -> Seed {
    let plant: Plant = Box::new(move |text: &str| {
        let file = File::new(text);
        let sections = file.sections.iter().filter(|section| section.kind == kind && fits(&file, section));
        let planted = sections.map(|section| {
            let mut draft = Draft::new(text);
            draft.mark(section.header);
            plant(&mut draft, &file, section);
            draft
        });
        if is_plain(text) { planted.collect() } else { Vec::new() }
    });
    Seed { checks, what, plant }
}

/// Lines are statements: nothing goes on in the next line, and nothing is conditional.
fn is_plain(text: &str) -> bool {
    !text.lines().any(|line| line.ends_with('\\') || line.trim_start().starts_with(".if")) && text.ends_with('\n')
}
