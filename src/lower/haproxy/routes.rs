//! `use_backend`, `default_backend` and the conditions behind rules.

use super::Lowering;
use super::line::{Line, why};
use crate::model::{Destination, Guard, Namespace, Route, RouteKind, RouteSource};
use crate::source::Span;
use crate::validate::haproxy::Argument;

/// Functions that ask how many targets of some pool are left, or whether one is up.
const FALLBACK_FUNCTIONS: [&str; 3] = ["nbsrv", "srv_is_up", "connslots"];

/// Conditions that are defined by the program (configuration manual 7.4).
const PREDEFINED: [&str; 21] = [
    "FALSE",
    "HTTP",
    "HTTP_1.0",
    "HTTP_1.1",
    "HTTP_2.0",
    "HTTP_3.0",
    "HTTP_CONTENT",
    "HTTP_URL_ABS",
    "HTTP_URL_SLASH",
    "HTTP_URL_STAR",
    "LOCALHOST",
    "METH_CONNECT",
    "METH_DELETE",
    "METH_GET",
    "METH_HEAD",
    "METH_OPTIONS",
    "METH_POST",
    "METH_PUT",
    "METH_TRACE",
    "RDP_COOKIE",
    "REQ_CONTENT",
];

/// Conditions that always hold.
const ALWAYS: [&str; 2] = ["TRUE", "WAIT_END"];

impl Lowering<'_, '_> {
    /// `use_backend NAME [if|unless CONDITION]`
    pub(super) fn use_pool(&mut self, from: RouteSource, line: &Line<'_>) {
        let Some(name) = line.argument(0).cloned() else { return };
        let to = self.destination(&name, line.span);
        let guard = self.guard(line, 1, &name);
        self.note_methods(line, 1);
        let presence = line.presence;
        self.unit.routes.push(Route {
            from,
            kind: RouteKind::Rule,
            at: line.span,
            scope: 0,
            to,
            guard,
            presence,
            hosts: None,
            total: None,
            forwarding: None,
        });
    }

    /// Where a name leads; a log format is computed for each request.
    pub(super) fn destination(&mut self, name: &Argument<'_>, statement: Span) -> Destination {
        match &name.value {
            Err(unread) => {
                self.unit.computed_routes = true;
                Destination::Computed(why(*unread), name.span)
            }
            Ok(text) if text.contains("%[") || text.contains("%{") => {
                self.unit.computed_routes = true;
                Destination::Computed(crate::model::Why::Variable, name.span)
            }
            Ok(_) => {
                // A name that is defined nowhere is wrong whenever the line is there.
                self.reference_if_there(Namespace::Pool, 0, name, statement);
                Destination::Pool(self.text(name), None)
            }
        }
    }

    /// The condition from position `from` on. A rule that asks whether its own pool still has targets is no fallback.
    pub(super) fn guard(&mut self, line: &Line<'_>, from: usize, pool: &Argument<'_>) -> Guard {
        let words = line.arguments.get(from..).unwrap_or_default();
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return Guard::Always };
        let positive = first.is("if");
        let condition: Vec<&str> = words.iter().skip(1).filter_map(Argument::known).collect();
        match (constant(&condition), positive) {
            (Some(holds), positive) if holds == positive => Guard::Always,
            (Some(_), _) => Guard::Never,
            (None, _) => {
                let own = pool.known().unwrap_or_default();
                let fallback = condition.iter().any(|word| self.asks_for_survivors(word, own));
                Guard::When { at: first.span.to(last.span), fallback }
            }
        }
    }

    fn asks_for_survivors(&self, word: &str, own: &str) -> bool {
        let name = word.trim_start_matches('!');
        let mut asking = self.fallback_conditions.iter().filter(|(known, _)| known == name);
        asking.any(|(_, expression)| asks_for_survivors(expression, own)) || asks_for_survivors(word, own)
    }

    /// Remembers a condition that asks for survivors, and defines its name.
    pub(super) fn condition(&mut self, line: &Line<'_>) {
        let Some(name) = line.argument(0).cloned() else { return };
        self.define_simple(Namespace::Condition, self.scope, &name);
        self.method_condition(line);
        if let (Some(value), Some(expression)) = (name.known(), line.known(1)) {
            self.note_condition(value, expression);
        }
        if let (Some(value), Some(expression)) = (name.known(), line.known(1))
            && asks_for_survivors(expression, "")
        {
            self.fallback_conditions.push((value.to_owned(), expression.to_owned()));
        }
    }

    /// Names of conditions in the words behind `if` or `unless` must be defined above in the section.
    pub(super) fn refer_to_conditions(&mut self, line: &Line<'_>) {
        if line.phrase == "acl" {
            return self.refer_to_userlists(&line.arguments, line.span);
        }
        let Some(start) = line.arguments.iter().position(|word| word.is("if") || word.is("unless")) else { return };
        self.refer_to_userlists(line.arguments.get(start..).unwrap_or_default(), line.span);
        let mut inside = false;
        for word in line.arguments.get(start + 1..).unwrap_or_default() {
            let Some(text) = word.known() else { continue };
            match text.trim_start_matches('!') {
                "{" => inside = true,
                "}" => inside = false,
                "" | "||" => {}
                // 2.6.12 reads `OR` like `or`, and takes `and` and `&&` for names.
                word if word.eq_ignore_ascii_case("or") => {}
                name if !inside => self.refer_to_condition(word, name),
                _ => {}
            }
        }
    }

    /// `http_auth(LIST)` and `http_auth_group(LIST)` name a list of users.
    fn refer_to_userlists(&mut self, words: &[Argument<'_>], statement: Span) {
        for word in words {
            let Some((offset, name)) = word.known().and_then(userlist_in) else { continue };
            let start = word.span.start + offset as u32;
            let span = Span::new(start, start + name.len() as u32);
            let argument = Argument { span, value: Ok(name.to_owned().into()) };
            self.reference(Namespace::Userlist, 0, &argument, statement);
        }
    }

    fn refer_to_condition(&mut self, word: &Argument<'_>, name: &str) {
        if PREDEFINED.contains(&name) || ALWAYS.contains(&name) {
            return;
        }
        let skipped = word.known().map_or(0, |text| text.len() - name.len()) as u32;
        let span = Span::new(word.span.start + skipped, word.span.end);
        let argument = Argument { span, value: Ok(name.to_owned().into()) };
        self.reference(Namespace::Condition, self.scope, &argument, word.span);
    }
}

/// The list of users that an expression names, and where its name begins.
fn userlist_in(text: &str) -> Option<(usize, &str)> {
    // Nearly no word of a condition calls a function.
    memchr::memchr(b'(', text.as_bytes())?;
    let functions = ["http_auth(", "http_auth_group("];
    let from = functions.iter().find_map(|function| Some(text.find(function)? + function.len()))?;
    let (name, _) = text.get(from..)?.split_once(')')?;
    (!name.is_empty()).then_some((from, name))
}

/// Whether an expression asks how many targets of a pool other than `own` are left.
fn asks_for_survivors(expression: &str, own: &str) -> bool {
    // What all of these names hold is looked for first: nearly no condition asks.
    if !expression.as_bytes().windows(3).any(|part| part == b"srv" || part == b"nsl") {
        return false;
    }
    FALLBACK_FUNCTIONS.iter().any(|function| {
        let Some((_, behind)) = expression.split_once(function) else { return false };
        let pool = behind.strip_prefix('(').and_then(|inside| inside.split([')', '/', ',']).next());
        own.is_empty() || pool != Some(own)
    })
}

/// Whether a condition holds whatever the request: `TRUE`, `FALSE`, `{ always_true }` and their negations.
fn constant(condition: &[&str]) -> Option<bool> {
    let words: Vec<&str> = condition.iter().copied().filter(|word| !matches!(*word, "{" | "}")).collect();
    let [word] = words.as_slice() else {
        // An empty condition never holds (measured, 2.6.12).
        return condition.is_empty().then_some(false);
    };
    let name = word.trim_start_matches('!');
    let negated = (word.len() - name.len()) % 2 == 1;
    match name {
        "TRUE" | "always_true" => Some(!negated),
        "FALSE" | "always_false" => Some(negated),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_seen_through() {
        assert_eq!(constant(&["TRUE"]), Some(true));
        assert_eq!(constant(&[]), Some(false));
        assert_eq!(constant(&["!TRUE"]), Some(false));
        assert_eq!(constant(&["{", "always_true", "}"]), Some(true));
        assert_eq!(constant(&["is_api"]), None);
        assert_eq!(constant(&["TRUE", "is_api"]), None);
    }

    #[test]
    fn a_pool_that_asks_for_itself_is_no_fallback() {
        assert!(asks_for_survivors("nbsrv(web)", "sorry"));
        assert!(!asks_for_survivors("nbsrv(web)", "web"));
        assert!(asks_for_survivors("nbsrv", "sorry"));
        assert!(!asks_for_survivors("path_beg", "sorry"));
    }
}
