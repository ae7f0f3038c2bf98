//! Where reports are written: each to a file of its own, and none over what is read.

use std::path::{Path, PathBuf};

use lblint::report::Format;

use super::exit::Failure;

/// Refuses outputs that would lose a report or destroy a file that is read.
pub(super) fn check<'p>(outputs: &[(Format, String)], read: impl IntoIterator<Item = &'p str>) -> Result<(), Failure> {
    let mut places: Vec<PathBuf> = Vec::with_capacity(outputs.len());
    for (format, file) in outputs {
        let format = format.name();
        if file == "-" {
            let remedy = format!("standard output takes the report of --format: write --format {format}");
            return Err(format!("--output {format}=-: {remedy}").into());
        }
        let own = place(file);
        if places.contains(&own) {
            return Err(format!("--output {format}={file}: another report is written to that file").into());
        }
        places.push(own);
    }
    if !places.iter().any(|own| own.exists()) {
        return Ok(());
    }
    match read.into_iter().find(|path| places.contains(&place(path))) {
        Some(path) => Err(format!("--output: {path} is read, and a report would take its place").into()),
        None => Ok(()),
    }
}

/// The one path of a file, whether it is there or not.
fn place(file: &str) -> PathBuf {
    let path = Path::new(file);
    let above = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let beside = || Some(above.canonicalize().ok()?.join(path.file_name()?));
    path.canonicalize().ok().or_else(beside).unwrap_or_else(|| path.to_path_buf())
}
