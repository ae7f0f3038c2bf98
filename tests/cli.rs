//! The command line as users type it: help, exit statuses, standard input, mistakes.

#[test]
fn cli() {
    let cases = trycmd::TestCases::new();
    let cases = cases.case("tests/cli/*.trycmd").case("tests/cli/*.toml");
    cases.case("docs/configuration.md").case("docs/intent.md").case("docs/baseline.md");
}
