//! Text from outside, made safe to show.

use std::io;

/// The text with everything escaped that could act on a terminal or deceive a reader: control
/// characters (line ends too) and the marks that turn the direction of writing.
pub fn printable(text: &str) -> String {
    if !text.chars().any(is_hazard) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_hazard(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// The same for text of several lines, which stay lines.
pub fn printable_lines(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

/// What is wrong with a TOML file, on one line: where, and what.
pub fn toml_reason(text: &str, error: &toml::de::Error) -> String {
    let message = error.message().lines().collect::<Vec<_>>().join("; ");
    let Some(before) = error.span().and_then(|span| text.get(..span.start)) else { return message };
    let (line, start) = (before.matches('\n').count() + 1, before.rfind('\n').map_or(0, |at| at + 1));
    let column = before[start..].chars().count() + 1;
    let shown: String =
        text[start..].lines().next().unwrap_or_default().trim_end().chars().take(80).collect();
    format!("line {line}, column {column}: {message}, in `{shown}`")
}

/// An error of the system in words, without its number.
pub fn reason(error: &io::Error) -> String {
    match (error.kind(), error.raw_os_error()) {
        (io::ErrorKind::NotFound, Some(_)) => "there is no such file or directory".to_owned(),
        (_, Some(_)) => {
            let text = error.to_string();
            let words = text.split(" (os error").next().unwrap_or(&text);
            let mut letters = words.chars();
            letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
        }
        _ => error.to_string(),
    }
}

/// Whether a character could act on a terminal, or deceive a reader.
pub(crate) fn is_hazard(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            // Letters that nobody sees.
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_acts_on_a_terminal_gets_through() {
        let check = |text: &str, wanted: &str| assert_eq!(printable(text), wanted);
        check("plain, é and 😀", "plain, é and 😀");
        check("\u{1b}[31mred\r\n", "\\u{1b}[31mred\\r\\n");
        check("a\u{202e}b\0", "a\\u{202e}b\\u{0}");
        check("\u{9b}2J", "\\u{9b}2J");
        check("v1\u{e0041}", "v1\\u{e0041}");
        assert_eq!(printable_lines("a\nb\u{7}\n"), "a\nb\\u{7}\n");
    }

    #[test]
    fn a_mistake_in_a_toml_file_is_told_with_its_place() {
        let told = |text: &str| toml_reason(text, &toml::from_str::<toml::Table>(text).unwrap_err());
        assert_eq!(
            told("a = 1\né = 2\na = 3\n"),
            "line 2, column 1: invalid unquoted key, expected letters, numbers, `-`, `_`, in `é = 2`"
        );
        assert!(told("a = 1\na = 3\n").starts_with("line 2, column 1: "), "{}", told("a = 1\na = 3\n"));
    }
}
