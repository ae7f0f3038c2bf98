//! The files of the corpus with the verdicts of the real programs.

use std::path::PathBuf;

use lblint::analysis::{Analysis, analyze};
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader, Version};

/// One labelled file.
#[derive(Clone)]
pub(crate) struct Labelled {
    /// Its path in the corpus.
    pub(crate) path: String,
    /// The program that it is for.
    pub(crate) program: String,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
    /// `ok`, `rejected` or `needs-environment`.
    pub(crate) verdict: String,
    /// Why it was refused, in a word.
    pub(crate) reason: Option<String>,
    /// The version of the program that judged it.
    pub(crate) version: Version,
    /// The context that a fragment was put into for the program.
    pub(crate) within: Option<String>,
    /// What the program said first, if it refused.
    pub(crate) first_error: Option<String>,
}

/// The folder of the corpus, or `None` after saying that the test is skipped.
pub(crate) fn folder() -> Option<PathBuf> {
    let shared = std::env::var("LBLINT_SHARED").unwrap_or_else(|_| "../shared".into());
    let folder = PathBuf::from(shared).join("corpus");
    if !folder.is_dir() {
        eprintln!("skipped: ../shared/corpus is absent");
        return None;
    }
    Some(folder)
}

/// All files of one dialect that stand alone or are fragments of it.
pub(crate) fn labelled(dialect: &str) -> Option<Vec<Labelled>> {
    let folder = folder()?;
    let manifest = std::fs::read_to_string(folder.join("MANIFEST.jsonl")).unwrap();
    let rows = manifest.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let files = rows.filter(|row| row["dialect"] == dialect).map(|row| {
        let path = row["path"].as_str().unwrap().to_owned();
        let oracle = &row["oracle"];
        Labelled {
            bytes: std::fs::read(folder.join(&path)).unwrap(),
            path,
            program: row["program"].as_str().unwrap_or_default().to_owned(),
            verdict: oracle["verdict"].as_str().unwrap_or("none").to_owned(),
            reason: oracle["reason"].as_str().map(str::to_owned),
            version: oracle["version"].as_str().unwrap_or("2.6").parse().unwrap(),
            within: oracle["wrapped_in"].as_str().map(str::to_owned),
            first_error: oracle["first_error"].as_str().map(str::to_owned),
        }
    });
    Some(files.collect())
}

/// Analyses one file as if it were alone, for the version that judged it.
pub(crate) fn analysis(file: &Labelled, dialect: Dialect, settings: Settings) -> Analysis {
    let reader = MapReader::new([(file.path.clone(), file.bytes.clone())]);
    let mut settings = Settings { dialect: Some(dialect), ..settings };
    settings.versions.insert(dialect, file.version);
    analyze(&reader, std::slice::from_ref(&file.path), &settings)
}

impl Labelled {
    /// The file with the placeholders of test harnesses filled in, as it was for the program.
    pub(crate) fn filled_in(mut self) -> Self {
        if let Ok(text) = std::str::from_utf8(&self.bytes) {
            self.bytes = crate::placeholders::filled_in(text).into_bytes();
        }
        self
    }
}
