//! nginx files below the level of units: what the program accepts gets no complaint, what it refuses gets one there.

use std::fmt::Write as _;
use std::sync::Arc;

use lblint::diagnostic::{Diagnostic, Kind};
use lblint::grammar::nginx::{ContextSet, Grammar};
use lblint::source::{SourceId, Span, Version, View};
use lblint::syntax::nginx::{Mount, Mounts, parse};
use lblint::validate::Program;
use lblint::validate::nginx::{Input, repeated, validate};

use crate::files::{Labelled, labelled};

/// The newest version that the tables know.
const NEWEST: Version = Version::line(1, 31);

/// Everything that is said of one file as if it were alone, in the order of the text.
fn diagnostics(grammar: &Grammar, text: &str, within: &str, version: Version) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let masks = placeholders(text);
    let view = View { text, base: 0, masks: &masks, arms: &[] };
    let contexts = ContextSet::default().with(grammar.context(within));
    let tree = Arc::new(parse(view, grammar, &mut found));
    let program = Program { version, stated: true };
    validate(Input { view, tree: &tree, grammar, program }, contexts, &mut found);
    let mut mounts = Mounts::default();
    mounts.add(Mount { source: SourceId(0), view, tree, contexts, parent: None });
    repeated(&mounts, grammar, &mut found);
    found.sort_by_key(|diagnostic| diagnostic.span.start);
    found
}

/// The placeholders of test harnesses (`%%PORT%%`, `${backend_addr}`), which were replaced for the program.
fn placeholders(text: &str) -> Vec<Span> {
    let mut masks = Vec::new();
    for (open, close) in [("%%", "%%"), ("${", "_addr}")] {
        let mut at = 0;
        while let Some(start) = text[at..].find(open).map(|found| at + found) {
            let name = start + open.len();
            let length = text[name..].find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(0);
            let end = name + length;
            let own = if close == "%%" { text[end..].starts_with("%%") } else { text[start..=end].ends_with(close) };
            at = if own { end + if close == "%%" { 2 } else { 1 } } else { name };
            if own {
                masks.push(Span::new(start as u32, at as u32));
            }
        }
    }
    masks.sort_unstable();
    masks
}

fn line(text: &str, span: Span) -> usize {
    text[..span.start as usize].matches('\n').count() + 1
}

fn said(text: &str, found: &[Diagnostic]) -> String {
    found.iter().take(3).fold(String::new(), |mut said, diagnostic| {
        let written: String = View::new(text, 0).slice(diagnostic.span).chars().take(60).collect();
        let _ = write!(said, "\n    {}: `{written}` {:?}", line(text, diagnostic.span), diagnostic.kind);
        said
    })
}

/// Every file with a verdict, with what is said of it for a version.
fn judged(verdict: &str, version: Version) -> Option<Vec<(Labelled, String, Vec<Diagnostic>)>> {
    let grammar = Grammar::load();
    let files = labelled("nginx")?.into_iter().filter(|file| file.verdict == verdict);
    let judge = |file: Labelled| {
        let text = String::from_utf8_lossy(&file.bytes).into_owned();
        let found = diagnostics(&grammar, &text, file.within.as_deref().unwrap_or("main"), version);
        (file, text, found)
    };
    Some(files.map(judge).collect())
}

#[test]
fn accepted_nginx_files_are_clean() {
    let Some(files) = judged("ok", Version::release(1, 22, 1)) else { return };
    assert!(files.len() > 700, "the corpus has shrunk: {}", files.len());
    let is_wrong =
        |text: &str, found: &Diagnostic| &text[found.span.start as usize..found.span.end as usize] != BACKPORTED;
    let wrong = files.iter().filter(|(_, text, found)| found.iter().any(|diagnostic| is_wrong(text, diagnostic)));
    let wrong: Vec<_> = wrong.map(|(file, text, found)| format!("{}{}", file.path, said(text, found))).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), files.len(), wrong.join("\n"));
}

#[test]
fn accepted_nginx_files_are_clean_for_the_newest_version() {
    let Some(files) = judged("ok", NEWEST) else { return };
    let is_wrong = |diagnostic: &Diagnostic| !matches!(diagnostic.kind, Kind::Removed { .. });
    let wrong = files.iter().filter(|(_, _, found)| found.iter().any(is_wrong));
    let wrong: Vec<_> = wrong.map(|(file, text, found)| format!("{}{}", file.path, said(text, found))).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), files.len(), wrong.join("\n"));
}

/// Refused for a name that is not defined, for what stands in an included file, for the platform, or by open-source nginx
/// alone: nginx Plus takes `sync`, and an upstream whose servers come at run time.
const OTHERWISE: &[&str] = &[
    "unknown \"slow\" variable",
    "no port in upstream",
    "is outside location",
    "aio on",
    "in \"limit_req_zone\" directive in testdata/configs/limit-req-zone",
    "no servers are inside upstream in coreos-demo/nginxplus-coreos",
    "no servers are inside upstream in nginx-gcp-meetup-demo/nginxplus",
    "no servers are inside upstream in nginx-openstack-heat-demo/nginxplus",
];

/// Debian's 1.22.1 has it from a security update; the sources of that version do not.
pub(crate) const BACKPORTED: &str = "max_headers";

#[test]
fn rejected_nginx_files_have_a_complaint_at_the_line() {
    let Some(files) = judged("rejected", Version::release(1, 22, 1)) else { return };
    let mut missed = Vec::new();
    for (file, text, found) in &files {
        let error = file.first_error.as_deref().unwrap_or_default();
        let Some(expected) = error.rsplit(':').next().and_then(|line| line.parse::<usize>().ok()) else { continue };
        let near = |diagnostic: &Diagnostic| line(text, diagnostic.span).abs_diff(expected) <= 3;
        if !found.iter().any(near) && !OTHERWISE.iter().any(|reason| error.contains(reason)) {
            missed.push(format!("{}: {error}{}", file.path, said(text, found)));
        }
    }
    assert!(missed.is_empty(), "{} of {}:\n{}", missed.len(), files.len(), missed.join("\n"));
}

#[test]
fn other_nginx_files_are_read_without_a_panic() {
    let Some(files) = judged("needs-environment", NEWEST) else { return };
    for (file, text, found) in &files {
        let end = text.len() as u32;
        assert!(found.iter().all(|one| one.span.start <= one.span.end && one.span.end <= end), "{}", file.path);
        if std::env::var_os("LBLINT_PRINT").is_some() && !found.is_empty() {
            println!("{} ({}){}", file.path, file.first_error.as_deref().unwrap_or_default(), said(text, found));
        }
    }
}
