//! The programs accept the files with their defects: what is planted is no mistake that they would report themselves.

use std::path::Path;

use lblint::source::Dialect;

use super::{Planted, planted};
use crate::programs::judge;

/// Whether a program accepts a text; `None` if it is not installed.
fn accepts(dialect: Dialect, folder: &Path, text: &str) -> Option<Result<(), String>> {
    let extension = ["cfg", "conf", "yaml"][dialect as usize];
    let file = folder.join(format!("planted.{extension}"));
    std::fs::write(&file, text).unwrap();
    judge(dialect.name(), &file)
}

/// What a program has against a defect that it cannot have against the file as it is.
fn objection(dialect: Dialect, folder: &Path, one: &Planted) -> Option<Result<(), String>> {
    let text = String::from_utf8_lossy(&one.file.bytes).into_owned();
    accepts(dialect, folder, &text)?.ok()?;
    let verdict = accepts(dialect, folder, &one.draft.text())?;
    Some(verdict.map_err(|message| format!("{} in {}: {message}", one.seed.what, one.file.path)))
}

#[test]
fn planted_files_are_accepted() {
    let folder = std::env::temp_dir().join(format!("lblint-planted-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut refused = Vec::new();
    for dialect in Dialect::ALL {
        let Some((planted, _)) = planted(dialect) else { break };
        let verdicts: Vec<_> = planted.iter().filter_map(|one| objection(dialect, &folder, one)).collect();
        println!("{dialect}: {} of {} files could be asked about", verdicts.len(), planted.len());
        refused.extend(verdicts.into_iter().filter_map(Result::err));
    }
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(refused.is_empty(), "refused with the defect:\n{}", refused.join("\n"));
}
