//! Suppression: findings that somebody allowed, with a reason, in a comment or in the settings.

mod cover;
mod suppression;
mod told;
mod words;

pub use suppression::{Name, Scope, Suppression};

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::checks::{OneUnit, Units};
use crate::finding::{Finding, Subject};
use crate::settings::{Allow, LocalSettings};
use crate::source::{Dialect, Sources, Span};
use cover::Cover;

/// A finding that is hidden.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// The finding, with the subjects that are hidden.
    pub finding: Finding,
    /// What hides it, by its position among the suppressions.
    pub by: usize,
}

/// What became of findings under the suppressions that cover them.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Findings that stay, each with the subjects that nothing covers, and findings about the suppressions.
    pub(super) kept: Vec<Finding>,
    /// Findings that are hidden.
    pub(super) hidden: Vec<Suppressed>,
    /// All suppressions, in the order of the text.
    pub(super) all: Vec<Suppression>,
}

/// Takes out the findings that are allowed, and adds those about what allows them.
pub(super) fn suppress(findings: Vec<Finding>, units: &Units<'_>, settings: &LocalSettings<'_>) -> Outcome {
    let mut all = if settings.general.no_suppressions { Vec::new() } else { collect(units, settings) };
    if !settings.general.no_suppressions {
        all.extend(of_settings(units, settings));
    }
    if all.is_empty() {
        return Outcome { kept: findings, ..Outcome::default() };
    }
    let spans = all
        .iter()
        .enumerate()
        .flat_map(|(number, one)| one.extents().map(move |span| (to_end(span, units.sources), number)));
    let entries = all.iter().enumerate().filter_map(|(number, one)| match one.scope {
        Scope::Setting(position) => Some((settings.general.allow.get(position)?, number)),
        _ => None,
    });
    let entries = entries.collect();
    let places = Places { cover: Cover::new(spans.collect()), pools: pools(units), entries };
    let mut outcome = Outcome::default();
    for finding in findings {
        let is_allowed = settings.at(finding.primary.span, units.sources).is_suppressible(finding.meta);
        let file = settings.path(finding.primary.span, units.sources);
        let by = places.who_hides(&finding, file, &mut all, is_allowed);
        outcome.divide(finding, &by);
    }
    outcome.kept.extend(told::findings(&all, settings, units.sources));
    outcome.all = all;
    outcome
}

/// A span, with the end of the file if it reaches that: what is said about the end stands behind the last byte.
fn to_end(span: Span, sources: &Sources) -> Span {
    let text = sources.at(span.start).map(|(_, source)| source.view().span());
    if text.is_some_and(|text| text.end == span.end) { Span::new(span.start, span.end + 1) } else { span }
}

/// The suppressions in the texts of all units, each once although its text may belong to several units.
fn collect(units: &Units<'_>, settings: &LocalSettings<'_>) -> Vec<Suppression> {
    let mut found: BTreeMap<(Span, usize), Suppression> = BTreeMap::new();
    for unit in &units.all {
        for remark in &unit.unit.remarks {
            let text = units.sources.slice(remark.words);
            for (place, new) in Suppression::of_comment(remark, text, settings.general) {
                let scope = new.scope.clone();
                let suppression = found.entry((remark.at, place)).or_insert(new);
                suppression.also_covers(&scope);
                suppression.dialects.push(unit.unit.dialect);
                suppression.is_reported |= unit.is_reported(remark.at, units.sources);
                suppression.is_open |= unit.is_part(remark.at, units.sources);
                if suppression.subject.unit.is_empty() {
                    suppression.subject = subject(unit, suppression, units.sources);
                }
            }
        }
    }
    found.into_values().collect()
}

/// The entries of the settings; those that stand in no file cannot be pointed at.
fn of_settings(units: &Units<'_>, local: &LocalSettings<'_>) -> Vec<Suppression> {
    let settings = local.general;
    let mut dialects: Vec<Dialect> = units.all.iter().map(|unit| unit.unit.dialect).collect();
    dialects.sort_unstable();
    dialects.dedup();
    let one = |(position, allow): (usize, &Allow)| {
        let at = allow.check.at.as_ref().and_then(|place| units.sources.span_of(&place.file, place.start..place.end));
        let suppression = Suppression::of_setting(position, allow, at.unwrap_or_default(), settings);
        let mut parts = units.all.iter().filter(|unit| unit.unit.is_part());
        let is_open = parts.any(|unit| may_speak_of(allow, unit, units.sources, local));
        Suppression { dialects: dialects.clone(), is_open, ..suppression }
    };
    settings.allow.iter().enumerate().map(one).collect()
}

/// Whether an entry of the settings is about something in a unit.
fn may_speak_of(allow: &Allow, unit: &OneUnit<'_>, sources: &Sources, settings: &LocalSettings<'_>) -> bool {
    let own = Subject::of_unit(unit.root, unit.root_in_project);
    let pools = unit.unit.pools.iter().flat_map(|pool| {
        let subject = own.clone().pool(unit.text(pool.name, sources));
        let targets = unit.unit.targets_of(pool).iter().map(|target| unit.text(target.name, sources));
        let targets: Vec<Subject> =
            targets.map(|name| Subject { target: Some(name.to_owned()), ..subject.clone() }).collect();
        std::iter::once(subject).chain(targets)
    });
    let mut subjects = std::iter::once(own.clone()).chain(pools);
    let files: Vec<&str> = unit.unit.files.iter().map(|file| settings.path(file.part, sources)).collect();
    subjects.any(|subject| files.iter().any(|file| allow.covers(&subject, file)))
}

fn subject(unit: &OneUnit<'_>, suppression: &Suppression, sources: &Sources) -> Subject {
    let at = suppression.extents().next().unwrap_or(suppression.at).start;
    let pools = &unit.unit.pools;
    let pool = pools.partition_point(|pool| pool.extent.start <= at).checked_sub(1).and_then(|last| pools.get(last));
    let pool = pool.filter(|pool| pool.extent.contains(at)).map(|pool| unit.text(pool.name, sources).to_owned());
    let names: Vec<&str> = suppression.names.iter().map(|name| name.text.as_str()).collect();
    let discriminator = names.join(",");
    Subject { pool, discriminator, ..Subject::of_unit(unit.root, unit.root_in_project) }
}

/// Where pools and other sections stand, by unit and name.
type Sections<'u> = FxHashMap<(&'u str, &'u str), Vec<Span>>;

fn pools<'u>(units: &'u Units<'_>) -> Sections<'u> {
    let mut sections = Sections::default();
    for unit in &units.all {
        let pools = unit.unit.pools.iter().map(|pool| (pool.name, pool.extent));
        let listeners = unit.unit.listeners.iter().map(|listener| (listener.name, listener.header));
        for (name, span) in pools.chain(listeners) {
            sections.entry((unit.root, unit.text(name, units.sources))).or_default().push(span);
        }
    }
    sections
}

/// Who covers a place, and a subject.
struct Places<'u> {
    cover: Cover,
    pools: Sections<'u>,
    /// Entries of the settings, with their positions among the suppressions.
    entries: Vec<(&'u Allow, usize)>,
}

impl Places<'_> {
    /// What hides each subject of a finding, if something does. All that covers it is noted as of use; the innermost hides it.
    /// `file` is the path of the cause from the directory of the settings; `is_allowed`: the settings let it be hidden.
    fn who_hides(
        &self,
        finding: &Finding,
        file: &str,
        all: &mut [Suppression],
        is_allowed: bool,
    ) -> Vec<Option<usize>> {
        let at_cause = self.cover.holding(finding.primary.span.start).map(|(_, number)| number);
        let cause = first_that_hides(at_cause, finding, all, is_allowed);
        let of_subject = |subject: &Subject| {
            let covering = self.around(subject).chain(self.entries_for(subject, file));
            let own = first_that_hides(covering, finding, all, is_allowed);
            cause.or(own)
        };
        finding.subjects.iter().map(of_subject).collect()
    }

    /// What covers all of a subject's pool.
    fn around<'s>(&'s self, subject: &'s Subject) -> impl Iterator<Item = usize> + 's {
        let key = subject.pool.as_deref().map(|pool| (subject.unit.as_str(), pool));
        let spans = key.and_then(|key| self.pools.get(&key)).into_iter().flatten();
        let around = |span: &'s Span| self.cover.holding(span.start).filter(|(around, _)| around.encloses(*span));
        spans.flat_map(around).map(|(_, number)| number)
    }

    /// The entries of the settings that speak of a subject.
    fn entries_for<'s>(&'s self, subject: &'s Subject, file: &'s str) -> impl Iterator<Item = usize> + 's {
        self.entries.iter().filter(|(allow, _)| allow.covers(subject, file)).map(|(_, number)| *number)
    }
}

fn first_that_hides(
    covering: impl Iterator<Item = usize>,
    finding: &Finding,
    all: &mut [Suppression],
    is_allowed: bool,
) -> Option<usize> {
    let mut first = None;
    for number in covering {
        let hides = all.get_mut(number).is_some_and(|one| one.meets(finding, is_allowed));
        first = first.or(hides.then_some(number));
    }
    first
}

impl Outcome {
    /// Puts each subject of a finding where it belongs; `by` says for each what hides it.
    fn divide(&mut self, mut finding: Finding, by: &[Option<usize>]) {
        if by.iter().all(Option::is_none) {
            return self.kept.push(finding);
        }
        let mut parts: BTreeMap<Option<usize>, Vec<Subject>> = BTreeMap::new();
        for (subject, by) in std::mem::take(&mut finding.subjects).into_iter().zip(by) {
            parts.entry(*by).or_default().push(subject);
        }
        for (by, subjects) in parts {
            let part = Finding { subjects, ..finding.clone() };
            match by {
                None => self.kept.push(part),
                Some(by) => self.hidden.push(Suppressed { finding: part, by }),
            }
        }
    }
}
