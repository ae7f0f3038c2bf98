//! The installed programs accept with a fix what they accepted before it.

use std::collections::BTreeMap;

use lblint::source::Dialect;

use crate::examples::{Example, all};
use crate::fixed::{Files, tried};
use crate::programs::judge;

/// What the program of the dialect says of a text that stands alone; `None` if it is not installed.
fn verdict(dialect: Dialect, files: &Files, folder: &std::path::Path) -> Option<Result<(), String>> {
    let (name, text) = files.first()?;
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    judge(dialect.name(), &path)
}

/// The example with its dialect, if it is one text and its program accepts it.
fn accepted(example: &Example, folder: &std::path::Path) -> Option<Dialect> {
    let dialect = example.dialect.filter(|_| example.files.len() == 1)?;
    verdict(dialect, &example.files, folder)?.ok().map(|()| dialect)
}

#[test]
fn programs_accept_what_is_fixed() {
    let folder = std::env::temp_dir().join(format!("lblint-fixes-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (mut asked, mut refused) = (BTreeMap::<Dialect, usize>::new(), Vec::new());
    for example in all() {
        let fixes = tried(&example.files, usize::MAX, |files| example.analyze(files));
        if fixes.is_empty() {
            continue;
        }
        let Some(dialect) = accepted(&example, &folder) else { continue };
        for fix in fixes {
            *asked.entry(dialect).or_default() += 1;
            let error = verdict(dialect, &fix.files, &folder).and_then(Result::err);
            refused.extend(error.map(|error| format!("{}: {}: {error}", example.name, fix.check)));
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
    eprintln!("asked about fixes of files that they accept (none: not installed): {asked:?}");
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}
