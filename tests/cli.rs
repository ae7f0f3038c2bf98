//! The command line as users type it: help, exit statuses, standard input, mistakes.

#[test]
fn cli() {
    trycmd::TestCases::new().case("tests/cli/*.trycmd").case("tests/cli/*.toml").case("docs/configuration.md");
}
