//! The examples of the pages of `docs/checks`: fenced blocks, each of which says what it shows.

use lblint::analysis::{Analysis, analyze};
use lblint::finding::Profile;
use lblint::settings::{ProfileChoice, Selector, Settings, SettingsFile};
use lblint::source::{Dialect, MapReader, Version};

/// The day as of which examples are judged.
const TODAY: &str = "2026-12-01";

/// What an example shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The check fires at the marked line.
    Fires,
    /// It comes close and stays silent.
    Silent,
    /// What to write instead.
    Fixed,
}

/// One fenced block of a page.
#[derive(Debug)]
pub(crate) struct Block {
    /// Counted from 1 in its page.
    pub(crate) number: usize,
    pub(crate) dialect: Dialect,
    pub(crate) kind: Kind,
    pub(crate) version: Option<Version>,
    pub(crate) profile: Profile,
    /// Other checks that may fire in it.
    pub(crate) also: Vec<String>,
    pub(crate) final_newline: bool,
    pub(crate) text: String,
}

impl Block {
    /// Reads an info string such as `haproxy fires version=2.6`.
    pub(crate) fn open(number: usize, info: &str) -> Result<Self, String> {
        let mut words = info.split_whitespace();
        let dialect = words.next().unwrap_or_default().parse()?;
        let kind = match words.next() {
            Some("fires") => Kind::Fires,
            Some("silent") => Kind::Silent,
            Some("fixed") => Kind::Fixed,
            other => return Err(format!("`{}` is none of fires, silent, fixed", other.unwrap_or_default())),
        };
        let (version, profile, also, text) = (None, Profile::Default, Vec::new(), String::new());
        let mut block = Self { number, dialect, kind, version, profile, also, final_newline: true, text };
        words.try_for_each(|word| block.attribute(word))?;
        Ok(block)
    }

    fn attribute(&mut self, word: &str) -> Result<(), String> {
        match word.split_once('=') {
            Some(("version", version)) => self.version = Some(version.parse()?),
            Some(("profile", profile)) => self.profile = profile.parse()?,
            Some(("also", check)) => self.also.push(check.to_owned()),
            None if word == "no-final-newline" => self.final_newline = false,
            _ => return Err(format!("`{word}` is no attribute of an example")),
        }
        Ok(())
    }

    /// The 1-based lines on which a finding's primary label must stand.
    pub(crate) fn marked(&self) -> Vec<u32> {
        let marks = |(line, text): (usize, &str)| match text.trim_end() {
            text if text.ends_with("# <- here") => Some(line as u32 + 1),
            text if text.ends_with("# <- next line") => Some(line as u32 + 2),
            _ => None,
        };
        self.text.lines().enumerate().filter_map(marks).collect()
    }

    pub(crate) fn file(&self) -> &'static str {
        match self.dialect {
            Dialect::Haproxy => "haproxy.cfg",
            Dialect::Nginx => "nginx.conf",
            Dialect::Envoy => "envoy.yaml",
        }
    }

    /// The files of the example: a line `# file: PATH` begins another one, `# unit: PATH` one that is an argument, too. Each
    /// starts with so many empty lines that its lines have the numbers that they have in the example.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let mut files = vec![(self.file().to_owned(), String::new())];
        let text = if self.final_newline { self.text.as_str() } else { self.text.trim_end_matches('\n') };
        for (number, line) in text.split_inclusive('\n').enumerate() {
            if let Some(path) = line.strip_prefix("# file: ").or_else(|| line.strip_prefix("# unit: ")) {
                files.push((path.trim_end().to_owned(), "\n".repeat(number)));
            }
            if let Some((_, text)) = files.last_mut() {
                text.push_str(line);
            }
        }
        if files.len() > 1 {
            files.retain(|(_, text)| !text.trim().is_empty());
        }
        files
    }

    /// The files that are arguments.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let units = self.text.lines().filter_map(|line| line.strip_prefix("# unit: "));
        let units: Vec<String> = units.map(|path| path.trim_end().to_owned()).collect();
        if self.text.starts_with("# unit: ") { units } else { [vec![self.file().to_owned()], units].concat() }
    }

    /// Analyses the example, showing the selected checks only, or those of the profile if none is.
    pub(crate) fn analyze(&self, profile: Profile, select: Vec<Selector>) -> Analysis {
        let reader = MapReader::new(self.files());
        let written = self.settings();
        let scope =
            written.files.scope(&reader, ".").unwrap_or_else(|error| panic!("example {}: {error}", self.number));
        let settings = Settings {
            scope,
            versions: self.version.map(|version| (self.dialect, version)).into_iter().collect(),
            // An example may be too small to be recognised.
            dialect: Some(self.dialect),
            select,
            profile: ProfileChoice(profile),
            today: TODAY.parse().ok(),
            ..written
        };
        analyze(&reader, &self.arguments(), &settings)
    }

    /// What `lblint.toml` says: the lines `# settings: LINE`.
    fn settings(&self) -> Settings {
        let lines = self.text.lines().filter_map(|line| line.strip_prefix("# settings: "));
        let text = lines.collect::<Vec<_>>().join("\n");
        let file = SettingsFile::parse("lblint.toml", &text);
        file.unwrap_or_else(|error| panic!("example {}: {error}", self.number)).settings()
    }
}

/// The fenced blocks of a page, or what is wrong with their info strings.
pub(crate) fn blocks(page: &str) -> Vec<Result<Block, String>> {
    let mut blocks: Vec<Result<Block, String>> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        match (line.strip_prefix("```"), inside) {
            (Some(_), true) => inside = false,
            (Some(info), false) => {
                inside = true;
                blocks.push(Block::open(blocks.len() + 1, info));
            }
            (None, true) => {
                if let Some(Ok(block)) = blocks.last_mut() {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
            }
            (None, false) => {}
        }
    }
    blocks
}
