//! Variables in the addresses of servers that are certainly not set, or that look like one that is.

use super::Lowering;
use crate::diagnostic::{Diagnostic, Kind};
use crate::syntax::haproxy::Variable;
use crate::validate::haproxy::{Argument, nearest};

impl Lowering<'_, '_> {
    /// Notes variables of an address that have no value. Addresses are expanded in quotes and without (2.6.12).
    pub(super) fn complain_of_variables(&mut self, address: &Argument<'_>) {
        let written = self.sources.slice(address.span);
        if !self.certain || !written.contains('$') {
            return;
        }
        let name = variables(written).find(|name| !matches!(self.environment.get(name), Variable::Known(_)));
        let Some(name) = name else { return };
        let suggestion = match self.environment.get(name) {
            Variable::Unset => None,
            _ => match nearest(name, self.environment.names()).filter(|near| !differ_in_number(name, near)) {
                Some(near) => Some(near.into()),
                // The environment of the process sets it.
                None => return,
            },
        };
        self.diagnostics.push(Diagnostic::new(address.span, Kind::UnsetVariable { name: name.into(), suggestion }));
    }
}

/// `WEB1` and `WEB2` are two variables, not one and a slip.
fn differ_in_number(a: &str, b: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|letter| !letter.is_ascii_digit()).collect::<String>();
    letters(a) == letters(b)
}

/// Names behind `$` that have no default value.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split('$').skip(1).filter_map(|rest| {
        let (braced, rest) = rest.strip_prefix('{').map_or((false, rest), |inner| (true, inner));
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        let has_default = braced && behind.starts_with('-');
        (!name.is_empty() && !has_default).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_defaults() {
        let names = |text| variables(text).collect::<Vec<_>>();
        assert_eq!(names("\"${HOST}:$PORT\""), ["HOST", "PORT"]);
        assert_eq!(names("${HOST-10.0.0.1}:80"), [""; 0]);
    }

    #[test]
    fn numbered_variables_are_no_slips() {
        assert!(differ_in_number("WEB1", "WEB2"));
        assert!(!differ_in_number("APP_PROT", "APP_PORT"));
    }
}
