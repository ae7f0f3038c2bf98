//! Completions are read by the shells that are installed, and manual pages by `man`.

use std::process::{Command, Stdio};

use super::{search_path, told};

fn lblint(arguments: &[&str]) -> String {
    let (status, text) = told(&Command::new(env!("CARGO_BIN_EXE_lblint")).args(arguments).output().unwrap());
    assert_eq!(status, Some(0), "{text}");
    text
}

fn commands() -> Vec<String> {
    lblint(&["man", "--list"]).lines().map(str::to_owned).collect()
}

#[test]
fn each_shell_completes_each_command_and_its_options() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = lblint(&["completions", shell]);
        for word in commands().iter().map(String::as_str).chain(["fail-on", "proxy-version"]) {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

/// The shells' own readers; those that are not installed are left out.
#[test]
fn shells_accept_their_scripts() {
    for shell in ["bash", "zsh", "fish"] {
        let reader = Command::new(shell).arg("-n").stdin(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let Ok(mut reader) = reader else {
            eprintln!("skipped: no {shell}");
            continue;
        };
        std::io::Write::write_all(&mut reader.stdin.take().unwrap(), lblint(&["completions", shell]).as_bytes())
            .unwrap();
        let (status, text) = told(&reader.wait_with_output().unwrap());
        assert_eq!((status, text.as_str()), (Some(0), ""), "{shell}");
    }
}

#[test]
fn bash_completes_what_is_typed() {
    let typed = |words: &str, last: &str| {
        let script = format!(
            "source <(lblint completions bash); COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _lblint lblint '{last}' ''; echo \"${{COMPREPLY[*]}}\""
        );
        told(&Command::new("bash").args(["-c", &script]).env("PATH", search_path()).output().unwrap()).1
    };
    assert_eq!(typed("lblint che", "che"), "check checks\n");
    assert_eq!(typed("lblint check --fail", "--fail"), "--fail-on\n");
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let whole = lblint(&["man"]);
    for command in commands() {
        assert!(whole.contains(&format!("lblint\\-{command}(1)")), "{command} is not named in the manual");
        let page = lblint(&["man", &command]);
        assert!(page.contains(&format!(".TH lblint-{command} 1")), "{page}");
    }
    let output = Command::new(env!("CARGO_BIN_EXE_lblint")).args(["man", "chek"]).output().unwrap();
    assert_eq!(told(&output), (Some(2), "lblint: `chek` is no command; `lblint man --list` lists all\n".to_owned()));
}

#[test]
fn man_shows_the_page() {
    let shown = format!("{} man check | man -l -", env!("CARGO_BIN_EXE_lblint"));
    let output = Command::new("sh").args(["-c", &shown]).env("MANWIDTH", "100").env("LC_ALL", "C.UTF-8").output();
    let (status, text) = told(&output.unwrap());
    if status != Some(0) {
        eprintln!("skipped: no man");
        return;
    }
    assert!(text.contains("--fail-on <SEVERITY>") && text.contains("Exit status: 0"), "{text}");
}
