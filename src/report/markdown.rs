//! A report to read, or to paste into a merge request: findings with their stories folded away.

use std::fmt::Write;

use super::entry::{Entry, entries, harmless};
use super::grouping::{grouped, summed};
use super::redact::Redactor;
use super::understanding::problems;
use super::{Options, human};
use crate::analysis::Analysis;
use crate::finding::Finding;

/// All findings that are shown, worst first, then what was read and what was not judged.
pub(super) fn findings(analysis: &Analysis, options: &Options<'_>) -> String {
    let shown = &analysis.findings.shown;
    let mut output = match shown.len() {
        0 => "### lblint: no findings\n".to_owned(),
        _ => format!("### lblint: {}\n", summed(shown.iter())),
    };
    let entries = entries(analysis, options);
    let redactor = Redactor::new(analysis);
    let tell = |(number, finding): (usize, &Finding)| {
        let entry = entries.get(number);
        entry.map(|entry| one(entry, &excerpt(finding, analysis, &redactor, options))).unwrap_or_default()
    };
    match options.group_by {
        None => output.extend(shown.iter().enumerate().map(tell)),
        Some(by) => {
            for group in grouped(analysis, by, options) {
                let _ = write!(output, "\n#### {}\n", escaped(&harmless(&group.heading())));
                output.extend(group.findings.into_iter().map(tell));
            }
        }
    }
    output.push_str(&closing(analysis, options));
    output
}

fn one(entry: &Entry, excerpt: &str) -> String {
    let at = &entry.location;
    let owners =
        if entry.owners.is_empty() { String::new() } else { format!(" ({})", escaped(&entry.owners.join(" "))) };
    let fence = fence(excerpt);
    format!(
        "\n<details><summary><b>{}</b> <a href=\"{}\">{}</a>: {} <code>{}:{}</code>{owners}</summary>\n\n{fence}text\n{excerpt}{fence}\n\n</details>\n",
        entry.severity,
        entry.url,
        entry.check,
        html(&harmless(&entry.message)),
        html(&at.file),
        at.line,
    )
}

/// What the terminal would show.
fn excerpt(finding: &Finding, analysis: &Analysis, redactor: &Redactor<'_>, options: &Options<'_>) -> String {
    let mut text = String::new();
    let plain = Options { color: false, links: false, ..*options };
    human::finding(&mut text, finding, analysis, redactor, &plain);
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// What was read, what was found, what was not judged.
fn closing(analysis: &Analysis, options: &Options<'_>) -> String {
    let lines = human::told(analysis, &Options { color: false, elapsed: None, ..*options });
    // The last one says which command comes next: that is for a terminal.
    let lines = lines.iter().filter(|line| !line.starts_with("next:")).cloned();
    // At a terminal standard error says it.
    let unread = problems(analysis).into_iter().map(|problem| format!("could not be read: {problem}"));
    lines.chain(unread).fold("\n".to_owned(), |text, line| format!("{text}- {}\n", escaped(&harmless(&line))))
}

/// A fence that no line of the text ends.
fn fence(text: &str) -> String {
    let longest = text.lines().map(|line| line.trim_start().chars().take_while(|c| *c == '`').count()).max();
    "`".repeat(longest.unwrap_or(0).max(2) + 1)
}

/// A text in which nothing is HTML; what stands between backquotes becomes code.
fn html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let parts: Vec<&str> = escaped.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped.replace('`', "&#96;");
    }
    let part = |(index, part): (usize, &&str)| {
        if index % 2 == 1 { format!("<code>{part}</code>") } else { (*part).to_owned() }
    };
    // Markdown is read inside of HTML, too: what it would take for a sign is written as a character reference.
    parts
        .iter()
        .enumerate()
        .map(part)
        .collect::<String>()
        .replace('*', "&#42;")
        .replace('_', "&#95;")
        .replace('@', "&#64;")
}

/// A text in which nothing is Markdown.
fn escaped(text: &str) -> String {
    html(&text.replace('`', "'")).replace('[', "&#91;").replace('|', "&#124;")
}

#[cfg(test)]
mod tests {
    use super::{fence, html};

    #[test]
    fn names_cannot_become_markup() {
        assert_eq!(html("`a<b>` & *c*"), "<code>a&lt;b&gt;</code> &amp; &#42;c&#42;");
        assert_eq!(html("one ` only"), "one &#96; only");
        assert_eq!(html("@team"), "&#64;team");
    }

    #[test]
    fn no_line_ends_the_fence() {
        assert_eq!(fence("a\n"), "```");
        assert_eq!(fence("  ````\nb"), "`````");
    }
}
