//! Entries of blocks such as `map`, `geo` and `split_clients`.

use super::placement::is_unknown;
use super::settings::is_network;
use super::{Argument, Binding, Validator};
use crate::diagnostic::Kind;
use crate::grammar::Support;
use crate::grammar::nginx::{ContextSet, Directive};
use crate::syntax::nginx::values::fraction;
use crate::syntax::nginx::{Statement, StatementId};

/// All of a `split_clients`, in hundredths of a percent.
const EVERYBODY: u64 = 100 * 100;

impl Validator<'_, '_> {
    /// An entry: its first word may be a directive of the block, else it is a key.
    pub(super) fn entry(&mut self, id: StatementId, statement: &Statement, contexts: ContextSet) -> Binding {
        if is_unknown(contexts) {
            return Binding { contexts, support: Some(Support::Unsupported) };
        }
        let words = usize::from(statement.words.saturating_sub(1));
        let fits = |row: &&Directive| row.contexts.meets(contexts) && row.arity.accepts(words);
        let grammar = self.input.grammar;
        let keys = grammar.directive("*").map(|star| grammar.rows(star)).unwrap_or_default();
        let key = keys.iter().find(fits);
        if key.is_none() || self.is_special(contexts) {
            self.read_words(id);
        }
        let own = self.word(0).and_then(|name| grammar.directive(name)).map(|id| grammar.rows(id)).unwrap_or_default();
        let own = own.iter().find(|row| row.name != "*" && fits(row));
        if let Some(key) = key {
            if own.is_none() {
                self.check_key(contexts);
            } else if self.word(0) == Some("ranges") {
                self.open.last_mut().into_iter().for_each(|open| open.ranges = true);
            }
            return Binding { contexts, support: Some(key.support) };
        }
        let support = own.map(|row| row.support);
        match (own, keys.iter().find(|row| row.contexts.meets(contexts))) {
            (Some(row), _) if row.name == "ranges" => {
                self.open.last_mut().into_iter().for_each(|open| open.ranges = true);
            }
            (None, Some(key)) if !self.words.iter().any(|word| word.known().is_none()) => {
                self.wrong_entry(contexts, key);
            }
            _ => {}
        }
        Binding { contexts, support }
    }

    /// Whether the keys of the block have a form of their own.
    fn is_special(&self, contexts: ContextSet) -> bool {
        let special = ["geo", "stream_geo", "split_clients", "stream_split_clients"];
        contexts.iter().all(|context| special.contains(&self.input.grammar.context_name(context)))
    }

    /// An entry of too few or too many words.
    #[cold]
    fn wrong_entry(&mut self, contexts: ContextSet, key: &Directive) {
        let within = self.describe(contexts);
        let last = self.words.last().map(|word| word.span).unwrap_or_default();
        let extra = self.words.get(key.arity.fewest() + 1).map(|word| word.span);
        self.say(extra.unwrap_or(last), Kind::EntryLength { within, is_longer: extra.is_some() });
    }

    fn check_key(&mut self, contexts: ContextSet) {
        let grammar = self.input.grammar;
        let Some(context) = contexts.iter().next() else { return };
        match grammar.context_name(context) {
            "geo" | "stream_geo" => self.check_geo_key(),
            "split_clients" | "stream_split_clients" => self.check_percentage(),
            _ => {}
        }
    }

    fn check_geo_key(&mut self) {
        let ranges = self.open.last().is_some_and(|open| open.ranges);
        let Some((span, text)) = self.words.first().and_then(|word| Some((word.span, word.known()?))) else { return };
        let is_address = |text: &str| text.parse::<std::net::Ipv4Addr>().is_ok();
        let is_range = |text: &str| text.split_once('-').is_some_and(|(low, high)| is_address(low) && is_address(high));
        match ranges {
            true if !is_range(text) => self.refuse(span, "a range of addresses such as 10.0.0.1-10.0.0.9"),
            false if !is_network(text) => self.refuse(span, "an address, or a network such as 10.0.0.0/8"),
            _ => {}
        }
    }

    /// `50%`, `0.5%`, or `*` for the rest (`ngx_conf_split_clients`).
    fn check_percentage(&mut self) {
        let Some((span, text)) = self.words.first().and_then(|word| Some((word.span, word.known()?))) else { return };
        if text == "*" {
            return;
        }
        let percent = text.strip_suffix('%').and_then(|digits| fraction(digits, 2)).filter(|percent| *percent > 0);
        let Some(percent) = percent else {
            return self.refuse(span, "a percentage above 0 with at most two decimal places such as 0.5%, or *");
        };
        let Some(open) = self.open.last_mut() else { return };
        open.percent = open.percent.saturating_add(percent);
        if open.percent > EVERYBODY {
            let total = format!("{}.{:02}", open.percent / 100, open.percent % 100);
            self.conflict(span, &format!("the percentages add up to {total} %, more than all"));
        }
    }

    /// The value of the word at a position, if it is known.
    fn word(&self, at: usize) -> Option<&str> {
        self.words.get(at).and_then(Argument::known)
    }
}
