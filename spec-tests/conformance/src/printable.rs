//! Text from outside, made safe to show.

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

fn is_hazard(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
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
    }
}
