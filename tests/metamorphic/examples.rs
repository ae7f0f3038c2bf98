//! What the transformations are tried on: examples of the pages, files of the fixtures, and a sample of the corpus.

use std::path::{Path, PathBuf};

use lblint::analysis::{Analysis, analyze};
use lblint::checks::all;
use lblint::finding::Profile;
use lblint::settings::{ProfileChoice, Settings};
use lblint::source::{Dialect, MapReader, Version};

use crate::blocks::{Kind, blocks};

/// One configuration: what is read first, and what it may load.
pub(crate) struct Example {
    /// Where it is from.
    pub(crate) name: String,
    pub(crate) dialect: Dialect,
    /// For which version it was written.
    pub(crate) version: Option<Version>,
    /// The file that is transformed.
    pub(crate) path: String,
    pub(crate) text: String,
    /// Files beside it, which stay as they are.
    pub(crate) others: Vec<(String, String)>,
    /// Those of them that are arguments, too.
    pub(crate) further: Vec<String>,
}

impl Example {
    /// Analyses the example with other texts in place of its own; all checks run.
    pub(crate) fn analyze(&self, files: &[(String, String)]) -> Analysis {
        self.analyze_for(Profile::Audit, files)
    }

    /// The same, with the findings of a profile.
    pub(crate) fn analyze_for(&self, profile: Profile, files: &[(String, String)]) -> Analysis {
        let settings = Settings {
            dialect: Some(self.dialect),
            versions: self.version.map(|version| (self.dialect, version)).into_iter().collect(),
            profile: ProfileChoice(profile),
            ..Settings::default()
        };
        let paths = files.iter().map(|(path, _)| path).chain(&self.further).cloned();
        let paths: Vec<String> = paths.collect();
        let all = files.iter().chain(&self.others).cloned();
        analyze(&MapReader::new(all), &paths, &settings)
    }

    fn new(name: String, dialect: Dialect, text: String) -> Self {
        let path = match dialect {
            Dialect::Haproxy => "haproxy.cfg",
            Dialect::Nginx => "nginx.conf",
            Dialect::Envoy if name.ends_with(".json") => "envoy.json",
            Dialect::Envoy => "envoy.yaml",
        };
        Self { name, dialect, version: None, path: path.to_owned(), text, others: Vec::new(), further: Vec::new() }
    }
}

/// The examples that are part of the project.
pub(crate) fn shipped() -> Vec<Example> {
    let mut examples = of_pages();
    examples.extend(of_fixtures());
    let former = FORMER_DEFECTS.into_iter().enumerate();
    examples
        .extend(former.map(|(number, (dialect, text))| {
            Example::new(format!("former defect {number}"), dialect, text.to_owned())
        }));
    assert!(examples.len() > 200, "{} examples", examples.len());
    examples
}

/// The blocks of the pages that fire.
fn of_pages() -> Vec<Example> {
    let metas = all().iter().map(|check| check.meta());
    let blocks = metas.flat_map(|meta| blocks(meta.page).into_iter().flatten().map(move |block| (meta.name, block)));
    let firing = blocks.filter(|(_, block)| block.kind == Kind::Fires);
    firing
        .map(|(name, block)| {
            let mut files = block.files();
            let (path, text) = files.remove(0);
            let further = block.arguments().into_iter().filter(|argument| *argument != path).collect();
            let name = format!("{name}, block {}", block.number);
            let (dialect, version) = (block.dialect, block.version);
            Example { name, dialect, version, path, text, others: files, further }
        })
        .collect()
}

/// Configurations of which something else was said once their order was another one.
const FORMER_DEFECTS: [(Dialect, &str); 2] = [
    // A backup in front of the only active server, with the same settings.
    (
        Dialect::Haproxy,
        "defaults
    mode tcp
    timeout connect 2s
    timeout client 30s
    timeout server 30s

listen smtp
    bind 10.0.0.5:25
    option tcp-check
    server first 10.0.1.11:25 check inter 30s
    server second 10.0.1.12:25 check inter 30s backup
",
    ),
    // Only one of the two is checked.
    (
        Dialect::Haproxy,
        "defaults
    mode http
    timeout connect 2s
    timeout client 30s
    timeout server 30s

listen web
    bind 10.0.0.5:80
    option httpchk GET /health
    server web1 10.0.1.11:80 check
    server web2 10.0.1.12:80
",
    ),
];

fn of_fixtures() -> Vec<Example> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    // What is broken has no statements between which something could stand.
    let files = entries
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.is_file() && !path.iter().any(|part| part == "recover"));
    files.filter_map(|path| fixture(&path)).collect()
}

fn fixture(path: &Path) -> Option<Example> {
    let dialect = match path.extension()?.to_str()? {
        "cfg" => Dialect::Haproxy,
        "conf" => Dialect::Nginx,
        "yaml" | "json" => Dialect::Envoy,
        _ => return None,
    };
    let text = std::fs::read_to_string(path).ok()?;
    Some(Example::new(path.display().to_string(), dialect, text))
}

/// Every third accepted file of the corpus is tried: enough of each project, and done in a minute.
const EVERY: usize = 3;

/// A sample of the accepted files of the corpus, or nothing after saying so.
pub(crate) fn corpus() -> Vec<Example> {
    let Some(shared) = std::env::var_os("LBLINT_SHARED") else {
        eprintln!("skipped: LBLINT_SHARED does not say where the corpus is");
        return Vec::new();
    };
    let folder = PathBuf::from(shared).join("corpus");
    let manifest = std::fs::read_to_string(folder.join("MANIFEST.jsonl")).unwrap();
    let rows = manifest.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let accepted = rows.filter(|row| row["oracle"]["verdict"] == "ok" && row["program"] == row["dialect"]);
    let sample: Vec<Example> = accepted.step_by(EVERY).filter_map(|row| labelled(&folder, &row)).collect();
    assert!(sample.len() > 100, "the corpus has shrunk: {}", sample.len());
    sample
}

fn labelled(folder: &Path, row: &serde_json::Value) -> Option<Example> {
    let path = row["path"].as_str()?;
    let dialect = row["dialect"].as_str()?.parse().ok()?;
    let text = crate::placeholders::filled_in(&std::fs::read_to_string(folder.join(path)).ok()?);
    Some(Example {
        version: row["oracle"]["version"].as_str()?.parse().ok(),
        ..Example::new(path.to_owned(), dialect, text)
    })
}
