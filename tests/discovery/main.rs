//! What is found in a repository, in whatever form: files, embedded documents, dumps, units that the settings declare; and
//! what is not taken for a configuration.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod declared;
mod disk;
mod embedded;
mod encodings;
mod parts;
mod threads;
mod traps;

use lblint::analysis::{Analysis, analyze};
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader};

/// Everything below the root of a map of files.
fn all(files: &[(&str, &str)]) -> Analysis {
    analyze(&MapReader::new(files.iter().copied()), &[".".to_owned()], &Settings::default())
}

/// The units as `dialect root: pools`, each pool with the line of its header.
fn units(analysis: &Analysis) -> Vec<String> {
    let describe = analysis.units.iter().map(|analysed| {
        let unit = &analysed.unit;
        let pools: Vec<String> = unit
            .pools()
            .map(|(_, pool)| {
                let at = analysis.sources.location(pool.header);
                format!("{}@{}:{}:{}", unit.texts.get(pool.name, &analysis.sources), at.file, at.line, at.column)
            })
            .collect();
        format!("{} {}: {}", unit.dialect, analysed.root, pools.join(" ")).trim_end().to_owned()
    });
    describe.collect()
}

/// The findings as `file:line:column check`.
fn findings(analysis: &Analysis) -> Vec<String> {
    let describe = analysis.findings.shown.iter().map(|finding| {
        let at = analysis.sources.location(finding.primary.span);
        format!("{}:{}:{} {}", at.file, at.line, at.column, finding.meta.name)
    });
    describe.collect()
}

/// The languages that are found.
fn dialects(analysis: &Analysis) -> Vec<Dialect> {
    analysis.units.iter().map(|analysed| analysed.unit.dialect).collect()
}
