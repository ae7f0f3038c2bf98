//! What the reader must know of the grammar: the number of a first word, and how its block is read.

use super::KeywordId;
use crate::grammar::nginx::{Content, Grammar};

/// How the program reads what stands between the braces of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// Directives and blocks.
    Ordinary,
    /// Entries `key value ...;`: any words, no blocks (`cf->handler` in `ngx_conf_parse`, `src/core/ngx_conf_file.c`).
    Entries,
    /// Lua source (`ngx_http_lua_conf_lua_block_parse`, `src/ngx_http_lua_directive.c` of lua-nginx-module).
    Lua,
}

/// What the reader must know of the grammar. Words are given unquoted; names of directives are case-sensitive.
pub trait Vocabulary {
    /// The number of a directive; [`KeywordId::UNKNOWN`] if the grammar does not have it.
    fn keyword(&self, word: &str) -> KeywordId;

    /// How a block after this first word is read; [`BlockKind::Ordinary`] for a directive that is not known.
    fn block_kind(&self, word: &str) -> BlockKind;

    /// Whether a directive of this name is one that opens a block.
    fn opens_block(&self, word: &str) -> bool;
}

/// The directives whose blocks are read in a way of their own, without the tables of the grammar: other directives
/// have no number.
///
/// A word's number is its place in [`CustomBlocks::NAMES`].
#[derive(Clone, Copy, Debug, Default)]
pub struct CustomBlocks;

impl CustomBlocks {
    /// `include` and the blocks of entries, sorted. `match` is of nginx Plus, `geoip2` of `ngx_http_geoip2_module`.
    pub const NAMES: [&'static str; 8] =
        ["charset_map", "geo", "geoip2", "include", "map", "match", "split_clients", "types"];

    /// The end of the names of all directives that take a Lua block.
    pub const LUA_SUFFIX: &'static str = "_by_lua_block";

    /// How a block after this word is read.
    pub fn of(word: &str) -> BlockKind {
        if word.ends_with(Self::LUA_SUFFIX) {
            BlockKind::Lua
        } else if word != "include" && Self::NAMES.contains(&word) {
            BlockKind::Entries
        } else {
            BlockKind::Ordinary
        }
    }
}

impl Vocabulary for CustomBlocks {
    fn keyword(&self, word: &str) -> KeywordId {
        let place = Self::NAMES.iter().position(|name| *name == word);
        place.map_or(KeywordId::UNKNOWN, |place| KeywordId(place as u16))
    }

    fn block_kind(&self, word: &str) -> BlockKind {
        Self::of(word)
    }

    fn opens_block(&self, word: &str) -> bool {
        matches!(word, "http" | "server" | "location" | "upstream") || Self::of(word) != BlockKind::Ordinary
    }
}

/// The grammar as the reader asks for it. The number of a word is that of its directive.
impl Vocabulary for Grammar {
    fn keyword(&self, word: &str) -> KeywordId {
        self.directive(word).map_or(KeywordId::UNKNOWN, |directive| KeywordId(directive.0))
    }

    fn block_kind(&self, word: &str) -> BlockKind {
        let content = self.openings(word).next().map(|(context, _)| self.content(context));
        match content {
            Some(Content::Words | Content::WordsOnly) => BlockKind::Entries,
            Some(Content::Lua) => BlockKind::Lua,
            Some(Content::Directives) => BlockKind::Ordinary,
            None => CustomBlocks::of(word),
        }
    }

    fn opens_block(&self, word: &str) -> bool {
        self.openings(word).next().is_some()
    }
}
