//! `survives` and `noticed-within`: what failures do, and when they are noticed.

use super::Survives;
use super::outcome::{State, Subject, note};
use super::words::Milliseconds;
use crate::checks::phrases::seconds;
use crate::finding::Severity;
use crate::model::{Address, AdministrativeState, Target};
use crate::traffic::{Certainty, Failure, FailureMode, Noticed, Reached, hosts, localities, percent};

const ROUNDING: f64 = 1e-9;

/// Targets that fail together, and what to call them.
struct Loss {
    down: Vec<u32>,
    name: String,
}

/// Nothing fails, once it is noticed, when any one of these is down.
pub(super) fn survives(subject: &Subject<'_, '_>, what: Survives, modes: Option<&[FailureMode]>) -> State {
    let losses = match losses(subject, what) {
        Ok(losses) => losses,
        Err(why) => return State::Open(why),
    };
    if losses.is_empty() {
        return State::open("no target is in service");
    }
    if subject.pool.reached == Reached::No {
        return State::open("no route leads to it");
    }
    let modes = modes.unwrap_or(&[FailureMode::Refused, FailureMode::Drop]);
    let peace = subject.pool.peace(subject.context);
    let mut worst: Option<(&Loss, Failure)> = None;
    let mut doubt = None;
    let mut assumptions = Vec::new();
    for loss in &losses {
        for failure in peace.fail_in(&loss.down, modes) {
            note(&mut assumptions, &failure.assumptions);
            if is_known(&failure) && failure.failed.low > ROUNDING {
                let is_worse = worst.as_ref().is_none_or(|(_, known)| failure.failed.low > known.failed.low + ROUNDING);
                worst = if is_worse { Some((loss, failure)) } else { worst };
            } else if !is_known(&failure) || failure.failed.high > ROUNDING {
                doubt = doubt.or_else(|| Some(doubtful(loss, &failure)));
            }
        }
    }
    match (worst, doubt) {
        (Some((loss, failure)), _) => fatal(subject, what, loss, &failure),
        (None, Some(doubt)) => State::Open(doubt),
        (None, None) => {
            State::held(format!("nothing fails when any one {} is down", what.name())).assuming(&assumptions)
        }
    }
}

fn is_known(failure: &Failure) -> bool {
    failure.certainty != Certainty::Unknown
}

fn doubtful(loss: &Loss, failure: &Failure) -> String {
    let mode = failure.mode.name();
    match failure.because {
        Some((why, _)) if !is_known(failure) => {
            format!("what happens if {} is down ({mode}): unknown: {}", loss.name, why.phrase())
        }
        _ => format!("if {} is down ({mode}), up to {} of the requests fail", loss.name, percent(failure.failed.high)),
    }
}

fn fatal(subject: &Subject<'_, '_>, what: Survives, loss: &Loss, failure: &Failure) -> State {
    let why = match (failure.noticed.noticed, subject.serving().iter().all(|one| failure.down.contains(one))) {
        (Some(false), _) => ": nothing notices it",
        (_, true) if failure.failed.low >= 1.0 - ROUNDING => ": nobody is left",
        _ => "",
    };
    let message = format!(
        "if {} is down ({}), {} of the requests to `{}` fail for good{why}; expected: it survives any one {}",
        loss.name,
        failure.mode.name(),
        percent(failure.failed.low),
        subject.pool.name,
        what.name()
    );
    let at = failure.down.first().map_or(subject.pool.view.pool.header, |position| subject.statement(*position));
    State::unmet(Severity::Error, message, at, format!("{} fail without it", percent(failure.failed.low)))
}

/// The losses that are asked about, or why they are not known.
fn losses(subject: &Subject<'_, '_>, what: Survives) -> Result<Vec<Loss>, String> {
    if !subject.pool.view.pool.completeness.is_complete() {
        return Err("unknown: not all targets are in the configuration".to_owned());
    }
    let in_use: Vec<u32> = in_use(subject).map(|(position, _)| position).collect();
    match what {
        Survives::Target => Ok(in_use.iter().map(|position| alone(subject, *position)).collect()),
        Survives::Host => by_host(subject, &in_use),
        Survives::Zone => by_zone(subject, &in_use),
    }
}

fn in_use<'s>(subject: &'s Subject<'_, '_>) -> impl Iterator<Item = (u32, &'s Target)> {
    let is_up = |state| matches!(state, AdministrativeState::Up | AdministrativeState::Degraded);
    (0_u32..).zip(subject.pool.view.targets).filter(move |(_, target)| is_up(target.state))
}

fn alone(subject: &Subject<'_, '_>, position: u32) -> Loss {
    Loss { down: vec![position], name: format!("`{}`", subject.name(position)) }
}

/// All groups, and each target in use that is in none.
fn with_the_others(subject: &Subject<'_, '_>, in_use: &[u32], groups: Vec<Loss>) -> Vec<Loss> {
    let single = in_use.iter().filter(|position| !groups.iter().any(|group| group.down.contains(position)));
    let single: Vec<Loss> = single.map(|position| alone(subject, *position)).collect();
    groups.into_iter().chain(single).collect()
}

fn by_host(subject: &Subject<'_, '_>, in_use: &[u32]) -> Result<Vec<Loss>, String> {
    let pool = &subject.pool.view;
    let is_unknown = |target: &&Target| matches!(target.address, Address::Unknown(_));
    if let Some(target) = pool.targets.iter().find(is_unknown) {
        return Err(format!("unknown: where `{}` is", pool.name_of(target)));
    }
    let name = |down: &[u32]| {
        let address = down.first().and_then(|position| pool.target(*position)).map(|target| target.address);
        match address {
            Some(Address::Ip(ip, _)) => format!("the host {ip}"),
            Some(Address::Host(name, _)) => format!("the host {}", subject.context.text(name)),
            _ => "a host".to_owned(),
        }
    };
    let groups = hosts(pool).into_iter().map(|down| Loss { name: name(&down), down });
    Ok(with_the_others(subject, in_use, groups.collect()))
}

fn by_zone(subject: &Subject<'_, '_>, in_use: &[u32]) -> Result<Vec<Loss>, String> {
    let pool = &subject.pool.view;
    let has_zone = |position: &u32| pool.target(*position).and_then(|target| pool.locality_of(target)).is_some();
    if !in_use.iter().all(has_zone) {
        return Err("unknown: the zones of the targets are not in the configuration".to_owned());
    }
    let name = |down: &[u32]| {
        let zone = down.first().and_then(|position| pool.locality_of(pool.target(*position)?));
        format!("the zone {}", zone.unwrap_or_default())
    };
    let groups = localities(pool).into_iter().map(|down| Loss { name: name(&down), down });
    Ok(with_the_others(subject, in_use, groups.collect()))
}

/// Every failure is noticed in this time: in these ways, or in all that checks can see.
pub(super) fn noticed_within(subject: &Subject<'_, '_>, most: Milliseconds, modes: Option<&[FailureMode]>) -> State {
    if !subject.pool.view.pool.completeness.is_complete() {
        return State::open("unknown: not all targets are in the configuration");
    }
    let mut seen = Seen::default();
    for (position, target) in in_use(subject) {
        for mode in modes.unwrap_or(&FailureMode::ALL) {
            seen.add(position, *mode, subject.pool.noticed(target, *mode), most);
        }
        if let Some(state) = seen.verdict_on(subject, position, most, modes.is_some()) {
            return state;
        }
    }
    match (seen.open, seen.latest) {
        (Some(why), _) => State::Open(why),
        (None, Some(latest)) => State::held(format!("noticed within {}", seconds(latest))),
        (None, None) => State::open("no target is in service"),
    }
}

/// What was found out about when failures are noticed.
#[derive(Default)]
struct Seen {
    /// The longest time.
    latest: Option<u64>,
    /// A failure that is noticed too late: of which target, in which way, when.
    late: Option<(u32, FailureMode, u64)>,
    /// A way to fail that nothing notices.
    blind: Option<(u32, FailureMode)>,
    /// The last target of which some failure may be noticed.
    noticing: Option<u32>,
    /// What is not known.
    open: Option<String>,
}

impl Seen {
    fn add(&mut self, position: u32, mode: FailureMode, noticed: Noticed, most: Milliseconds) {
        match (noticed.noticed, noticed.latest, noticed.failures) {
            (Some(false), ..) => {
                self.blind = self.blind.filter(|(known, _)| *known == position).or(Some((position, mode)));
                return;
            }
            (Some(true), Some(latest), _) => {
                self.latest = self.latest.max(Some(latest));
                if latest > most.0 && self.late.is_none_or(|(.., known)| latest > known) {
                    self.late = Some((position, mode, latest));
                }
            }
            (Some(true), None, Some(failures)) => {
                self.doubt(format!("traffic decides: {failures} failed requests leave a target out"));
            }
            _ => self.doubt(format!("when `{}` failures are noticed is not known", mode.name())),
        }
        self.noticing = Some(position);
    }

    fn doubt(&mut self, why: String) {
        self.open = self.open.take().or(Some(why));
    }

    /// What is wrong with a target, once all its failures were looked at.
    fn verdict_on(&self, subject: &Subject<'_, '_>, position: u32, most: Milliseconds, asked: bool) -> Option<State> {
        let pool = subject.pool.name;
        let name = subject.name(position);
        let expected = format!("expected: within {}", seconds(most.0));
        let blind = self.blind.filter(|(known, _)| *known == position);
        let all_blind = self.noticing != Some(position);
        let message = match (self.late, blind) {
            (Some((_, mode, latest)), _) => format!(
                "`{name}` of `{pool}` may fail ({}) for {} until that is noticed; {expected}",
                mode.name(),
                seconds(latest)
            ),
            (None, Some((_, mode))) if asked => {
                format!("nothing notices if `{name}` of `{pool}` fails ({}); {expected}", mode.name())
            }
            (None, Some(_)) if all_blind => format!("nothing notices if `{name}` of `{pool}` fails; {expected}"),
            _ => return None,
        };
        let label = self.late.map_or_else(|| "never noticed".to_owned(), |(.., latest)| seconds(latest));
        Some(State::unmet(Severity::Warning, message, subject.statement(position), label))
    }
}
