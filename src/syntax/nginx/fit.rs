//! Which contexts a text can stand in: those that have its directives, narrowed by what stands in its blocks.

use super::statement::{Statement, StatementKind};
use super::{StatementId, Tree};
use crate::grammar::nginx::{Content, ContextId, ContextSet, Directive, DirectiveId, Grammar};
use crate::source::View;

/// Contexts that are rare: they count only where nothing of http and stream fits.
const RARE: [&str; 12] = [
    "mail",
    "mail_server",
    "mgmt",
    "process",
    "processes",
    "rtmp",
    "rtmp_application",
    "rtmp_recorder",
    "rtmp_server",
    "tcp",
    "tcp_server",
    "tcp_upstream",
];

/// Blocks that only a main file has.
const MAIN_BLOCKS: [&str; 3] = ["events", "http", "stream"];

/// So many words make an unknown statement count once more.
const WORDS: u8 = 8;

/// How well a text fits into contexts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fit {
    /// The contexts that it fits best.
    pub contexts: ContextSet,
    /// How its statements fit there, those in its blocks included.
    pub tally: Tally,
}

/// How many statements fit into their contexts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Statements that their context has.
    pub fitting: u32,
    /// Those of them whose names hardly any other language has.
    pub telling: u32,
    /// Directives that stand in a context that does not have them.
    pub misfitting: u32,
    /// Statements that no context has, and errors; long ones, such as prose, count more than once.
    pub unknown: u32,
    /// Blocks that only a main file has.
    pub main_blocks: u32,
}

/// The contexts that a text fits best: all of its directives, or else as many as possible.
pub fn infer_contexts(tree: &Tree, view: View<'_>, grammar: &Grammar) -> ContextSet {
    fit(tree, view, grammar).contexts
}

/// How well a text fits, and where. The tree must have been read with the grammar.
pub fn fit(tree: &Tree, view: View<'_>, grammar: &Grammar) -> Fit {
    let every = ContextSet::ALL.iter().filter(|context| {
        !grammar.context_name(*context).is_empty() && grammar.content(*context) == Content::Directives
    });
    let fitter = Fitter { tree, view, grammar };
    let tallies: Vec<(ContextId, Tally)> =
        every.map(|context| (context, fitter.statements(tree.roots(), context))).collect();
    let fewest = tallies.iter().map(|(_, tally)| tally.misfitting).min().unwrap_or_default();
    let best = || tallies.iter().filter(|(_, tally)| tally.misfitting == fewest);
    let is_rare = |context: ContextId| RARE.contains(&grammar.context_name(context));
    let only_rare = best().all(|(context, _)| is_rare(*context));
    let chosen = || best().filter(|(context, _)| only_rare || !is_rare(*context));
    let contexts = chosen().fold(ContextSet::default(), |set, (context, _)| set.with(*context));
    let tally = chosen().map(|(_, tally)| *tally).max_by_key(|tally| tally.fitting).unwrap_or_default();
    Fit { contexts, tally }
}

/// The contexts in which a statement stands if its text stands in `outside`.
pub fn block_contexts(tree: &Tree, grammar: &Grammar, outside: ContextSet, id: StatementId) -> ContextSet {
    let block = |id: &StatementId| tree.get(*id).and_then(Statement::block);
    let mut blocks: Vec<StatementId> = std::iter::successors(block(&id), block).collect();
    blocks.reverse();
    blocks.iter().filter_map(|block| tree.get(*block)).fold(outside, |contexts, block| inside(block, contexts, grammar))
}

/// What a block opens in any of these contexts; [`ContextId::UNKNOWN`] if none has it.
fn inside(block: &Statement, contexts: ContextSet, grammar: &Grammar) -> ContextSet {
    let name = grammar.name(directive(block));
    let opened = contexts.iter().map(|context| grammar.opened_by(name, context));
    let known = opened.filter(|context| *context != ContextId::UNKNOWN).fold(ContextSet::default(), ContextSet::with);
    if known.is_empty() { known.with(ContextId::UNKNOWN) } else { known }
}

const fn directive(statement: &Statement) -> DirectiveId {
    DirectiveId(statement.keyword.0)
}

struct Fitter<'a> {
    tree: &'a Tree,
    view: View<'a>,
    grammar: &'a Grammar,
}

impl Fitter<'_> {
    fn statements(&self, statements: impl Iterator<Item = StatementId>, context: ContextId) -> Tally {
        let mut tally = Tally::default();
        for id in statements {
            if let Some(statement) = self.tree.get(id) {
                self.statement(id, statement, context, &mut tally);
            }
        }
        tally
    }

    /// Of entries only the first one of a block is counted.
    fn statement(&self, id: StatementId, statement: &Statement, context: ContextId, tally: &mut Tally) {
        if self.view.is_masked(self.tree.header(self.view, id)) {
            return;
        }
        let rows = self.grammar.rows(directive(statement));
        let fits = |row: &&Directive| is_shaped(statement, row);
        match statement.kind() {
            StatementKind::Entry => tally.fitting = tally.fitting.max(1),
            StatementKind::Error => tally.unknown += 1,
            _ if rows.is_empty() => tally.unknown += 1 + u32::from(statement.words / WORDS),
            _ if rows.iter().filter(fits).any(|row| row.contexts.contains(context)) => {
                tally.fitting += 1;
                let name = self.grammar.name(directive(statement));
                let argument = self.tree.words(self.view, id).nth(1).map_or("", |word| word.text(self.view));
                tally.telling += u32::from(is_telling(name, argument));
                tally.main_blocks += u32::from(MAIN_BLOCKS.contains(&name));
                let opened = self.grammar.opened_by(name, context);
                if statement.has_body() && opened != ContextId::UNKNOWN {
                    tally.add(self.statements(self.tree.children(id), opened));
                }
            }
            // What stands in a misplaced block is misplaced with it.
            _ => tally.misfitting += 1 + self.tree.body(id).len() as u32,
        }
    }
}

/// Whether a statement is a block where the directive takes one, and has a number of words that it takes.
fn is_shaped(statement: &Statement, row: &Directive) -> bool {
    let has_block = matches!(statement.kind(), StatementKind::Block | StatementKind::Lua);
    row.arity.has_block == has_block && row.arity.accepts(usize::from(statement.words.saturating_sub(1)))
}

/// Names without `_` that hardly any other language with `;` and braces uses; most of the others are words of many.
const TELLING: [&str; 29] = [
    "aio",
    "autoindex",
    "brotli",
    "directio",
    "events",
    "expires",
    "fancyindex",
    "gunzip",
    "gzip",
    "http",
    "http2",
    "http3",
    "keepalive",
    "listen",
    "location",
    "modsecurity",
    "ntlm",
    "pagespeed",
    "resolver",
    "rewrite",
    "rtmp",
    "satisfy",
    "sendfile",
    "ssi",
    "sticky",
    "stream",
    "upstream",
    "userid",
    "zstd",
];

/// Whether a directive tells that a text is nginx's: by its name, or by the argument after it.
pub fn is_telling(name: &str, argument: &str) -> bool {
    match name {
        "allow" | "deny" => argument == "all" || argument.starts_with(|first: char| first.is_ascii_digit()),
        "map" | "geo" => argument.starts_with('$'),
        _ => name.contains('_') || TELLING.contains(&name),
    }
}

impl Tally {
    const fn add(&mut self, other: Self) {
        self.fitting += other.fitting;
        self.telling += other.telling;
        self.misfitting += other.misfitting;
        self.unknown += other.unknown;
        self.main_blocks += other.main_blocks;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::nginx::parse;

    fn contexts(text: &str) -> Vec<&'static str> {
        let grammar = Grammar::load();
        let view = View::new(text, 0);
        let tree = parse(view, &grammar, &mut Vec::new());
        infer_contexts(&tree, view, &grammar).iter().map(|context| grammar.context_name(context)).collect()
    }

    #[test]
    fn all_directives_together_decide() {
        assert_eq!(contexts("events {} http {}"), ["main"]);
        assert_eq!(contexts("server { listen 80; location / { proxy_pass http://x; } }"), ["http"]);
        assert_eq!(contexts("ip_hash;\nserver 10.0.0.1:80;"), ["upstream"]);
        assert_eq!(contexts("proxy_set_header A b;"), ["http", "location", "server"]);
    }

    #[test]
    fn blocks_narrow() {
        assert_eq!(contexts("upstream u { server a:1; }"), ["http", "stream"]);
        assert_eq!(contexts("upstream u { ip_hash; server a:1; }"), ["http"]);
        assert_eq!(contexts("server { listen 1; proxy_pass x; }"), ["stream"]);
    }

    #[test]
    fn one_misplaced_directive_does_not_hide_the_context() {
        assert_eq!(contexts("server { listen 80; root /x; index i; worker_processes 1; }"), ["http"]);
    }

    #[test]
    fn statements_stand_in_the_contexts_of_their_blocks() {
        let grammar = Grammar::load();
        let view = View::new("http { server { location / { include x; } } }", 0);
        let tree = parse(view, &grammar, &mut Vec::new());
        let main = ContextSet::default().with(grammar.context("main"));
        let last = StatementId(tree.statements.len() as u32 - 1);
        let location = ContextSet::default().with(grammar.context("location"));
        assert_eq!(block_contexts(&tree, &grammar, main, last), location);
        assert_eq!(block_contexts(&tree, &grammar, location, StatementId(0)), location);
    }
}
