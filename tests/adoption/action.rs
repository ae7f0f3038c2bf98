//! What the GitHub Action runs, with the lblint that was built.

use std::path::Path;
use std::process::Command;

use super::{folder, repository, search_path, told};

/// Runs the action's script as the runner does; then its status, what it printed, and its outputs.
fn run(repository: &Path, inputs: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let outputs = folder(&format!("{}-outputs", repository.file_name().unwrap().to_str().unwrap())).join("outputs");
    let script = std::env::current_dir().unwrap().join("packaging/action.sh");
    let mut action = Command::new("bash");
    action.arg(script).current_dir(repository).env("PATH", search_path()).env("GITHUB_OUTPUT", &outputs);
    let unset = ["PATHS", "ARGS", "SARIF"].map(|name| (format!("LBLINT_ACTION_{name}"), ""));
    action.envs(unset).env("LBLINT_ACTION_VERSION", "none").env("LBLINT_ACTION_PATHS", ".");
    let (status, printed) = told(&action.envs(inputs.iter().copied()).output().unwrap());
    (status, printed, std::fs::read_to_string(outputs).unwrap())
}

#[test]
fn the_action_annotates_and_ends_with_the_status_of_the_check() {
    let etc = repository("fixtures/repos/etc", "action-etc");
    let (status, printed, outputs) = run(&etc, &[("LBLINT_ACTION_SARIF", "lblint.sarif")]);
    assert_eq!((status, outputs.as_str()), (Some(1), "status=1\n"), "{printed}");
    assert!(printed.contains("::error file=haproxy/conf.d/10-shop.cfg,line=8"), "{printed}");
    let sarif = std::fs::read_to_string(etc.join("lblint.sarif")).unwrap();
    assert!(sarif.contains("one-target-takes-all"));

    let quiet = [("LBLINT_ACTION_PATHS", "nginx\nhaproxy"), ("LBLINT_ACTION_ARGS", "--fail-on never")];
    let (status, printed, outputs) = run(&etc, &quiet);
    assert_eq!((status, outputs.as_str()), (Some(0), "status=0\n"), "{printed}");
}

/// What is written into an input stays an argument.
#[test]
fn inputs_are_no_programs() {
    let etc = repository("fixtures/repos/etc", "action-injection");
    let (status, printed, _) = run(&etc, &[("LBLINT_ACTION_PATHS", "$(touch pwned) ; touch pwned")]);
    assert_eq!(status, Some(2), "{printed}");
    assert!(!etc.join("pwned").exists());
}

/// The inputs that the script reads are those that the action passes.
#[test]
fn the_action_passes_what_the_script_reads() {
    let [action, script] = ["action.yml", "packaging/action.sh"].map(|file| std::fs::read_to_string(file).unwrap());
    for (input, name) in [("paths", "PATHS"), ("args", "ARGS"), ("version", "VERSION"), ("sarif", "SARIF")] {
        assert!(action.contains(&format!("LBLINT_ACTION_{name}: ${{{{ inputs.{input} }}}}")), "{input}");
        assert!(script.contains(&format!("LBLINT_ACTION_{name}")), "{name}");
    }
}
