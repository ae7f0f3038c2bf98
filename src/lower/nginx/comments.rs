//! Targets that are commented out: a sign that a pool was meant to have more.

use memchr::memchr_iter;

use crate::model::{PoolKind, Unit};
use crate::source::{Sources, Span};

/// Notes the first `# server ...` in the block of each declared pool that has at most one target.
pub(super) fn find_commented_targets(unit: &mut Unit, sources: &Sources) {
    let few = |pool: &&mut crate::model::Pool| pool.kind == PoolKind::Upstream && pool.targets.len() <= 1;
    for pool in unit.pools.iter_mut().filter(few) {
        pool.commented_target = commented(sources.slice(pool.extent), pool.extent.start);
    }
}

fn commented(text: &str, base: u32) -> Option<Span> {
    memchr_iter(b'#', text.as_bytes()).find_map(|at| {
        // A comment that follows a statement on its line says something about that statement.
        let before = text.get(..at)?.rsplit('\n').next()?;
        let line = text.get(at..)?.lines().next()?;
        let words = line.trim_start_matches('#').trim_start();
        let is_target = words.starts_with("server ") && words.contains(';') && before.trim().is_empty();
        let start = base + at as u32;
        is_target.then(|| Span::new(start, start + line.trim_end().len() as u32))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_statements_count() {
        let text = "upstream a {\n server 10.0.0.1; # server two;\n # server is down\n  # server 10.0.0.2:80;\n}";
        let span = commented(text, 0).unwrap();
        assert_eq!(&text[span.start as usize..span.end as usize], "# server 10.0.0.2:80;");
        assert!(commented("server a;", 0).is_none());
    }
}
