//! Conditions that no rule asks for, and tables that no rule uses.

use rustc_hash::FxHashSet;

use super::table::{CONDITION_USER, TABLE_USER};
use crate::lower::haproxy::line::Line;
use crate::lower::haproxy::proxy::Header;
use crate::lower::haproxy::{Lowering, Part};
use crate::model::{Idle, Text};
use crate::source::Span;
use crate::syntax::haproxy::{Section, StatementId, StatementKind};
use crate::validate::haproxy::{Argument, Unread};

/// A table that no rule of its own section uses.
#[derive(Debug)]
pub(super) struct OwnTable {
    /// The section that has it, and gives it its name.
    owner: Text,
    header: Span,
    at: Span,
}

/// What a section offers to rules, where it is surely there.
#[derive(Debug, Default)]
pub(in crate::lower::haproxy) struct Offers {
    conditions: Vec<Text>,
    /// The section's table, where only rules of the unit can use it.
    table: Option<Span>,
}

/// What a section asks for by name.
#[derive(Debug, Default)]
struct Asked {
    names: FxHashSet<String>,
    /// Some words that may ask for anything could not be read.
    unread: bool,
}

impl Asked {
    /// The words of one statement.
    fn read(&mut self, words: &[Argument<'_>]) {
        let mut in_condition = false;
        for word in words {
            match &word.value {
                // `acl(NAME,...)` asks from inside an expression (since 2.9).
                Ok(text) if text.contains("acl(") => self.names.extend(names_in(text)),
                Ok(text) if in_condition => _ = self.names.insert(text.trim_start_matches('!').to_owned()),
                Ok(_) => {}
                Err(Unread::Variable) => self.unread |= in_condition,
                Err(Unread::Split | Unread::Masked) => self.unread = true,
            }
            in_condition |= word.is("if") || word.is("unless");
        }
    }
}

/// What stands between the brackets and commas of an expression.
fn names_in(text: &str) -> impl Iterator<Item = String> + '_ {
    let parts = text.split(['(', ')', ',', '[', ']', ' ', '%']).filter(|part| !part.is_empty());
    parts.map(|part| part.trim_start_matches('!').to_owned())
}

/// Functions that read or write the table of the section that they stand in, unless they name one (configuration manual
/// 7.3.3, `src_*`; 7.3.2, `table_avl` and `table_cnt`).
const OF_OWN_TABLE: [&str; 12] = [
    "src_bytes_",
    "src_clr_",
    "src_conn_",
    "src_get_",
    "src_glitch_",
    "src_http_",
    "src_inc_",
    "src_kbytes_",
    "src_sess_",
    "src_updt_",
    "table_avl",
    "table_cnt",
];

/// Whether a statement uses the table of its own section.
fn uses_own_table(words: &[Argument<'_>]) -> bool {
    let names_one = words.iter().any(|word| word.is("table"));
    let rule = words.first().is_some_and(|word| word.is("stick"))
        || words.iter().any(|word| word.known().is_some_and(|text| text.starts_with("track-sc")));
    let reads = |text: &str| OF_OWN_TABLE.iter().any(|function| text.contains(function));
    (rule && !names_one) || words.iter().any(|word| word.known().is_some_and(reads))
}

impl Lowering<'_, '_> {
    /// A line of a section that offers something to rules.
    pub(in crate::lower::haproxy) fn note_offer(&mut self, line: &Line<'_>, offers: &mut Offers) {
        let is_read = line.presence.is_certain() && line.arguments.iter().all(|word| word.known().is_some());
        match line.phrase {
            "acl" if is_read => {
                offers.conditions.extend(line.argument(0).cloned().map(|name| self.text(&name)));
            }
            // What is shared others may fill and read.
            "stick-table" if is_read && !line.arguments.iter().any(|word| word.is("peers")) => {
                offers.table = Some(line.span);
            }
            _ => {}
        }
    }

    /// Notes what a section offers and its own rules do not use.
    pub(in crate::lower::haproxy) fn judge_offers(
        &mut self,
        part: &Part<'_>,
        section: &Section,
        header: &Header<'_>,
        offers: &Offers,
    ) {
        let Some(name) = header.name.as_ref() else { return };
        let (owner, header) = (self.text(name), header.span);
        if !offers.conditions.is_empty() {
            self.judge_conditions(part, section, (owner, header), &offers.conditions);
        }
        if let Some(at) = offers.table
            && !section.body().any(|id| uses_own_table(&self.words(part, id)))
        {
            self.whole.tables.push(OwnTable { owner, header, at });
        }
    }

    /// Conditions that no rule of their section asks for: they are valid nowhere else.
    fn judge_conditions(&mut self, part: &Part<'_>, section: &Section, of: (Text, Span), conditions: &[Text]) {
        let mut asked = Asked::default();
        for id in section.body() {
            asked.unread |= part.tree.get(id).is_some_and(|one| one.kind() == StatementKind::Error);
            asked.read(&self.words(part, id));
        }
        let (owner, group) = of;
        for condition in conditions.iter().filter(|_| !asked.unread) {
            // The same name again, or one that is asked for.
            if asked.names.insert(self.read(*condition).to_owned()) {
                let (at, need) = (condition.0, &CONDITION_USER);
                self.unit.idle.push(Idle { at, need, group, owners: vec![owner], because: None });
            }
        }
    }

    /// Tells of tables that no rule of any section uses. Scripts may use all of them.
    pub(in crate::lower::haproxy) fn judge_tables(&mut self, parts: &[Part<'_>]) {
        let tables = std::mem::take(&mut self.whole.tables);
        if tables.is_empty() {
            return;
        }
        let Some(used) = self.used_tables(parts) else { return };
        for OwnTable { owner, header, at } in tables {
            if !used.contains(self.read(owner)) {
                let idle = Idle { at, need: &TABLE_USER, group: header, owners: vec![owner], because: None };
                self.unit.idle.push(idle);
            }
        }
    }

    /// The names of tables in all rules; `None` where some cannot be read, or where scripts are loaded.
    fn used_tables(&self, parts: &[Part<'_>]) -> Option<FxHashSet<String>> {
        let mut used = FxHashSet::default();
        for part in parts {
            for (id, statement) in part.tree.iter() {
                let words = self.words(part, id);
                let script =
                    words.first().is_some_and(|word| word.known().is_some_and(|text| text.starts_with("lua-")));
                // What `defaults` hold is done in every section that inherits them.
                let by_all = uses_own_table(&words) && self.is_in_defaults(part, statement.section());
                if script || by_all || statement.kind() == StatementKind::Error || !add_tables(&words, &mut used) {
                    return None;
                }
            }
        }
        Some(used)
    }

    fn is_in_defaults(&self, part: &Part<'_>, header: Option<StatementId>) -> bool {
        header.is_some_and(|header| self.words(part, header).first().is_some_and(|word| word.is("defaults")))
    }

    fn words<'p>(&self, part: &Part<'p>, id: StatementId) -> Vec<Argument<'p>> {
        let words = part.tree.words(part.view, id).until_empty();
        words.map(|word| Argument::new(word, part.view, self.environment)).collect()
    }
}

/// Adds the tables that a statement names; false if some word of it that may name one cannot be read.
fn add_tables(words: &[Argument<'_>], used: &mut FxHashSet<String>) -> bool {
    let mut names_one = false;
    for word in words {
        match &word.value {
            Ok(text) if names_one => _ = used.insert(text.to_string()),
            Ok(text) if text.contains('(') => used.extend(names_in(text)),
            Ok(_) => {}
            Err(Unread::Variable) if !names_one => {}
            Err(_) => return false,
        }
        // `write-to` copies what a table learns into another one (since 3.0).
        names_one = word.is("table") || word.is("write-to");
    }
    true
}
