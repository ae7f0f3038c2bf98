//! Named parameters: `weight=5`, `backup`.

use super::arguments::{Case, fits};
use super::{Scene, Validator};
use crate::diagnostic::Kind;
use crate::grammar::nginx::Parameter;
use crate::source::Span;

impl Validator<'_, '_> {
    /// Checks the words from a position on: each must be a parameter of the directive.
    pub(super) fn check_parameters(&mut self, scene: Scene<'_>, from: usize) {
        (from..scene.len()).for_each(|at| self.check_parameter(scene, None, at));
    }

    /// The same for a form of the directive that a first word selects.
    pub(super) fn check_form_parameters(&mut self, scene: Scene<'_>, form: &str, from: usize) {
        (from..scene.len()).for_each(|at| self.check_parameter(scene, Some(form), at));
    }

    /// Checks one word that must be a parameter.
    pub(super) fn check_parameter(&mut self, scene: Scene<'_>, form: Option<&str>, at: usize) {
        let Some(text) = scene.known(at) else { return };
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let own = |row: &&Parameter| {
            row.takes_value() == value.is_some()
                && is_named(row, name)
                && row.contexts.meets(scene.contexts)
                && row.is_of(form)
        };
        let named = self.input.grammar.parameters_of(scene.directive).iter().filter(own);
        let version = self.input.program.version;
        let (mut found, mut misfit) = (None, None);
        for row in named {
            if !row.lifetime.includes(version) {
                found = found.or(Some(row));
                continue;
            }
            match value.map_or(Ok(()), |value| fits_parameter(row, value)) {
                Ok(()) => return,
                Err(expected) => misfit = misfit.or(Some(expected)),
            }
        }
        match (misfit, found) {
            (Some(expected), _) => self.refuse(value_span(scene, at, value), &expected),
            (None, Some(row)) => self.check_lifetime(scene.span(at), row.lifetime, ""),
            (None, None) => self.unknown_parameter(scene, form, at, name),
        }
    }

    #[cold]
    fn unknown_parameter(&mut self, scene: Scene<'_>, form: Option<&str>, at: usize, name: &str) {
        let grammar = self.input.grammar;
        let own = |row: &&Parameter| row.contexts.meets(scene.contexts) && row.is_of(form) && row.name != "*";
        let rows: Vec<&Parameter> = grammar.parameters_of(scene.directive).iter().filter(own).collect();
        let meant = rows.iter().map(|row| row.name).find(|known| *known == name);
        let meant = meant.or_else(|| self.nearest(name, rows.iter().map(|row| row.name)));
        let meant = rows.iter().find(|row| Some(row.name) == meant);
        let spelled = |row: &&Parameter| if row.takes_value() { format!("{}=", row.name) } else { row.name.to_owned() };
        let suggestion = meant.map(spelled).map(Into::into);
        let within = grammar.name(scene.directive).into();
        self.say(scene.span(at), Kind::UnknownParameter { within, suggestion });
    }
}

fn fits_parameter(row: &Parameter, value: &str) -> Result<(), String> {
    row.signature().parts.first().map_or(Ok(()), |part| fits(&part.value, value, Case::Exact))
}

fn is_named(row: &Parameter, name: &str) -> bool {
    row.name == name || row.name == "*"
}

/// The part of a word behind its `=`, if the word is written as it is read.
fn value_span(scene: Scene<'_>, at: usize, value: Option<&str>) -> Span {
    let (word, length) = (scene.span(at), value.map_or(0, str::len) as u32);
    let is_verbatim = scene.known(at).is_some_and(|text| text.len() == word.len());
    if is_verbatim && length > 0 { Span::new(word.end - length, word.end) } else { word }
}
