//! The texts of one analysis, laid end to end in one `u32` address space.

use std::ops::Range;

use super::template::Template;
use super::{Dialect, Layout, LineIndex, Part, Span, View};

/// Which source; an index into [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// One text with its name and its place in the address space.
#[derive(Debug)]
pub struct Source {
    /// The path as the user should see it: relative to the working directory, `/` as separator.
    pub path: String,
    base: u32,
    text: String,
    masks: Vec<Span>,
    template: Option<Box<Template>>,
    /// The scalar of another source that was decoded to this text.
    home: Option<Span>,
    /// The comment that says that a program wrote it, or nothing in particular if the settings say so.
    generated: Option<Span>,
    lines: std::sync::OnceLock<LineIndex>,
}

/// Where something stands, as people and other programs are told: 1-based, columns in code points.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Location {
    /// The source's path.
    pub file: String,
    /// 1-based line.
    pub line: u32,
    /// 1-based column, counted in Unicode code points.
    pub column: u32,
}

/// Why a text could not be added.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{path}: the texts of one analysis are limited to 4 GiB together")]
pub struct AddressSpaceFull {
    /// The file that did not fit.
    pub path: String,
}

/// All texts of one analysis. Offset 0 belongs to no text, so that an all-zero span means "nowhere".
#[derive(Debug, Default)]
pub struct Sources {
    sources: Vec<Source>,
}

impl Source {
    /// What readers see: the text with its place and its masks; of a template the copy in which placeholders stand.
    pub fn view(&self) -> View<'_> {
        match &self.template {
            Some(template) => {
                View { text: &template.text, base: self.base, masks: &template.masks, arms: &template.arms }
            }
            None => self.written(),
        }
    }

    /// The text as it is written.
    pub fn written(&self) -> View<'_> {
        View { text: &self.text, base: self.base, masks: &self.masks, arms: &[] }
    }

    /// What is known of it as a template, if it is one.
    pub fn template(&self) -> Option<&Template> {
        self.template.as_deref()
    }

    /// Whether a program wrote the file, and the comment that says so; an empty span if the settings say so. Such a file is
    /// put right where it comes from.
    pub const fn generated(&self) -> Option<Span> {
        self.generated
    }

    /// Whether it was decoded from a scalar of another text: it stands in no file like this.
    pub const fn is_copy(&self) -> bool {
        self.home.is_some()
    }

    /// Line starts, found when first asked for.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    fn fill_in(&mut self, template: Option<Template>) {
        let Some(mut template) = template else { return };
        if !self.masks.is_empty() {
            template.masks.extend(&self.masks);
            template.masks.sort_unstable();
        }
        self.template = Some(Box::new(template));
    }

    /// Line and column of an absolute offset in this source.
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        self.lines().line_column(&self.text, offset.saturating_sub(self.base))
    }
}

impl Sources {
    /// Adds a file's bytes. Bytes that are not UTF-8 are masked: each becomes one placeholder byte.
    ///
    /// # Errors
    /// [`AddressSpaceFull`] when all texts together would pass 4 GiB.
    pub fn add(&mut self, path: String, bytes: Vec<u8>) -> Result<SourceId, AddressSpaceFull> {
        let base = self.sources.last().map_or(1, |last| last.base + last.text.len() as u32 + 1);
        if u64::from(base) + bytes.len() as u64 + 1 > u64::from(u32::MAX) {
            return Err(AddressSpaceFull { path });
        }
        let (text, masks) = mask_invalid_utf8(bytes, base);
        let generated = super::generated::mark(&text);
        let generated = generated.map(|mark| Span::new(base + mark.start as u32, base + mark.end as u32));
        let lines = std::sync::OnceLock::new();
        self.sources.push(Source { path, base, text, masks, template: None, home: None, generated, lines });
        Ok(SourceId(self.sources.len() as u32 - 1))
    }

    /// Adds a file of a dialect; one that an engine fills in is read as a template.
    ///
    /// # Errors
    /// [`AddressSpaceFull`] when all texts together would pass 4 GiB.
    pub fn add_file(&mut self, path: String, bytes: Vec<u8>, dialect: Dialect) -> Result<SourceId, AddressSpaceFull> {
        let id = self.add(path, bytes)?;
        self.read_template(id, Layout::of(dialect));
        Ok(id)
    }

    /// Adds a file in which configurations stand. Where an engine fills one in, the part is read as a template.
    ///
    /// # Errors
    /// As [`Sources::add`].
    pub fn add_host(&mut self, path: String, bytes: Vec<u8>, parts: &[Part]) -> Result<SourceId, AddressSpaceFull> {
        let id = self.add(path, bytes)?;
        if let Some(source) = self.sources.get_mut(id.0 as usize) {
            source.fill_in(Template::read_host(&source.path, &source.text, parts, source.base));
        }
        Ok(id)
    }

    /// Adds the decoded copy of a scalar in another source, a text of this dialect if one is known: what stands in it is
    /// located at the whole scalar.
    ///
    /// # Errors
    /// As [`Sources::add`].
    pub fn add_copy(
        &mut self,
        path: String,
        text: String,
        home: Span,
        dialect: Option<Dialect>,
    ) -> Result<SourceId, AddressSpaceFull> {
        let id = self.add(path, text.into_bytes())?;
        if let Some(dialect) = dialect {
            self.read_template(id, Layout::of(dialect));
        }
        if let Some(source) = self.sources.get_mut(id.0 as usize) {
            source.home = Some(home);
        }
        Ok(id)
    }

    fn read_template(&mut self, id: SourceId, layout: Layout) {
        if let Some(source) = self.sources.get_mut(id.0 as usize) {
            source.fill_in(Template::read(&source.path, &source.text, layout, source.base));
        }
    }

    /// Notes which files the settings say that programs write.
    pub(crate) fn mark_generated(&mut self, is_generated: impl Fn(&str) -> bool) {
        for source in self.sources.iter_mut().filter(|source| is_generated(&source.path)) {
            source.generated = source.generated.or(Some(Span::empty(source.base)));
        }
    }

    /// Where a span stands in a file: itself, or the scalar whose decoded copy it lies in.
    pub fn in_file(&self, span: Span) -> Span {
        self.at(span.start).and_then(|(_, source)| source.home).unwrap_or(span)
    }

    /// The path of the file that a source is, or that it was decoded from.
    pub fn file_of(&self, id: SourceId) -> &str {
        let Some(source) = self.get(id) else { return "" };
        let home = source.home.and_then(|home| self.at(home.start));
        home.map_or(&source.path, |(_, host)| &host.path)
    }

    /// The source that is the file: itself, or the one that it was decoded from.
    pub fn host_of(&self, id: SourceId) -> SourceId {
        let home = self.get(id).and_then(|source| source.home);
        home.and_then(|home| self.at(home.start)).map_or(id, |(host, _)| host)
    }

    /// The source with this id; the first one if there is none (ids come only from [`Sources::add`]).
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.0 as usize)
    }

    /// All sources in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.sources.iter().enumerate().map(|(index, source)| (SourceId(index as u32), source))
    }

    /// How many bytes all texts have together.
    pub fn bytes(&self) -> usize {
        self.sources.iter().map(|source| source.text.len()).sum()
    }

    /// The source that holds this offset.
    pub fn at(&self, offset: u32) -> Option<(SourceId, &Source)> {
        let index = self.sources.partition_point(|source| source.base <= offset).checked_sub(1)?;
        let source = self.sources.get(index)?;
        (offset <= source.base + source.text.len() as u32).then_some((SourceId(index as u32), source))
    }

    /// The span of some bytes of the last text with this name.
    pub fn span_of(&self, path: &str, bytes: Range<u32>) -> Option<Span> {
        let source = self.sources.iter().rev().find(|source| source.path == path)?;
        Some(Span::new(source.base + bytes.start, source.base + bytes.end))
    }

    /// The text of a span, which must lie in one source; empty otherwise.
    pub fn slice(&self, span: Span) -> &str {
        self.at(span.start).map_or("", |(_, source)| source.written().slice(span))
    }

    /// Path, line and column of the first byte of a span.
    pub fn location(&self, span: Span) -> Location {
        self.locate(self.in_file(span).start)
    }

    /// Path, line and column of an offset.
    pub fn locate(&self, offset: u32) -> Location {
        let Some((_, source)) = self.at(offset) else {
            return Location { file: String::new(), line: 1, column: 1 };
        };
        let (line, column) = source.line_column(offset);
        Location { file: source.path.clone(), line, column }
    }
}

/// The bytes as text of the same length, with `?` for each byte that is not part of valid UTF-8.
pub(super) fn mask_invalid_utf8(bytes: Vec<u8>, base: u32) -> (String, Vec<Span>) {
    let mut bytes = match String::from_utf8(bytes) {
        Ok(text) => return (text, Vec::new()),
        Err(error) => error.into_bytes(),
    };
    let mut masks = Vec::new();
    let mut from = 0;
    while let Some(Err(error)) = bytes.get(from..).map(std::str::from_utf8) {
        let start = from + error.valid_up_to();
        let end = error.error_len().map_or(bytes.len(), |length| start + length);
        if let Some(invalid) = bytes.get_mut(start..end) {
            invalid.fill(b'?');
        }
        masks.push(Span::new(base + start as u32, base + end as u32));
        from = end;
    }
    (String::from_utf8_lossy(&bytes).into_owned(), masks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_do_not_touch_and_are_found_by_offset() {
        let mut sources = Sources::default();
        let first = sources.add("a".into(), b"one\n".to_vec()).unwrap();
        let second = sources.add("b".into(), b"two\nthree".to_vec()).unwrap();
        let base = sources.get(second).unwrap().view().base;
        assert_eq!(sources.at(1).unwrap().0, first);
        assert_eq!(sources.at(base).unwrap().0, second);
        assert_eq!(sources.slice(Span::new(base + 4, base + 9)), "three");
        assert_eq!(sources.locate(base + 5), Location { file: "b".into(), line: 2, column: 2 });
        assert!(sources.at(0).is_none());
    }

    #[test]
    fn readers_see_a_copy_and_people_the_text() {
        let mut sources = Sources::default();
        let text = b"  %%GLOBALS%%\nlisten {{ port }};\n@@X@@".to_vec();
        let id = sources.add_file("nginx.conf".into(), text, Dialect::Nginx).unwrap();
        let source = sources.get(id).unwrap();
        assert_eq!(source.view().text, "  xxxxxxxxxx;\nlisten xxxxxxxxxx;\nxxxx;");
        let written: Vec<&str> = source.view().masks.iter().map(|mask| sources.slice(*mask)).collect();
        assert_eq!(written, ["%%GLOBALS%%", "{{ port }}", "@@X@@"]);
    }

    #[test]
    fn bytes_that_are_not_utf8_are_masked_in_place() {
        let mut sources = Sources::default();
        let id = sources.add("latin1".into(), b"# caf\xe9\nglobal\n\xff".to_vec()).unwrap();
        let view = sources.get(id).unwrap().view();
        assert_eq!(view.text, "# caf?\nglobal\n?");
        assert_eq!(view.masks, [Span::new(6, 7), Span::new(15, 16)]);
        assert!(view.is_masked(Span::new(3, 8)));
        assert!(!view.is_masked(Span::new(7, 15)));
    }

    #[test]
    fn a_text_beyond_the_address_space_is_refused() {
        let mut sources = Sources::default();
        sources.add("a".into(), Vec::new()).unwrap();
        assert_eq!(sources.locate(77).line, 1);
    }
}
