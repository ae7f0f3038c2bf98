//! Expectations in comments: `# lblint: expect(even = "10%", survives = "host")`, in all dialects alike.

use serde::Deserialize;
use toml::de::DeTable;
use toml::{Table, Value};

use super::Wanted;
use crate::source::Span;

/// What opens an expectation.
const OPENING: &str = "lblint: expect";

/// An expectation as it stands in a text.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    /// The words `expect(...)`, from the beginning of the text.
    pub(super) at: Span,
    /// Whether nothing but the comment stands on its line.
    pub(super) alone: bool,
    /// What it says, or what is wrong with it.
    pub(super) content: Result<Content, String>,
}

/// What an expectation says and where its keys stand.
#[derive(Clone, Debug)]
pub(super) struct Content {
    pub(super) wanted: Wanted,
    pub(super) keys: Vec<(String, Span)>,
}

/// All expectations in the comments of a text.
pub(super) fn find(text: &str) -> Vec<Comment> {
    let finder = memchr::memmem::Finder::new(OPENING);
    finder.find_iter(text.as_bytes()).filter_map(|at| comment(text, at)).collect()
}

/// The expectation whose opening words stand at an offset; `None` outside of comments.
fn comment(text: &str, at: usize) -> Option<Comment> {
    let line_start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let before = text.get(line_start..at)?;
    let (code, _) = before.split_once('#')?;
    let start = at + "lblint: ".len();
    let inside = at + OPENING.len();
    let rest = text.get(inside..)?.lines().next().unwrap_or_default();
    if rest.starts_with(|next: char| next.is_alphanumeric()) {
        return None;
    }
    let closed = rest.strip_prefix('(').and_then(closing);
    let end = closed.map_or_else(|| inside + rest.trim_end().len(), |length| inside + length + 2);
    let content = match closed.and_then(|length| rest.get(1..=length)) {
        Some(body) => content(body, inside as u32 + 1),
        None => Err("write it as expect(even = \"10%\", targets = \"3..\"), on one line".to_owned()),
    };
    Some(Comment { at: Span::new(start as u32, end as u32), alone: code.trim().is_empty(), content })
}

/// How far the parenthesis that closes the first one is away, texts in quotes left out.
fn closing(text: &str) -> Option<usize> {
    let (mut quote, mut depth) = (None, 0_u32);
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => return Some(at),
            (None, ')') => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Reads what stands between the parentheses, `start` bytes from the beginning of the text: an inline table of TOML.
fn content(body: &str, start: u32) -> Result<Content, String> {
    const HEAD: &str = "x={";
    let text = format!("{HEAD}{body}}}");
    let message = |error: &toml::de::Error| error.message().lines().next().unwrap_or_default().to_owned();
    let tree = DeTable::parse(&text).map_err(|error| message(&error))?;
    let table = tree.get_ref().get("x").and_then(|value| value.get_ref().as_table());
    let mut keys: Vec<(String, Span)> = Vec::new();
    for (key, value) in table.into_iter().flatten() {
        let from = |offset: usize| start + (offset.saturating_sub(HEAD.len())) as u32;
        keys.push((key.get_ref().to_string(), Span::new(from(key.span().start), from(value.span().end))));
    }
    keys.sort_by_key(|(_, span)| span.start);
    if let Some((unknown, _)) = keys.iter().find(|(key, _)| !Wanted::knows(key)) {
        return Err(format!("unknown key `{unknown}`; did you mean `{}`?", Wanted::nearest_key(unknown)));
    }
    if keys.iter().any(|(key, _)| key == "pool") {
        return Err("`pool` is for lblint.toml: a comment is about the pool that it stands at".to_owned());
    }
    let read: Table = toml::from_str(&text).map_err(|error| message(&error))?;
    let inner = read.get("x").cloned().map_or_else(|| Value::Table(Table::new()), dates_as_texts);
    Wanted::deserialize(inner).map(|wanted| Content { wanted, keys }).map_err(|error| message(&error))
}

/// A day may be written with or without quotes.
fn dates_as_texts(value: Value) -> Value {
    match value {
        Value::Datetime(date) => Value::String(date.to_string()),
        Value::Table(table) => {
            Value::Table(table.into_iter().map(|(key, value)| (key, dates_as_texts(value))).collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::intent::{Deviation, Survives};

    fn only(text: &str) -> Comment {
        let found = find(text);
        assert_eq!(found.len(), 1, "{text}");
        found.into_iter().next().unwrap()
    }

    #[test]
    fn an_expectation_is_an_inline_table() {
        let text = "backend a # lblint: expect(even = \"10%\", until = 2027-03-01, owner = '#:)') # more";
        let comment = only(text);
        assert!(!comment.alone);
        assert!(
            text.find(" # more") == Some(comment.at.end as usize)
                && text[comment.at.start as usize..].starts_with("expect(")
        );
        let content = comment.content.unwrap();
        assert_eq!(content.wanted.even, Some(Deviation(0.1)));
        assert_eq!(content.wanted.owner.as_deref(), Some("#:)"));
        assert_eq!(content.wanted.until, Some("2027-03-01".parse().unwrap()));
        let (key, at) = &content.keys[0];
        assert_eq!((key.as_str(), &text[at.start as usize..at.end as usize]), ("even", "even = \"10%\""));
    }

    #[test]
    fn it_may_stand_alone() {
        let comment = only("\n   # lblint: expect(survives = \"host\")\nbackend a\n");
        assert!(comment.alone);
        assert_eq!(comment.content.unwrap().wanted.survives, Some(Survives::Host));
    }

    #[test]
    fn mistakes_are_told() {
        let error = |text: &str| only(text).content.unwrap_err();
        assert_eq!(error("# lblint: expect(evn = \"10%\")"), "unknown key `evn`; did you mean `even`?");
        assert!(
            error("# lblint: expect(even = 10)").contains("invalid type"),
            "{}",
            error("# lblint: expect(even = 10)")
        );
        assert_eq!(error("# lblint: expect(even = \"x\")"), "`x` is no part; write it in percent, as in \"10%\"");
        assert!(error("# lblint: expect(even = \"10%\"").starts_with("write it as"));
        assert_eq!(error("# lblint: expect(share = { a = '500%' })"), "`500%` is more than all of it");
        assert_eq!(
            error("# lblint: expect(survives = 'host', modes = [])"),
            "`modes` names no way to fail; there are refused, drop, hang, http500"
        );
        for rate in ["nan", "inf", "-1"] {
            let said = error(&format!("# lblint: expect(rps = {rate})"));
            assert!(said.ends_with("is no number of requests in a second"), "{said}");
        }
        assert!(error("# lblint: expect(pool = \"x\")").contains("lblint.toml"));
        assert!(find("server a; lblint: expect(even = 1)").is_empty());
        assert!(find("# lblint: expectations are nice").is_empty());
        assert!(error("# lblint: expect even = 1").starts_with("write it as"));
    }
}
