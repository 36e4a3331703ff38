//! `/etc/passwd` and `/etc/group` of an image: hostile text, read line by line.
//!
//! Neither file has a standard; this reads what passwd(5) and group(5) describe. Lines that are
//! none (comments, NIS markers, too few fields, numbers that are none) say nothing. Lines of any
//! name are compared byte by byte: nothing here needs UTF-8.

use std::io::{self, BufRead, BufReader, Read};

use super::RootFiles;

/// How much is read of an image's account files.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The largest file, in bytes. A hundred thousand users fit into 10 MiB.
    pub file: u64,
    /// The longest line, in bytes without its end: a group with some ten thousand members.
    pub line: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { file: 16 << 20, line: 256 << 10 }
    }
}

/// Why the accounts of an image cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// The file is there and cannot be read.
    #[error("/{path} of the image cannot be read: {error}")]
    Io {
        /// The file.
        path: &'static str,
        /// Why.
        error: io::Error,
    },
    /// The file is larger than [`Limits::file`].
    #[error("/{path} of the image is larger than {limit} bytes")]
    FileTooLarge {
        /// The file.
        path: &'static str,
        /// The limit.
        limit: u64,
    },
    /// A line is longer than [`Limits::line`].
    #[error("line {line} of /{path} of the image is longer than {limit} bytes")]
    LineTooLong {
        /// The file.
        path: &'static str,
        /// The line, from 1.
        line: usize,
        /// The limit.
        limit: usize,
    },
}

/// A line of `/etc/passwd`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The user's number.
    pub uid: u32,
    /// The number of the user's own group.
    pub gid: u32,
}

/// The first user with this name.
pub fn user_by_name(
    files: &dyn RootFiles,
    limits: &Limits,
    name: &str,
) -> Result<Option<Account>, AccountsError> {
    find(files, limits, "etc/passwd", |fields| account(fields).filter(|_| fields[0] == name.as_bytes()))
}

/// The first user with this number.
pub fn user_by_id(
    files: &dyn RootFiles,
    limits: &Limits,
    uid: u32,
) -> Result<Option<Account>, AccountsError> {
    find(files, limits, "etc/passwd", |fields| account(fields).filter(|account| account.uid == uid))
}

/// The number of the first group with this name.
pub fn group_by_name(
    files: &dyn RootFiles,
    limits: &Limits,
    name: &str,
) -> Result<Option<u32>, AccountsError> {
    find(files, limits, "etc/group", |fields| group(fields).filter(|_| fields[0] == name.as_bytes()))
}

/// The numbers of the groups that list a user of this name, each once, in the order of the file.
pub fn groups_of(files: &dyn RootFiles, limits: &Limits, name: &str) -> Result<Vec<u32>, AccountsError> {
    let mut groups = Vec::new();
    find(files, limits, "etc/group", |fields| {
        let mut members = fields.get(3).copied().unwrap_or_default().split(|byte| *byte == b',');
        let is_member = members.any(|member| member.trim_ascii() == name.as_bytes());
        let gid = group(fields).filter(|gid| is_member && !groups.contains(gid));
        groups.extend(gid);
        None::<()>
    })?;
    Ok(groups)
}

/// name, password, uid, gid, and what else there may be.
fn account(fields: &[&[u8]]) -> Option<Account> {
    Some(Account { uid: number(fields.get(2)?)?, gid: number(fields.get(3)?)? })
}

/// name, password, gid, and perhaps members.
fn group(fields: &[&[u8]]) -> Option<u32> {
    number(fields.get(2)?)
}

/// Digits only, and in range: what does not fit is not wrapped round to a smaller number.
fn number(field: &[u8]) -> Option<u32> {
    // A parser of numbers takes a plus sign as well.
    let is_number = field.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(field).ok().filter(|_| is_number)?.parse().ok()
}

/// The first thing that `wanted` makes of the fields of a line; every call gets at least one field.
fn find<T>(
    files: &dyn RootFiles,
    limits: &Limits,
    path: &'static str,
    mut wanted: impl FnMut(&[&[u8]]) -> Option<T>,
) -> Result<Option<T>, AccountsError> {
    let failed = |error| AccountsError::Io { path, error };
    let Some(file) = files.open(path).map_err(failed)? else { return Ok(None) };
    let mut file = BufReader::new(file.take(limits.file + 1));
    let (mut line, mut read, mut at) = (Vec::new(), 0, 0);
    loop {
        line.clear();
        at += 1;
        // One more than fits, and the line's end.
        let length = (&mut file)
            .take((limits.line as u64).saturating_add(2))
            .read_until(b'\n', &mut line)
            .map_err(failed)?;
        read += length as u64;
        if read > limits.file {
            return Err(AccountsError::FileTooLarge { path, limit: limits.file });
        }
        if length == 0 {
            return Ok(None);
        }
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        if text.len() > limits.line {
            return Err(AccountsError::LineTooLong { path, line: at, limit: limits.line });
        }
        let is_entry = !matches!(text.first(), None | Some(b'#' | b'+' | b'-' | b':'));
        let fields: Vec<&[u8]> = text.split(|byte| *byte == b':').collect();
        if let Some(found) = Some(&fields).filter(|_| is_entry).and_then(|fields| wanted(fields)) {
            return Ok(Some(found));
        }
    }
}
