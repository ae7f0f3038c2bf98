//! Real nginx configurations with one word changed: what `nginx -t` refuses gets a complaint, what it accepts gets none.

use std::sync::Arc;

use lblint::diagnostic::{Diagnostic, Kind};
use lblint::grammar::nginx::{ContextSet, Grammar};
use lblint::source::{SourceId, Version, View};
use lblint::syntax::nginx::{Mount, Mounts, parse};
use lblint::validate::Program;
use lblint::validate::nginx::{Input, repeated, validate};

use crate::mutants::Dice;
use crate::nginx::{Verdict, judge};
use crate::{corpus, nginx};

/// How many changed configurations are tried.
const MUTANTS: usize = 600;
/// How many files they are made of.
const FILES: usize = 160;

/// Refused for what is not in the text: names of hosts, files, users, addresses that the machine does not have.
const ENVIRONMENT: [&str; 9] = [
    "host not found",
    "failed (",
    "getpwnam",
    "getgrnam",
    "cannot load",
    "could not build",
    "dlopen",
    "bind()",
    "PEM_",
];

/// Refused because nothing defines a name: that is not asked here.
const NAMES: [&str; 5] =
    ["unknown \"", "unknown log format", "zero size shared memory zone", "is unknown", "no port in upstream"];

/// The text with one word of one statement deleted, changed, or followed by another one, or without its terminator.
fn mutant(text: &str, words: &[String], dice: &mut Dice) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let statements: Vec<usize> = (0..lines.len()).filter(|&at| is_statement(&lines[at])).collect();
    let at = *dice.pick(&statements);
    let line = lines[at].trim().to_owned();
    let (body, end) = line.split_at(line.len() - 1);
    let mut own: Vec<String> = body.split_whitespace().map(str::to_owned).collect();
    let word = dice.below(own.len());
    let mut end = end.to_owned();
    match dice.below(13) {
        0..=1 => drop(own.remove(word)),
        2..=4 => own[word].push('x'),
        5..=6 => own[word] = crate::mutants::swapped(&own[word], dice),
        7..=9 => own[word].clone_from(dice.pick(words)),
        10..=11 => own.push(dice.pick(words).clone()),
        _ => end.clear(),
    }
    lines[at] = format!("    {} {end}", own.join(" "));
    lines.join("\n") + "\n"
}

/// A line with one statement, or with the header of a block.
fn is_statement(line: &str) -> bool {
    let line = line.trim();
    let body = line.strip_suffix([';', '{']).unwrap_or_default();
    !body.trim().is_empty() && !body.contains(['#', '"', '\'', '\\', ';', '{', '}'])
}

fn diagnostics(grammar: &Grammar, text: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let view = View::new(text, 0);
    let contexts = ContextSet::default().with(grammar.context("main"));
    let tree = Arc::new(parse(view, grammar, &mut found));
    let program = Program { version: Version::release(1, 22, 1), stated: true };
    validate(Input { view, tree: &tree, grammar, program }, contexts, &mut found);
    let mut mounts = Mounts::default();
    mounts.add(Mount { source: SourceId(0), view, tree, contexts, parent: None });
    repeated(&mounts, grammar, &mut found);
    found
}

/// What the program, as the distribution builds it, surely refuses; modules that are not loaded are no error of ours.
fn is_loadable(message: &str, found: &[Diagnostic], grammar: &Grammar) -> bool {
    let name = message.split('"').nth(1).unwrap_or_default();
    let known = grammar.directive(name).is_some_and(|id| grammar.rows(id).iter().any(|row| row.edition != "oss"));
    !(message.starts_with("unknown directive") && known && found.is_empty())
}

#[test]
fn one_changed_word_of_nginx_is_judged_like_the_program_does() {
    let Some(files) = corpus::accepted_of("nginx").filter(|_| nginx::available()) else { return };
    let grammar = Grammar::load();
    let plain = |text: &String| !text.contains("%%") && text.lines().any(is_statement) && text.len() < 20_000;
    let files = files.into_iter().map(|(_, text)| text).filter(plain);
    let sound: Vec<String> = files.filter(|text| matches!(judge(text), Some(Verdict::Accepted))).take(FILES).collect();
    let words: Vec<String> = sound
        .iter()
        .flat_map(|text| text.lines().filter(|line| is_statement(line)))
        .flat_map(|line| line.trim().trim_end_matches([';', '{']).split_whitespace())
        .map(str::to_owned)
        .collect();
    let mut dice = Dice(0x5eed);
    let (mut refused, mut found, mut accepted, mut names, mut elsewhere) = (0, 0, 0, 0, 0);
    let (mut missed, mut false_errors) = (Vec::new(), Vec::new());
    for _ in 0..MUTANTS {
        let base: &String = dice.pick(&sound);
        let text = mutant(base, &words, &mut dice);
        let said = diagnostics(&grammar, &text);
        match judge(&text) {
            Some(Verdict::Accepted) => {
                accepted += 1;
                let view = View::new(&text, 0);
                let wrong = said
                    .iter()
                    .find(|one| !matches!(one.kind, Kind::TooNew(_)) || view.slice(one.span) != "max_headers");
                false_errors.extend(wrong.map(|one| format!("{}: {:?}", view.slice(one.span), one.kind)));
            }
            Some(Verdict::Refused(message)) if ENVIRONMENT.iter().any(|reason| message.contains(reason)) => {
                elsewhere += 1;
            }
            Some(Verdict::Refused(message)) if !is_loadable(&message, &said, &grammar) => elsewhere += 1,
            Some(Verdict::Refused(message))
                if said.is_empty()
                    && !message.contains("directive")
                    && NAMES.iter().any(|reason| message.contains(reason)) =>
            {
                names += 1;
            }
            Some(Verdict::Refused(message)) => {
                refused += 1;
                found += usize::from(!said.is_empty());
                if said.is_empty() {
                    missed.push(message);
                }
            }
            None => {}
        }
    }
    println!(
        "{} files: {found} of {refused} refused mutants found; {} of {accepted} accepted ones called wrong; {names} \
         undefined names and {elsewhere} for the machine left out",
        sound.len(),
        false_errors.len()
    );
    missed.sort();
    println!("missed: {missed:#?}");
    assert!(false_errors.is_empty(), "called wrong although accepted: {false_errors:#?}");
    assert!(found * 100 >= refused * 90, "only {found} of {refused} refused mutants have a complaint");
}
