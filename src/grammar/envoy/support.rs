//! What lblint does with each field, kept by hand.

use super::sorted;
use crate::grammar::{Support, table};

const SUPPORT: &str = include_str!("../../../grammars/envoy/support.tsv");

/// What is said of the fields of one message.
pub(super) struct MessageSupport(Vec<(&'static str, Support)>);

impl MessageSupport {
    pub(super) fn of(message: &str) -> Self {
        let rows = table::rows(sorted::rows_of(SUPPORT, message));
        Self(rows.map(|[_, field, support]| (field, Support::read(support))).collect())
    }

    /// A row for the field goes before one for all fields of the message; without either it is irrelevant.
    pub(super) fn field(&self, name: &str) -> Support {
        let find = |wanted: &str| self.0.iter().find(|(field, _)| *field == wanted);
        find(name).or_else(|| find("*")).map_or(Support::Irrelevant, |(_, support)| *support)
    }
}
