//! Reports over hand-made configurations and findings: what people and programs get to see.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics fails, as it should")]

use lblint::analysis::{Analysis, analyze};
use lblint::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity, Subject};
use lblint::report::{self, Filter, Format, Options};
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader, Span};

static META: Meta = Meta {
    name: "one-target-takes-all",
    group: Group::Distribution,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "one target gets nearly everything",
    follows: &[],
    page: "# one-target-takes-all\n",
};

const SMALL: &str = "\
defaults
\tmode http
backend payments
\tbalance source
\tserver web1 10.20.1.11:8443 weight 100
\tserver web2 10.20.1.12:8443 weight 1 check
";

fn analysed<const N: usize>(files: [(&str, &str); N]) -> Analysis {
    let arguments: Vec<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
    let settings = Settings { dialect: Some(Dialect::Haproxy), ..Settings::default() };
    let mut analysis = analyze(&MapReader::new(files), &arguments, &settings);
    // What the checks find in these texts is not the point here.
    analysis.findings = lblint::triage::Triaged::default();
    analysis
}

/// Where the n-th occurrence of a text stands, over all files.
fn span(analysis: &Analysis, text: &str, nth: usize) -> Span {
    let views = analysis.sources.iter().map(|(_, source)| source.view());
    let mut spans = views.flat_map(|view| {
        let found = view.text.match_indices(text).map(|(at, _)| view.base + at as u32).collect::<Vec<_>>();
        found.into_iter().map(|start| Span::new(start, start + text.len() as u32))
    });
    spans.nth(nth).unwrap()
}

fn pool(name: &str) -> Subject {
    Subject { unit: "haproxy.cfg".into(), pool: Some(name.into()), ..Subject::default() }
}

fn render(analysis: &Analysis, format: Format) -> String {
    let settings = Settings::default();
    report::render(analysis, report::Subject::Findings, format, &Options::new(&settings))
}

fn json(analysis: &Analysis, subject: report::Subject<'_>) -> serde_json::Value {
    let settings = Settings::default();
    let text = report::render(analysis, subject, Format::Json, &Options::new(&settings));
    assert!(text.ends_with("}\n"));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_finding_tells_its_story() {
    let mut analysis = analysed([("eu/lb.cfg", SMALL), ("us/lb.cfg", SMALL)]);
    let mut finding = Finding::new(&META, span(&analysis, "weight 100", 0), pool("payments"), "web1 gets 99.0 %")
        .because("100 of 101")
        .related(span(&analysis, "balance source", 0), "not rotated")
        .related(span(&analysis, "weight 1 ", 1), "in the other file")
        .note("nothing notices when web1 dies")
        .help("balance roundrobin");
    finding.subjects.extend(["a", "b", "c", "d", "e", "f", "g", "h"].map(pool));
    finding.copies.push(span(&analysis, "weight 100", 1));
    analysis.findings.shown.push(finding);
    let expected = "\
error[one-target-takes-all]: web1 gets 99.0 %
  ┌─ eu/lb.cfg:5:30
  │
4 │     balance source
  │     -------------- not rotated
5 │     server web1 10.20.1.11:8443 weight 100
  │                                 ^^^^^^^^^^ 100 of 101
  │
  ┌─ us/lb.cfg:6:30
  │
6 │     server web2 10.20.1.12:8443 weight 1 check
  │                                 --------- in the other file
  │
  = nothing notices when web1 dies
  = also: pool a, b, c, d, e and 3 more
  = same statement in 2 files: eu/lb.cfg:5, us/lb.cfg:5
  = help: balance roundrobin
  = more: lblint explain one-target-takes-all

2 files, 2 units, 2 pools, 4 targets
1 finding (1 error)
verified: 2 pools
assumed: HAProxy 3.2 (state yours: --proxy-version haproxy=2.6)
next: lblint pools (what was understood)     lblint checks (what is looked for)
";
    assert_eq!(render(&analysis, Format::Human), expected);
    assert_eq!(render(&analysis, Format::Concise), "eu/lb.cfg:5:30: error[one-target-takes-all]: web1 gets 99.0 %\n");
}

#[test]
fn nothing_found_still_says_what_was_verified() {
    let text = render(&analysed([("haproxy.cfg", SMALL)]), Format::Human);
    assert!(text.starts_with("1 file, 1 unit, 1 pool, 2 targets\nno findings\nverified: 1 pool\n"), "{text}");
}

#[test]
fn information_is_called_so() {
    let mut analysis = analysed([("haproxy.cfg", SMALL)]);
    let finding = Finding::new(&META, span(&analysis, "web1", 0), pool("payments"), "note: x").at_most(Severity::Info);
    analysis.findings.shown.push(finding);
    assert!(render(&analysis, Format::Human).starts_with("info[one-target-takes-all]: note: x\n"));
}

#[test]
fn secrets_and_control_characters_stay_out_of_every_format() {
    let text = "defaults\n\tstats auth admin:hunter2 # \u{1b}]0;owned\u{7} \u{202e}\n";
    let mut analysis = analysed([("h\u{1b}.cfg", text)]);
    let at = span(&analysis, "admin:hunter2", 0);
    let finding = Finding::new(&META, at, pool("x\u{1b}[2J"), "the password is `admin:hunter2`\u{1b}[2J")
        .because("admin:hunter2")
        .note("admin:hunter2 again\r")
        .help("stats auth admin:hunter2");
    analysis.findings.shown.push(finding);
    for format in [Format::Human, Format::Concise, Format::Json] {
        let report = render(&analysis, format);
        assert!(!report.contains("hunter2"), "{report}");
        assert!(!report.contains(['\u{1b}', '\u{7}', '\u{202e}', '\r']), "{report}");
    }
    let human = render(&analysis, Format::Human);
    assert!(human.contains("2 │     stats auth *************"), "{human}");
    assert!(human.contains("  │                ^^^^^^^^^^^^^ ***"), "{human}");
    let settings = Settings::default();
    let coverage = report::render(&analysis, report::Subject::Coverage, Format::Human, &Options::new(&settings));
    assert!(!coverage.contains('\u{1b}'), "{coverage}");
}

/// A name may hold anything: a line of its own would end the HTML block of Markdown, and XML has no U+FFFE.
#[test]
fn a_name_breaks_no_format() {
    let mut analysis = analysed([("h.cfg", SMALL)]);
    let at = span(&analysis, "payments", 0);
    let name = "a\n\n## PWNED ![x](http://evil/x.png)\n\n\u{fffe}\u{ffff}";
    analysis.findings.shown.push(Finding::new(&META, at, pool(name), format!("`{name}` is odd")).because(name));
    let markdown = render(&analysis, Format::Markdown);
    let (_, rest) = markdown.split_once("<summary>").unwrap();
    let (summary, _) = rest.split_once("</summary>").unwrap();
    assert!(summary.contains("PWNED") && !summary.contains('\n'), "{summary}");
    for format in Format::ALL {
        assert!(!render(&analysis, format).contains(['\u{fffe}', '\u{ffff}']), "{}", format.name());
    }
}

#[test]
fn a_line_of_ten_megabytes_is_cut_and_quick() {
    let long =
        format!("backend x\n\tserver {} 10.0.0.1:80 THERE # {}\n", "é".repeat(2_500_000), "b ".repeat(2_500_000));
    let mut analysis = analysed([("haproxy.cfg", &long)]);
    let at = span(&analysis, "THERE", 0);
    for _ in 0..50 {
        let finding =
            Finding::new(&META, at, pool("x"), "far to the right").related(Span::new(at.start, at.end + 900), "");
        analysis.findings.shown.push(finding);
    }
    let start = std::time::Instant::now();
    let report = render(&analysis, Format::Human);
    assert!(start.elapsed() < std::time::Duration::from_secs(10), "{:?}", start.elapsed());
    assert!(report.lines().all(|line| line.chars().count() < 200), "a line is longer than the window");
    assert!(report.contains("haproxy.cfg:2:2500022"), "{}", &report[..1000]);
    assert!(report.len() < 100_000);
}

#[test]
fn findings_for_programs() {
    let mut analysis = analysed([("haproxy.cfg", SMALL)]);
    let finding = Finding::new(&META, span(&analysis, "weight 100", 0), pool("payments"), "web1 gets 99.0 %")
        .related(span(&analysis, "balance source", 0), "not rotated")
        .note("n")
        .help("h")
        .fix(Fix::to_review("write 1").replace(span(&analysis, "100", 0), "1"));
    analysis.findings.shown.push(finding);
    analysis.findings.hidden = 2;
    let document = json(&analysis, report::Subject::Findings);
    assert_eq!(document["schema"], "lblint/findings/1");
    assert_eq!(document["assumed"], serde_json::json!({ "haproxy": "3.2" }));
    assert_eq!(document["summary"]["findings"], serde_json::json!({ "error": 1, "warning": 0, "info": 0 }));
    assert_eq!(document["summary"]["hidden"], 2);
    assert_eq!(document["summary"]["verified"], 1);
    let finding = &document["findings"][0];
    assert_eq!(finding["check"], "one-target-takes-all");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["confidence"], "high");
    assert_eq!(finding["location"], serde_json::json!({ "file": "haproxy.cfg", "line": 5, "column": 30 }));
    assert_eq!(finding["end"], serde_json::json!({ "line": 5, "column": 40 }));
    assert_eq!(finding["related"][0]["location"]["line"], 4);
    assert_eq!(finding["related"][0]["text"], "not rotated");
    let subject = serde_json::json!({ "unit": "haproxy.cfg", "pool": "payments", "target": null });
    assert_eq!(finding["subject"], subject);
    assert_eq!(finding["subjects"], serde_json::json!([subject]));
    assert!(finding["fingerprint"].as_str().unwrap().starts_with("1:"));
    let edit = serde_json::json!({
        "file": "haproxy.cfg", "start": { "line": 5, "column": 37 }, "end": { "line": 5, "column": 40 }, "text": "1"
    });
    assert_eq!(finding["fixes"], serde_json::json!([{ "title": "write 1", "safe": false, "edits": [edit] }]));
    assert_eq!(finding["url"], "https://github.com/lblint/lblint/blob/main/docs/checks/one-target-takes-all.md");
}

const POOLS: &str = "\
frontend fe
\tbind :80
\tacl api path_beg /api
\tuse_backend web if api !{ src 10.0.0.0/8 }
\tuse_backend web unless api
\tuse_backend %[path]
\tdefault_backend web
backend web
\toption httpchk GET /health
\tserver a ipv4@10.0.0.1:80 check weight 5
\tserver b 10.0.0.2:80 backup
\tserver c 10.0.0.3:80 disabled
\tserver d \"${ADDRESS}\" weight \"${WEIGHT}\"
backend many
\tserver-template app 3-5 app.internal:80
\tserver-template big 1-4000000000 big.internal:80
";

#[test]
fn pools_for_programs() {
    let analysis = analysed([("haproxy.cfg", POOLS)]);
    let document = json(&analysis, report::Subject::Pools(&Filter::default()));
    assert_eq!(document["schema"], "lblint/pools/1");
    let unit = &document["units"][0];
    assert_eq!(unit["root"], "haproxy.cfg");
    assert_eq!(unit["dialect"], "haproxy");
    assert_eq!(unit["files"], serde_json::json!(["haproxy.cfg"]));
    let web = &unit["pools"][0];
    assert_eq!(web["kind"], "backend");
    assert_eq!(web["policy"], serde_json::json!({ "name": "roundrobin", "origin": "default" }));
    assert_eq!((&web["complete"], &web["probe"], &web["ejection"]), (&true.into(), &"http".into(), &"off".into()));
    let first = serde_json::json!({
        "name": "a", "address": "10.0.0.1:80", "weight": 5, "role": "active", "priority": 0, "probed": true,
        "ejected_after": 0, "ejected_for_s": 0.0, "location": { "file": "haproxy.cfg", "line": 10, "column": 2 },
    });
    assert_eq!(web["targets"][0], first);
    let roles: Vec<_> = web["targets"].as_array().unwrap().iter().map(|target| target["role"].clone()).collect();
    assert_eq!(roles, ["active", "backup", "down", "active"]);
    assert_eq!((&web["targets"][3]["address"], &web["targets"][3]["weight"]), (&().into(), &().into()));
}

#[test]
fn templates_are_one_entry_a_target() {
    let analysis = analysed([("haproxy.cfg", POOLS)]);
    let document = json(&analysis, report::Subject::Pools(&Filter { pools: vec!["m*".into()], units: Vec::new() }));
    let pools = document["units"][0]["pools"].as_array().unwrap();
    assert_eq!(pools.len(), 1);
    assert_eq!(pools[0]["probe"], "none");
    let targets = pools[0]["targets"].as_array().unwrap();
    assert_eq!(targets.len(), 3 + 4096);
    assert_eq!((&targets[0]["name"], &targets[2]["name"]), (&"app3".into(), &"app5".into()));
    assert_eq!(targets[3]["address"], "big.internal:80");
}

#[test]
fn routes_for_programs() {
    let analysis = analysed([("haproxy.cfg", POOLS)]);
    let document = json(&analysis, report::Subject::Pools(&Filter::default()));
    let routes = document["units"][0]["routes"].as_array().unwrap();
    assert_eq!(routes.len(), 4);
    assert_eq!((&routes[0]["from"], &routes[0]["condition"]), (&"fe".into(), &"api !{ src 10.0.0.0/8 }".into()));
    assert_eq!(routes[0]["to"], serde_json::json!([{ "pool": "web", "weight": null }]));
    assert_eq!((&routes[1]["condition"], &routes[1]["negated"]), (&"api".into(), &true.into()));
    assert_eq!(routes[2]["to"], serde_json::json!([{ "pool": null, "weight": null }]));
    assert_eq!((&routes[3]["condition"], &routes[3]["location"]["line"]), (&().into(), &7.into()));
}

#[test]
fn coverage_and_checks_for_programs() {
    let analysis = analysed([("haproxy.cfg", "defaults\n\tfrobnicate on\nbackend a\n\tserver a 10.0.0.1:80\n")]);
    let document = json(&analysis, report::Subject::Coverage);
    assert_eq!(document["schema"], "lblint/coverage/1");
    assert_eq!((&document["total"]["statements"], &document["total"]["unrecognised"]), (&4.into(), &1.into()));
    assert_eq!(document["files"][0]["unrecognised_statements"][0]["text"], "frobnicate on");
    let checks: serde_json::Value = serde_json::from_str(&report::render_checks(&[&META], Format::Json)).unwrap();
    assert_eq!(checks["schema"], "lblint/checks/1");
    let check = &checks["checks"][0];
    assert_eq!((&check["name"], &check["group"]), (&"one-target-takes-all".into(), &"distribution".into()));
    assert_eq!((&check["profile"], &check["dialects"][0]), (&"default".into(), &"haproxy".into()));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let one = json(&analysed([("b.cfg", SMALL), ("a.cfg", POOLS)]), report::Subject::Pools(&Filter::default()));
    let other = json(&analysed([("a.cfg", POOLS), ("b.cfg", SMALL)]), report::Subject::Pools(&Filter::default()));
    assert_eq!(one, other);
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(100))]

    /// Whatever stands in a file and wherever a label points: no panic, and nothing that a terminal would obey.
    #[test]
    fn any_text_can_be_shown(
        text in "[a-z\\t\\r\\n\\x00-\\x1f #\"'é\u{202e}]{0,400}",
        places in proptest::collection::vec(0_u32..500, 6),
    ) {
        let mut analysis = analysed([("a.cfg", text.as_str()), ("b.cfg", "backend x\n")]);
        let ends = places.chunks(2);
        let spans: Vec<Span> = ends.map(|ends| Span::new(ends[0].min(ends[1]), ends[0].max(ends[1]))).collect();
        let finding = Finding::new(&META, spans[0], pool(&text), text.clone()).because(text.clone());
        let finding = finding.related(spans[1], "x").related(spans[2], text.clone()).note(text.clone()).help(text);
        analysis.findings.shown.push(finding);
        for format in [Format::Human, Format::Concise, Format::Json] {
            let report = render(&analysis, format);
            let obeyed = |character: char| character != '\n' && (character.is_control() || character == '\u{202e}');
            proptest::prop_assert!(!report.contains(obeyed), "{}", report);
        }
    }
}
