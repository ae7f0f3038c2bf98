//! What other programs read of ours, held against their schemas.

use std::process::{Command, Stdio};

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

/// Reads a report from the standard input and holds it against the schema that it is told.
const HELD_AGAINST: &str = "import sys; from lxml import etree; schema = etree.XMLSchema(etree.parse(sys.argv[1])); \
    schema.validate(etree.parse(sys.stdin.buffer)); sys.exit(str(schema.error_log))";

/// The schema of the plugin that reads such reports in Jenkins.
#[test]
fn junit_follows_the_schema_of_jenkins() {
    let Some(python) = tool("python") else { return };
    let schema = python.with_file_name("../junit-10.xsd");
    assert!(schema.exists(), "no {}", schema.display());
    let held = |report: &[u8]| {
        let mut reader = Command::new(&python);
        let reader = reader.args(["-c", HELD_AGAINST]).arg(&schema).stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut reader = reader.spawn().unwrap();
        std::io::Write::write_all(&mut reader.stdin.take().unwrap(), report).unwrap();
        told(&reader.wait_with_output().unwrap()).1.trim().to_owned()
    };
    for path in ["fixtures/incidents", "fixtures/repos", "tests/formats/haproxy-hostile.cfg"] {
        for fail_on in ["info", "never"] {
            let arguments =
                ["check", "--isolated", "--profile", "audit", "--format", "junit", "--fail-on", fail_on, path];
            let report = Command::new(env!("CARGO_BIN_EXE_lblint")).args(arguments).output().unwrap();
            assert_eq!(held(&report.stdout), "", "{path}");
        }
    }
    assert!(
        held(b"<testsuites skipped='0'/>").contains("skipped"),
        "a schema that accepts everything would prove nothing"
    );
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
