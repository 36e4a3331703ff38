//! `Config.User` (conversion.md, section "Config.User").

use super::accounts::{group_by_name, groups_of, user_by_id, user_by_name};
use super::note::Notes;
use super::{ConversionError, Limits, NoteKind, Reason, RootFiles, User, refuse, string};
use crate::config_values::{Principal, User as Parsed};
use crate::json::Value;

/// Turns the text into numbers. A number is copied and never looked up as a name, not even one that
/// is out of range; a name that nobody has is an error, and never root.
pub fn resolve(
    member: Option<Value<'_>>,
    is_windows: bool,
    files: &dyn RootFiles,
    limits: &Limits,
    notes: &mut Notes,
) -> Result<User, ConversionError> {
    // Builders write the empty text for a user that is not set.
    let Some(text) = string(member)?.filter(|text| !text.is_empty()) else {
        notes.add(NoteKind::NoUser, member);
        return Ok(if is_windows { User::default() } else { numbers(0, 0, Vec::new()) });
    };
    if is_windows {
        notes.add(NoteKind::WindowsUser, member);
        return Ok(User { username: Some(text), ..User::default() });
    }
    let refuse = |reason| refuse(member, reason);
    let parsed = Parsed::parse(&text).map_err(|error| refuse(Reason::User(error)))?;
    for principal in [Some(parsed.user), parsed.group].into_iter().flatten() {
        if let Principal::Name(name) = principal
            && is_like_number(name)
        {
            return Err(refuse(Reason::LikeNumber(name.to_owned())));
        }
    }
    let unreadable = |error| refuse(Reason::Accounts(error));
    let gid = match parsed.group {
        Some(Principal::Id(gid)) => Some(gid),
        Some(Principal::Name(name)) => {
            let gid = group_by_name(files, limits, name).map_err(unreadable)?;
            Some(gid.ok_or_else(|| refuse(Reason::UnknownGroup(name.to_owned())))?)
        }
        None => None,
    };
    match (parsed.user, gid) {
        (Principal::Id(uid), Some(gid)) => Ok(numbers(uid, gid, Vec::new())),
        (Principal::Id(uid), None) => {
            let account = user_by_id(files, limits, uid).map_err(unreadable)?;
            notes.add(NoteKind::GroupsLeftOut, member);
            if account.is_none() {
                notes.add(NoteKind::NoGroup, member);
            }
            Ok(numbers(uid, account.map_or(0, |account| account.gid), Vec::new()))
        }
        (Principal::Name(name), gid) => {
            let account = user_by_name(files, limits, name).map_err(unreadable)?;
            let account = account.ok_or_else(|| refuse(Reason::UnknownUser(name.to_owned())))?;
            match gid {
                Some(gid) => Ok(numbers(account.uid, gid, Vec::new())),
                None => {
                    let groups = groups_of(files, limits, name).map_err(unreadable)?;
                    Ok(numbers(account.uid, account.gid, groups))
                }
            }
        }
    }
}

/// A sign, a blank or a `0x` before digits: a number to some tools and a name to others.
fn is_like_number(text: &str) -> bool {
    let digits = text.trim().trim_start_matches(['+', '-']).trim_start_matches("0x");
    text.trim() != text
        || (!digits.is_empty() && digits != text && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn numbers(uid: u32, gid: u32, groups: Vec<u32>) -> User {
    User {
        uid: Some(uid.into()),
        gid: Some(gid.into()),
        additional_gids: groups.into_iter().map(u64::from).collect(),
        username: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_number_and_is_none() {
        for text in ["+1", "-1", "0x10", "0xff", "+0x1f", " 1", "1 ", " root"] {
            assert!(is_like_number(text), "{text:?}");
        }
        // Names of hexadecimal digits are names.
        for text in ["bad", "cafe", "root", "x", "0xyz", "+", "-", "1a", ""] {
            assert!(!is_like_number(text), "{text:?}");
        }
    }
}
