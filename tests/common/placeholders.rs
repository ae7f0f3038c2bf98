//! The placeholders of test harnesses in the corpus: they were replaced when the real programs judged the files.

/// The text with its placeholders filled in: `%%PORT_8080%%` is a port, one alone on its line stands for nothing.
pub(crate) fn filled_in(text: &str) -> String {
    let is_alone = |line: &str| line.starts_with("%%") && line.ends_with("%%") && !line.contains(' ');
    let lines = text
        .split_inclusive('\n')
        .map(|line| if is_alone(line.trim()) { line.replace(|c: char| c != '\n', "") } else { fill_in(line) });
    lines.collect()
}

/// The digits in a placeholder's name, or a word.
fn fill_in(line: &str) -> String {
    let parts = line.split("%%").enumerate().map(|(index, part)| {
        let digits: String = part.chars().filter(char::is_ascii_digit).collect();
        match (index % 2, digits.as_str()) {
            (0, _) => part.to_owned(),
            (_, "") => "placeholder".to_owned(),
            _ => digits,
        }
    });
    parts.collect()
}
