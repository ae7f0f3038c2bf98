//! Declared intent: what pools are meant to be, in settings and in comments, and whether the prediction agrees.

mod affinity;
mod canary;
mod capacity;
mod comment;
mod meant;
mod members;
mod outcome;
mod shares;
mod survival;
mod wanted;
mod words;

use std::sync::Arc;

pub(super) use outcome::outcomes;
pub use outcome::{Kind, Outcome, State, Unmet};
pub use wanted::{Canary, Survives, Wanted, Wish};
pub use words::{Counts, Deviation, Milliseconds, Percent};

use crate::model::{Pool, PoolId, Unit};
use crate::source::{Date, Source, SourceId, Sources, Span};

/// An expectation and where it stands.
#[derive(Clone, Debug)]
pub struct Declared {
    /// What it says.
    pub wanted: Wanted,
    /// All of it.
    pub at: Span,
    /// Each of its keys with the value.
    pub keys: Vec<(String, Span)>,
}

impl Declared {
    /// Where a key stands.
    pub fn key(&self, name: &str) -> Span {
        self.keys.iter().find(|(key, _)| key == name).map_or(self.at, |(_, at)| *at)
    }

    /// Whether its last day is over.
    pub(super) fn has_expired(&self, today: Option<Date>) -> bool {
        self.wanted.until.zip(today).is_some_and(|(until, today)| until < today)
    }
}

/// Files that configure copies of one proxy.
#[derive(Clone, Debug)]
pub struct Replicas {
    /// The root files of the units, as they are shown.
    pub roots: Vec<String>,
    /// The patterns that no root file matches, with their places.
    pub without_files: Vec<(String, Span)>,
    /// In what their pools may differ: patterns of `pool`, `pool/target`, `pool/policy`.
    pub differ_only_in: Vec<String>,
    /// Where that is declared.
    pub at: Span,
}

/// What settings say that the configurations are meant to be.
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    /// What is wanted of pools.
    pub declared: Vec<Arc<Declared>>,
    /// Which units are copies of one proxy.
    pub replicas: Vec<Replicas>,
    /// The current day; without it nothing ever expires.
    pub today: Option<Date>,
    /// Whether everything was read that the settings are for: then an expectation that is about no pool is a mistake.
    pub all_read: bool,
    /// The settings files among the sources.
    pub files: Vec<SourceId>,
}

impl Expectations {
    /// Whether a place lies in a settings file.
    pub fn hold(&self, at: Span, sources: &Sources) -> bool {
        sources.at(at.start).is_some_and(|(id, _)| self.files.contains(&id))
    }
}

/// A comment that declares nothing, and why.
#[derive(Clone, Debug)]
pub struct Mistake {
    /// The words.
    pub at: Span,
    /// What is wrong with them.
    pub message: String,
}

/// What is declared of the pools of one unit.
#[derive(Clone, Debug, Default)]
pub struct Intent {
    /// By pool.
    pools: Vec<(PoolId, Arc<Declared>)>,
    /// Comments that are over.
    pub(super) expired: Vec<Arc<Declared>>,
    /// Comments that declare nothing.
    pub(super) mistakes: Vec<Mistake>,
    /// The current day.
    pub(super) today: Option<Date>,
}

impl Intent {
    /// What settings and the unit's own comments say of its pools; `root` is its root file from the root of the project.
    pub fn new(expectations: &Expectations, unit: &Unit, root: &str, sources: &Sources) -> Self {
        let mut intent = Self { today: expectations.today, ..Self::default() };
        intent.add_settings(expectations, unit, root, sources);
        for file in unit.files.iter().filter(|file| file.reported) {
            if let Some(source) = sources.get(file.source) {
                intent.add_comments(unit, sources, file.source, source);
            }
        }
        intent.pools.sort_by_key(|(id, _)| *id);
        intent
    }

    /// What is declared of a pool.
    pub(super) fn of(&self, id: PoolId) -> Vec<Arc<Declared>> {
        let first = self.pools.partition_point(|(pool, _)| *pool < id);
        let own = self.pools.get(first..).unwrap_or_default().iter().take_while(|(pool, _)| *pool == id);
        own.map(|(_, declared)| declared.clone()).collect()
    }

    fn add_settings(&mut self, expectations: &Expectations, unit: &Unit, root: &str, sources: &Sources) {
        let valid = |declared: &&Arc<Declared>| !declared.has_expired(expectations.today);
        let declared: Vec<_> = expectations.declared.iter().filter(valid).collect();
        if declared.is_empty() {
            return;
        }
        for (id, pool) in unit.pools().filter(|(_, pool)| is_reported(unit, pool, sources)) {
            let name = unit.texts.get(pool.name, sources);
            let about = declared.iter().filter(|declared| declared.wanted.is_about(root, name));
            self.pools.extend(about.map(|declared| (id, Arc::clone(declared))));
        }
    }

    fn add_comments(&mut self, unit: &Unit, sources: &Sources, id: SourceId, source: &Source) {
        let view = source.view();
        let absolute = |span: Span| Span::new(view.base + span.start, view.base + span.end);
        for comment in comment::find(view.text) {
            let at = absolute(comment.at);
            let content = match comment.content {
                Ok(content) => content,
                Err(message) => {
                    self.mistakes.push(Mistake { at, message });
                    continue;
                }
            };
            let line = subject_line(source, view.text, at, comment.alone);
            let pools = pools_at(unit, sources, id, line);
            let keys = content.keys.into_iter().map(|(key, span)| (key, absolute(span))).collect();
            self.add(Declared { wanted: content.wanted, at, keys }, &pools);
        }
    }

    fn add(&mut self, declared: Declared, pools: &[PoolId]) {
        let at = declared.at;
        let mut mistake = |message: &str| self.mistakes.push(Mistake { at, message: message.to_owned() });
        if pools.is_empty() {
            return mistake("it stands at no pool; write it on the line that opens one, or above");
        }
        if let Some(why) = declared.wanted.idle() {
            mistake(why);
        }
        if declared.has_expired(self.today) {
            self.expired.push(Arc::new(declared));
        } else {
            let declared = Arc::new(declared);
            self.pools.extend(pools.iter().map(|id| (*id, Arc::clone(&declared))));
        }
    }
}

/// The 1-based line that a comment speaks of: its own, or the next one on which a statement stands.
fn subject_line(source: &Source, text: &str, at: Span, alone: bool) -> u32 {
    let (line, _) = source.line_column(at.start);
    if !alone {
        return line;
    }
    let below = text.lines().skip(line as usize);
    let is_remark = |line: &&str| line.trim().is_empty() || line.trim_start().starts_with('#');
    line + 1 + below.take_while(is_remark).count() as u32
}

/// The pools that begin on a line of a file.
fn pools_at(unit: &Unit, sources: &Sources, id: SourceId, line: u32) -> Vec<PoolId> {
    let begins = |span: Span| {
        let source = sources.at(span.start).filter(|(source, _)| *source == id);
        source.is_some_and(|(_, source)| source.line_column(span.start).0 == line)
    };
    let found = unit.pools().filter(|(_, pool)| begins(pool.header) || begins(pool.extent));
    found.map(|(id, _)| id).collect()
}

fn is_reported(unit: &Unit, pool: &Pool, sources: &Sources) -> bool {
    let file = sources.at(pool.header.start).map(|(id, _)| id);
    unit.files.iter().any(|one| one.reported && Some(one.source) == file)
}
