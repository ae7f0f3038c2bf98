//! Fixes of what is found in the corpus: each is applied and looked at again.

use std::collections::BTreeMap;

use lblint::analysis::Analysis;
use lblint::finding::Profile;
use lblint::settings::{ProfileChoice, Settings};
use lblint::source::Dialect;

use crate::files::{Labelled, analysis, labelled};
use crate::fixed::{Files, tried};

/// Most fixes that are tried of one check in one file: those further down are alike.
const OF_A_FILE: usize = 3;

/// Above this size a file is passed over: each fix is a whole analysis.
const LARGEST: usize = 60_000;

fn analyze(file: &Labelled, dialect: Dialect, files: &Files) -> Analysis {
    let mut settings = Settings { profile: ProfileChoice(Profile::Audit), ..Settings::default() };
    settings.history.counts = true;
    let bytes = files.first().map(|(_, text)| text.clone().into_bytes()).unwrap_or_default();
    analysis(&Labelled { bytes, ..file.clone() }, dialect, settings)
}

fn fixes_of(dialect: Dialect) {
    let Some(all) = labelled(dialect.name()) else { return };
    let (mut checks, mut problems) = (BTreeMap::<&str, usize>::new(), Vec::new());
    for file in all.iter().filter(|file| file.program == dialect.name() && file.bytes.len() < LARGEST) {
        let Ok(text) = String::from_utf8(file.bytes.clone()) else { continue };
        let files = vec![(file.path.clone(), text)];
        for fix in tried(&files, OF_A_FILE, |files| analyze(file, dialect, files)) {
            *checks.entry(fix.check).or_default() += 1;
            problems.extend(fix.problems.iter().map(|problem| format!("{} ({}): {problem}", file.path, file.verdict)));
        }
    }
    println!("{dialect}: {checks:#?}");
    assert!(problems.is_empty(), "{}:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn fixes_of_haproxy_files_mend_what_they_are_for() {
    fixes_of(Dialect::Haproxy);
}

#[test]
fn fixes_of_nginx_files_mend_what_they_are_for() {
    fixes_of(Dialect::Nginx);
}

#[test]
fn fixes_of_envoy_files_mend_what_they_are_for() {
    fixes_of(Dialect::Envoy);
}
