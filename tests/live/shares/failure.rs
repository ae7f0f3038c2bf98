//! Pools of which a target fails: what users see at once, when the program notices, and what is left afterwards.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

use super::case::{Case, Counts, Placed, number_of, placed};
use super::compare::{Bounds, Expected, Verdict, conclude};
use super::peace::{Writer, servers};
use super::prediction::{self, Failure, Unit, Until};
use super::program::{Program, Running};
use super::servers::Server;
use super::traffic::{self, Answer};

/// The seed of all keys.
const SEED: u64 = 20_240_602;
/// Programs check for so long before anything fails, so that all checks have passed once and go their usual way.
const SETTLE: Duration = Duration::from_millis(2500);
/// How far times may be off on a machine with more to do, and how often the program is asked.
const SLACK: Duration = Duration::from_secs(1);
const ASK: Duration = Duration::from_millis(50);
/// How long it is waited for a notice that is not predicted.
const IN_VAIN: Duration = Duration::from_secs(5);
/// By how much what fails may be off: retries that are not quite sure to find another target are not counted out.
const TOLERANCE: f64 = 0.02;
/// An answer that takes longer has waited for something.
const WAITED: f64 = 0.4;

/// What is added to the number of a case that is measured once more; there are fewer cases.
const ELSEWHERE: u8 = 128;

/// When the program left out which target of which pool for the first time.
type Notices = Mutex<BTreeMap<(String, String), Instant>>;

/// Whether failures have the consequences that are predicted. A case that is wrong among all the others is measured once more
/// with only such cases beside it, and that counts: on a machine with more to do a request that waits for the processor looks
/// like one that waits for a target.
pub(crate) fn is_as_predicted(program: Program, cases: &[Case], write: Writer, folder: &Path) {
    let Some(version) = program.version() else { return };
    let all = placed(cases);
    let mut verdicts = measured(program, &version, &all, write, folder);
    let wrong: Vec<usize> = (0..all.len()).filter(|position| !verdicts[*position].wrong.is_empty()).collect();
    if !wrong.is_empty() {
        println!("{}, failures: {} cases once more", program.name(), wrong.len());
        // The addresses of the first time may still be taken.
        let elsewhere = |position: &usize| Placed { number: all[*position].number | ELSEWHERE, ..all[*position] };
        let again: Vec<Placed<'_>> = wrong.iter().map(elsewhere).collect();
        for (position, verdict) in wrong.iter().zip(measured(program, &version, &again, write, folder)) {
            verdicts[*position] = verdict;
        }
    }
    conclude(&format!("{}, failures", program.name()), &verdicts);
}

fn measured(program: Program, version: &str, all: &[Placed<'_>], write: Writer, folder: &Path) -> Vec<Verdict> {
    let file = folder.join(program.file());
    std::fs::write(&file, write(all, folder)).unwrap();
    let started: Vec<Vec<Server>> = all.iter().map(|placed| servers(*placed)).collect();
    let modes = ["--each-failure", "--modes", "refused,drop,hang,http500"];
    let unit = prediction::of(&file, version, &modes);
    let running = Running::start(program, &file, all.last().unwrap().listener());
    std::thread::sleep(SETTLE);
    let (notices, done) = (Notices::default(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| watch(&running, &notices, &done));
        let (unit, notices) = (&unit, &notices);
        let cases = all.iter().zip(started);
        let judged: Vec<_> =
            cases.map(|(placed, servers)| scope.spawn(move || judge(*placed, servers, unit, notices))).collect();
        let verdicts: Vec<_> = judged.into_iter().map(ScopedJoinHandle::join).collect();
        // Before anything that may panic: it would wait for the one that watches.
        done.store(true, Ordering::Relaxed);
        watch.join().unwrap();
        verdicts.into_iter().map(Result::unwrap).collect()
    })
}

fn watch(running: &Running, notices: &Notices, done: &AtomicBool) {
    while !done.load(Ordering::Relaxed) {
        for out in running.out() {
            notices.lock().unwrap_or_else(PoisonError::into_inner).entry(out).or_insert_with(Instant::now);
        }
        std::thread::sleep(ASK);
    }
}

/// What was seen of a failure.
struct Seen {
    /// At once, and when the program had had its time to notice.
    first: Vec<Answer>,
    then: Vec<Answer>,
    /// When the first of both had been answered.
    first_took: Duration,
    /// When the program said that it left the target out.
    noticed_after: Option<Duration>,
    /// The target got requests although it was time that it was left out.
    still_tried: bool,
}

fn judge(placed: Placed<'_>, mut servers: Vec<Server>, unit: &Unit, notices: &Notices) -> Verdict {
    let case = placed.case;
    let (down, mode) = case.down.unwrap();
    let predicted = predicted(placed, unit, down, mode.mode());
    let position = placed.targets().iter().position(|target| *target == down).unwrap();
    let begin = Instant::now();
    servers[position].behave(mode);
    let mut seen = Seen {
        first: traffic::send(placed.listener(), case.traffic, SEED + u64::from(placed.number)),
        then: Vec::new(),
        first_took: Duration::ZERO,
        noticed_after: None,
        still_tried: false,
    };
    seen.first_took = begin.elapsed();
    let wait = match predicted.as_ref().and_then(|predicted| predicted.noticed_after_s) {
        Some(seconds) if case.is_checked() => Duration::from_secs_f64(seconds) + SLACK,
        _ if case.is_checked() => IN_VAIN,
        _ => Duration::ZERO,
    };
    while begin.elapsed() < wait && noticed(placed, down, notices).is_none() {
        std::thread::sleep(ASK);
    }
    let before = servers[position].requests();
    seen.then = traffic::send(placed.listener(), case.traffic, SEED + 1000 + u64::from(placed.number));
    let name = placed.target(down).to_string();
    seen.still_tried =
        servers[position].requests() > before || seen.then.iter().any(|answer| answer.tried.contains(&name));
    seen.noticed_after = noticed(placed, down, notices).map(|at| at - begin);
    let mut verdict = Verdict { tolerance: TOLERANCE, ..Verdict::default() };
    match &predicted {
        Some(predicted) => compare(placed, &seen, predicted, &mut verdict),
        None => verdict.is("not predicted", false),
    }
    report(placed, &seen, predicted.as_ref(), &verdict);
    verdict
}

fn predicted(placed: Placed<'_>, unit: &Unit, down: u8, mode: &str) -> Option<Failure> {
    let pool = unit.pools.iter().find(|pool| pool.name == placed.pool())?;
    let is = |failure: &&Failure| failure.mode == mode && failure.down.iter().all(|name| number_of(name) == Some(down));
    pool.failures.iter().find(is).cloned()
}

fn noticed(placed: Placed<'_>, down: u8, notices: &Notices) -> Option<Instant> {
    let notices = notices.lock().unwrap_or_else(PoisonError::into_inner);
    let of_target = |(pool, target): &(String, String)| *pool == placed.pool() && number_of(target) == Some(down);
    notices.iter().filter(|(name, _)| of_target(name)).map(|(_, at)| *at).min()
}

fn compare(placed: Placed<'_>, seen: &Seen, predicted: &Failure, verdict: &mut Verdict) {
    let test = placed.case.test;
    if let Some(until) = &predicted.until_noticed {
        at_once(placed, seen, (predicted, until), verdict);
        delays(placed, seen, until.delay_s.unwrap_or_default(), verdict);
    }
    let Some(failed) = predicted.failed.filter(|_| predicted.certainty != "unknown") else {
        return verdict.is("not predicted", test == super::case::Test::Unknown);
    };
    let bounds = Bounds { share: failed, low: predicted.low.unwrap_or(failed), high: predicted.high.unwrap_or(failed) };
    verdict.compare(&Counts::of(&seen.then), &Expected::of(&predicted.shares, bounds), test);
    notice(placed, seen, predicted, verdict);
}

/// What fails before anything is noticed.
fn at_once(placed: Placed<'_>, seen: &Seen, (predicted, until): (&Failure, &Until), verdict: &mut Verdict) {
    let Some(failed) = until.failed else { return };
    let counts = Counts::of(&seen.first);
    let mut bounds = Bounds { share: failed, low: until.low.unwrap_or(failed), high: until.high.unwrap_or(failed) };
    if predicted.noticed == Some(true) && predicted.noticed_by.as_deref() == Some("ejection") {
        // It lasts for some requests only.
        return verdict.is("until noticed: failed", (counts.failed > 0) == (bounds.high > 0.0) || bounds.low == 0.0);
    }
    if seen.noticed_after.is_some_and(|after| after < seen.first_took) {
        bounds.low = 0.0;
    }
    verdict.failed("until noticed: failed", &counts, bounds, placed.case.test, 1);
}

/// Whether it noticed, and when.
fn notice(placed: Placed<'_>, seen: &Seen, predicted: &Failure, verdict: &mut Verdict) {
    match (predicted.noticed, seen.noticed_after) {
        (Some(true), Some(after)) if placed.case.is_checked() => {
            let earliest = Duration::from_secs_f64(predicted.noticed_after_min_s.unwrap_or_default());
            let latest = Duration::from_secs_f64(predicted.noticed_after_s.unwrap_or(f64::from(u16::MAX)));
            verdict.is("noticed too early", after + 2 * ASK >= earliest);
            verdict.is("noticed too late", after <= latest + SLACK);
        }
        (Some(true), _) => verdict.is("it is still tried", !seen.still_tried),
        (Some(false), after) => {
            verdict.is("noticed", after.is_none());
            // Where the program says whom it tries.
            let says = seen.then.iter().any(|answer| !answer.tried.is_empty());
            verdict.is("it is no longer tried", seen.still_tried || !says);
        }
        (None, _) => {}
    }
}

/// Those that failed, or if none did those that waited, waited as long as predicted. With others on their way requests
/// may wait for what those began.
fn delays(placed: Placed<'_>, seen: &Seen, expected: f64, verdict: &mut Verdict) {
    let failed: Vec<f64> = seen.first.iter().filter(|answer| answer.failed()).map(|answer| answer.seconds).collect();
    let waited = || seen.first.iter().map(|answer| answer.seconds).filter(|seconds| *seconds > WAITED).collect();
    let mut times: Vec<f64> = if failed.is_empty() { waited() } else { failed };
    times.sort_by(f64::total_cmp);
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    let late = median > expected + SLACK.as_secs_f64() / 2.0 + expected / 10.0;
    let early = median < expected - expected / 10.0 && placed.case.traffic.in_flight == 1;
    verdict.is(&format!("{median:.2} s of delay, not {expected:.2}"), !late && !early);
}

fn report(placed: Placed<'_>, seen: &Seen, predicted: Option<&Failure>, verdict: &Verdict) {
    let times = |answers: &[Answer]| {
        let mut times: Vec<f64> = answers.iter().map(|answer| answer.seconds).filter(|time| *time > WAITED).collect();
        times.sort_by(f64::total_cmp);
        let around = times.first().zip(times.last()).map(|(first, last)| format!(" {first:.2}-{last:.2} s"));
        format!("{} waited{}", times.len(), around.unwrap_or_default())
    };
    let say = |answers: &[Answer]| format!("{}, {}", Counts::of(answers), times(answers));
    let predicted = predicted.map_or("nothing".to_owned(), |failure| {
        let at_once = &failure.until_noticed;
        let after = (failure.noticed_after_min_s, failure.noticed_after_s);
        let shares = Expected::of(&failure.shares, Bounds::exactly(failure.failed.unwrap_or(f64::NAN)));
        let (noticed, by) = (failure.noticed, &failure.noticed_by);
        format!(
            "{at_once:?}, noticed {noticed:?} by {by:?} after {after:?}; then {shares} [{:?}, {:?}]",
            failure.low, failure.high
        )
    });
    let noticed = seen.noticed_after.map(|after| format!("{:.2} s", after.as_secs_f64()));
    let wrong =
        if verdict.wrong.is_empty() { String::new() } else { format!("    WRONG: {}\n", verdict.wrong.join("; ")) };
    println!(
        "{}: {}\n    predicted {predicted}\n    at once   {}\n    noticed   {noticed:?}, still tried: {}\n    then      {}\n{wrong}",
        placed.pool(),
        placed.case.name,
        say(&seen.first),
        seen.still_tried,
        say(&seen.then)
    );
}
