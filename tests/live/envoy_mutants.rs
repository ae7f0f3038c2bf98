//! Written bootstraps with one word, number or field changed: what `envoy --mode validate` refuses has an error, what it
//! accepts has none.

use lblint::analysis::{Analysis, analyze};
use lblint::finding::{Group, Severity};
use lblint::model::RouteSource;
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader, Version};

use crate::envoy::{self, in_parallel, judge};
use crate::envoy_cases::{CLUSTERS, written_out};
use crate::envoy_pools::{incident_files, indented};
use crate::mutants::{Dice, swapped};

/// How many changed configurations are tried, unless another number is given in the environment.
const MUTANTS: usize = 300;

/// Refused for what is not in the text: files.
const ENVIRONMENT: [&str; 4] = ["does not exist", "unable to open", "unable to read", "Invalid path"];

/// Numbers at the edges of what fields take.
const NUMBERS: [&str; 12] = ["0", "1", "-1", "2", "08", "0x10", "1.5", "101", "65536", "4294967296", "'7'", "1e3"];

/// Values that are a kind of their own.
const VALUES: [&str; 10] = ["true", "no", "null", "''", "5s", "0s", "-1s", "250ms", "{}", "[]"];

/// The written bootstraps, each accepted by the program.
fn bases() -> Vec<String> {
    let written = CLUSTERS.iter().map(|(_, clusters)| {
        let text = indented(&written_out(clusters)).replace("{endpoint:", "{ endpoint:").replace("}]", "} ]");
        format!("static_resources:\n  clusters:\n{text}\n")
    });
    let incidents = incident_files().into_iter().map(|path| std::fs::read_to_string(path).unwrap());
    // The incidents are whole configurations: half of the changes are made to them.
    let incidents: Vec<String> = incidents.collect();
    let times = CLUSTERS.len() / incidents.len();
    written.chain(std::iter::repeat_n(incidents, times).flatten()).collect()
}

/// Where words stand in a text, as bytes; comments are left out.
fn words(text: &str) -> Vec<std::ops::Range<usize>> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"_./-@%".contains(&byte);
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let code = if line.trim_start().starts_with('#') { "" } else { line.trim_end() };
        let mut at = 0;
        for piece in code.split(|c: char| !(c.is_ascii() && is_word(c as u8))) {
            if piece.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
                found.push(start + at..start + at + piece.len());
            }
            at += piece.len() + 1;
        }
        start += line.len();
    }
    found
}

fn mutant(text: &str, pool: &[String], dice: &mut Dice) -> String {
    if dice.below(6) == 0 {
        return without_a_line(text, dice);
    }
    let places = words(text);
    let place = dice.pick(&places).clone();
    let word = &text[place.clone()];
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    let changed = match dice.below(if is_number { 9 } else { 6 }) {
        0 => swapped(word, dice),
        1 => format!("{word}x"),
        2 | 3 => dice.pick(pool).clone(),
        4 => (*dice.pick(&VALUES)).to_owned(),
        5 => word.to_ascii_uppercase(),
        _ => (*dice.pick(&NUMBERS)).to_owned(),
    };
    format!("{}{changed}{}", &text[..place.start], &text[place.end..])
}

fn without_a_line(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.remove(dice.below(lines.len()));
    lines.join("\n") + "\n"
}

/// What lblint says the program would refuse. Values that are accepted and misread are another matter.
fn errors(text: &str) -> Vec<String> {
    let mut settings = Settings { dialect: Some(Dialect::Envoy), ..Settings::default() };
    settings.versions.insert(Dialect::Envoy, Version::release(1, 40, 0));
    let analysis = analyze(&MapReader::new([("envoy.yaml", text)]), &["envoy.yaml".to_owned()], &settings);
    let refused = analysis.findings.shown.iter().filter(|finding| {
        let validity = finding.meta.group == Group::Validity && finding.meta.name != "coerced-value";
        validity && finding.severity == Severity::Error
    });
    let line = |span| analysis.sources.location(span).line;
    let named = refused.map(|one| format!("{} [{}] {}", line(one.primary.span), one.meta.name, one.message));
    named.chain(unknown_clusters(&analysis)).collect()
}

/// Clusters that routes of listeners name and nothing defines; members of aggregates may be missing.
fn unknown_clusters(analysis: &Analysis) -> Vec<String> {
    let unit = &analysis.units[0].unit;
    let of_listeners = unit.routes.iter().filter(|route| matches!(route.from, RouteSource::Listener(_)));
    let unknown = of_listeners.flat_map(|route| route.to.pools()).filter(|(_, pool)| pool.is_none() && !unit.fragment);
    unknown.map(|(name, _)| format!("unknown {}", unit.texts.get(name, &analysis.sources))).collect()
}

/// A mutant with what the program says and what lblint says.
struct Judged {
    text: String,
    verdict: Result<(), String>,
    errors: Vec<String>,
}

fn try_out((number, text): &(usize, String)) -> Judged {
    let file = std::env::temp_dir().join(format!("lblint-mutant-{}-{number}.yaml", std::process::id()));
    std::fs::write(&file, text).unwrap();
    let verdict = judge(&file);
    std::fs::remove_file(file).unwrap();
    Judged { text: text.clone(), verdict, errors: errors(text) }
}

#[test]
fn one_changed_word_of_envoy_is_judged_like_the_program_does() {
    if !envoy::available() {
        return;
    }
    let number = std::env::var("LBLINT_MUTANTS").ok().and_then(|text| text.parse().ok()).unwrap_or(MUTANTS);
    let bases = bases();
    let pool: Vec<String> =
        bases.iter().flat_map(|text| words(text).into_iter().map(|place| text[place].to_owned())).collect();
    let mut dice = Dice(0x5eed);
    let mutants: Vec<(usize, String)> = (0..number)
        .map(|number| {
            let base = dice.pick(&bases);
            (number, mutant(base, &pool, &mut dice))
        })
        .collect();
    let judged = in_parallel(&mutants, try_out);
    let (refused, accepted): (Vec<_>, Vec<_>) = judged.into_iter().partition(|one| one.verdict.is_err());
    let elsewhere =
        |one: &Judged| one.verdict.as_ref().is_err_and(|why| ENVIRONMENT.iter().any(|reason| why.contains(reason)));
    let (elsewhere, refused): (Vec<_>, Vec<_>) = refused.into_iter().partition(elsewhere);
    let missed: Vec<&Judged> = refused.iter().filter(|one| one.errors.is_empty()).collect();
    let wrong: Vec<&Judged> = accepted.iter().filter(|one| !one.errors.is_empty()).collect();
    println!(
        "{} of {} refused mutants found; {} of {} accepted ones called wrong; {} for the machine left out",
        refused.len() - missed.len(),
        refused.len(),
        wrong.len(),
        accepted.len(),
        elsewhere.len()
    );
    for one in &missed {
        println!("missed: {}\n{}", reason(one), difference(&bases, &one.text));
    }
    for one in &wrong {
        println!("wrong: {:#?}\n{}", one.errors, difference(&bases, &one.text));
    }
    assert!(wrong.is_empty(), "errors in what is accepted");
    assert!((refused.len() - missed.len()) * 100 >= refused.len() * 90, "too many refused mutants have no error");
}

/// The program's message without the configuration that it quotes.
fn reason(one: &Judged) -> String {
    let why = one.verdict.as_ref().err().map_or("", String::as_str);
    let why = why.rsplit("Server.cc").next().unwrap_or(why);
    let end = why.char_indices().nth(700).map_or(why.len(), |(at, _)| at);
    why[..end].to_owned()
}

/// The lines of a mutant that its base does not have, and the other way round.
fn difference(bases: &[String], mutant: &str) -> String {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<std::collections::BTreeSet<String>>();
    let own = lines(mutant);
    let base = bases.iter().map(|base| lines(base)).min_by_key(|base| own.symmetric_difference(base).count()).unwrap();
    let minus = base.difference(&own).map(|line| format!("  - {line}"));
    minus.chain(own.difference(&base).map(|line| format!("  + {line}"))).collect::<Vec<_>>().join("\n")
}
