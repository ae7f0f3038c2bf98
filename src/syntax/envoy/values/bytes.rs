//! Bytes as text.

/// Whether a text is Base64: of either alphabet, with the padding that its length asks for or without.
pub fn is_base64(text: &str) -> bool {
    let content = text.trim_end_matches('=');
    let padding = text.len() - content.len();
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte);
    let fits = match content.len() % 4 {
        0 => padding == 0,
        1 => false,
        rest => padding == 0 || padding == 4 - rest,
    };
    fits && content.bytes().all(is_digit)
}
