//! The command line as users type it: help, exit statuses, standard input, mistakes.

#[test]
fn cli() {
    let cases = trycmd::TestCases::new();
    cases.case("tests/cli/*.trycmd").case("tests/cli/*.toml").case("docs/configuration.md").case("docs/intent.md");
}
