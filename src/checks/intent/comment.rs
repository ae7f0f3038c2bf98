//! Expectations in comments: `# lblint: expect(even = "10%", survives = "host")`, in all dialects alike.

use serde::Deserialize;
use toml::de::DeTable;
use toml::{Table, Value};

use super::Wanted;
use crate::source::{Span, offset_in};
use crate::syntax::{Call, calls};

/// An expectation as it stands in a comment.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    /// The words `expect(...)`, from the beginning of what the comment says.
    pub(super) at: Span,
    /// What it says, or what is wrong with it.
    pub(super) content: Result<Content, String>,
}

/// What an expectation says and where its keys stand.
#[derive(Clone, Debug)]
pub(super) struct Content {
    pub(super) wanted: Wanted,
    pub(super) keys: Vec<(String, Span)>,
}

/// All expectations in what a comment says.
pub(super) fn read(words: &str) -> Vec<Comment> {
    calls(words).into_iter().filter(|call| call.is("expect")).map(|call| comment(words, call)).collect()
}

fn comment(words: &str, call: Call<'_>) -> Comment {
    let start = offset_in(words, call.verb);
    let (end, content) = match call.inside {
        Some(inside) => {
            let from = offset_in(words, inside);
            (from + inside.len() + 1, content(inside, from as u32))
        }
        None => (words.len(), Err("write it as expect(even = \"10%\", targets = \"3..\"), on one line".to_owned())),
    };
    Comment { at: Span::new(start as u32, end as u32), content }
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

    fn only(words: &str) -> Comment {
        let found = read(words);
        assert_eq!(found.len(), 1, "{words}");
        found.into_iter().next().unwrap()
    }

    #[test]
    fn an_expectation_is_an_inline_table() {
        let text = "expect(even = \"10%\", until = 2027-03-01, owner = '#:)') # more";
        let comment = only(text);
        assert_eq!((comment.at.start, Some(comment.at.end as usize)), (0, text.find(" # more")));
        let content = comment.content.unwrap();
        assert_eq!(content.wanted.even, Some(Deviation(0.1)));
        assert_eq!(content.wanted.owner.as_deref(), Some("#:)"));
        assert_eq!(content.wanted.until, Some("2027-03-01".parse().unwrap()));
        let (key, at) = &content.keys[0];
        assert_eq!((key.as_str(), &text[at.start as usize..at.end as usize]), ("even", "even = \"10%\""));
    }

    #[test]
    fn all_of_a_comment_are_read() {
        let found = read("Expect (survives = \"host\"), expect(targets = 2) # lblint: expect(even = \"5%\")");
        let wanted: Vec<Wanted> = found.into_iter().map(|comment| comment.content.unwrap().wanted).collect();
        assert_eq!(wanted[0].survives, Some(Survives::Host));
        assert!(wanted[1].targets.is_some() && wanted[2].even.is_some());
    }

    #[test]
    fn mistakes_are_told() {
        let error = |text: &str| only(text).content.unwrap_err();
        assert_eq!(error("expect(evn = \"10%\")"), "unknown key `evn`; did you mean `even`?");
        assert!(error("expect(even = 10)").contains("invalid type"), "{}", error("expect(even = 10)"));
        assert_eq!(error("expect(even = \"x\")"), "`x` is no part; write it in percent, as in \"10%\"");
        assert!(error("expect(even = \"10%\"").starts_with("write it as"));
        assert_eq!(error("expect(share = { a = '500%' })"), "`500%` is more than all of it");
        assert_eq!(
            error("expect(survives = 'host', modes = [])"),
            "`modes` names no way to fail; there are refused, drop, hang, http500"
        );
        for rate in ["nan", "inf", "-1"] {
            let said = error(&format!("expect(rps = {rate})"));
            assert!(said.ends_with("is no number of requests in a second"), "{said}");
        }
        assert!(error("expect(pool = \"x\")").contains("lblint.toml"));
        assert!(read("expectations are nice").is_empty());
        assert!(error("expect even = 1").starts_with("write it as"));
    }
}
