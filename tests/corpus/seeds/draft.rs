//! A file with a defect in it, and the lines at which it can be found.

/// One file that is being changed. Lines keep their numbers while others come and go.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    lines: Vec<Option<Line>>,
    /// What comes behind each line.
    behind: Vec<Vec<Line>>,
}

#[derive(Clone, Debug)]
struct Line {
    text: String,
    marked: bool,
}

impl Draft {
    pub(crate) fn new(text: &str) -> Self {
        let lines: Vec<_> = text.lines().map(|text| Some(Line { text: text.to_owned(), marked: false })).collect();
        Self { behind: vec![Vec::new(); lines.len()], lines }
    }

    /// The text with the defect.
    pub(crate) fn text(&self) -> String {
        let lines: Vec<&str> = self.all().map(|line| line.text.as_str()).collect();
        lines.join("\n") + "\n"
    }

    /// The 1-based lines at which the defect can be found.
    pub(crate) fn marked(&self) -> Vec<u32> {
        self.all().zip(1..).filter(|(line, _)| line.marked).map(|(_, number)| number).collect()
    }

    fn all(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().zip(&self.behind).flat_map(|(line, behind)| line.iter().chain(behind))
    }

    /// A line that tells of the defect although it stays as it was.
    pub(crate) fn mark(&mut self, at: usize) {
        self.edit(at, |_| {});
    }

    pub(crate) fn mark_all(&mut self, lines: &[usize]) {
        for at in lines {
            self.mark(*at);
        }
    }

    fn edit(&mut self, at: usize, change: impl FnOnce(&mut String)) {
        if let Some(line) = &mut self.lines[at] {
            change(&mut line.text);
            line.marked = true;
        }
    }

    pub(crate) fn set(&mut self, at: usize, text: &str) {
        self.edit(at, |line| text.clone_into(line));
    }

    pub(crate) fn replace(&mut self, at: usize, from: &str, to: &str) {
        self.edit(at, |line| *line = line.replacen(from, to, 1));
    }

    /// Puts words at the end of a statement: before its `;` or its comment.
    pub(crate) fn add(&mut self, at: usize, words: &str) {
        self.edit(at, |line| {
            let end = line.find([';', '#']).unwrap_or(line.len());
            let end = line[..end].trim_end().len();
            line.insert_str(end, &format!(" {words}"));
        });
    }

    /// Takes a word, and the value behind it if it has one, out of a statement.
    pub(crate) fn take_out(&mut self, at: usize, word: &str, values: usize) {
        self.edit(at, |line| {
            let indentation: String = line.chars().take_while(|c| c.is_whitespace()).collect();
            let words: Vec<&str> = line.split_whitespace().collect();
            let Some(position) = words.iter().position(|one| *one == word) else { return };
            let kept = words.iter().enumerate().filter(|(index, _)| !(position..=position + values).contains(index));
            let kept: Vec<&str> = kept.map(|(_, word)| *word).collect();
            *line = indentation + &kept.join(" ");
        });
    }

    pub(crate) fn remove(&mut self, at: usize) {
        self.lines[at] = None;
    }

    pub(crate) fn comment_out(&mut self, at: usize) {
        self.edit(at, |line| {
            let indentation = line.len() - line.trim_start().len();
            line.insert_str(indentation, "# ");
        });
    }

    /// New lines behind an old one.
    pub(crate) fn insert(&mut self, behind: usize, text: &str) {
        let lines = text.lines().map(|text| Line { text: text.to_owned(), marked: true });
        self.behind[behind].extend(lines);
    }

    /// New lines at the end.
    pub(crate) fn append(&mut self, text: &str) {
        self.insert(self.lines.len() - 1, text);
    }
}
