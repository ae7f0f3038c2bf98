//! Templates: what is filled in costs no text, no pool and no false word.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, clippy::print_stderr, reason = "tests")]

mod cases;
mod engines;
mod guarded;
mod pools;
mod properties;
mod rendered;
mod rows;
mod unknown;

use lblint::analysis::{Analysis, analyze};
use lblint::finding::Profile;
use lblint::settings::{ProfileChoice, Settings};
use lblint::source::{Dialect, MapReader};

/// Analyses one text as a file of this name, as a check of everything.
pub(crate) fn read(name: &str, text: &str, dialect: Option<Dialect>) -> Analysis {
    let settings = Settings { profile: ProfileChoice(Profile::Audit), dialect, ..Settings::default() };
    analyze(&MapReader::new([(name.to_owned(), text.as_bytes().to_vec())]), &[name.to_owned()], &settings)
}
