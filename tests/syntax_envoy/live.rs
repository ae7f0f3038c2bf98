//! The installed program as judge of every row.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use lblint::syntax::envoy::Format;

use super::complaints;
use super::properties::corpus;
use super::rows::{FIELDS, TEXTS};

/// Where the program is: as `LBLINT_ENVOY` says, in the package of Python, or `envoy` on the path.
fn program() -> Option<PathBuf> {
    let given = std::env::var_os("LBLINT_ENVOY").map(PathBuf::from);
    let script = "import envoy, os; print(os.path.join(os.path.dirname(envoy.__file__), '_bin', 'envoy'))";
    let package = || {
        let output = Command::new("python3").args(["-c", script]).output().ok()?;
        Some(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())).filter(|path| path.is_file())
    };
    let found = given.or_else(package).unwrap_or_else(|| PathBuf::from("envoy"));
    let answers = Command::new(&found).arg("--version").output().is_ok_and(|output| output.status.success());
    if !answers {
        eprintln!("skipped: envoy is not installed");
    }
    answers.then_some(found)
}

/// Whether the program accepts a file, and what it says.
fn ask(program: &PathBuf, text: &str, format: Format) -> (bool, String) {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let ending = if format == Format::Json { "json" } else { "yaml" };
    let file = std::env::temp_dir().join(format!("lblint-envoy-{}-{number}.{ending}", std::process::id()));
    std::fs::write(&file, text).unwrap();
    let output = Command::new("timeout")
        .arg("10")
        .arg(program)
        .args(["--mode", "validate", "-l", "error", "--base-id", &(1000 + number).to_string(), "-c"])
        .arg(&file)
        .output()
        .unwrap();
    std::fs::remove_file(&file).unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Asks about many files at once, as many at a time as there are processors.
fn disagreements(files: &[(String, String, Format, bool)]) -> Vec<String> {
    let Some(program) = program() else { return Vec::new() };
    let next = AtomicU32::new(0);
    let work = || {
        let mut wrong = Vec::new();
        while let Some((name, text, format, expected)) = files.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
            let (accepted, printed) = ask(&program, text, *format);
            if accepted != *expected {
                wrong.push(format!("{name}: accepted: {accepted}, {text:?}: {printed}"));
            }
        }
        wrong
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn live_fields_agree_with_the_program() {
    let files: Vec<_> = FIELDS
        .iter()
        .map(|row| (row.value.to_owned(), row.field.file(row.value, row.format), row.format, row.accepted))
        .collect();
    let wrong = disagreements(&files);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn live_texts_agree_with_the_program() {
    let files: Vec<_> =
        TEXTS.iter().map(|row| (row.name.to_owned(), row.text.to_owned(), row.format, row.accepted)).collect();
    let wrong = disagreements(&files);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The verdicts of the corpus were found out with the program.
#[test]
fn real_files_have_the_verdict_that_the_program_gave() {
    let Some(folder) = corpus("envoy") else { return };
    let manifest = std::fs::read_to_string(folder.join("../MANIFEST.jsonl")).unwrap();
    let (mut checked, mut wrong) = (0, Vec::new());
    for row in manifest.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()) {
        let path = row["path"].as_str().unwrap();
        let Ok(bytes) = std::fs::read(folder.join("..").join(path)) else { continue };
        let (verdict, error) = (&row["oracle"]["verdict"], row["oracle"].to_string());
        if row["dialect"] != "envoy" || (verdict != "ok" && verdict != "rejected") {
            continue;
        }
        let format = if path.ends_with(".json") { Format::Json } else { Format::Yaml };
        let found = complaints(&String::from_utf8_lossy(&bytes), format).len();
        let is_refused = verdict == "rejected" && error.contains("yaml-cpp: error");
        checked += 1;
        if (verdict == "ok" && found > 0) || (is_refused && found == 0) {
            wrong.push(format!("{path}: {found} errors, the program: {error}"));
        }
    }
    assert!(wrong.is_empty(), "of {checked}:\n{}", wrong.join("\n"));
}
