//! The names of entries: what they come to below the root, and which of them are whiteouts.

use std::borrow::Cow;

/// What the name of a whiteout begins with.
pub const WHITEOUT_PREFIX: &[u8] = b".wh.";
/// The name of an opaque whiteout.
pub const OPAQUE_WHITEOUT: &[u8] = b".wh..wh..opq";

/// A path that has been brought into its one form below the root.
///
/// The specification shows relative paths and does not say when two paths are the same. Here, as
/// nearly everywhere, empty components and `.` mean nothing, a leading `/` is the root of the image,
/// and `..` takes back the component before it, by name alone: a symbolic link is never looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanPath<'p> {
    /// Components joined by single slashes; empty for the root itself.
    pub path: Cow<'p, [u8]>,
    /// Whether it was written with a leading slash.
    pub is_absolute: bool,
    /// Whether it was written with `..`.
    pub has_parent: bool,
    /// Whether it was written with a trailing slash.
    pub has_slash: bool,
}

/// Why a path has no meaning below the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It has more `..` than components before them.
    #[error("it leads out of the root")]
    Outside,
    /// It holds a NUL, at which most programs would cut it off.
    #[error("it holds a NUL")]
    Nul,
}

/// Brings a path into its one form.
///
/// # Errors
///
/// It leads out of the root, or holds a NUL.
pub fn clean(raw: &[u8]) -> Result<CleanPath<'_>, PathError> {
    if raw.contains(&0) {
        return Err(PathError::Nul);
    }
    let mut rest = raw;
    while let Some(shorter) = rest.strip_prefix(b"/").or_else(|| rest.strip_prefix(b"./")) {
        rest = shorter;
    }
    while let Some(shorter) = rest.strip_suffix(b"/").or_else(|| rest.strip_suffix(b"/.")) {
        rest = shorter;
    }
    if rest == b"." {
        rest = b"";
    }
    let is_clean = components(rest).all(|component| !matches!(component, b"" | b"." | b".."));
    let mut has_parent = false;
    let path = if is_clean {
        Cow::Borrowed(rest)
    } else {
        let mut kept: Vec<&[u8]> = Vec::new();
        for component in components(rest) {
            match component {
                b"" | b"." => {}
                b".." => {
                    has_parent = true;
                    kept.pop().ok_or(PathError::Outside)?;
                }
                name => kept.push(name),
            }
        }
        Cow::Owned(kept.join(&b'/'))
    };
    Ok(CleanPath {
        path,
        is_absolute: raw.starts_with(b"/"),
        has_parent,
        has_slash: raw.ends_with(b"/") || raw.ends_with(b"/."),
    })
}

/// The components of a clean path; none for the root.
pub fn components(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|&byte| byte == b'/').skip(usize::from(path.is_empty()))
}

/// The directory and the name in it of a clean path; `None` for the root, which has neither.
pub fn split(path: &[u8]) -> Option<(&[u8], &[u8])> {
    match path.iter().rposition(|&byte| byte == b'/') {
        Some(slash) => Some((&path[..slash], &path[slash + 1..])),
        None if path.is_empty() => None,
        None => Some((b"", path)),
    }
}

/// The path of a name in a directory, both of them clean.
pub fn join(directory: &[u8], name: &[u8]) -> Vec<u8> {
    let mut path = Vec::with_capacity(directory.len() + 1 + name.len());
    path.extend_from_slice(directory);
    if !directory.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    path
}

/// Whether a clean path lies below another one.
pub fn is_below(path: &[u8], directory: &[u8]) -> bool {
    match path.strip_prefix(directory) {
        Some(rest) => (directory.is_empty() && !rest.is_empty()) || rest.starts_with(b"/"),
        None => false,
    }
}

/// What a name that begins with `.wh.` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker<'p> {
    /// This name is removed from the directory.
    Whiteout(&'p [u8]),
    /// Everything in the directory is removed.
    Opaque,
    /// `.wh.` alone, which names nothing. The development version calls it invalid.
    Nameless,
    /// `.wh..` or `.wh...`: what is left is `.` or `..`, the name of no file.
    Dots,
    /// `.wh..wh.` with anything else after it: it would remove a marker, and there are none in a file
    /// system. AUFS kept its own records under such names.
    Reserved,
}

impl<'p> Marker<'p> {
    /// What a name says; `None` for an ordinary one.
    pub fn read(name: &'p [u8]) -> Option<Self> {
        if name == OPAQUE_WHITEOUT {
            return Some(Marker::Opaque);
        }
        Some(match name.strip_prefix(WHITEOUT_PREFIX)? {
            b"" => Marker::Nameless,
            b"." | b".." => Marker::Dots,
            reserved if reserved.starts_with(WHITEOUT_PREFIX) => Marker::Reserved,
            removed => Marker::Whiteout(removed),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_one_form() {
        let check = |raw: &str, want: &str| {
            let clean = clean(raw.as_bytes()).unwrap();
            assert_eq!(clean.path, want.as_bytes(), "{raw}");
        };
        for raw in ["a/b", "./a/b", "/a/b", "a//b", "a/b/", "a/./b", "././/a/b/./", "a/c/../b", "/./a/b/."] {
            check(raw, "a/b");
        }
        for raw in ["", ".", "./", "/", "//", "/.", "./.", "a/..", ".//."] {
            check(raw, "");
        }
        for raw in ["...", ".a", "..a", "a..", " ", "\\", "a\\..\\b"] {
            check(raw, raw);
        }
        for raw in ["..", "/..", "../a", "a/../..", "a/../../a", "./../a"] {
            assert_eq!(clean(raw.as_bytes()), Err(PathError::Outside), "{raw}");
        }
        assert_eq!(clean(b"a\0b"), Err(PathError::Nul));
        assert_eq!(clean(b"\xff/\xfe").unwrap().path, b"\xff/\xfe".as_slice());
    }

    #[test]
    fn paths_tell_how_they_were_written() {
        let tell = |raw: &str| {
            let clean = clean(raw.as_bytes()).unwrap();
            (clean.is_absolute, clean.has_parent, clean.has_slash)
        };
        assert_eq!(tell("a/b"), (false, false, false));
        assert_eq!(tell("./a/."), (false, false, true));
        assert_eq!(tell("/a"), (true, false, false));
        assert_eq!(tell("a/../b/"), (false, true, true));
    }

    #[test]
    fn paths_come_apart_and_together() {
        assert_eq!(components(b"").count(), 0);
        assert_eq!(components(b"a/b").collect::<Vec<_>>(), [b"a", b"b"]);
        assert_eq!(split(b""), None);
        assert_eq!(split(b"a"), Some((b"".as_slice(), b"a".as_slice())));
        assert_eq!(split(b"a/b/c"), Some((b"a/b".as_slice(), b"c".as_slice())));
        assert_eq!(join(b"", b"a"), b"a");
        assert_eq!(join(b"a/b", b"c"), b"a/b/c");
        assert!(is_below(b"a/b", b"a") && is_below(b"a", b"") && is_below(b"a/b/c", b"a"));
        assert!(!is_below(b"ab", b"a") && !is_below(b"a", b"a") && !is_below(b"", b""));
    }

    #[test]
    fn markers_are_told_by_their_names() {
        let check = |name: &str, want| assert_eq!(Marker::read(name.as_bytes()), want, "{name}");
        check(".wh.a", Some(Marker::Whiteout(b"a")));
        check(".wh. ", Some(Marker::Whiteout(b" ")));
        check(".wh....", Some(Marker::Whiteout(b"...")));
        check(".wh..a", Some(Marker::Whiteout(b".a")));
        check(".wh..whiteout", Some(Marker::Whiteout(b".whiteout")));
        check(".wh..wh..opq", Some(Marker::Opaque));
        check(".wh.", Some(Marker::Nameless));
        check(".wh..", Some(Marker::Dots));
        check(".wh...", Some(Marker::Dots));
        for name in
            [".wh..wh.", ".wh..wh.x", ".wh..wh.plnk", ".wh..wh..opq2", ".wh..wh..op", ".wh..wh..wh..opq"]
        {
            check(name, Some(Marker::Reserved));
        }
        for name in ["a", ".wh", ".WH.a", "a.wh.b", ".w.h.a", " .wh.a", "wh.a", ""] {
            check(name, None);
        }
    }
}
