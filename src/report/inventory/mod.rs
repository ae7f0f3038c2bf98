//! The inventory of pools: the document `lblint/pools/1`, whose fields other programs rely on.

mod address;

mod pool;
mod route;
mod target;

use serde::Serialize;

use super::filter::Filter;

use super::redact::Redactor;
use super::sanitise;
use crate::analysis::{AnalysedUnit, Analysis};
use crate::model::{Text, Unit as Model};
use crate::source::{Dialect, Location, Sources};

/// `lblint/pools/1`.
#[derive(Debug, Serialize)]
pub(super) struct Inventory {
    pub(super) schema: &'static str,
    pub(super) units: Vec<Unit>,
}

/// One unit.
#[derive(Debug, Serialize)]
pub(super) struct Unit {
    pub(super) root: String,
    /// What the settings call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// The addresses where the settings say that it runs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) at: Vec<String>,
    pub(super) dialect: Dialect,
    pub(super) files: Vec<String>,
    pub(super) pools: Vec<Pool>,
    pub(super) routes: Vec<Route>,
}

/// One pool.
#[derive(Debug, Serialize)]
pub(super) struct Pool {
    pub(super) name: String,
    pub(super) kind: crate::model::PoolKind,
    pub(super) location: Location,
    pub(super) policy: Policy,
    pub(super) complete: bool,
    pub(super) probe: &'static str,
    pub(super) ejection: &'static str,
    pub(super) targets: Vec<Target>,
}

/// How a pool picks a target.
#[derive(Debug, Serialize)]
pub(super) struct Policy {
    /// The dialect's own word; `None` when it is not known.
    pub(super) name: Option<&'static str>,
    pub(super) origin: &'static str,
}

/// One target.
#[derive(Debug, Serialize)]
pub(super) struct Target {
    pub(super) name: String,
    pub(super) address: Option<String>,
    pub(super) weight: Option<u32>,
    pub(super) role: &'static str,
    pub(super) priority: u8,
    pub(super) probed: Option<bool>,
    /// After how many failures of real traffic it is left out for a while; 0: never.
    pub(super) ejected_after: Option<u32>,
    /// For how many seconds.
    pub(super) ejected_for_s: Option<f64>,
    pub(super) location: Location,
}

/// One rule.
#[derive(Debug, Serialize)]
pub(super) struct Route {
    pub(super) from: String,
    pub(super) to: Vec<Share>,
    /// The words of the condition as written.
    pub(super) condition: Option<String>,
    /// Whether the rule applies when the condition does not hold.
    pub(super) negated: bool,
    pub(super) location: Location,
}

/// Where a rule sends traffic, and how much of it.
#[derive(Debug, Serialize)]
pub(super) struct Share {
    pub(super) pool: Option<String>,
    /// In percent; `None` where all goes there, or the request decides.
    pub(super) weight: Option<f64>,
}

/// What the parts of the document are made from.
struct Maker<'a> {
    sources: &'a Sources,
    redactor: &'a Redactor<'a>,
    unit: &'a Model,
}

/// The inventory of what the filter lets through.
pub(super) fn inventory(analysis: &Analysis, filter: &Filter) -> Inventory {
    let redactor = Redactor::new(analysis);
    let wanted = analysis.units.iter().filter(|analysed| filter.lets_unit(&analysed.root));
    let units = wanted.map(|analysed| unit(analysis, analysed, filter, &redactor));
    let units = units.filter(|unit| filter.takes_all_pools() || !unit.pools.is_empty()).collect();
    Inventory { schema: "lblint/pools/1", units }
}

fn unit(analysis: &Analysis, analysed: &AnalysedUnit, filter: &Filter, redactor: &Redactor<'_>) -> Unit {
    let maker = Maker { sources: &analysis.sources, redactor, unit: &analysed.unit };
    let mut paths: Vec<&str> = analysed.unit.files.iter().map(|file| analysis.sources.file_of(file.source)).collect();
    paths.dedup();
    let pools = analysed.unit.pools().filter_map(|(id, _)| maker.pool(id));
    let routes = analysed.unit.routes.iter().map(|route| maker.route(route));
    Unit {
        root: sanitise::line(&analysed.root).into_owned(),
        name: analysed
            .declared
            .as_ref()
            .and_then(|unit| unit.name.as_deref())
            .map(|name| sanitise::line(name).into_owned()),
        at: analysed.declared.iter().flat_map(|unit| &unit.at).cloned().collect(),
        dialect: analysed.unit.dialect,
        files: paths.iter().map(|path| sanitise::line(path).into_owned()).collect(),
        pools: pools.filter(|pool| filter.lets_pool(&pool.name)).collect(),
        routes: routes.filter(|route| filter.takes_all_pools() || route.leads_to(filter)).collect(),
    }
}

impl Maker<'_> {
    fn text(&self, text: Text) -> String {
        sanitise::line(self.unit.texts.get(text, self.sources)).into_owned()
    }
}

impl Route {
    fn leads_to(&self, filter: &Filter) -> bool {
        self.to.iter().any(|share| share.pool.as_deref().is_some_and(|pool| filter.lets_pool(pool)))
    }
}
