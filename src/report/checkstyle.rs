//! Checkstyle XML (version 4.3 of its format, which nearly every CI server reads).

use std::collections::BTreeMap;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, Event};

use super::Options;
use super::entry::{Entry, entries};
use crate::analysis::Analysis;
use crate::finding::Severity;

/// All findings that are shown, by file in the order of names.
pub(super) fn findings(analysis: &Analysis, options: &Options<'_>) -> String {
    let entries = entries(analysis, options);
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing to memory cannot fail.
    let _ = document(&mut writer, &entries);
    let mut text = String::from_utf8(writer.into_inner()).unwrap_or_default();
    text.push('\n');
    text
}

fn document(writer: &mut Writer<Vec<u8>>, entries: &[Entry]) -> std::io::Result<()> {
    let mut files: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        files.entry(&entry.location.file).or_default().push(entry);
    }
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.create_element("checkstyle").with_attribute(("version", "4.3")).write_inner_content(|writer| {
        for (file, own) in files {
            writer
                .create_element("file")
                .with_attribute(("name", file))
                .write_inner_content(|writer| own.iter().try_for_each(|entry| error(writer, entry)))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn error(writer: &mut Writer<Vec<u8>>, entry: &Entry) -> std::io::Result<()> {
    let (line, column) = (entry.location.line.to_string(), entry.location.column.to_string());
    let severity = match entry.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    // A line end in an attribute is read as a blank (XML 1.0, 3.3.3).
    let (message, source) = (entry.story().replace('\n', "; "), format!("lblint.{}", entry.check));
    let attributes = [
        ("line", line.as_str()),
        ("column", column.as_str()),
        ("severity", severity),
        ("message", message.as_str()),
        ("source", source.as_str()),
    ];
    writer.create_element("error").with_attributes(attributes).write_empty()?;
    Ok(())
}
