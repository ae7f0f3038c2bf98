//! What lblint does with each field, kept by hand.

use super::sorted;
use crate::grammar::{Support, table};

const SUPPORT: &str = include_str!("../../../grammars/envoy/support.tsv");

/// A row for the field goes before one for all fields of the message; without either it is irrelevant.
pub(super) fn of(message: &str, field: &str) -> Support {
    let rows = || table::rows::<3>(sorted::rows_of(SUPPORT, message));
    let find = |wanted: &str| rows().find(|[_, name, _]| *name == wanted);
    let row = find(field).or_else(|| find("*"));
    row.map_or(Support::Irrelevant, |[_, _, support]| Support::read(support))
}
