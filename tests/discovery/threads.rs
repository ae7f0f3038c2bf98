//! The same input gives the same bytes, whatever the number of threads.

use std::fmt::Write;

use lblint::analysis::{Analysis, analyze};
use lblint::finding::Profile;
use lblint::report::{Filter, Format, Options, Subject, render};
use lblint::settings::{ProfileChoice, Settings};
use lblint::source::MapReader;

/// More text than a run without threads reads, in all languages and forms.
fn repository() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for number in 0..24 {
        let (mut haproxy, mut nginx, mut map) = (String::new(), String::new(), String::new());
        for pool in 0..250 {
            write!(
                haproxy,
                "backend b{pool}\n  balance source\n  server a 10.0.{number}.1:80 weight 9\n  server b 10.0.0.2:80\n\n"
            )
            .unwrap();
            writeln!(nginx, "upstream u{pool} {{ ip_hash; server 10.0.{number}.1:80 weight=9; server 10.0.0.2:80; }}")
                .unwrap();
            writeln!(map, "    upstream m{pool} {{ server 10.0.{number}.1:80; server 10.0.0.2:80 max_fails=0; }}")
                .unwrap();
        }
        files.push((format!("h/{number}.cfg"), haproxy));
        files.push((format!("n/nginx{number}.conf"), format!("events {{}}\nhttp {{\n{nginx}}}\n")));
        let head = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  a.conf: |\n";
        files.push((format!("k/{number}.yaml"), format!("{head}{map}")));
    }
    files
}

fn reports(files: &[(String, String)], threads: usize) -> Vec<String> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let settings = Settings { profile: ProfileChoice(Profile::Audit), ..Settings::default() };
        let analysis: Analysis = analyze(&MapReader::new(files.iter().cloned()), &[".".to_owned()], &settings);
        assert_eq!(analysis.units.len(), files.len());
        assert!(analysis.sources.bytes() > 1 << 20);
        let (filter, options) = (Filter::default(), Options::new(&settings));
        let subjects = [Subject::Findings, Subject::Pools(&filter), Subject::Coverage];
        let json = subjects.map(|subject| render(&analysis, subject, Format::Json, &options));
        json.into_iter().chain([render(&analysis, Subject::Findings, Format::Human, &options)]).collect()
    })
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let files = repository();
    let one = reports(&files, 1);
    assert!(one.iter().all(|report| report.len() > 1000));
    for threads in [2, 8] {
        assert!(reports(&files, threads) == one, "{threads} threads");
    }
}
