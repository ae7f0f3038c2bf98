//! Writes `fields.tsv`, `enums.tsv` and `previous.tsv` from the file descriptors that an Envoy binary embeds, and from
//! descriptor sets for what the binary was built without.
//!
//! ```text
//! cargo run --release -- ../ ENVOY_BINARY [DESCRIPTOR_SET]...
//! ```
//! What is in several places is taken from the first.

mod descriptor;
mod rules;
mod scan;
mod secrets;
mod tables;
mod wire;

use std::path::Path;
use std::process::ExitCode;

use descriptor::Schema;
use tables::Selection;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [output, binary, sets @ ..] = arguments.as_slice() else {
        eprintln!("usage: envoy-tables OUTPUT_DIRECTORY ENVOY_BINARY [DESCRIPTOR_SET]...");
        return ExitCode::FAILURE;
    };
    match read(binary, sets).and_then(|schema| write(Path::new(output), &Selection::new(&schema))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn read(binary: &str, sets: &[String]) -> std::io::Result<Schema> {
    let mut schema = Schema::default();
    let program = std::fs::read(binary)?;
    let files = scan::descriptors(&program);
    for file in files.values() {
        schema.add_file(file);
    }
    println!("{binary}: {} files, {} messages", files.len(), schema.messages.len());
    for set in sets {
        let before = schema.messages.len();
        let bytes = std::fs::read(set)?;
        wire::all(&bytes, 1).for_each(|file| schema.add_file(file.bytes()));
        println!("{set}: {} more messages", schema.messages.len() - before);
    }
    Ok(schema)
}

fn write(output: &Path, selection: &Selection) -> std::io::Result<()> {
    std::fs::write(output.join("fields.tsv"), selection.fields())?;
    std::fs::write(output.join("enums.tsv"), selection.enums())?;
    std::fs::write(output.join("previous.tsv"), selection.previous())?;
    println!("{} messages; referred to and not declared: {:?}", selection.message_count(), selection.missing());
    Ok(())
}
