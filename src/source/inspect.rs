//! What a file's bytes are: a configuration, a text with configurations in it, something that cannot be read.

use std::borrow::Cow;

use super::sources::mask_invalid_utf8;
use super::{Dialect, Document, Layout, Template};

/// How much of a file is read for evidence, in bytes.
pub(super) const EVIDENCE_WINDOW: usize = 256 * 1024;
/// Largest text that is searched for embedded configurations, in bytes; Kubernetes limits one ConfigMap to 1 MiB.
const LARGEST_HOST: usize = 64 << 20;

/// Tells what a text is from its content.
pub trait Evidence: Sync {
    /// The language of a text, or `None`.
    fn dialect(&self, text: &str) -> Option<Dialect>;

    /// Whether a text holds sections of HAProxy, whatever they are for: enough for a file that is loaded with others.
    fn is_haproxy_part(&self, text: &str) -> bool;

    /// Whether a text is made to hold other files, so that it is no configuration itself.
    fn is_host(&self, text: &str) -> bool;

    /// The configurations that stand in a text; byte ranges are those of the text. `written` is the text before
    /// placeholders took the place of what an engine fills in, of the same length.
    fn documents(&self, text: &str, written: &str) -> Vec<Document>;
}

/// A file that holds, or may hold, a configuration and is not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Its path.
    pub path: String,
    /// Why.
    pub why: SkipReason,
}

/// Why a file is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SkipReason {
    /// Its bytes are encrypted by this program.
    Encrypted(&'static str),
    /// It is UTF-16, which none of the programs reads.
    Utf16,
    /// It is larger than anything that lblint reads.
    TooLarge,
    /// An engine fills in a scalar of a manifest that has to be decoded.
    Template,
}

impl std::fmt::Display for SkipReason {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Encrypted(program) => write!(formatter, "encrypted ({program})"),
            Self::Utf16 => formatter.write_str("UTF-16, which the proxies do not read: save it as UTF-8"),
            Self::TooLarge => formatter.write_str("more than lblint reads (1 GiB)"),
            Self::Template => formatter.write_str("a template in a scalar that is no literal block: render it"),
        }
    }
}

/// What a file is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Holding {
    /// A configuration.
    Configuration(Dialect),
    /// A text in which configurations stand.
    Host(Vec<Document>),
    /// A text that could hold some; all of it must be read to know.
    MayBeHost,
    /// It cannot be read.
    Unreadable(SkipReason),
    /// Nothing that lblint knows.
    Nothing,
}

/// What a file is by its beginning.
pub(super) fn glance(path: &str, window: &[u8], evidence: &dyn Evidence) -> Holding {
    if let Some(program) = encryption(window) {
        return Holding::Unreadable(SkipReason::Encrypted(program));
    }
    if let Some(text) = utf16(window) {
        let is_configuration = evidence.dialect(&text).is_some() || evidence.is_host(&text);
        return if is_configuration { Holding::Unreadable(SkipReason::Utf16) } else { Holding::Nothing };
    }
    let text = text_of(window);
    if is_host(path, &text, evidence) {
        return Holding::MayBeHost;
    }
    recognise(path, &text, evidence).map_or(Holding::Nothing, Holding::Configuration)
}

/// Whether a text is made to hold other files. Of a template, tags may stand before what tells that.
fn is_host(path: &str, text: &str, evidence: &dyn Evidence) -> bool {
    evidence.is_host(text) || copy_of_host(path, text).is_some_and(|copy| evidence.is_host(&copy))
}

/// What readers see of a text if it is a template of YAML or JSON. Lines of which tags leave nothing hold no blanks either:
/// a block must not begin with more of them than its first line has.
fn copy_of_host(path: &str, text: &str) -> Option<String> {
    let template = Template::is(path, text).then(|| Template::read(path, text, Layout::Indented, 0)).flatten()?;
    let mut copy = String::with_capacity(text.len());
    for line in template.text.split_inclusive('\n') {
        let is_left = |written: &str| line.trim().is_empty() && !written.trim().is_empty();
        match text.get(copy.len()..copy.len() + line.len()).filter(|written| is_left(written)) {
            Some(_) => copy.extend(std::iter::repeat_n('\n', line.len())),
            None => copy.push_str(line),
        }
    }
    Some(copy)
}

/// What a text's content says; of a template the content of what readers see of it. nginx comes first: its statements
/// end with signs that no other dialect has.
fn recognise(path: &str, text: &str, evidence: &dyn Evidence) -> Option<Dialect> {
    if !Template::is(path, text) {
        return evidence.dialect(text);
    }
    [Layout::Terminated, Layout::Lines, Layout::Indented].into_iter().find_map(|layout| {
        // What is filled in for one dialect need not be for another: HAProxy knows `"${NAME}"` itself.
        let template = Template::read(path, text, layout, 0);
        let found =
            template.map_or_else(|| evidence.dialect(text), |template| evidence.dialect(&template.telling(layout)));
        found.filter(|dialect| Layout::of(*dialect) == layout)
    })
}

/// Whether a file that HAProxy loads with others holds sections of its language, by its beginning.
pub(super) fn is_haproxy_part(path: &str, window: &[u8], evidence: &dyn Evidence) -> bool {
    let text = text_of(window);
    if !Template::is(path, &text) {
        return evidence.is_haproxy_part(&text);
    }
    let template = Template::read(path, &text, Layout::Lines, 0);
    template.is_some_and(|template| evidence.is_haproxy_part(&template.telling(Layout::Lines)))
}

/// What a file is, all of it known.
pub(super) fn inspect(path: &str, bytes: &[u8], evidence: &dyn Evidence) -> Holding {
    let holding = glance(path, window(bytes), evidence);
    if holding != Holding::MayBeHost {
        return holding;
    }
    match documents(path, bytes, evidence) {
        documents if documents.is_empty() => Holding::Nothing,
        documents => Holding::Host(documents),
    }
}

fn documents(path: &str, bytes: &[u8], evidence: &dyn Evidence) -> Vec<Document> {
    if bytes.len() > LARGEST_HOST || bytes.contains(&0) {
        return Vec::new();
    }
    let text: Cow<'_, str> = match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        // Byte ranges must be those of the file.
        Err(_) => mask_invalid_utf8(bytes.to_vec(), 1).0.into(),
    };
    evidence.documents(copy_of_host(path, &text).as_deref().unwrap_or(&text), &text)
}

/// The part of a file in which evidence is looked for.
pub(super) fn window(bytes: &[u8]) -> &[u8] {
    bytes.get(..EVIDENCE_WINDOW).unwrap_or(bytes)
}

/// The beginning of a file as text; empty for binary files.
fn text_of(window: &[u8]) -> Cow<'_, str> {
    if window.contains(&0) { "".into() } else { String::from_utf8_lossy(window) }
}

/// The program that encrypted a file.
fn encryption(window: &[u8]) -> Option<&'static str> {
    const BEGINNINGS: [(&[u8], &str); 3] =
        [(b"$ANSIBLE_VAULT;", "ansible-vault"), (b"\0GITCRYPT\0", "git-crypt"), (b"age-encryption.org/v1", "age")];
    if let Some((_, program)) = BEGINNINGS.iter().find(|(beginning, _)| window.starts_with(beginning)) {
        return Some(program);
    }
    let has = |needle: &str| memchr::memmem::find(window, needle.as_bytes()).is_some();
    let is_sops = has("ENC[AES256_GCM,") && (has("\nsops:") || has("\"sops\":") || has("\nsops_"));
    is_sops.then_some("SOPS")
}

/// The text of a file that begins with the byte order mark of UTF-16.
fn utf16(window: &[u8]) -> Option<String> {
    let is_little = window.starts_with(&[0xff, 0xfe]);
    if !is_little && !window.starts_with(&[0xfe, 0xff]) {
        return None;
    }
    let read = if is_little { u16::from_le_bytes } else { u16::from_be_bytes };
    let units: Vec<u16> = window.chunks_exact(2).skip(1).filter_map(|pair| pair.try_into().ok()).map(read).collect();
    Some(String::from_utf16_lossy(&units))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Haproxy;

    impl Evidence for Haproxy {
        fn dialect(&self, text: &str) -> Option<Dialect> {
            text.contains("backend").then_some(Dialect::Haproxy)
        }

        fn is_haproxy_part(&self, text: &str) -> bool {
            text.contains("userlist")
        }

        fn is_host(&self, text: &str) -> bool {
            text.contains("ConfigMap")
        }

        fn documents(&self, _: &str, _: &str) -> Vec<Document> {
            Vec::new()
        }
    }

    fn holding(bytes: &[u8]) -> Holding {
        inspect("file", bytes, &Haproxy)
    }

    #[test]
    fn encrypted_files_say_by_what() {
        for (bytes, program) in [
            (&b"$ANSIBLE_VAULT;1.1;AES256\n3132"[..], "ansible-vault"),
            (b"\0GITCRYPT\0\x01\x02", "git-crypt"),
            (b"data:\n  a: ENC[AES256_GCM,data:x]\nsops:\n  version: 3.8.1\n", "SOPS"),
            (b"{\"a\": \"ENC[AES256_GCM,data:x]\", \"sops\": {}}", "SOPS"),
        ] {
            assert_eq!(holding(bytes), Holding::Unreadable(SkipReason::Encrypted(program)));
        }
        assert_eq!(holding(b"see sops: it writes ENC[...] around values"), Holding::Nothing);
    }

    #[test]
    fn wide_characters_are_told_from_binary_files() {
        let wide =
            |text: &str| [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let (configuration, other): (Vec<u8>, Vec<u8>) = (wide("backend web\n"), wide("hello\n"));
        assert_eq!(holding(&configuration), Holding::Unreadable(SkipReason::Utf16));
        assert_eq!(holding(&other), Holding::Nothing);
        assert_eq!(holding(b"backend\0"), Holding::Nothing);
    }

    #[test]
    fn a_host_without_configurations_is_nothing() {
        assert_eq!(holding(b"kind: ConfigMap\ndata: {a: backend}\n"), Holding::Nothing);
        assert_eq!(holding(b"backend web\n"), Holding::Configuration(Dialect::Haproxy));
    }
}
