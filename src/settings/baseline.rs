//! The baseline: what a team knows of and does not want to be shown, one sorted line a subject.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::finding::{Census, Known, Subject};

/// The first line of a baseline: how the others are to be read.
const HEADER: &str = "# lblint/baseline/1\tfingerprint\tcheck\tunit\tpool\ttarget";

/// What is known, and under which name it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The file, as it is shown.
    pub file: String,
    entries: BTreeSet<BaselineEntry>,
}

/// A subject that a team knows of. The names are for people, and tell whether an entry is still needed; only the
/// fingerprint decides what is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct BaselineEntry {
    /// The fingerprint of the subject; a second cause with the same fingerprint has `#2` behind it.
    pub fingerprint: String,
    /// The check.
    pub check: String,
    /// The unit's root file, from the root of its project.
    pub unit: String,
    /// The pool.
    pub pool: Option<String>,
    /// The target.
    pub target: Option<String>,
}

/// What is wrong with a baseline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct BaselineError {
    file: String,
    line: usize,
    message: &'static str,
}

impl BaselineEntry {
    /// The fingerprint without the number of the cause.
    pub fn subject(&self) -> &str {
        without_number(&self.fingerprint)
    }

    /// Which of the causes with its fingerprint it is, from 1 on.
    fn number(&self) -> usize {
        self.fingerprint.split_once('#').and_then(|(_, number)| number.parse().ok()).unwrap_or(1)
    }

    fn new(fingerprint: &str, number: usize, check: &str, subject: &Subject) -> Self {
        let numbered = if number > 1 { format!("{fingerprint}#{number}") } else { fingerprint.to_owned() };
        let name = |name: &Option<String>| name.clone().filter(|name| !name.is_empty());
        Self {
            fingerprint: numbered,
            check: check.to_owned(),
            unit: subject.unit_in_project.clone(),
            pool: name(&subject.pool),
            target: name(&subject.target),
        }
    }

    fn line(&self) -> String {
        let names =
            [&self.check, &self.unit, self.pool.as_ref().unwrap_or(&NO_NAME), self.target.as_ref().unwrap_or(&NO_NAME)];
        let columns = std::iter::once(self.fingerprint.clone()).chain(names.into_iter().map(|name| escaped(name)));
        let line = columns.collect::<Vec<_>>().join("\t");
        // Blanks at the ends of lines do not live long in repositories.
        line.trim_end_matches('\t').to_owned()
    }

    fn parse(line: &str) -> Result<Self, &'static str> {
        let mut columns = line.split('\t');
        let fingerprint =
            columns.next().filter(|text| is_fingerprint(text)).ok_or("no fingerprint at its beginning")?;
        let mut name = || columns.next().map(unescaped).transpose();
        let missing = "write a fingerprint, a check and a unit, a tab between them, as `lblint baseline update` does";
        let (check, unit) = (name()?.ok_or(missing)?, name()?.ok_or(missing)?);
        let (pool, target) = (name()?, name()?);
        if columns.next().is_some() {
            return Err("more than five columns");
        }
        let some = |name: Option<String>| name.filter(|name| !name.is_empty());
        Ok(Self { fingerprint: fingerprint.to_owned(), check, unit, pool: some(pool), target: some(target) })
    }
}

static NO_NAME: String = String::new();

impl Baseline {
    /// What would be shown of an analysis, to be known from now on.
    pub fn of(census: &Census, file: &str) -> Self {
        let entries = census.wanted().flat_map(|(fingerprint, check, subject, times)| {
            (1..=times).map(move |number| BaselineEntry::new(fingerprint, number, check, subject))
        });
        Self { file: file.to_owned(), entries: entries.collect() }
    }

    /// Reads the text of a baseline; `file` is what it is called in errors. The order of the lines plays no part, and equal
    /// ones count once, so that version control may put two baselines together.
    ///
    /// # Errors
    /// [`BaselineError`] with the first line that is no entry.
    pub fn parse(file: &str, text: &str) -> Result<Self, BaselineError> {
        let failed = |index: usize, message| BaselineError { file: file.to_owned(), line: index + 1, message };
        let mut lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate();
        let head = lines.next().map(|(_, line)| line.split('\t').next().unwrap_or_default().trim_end());
        match head {
            Some("# lblint/baseline/1") => {}
            Some(head) if head.starts_with("# lblint/baseline/") => {
                return Err(failed(0, "written by another version of lblint, which keeps baselines in another way"));
            }
            _ => return Err(failed(0, "no baseline: it would begin with `# lblint/baseline/1`")),
        }
        let lines = lines.filter(|(_, line)| !line.trim().is_empty() && *line != HEADER);
        let entries = lines.map(|(index, line)| BaselineEntry::parse(line).map_err(|message| failed(index, message)));
        Ok(Self { file: file.to_owned(), entries: entries.collect::<Result<_, _>>()? })
    }

    /// The text of the file: the header, then the entries, sorted in byte order.
    pub fn text(&self) -> String {
        let mut lines: Vec<String> = self.entries.iter().map(BaselineEntry::line).collect();
        lines.sort_unstable();
        lines.dedup();
        let mut text = format!("{HEADER}\n");
        for line in lines {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{line}");
        }
        text
    }

    /// What is known.
    pub fn known(&self) -> Known {
        let mut known = Known::default();
        // A fingerprint counts once, whatever names somebody wrote behind it.
        let fingerprints: BTreeSet<&str> = self.entries.iter().map(|entry| entry.fingerprint.as_str()).collect();
        for fingerprint in fingerprints {
            known.add(without_number(fingerprint));
        }
        known
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries that nothing was found for any more, in the order of the file; `is_judged` tells whether an analysis could
    /// have found it.
    pub fn stale(&self, census: &Census, is_judged: impl Fn(&BaselineEntry) -> bool) -> Vec<BaselineEntry> {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let mut entries: Vec<&BaselineEntry> = self.entries.iter().collect();
        entries.sort_by_key(|entry| (entry.subject(), entry.number()));
        entries.retain(|entry| {
            let number = seen.entry(entry.subject()).or_default();
            *number += 1;
            *number > census.times(entry.subject()) && is_judged(entry)
        });
        entries.into_iter().cloned().collect()
    }

    /// How many of the entries another one does not have.
    pub fn missing_in(&self, other: &Self) -> usize {
        let others: BTreeSet<&str> = other.entries.iter().map(|entry| entry.fingerprint.as_str()).collect();
        self.entries.iter().filter(|entry| !others.contains(entry.fingerprint.as_str())).count()
    }

    /// The same without some entries.
    #[must_use]
    pub fn without(mut self, entries: &[BaselineEntry]) -> Self {
        for entry in entries {
            self.entries.remove(entry);
        }
        self
    }

    /// The same with the entries of another one. Names are taken from there: a fingerprint stands once.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        let renewed: BTreeSet<&str> = other.entries.iter().map(|entry| entry.fingerprint.as_str()).collect();
        self.entries.retain(|entry| !renewed.contains(entry.fingerprint.as_str()));
        self.entries.extend(other.entries);
        self
    }
}

fn without_number(fingerprint: &str) -> &str {
    fingerprint.split('#').next().unwrap_or_default()
}

/// `1:94b063b9351f09e7`, or `1:94b063b9351f09e7#2`; a later way to make them has another number in front, and hides nothing
/// that this version finds.
fn is_fingerprint(text: &str) -> bool {
    let (hash, number) = text.split_once('#').unwrap_or((text, "2"));
    let is_number = number.parse().is_ok_and(|times: usize| times > 1 && times.to_string() == number);
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_hash = |text: &str| text.len() == 16 && text.bytes().all(is_digit);
    is_number && hash.strip_prefix("1:").is_some_and(is_hash)
}

/// A name as it may stand between tabs: what is no letter, digit, blank or ASCII sign is written `\u{…}`.
fn escaped(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for character in name.chars() {
        if character == '\\' {
            text.push_str("\\\\");
        } else if character.is_alphanumeric() || character.is_ascii_graphic() || character == ' ' {
            text.push(character);
        } else {
            text.extend(character.escape_unicode());
        }
    }
    text
}

fn unescaped(text: &str) -> Result<String, &'static str> {
    const WRONG: &str = "a backslash that is not followed by another one or by u{...}";
    let mut name = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\\') {
        name.push_str(before);
        if let Some(behind) = behind.strip_prefix('\\') {
            name.push('\\');
            rest = behind;
            continue;
        }
        let (code, behind) = behind.strip_prefix("u{").and_then(|code| code.split_once('}')).ok_or(WRONG)?;
        name.push(u32::from_str_radix(code, 16).ok().and_then(char::from_u32).ok_or(WRONG)?);
        rest = behind;
    }
    name.push_str(rest);
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Baseline, String> {
        Baseline::parse("b.txt", text).map_err(|error| error.to_string())
    }

    fn entry(fingerprint: &str, pool: &str, target: &str) -> BaselineEntry {
        let some = |name: &str| Some(name.to_owned()).filter(|name| !name.is_empty());
        BaselineEntry {
            fingerprint: fingerprint.to_owned(),
            check: "single-target".to_owned(),
            unit: "etc/a b.cfg".to_owned(),
            pool: some(pool),
            target: some(target),
        }
    }

    const ONE: &str = "1:94b063b9351f09e7";
    const TWO: &str = "1:04b063b9351f09e7";

    #[test]
    fn what_is_written_is_read_again() {
        let names = [("", ""), ("web", "web1"), ("", "web1"), ("tab\tline\nend\\", "\u{202e}blå")];
        for (pool, target) in names {
            let baseline = Baseline {
                file: "b.txt".to_owned(),
                entries: [entry(ONE, pool, target), entry(&format!("{ONE}#2"), pool, target)].into(),
            };
            let text = baseline.text();
            assert_eq!(text.lines().count(), 3, "{text}");
            assert!(!text.contains('\u{202e}') && text.lines().all(|line| line.trim_end() == line), "{text}");
            assert_eq!(parse(&text), Ok(baseline));
        }
    }

    #[test]
    fn lines_are_sorted_and_stand_once() {
        let text = format!("{HEADER}\n{ONE}\tx\ty\n{TWO}\tx\ty\tp\n{HEADER}\n{ONE}\tx\ty\r\n\n");
        let baseline = parse(&text).unwrap();
        assert_eq!(baseline.text(), format!("{HEADER}\n{TWO}\tx\ty\tp\n{ONE}\tx\ty\n"));
    }

    #[test]
    fn a_line_that_is_no_entry_says_where_it_stands() {
        for (line, message) in [
            ("<<<<<<< HEAD", "no fingerprint at its beginning"),
            ("# a remark", "no fingerprint at its beginning"),
            ("1:94b0\tx\ty", "no fingerprint at its beginning"),
            ("1:94b063b9351f09e7#\tx\ty", "no fingerprint at its beginning"),
            ("1:94b063b9351f09e7#1\tx\ty", "no fingerprint at its beginning"),
            ("1:94b063b9351f09e7#02\tx\ty", "no fingerprint at its beginning"),
            ("2:94b063b9351f09e7\tx\ty", "no fingerprint at its beginning"),
            ("1:94b063b9351f09e7\tx\ty\tp\tt\tz", "more than five columns"),
            ("1:94b063b9351f09e7\tx\ty\tp\\x", "a backslash that is not followed by another one or by u{...}"),
        ] {
            assert_eq!(parse(&format!("{HEADER}\n\n{line}\n")), Err(format!("b.txt:3: {message}")));
        }
        assert!(parse(&format!("{HEADER}\n{ONE}\tx")).unwrap_err().starts_with("b.txt:2: write a fingerprint"));
    }

    #[test]
    fn another_file_is_no_baseline() {
        for text in ["", "global\n", "{}", "\n# lblint/baseline/1"] {
            assert_eq!(parse(text), Err("b.txt:1: no baseline: it would begin with `# lblint/baseline/1`".to_owned()));
        }
        assert!(parse("# lblint/baseline/2\n").unwrap_err().contains("another version"));
        assert!(parse("\u{feff}# lblint/baseline/1\r\n").unwrap().is_empty());
    }

    #[test]
    fn a_fingerprint_counts_once_whatever_stands_behind_it() {
        let known = |text: &str| parse(&format!("{HEADER}\n{text}")).unwrap().known();
        assert_eq!(known(&format!("{ONE}\tx\ty\n{ONE}\tx\ty\tother\n")), known(&format!("{ONE}\tx\ty\n")));
    }

    #[test]
    fn the_last_cause_of_a_subject_is_the_one_that_is_gone() {
        let two = entry(&format!("{ONE}#2"), "web", "");
        let baseline = Baseline { file: String::new(), entries: [entry(ONE, "web", ""), two.clone()].into() };
        assert_eq!(baseline.stale(&Census::default(), |_| true).len(), 2);
        assert_eq!(baseline.stale(&Census::default(), |_| false), []);
        assert_eq!(baseline.clone().without(&[two]).text().lines().count(), 2);
        assert_eq!(baseline.known(), baseline.clone().with(baseline.clone()).known());
    }
}
