//! The hooks, run by the real `pre-commit` at a real `git commit`.

use std::path::PathBuf;
use std::process::Command;

use super::{folder, git, repository, search_path, told, tool};

/// A repository of teams that has the hook, and the program that runs it.
struct Team {
    repository: PathBuf,
    pre_commit: PathBuf,
}

/// A commit of the team, which the hook may refuse.
fn commit(team: &Team) -> (Option<i32>, String) {
    let tools = team.pre_commit.parent().unwrap();
    let mut commit = Command::new("git");
    commit.current_dir(&team.repository).args(["commit", "--all", "--message=change"]);
    commit.env("PATH", format!("{}:{}", tools.display(), search_path())).env("GIT_CONFIG_GLOBAL", "/dev/null");
    let names = ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"];
    commit.envs(names.map(|name| (name, "ops@shop.example")));
    told(&commit.env("PRE_COMMIT_HOME", home()).output().unwrap())
}

/// Nothing of the user's cache is touched.
fn home() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pre-commit")
}

/// A repository of hooks with the manifest as it is in the working tree.
fn hooks(name: &str) -> PathBuf {
    let hooks = folder(&format!("{name}-manifest"));
    std::fs::copy(".pre-commit-hooks.yaml", hooks.join(".pre-commit-hooks.yaml")).unwrap();
    git(&hooks, &["init", "--quiet", "--initial-branch=main"]);
    git(&hooks, &["add", "--all"]);
    git(&hooks, &["commit", "--quiet", "--message=hooks"]);
    git(&hooks, &["tag", "v0.1.0"]);
    hooks
}

fn install(pre_commit: PathBuf, name: &str) -> Team {
    let team = Team { repository: repository("fixtures/repos/etc", name), pre_commit };
    let repo = hooks(name);
    let config =
        format!("repos:\n  - repo: {}\n    rev: v0.1.0\n    hooks:\n      - id: lblint-system\n", repo.display());
    std::fs::write(team.repository.join(".pre-commit-config.yaml"), config).unwrap();
    git(&team.repository, &["add", "--all"]);
    let output = Command::new(&team.pre_commit).arg("install").current_dir(&team.repository).output().unwrap();
    assert_eq!(told(&output).0, Some(0), "{}", told(&output).1);
    team
}

fn edit(team: &Team, file: &str, change: impl Fn(&str) -> String) {
    let file = team.repository.join(file);
    let text = std::fs::read_to_string(&file).unwrap();
    let changed = change(&text);
    assert_ne!(text, changed);
    std::fs::write(file, changed).unwrap();
}

#[test]
fn a_commit_is_refused_until_its_finding_is_mended() {
    let Some(pre_commit) = tool("pre-commit") else { return };
    let team = install(pre_commit, "hook-team");
    let shop = "haproxy/conf.d/10-shop.cfg";

    edit(&team, shop, |text| text.replace("weight 100", "weight 200"));
    let (status, printed) = commit(&team);
    assert_eq!(status, Some(1), "{printed}");
    assert!(printed.contains("error[one-target-takes-all]: `shop1` gets 99.0 % of `shop`"), "{printed}");
    assert!(!printed.contains("undetectable-failover"), "told of a file that was not changed: {printed}");

    edit(&team, shop, |text| text.replace("weight 200", "weight 1"));
    let (status, printed) = commit(&team);
    assert_eq!(status, Some(0), "{printed}");
    assert!(printed.contains("Passed"), "{printed}");
}

#[test]
fn files_that_are_no_configurations_pass() {
    let Some(pre_commit) = tool("pre-commit") else { return };
    let team = install(pre_commit, "hook-other");
    edit(&team, "default/haproxy", |text| format!("{text}# nothing\n"));
    edit(&team, "CODEOWNERS", |text| format!("{text}# nothing\n"));
    std::fs::write(team.repository.join("playbook.yml"), "- hosts: all\n").unwrap();
    git(&team.repository, &["add", "--all"]);
    let (status, printed) = commit(&team);
    assert_eq!(status, Some(0), "{printed}");
}

/// The hook looks at files of these names and at no others.
#[test]
fn the_manifest_chooses_files_that_could_be_configurations() {
    let Some(python) = tool("python") else { return };
    let script = "import re, sys, yaml\n\
        hooks = yaml.safe_load(open('.pre-commit-hooks.yaml'))\n\
        for name in sys.argv[1:]: print(name, *{bool(re.search(hook['files'], name)) and not re.search(hook['exclude'], name) for hook in hooks})\n";
    let names = |names: &[&str], wanted: &str| {
        let output = Command::new(&python).args(["-c", script]).args(names).output().unwrap();
        let printed = told(&output).1;
        let lines: Vec<&str> = printed.lines().collect();
        assert_eq!(lines, names.iter().map(|name| format!("{name} {wanted}")).collect::<Vec<_>>());
    };
    names(
        &[
            "haproxy.cfg",
            "etc/nginx/sites-available/shop",
            "nginx/conf.d/a.CONF",
            "roles/x/templates/haproxy.cfg.j2",
            "envoy.json",
        ],
        "True",
    );
    names(
        &["README.md", "src/main.rs", "group/hosts", "default/haproxy", "haproxy/haproxy.cfg.bak", "nginx/nginx.conf~"],
        "False",
    );
}
