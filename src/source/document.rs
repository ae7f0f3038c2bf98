//! Configurations that stand in another text: the entries of Kubernetes ConfigMaps.

use std::ops::Range;

use super::{Dialect, Template};

/// A configuration that stands in another text, its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What tells it from the others of its host: `web/nginx.conf`, the ConfigMap and the key.
    pub name: String,
    /// The name of the file that a container sees.
    pub key: String,
    /// Which documents of the host are mounted together.
    pub family: usize,
    /// Its language; `None` for what counts only if another document of its family loads it.
    pub dialect: Option<Dialect>,
    /// It only completes others of its family: sections that HAProxy loads with a configuration.
    pub is_part: bool,
    /// Its text.
    pub body: Body,
    /// The file that was rendered to this part of the host (`# Source:` in what `helm template` prints).
    pub rendered_from: Option<String>,
}

impl Document {
    /// Whether an engine fills in the scalar that it had to be decoded from; `host` are the bytes in which it stands. Then
    /// nobody knows which places of the text are open.
    pub(super) fn is_filled_in(&self, path: &str, host: &[u8]) -> bool {
        match &self.body {
            Body::View(_) => false,
            Body::Copy { at, .. } => {
                Template::is(path, &String::from_utf8_lossy(host.get(at.clone()).unwrap_or_default()))
            }
        }
    }
}

/// Where a document's text stands, in bytes of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// The host's own text: a block scalar, with its indentation.
    View(Range<usize>),
    /// The text had to be decoded: folded, quoted, escaped, base64.
    Copy {
        /// The decoded text.
        text: String,
        /// The whole scalar.
        at: Range<usize>,
    },
}

/// A configuration that is a part of its host's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its bytes in the host.
    pub at: Range<usize>,
    /// The language in which it is read.
    pub dialect: Dialect,
    /// The name of the file that a container sees.
    pub key: String,
}

/// A file with configurations in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its path.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// The configurations in it, in the order of the text.
    pub documents: Vec<Document>,
    /// Whether findings in it are reported.
    pub reported: bool,
}
