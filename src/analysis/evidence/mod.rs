//! Tells a text's dialect from its content.

mod base64;
mod embedding;
mod envoy;
mod haproxy;
pub(super) mod manifest;
mod nginx;

use super::grammars::Grammars;
use crate::source::{Dialect, Document, Evidence};

/// Evidence by the grammars.
pub(super) struct ByGrammar<'a>(pub(super) &'a Grammars);

impl Evidence for ByGrammar<'_> {
    fn dialect(&self, text: &str) -> Option<Dialect> {
        dialect_of(text, self.0)
    }

    fn is_haproxy_part(&self, text: &str) -> bool {
        haproxy::is_part(text, self.0)
    }

    fn is_host(&self, text: &str) -> bool {
        manifest::is_manifest(text)
    }

    fn documents(&self, text: &str, written: &str) -> Vec<Document> {
        manifest::documents(text, written, self.0)
    }
}

/// The dialect that a text's statements belong to, if at least two of them give evidence.
pub(super) fn dialect_of(text: &str, grammars: &Grammars) -> Option<Dialect> {
    if haproxy::is_haproxy(text, grammars) {
        return Some(Dialect::Haproxy);
    }
    if nginx::is_nginx(text, grammars) {
        return Some(Dialect::Nginx);
    }
    envoy::is_envoy(text).then_some(Dialect::Envoy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(text: &str) -> Option<Dialect> {
        dialect_of(text, &Grammars::default())
    }

    #[test]
    fn two_statements_are_evidence() {
        assert_eq!(dialect("backend web\n  server w1 10.0.0.1:80 check\n"), Some(Dialect::Haproxy));
        assert_eq!(dialect("# x\nglobal\n  daemon\n"), Some(Dialect::Haproxy));
    }

    #[test]
    fn other_texts_are_not_taken() {
        for text in [
            "global\n",
            "backend web\n",
            "global x = 1\n",
            "defaults:\n  run:\n    shell: bash\n",
            "listen to the music\nand dance\nmode of life\n",
            "",
        ] {
            assert_eq!(dialect(text), None, "{text}");
        }
    }
}
