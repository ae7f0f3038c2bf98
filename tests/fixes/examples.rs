//! What fixes are tried on: the examples of the pages, the folders of the fixtures.

use std::path::Path;

use lblint::analysis::{Analysis, analyze};
use lblint::checks;
use lblint::finding::Profile;
use lblint::settings::{ProfileChoice, Settings};
use lblint::source::{Dialect, MapReader, Version};

use crate::blocks::blocks;
use crate::fixed::Files;

/// The day as of which examples are judged.
const TODAY: &str = "2026-12-01";

/// One configuration, or several.
pub(crate) struct Example {
    /// Where it is from.
    pub(crate) name: String,
    pub(crate) dialect: Option<Dialect>,
    version: Option<Version>,
    pub(crate) files: Files,
    arguments: Vec<String>,
}

impl Example {
    /// A text that stands alone.
    pub(crate) fn alone(dialect: Dialect, path: &str, text: &str) -> Self {
        let files = vec![(path.to_owned(), text.to_owned())];
        let (name, arguments) = (path.to_owned(), vec![path.to_owned()]);
        Self { name, dialect: Some(dialect), version: None, files, arguments }
    }

    /// Texts whose languages discovery finds out.
    pub(crate) fn of(files: Files, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|path| (*path).to_owned()).collect();
        Self { name: String::new(), dialect: None, version: None, files, arguments }
    }

    /// Everything that all checks find in these texts in place of its own.
    pub(crate) fn analyze(&self, files: &Files) -> Analysis {
        let mut settings = Settings {
            dialect: self.dialect,
            versions: self.dialect.zip(self.version).into_iter().collect(),
            profile: ProfileChoice(Profile::Audit),
            today: TODAY.parse().ok(),
            ..Settings::default()
        };
        settings.history.counts = true;
        analyze(&MapReader::new(files.clone()), &self.arguments, &settings)
    }
}

/// All that the project ships.
pub(crate) fn all() -> Vec<Example> {
    let metas = checks::all().iter().map(|check| check.meta());
    let blocks = metas.flat_map(|meta| blocks(meta.page).into_iter().flatten().map(move |block| (meta.name, block)));
    let mut examples: Vec<Example> = blocks
        .map(|(name, block)| Example {
            name: format!("{name}, block {}", block.number),
            dialect: Some(block.dialect),
            version: block.version,
            files: block.files(),
            arguments: block.arguments(),
        })
        .collect();
    for folder in ["incidents", "repos"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
        let folders = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        examples.extend(folders.filter(|path| path.is_dir()).map(|path| fixture(&path)));
    }
    examples.extend(syntax());
    assert!(examples.len() > 200, "{} examples", examples.len());
    examples
}

/// A folder with all files in it.
fn fixture(folder: &Path) -> Example {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let paths = entries.map(walkdir::DirEntry::into_path).filter(|path| path.is_file());
    let file = |path: std::path::PathBuf| {
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        Some((name, std::fs::read_to_string(path).ok()?))
    };
    let files: Files = paths.filter_map(file).collect();
    let name = folder.display().to_string();
    Example { name, dialect: None, version: None, files, arguments: vec![".".to_owned()] }
}

/// The texts of the readers' own tests, each alone.
fn syntax() -> Vec<Example> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/syntax");
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let paths = entries.map(walkdir::DirEntry::into_path);
    let one = |path: std::path::PathBuf| {
        let (dialect, name) = match path.extension()?.to_str()? {
            "cfg" => (Dialect::Haproxy, "haproxy.cfg"),
            "conf" => (Dialect::Nginx, "nginx.conf"),
            "yaml" => (Dialect::Envoy, "envoy.yaml"),
            "json" => (Dialect::Envoy, "envoy.json"),
            _ => return None,
        };
        let example = Example::alone(dialect, name, &std::fs::read_to_string(&path).ok()?);
        Some(Example { name: path.display().to_string(), ..example })
    };
    paths.filter_map(one).collect()
}
