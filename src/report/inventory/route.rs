//! A rule of the model as an entry of the inventory.

use super::{Maker, Route, Share};
use crate::model::{Destination, Guard, Route as Model, RouteSource};
use crate::report::understanding::location;

impl Maker<'_> {
    pub(super) fn route(&self, route: &Model) -> Route {
        let from = match route.from {
            RouteSource::Listener(id) => self.unit.listener(id).map(|listener| listener.name),
            RouteSource::Pool(id) => self.unit.pool(id).map(|pool| pool.name),
        };
        let (negated, condition) = self.condition(route).map_or((false, None), |(negated, text)| (negated, Some(text)));
        Route {
            from: from.map(|name| self.text(name)).unwrap_or_default(),
            to: self.shares(&route.to),
            condition,
            negated,
            location: location(self.sources, route.at),
        }
    }

    fn shares(&self, to: &Destination) -> Vec<Share> {
        match to {
            Destination::Pool(name, _) => vec![Share { pool: Some(self.text(*name)), weight: None }],
            Destination::Split(branches) => branches
                .iter()
                .map(|branch| Share {
                    pool: Some(self.text(branch.name)),
                    weight: branch.weight.map(|weight| f64::from(weight) / 100.0),
                })
                .collect(),
            Destination::Computed(..) => vec![Share { pool: None, weight: None }],
        }
    }

    /// The words behind `if` or `unless`, and whether it is `unless`.
    fn condition(&self, route: &Model) -> Option<(bool, String)> {
        let text = match route.guard {
            Guard::Always => return None,
            Guard::When { at, .. } => self.redactor.text(at),
            Guard::Never | Guard::Unmatched | Guard::Taken(_) => behind_rule(&self.redactor.text(route.at)),
        };
        match text.split_once([' ', '\t']) {
            Some(("unless", words)) => Some((true, words.trim_start().to_owned())),
            Some(("if", words)) => Some((false, words.trim_start().to_owned())),
            _ => Some((false, text)),
        }
    }
}

/// A statement from its `if` or `unless` on.
fn behind_rule(statement: &str) -> String {
    let words: Vec<&str> = statement.split_whitespace().collect();
    let from = words.iter().position(|word| matches!(*word, "if" | "unless")).unwrap_or(words.len());
    words.get(from..).unwrap_or_default().join(" ")
}
