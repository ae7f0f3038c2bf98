//! Statements of a team's own modules: not unknown, and not understood.

use super::coverage::Coverage;
use crate::diagnostic::{Diagnostic, Kind};
use crate::settings::Settings;
use crate::source::{Dialect, Sources, Span};

/// Takes the statements that settings name out of what is unknown; they count as known and not modelled.
pub(super) fn set_known(
    settings: &Settings,
    dialect: Dialect,
    sources: &Sources,
    diagnostics: &mut Vec<Diagnostic>,
    coverage: &mut Coverage,
) {
    if settings.known_directives.is_empty() {
        return;
    }
    let is_known = |span: Span| settings.knows(dialect, first_word(sources.slice(span)));
    diagnostics.retain(|one| !matches!(one.kind, Kind::UnknownKeyword { .. }) || !is_known(one.span));
    for file in &mut coverage.files {
        let (known, unrecognised) =
            std::mem::take(&mut file.unrecognised).into_iter().partition(|span| is_known(*span));
        file.unrecognised = unrecognised;
        let _: &Vec<Span> = &known;
        file.unsupported.extend(known);
    }
}

fn first_word(text: &str) -> &str {
    let word = text.split(|character: char| character.is_whitespace() || ";{:".contains(character)).next();
    word.unwrap_or_default().trim_matches(['"', '\''])
}
