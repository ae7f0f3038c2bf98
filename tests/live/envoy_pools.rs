//! `pools` against a running envoy: clusters, policies in force, targets, limits; and the same model from its own dump.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lblint::analysis::{Analysis, analyze};
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader};

use crate::envoy::{Envoy, in_parallel};
use crate::envoy_cases::{CLUSTERS, WHOLE, written_out};
use crate::{corpus, envoy, envoy_model, envoy_running};

/// What is said of each pool, by name: what of it, and the value.
pub(crate) type Pools = BTreeMap<String, BTreeMap<&'static str, String>>;

/// A configuration: its files, the one that the program is started with first.
struct Case {
    name: String,
    files: Vec<(String, String)>,
}

/// What became of a case.
enum Outcome {
    Agrees(usize),
    Differs(Vec<String>),
    /// It did not start here: certificates or other files are not there.
    Refused(String),
}

fn own() -> Vec<Case> {
    let alone = |(name, clusters): &(&str, &str)| {
        let text = format!("static_resources:\n  clusters:\n{}\n", indented(&written_out(clusters)));
        Case { name: (*name).to_owned(), files: vec![("envoy.yaml".to_owned(), text)] }
    };
    let whole = |(name, files): &crate::envoy_cases::Whole| {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), written_out(text)));
        Case { name: (*name).to_owned(), files: files.collect() }
    };
    CLUSTERS.iter().map(alone).chain(WHOLE.iter().map(whole)).chain(incidents()).collect()
}

pub(crate) fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// The written configurations of the incidents.
pub(crate) fn incident_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/incidents");
    let folders = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().join("envoy"));
    let files = folders.filter(|folder| folder.is_dir()).flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let mut files: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
    files.sort();
    files
}

fn incidents() -> impl Iterator<Item = Case> {
    incident_files().into_iter().map(|path| Case {
        name: path.display().to_string(),
        files: vec![("envoy.yaml".to_owned(), std::fs::read_to_string(path).unwrap())],
    })
}

fn of_corpus() -> Vec<Case> {
    let files = corpus::accepted_of("envoy").unwrap_or_default();
    let case = |(path, text): (String, String)| {
        let end = if path.ends_with(".json") { "json" } else { "yaml" };
        Case { name: path, files: vec![(format!("envoy.{end}"), text)] }
    };
    files.into_iter().map(case).collect()
}

#[test]
fn pools_agree_with_a_running_envoy() {
    if !envoy::available() {
        return;
    }
    let (own, of_corpus) = (own(), of_corpus());
    assert!(own.len() >= 34, "the written cases");
    let agreed_own = report("written", &own);
    let agreed_corpus = report("corpus", &of_corpus);
    assert_eq!(agreed_own, own.len(), "every written case starts and agrees");
    // The corpus may be absent; then it has been said.
    let expected = if of_corpus.is_empty() { 0 } else { 40 };
    assert!(agreed_corpus >= expected, "only {agreed_corpus} files of the corpus could be compared");
}

/// Compares all cases; how many agree. None may differ.
fn report(what: &str, cases: &[Case]) -> usize {
    let outcomes = in_parallel(cases, |case| compare(what, case));
    let (mut agreed, mut pools, mut wrong, mut refused) = (0, 0, Vec::new(), Vec::new());
    for (case, outcome) in cases.iter().zip(outcomes) {
        match outcome {
            Outcome::Agrees(count) => (agreed, pools) = (agreed + 1, pools + count),
            Outcome::Differs(differences) => {
                wrong.extend(differences.into_iter().map(|difference| format!("{}: {difference}", case.name)));
            }
            Outcome::Refused(why) => refused.push(format!("{}: {}", case.name, why.lines().next().unwrap_or_default())),
        }
    }
    println!("{what}: {agreed} files with {pools} pools agree, {} did not start here: {refused:#?}", refused.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    agreed
}

fn compare(what: &str, case: &Case) -> Outcome {
    let name: String = case.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let folder = std::env::temp_dir().join(format!("lblint-envoy-{}-{what}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (path, text) in &case.files {
        std::fs::write(folder.join(path), text).unwrap();
    }
    let running = Envoy::start(&folder.join(&case.files[0].0));
    let outcome = match &running {
        Ok(running) => compare_running(case, running),
        Err(why) => Outcome::Refused(why.clone()),
    };
    drop(running);
    std::fs::remove_dir_all(&folder).unwrap();
    outcome
}

fn compare_running(case: &Case, running: &Envoy) -> Outcome {
    let dump = running.ask("/config_dump?include_eds").unwrap_or_default();
    let theirs = envoy_running::pools(running, &serde_json::from_str(&dump).unwrap_or_default());
    let analysis = analysis(&case.files);
    let ours = envoy_model::pools(&analysis);
    let mut wrong = differences(&ours, &theirs, "running");
    let dumped = analysis_of_dump(&dump);
    if envoy_model::is_complete(&analysis) {
        wrong.extend(differences(&envoy_model::facts(&analysis), &envoy_model::facts(&dumped), "from its dump"));
        let (own, from_dump) = (envoy_model::routes(&analysis), envoy_model::routes(&dumped));
        if own != from_dump {
            wrong.push(format!("routes {own:#?}, from its dump {from_dump:#?}"));
        }
    }
    if wrong.is_empty() { Outcome::Agrees(theirs.len()) } else { Outcome::Differs(wrong) }
}

fn analysis(files: &[(String, String)]) -> Analysis {
    let settings = Settings { dialect: Some(Dialect::Envoy), ..Settings::default() };
    analyze(&MapReader::new(files.iter().cloned()), &[files[0].0.clone()], &settings)
}

fn analysis_of_dump(dump: &str) -> Analysis {
    analysis(&[("dump.json".to_owned(), dump.to_owned())])
}

/// In what two descriptions of pools differ. What one of them does not say is not compared.
fn differences(ours: &Pools, theirs: &Pools, source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let names = |pools: &Pools| pools.keys().cloned().collect::<Vec<_>>();
    if names(ours) != names(theirs) {
        return vec![format!("pools {:?}, {source} {:?}", names(ours), names(theirs))];
    }
    for ((name, ours), theirs) in ours.iter().zip(theirs.values()) {
        for (what, value) in ours {
            if let Some(other) = theirs.get(what).filter(|other| *other != value) {
                found.push(format!("{name}: {what} {value}, {source} {other}"));
            }
        }
    }
    found
}
