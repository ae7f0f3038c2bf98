//! Who owns a file, by the repository's CODEOWNERS (GitHub's and GitLab's rules).

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Where the file may stand, from the root of the repository; the first one counts (GitHub: `.github`, the root, `docs`;
/// GitLab: the root, `docs`, `.gitlab`).
pub const OWNER_FILES: [&str; 4] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// The rules of a CODEOWNERS file.
#[derive(Debug, Default)]
pub struct Owners {
    sections: Vec<Section>,
    /// The way from the root of the repository to the directory that paths are shown from.
    prefix: String,
}

/// GitLab's sections each name owners of their own; GitHub knows one only.
#[derive(Debug, Default)]
struct Section {
    default: Vec<String>,
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    pattern: Gitignore,
    /// `docs/*` owns the files of that directory, not those below its directories.
    children_only: bool,
    owners: Vec<String>,
}

impl Owners {
    /// Reads the text of a CODEOWNERS file. `prefix` leads from the root of the repository to the directory that paths are
    /// shown from (empty: the same). Lines that are no rule own nothing, as on GitHub.
    pub fn parse(text: &str, prefix: &str) -> Self {
        let mut sections = vec![Section::default()];
        for line in text.lines() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match section(line) {
                Some(section) => sections.push(section),
                None => sections.last_mut().into_iter().for_each(|section| section.add(line)),
            }
        }
        Self { sections, prefix: prefix.trim_matches('/').to_owned() }
    }

    /// The owners of a file as it is shown; the last rule that matches counts, one for each section.
    pub fn of(&self, shown: &str) -> Vec<&str> {
        let path = if self.prefix.is_empty() { shown.to_owned() } else { format!("{}/{shown}", self.prefix) };
        if path.starts_with('/') || path.split('/').any(|part| part == "..") {
            return Vec::new();
        }
        let mut owners: Vec<&str> = Vec::new();
        for section in &self.sections {
            let rule = section.rules.iter().rev().find(|rule| rule.matches(&path));
            owners.extend(rule.into_iter().flat_map(|rule| rule.owners.iter().map(String::as_str)));
        }
        let mut seen = std::collections::BTreeSet::new();
        owners.retain(|owner| seen.insert(*owner));
        owners
    }
}

impl Section {
    fn add(&mut self, line: &str) {
        let rule = rule(line, &self.default);
        self.rules.extend(rule);
    }
}

impl Rule {
    fn matches(&self, path: &str) -> bool {
        if self.children_only {
            self.pattern.matched(path, false).is_ignore()
        } else {
            self.pattern.matched_path_or_any_parents(path, false).is_ignore()
        }
    }
}

/// `[Database] @dba`, `^[Optional][2] @a @b`.
fn section(line: &str) -> Option<Section> {
    let rest = line.strip_prefix('^').unwrap_or(line).strip_prefix('[')?;
    let (_, behind) = rest.split_once(']')?;
    let behind = behind.trim_start();
    let approvals = behind.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(_, behind)| behind);
    Some(Section { default: words(approvals.unwrap_or(behind)), rules: Vec::new() })
}

/// A pattern (blanks in it are escaped) and its owners; without owners those of its section, or nobody.
fn rule(line: &str, default: &[String]) -> Option<Rule> {
    let end = pattern_end(line);
    let (pattern, owners) = (line.get(..end)?, words(line.get(end..)?));
    let mut builder = GitignoreBuilder::new("");
    builder.add_line(None, pattern).ok()?;
    Some(Rule {
        pattern: builder.build().ok()?,
        children_only: pattern.ends_with("/*"),
        owners: if owners.is_empty() { default.to_vec() } else { owners },
    })
}

fn pattern_end(line: &str) -> usize {
    let mut escaped = false;
    for (at, character) in line.char_indices() {
        if character.is_whitespace() && !escaped {
            return at;
        }
        escaped = character == '\\' && !escaped;
    }
    line.len()
}

/// Owners up to a remark.
fn words(text: &str) -> Vec<String> {
    text.split_whitespace().take_while(|word| !word.starts_with('#')).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::Owners;

    const RULES: &str = "\
# the last match counts
*           @everybody
/lb/        @edge @net/lb   # both
*.conf      @web
docs/*      @writers
/lb/my\\ dir/ @space
/vendor/
";

    #[test]
    fn the_last_rule_that_matches_counts() {
        let owners = Owners::parse(RULES, "");
        assert_eq!(owners.of("Makefile"), ["@everybody"]);
        assert_eq!(owners.of("lb/eu/haproxy.cfg"), ["@edge", "@net/lb"]);
        assert_eq!(owners.of("lb/nginx.conf"), ["@web"]);
        assert_eq!(owners.of("docs/a.md"), ["@writers"]);
        assert_eq!(owners.of("docs/deep/a.md"), ["@everybody"]);
        assert_eq!(owners.of("lb/my dir/x.cfg"), ["@space"]);
        assert!(owners.of("vendor/x.cfg").is_empty());
    }

    #[test]
    fn paths_are_shown_from_a_directory_below_the_root() {
        let owners = Owners::parse("/lb/ @edge", "lb");
        assert_eq!(owners.of("haproxy.cfg"), ["@edge"]);
        assert!(owners.of("../x.cfg").is_empty());
    }

    #[test]
    fn each_section_has_owners_of_its_own() {
        let owners = Owners::parse("* @all\n[Balancers][2] @lb\n*.cfg\n^[Security]\n/etc/ @sec", "");
        assert_eq!(owners.of("etc/haproxy.cfg"), ["@all", "@lb", "@sec"]);
        assert_eq!(owners.of("readme"), ["@all"]);
    }
}
