//! Reads YAML: the events of the parser become nodes; what it stops at is taken out, and the rest is read.

mod defect;
mod events;
mod fast;
mod header;
mod lines;
mod repair;

use self::events::Reader;
use self::repair::{Outcome, Repair};
use super::tree::Tree;
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::View;

/// Most bytes that recovery reads again.
const MOST_BYTES: usize = 64 << 20;

/// Most readings of one text.
const MOST_ROUNDS: usize = 50;

pub(super) fn parse(view: View<'_>, diagnostics: &mut Vec<Diagnostic>) -> Tree {
    if let Some(tree) = fast::read(view) {
        return tree;
    }
    let mut found = Vec::new();
    let tree = read(view, &mut found);
    // The program reads no further (measured, 1.40).
    if let Some(second) = tree.documents().get(1) {
        let end = tree.span(*second).start;
        found.retain(|one| one.span.start < end);
    }
    found.sort_by_key(|one| one.span);
    found.dedup();
    diagnostics.append(&mut found);
    tree
}

fn read(view: View<'_>, found: &mut Vec<Diagnostic>) -> Tree {
    let mut repair = Repair::new(view.text);
    let rounds = (MOST_BYTES / view.text.len().max(1)).clamp(4, MOST_ROUNDS);
    for round in 1.. {
        let mut reader = Reader::new(view, &repair);
        let Some(stop) = reader.read(repair.text()) else {
            return finish(view, reader, &repair, found);
        };
        let outcome = if round < rounds { repair.take_out(stop.culprit) } else { Outcome::Nothing };
        found.extend(stop.diagnostic.filter(|_| outcome != Outcome::Wider));
        if outcome == Outcome::Nothing {
            if reader.is_past_a_region() {
                repair = Repair::new(view.text);
                reader = Reader::new(view, &repair);
                reader.read(repair.text());
            }
            reader.give_up();
            return finish(view, reader, &repair, found);
        }
    }
    Tree::default()
}

fn finish(view: View<'_>, reader: Reader<'_>, repair: &Repair<'_>, found: &mut Vec<Diagnostic>) -> Tree {
    let tree = reader.finish(found);
    // The anchor may stand in what could not be read.
    let is_taken_out = |name: &str| {
        let anchor = format!("&{name}");
        let texts = repair.regions().iter().filter_map(|region| view.text.get(region.bytes.clone()));
        texts.into_iter().any(|text| text.contains(&anchor))
    };
    found.retain(|one| one.kind != Kind::UnknownAnchor || !is_taken_out(view.slice(one.span).trim_start_matches('*')));
    tree
}
