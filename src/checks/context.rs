//! What a check sees: the unit, its texts, its diagnostics, and each pool with its prediction.

use std::cell::OnceCell;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Options;
use super::intent::{self, Declared, Intent, Outcome};
use super::phrases::seconds;
use super::wording::Wording;
use crate::diagnostic::Diagnostic;
use crate::finding::Subject;
use crate::model::{
    Address, Forwarding, Origin, Pool, PoolId, Port, Route, RouteKind, RouteSource, Target, Text, Timeout, Unit,
};
use crate::source::{Sources, Span};
use crate::traffic::{
    Certainty, Effort, Failure, FailureMode, Flawed, Noticed, Peace, PoolView, Prediction, Reach, Reached, Scenario,
    in_peace, notice, percent, predict, probe_flaw, tries_elsewhere,
};

/// One unit with everything that checks ask about.
#[derive(Debug)]
pub struct Context<'a> {
    /// All texts.
    pub sources: &'a Sources,
    /// The unit.
    pub unit: &'a Unit,
    /// The unit's root file, as it is shown.
    pub root: &'a str,
    /// The same from the root of its project.
    pub root_in_project: &'a str,
    /// What reading found wrong.
    pub diagnostics: &'a [Diagnostic],
    /// Which pools traffic reaches.
    pub reach: Reach,
    /// Thresholds.
    pub options: Options,
    /// The addresses that the unit listens on, as written; found when first asked for.
    pub own_addresses: OnceCell<FxHashSet<String>>,
    /// What its pools are meant to be.
    pub intent: Intent,
}

/// One pool with its prediction.
#[derive(Debug)]
pub struct PoolContext<'a> {
    /// The pool with its settings and targets.
    pub view: PoolView<'a>,
    /// Its name.
    pub name: &'a str,
    /// Who gets its traffic while all targets are alive.
    pub prediction: Prediction,
    /// How traffic reaches it.
    pub reached: Reached,
    /// What it is meant to be.
    pub declared: Vec<Arc<Declared>>,
    /// How the routes that lead to it hand requests on.
    forwardings: Vec<&'a Forwarding>,
    /// Whether a request that meets a dead target is tried on another one; found when first asked for.
    tries_elsewhere: OnceCell<Option<bool>>,
    /// Whether it is what it is meant to be; found when first asked for.
    outcomes: OnceCell<Vec<Outcome>>,
}

impl<'a> Context<'a> {
    /// The value of a word.
    pub fn text(&self, text: Text) -> &'a str {
        self.unit.texts.get(text, self.sources)
    }

    /// Whether a default may have been changed in a file that is not part of the unit: then nothing is said about it.
    pub fn is_open(&self, origin: Origin) -> bool {
        self.unit.headless && !origin.is_explicit()
    }

    /// Whether a name means this machine.
    pub fn is_localhost(&self, name: Text) -> bool {
        self.text(name).eq_ignore_ascii_case("localhost")
    }

    /// What is written at a place.
    pub fn written(&self, span: Span) -> &'a str {
        self.sources.slice(span)
    }

    /// Whether a place lies in a file that the program reads only while running.
    pub fn is_read_at_run_time(&self, span: Span) -> bool {
        self.unit.is_read_at_run_time(span)
    }

    /// The 1-based line of a place.
    pub fn line(&self, span: Span) -> u32 {
        self.sources.location(span).line
    }

    /// A finding's subject: the whole unit.
    pub fn unit_subject(&self) -> Subject {
        Subject::of_unit(self.root, self.root_in_project)
    }

    /// A finding's subject: one pool, or another named section.
    pub fn subject(&self, pool: &str) -> Subject {
        self.unit_subject().pool(pool)
    }

    /// A finding's subject: one target of a pool.
    pub fn target_subject(&self, pool: &str, target: &Target) -> Subject {
        self.subject(pool).target(self.text(target.name))
    }

    /// A finding's subjects: some targets of a pool.
    pub fn target_subjects<'t>(&self, pool: &str, targets: impl IntoIterator<Item = &'t Target>) -> Vec<Subject> {
        targets.into_iter().map(|target| self.target_subject(pool, target)).collect()
    }

    /// A finding's subject: the target, if the cause stands in its own statement; the pool, if it holds for others as well.
    pub fn subject_of(&self, pool: &str, target: &Target, cause: Span) -> Subject {
        if target.statement.encloses(cause) { self.target_subject(pool, target) } else { self.subject(pool) }
    }

    /// A finding's subject: whatever pool's section, and target's statement, a place lies in; the words there tell findings
    /// apart.
    pub fn subject_at(&self, span: Span) -> Subject {
        let pools = &self.unit.pools;
        let after = pools.partition_point(|pool| pool.extent.start <= span.start);
        let pool = after.checked_sub(1).and_then(|index| pools.get(index)).filter(|pool| pool.extent.encloses(span));
        let subject = self.unit_subject().told_by(&without_numbers(self.written(span)));
        let Some(pool) = pool else { return subject };
        let subject = subject.pool(self.name_of(pool));
        let targets = self.unit.targets_of(pool);
        let last = targets.partition_point(|target| target.statement.start <= span.start).checked_sub(1);
        let target = last.and_then(|last| targets.get(last)).filter(|target| target.statement.encloses(span));
        match target {
            Some(target) => subject.target(self.text(target.name)),
            None => subject,
        }
    }

    /// The routes that lead to a pool.
    pub fn routes_to(&self, id: PoolId) -> impl Iterator<Item = &'a Route> {
        let unit = self.unit;
        self.reach.routes_to(id).filter_map(|position| unit.routes.get(position as usize))
    }

    /// How the routes that lead to a pool hand requests on, where that is the routes' business.
    pub fn forwardings_to(&self, id: PoolId) -> impl Iterator<Item = (&'a Route, &'a Forwarding)> {
        let unit = self.unit;
        self.routes_to(id).filter_map(move |route| Some((route, unit.forwarding(route)?)))
    }

    /// The name of the listener, or pool, whose rule a route is.
    pub fn owner(&self, route: &Route) -> &'a str {
        match route.from {
            RouteSource::Listener(id) => self.unit.listener(id).map_or("", |listener| self.text(listener.name)),
            RouteSource::Pool(id) => self.unit.pool(id).map_or("", |pool| self.name_of(pool)),
        }
    }

    /// Whether the unit itself listens on an address that is written like this.
    fn listens_on(&self, written: &str) -> bool {
        let binds = || self.unit.listeners.iter().flat_map(|listener| &listener.binds);
        let own =
            self.own_addresses.get_or_init(|| binds().map(|bind| bare(self.written(bind.at)).to_owned()).collect());
        own.contains(bare(written))
    }

    /// Every pool of the unit, predicted.
    pub fn pools(&self) -> Vec<PoolContext<'a>> {
        self.unit.pools().filter_map(|(id, _)| PoolContext::new(self, id)).collect()
    }

    /// The pool's name.
    pub fn name_of(&self, pool: &Pool) -> &'a str {
        self.text(pool.name)
    }
}

/// What tells findings apart holds no numbers, as somebody may edit them: a statement without the words that begin with a
/// digit. A word that stands alone is what is wrong, and stays.
pub fn without_numbers(statement: &str) -> String {
    let is_number = |word: &str| word.starts_with(|first: char| first.is_ascii_digit());
    let words: Vec<&str> = statement.split_whitespace().collect();
    match words.as_slice() {
        [_, _, ..] => words.into_iter().filter(|word| !is_number(word)).collect::<Vec<_>>().join(" "),
        _ => words.concat(),
    }
}

/// The word that is missing where nothing notices.
const UNCHECKED: Wording = Wording { haproxy: " (no `check`)", nginx: "", envoy: " (no `health_checks`)" };

/// Who leaves a target out, where all worker processes do it together.
const TOGETHER: Wording = Wording { haproxy: "HAProxy", nginx: "nginx", envoy: "Envoy" };

fn after_failures(failures: u32) -> String {
    if failures == 1 { "after one failure".to_owned() } else { format!("after {failures} failures") }
}

/// An address without quotes, and without the word that says that it is a socket.
fn bare(written: &str) -> &str {
    let address = written.trim_matches(['"', '\'']);
    address.strip_prefix("unix@").unwrap_or(address).trim_start_matches('"')
}

/// What is said where it is not known what retries do.
const MAY_FAIL: &str = "its share of the requests may fail";

/// What becomes of the requests that meet a failure until it is noticed: "98.0 % of the requests fail, each after 3.0 s".
fn outcome(failure: &Failure) -> String {
    let until = failure.until;
    if failure.certainty == Certainty::Unknown {
        return MAY_FAIL.to_owned();
    }
    if until.high <= 0.0 {
        return format!("{} of the requests are retried elsewhere", percent(failure.retried));
    }
    let wait = match failure.delay {
        Some(milliseconds) if milliseconds > 0 && until.low > 0.0 => format!(", each after {}", seconds(milliseconds)),
        _ => String::new(),
    };
    format!("{}{wait}", failing(failure))
}

/// How many requests meet a failure until it is noticed, with the bounds: "50.0 % to 100.0 % of the requests fail".
pub(super) fn failing(failure: &Failure) -> String {
    let until = failure.until;
    let bounds = match () {
        () if failure.certainty == Certainty::Unknown => return MAY_FAIL.to_owned(),
        () if until.low <= 0.0 => "up to ".to_owned(),
        () if until.is_open() => format!("{} to ", percent(until.low)),
        () => String::new(),
    };
    format!("{bounds}{} of the requests fail", percent(until.high))
}

impl<'a> PoolContext<'a> {
    /// The pool with this id, predicted.
    pub fn new(context: &Context<'a>, id: PoolId) -> Option<Self> {
        let view = PoolView::new(context.unit, context.sources, id)?;
        Some(Self {
            name: context.text(view.pool.name),
            prediction: predict(&view, Scenario::default()),
            reached: context.reach.of(id),
            forwardings: context.forwardings_to(id).map(|(_, forwarding)| forwarding).collect(),
            tries_elsewhere: OnceCell::new(),
            declared: context.intent.of(id),
            outcomes: OnceCell::new(),
            view,
        })
    }

    /// The same pool with its targets one by one: a statement that stands for several is so many of them.
    #[must_use]
    pub fn one_by_one(&self) -> Self {
        self.seen_as(self.view.one_by_one())
    }

    /// Whether some statement stands for several targets.
    pub fn has_several(&self) -> bool {
        self.view.targets.iter().any(|target| target.count.exactly().is_some_and(|number| number > 1))
    }

    /// Whether something also holds of the targets one by one: what several get together is no share of a target.
    pub fn also_one_by_one(&self, holds: impl FnOnce(&Self) -> bool) -> bool {
        !self.has_several() || holds(&self.one_by_one())
    }

    /// The same pool with other targets.
    pub fn seen_as<'b>(&self, view: PoolView<'b>) -> PoolContext<'b>
    where
        'a: 'b,
    {
        PoolContext {
            view,
            name: self.name,
            prediction: predict(&view, Scenario::default()),
            reached: self.reached,
            declared: self.declared.clone(),
            forwardings: self.forwardings.clone(),
            tries_elsewhere: OnceCell::new(),
            outcomes: OnceCell::new(),
        }
    }

    /// The target at a position.
    pub fn target(&self, position: u32) -> Option<&'a Target> {
        self.view.targets.get(position as usize)
    }

    /// What happens when a target's service dies, so that its connections are refused: "if `web1` dies: nothing notices,
    /// 98.0 % of the requests fail, each after 3.0 s".
    pub fn after_death(&self, context: &Context<'a>, position: u32) -> String {
        let Some(target) = self.target(position) else { return String::new() };
        let member = self.view.first_member(position).and_then(|place| self.view.one_by_one().target(place));
        let name = self.view.full_name_of(member.unwrap_or(target));
        let failure = self.failure(position, FailureMode::Refused);
        let outcome = if self.retries_are_open(context) { MAY_FAIL.to_owned() } else { outcome(&failure) };
        let noticed = failure.noticed;
        match (noticed.noticed, noticed.latest, noticed.failures) {
            (Some(false), ..) => format!("if `{name}` dies: nothing notices{}, {outcome}", UNCHECKED.of(context)),
            (_, _, Some(failures)) => format!(
                "if `{name}` dies: {outcome}; {} {} leaves it out{}",
                after_failures(failures),
                if self.view.settings.shared_state.is(&true) { TOGETHER.of(context) } else { "each worker process" },
                self.left_out(target)
            ),
            (Some(true), Some(latest), _) => {
                format!("if `{name}` dies: {outcome} until its check notices, within {}", seconds(latest))
            }
            _ => format!("if `{name}` dies: {outcome} until something notices"),
        }
    }

    /// Whether all targets are listeners of the proxy itself: none of them dies while another one lives.
    pub fn is_served_here(&self, context: &Context<'_>) -> bool {
        let unit = context.unit;
        let is_own = |target: &Target| match target.address {
            Address::Ip(ip, Port::Number(port)) if unit.at.contains(&ip) => {
                unit.listeners_at(ip, port).next().is_some()
            }
            _ => context.listens_on(context.written(target.address_at)),
        };
        self.view.targets.iter().all(is_own)
    }

    /// Whether a file that is not known may send failed requests to another target.
    pub fn retries_are_open(&self, context: &Context<'_>) -> bool {
        let settings = self.view.settings;
        let open = context.is_open(settings.redispatch.origin) || context.is_open(settings.retries.origin);
        // Where routes say what is tried again, it is not the pool's business.
        open && context.forwardings_to(self.view.id).next().is_none()
    }

    /// For how long failures of real traffic leave a target out: " for 10.0 s".
    fn left_out(&self, target: &Target) -> String {
        let time = self.view.settings_of(target).and_then(|settings| settings.ejected_for.get().copied());
        match time {
            Some(Timeout::After(milliseconds)) => format!(" for {}", seconds(milliseconds)),
            Some(Timeout::Never) | None => String::new(),
        }
    }

    /// What happens when the target at a position fails, or one of those that the statement there stands for. Cost: one
    /// prediction.
    pub fn failure(&self, position: u32, mode: FailureMode) -> Failure {
        let each = self.view.one_by_one();
        let is_several = each.targets.len() > self.view.targets.len();
        if let Some(member) = self.view.first_member(position).filter(|_| is_several) {
            return Peace::new(&each, &self.forwardings, Effort::Glance).fail(&[member], mode);
        }
        Peace::of(&self.view, &self.forwardings, Effort::Glance, self.prediction.clone()).fail(&[position], mode)
    }

    /// The pool as failures of several targets are held against it. Cost: one prediction.
    pub fn peace(&self, context: &Context<'_>) -> Peace<'_> {
        let view = self.view.as_called();
        Peace::of(&view, &self.forwardings, Effort::Full, in_peace(&view, &context.reach))
    }

    /// Whether it is what it is meant to be, expectation by expectation.
    pub fn outcomes(&self, context: &Context<'_>) -> &[Outcome] {
        self.outcomes.get_or_init(|| intent::outcomes(context, self))
    }

    /// Whether and when a target's failure is noticed. Cost: none to speak of.
    pub fn noticed(&self, target: &Target, mode: FailureMode) -> Noticed {
        notice(&self.view, target, mode, &self.forwardings)
    }

    /// What keeps its health check from telling a target that works from one that does not.
    pub fn probe_flaw(&self) -> Option<Flawed> {
        probe_flaw(&self.view, &self.forwardings)
    }

    /// Whether a request that meets a dead target is tried on another one.
    pub fn tries_elsewhere(&self, context: &Context<'_>) -> Option<bool> {
        let forwardings = || context.forwardings_to(self.view.id).map(|(_, forwarding)| forwarding);
        *self.tries_elsewhere.get_or_init(|| tries_elsewhere(&self.view, forwardings()))
    }

    /// The rules that send it traffic: "reached from: `fe` (line 21), `admin` (line 30)". Empty where none does.
    pub fn reached_from(&self, context: &Context<'_>) -> String {
        let routes: Vec<String> = context
            .routes_to(self.view.id)
            .filter(|route| route.kind != RouteKind::Own)
            .map(|route| format!("`{}` (line {})", context.owner(route), context.line(route.at)))
            .collect();
        match routes.as_slice() {
            [] => String::new(),
            [a, b, c, more @ ..] if !more.is_empty() => format!("reached from: {a}, {b}, {c} and {} more", more.len()),
            _ => format!("reached from: {}", routes.join(", ")),
        }
    }

    /// Whether traffic may reach it, now or when another pool fails.
    pub fn is_reached(&self) -> bool {
        self.reached != Reached::No
    }
}
