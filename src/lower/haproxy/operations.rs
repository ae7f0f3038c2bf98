//! Interfaces that take servers out of service: `stats socket`, `stats admin`.

use super::draft::Draft;
use super::line::{Line, why};
use super::{Lowering, logging};
use crate::grammar::rules::RuleId;
use crate::model::{Address, Door, Fact, Grant, Guard, Interface, InterfaceKind, Origin, Value};
use crate::source::Span;
use crate::validate::haproxy::Argument;

/// What a section says about its page of statistics.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct StatsDraft {
    /// `stats admin`, and whether its condition always holds.
    pub(super) admin: Option<(Span, bool)>,
    /// Something asks who it is, or turns some away.
    pub(super) asks: bool,
    /// A `stats` line asks who it is.
    pub(super) page_asks: bool,
}

/// Statements that cannot change who gets the traffic, and are read all the same.
pub(super) fn is_read(phrase: &str) -> bool {
    matches!(phrase, "stats socket" | "stats auth") || logging::is_read(phrase)
}

/// Statements by which a page of statistics asks who it is, or turns some away.
fn page_asks(phrase: &str) -> bool {
    phrase == "stats auth" || phrase.starts_with("stats http-request")
}

/// Statements that turn some connections or requests away, or ask who it is.
fn asks(phrase: &str) -> bool {
    const ACTIONS: [&str; 6] = ["deny", "auth", "tarpit", "reject", "silent-drop", "return"];
    let (family, rest) = phrase.split_once(' ').unwrap_or((phrase, ""));
    match family {
        "http-request" | "tcp-request" => rest.split(' ').next_back().is_some_and(|word| ACTIONS.contains(&word)),
        _ => matches!(phrase, "block" | "reqdeny" | "reqideny"),
    }
}

impl Lowering<'_, '_> {
    /// What a line of a section says about its page of statistics.
    pub(super) fn page_of_statistics(&mut self, draft: &mut Draft, line: &Line<'_>) {
        draft.stats.asks |= asks(line.phrase);
        draft.stats.page_asks |= page_asks(line.phrase);
        if line.phrase == "stats admin" {
            let nobody = Argument { span: line.span, value: Ok("".into()) };
            let always = line.presence.is_certain() && self.guard(line, 0, &nobody) == Guard::Always;
            draft.stats.admin = Some((line.span, always));
        }
    }

    /// Certificates of clients are asked for.
    pub(super) fn asks_for_certificates(line: &Line<'_>) -> bool {
        let mut words = line.arguments.windows(2);
        words.any(|pair| matches!(pair, [option, value] if option.is("verify") && value.is("required")))
    }

    /// The page of a section that was read.
    pub(super) fn finish_page(&mut self, draft: &Draft, door: Door) {
        if let Some((at, always)) = draft.stats.admin {
            let grants = Fact::known(Grant::Administrate, Origin::written(at));
            let asks = draft.stats.asks || draft.stats.page_asks || !always;
            let page = Interface { kind: InterfaceKind::Page, at, door, grants, asks };
            self.unit.operations.interfaces.push(page);
        }
    }

    /// `stats socket ADDRESS PARAMETERS` of `global`; without `level` it is that of an operator (management guide 9.3).
    pub(super) fn command_socket(&mut self, line: &Line<'_>) {
        let Some(argument) = line.argument(0).cloned() else { return };
        let address = self.address(&argument);
        let behind = |word: &str| line.arguments.iter().position(|argument| argument.is(word)).map(|at| at + 1);
        let unread = line.arguments.iter().skip(1).find_map(|argument| argument.value.as_ref().err().copied());
        let default = Origin::default(line.span, RuleId::NONE);
        let grants = match (behind("level"), unread) {
            (Some(at), _) => {
                Fact { value: line.value(at, Grant::Operate, grant), origin: Origin::written(line.at(at)) }
            }
            (None, Some(unread)) => Fact { value: Value::Unknown(why(unread)), origin: default },
            (None, None) => Fact::known(Grant::Operate, default),
        };
        // Of a file, only what its mode says is known; who may enter its directory is not.
        let all_may_write = behind("mode").and_then(|at| line.known(at)).is_some_and(all_may_write);
        let asks = match address {
            Address::Socket(_) => !all_may_write,
            _ => Self::asks_for_certificates(line) || behind("interface").is_some() || !line.presence.is_certain(),
        };
        let kind = InterfaceKind::Commands;
        let socket = Interface { kind, at: line.span, door: Door::Address(address), grants, asks };
        self.unit.operations.interfaces.push(socket);
    }
}

fn grant(word: &str) -> Option<Grant> {
    Some(match word {
        "user" => Grant::Look,
        "operator" => Grant::Operate,
        "admin" => Grant::Administrate,
        _ => return None,
    })
}

/// Whether a file of this mode (`666`, `0777`) takes commands from every user of the machine.
fn all_may_write(mode: &str) -> bool {
    u32::from_str_radix(mode, 8).is_ok_and(|mode| mode & 0o002 != 0)
}

#[cfg(test)]
mod tests {
    use super::{all_may_write, asks, page_asks};

    #[test]
    fn modes_of_files() {
        assert_eq!(["666", "0777", "660", "600", "x"].map(all_may_write), [true, true, false, false, false]);
    }

    #[test]
    fn what_turns_somebody_away() {
        assert!(page_asks("stats auth") && page_asks("stats http-request auth") && !page_asks("stats uri"));
        for phrase in ["http-request deny", "tcp-request connection reject"] {
            assert!(asks(phrase), "{phrase}");
        }
        for phrase in ["stats uri", "http-request set-header", "tcp-request inspect-delay", "server"] {
            assert!(!asks(phrase), "{phrase}");
        }
    }
}
