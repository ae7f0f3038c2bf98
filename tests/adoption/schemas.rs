//! What other programs read of ours, held against their schemas.

use std::process::Command;

use super::{told, tool};

/// A schema that check-jsonschema brings, and the files that it is for.
const FILES: [(&str, &[&str]); 3] = [
    ("vendor.github-actions", &["action.yml"]),
    (
        "vendor.github-workflows",
        &[".github/workflows/ci.yml", ".github/workflows/release.yml", "docs/examples/github-workflow.yml"],
    ),
    ("vendor.gitlab-ci", &["docs/examples/gitlab-ci.yml"]),
];

#[test]
fn actions_workflows_and_pipelines_follow_their_schemas() {
    let Some(checker) = tool("check-jsonschema") else { return };
    for (schema, files) in FILES {
        let output = Command::new(&checker).args(["--builtin-schema", schema]).args(files).output().unwrap();
        let (status, text) = told(&output);
        assert_eq!(status, Some(0), "{text}");
    }
}

#[test]
fn pre_commit_accepts_the_manifest_and_the_examples() {
    let Some(program) = tool("pre-commit") else { return };
    for arguments in [
        &["validate-manifest", ".pre-commit-hooks.yaml"][..],
        &["validate-config", "docs/examples/pre-commit-config.yaml", "docs/examples/pre-commit-wheel.yaml"],
    ] {
        let (status, text) = told(&Command::new(&program).args(arguments).output().unwrap());
        assert_eq!((status, text.as_str()), (Some(0), ""));
    }
}

/// The examples name the version that this is.
#[test]
fn examples_name_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    for (file, wanted) in [
        ("docs/examples/pre-commit-config.yaml", format!("rev: v{version}\n")),
        ("docs/examples/pre-commit-wheel.yaml", format!("\"lblint=={version}\"")),
        ("docs/examples/github-workflow.yml", format!("lblint/lblint@v{version}\n")),
        ("docs/examples/gitlab-ci.yml", format!("lblint=={version}\n")),
    ] {
        assert!(std::fs::read_to_string(file).unwrap().contains(&wanted), "{file}: {wanted}");
    }
}
