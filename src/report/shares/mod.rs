//! Predicted shares: the document `lblint/shares/1`, whose fields other programs rely on.

mod arithmetic;
mod failure;
mod listener;
mod pool;
mod question;

pub use question::{Only, SharesQuestion, unanswerable};

use serde::Serialize;

use super::understanding::location;
use super::{sanitise, targets};
use crate::analysis::{AnalysedUnit, Analysis};
use crate::model::{PoolId, Text, Unit as Model};
use crate::source::{Dialect, Location, Sources};
use crate::traffic::{self, Certainty, Forecast, Outages, Reach};

/// `lblint/shares/1`.
#[derive(Debug, Serialize)]
pub(super) struct Document {
    pub(super) schema: &'static str,
    pub(super) units: Vec<Unit>,
}

/// One unit.
#[derive(Debug, Serialize)]
pub(super) struct Unit {
    pub(super) root: String,
    pub(super) dialect: Dialect,
    pub(super) pools: Vec<Pool>,
    pub(super) listeners: Vec<Listener>,
    /// What users see while the outages last that were asked about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) afterwards: Vec<Afterwards>,
}

/// What users see while targets are down that fail in one way, once that is noticed.
#[derive(Debug, Serialize)]
pub(super) struct Afterwards {
    pub(super) mode: &'static str,
    pub(super) listeners: Vec<Listener>,
}

/// One pool.
#[derive(Debug, Serialize)]
pub(super) struct Pool {
    pub(super) name: String,
    pub(super) location: Location,
    pub(super) policy: Option<&'static str>,
    pub(super) certainty: Certainty,
    pub(super) assumptions: Vec<String>,
    pub(super) because: Option<String>,
    pub(super) shares: Vec<Share>,
    /// `None` if unknown, as all shares are then.
    pub(super) failed: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) failures: Option<Vec<Failure>>,
    /// How the numbers come about, for people who ask.
    #[serde(skip)]
    pub(super) arithmetic: Vec<String>,
}

/// What a target gets.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are those of the document")]
pub(super) struct Share {
    pub(super) target: String,
    pub(super) weight: Option<u32>,
    pub(super) share: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
    /// Whether a fair part of the traffic would be its own, too: it has some, or only the few keys pass it by.
    #[serde(skip)]
    pub(super) competes: bool,
}

/// What happens when targets fail.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Failure {
    pub(super) down: Vec<String>,
    pub(super) mode: &'static str,
    pub(super) certainty: Certainty,
    pub(super) assumptions: Vec<&'static str>,
    pub(super) because: Option<String>,
    pub(super) noticed: Option<bool>,
    pub(super) noticed_by: Option<&'static str>,
    pub(super) noticed_after_min_s: Option<f64>,
    pub(super) noticed_after_s: Option<f64>,
    /// After so many failures of real traffic, where these take it out.
    pub(super) noticed_after_failures: Option<u32>,
    pub(super) until_noticed: Until,
    pub(super) shares: Vec<Survivor>,
    /// How many survivors of a large pool are not listed.
    pub(super) omitted: u32,
    pub(super) failed: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
    pub(super) listeners: Vec<Seen>,
    #[serde(skip)]
    pub(super) arithmetic: Vec<String>,
}

/// What users see until a failure is noticed.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Until {
    pub(super) failed: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
    /// The part that begins at a dead target and is served by another one.
    pub(super) retried: f64,
    /// How long a request takes that meets a dead target, until it has failed or reached another one.
    pub(super) delay_s: Option<f64>,
}

/// What a target has after a failure.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Survivor {
    pub(super) target: String,
    pub(super) share: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// What fails at a listener after a failure.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Seen {
    pub(super) name: String,
    pub(super) failed: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
}

/// What comes in at a listener.
#[derive(Debug, Serialize)]
pub(super) struct Listener {
    pub(super) name: String,
    pub(super) address: Option<String>,
    pub(super) pools: Vec<Part>,
    pub(super) targets: Vec<TargetPart>,
    pub(super) failed: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
}

/// What a pool gets of what comes in.
#[derive(Debug, Serialize)]
pub(super) struct Part {
    pub(super) pool: String,
    /// `None` where requests decide.
    pub(super) share: Option<f64>,
    /// It gets something only when another pool fails.
    pub(super) fallback: bool,
}

/// What a target gets of what comes in.
#[derive(Debug, Serialize)]
pub(super) struct TargetPart {
    pub(super) pool: String,
    pub(super) target: String,
    pub(super) share: f64,
}

/// What the parts of the document are made from.
struct Maker<'a> {
    sources: &'a Sources,
    unit: &'a Model,
    reach: Reach,
}

/// The answers to a question.
pub(super) fn document(analysis: &Analysis, question: &SharesQuestion<'_>) -> Document {
    let wanted = analysis.units.iter().filter(|analysed| question.filter.lets_unit(&analysed.root));
    let units = wanted.map(|analysed| unit(analysis, analysed, question));
    let asks_for_some = !question.filter.takes_all_pools() || question.only.is_some() || !question.down.is_empty();
    let units = units.filter(|unit| !asks_for_some || !unit.pools.is_empty());
    let mut document = Document { schema: "lblint/shares/1", units: units.collect() };
    question.keep_worst(&mut document);
    document
}

fn unit(analysis: &Analysis, analysed: &AnalysedUnit, question: &SharesQuestion<'_>) -> Unit {
    let maker = Maker { sources: &analysis.sources, unit: &analysed.unit, reach: Reach::new(&analysed.unit) };
    let outages = maker.outages(question);
    let wanted = |id: PoolId| {
        let is_named = analysed.unit.pool(id).is_some_and(|pool| question.filter.lets_pool(&maker.text(pool.name)));
        is_named && (question.down.is_empty() || question.each.is_some())
    };
    let questions = question.questions();
    let forecast = traffic::forecast(&analysed.unit, &analysis.sources, &questions, &outages, wanted);
    let asks = question.each.is_some() || !question.down.is_empty();
    let pools = forecast.pools.iter().map(|pool| maker.pool(pool, asks));
    Unit {
        root: sanitise::line(&analysed.root).into_owned(),
        dialect: analysed.unit.dialect,
        pools: pools.filter(|pool| question.only.is_none_or(|only| only.keeps(pool))).collect(),
        listeners: maker.listeners(&forecast.entrances, &forecast),
        afterwards: maker.afterwards(&forecast),
    }
}

impl Maker<'_> {
    fn outages(&self, question: &SharesQuestion<'_>) -> Outages {
        Outages::new(self.unit, self.sources, question.down, &question.modes).unwrap_or_default()
    }

    fn text(&self, text: Text) -> String {
        sanitise::line(self.unit.texts.get(text, self.sources)).into_owned()
    }

    fn afterwards(&self, forecast: &Forecast<'_>) -> Vec<Afterwards> {
        let modes = forecast.afterwards.iter();
        modes
            .map(|(mode, entrances)| Afterwards {
                mode: mode.name(),
                listeners: self.listeners(entrances, forecast).into_iter().map(Listener::without_targets).collect(),
            })
            .collect()
    }
}

/// A fraction to nine digits: the last bits of a sum say nothing.
fn rounded(fraction: f64) -> f64 {
    (fraction * 1e9).round() / 1e9
}

fn seconds(milliseconds: u64) -> f64 {
    milliseconds as f64 / 1000.0
}
