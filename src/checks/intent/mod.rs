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

use crate::model::{PoolId, Unit};
use crate::source::{Date, SourceId, Sources, Span};
use crate::syntax::Remark;

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
        for remark in unit.remarks.iter().filter(|remark| remark.has_colon && unit.is_reported(remark.at, sources)) {
            intent.add_comment(unit, sources, remark);
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
        for (id, pool) in unit.pools().filter(|(_, pool)| unit.is_reported(pool.header, sources)) {
            let name = unit.texts.get(pool.name, sources);
            let about = declared.iter().filter(|declared| declared.wanted.is_about(root, name));
            self.pools.extend(about.map(|declared| (id, Arc::clone(declared))));
        }
    }

    fn add_comment(&mut self, unit: &Unit, sources: &Sources, remark: &Remark) {
        let base = remark.words.start;
        let absolute = |span: Span| Span::new(base + span.start, base + span.end);
        for comment in comment::read(sources.slice(remark.words)) {
            let at = absolute(comment.at);
            match comment.content {
                Ok(content) => {
                    let subject = remark.covers.filter(|covers| is_one_text(*covers, remark.at, sources));
                    let pools = subject.map(|subject| pools_at(unit, sources, subject.start)).unwrap_or_default();
                    let keys = content.keys.into_iter().map(|(key, span)| (key, absolute(span))).collect();
                    self.add(Declared { wanted: content.wanted, at, keys }, &pools);
                }
                Err(message) => self.mistakes.push(Mistake { at, message }),
            }
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

/// The pools that begin on the line of a place.
fn pools_at(unit: &Unit, sources: &Sources, place: u32) -> Vec<PoolId> {
    let line = |offset: u32| sources.at(offset).map(|(id, source)| (id, source.line_column(offset).0));
    let own = line(place);
    let begins = |span: Span| line(span.start) == own;
    let found = unit.pools().filter(|(_, pool)| begins(pool.header) || begins(pool.extent));
    found.map(|(id, _)| id).collect()
}

/// Whether two places stand in one text: a comment around a text that had to be decoded speaks of no line of it.
fn is_one_text(one: Span, other: Span, sources: &Sources) -> bool {
    sources.at(one.start).map(|(id, _)| id) == sources.at(other.start).map(|(id, _)| id)
}
