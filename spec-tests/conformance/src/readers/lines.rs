//! What programs write about an entry, line by line.

use seaworthy_image::tar::EntryKind;
use seaworthy_readers::Listed;

/// A line of `tar -tv` with names quoted as in C: `-rw-r--r-- 0/0  5 1970-01-01 00:00:00 "a" -> "b"`.
pub fn gnu_tar(line: &[u8]) -> Option<Listed> {
    let start = line.iter().position(|&byte| byte == b'"')?;
    let (head, names) = line.split_at(start);
    let head = std::str::from_utf8(head).ok()?;
    let (path, rest) = quoted(names)?;
    let link = match rest.iter().position(|&byte| byte == b'"') {
        Some(start) => quoted(&rest[start..])?.0,
        None => Vec::new(),
    };
    let size = head.split_ascii_whitespace().nth(2)?;
    Some(listed(head.bytes().next()?, size, &path, &link))
}

/// A line of `bsdtar -tv`: `-rw-r--r--  0 0  0  5 Jan  1  1970 a -> b`. Its names are escaped, but not
/// quoted: one with an arrow in it cannot be told from that of a link.
pub fn bsdtar(line: &[u8]) -> Option<Listed> {
    let kind = *line.first()?;
    let mut rest = line;
    let mut size = "";
    for at in 0..8 {
        let start = rest.iter().position(|&byte| byte != b' ')?;
        let end = start + rest[start..].iter().position(|&byte| byte == b' ')?;
        if at == 4 {
            size = std::str::from_utf8(&rest[start..end]).ok()?;
        }
        rest = &rest[end..];
    }
    let names = rest.strip_prefix(b" ")?;
    // A hard link that has a size, it shows as a file.
    let arrow: &[u8] = if kind == b'l' { b" -> " } else { b" link to " };
    match names.windows(arrow.len()).position(|window| window == arrow) {
        Some(at) => {
            let (path, link) = (unescaped(&names[..at])?, unescaped(&names[at + arrow.len()..])?);
            Some(listed(if kind == b'l' { b'l' } else { b'h' }, size, &path, &link))
        }
        None => Some(listed(kind, size, &unescaped(names)?, b"")),
    }
}

/// A line of `list.py`.
pub fn python(line: &[u8]) -> Option<Listed> {
    let words: Vec<&str> = std::str::from_utf8(line).ok()?.split(' ').collect();
    let [kind, size, path, link, content] = words[..] else { return None };
    let mut listed = listed(*kind.as_bytes().first()?, size, &hex(path)?, &hex(link)?);
    listed.content = hex(content)?.try_into().ok();
    Some(listed)
}

/// An entry. A size that is no number is that of a device, and anything that is not known is a file.
fn listed(letter: u8, size: &str, path: &[u8], link: &[u8]) -> Listed {
    let kind = match letter {
        b'h' => EntryKind::HardLink,
        b'l' => EntryKind::Symlink,
        b'c' => EntryKind::CharDevice,
        b'b' => EntryKind::BlockDevice,
        b'd' => EntryKind::Directory,
        b'p' => EntryKind::Fifo,
        _ => EntryKind::File,
    };
    Listed::new(path, kind, size.parse().unwrap_or_default(), link)
}

/// A text between quotation marks, and what follows them.
fn quoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let text = text.strip_prefix(b"\"")?;
    let mut at = 0;
    loop {
        match *text.get(at)? {
            b'"' => return Some((unescaped(&text[..at])?, &text[at + 1..])),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// A text with the escapes of C.
fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let digits = rest.iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
        if digits > 0 {
            let value = rest[..digits].iter().fold(0, |value, digit| value * 8 + u32::from(digit - b'0'));
            bytes.push(u8::try_from(value).ok()?);
            rest = &rest[digits..];
            continue;
        }
        let (&letter, after) = rest.split_first()?;
        rest = after;
        bytes.push(match letter {
            b'a' => 7,
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 11,
            b'f' => 12,
            b'r' => b'\r',
            other => other,
        });
    }
    Some(bytes)
}

/// Bytes in hexadecimal; `-` stands for none.
fn hex(text: &str) -> Option<Vec<u8>> {
    let text = if text == "-" { "" } else { text };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(digit(*high)? << 4 | digit(*low)?).ok(),
        _ => None,
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(read: fn(&[u8]) -> Option<Listed>, line: &[u8], wanted: &str) {
        let listed = read(line).map(|listed| listed.to_string());
        assert_eq!(listed.as_deref(), Some(wanted), "{}", line.escape_ascii());
    }

    #[test]
    fn lines_of_gnu_tar() {
        let time = "2026-01-02 03:04:05";
        let check = |line: &str, wanted| check(gnu_tar, line.replace("TIME", time).as_bytes(), wanted);
        check(r#"-rw-r--r-- 0/0               5 TIME "a""#, "- 5 a");
        check(r#"drwxr-xr-x 0/0               0 TIME "a b/""#, "d - a b");
        check(r#"lrwxrwxrwx 0/0               0 TIME "a" -> "b \"c\"""#, r#"l - a -> b \"c\""#);
        check(r#"hrw-r--r-- 0/0               0 TIME "\303\251" link to "x\\""#, r"h - \xc3\xa9 -> x\\");
        check(r#"crw-r--r-- 0/0             1,3 TIME "null""#, "c - null");
        check(r#"Crw-r--r-- 0/0               7 TIME """#, "- 7 ");
        check(r#"-rw-r--r-- 0/0               5 +99999999999999 "line\nfeed""#, r"- 5 line\nfeed");
        assert_eq!(gnu_tar(br#"-rw-r--r-- 0/0 5 TIME "open"#), None);
        assert_eq!(gnu_tar(b"nothing"), None);
    }

    #[test]
    fn lines_of_bsdtar() {
        let check = |line: &str, wanted| check(bsdtar, line.as_bytes(), wanted);
        check("-rw-r--r--  0 0      0           5 Jan  1  1970 a", "- 5 a");
        check("-rw-r--r--  0 0      0           5 Jan  2 03:04  two words ", "- 5  two words ");
        check("lrwxrwxrwx  0 0      0           0 Jan  1  1970 a -> b", "l - a -> b");
        check(
            "hrw-r--r--  0 0      0           0 Jan  1  1970 a\\303\\251 link to b",
            "h - a\\xc3\\xa9 -> b",
        );
        check("-rw-r--r--  0 0      0           5 Jan  1  1970 a link to b", "h - a -> b");
        check("crw-r--r--  0 0      0         1,3 Jan  1  1970 null", "c - null");
        check("drwxr-xr-x  0 0      0           0 Jan  1  1970 ./", "d - .");
        assert_eq!(bsdtar(b"-rw-r--r-- 0 0"), None);
    }

    #[test]
    fn lines_of_python() {
        check(python, b"- 5 61 - -", "- 5 a");
        check(python, b"l 0 c3a9 2f78 -", "l - \\xc3\\xa9 -> /x");
        assert_eq!(python(b"- 5 6 - -"), None);
        assert_eq!(python(b"- 5 61 -"), None);
    }
}
