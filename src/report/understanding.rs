//! What was understood of each file and what was not: the document behind `lblint coverage`.

use serde::Serialize;

use super::redact::Redactor;
use super::sanitise;
use crate::analysis::{AnalysedUnit, Analysis, FileCoverage, Undecided, UnreadInclude};
use crate::finding::Subject;
use crate::source::{Location, Skipped, Sources, Span};

/// `lblint/coverage/1`.
#[derive(Debug, Serialize)]
pub(super) struct Understanding {
    pub(super) schema: &'static str,
    pub(super) total: Counts,
    pub(super) files: Vec<Covered>,
    pub(super) undecided: Vec<Open>,
    pub(super) unread_includes: Vec<Include>,
    pub(super) not_analysed: Vec<String>,
    pub(super) orphans: Vec<String>,
    pub(super) generated: Vec<Noted>,
    pub(super) skipped: Vec<Noted>,
    pub(super) problems: Vec<String>,
}

/// A file with a remark.
#[derive(Debug, Serialize)]
pub(super) struct Noted {
    pub(super) file: String,
    pub(super) why: String,
}

/// An include whose file was not read.
#[derive(Debug, Serialize)]
pub(super) struct Include {
    pub(super) location: Location,
    pub(super) path: String,
    pub(super) why: &'static str,
}

/// How many statements there are of each kind.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Counts {
    pub(super) statements: usize,
    pub(super) modelled: usize,
    pub(super) irrelevant: usize,
    pub(super) inactive: usize,
    pub(super) unsupported: usize,
    pub(super) unrecognised: usize,
}

/// One file.
#[derive(Debug, Serialize)]
pub(super) struct Covered {
    pub(super) file: String,
    #[serde(flatten)]
    pub(super) counts: Counts,
    /// Statements that could change who gets the traffic and are not modelled.
    pub(super) unsupported_statements: Vec<Statement>,
    pub(super) unrecognised_statements: Vec<Statement>,
}

/// One statement that was not understood.
#[derive(Debug, Serialize)]
pub(super) struct Statement {
    pub(super) location: Location,
    pub(super) text: String,
}

/// A pool of which something is not known.
#[derive(Debug, Serialize)]
pub(super) struct Open {
    pub(super) subject: Subject,
    pub(super) why: &'static str,
    pub(super) would_decide: &'static str,
    pub(super) location: Location,
}

/// Longest text of a statement that is quoted, in characters.
const LONGEST: usize = 120;

pub(super) fn understanding(analysis: &Analysis) -> Understanding {
    let redactor = Redactor::new(analysis);
    let coverages = analysis.units.iter().flat_map(|analysed| &analysed.coverage.files);
    let files: Vec<Covered> = coverages.map(|coverage| file(coverage, &analysis.sources, &redactor)).collect();
    let mut total = Counts::default();
    for file in &files {
        total.add(file.counts);
    }
    Understanding {
        schema: "lblint/coverage/1",
        total,
        files,
        undecided: undecided(analysis),
        unread_includes: unread_includes(analysis),
        not_analysed: harmless(&analysis.unrecognised),
        orphans: harmless(&analysis.orphans),
        generated: generated(analysis),
        skipped: skipped(analysis),
        problems: problems(analysis),
    }
}

/// The files that programs wrote, with the words that say so.
pub(super) fn generated(analysis: &Analysis) -> Vec<Noted> {
    // What a template says of itself is true of what is made from it.
    let made = analysis.sources.iter().filter(|(_, source)| source.template().is_none());
    let noted = made.filter_map(|(_, source)| {
        let mark = analysis.sources.slice(source.generated()?).chars().take(LONGEST).collect::<String>();
        let why = if mark.is_empty() { "[[generated]]".into() } else { sanitise::line(&mark).into_owned() };
        Some(Noted { file: sanitise::line(&source.path).into_owned(), why })
    });
    let mut noted: Vec<Noted> = noted.collect();
    noted.sort_by(|a, b| a.file.cmp(&b.file));
    noted
}

/// The files that were not read although they hold, or may hold, a configuration.
pub(super) fn skipped(analysis: &Analysis) -> Vec<Noted> {
    let noted = |one: &Skipped| Noted { file: sanitise::line(&one.path).into_owned(), why: one.why.to_string() };
    analysis.skipped.iter().map(noted).collect()
}

/// What could not be read, each with the reason.
pub(super) fn problems(analysis: &Analysis) -> Vec<String> {
    analysis.errors.iter().map(|problem| sanitise::line(&problem.to_string()).into_owned()).collect()
}

impl std::fmt::Display for Noted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.file, self.why)
    }
}

fn harmless(paths: &[String]) -> Vec<String> {
    paths.iter().map(|path| sanitise::line(path).into_owned()).collect()
}

/// Every include whose file was not read, each once however many units load it.
pub(super) fn unread_includes(analysis: &Analysis) -> Vec<Include> {
    let mut unread: Vec<UnreadInclude> =
        analysis.units.iter().flat_map(|analysed| &analysed.coverage.unread).copied().collect();
    unread.sort_by_key(|include| (include.at, include.why));
    unread.dedup();
    let mut includes: Vec<Include> = unread.iter().map(|include| described(include, &analysis.sources)).collect();
    includes.sort_by(|a, b| a.location.cmp(&b.location));
    includes
}

fn described(include: &UnreadInclude, sources: &Sources) -> Include {
    let path = sources.slice(whole_pieces(include.at, sources)).chars().take(LONGEST).collect::<String>();
    Include {
        location: location(sources, include.at),
        path: sanitise::line(&path).into_owned(),
        why: include.why.phrase(),
    }
}

/// A place with the whole of what a template fills in there: the copy that readers see may end a statement in it.
fn whole_pieces(at: Span, sources: &Sources) -> Span {
    let template = sources.at(at.start).and_then(|(_, source)| source.template());
    let pieces = template.into_iter().flat_map(|template| &template.pieces).filter(|piece| piece.overlaps(at));
    pieces.fold(at, |whole, piece| Span::new(whole.start.min(piece.start), whole.end.max(piece.end)))
}

/// Every pool of which something is not known.
pub(super) fn undecided(analysis: &Analysis) -> Vec<Open> {
    let each = |analysed: &AnalysedUnit| -> Vec<Open> {
        analysed.verdict.undecided.iter().map(|undecided| open(analysis, analysed, undecided)).collect()
    };
    analysis.units.iter().flat_map(each).collect()
}

/// The same as lines for people.
pub(super) fn undecided_lines(analysis: &Analysis) -> Vec<String> {
    undecided(analysis).iter().map(Open::to_string).collect()
}

impl std::fmt::Display for Include {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { location, path, why } = self;
        write!(formatter, "{}:{}:{}: {path}: {why}", location.file, location.line, location.column)
    }
}

impl std::fmt::Display for Open {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { subject, why, would_decide, location } = self;
        let pool = subject.pool.as_deref().unwrap_or_default();
        let (file, line) = (&location.file, location.line);
        write!(formatter, "{file}:{line}: {pool}: {why}; would decide it: {would_decide}")
    }
}

fn open(analysis: &Analysis, analysed: &AnalysedUnit, undecided: &Undecided) -> Open {
    let unit = &analysed.unit;
    let pool = unit.texts.get(undecided.pool, &analysis.sources);
    let subject = Subject {
        unit: sanitise::line(&analysed.root).into_owned(),
        pool: Some(sanitise::line(pool).into_owned()),
        ..Subject::default()
    };
    Open {
        subject,
        why: undecided.why.phrase(),
        would_decide: undecided.would_decide,
        location: location(&analysis.sources, undecided.at),
    }
}

/// Where a span begins, with a harmless file name.
pub(super) fn location(sources: &Sources, span: Span) -> Location {
    let location = sources.location(span);
    Location { file: sanitise::line(&location.file).into_owned(), ..location }
}

fn file(coverage: &FileCoverage, sources: &Sources, redactor: &Redactor<'_>) -> Covered {
    let statements = |spans: &[Span]| -> Vec<Statement> {
        let statement = |span: &Span| Statement { location: location(sources, *span), text: quoted(redactor, *span) };
        spans.iter().map(statement).collect()
    };
    Covered {
        file: sanitise::line(sources.file_of(coverage.source)).into_owned(),
        counts: Counts {
            statements: coverage.statements(),
            modelled: coverage.modelled,
            irrelevant: coverage.irrelevant,
            inactive: coverage.inactive,
            unsupported: coverage.unsupported.len(),
            unrecognised: coverage.unrecognised.len(),
        },
        unsupported_statements: statements(&coverage.unsupported),
        unrecognised_statements: statements(&coverage.unrecognised),
    }
}

fn quoted(redactor: &Redactor<'_>, span: Span) -> String {
    // Four bytes a character at most; what is cut off here would be cut off below.
    let end = span.end.min(span.start.saturating_add(4 * LONGEST as u32 + 4));
    let text = redactor.text(Span::new(span.start, end));
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.statements += other.statements;
        self.modelled += other.modelled;
        self.irrelevant += other.irrelevant;
        self.inactive += other.inactive;
        self.unsupported += other.unsupported;
        self.unrecognised += other.unrecognised;
    }
}
