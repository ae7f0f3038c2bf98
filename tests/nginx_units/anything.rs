//! Anything at all: no panic, no end that is not reached, the same result each time.

use lblint::analysis::{Analysis, analyze};
use lblint::report::{Detail, Filter, Format, Options, Subject, render};
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader};
use proptest::prelude::*;

const WORDS: [&str; 34] = [
    "events",
    "http",
    "stream",
    "server",
    "location",
    "upstream",
    "map",
    "types",
    "split_clients",
    "if",
    "include",
    "a",
    "b",
    "c/*",
    "c/x",
    "/etc/nginx/a",
    "*",
    "[",
    "..",
    "../a",
    ".",
    "\"\"",
    "{",
    "{",
    "}",
    "}",
    ";",
    ";",
    ";",
    "\n",
    "# configuration file x:\n",
    "proxy_pass",
    "$uri",
    "'q",
];

fn settings() -> Settings {
    Settings { dialect: Some(Dialect::Nginx), ..Settings::default() }
}

/// Everything that is said about three files that may include each other.
fn said(texts: &[Vec<u8>; 3]) -> Vec<String> {
    let files = ["a", "b", "c/x"].into_iter().zip(texts.iter().cloned());
    let analysis = analyze(&MapReader::new(files), &["a".to_owned(), "b".to_owned()], &settings());
    everything(&analysis)
}

fn everything(analysis: &Analysis) -> Vec<String> {
    let (settings, filter) = (settings(), Filter::default());
    let options = Options { detail: Detail::Verbose, ..Options::new(&settings) };
    let subjects = [Subject::Findings, Subject::Pools(&filter), Subject::Coverage];
    let all = [Format::Human, Format::Json].into_iter().flat_map(|format| subjects.map(|subject| (subject, format)));
    all.map(|(subject, format)| render(analysis, subject, format, &options)).collect()
}

fn words() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::collection::vec(prop::sample::select(&WORDS[..]), 0..40);
    words.prop_map(|words| words.join(" ").into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn random_statements(texts in [words(), words(), words()]) {
        prop_assert_eq!(said(&texts), said(&texts));
    }

    #[test]
    fn random_entries(text in words()) {
        said(&[b"http { map $uri $x { include b; } types { include c/x; } }".to_vec(), text.clone(), text]);
    }

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        said(&[b"http { include b; }".to_vec(), bytes, Vec::new()]);
    }
}
