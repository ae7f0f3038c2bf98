//! `pools` against an independent reading of the corpus's nginx files: crossplane, a Python package.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lblint::analysis::analyze;
use lblint::report::{Filter, Format, Options, Subject, render};
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader, Version};
use serde_json::{Value, json};

use crate::corpus;

/// The version that labelled the corpus.
const VERSION: Version = Version::release(1, 22, 1);

#[test]
fn pools_agree_with_an_independent_reading() {
    let Some(python) = python() else { return };
    let Some(files) = corpus::accepted_nginx() else { return };
    let folder = std::env::temp_dir().join(format!("lblint-crossplane-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let paths: Vec<PathBuf> = (0..files.len()).map(|number| folder.join(format!("{number}.conf"))).collect();
    for (path, (_, text)) in paths.iter().zip(&files) {
        std::fs::write(path, text).unwrap();
    }
    let readings = read(&python, &paths);
    std::fs::remove_dir_all(folder).unwrap();
    assert_eq!(readings.len(), files.len(), "crossplane read every file");
    let (mut compared, mut pools, mut wrong) = (0, 0, Vec::new());
    for ((path, text), reading) in files.iter().zip(&readings) {
        let known = reading["declared"].as_array().unwrap().len() + reading["implicit"].as_array().unwrap().len();
        compared += usize::from(known > 0);
        pools += known;
        wrong.extend(differences(text, reading).into_iter().map(|difference| format!("{path}: {difference}")));
    }
    println!("{compared} files with {pools} pools, {} differences", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared >= 200, "only {compared} files could be compared");
}

/// A Python that has crossplane: the one that is named, or any.
fn python() -> Option<PathBuf> {
    let named = std::env::var_os("LBLINT_CROSSPLANE_PYTHON").map(PathBuf::from);
    let has_it = |python: &Path| {
        let status = Command::new(python).args(["-c", "import crossplane"]).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    let found = named.into_iter().chain([PathBuf::from("python3")]).find(|python| has_it(python));
    if found.is_none() {
        eprintln!("skipped: no python3 with crossplane (pip install crossplane==0.5.8)");
    }
    found
}

fn read(python: &Path, paths: &[PathBuf]) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live/read_nginx.py");
    let mut command = Command::new(python);
    command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let lines = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join("\n");
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// In what the model and the other reading differ.
fn differences(text: &str, reading: &Value) -> Vec<String> {
    let (declared, implicit, fragment) = model(text);
    let mut differences = Vec::new();
    if json!(declared) != reading["declared"] {
        differences.push(format!("{} instead of {}", json!(declared), reading["declared"]));
    }
    let others: BTreeSet<String> =
        reading["implicit"].as_array().unwrap().iter().map(|host| host.as_str().unwrap().to_owned()).collect();
    // A bare name in a fragment may be a pool of another file.
    let expected = |host: &&String| !fragment || host.contains(['.', ':']) || *host == "localhost";
    let missing: Vec<&String> = others.difference(&implicit).filter(expected).collect();
    if !missing.is_empty() {
        differences.push(format!("no pool for {missing:?}"));
    }
    differences
}

/// The pools that `lblint pools` lists: declared ones in the order of the text, the hosts of the others, and whether the
/// file is a fragment.
fn model(text: &str) -> (Vec<Value>, BTreeSet<String>, bool) {
    let reader = MapReader::new([("nginx.conf", text)]);
    let mut settings = Settings { dialect: Some(Dialect::Nginx), ..Settings::default() };
    settings.versions.insert(Dialect::Nginx, VERSION);
    let analysis = analyze(&reader, &["nginx.conf".to_owned()], &settings);
    let report = render(&analysis, Subject::Pools(&Filter::default()), Format::Json, &Options::new(&settings));
    let json: Value = serde_json::from_str(&report).unwrap();
    let pools: Vec<&Value> =
        json["units"].as_array().unwrap().iter().flat_map(|unit| unit["pools"].as_array().unwrap()).collect();
    let (declared, hosts): (Vec<&Value>, Vec<&Value>) = pools.into_iter().partition(|pool| pool["kind"] == "upstream");
    let hosts = hosts.into_iter().map(|pool| pool["name"].as_str().unwrap().to_ascii_lowercase());
    let fragment = analysis.units.iter().any(|unit| unit.unit.fragment);
    (declared.into_iter().map(described).collect(), hosts.collect(), fragment)
}

/// A pool as the other reading describes it.
fn described(pool: &Value) -> Value {
    let target = |target: &Value| json!([target["name"], target["weight"], target["role"], target["ejected_after"]]);
    let targets: Vec<Value> = pool["targets"].as_array().unwrap().iter().map(target).collect();
    json!([pool["name"], pool["policy"]["name"], targets])
}
