//! Cookies and tables by which clients keep their server.

use super::Lowering;
use super::line::{Line, why};
use super::values::timeout;
use crate::grammar::rules::RuleId;
use crate::model::{CarrierKind, Fact, Origin, PoolId, StickTable, Text, Timeout, Value, Why};
use crate::source::Span;
use crate::syntax::haproxy::values::parse_size;
use crate::validate::haproxy::Argument;

/// Tables, and the rules that store servers in them, until names are tied together.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// By the name that rules use: that of the section, or `PEERS/NAME`.
    defined: Vec<(String, TableDraft)>,
    /// Which table a pool's rules use.
    uses: Vec<Use>,
    /// The name of the section that is read.
    section: String,
}

impl Tables {
    /// Begins a section.
    pub(super) fn open(&mut self, name: Option<&Argument<'_>>) {
        self.section.clear();
        self.section.push_str(name.and_then(Argument::known).unwrap_or_default());
    }
}

/// A rule that uses a table.
#[derive(Debug)]
struct Use {
    pool: PoolId,
    table: String,
    rule: Span,
    many_keys: bool,
}

/// A table as it is defined.
#[derive(Clone, Copy, Debug)]
struct TableDraft {
    at: Span,
    size: Fact<u64>,
    expire: Fact<Timeout>,
    keeps_old: bool,
    peers: Option<Text>,
}

/// What `cookie NAME OPTIONS` does with the servers' values.
pub(super) fn carrier(line: &Line<'_>) -> Value<CarrierKind> {
    if !line.presence.is_certain() {
        return Value::Unknown(Why::Condition);
    }
    let mut kind = Value::Known(CarrierKind::Written);
    for option in &line.arguments {
        match &option.value {
            Err(unread) => return Value::Unknown(why(*unread)),
            Ok(word) if word == "dynamic" => kind = Value::Known(CarrierKind::Made),
            Ok(_) => {}
        }
    }
    kind
}

/// `dynamic` makes values with the help of `dynamic-cookie-key`, and none without (measured, 2.6.12; `-c` is silent).
pub(super) fn without_key(kind: Value<CarrierKind>) -> Value<CarrierKind> {
    match kind {
        Value::Known(CarrierKind::Made) => Value::Known(CarrierKind::NotMade),
        kind => kind,
    }
}

/// Expressions that are the same for all clients: a table with such a key elects one server, as for a database.
fn is_constant(expression: &str) -> bool {
    const SAME: [&str; 6] = ["dst", "fe_", "be_", "int(", "str(", "always_"];
    SAME.iter().any(|word| expression.starts_with(word))
}

impl Lowering<'_, '_> {
    /// The value of a server's `cookie`.
    pub(super) fn session_value(&mut self, argument: Option<&Argument<'_>>) -> Value<Text> {
        match argument {
            None => Value::Unknown(Why::Malformed),
            Some(argument) => match &argument.value {
                Err(unread) => Value::Unknown(why(*unread)),
                Ok(_) => Value::Known(self.text(argument)),
            },
        }
    }

    /// `stick-table` of the section that is read.
    pub(super) fn own_table(&mut self, line: &Line<'_>) {
        let table = self.table(line, 0);
        self.tables.defined.push((self.tables.section.clone(), table));
    }

    /// `table NAME ...` in a `peers` section, which shares it.
    pub(super) fn shared_table(&mut self, peers: &Argument<'_>, line: &Line<'_>) {
        let (Some(section), Some(name)) = (peers.known(), line.known(0)) else { return };
        let name = format!("{section}/{name}");
        let table = TableDraft { peers: Some(self.text(peers)), ..self.table(line, 1) };
        self.tables.defined.push((name, table));
    }

    fn table(&mut self, line: &Line<'_>, from: usize) -> TableDraft {
        let behind = |word: &str| line.arguments.iter().skip(from).position(|argument| argument.is(word));
        let argument = |word: &str| behind(word).map(|position| position + from + 1);
        let missing = Origin::default(line.span, RuleId::HAPROXY_LIMIT);
        let fact = |position: usize| Origin::written(line.at(position));
        let unread = line.arguments.iter().find_map(|argument| argument.value.as_ref().err().copied());
        let absent = unread.map(why);
        let size = match (argument("size"), absent) {
            (Some(at), _) => Fact { value: line.value(at, 0, |word| parse_size(word).ok()), origin: fact(at) },
            (None, Some(why)) => Fact::unknown(why, missing),
            (None, None) => Fact::unknown(Why::Malformed, missing),
        };
        let expire = match (argument("expire"), absent) {
            (Some(at), _) => Fact { value: line.value(at, Timeout::Never, timeout), origin: fact(at) },
            (None, Some(why)) => Fact::unknown(why, missing),
            (None, None) => Fact::known(Timeout::Never, missing),
        };
        let peers = argument("peers").and_then(|at| line.argument(at)).cloned();
        let peers = peers.map(|name| self.text(&name));
        TableDraft { at: line.span, size, expire, keeps_old: behind("nopurge").is_some(), peers }
    }

    /// A rule that stores servers, or finds them: in the table that it names, else in that of its section.
    pub(super) fn uses_table(&mut self, line: &Line<'_>) {
        let named = line.arguments.iter().position(|word| word.is("table"));
        let name = named.map_or(Some(self.tables.section.as_str()), |at| line.known(at + 1));
        // A frontend has no servers to store.
        if let Some(name) = name.filter(|name| line.presence.is_certain() && !name.is_empty()) {
            let (pool, table) = (PoolId(self.unit.pools.len() as u32), name.to_owned());
            let many_keys = line.known(0).is_none_or(|expression| !is_constant(expression));
            self.tables.uses.push(Use { pool, table, rule: line.span, many_keys });
        }
    }

    /// Ties the rules of pools to the tables that they name; each table is listed once, for the first pool.
    pub(super) fn resolve_tables(&mut self) {
        let Tables { defined, uses, .. } = std::mem::take(&mut self.tables);
        let mut tables: rustc_hash::FxHashMap<String, TableDraft> = defined.into_iter().collect();
        for Use { pool, table, rule, many_keys } in uses {
            if let Some(TableDraft { at, size, expire, keeps_old, peers }) = tables.remove(&table) {
                let table = StickTable { pool, at, rule, many_keys, size, expire, keeps_old, peers };
                self.unit.sessions.tables.push(table);
            }
        }
    }
}
