//! Pools while nothing fails: one program runs on all of them, and each gets its traffic in turn.

use std::path::Path;

use super::case::{Case, Counts, Placed, placed};
use super::compare::{Expected, Verdict, conclude};
use super::prediction::{self, Unit};
use super::program::{Program, Running};
use super::servers::Server;
use super::traffic;

/// The seed of all keys.
const SEED: u64 = 20_240_601;

/// How a program's whole configuration is written: from the cases and the folder for its files.
pub(crate) type Writer = fn(&[Placed<'_>], &Path) -> String;

/// Whether what every pool's targets got is what is predicted.
pub(crate) fn is_as_predicted(program: Program, cases: &[Case], write: Writer, folder: &Path) {
    let Some(version) = program.version() else { return };
    let all = placed(cases);
    let file = folder.join(program.file());
    std::fs::write(&file, write(&all, folder)).unwrap();
    let servers = all.iter().flat_map(|placed| servers(*placed)).collect::<Vec<_>>();
    let unit = prediction::of(&file, &version, &[]);
    let running = Running::start(program, &file, all.last().unwrap().listener());
    let verdicts: Vec<Verdict> = all.iter().map(|placed| judge(*placed, &unit)).collect();
    drop((running, servers));
    conclude(program.name(), &verdicts);
}

/// The targets of a case, in its mood.
pub(crate) fn servers(placed: Placed<'_>) -> Vec<Server> {
    let start = |target: u8| {
        let mut server = Server::start(placed.target(target), format!("s{target}"));
        server.behave(placed.case.behaviour);
        server
    };
    placed.targets().into_iter().map(start).collect()
}

fn judge(placed: Placed<'_>, unit: &Unit) -> Verdict {
    let case = placed.case;
    let begin = std::time::Instant::now();
    let answers = traffic::send(placed.listener(), case.traffic, SEED + u64::from(placed.number));
    let counts = Counts::of(&answers);
    let mut verdict = Verdict::default();
    let expected = expected(placed, unit);
    match &expected {
        Ok(expected) => verdict.compare(&counts, expected, case.test),
        Err(why) => verdict.is(&format!("not predicted: {why}"), case.test == super::case::Test::Unknown),
    }
    let said = expected.map_or_else(|why| format!("unknown: {why}"), |expected| expected.to_string());
    let seconds = begin.elapsed().as_secs_f64();
    let wrong =
        if verdict.wrong.is_empty() { String::new() } else { format!("    WRONG: {}", verdict.wrong.join("; ")) };
    println!(
        "{}: {} ({seconds:.1} s)\n    predicted {said}\n    counted   {counts}\n{wrong}",
        placed.pool(),
        case.name
    );
    verdict
}

fn expected(placed: Placed<'_>, unit: &Unit) -> Result<Expected, String> {
    if placed.case.of_listener {
        let address = placed.listener().to_string();
        let listener = unit.listeners.iter().find(|listener| listener.address == address);
        return Expected::of_listener(listener.ok_or("no such listener")?);
    }
    let pool = unit.pools.iter().find(|pool| pool.name == placed.pool());
    Expected::of_pool(pool.ok_or("no such pool")?)
}
