//! Real configurations with one word changed: what `haproxy -c` refuses has an error, what it accepts has none.

use std::process::{Command, Stdio};

use lblint::analysis::analyze;
use lblint::finding::{Group, Severity};
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader};

use crate::{corpus, haproxy};

/// How many changed configurations are tried.
const MUTANTS: usize = 400;

/// A generator of numbers that are the same in every run (xorshift).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }

    pub(crate) fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }
}

/// The text with one word of one statement deleted, changed, or followed by another one.
fn mutant(text: &str, words: &[String], dice: &mut Dice) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let statements: Vec<usize> = (0..lines.len()).filter(|&at| is_statement(&lines[at])).collect();
    let at = *dice.pick(&statements);
    let mut own: Vec<String> = lines[at].split_whitespace().map(str::to_owned).collect();
    let word = dice.below(own.len());
    match dice.below(5) {
        0 => drop(own.remove(word)),
        1 => own[word].push('x'),
        2 => own[word] = swapped(&own[word], dice),
        3 => own[word].clone_from(dice.pick(words)),
        _ => own.push(dice.pick(words).clone()),
    }
    lines[at] = format!("    {}", own.join(" "));
    lines.join("\n") + "\n"
}

fn is_statement(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.contains(['#', '"', '\'', '\\'])
}

pub(crate) fn swapped(word: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() > 1 {
        let at = dice.below(letters.len() - 1);
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}

/// Whether the installed program accepts a configuration; names are not resolved, nothing leaves the machine.
fn accepts(text: &str) -> bool {
    let file = std::env::temp_dir().join(format!("lblint-mutant-{}.cfg", std::process::id()));
    std::fs::write(&file, text).unwrap();
    let mut command = Command::new("unshare");
    command.args(["-n", "haproxy", "-dr", "-c", "-q", "-f"]).arg(&file).stdout(Stdio::null()).stderr(Stdio::null());
    let status = command.status().unwrap();
    std::fs::remove_file(file).unwrap();
    matches!(status.code(), Some(0 | 2))
}

/// What lblint says the program would refuse. Values that are accepted and misread are another matter.
fn errors(text: &str) -> Vec<String> {
    let mut settings = Settings { dialect: Some(Dialect::Haproxy), ..Settings::default() };
    settings.versions.insert(Dialect::Haproxy, haproxy::version().unwrap());
    let analysis = analyze(&MapReader::new([("haproxy.cfg", text)]), &["haproxy.cfg".to_owned()], &settings);
    let refused = analysis.findings.shown.iter().filter(|finding| {
        let validity = finding.meta.group == Group::Validity || finding.meta.name == "undefined-pool";
        validity
            && finding.severity == Severity::Error
            && !["coerced-value", "empty-argument"].contains(&finding.meta.name)
    });
    refused.map(|finding| finding.message.clone()).collect()
}

#[test]
fn one_changed_word_is_judged_like_the_program_does() {
    let Some(files) = corpus::accepted().filter(|_| haproxy::available()) else { return };
    let sound: Vec<String> = files.into_iter().map(|(_, text)| text).filter(|text| accepts(text)).collect();
    let words: Vec<String> = sound.iter().flat_map(|text| text.split_whitespace()).map(str::to_owned).collect();
    let mut dice = Dice(0x5eed);
    let (mut refused, mut found, mut accepted, mut false_errors) = (0, 0, 0, Vec::new());
    for _ in 0..MUTANTS {
        let base: &String = dice.pick(&sound);
        let text = mutant(base, &words, &mut dice);
        let errors = errors(&text);
        if accepts(&text) {
            accepted += 1;
            false_errors.extend(errors.first().cloned());
        } else {
            refused += 1;
            found += usize::from(!errors.is_empty());
        }
    }
    println!(
        "{found} of {refused} refused mutants found; {} of {accepted} accepted ones called wrong",
        false_errors.len()
    );
    assert!(found * 100 >= refused * 93, "only {found} of {refused} refused mutants have an error");
    assert!(false_errors.len() * 50 <= accepted, "called wrong although accepted: {false_errors:#?}");
}
