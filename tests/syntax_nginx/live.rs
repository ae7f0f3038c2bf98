//! The installed program as judge: the same words, the same refusals, on the same lines.

use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::properties::corpus;
use super::{WORDS, complaints, values_of};

/// What the program says of a text.
#[derive(Debug)]
pub(super) enum Verdict {
    Accepted,
    Refused {
        /// The line that it names.
        line: usize,
        /// All that it printed.
        printed: String,
    },
}

/// Asks the program about a text in which nothing but syntax can be wrong; `None` if it is not installed.
pub(super) fn nginx(text: &str) -> Option<Verdict> {
    nginx_alone(&format!("pid nginx.pid; error_log stderr; {text}"))
}

/// The same with the module for Lua, if that is installed.
pub(super) fn nginx_with_lua(text: &str) -> Option<Verdict> {
    let folder = Path::new("/usr/lib/nginx/modules");
    let modules = ["ndk_http_module.so", "ngx_http_lua_module.so"].map(|name| folder.join(name));
    if !modules.iter().all(|module| module.is_file()) {
        eprintln!("skipped: the Lua module is not installed");
        return None;
    }
    let [kit, lua] = modules.map(|module| module.display().to_string());
    nginx(&format!("load_module {kit}; load_module {lua}; {text}"))
}

/// Asks the program about a whole file.
pub(super) fn nginx_alone(text: &str) -> Option<Verdict> {
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("lblint-nginx-{}-{number}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("nginx.conf");
    std::fs::write(&file, text).unwrap();
    let output = Command::new("timeout")
        .args(["5", "nginx", "-t", "-e", "stderr", "-p"])
        .arg(&folder)
        .arg("-c")
        .arg(&file)
        .env("PATH", "/usr/sbin:/usr/bin:/bin")
        .output();
    std::fs::remove_dir_all(&folder).unwrap();
    // 127: there is no such program.
    let Some(output) = output.ok().filter(|output| output.status.code() != Some(127)) else {
        eprintln!("skipped: nginx is not installed");
        return None;
    };
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    Some(if output.status.success() {
        Verdict::Accepted
    } else {
        Verdict::Refused { line: line_in(&printed), printed }
    })
}

/// The line that stands behind the file's name at the end of the first fatal message.
fn line_in(printed: &str) -> usize {
    let (_, after) = printed.split_once("[emerg]").unwrap_or_else(|| panic!("no error in {printed}"));
    let at = after.find("nginx.conf:").unwrap_or_else(|| panic!("no line in {printed}")) + "nginx.conf:".len();
    after[at..].chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

/// The value of a first word: the program prints the name of a directive that it does not know.
fn printed_name(word: &str) -> Option<String> {
    let Verdict::Refused { printed, .. } = nginx(&format!("events {{}}\n{word};"))? else {
        panic!("{word:?} is accepted");
    };
    let (_, name) = printed.split_once("unknown directive \"").unwrap_or_else(|| panic!("{word:?}: {printed}"));
    Some(name[..name.rfind("\" in ").unwrap()].to_owned())
}

#[test]
fn live_words_agree_with_the_program() {
    for (word, value) in WORDS {
        let Some(printed) = printed_name(word) else { return };
        assert_eq!(printed, value, "{word:?}");
    }
}

#[test]
fn live_random_words_agree_with_the_program() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let one = "[ab$\\\\\"'{}ntr#;( ]{1,10}";
    let mut left = 300;
    while left > 0 {
        let word = one.new_tree(&mut runner).unwrap().current();
        let text = format!("{word};");
        if !complaints(&text).is_empty() || super::read(&text).0.statements.len() != 1 {
            continue;
        }
        left -= 1;
        let Some(printed) = printed_name(&word) else { return };
        assert_eq!(printed, values_of(&text, 0)[0], "{word:?}");
    }
}

/// The first error of random text, in a block where every word may stand.
#[test]
fn live_random_texts_are_refused_on_the_same_line() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let one = "([ab$\\\\\"'{}#;()\n ]|a b;\n|'c'|\\\\\"){1,20}";
    let (mut agreed, mut accepted) = (0, 0);
    for _ in 0..500 {
        let inner = one.new_tree(&mut runner).unwrap().current();
        let text = format!("events {{}}\nhttp {{ types {{\n{inner}\n}} }}\n");
        let own = complaints(&text).into_iter().next();
        let Some(verdict) = nginx(&text) else { return };
        match verdict {
            Verdict::Accepted => {
                assert_eq!(own, None, "{text:?}");
                accepted += 1;
            }
            Verdict::Refused { line, printed } if is_about_syntax(&printed) => {
                assert_eq!(own.map(|(_, line, _)| line), Some(line), "{text:?}: {printed}");
                agreed += 1;
            }
            // The program stopped at something else, so it did not complain about anything before that line.
            Verdict::Refused { line, printed } => {
                assert!(own.is_none_or(|(_, own, _)| own >= line), "{text:?}: {printed}");
            }
        }
    }
    assert!(agreed > 200 && accepted > 5, "{agreed} {accepted}");
}

/// The first error of random text in a block of Lua, which the program does not run here.
#[test]
fn live_random_lua_ends_where_the_program_ends_it() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let one = "([{}'\"\\\\=a\n -]|\\[\\[|\\]\\]|\\[=\\[|\\]=\\]|--|\\{ \\}){1,16}";
    let (mut agreed, mut accepted) = (0, 0);
    for _ in 0..300 {
        let inner = one.new_tree(&mut runner).unwrap().current();
        let text = format!(
            "events {{}}\nhttp {{ server {{ location / {{ content_by_lua_block {{x{inner}\n}} access_log off;\n}} }} }}\n"
        );
        let own = complaints(&text).into_iter().next();
        let Some(verdict) = nginx_with_lua(&text) else { return };
        match verdict {
            Verdict::Accepted => {
                assert_eq!(own, None, "{text:?}");
                accepted += 1;
            }
            Verdict::Refused { line, printed } if is_about_syntax(&printed) => {
                assert_eq!(own.map(|(_, line, _)| line), Some(line), "{text:?}: {printed}");
                agreed += 1;
            }
            Verdict::Refused { line, printed } => {
                assert!(own.is_none_or(|(_, own, _)| own >= line), "{text:?}: {printed}");
            }
        }
    }
    assert!(agreed > 100 && accepted > 20, "{agreed} {accepted}");
}

fn is_about_syntax(printed: &str) -> bool {
    ["unexpected ", "too long parameter", "Lua code block"].iter().any(|message| printed.contains(message))
}

/// The verdicts of the corpus were found out with the program; its lines are those of wrapped files.
#[test]
fn real_files_have_the_verdict_that_the_program_gave() {
    let Some(folder) = corpus("nginx") else { return };
    let manifest = std::fs::read_to_string(folder.join("../MANIFEST.jsonl")).unwrap();
    let (mut checked, mut wrong) = (0, Vec::new());
    for row in manifest.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()) {
        let path = row["path"].as_str().unwrap();
        if row["dialect"] != "nginx" {
            continue;
        }
        let Ok(bytes) = std::fs::read(folder.join("..").join(path)) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        let own = complaints(&text).into_iter().next();
        let (verdict, error) = (&row["oracle"]["verdict"], row["oracle"]["first_error"].as_str().unwrap_or_default());
        checked += 1;
        let syntax = verdict == "rejected" && is_about_syntax(error);
        if (verdict == "ok" && own.is_some()) || (syntax && own.is_none()) {
            wrong.push(format!("{path}: {own:?}, the program: {error}"));
        }
    }
    assert!(wrong.is_empty(), "of {checked}:\n{}", wrong.join("\n"));
}
