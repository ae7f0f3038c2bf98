//! What tells texts that embed a configuration from configurations: programs, scripts, pages.

/// Words that begin sources of programs and no configuration of HAProxy or nginx.
const CODE: [&str; 32] = [
    "class",
    "const",
    "data",
    "def",
    "export",
    "fn",
    "from",
    "func",
    "function",
    "import",
    "job",
    "let",
    "locals",
    "module",
    "namespace",
    "output",
    "package",
    "private",
    "pub",
    "public",
    "require",
    "require_relative",
    "resource",
    "terraform",
    "using",
    "var",
    "variable",
    "provider",
    "provisioner",
    "static",
    "struct",
    "final",
];

/// Whether a text of another language holds a configuration: a manifest, a program, a script, a page.
pub(super) fn embeds_another(text: &str) -> bool {
    let text = statements(text);
    let is_key = text.split_whitespace().next().is_some_and(|word| word.ends_with(':') || word == "---");
    let lines = || text.lines().map(str::trim_start).filter(|line| !line.starts_with('#'));
    is_key || begins_like_code(text) || lines().any(|line| line.starts_with("```") || opens_here_document(line))
}

/// Whether the first statement is one of a programming language, or a comment as those have them.
fn begins_like_code(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let word = first.split(|letter: char| !letter.is_ascii_alphabetic() && letter != '_').next().unwrap_or_default();
    // A word with an assignment or a colon behind it may be anybody's.
    let is_word = || first.trim_start_matches(word).starts_with([' ', '(']);
    (CODE.contains(&word) && is_word())
        || ["//", "/*", "\"\"\"", "'''", "<?php"].iter().any(|begin| first.starts_with(begin))
}

/// Whether a line announces lines that end with a word: `<<EOF`, `<<-'EOT'`, `<<~RUBY`, also with more behind it.
fn opens_here_document(line: &str) -> bool {
    let Some((_, rest)) = line.rsplit_once("<<") else { return false };
    let rest = rest.trim_start().trim_start_matches(['-', '~', '\'', '"', '\\']);
    let behind = rest.trim_start_matches(|letter: char| letter.is_ascii_uppercase() || letter == '_');
    let is_whole = behind.is_empty() || behind.starts_with([' ', '\t', '\'', '"', ';', ')', ',', '|']);
    is_whole && behind.len() < rest.len()
}

/// The text from its first statement on.
pub(super) fn statements(text: &str) -> &str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rest = text.trim_start();
    while rest.starts_with('#') {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::embeds_another;

    #[test]
    fn sources_of_other_languages() {
        for text in [
            "resource \"local_file\" \"x\" {\n  content = <<EOT\nglobal\nEOT\n}\n",
            "# a comment\nimport os\n",
            "package main\n",
            "// Copyright\n",
            "cat <<EOF > /etc/haproxy/haproxy.cfg\nglobal\nEOF\n",
            "cat > x << 'EOF'\nglobal\nEOF\n",
            "x.write(<<~CONFIG)\nglobal\nCONFIG\n",
            "data:\n  haproxy.cfg: |\n    global\n",
        ] {
            assert!(embeds_another(text), "{text}");
        }
    }

    #[test]
    fn configurations_that_look_alike() {
        for text in [
            "global\n  daemon\n# show it: socat - x <<EOF\n",
            "backend package\n  server import 10.0.0.1:80\n",
            "frontend f\n  http-request set-header X %[src,concat(<<,x)]\n",
            "backend b\n  server s <<HOST>>:80\n",
            "",
        ] {
            assert!(!embeds_another(text), "{text}");
        }
    }
}
