//! Metadata of `envoy.lb`: labels of endpoints, what routes ask for, and which names together make a subset.

use super::Lowering;
use crate::grammar::rules::RuleId;
use crate::model::{Fact, Label, LabelsId, Origin, Selectors, Text, Value, Why};
use crate::source::Span;
use crate::syntax::envoy::Message;

/// HTTP filters that add nothing to what a request asks for. Others can set metadata of `envoy.lb` while running.
const PLAIN_FILTERS: [&str; 12] = [
    "Router",
    "Cors",
    "CorsPolicy",
    "Compressor",
    "Gzip",
    "Buffer",
    "HTTPFault",
    "HealthCheck",
    "LocalRateLimit",
    "GrpcWeb",
    "RBAC",
    "CsrfPolicy",
];

impl<'a> Lowering<'a, '_> {
    /// The labels of an endpoint; the origin without a span means its own statement.
    pub(super) fn labels_of(&mut self, endpoint: &Message<'a>) -> Fact<LabelsId> {
        let origin = Origin::default(Span::default(), RuleId::ENVOY_SETTING);
        match endpoint.field("metadata") {
            None => Fact::known(LabelsId::NONE, origin),
            Some(metadata) => Fact { value: self.labels(&metadata), origin },
        }
    }

    /// The labels that requests of a route ask for: those of its `metadata_match`, unless filters or a split add some.
    pub(super) fn asked_for(&mut self, action: &Message<'a>) -> Fact<LabelsId> {
        let written = action.field("metadata_match");
        let at = written.as_ref().map_or(action.first_line(), Message::first_line);
        let mut branches = action.path(&["weighted_clusters"]).into_iter().flat_map(|split| split.list("clusters"));
        let by_branch = branches.any(|branch| branch.field("metadata_match").is_some());
        if by_branch || self.filters_may_ask {
            return Fact::unknown(Why::Request, Origin::written(at));
        }
        let value = written.map_or(Value::Known(LabelsId::NONE), |metadata| self.labels(&metadata));
        Fact { value, origin: Origin::written(at) }
    }

    /// Whether filters of requests can ask for labels of their own.
    pub(super) fn note_filters(&mut self, config: &Message<'a>) {
        let is_plain = |filter: Message<'_>| {
            filter.extension().is_some_and(|(kind, _)| PLAIN_FILTERS.contains(&kind.as_ref()))
                || filter.text_of("name").is_some_and(|name| name == "envoy.filters.http.router")
        };
        self.filters_may_ask = !config.list("http_filters").all(is_plain);
    }

    /// `filter_metadata: {envoy.lb: {NAME: VALUE}}`; values that are no scalars are not compared.
    fn labels(&mut self, metadata: &Message<'a>) -> Value<LabelsId> {
        if metadata.is_masked() {
            return Value::Unknown(Why::Template);
        }
        let Some(written) = metadata.path(&["filter_metadata", "envoy.lb"]) else {
            return Value::Known(LabelsId::NONE);
        };
        let mut labels = Vec::new();
        for (name, value) in written.fields() {
            if name.is_masked() || value.is_masked() {
                return Value::Unknown(Why::Template);
            }
            let (Some(name), Some(value)) = (self.same_text(&name), self.same_text(&value)) else {
                return Value::Unknown(Why::Unsupported);
            };
            labels.push(Label { name, value });
        }
        labels.sort_unstable_by_key(|label| label.name.0.start);
        Value::Known(self.store_labels(labels))
    }

    fn store_labels(&mut self, labels: Vec<Label>) -> LabelsId {
        if labels.is_empty() {
            return LabelsId::NONE;
        }
        if let Some(id) = self.labels.get(&labels) {
            return *id;
        }
        let id = LabelsId(self.unit.labels.len() as u32);
        self.unit.labels.push(labels.clone());
        self.labels.insert(labels, id);
        id
    }

    /// A text that is the same for all that is spelled alike.
    fn same_text(&mut self, message: &Message<'a>) -> Option<Text> {
        let value = message.text().filter(|_| message.is_scalar())?.into_owned();
        if let Some(text) = self.label_texts.get(&value) {
            return Some(*text);
        }
        let text = self.text(message);
        self.label_texts.insert(value, text);
        Some(text)
    }

    /// `subset_selectors`: the names of each. `None` if more than names decides what becomes of requests.
    pub(super) fn selectors(&mut self, config: &Message<'a>) -> Option<Selectors> {
        const DECIDING: [&str; 3] = ["list_as_any", "metadata_fallback_policy", "allow_redundant_keys"];
        let first = self.unit.selectors.len() as u32;
        for selector in config.list("subset_selectors") {
            if selector.any(&["fallback_policy", "fallback_keys_subset"]).is_some() {
                return None;
            }
            let names: Option<Vec<Text>> = selector.list("keys").map(|name| self.same_text(&name)).collect();
            let mut names = names?;
            names.sort_unstable_by_key(|name| name.0.start);
            self.unit.selectors.push(names);
        }
        let count = self.unit.selectors.len() as u32 - first;
        config.any(&DECIDING).is_none().then_some(Selectors { first, count })
    }
}
