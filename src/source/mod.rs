//! Texts, spans, the Reader, discovery: everything between a path and the bytes that a dialect's reader gets.

mod dialect;
mod discover;
mod glob;
mod include;
mod line_index;
mod owners;
mod reader;
mod reference;
mod sources;
mod span;
mod template;
mod units;
mod version;
mod view;

pub use dialect::Dialect;
pub use discover::{Candidate, Discovery, Evidence, discover, is_left_behind, split};
pub use glob::{expand_among, is_pattern};
pub use include::{Inclusion, Unread, is_shipped, resolve, upward};
pub use line_index::LineIndex;
pub use owners::{OWNER_FILES, Owners};
pub(crate) use reader::display_path;
pub use reader::{DiskReader, Kind, MapReader, ReadError, Reader};
pub use reference::resolve_reference;
pub use sources::{AddressSpaceFull, Location, Source, SourceId, Sources};
pub use span::{Span, offset_in};
pub(crate) use template::is_mark;
pub use template::{Arm, Layout, Template};
pub use units::{UnitFiles, group};
pub use version::Version;
pub use view::View;
