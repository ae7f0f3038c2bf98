//! Findings about suppressions: unknown names, no reason, past their day, of no use.

use super::suppression::{Name, Scope, Suppression};
use crate::checks;
use crate::finding::{Finding, Fix, Meta, cut};
use crate::settings::{LocalSettings, Selector};
use crate::source::{Sources, Span};

const UNKNOWN: &str = "unknown-suppression";
const WITHOUT_REASON: &str = "suppression-without-reason";
const EXPIRED: &str = "expired-suppression";
const UNUSED: &str = "unused-suppression";

/// What these findings are about cannot be hidden by what they are about.
const OWN: [&str; 4] = [EXPIRED, WITHOUT_REASON, UNKNOWN, UNUSED];

/// All findings about suppressions that were asked for.
pub(super) fn findings(all: &[Suppression], settings: &LocalSettings<'_>, sources: &Sources) -> Vec<Finding> {
    let reported = all.iter().filter(|one| one.is_reported);
    reported.flat_map(|one| About { one, settings, sources }.findings()).collect()
}

/// One suppression and what is asked about it.
struct About<'a> {
    one: &'a Suppression,
    settings: &'a LocalSettings<'a>,
    sources: &'a Sources,
}

impl About<'_> {
    fn findings(&self) -> Vec<Finding> {
        let mut findings: Vec<Finding> =
            self.one.mistakes.iter().filter_map(|(message, at)| self.say(UNKNOWN, *at, message)).collect();
        findings.extend(self.one.names.iter().filter_map(|name| self.unknown(name)));
        if self.one.names.is_empty() {
            return findings;
        }
        if self.one.mistakes.is_empty() {
            findings.extend(self.without_reason());
        }
        if self.one.is_expired {
            findings.extend(self.expired());
        } else {
            findings.extend(self.one.names.iter().filter_map(|name| self.unused(name)));
        }
        findings
    }

    fn say(&self, check: &str, at: Span, message: &str) -> Option<Finding> {
        let meta = checks::find(check)?.meta();
        let mut subject = self.one.subject.clone();
        // One comment may say several things that are not known.
        subject.discriminator = format!("{}: {}", subject.discriminator, self.sources.slice(at));
        Some(Finding::new(meta, at, subject, message))
    }

    fn unknown(&self, name: &Name) -> Option<Finding> {
        if is_own(name) {
            let message = format!("`{}` cannot be allowed: it is about what is allowed", name.text);
            let help = "mend what it says, or turn the check off with `ignore` in lblint.toml";
            return Some(self.say(UNKNOWN, name.at, &message)?.help(help));
        }
        let error = name.text.parse::<Selector>().err()?;
        let (message, help) = error.split_once("; ").unwrap_or((&error, ""));
        Some(self.say(UNKNOWN, name.at, message)?.because("hides nothing").help(help))
    }

    fn without_reason(&self) -> Option<Finding> {
        if !self.one.reason.is_empty() {
            return None;
        }
        let message = format!("nobody says why {} is allowed here", self.names());
        Some(self.say(WITHOUT_REASON, self.one.at, &message)?.help("write the reason behind the bracket"))
    }

    fn expired(&self) -> Option<Finding> {
        let until = self.one.until?;
        if self.one.findings() == 0 && self.is_out_of_sight() {
            return None;
        }
        let shown = match self.one.findings() {
            0 => "it would hide nothing any more".to_owned(),
            1 => "1 finding is shown again".to_owned(),
            more => format!("{more} findings are shown again"),
        };
        let message = format!("{} was allowed until {until}: {shown}", self.names());
        let is_idle = self.one.findings() == 0;
        let help = if is_idle { "delete it" } else { "mend the cause, or agree on another day" };
        let fix = self.without_comment().filter(|_| is_idle);
        Some(self.say(EXPIRED, self.one.at, &message)?.help(help).fix(fix))
    }

    fn unused(&self, name: &Name) -> Option<Finding> {
        let message = self.why_unused(name)?;
        let help = match self.one.scope {
            Scope::Misplaced => "put it at the top of the file",
            _ => "delete it",
        };
        let finding = self.say(UNUSED, name.at, &message)?.because("hides nothing");
        Some(finding.help(help).fix(self.without_name(name)))
    }

    /// What is to be said of a name that hides nothing; `None` if it may hide something.
    fn why_unused(&self, name: &Name) -> Option<String> {
        if !name.found.is_empty() || name.selector.is_none() || is_own(name) {
            return None;
        }
        let is_certain = matches!(self.one.scope, Scope::Nothing | Scope::Misplaced) || name.is_overruled;
        if self.is_out_of_sight() && !is_certain {
            return None;
        }
        Some(match self.one.scope {
            Scope::Nothing => format!("no statement follows that `{}` could be allowed in", name.text),
            Scope::Misplaced => {
                format!("`allow-file({})` stands below the first statement and covers nothing", name.text)
            }
            _ if name.is_overruled => format!("the settings do not let `{}` be allowed", name.text),
            Scope::Setting(_) if self.was_looked_for(name) => {
                format!("no finding of `{}` is hidden by this", name.text)
            }
            _ if self.was_looked_for(name) => format!("`{}` finds nothing here", name.text),
            _ => return None,
        })
    }

    /// Takes the comment out, if it is one whose words are all understood and that says nothing else.
    fn without_comment(&self) -> Option<Fix> {
        let is_comment =
            matches!(self.one.scope, Scope::Statement(_) | Scope::File(_) | Scope::Nothing) && self.one.calls == 1;
        let (_, source) = self.sources.at(self.one.at.start).filter(|_| is_comment && self.one.mistakes.is_empty())?;
        Some(Fix::safe("delete the comment").delete(cut::whole(source.written(), self.one.at)))
    }

    /// Takes a name out, or the comment if none of its names hides anything.
    fn without_name(&self, name: &Name) -> Option<Fix> {
        let whole = self.without_comment()?;
        if self.one.names.iter().all(|name| self.why_unused(name).is_some()) {
            return Some(whole);
        }
        let (view, at) = (self.sources.at(name.at.start)?.1.written(), name.at);
        let (before, behind) =
            (view.slice(Span::new(view.base, at.start)), view.slice(Span::new(at.end, self.one.at.end)));
        // The comma behind it goes, too, or the one before the last name.
        let gone = match behind.trim_start().strip_prefix(',') {
            Some(next) => Span::new(at.start, at.end + (behind.len() - next.trim_start().len()) as u32),
            None => Span::new(at.start - (before.len() - before.trim_end().strip_suffix(',')?.len()) as u32, at.end),
        };
        Some(Fix::safe(format!("delete `{}`", name.text)).delete(gone))
    }

    /// A run over some of the files does not meet all that the settings speak of, and one over a part of a configuration not
    /// all that is found in the part.
    const fn is_out_of_sight(&self) -> bool {
        self.one.is_open || matches!(self.one.scope, Scope::Setting(_)) && !self.settings.is_whole
    }

    /// Whether all that a name stands for was looked for in a language that it speaks.
    fn was_looked_for(&self, name: &Name) -> bool {
        let metas = checks::all().iter().map(|check| check.meta()).filter(|meta| name.matches(meta));
        let settings = self.settings.at(self.one.at, self.sources);
        let mut speaking = metas.filter(|meta| self.speaks(meta)).peekable();
        speaking.peek().is_some() && speaking.all(|meta| settings.runs(meta))
    }

    fn speaks(&self, meta: &Meta) -> bool {
        self.one.dialects.iter().any(|dialect| meta.dialects.contains(dialect))
    }

    fn names(&self) -> String {
        let names: Vec<String> = self.one.names.iter().map(|name| format!("`{}`", name.text)).collect();
        names.join(", ")
    }
}

fn is_own(name: &Name) -> bool {
    OWN.contains(&name.text.as_str())
}
