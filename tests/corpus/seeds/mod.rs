//! A hundred defects, planted into files that the programs accept: nine of ten must be found.
//!
//! The defects are written from the catalogue of checks and from research, not from the checks. Each is planted into one
//! file and one pool, which a fixed sequence of pseudo-random numbers chooses among those where it applies and where the file
//! as it is has no such finding. It is found if one of the checks that are named for it fires at a line of the plant, or at
//! the head of what it was planted into, in the profile that shows everything.
//!
//! `planted_files_are_accepted` asks the real programs about every file that they accept here as it is.

mod draft;
mod envoy;
mod envoy_seeds;
mod haproxy;
mod haproxy_seeds;
mod live;
mod nginx;
mod nginx_seeds;

use lblint::analysis::Analysis;
use lblint::checks::find;
use lblint::finding::{Finding, Profile, Severity};
use lblint::settings::{ProfileChoice, Settings};
use lblint::source::Dialect;

use crate::files::{Labelled, analysis, labelled};
use draft::Draft;

/// All ways to plant a defect into a file.
type Plant = Box<dyn Fn(&str) -> Vec<Draft>>;

/// A defect.
pub(crate) struct Seed {
    /// The check that must find it, or others that the catalogue has for the same cause.
    checks: &'static [&'static str],
    /// What is done.
    what: &'static str,
    plant: Plant,
}

/// A defect in a file.
struct Planted {
    seed: Seed,
    file: Labelled,
    draft: Draft,
    /// What these checks remark on the file as it is.
    remarks: Vec<String>,
}

/// How many are planted, and how many of them must be found.
const PLANTED: usize = 100;
const FOUND: usize = 90;

/// Where the sequence of pseudo-random numbers begins.
const BEGINNING: u64 = 20_261_121;

/// `SplitMix64` (Steele, Lea and Flood 2014): small, and the same everywhere.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    /// The numbers below `limit` in an order of their own.
    fn order(&mut self, limit: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..limit).collect();
        for last in (1..limit).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }
}

fn audited(file: &Labelled, dialect: Dialect) -> Analysis {
    analysis(file, dialect, Settings { profile: ProfileChoice(Profile::Audit), ..Settings::default() })
}

/// Plants the seeds of a dialect, each once; those that fit nowhere are named.
fn planted(dialect: Dialect) -> Option<(Vec<Planted>, Vec<&'static str>)> {
    let files = labelled(dialect.name())?;
    let accepted: Vec<Labelled> =
        files.into_iter().filter(|file| file.verdict == "ok").map(Labelled::filled_in).collect();
    let seeds = match dialect {
        Dialect::Haproxy => haproxy_seeds::seeds(),
        Dialect::Nginx => nginx_seeds::seeds(),
        Dialect::Envoy => envoy_seeds::seeds(),
    };
    let (mut planted, mut homeless) = (Vec::new(), Vec::new());
    for (number, seed) in seeds.into_iter().enumerate() {
        let mut sequence = Sequence(BEGINNING + number as u64);
        match home(&seed, &accepted, dialect, &mut sequence) {
            Some(home) => planted.push(Planted { seed, file: home.0, draft: home.1, remarks: home.2 }),
            None => homeless.push(seed.what),
        }
    }
    Some((planted, homeless))
}

/// The file and the place for a seed.
fn home(
    seed: &Seed,
    files: &[Labelled],
    dialect: Dialect,
    sequence: &mut Sequence,
) -> Option<(Labelled, Draft, Vec<String>)> {
    for index in sequence.order(files.len()) {
        let file = &files[index];
        let Ok(text) = std::str::from_utf8(&file.bytes) else { continue };
        let mut drafts = (seed.plant)(text);
        if drafts.is_empty() {
            continue;
        }
        let draft = drafts.swap_remove(sequence.below(drafts.len()));
        let said = audited(file, dialect);
        let own: Vec<_> =
            said.findings.shown.iter().filter(|finding| seed.checks.contains(&finding.meta.name)).collect();
        let is_remark =
            |finding: &&Finding| finding.severity == Severity::Info && finding.meta.severity > Severity::Info;
        if own.iter().all(is_remark) {
            let remarks = own.iter().map(|finding| finding.message.clone()).collect();
            return Some((file.clone(), draft, remarks));
        }
    }
    None
}

impl Planted {
    fn with_defect(&self) -> Labelled {
        Labelled { bytes: self.draft.text().into_bytes(), ..self.file.clone() }
    }

    /// For people: `LBLINT_PLANTED` names a folder for the files with their defects.
    fn write_out(&self, dialect: Dialect, number: usize) {
        let Some(folder) = std::env::var_os("LBLINT_PLANTED") else { return };
        let head = format!("# {:?}: {}, in {}\n", self.seed.checks, self.seed.what, self.file.path);
        let name = format!("{dialect}-{number:02}-{}", self.seed.checks[0]);
        let extension = ["cfg", "conf", "yaml"][dialect as usize];
        let path = std::path::PathBuf::from(folder).join(name).with_extension(extension);
        std::fs::write(path, self.draft.text() + &head).unwrap();
    }

    /// Nothing if the defect is found, else what is said instead.
    fn missed(&self, dialect: Dialect) -> Option<String> {
        let analysis = audited(&self.with_defect(), dialect);
        let marked = self.draft.marked();
        let line = |span| analysis.sources.location(span).line;
        let is_new = |one: &&Finding| self.seed.checks.contains(&one.meta.name) && !self.remarks.contains(&one.message);
        let mut right = analysis.findings.shown.iter().filter(is_new);
        if right.clone().any(|finding| marked.contains(&line(finding.primary.span))) {
            return None;
        }
        let elsewhere =
            right.next().map(|one| format!("\n    elsewhere, line {}: {}", line(one.primary.span), one.message));
        let near = analysis.findings.shown.iter().filter(|one| marked.contains(&line(one.primary.span)));
        let near: Vec<String> = near.map(|one| format!("{} {}", line(one.primary.span), one.meta.name)).collect();
        let exists = self.seed.checks.iter().any(|name| find(name).is_some());
        let reason = if exists { "missed" } else { "no such check" };
        Some(format!(
            "{reason}: {:?} ({}) in {}, lines {marked:?}; there: {near:?}{}",
            self.seed.checks,
            self.seed.what,
            self.file.path,
            elsewhere.unwrap_or_default()
        ))
    }
}

#[test]
fn planted_defects_are_found() {
    let (mut all, mut missed) = (0, Vec::new());
    for dialect in Dialect::ALL {
        let Some((planted, homeless)) = planted(dialect) else { return };
        planted.iter().zip(1..).for_each(|(one, number)| one.write_out(dialect, number));
        let misses: Vec<String> = planted.iter().filter_map(|one| one.missed(dialect)).collect();
        println!("{dialect}: {} of {} found", planted.len() - misses.len(), planted.len());
        for what in homeless {
            println!("  fits nowhere: {what}");
        }
        all += planted.len();
        missed.extend(misses);
    }
    missed.sort();
    for one in &missed {
        println!("{one}");
    }
    assert!(all >= PLANTED, "only {all} defects could be planted");
    assert!((all - missed.len()) * PLANTED >= all * FOUND, "{} of {all} were found", all - missed.len());
}
