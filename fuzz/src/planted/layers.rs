//! Unpackers that get one thing about changesets wrong, as a change of the entries that they see.

use seaworthy_generators::choices::Choices;
use seaworthy_image::filesystem::path::{Marker, clean};
use seaworthy_image::filesystem::{Limits, Member, Tree, apply, compare};
use seaworthy_image::tar::EntryKind;

use super::{Bug, EXECUTIONS, Family, Shows};
use crate::archives::changeset;

/// What an unpacker makes of the entries of a layer before it applies them.
pub(super) type Change = fn(Vec<Member>) -> Vec<Member>;

const fn bug(name: &'static str, does: &'static str, change: Change) -> Bug {
    Bug { name, does, shows: Shows::Layers(change) }
}

/// Whether any of the changesets leads to another tree.
pub(super) fn shows(change: Change, bytes: &[u8]) -> bool {
    let mut choices = Choices::new(bytes);
    let limits = Limits { nodes: 1000, depth: 64 };
    let mut tree = Tree::new();
    for _ in 0..=choices.below(4) {
        let members = changeset(&mut choices);
        let right = apply(tree.clone(), &members, &limits);
        let planted = apply(tree.clone(), &change(members), &limits);
        let (Ok(right), Ok(planted)) = (right, planted) else { return false };
        if !compare(&right.tree, &planted.tree, 1).is_empty() {
            return true;
        }
        tree = right.tree;
    }
    false
}

fn name(member: &Member) -> &[u8] {
    member.entry.path.rsplit(|byte| *byte == b'/').next().unwrap_or_default()
}

fn each(mut members: Vec<Member>, change: fn(&mut Member)) -> Vec<Member> {
    members.iter_mut().for_each(change);
    members
}

fn keep(mut members: Vec<Member>, wanted: fn(&Member) -> bool) -> Vec<Member> {
    members.retain(wanted);
    members
}

pub(super) const FAMILY: Family = Family {
    name: "unpackers",
    target: "layer_application",
    executions: EXECUTIONS,
    control: bug("none", "applies what is there", |members| members),
    bugs: &[
        bug("ignores-whiteouts", "removes nothing", |members| {
            keep(members, |member| !matches!(Marker::read(name(member)), Some(Marker::Whiteout(_))))
        }),
        bug("ignores-opaque-whiteouts", "does not know the opaque whiteout", |members| {
            keep(members, |member| Marker::read(name(member)) != Some(Marker::Opaque))
        }),
        bug("keeps-markers", "makes files of whiteouts", |members| {
            each(members, |member| {
                if Marker::read(name(member)).is_some() {
                    let path = String::from_utf8_lossy(&member.entry.path).replace(".wh.", "wh.");
                    member.entry.path = path.into_bytes();
                }
            })
        }),
        bug("removes-its-own", "lets a whiteout remove what the same layer has", |members| {
            let removed: Vec<Vec<u8>> = members
                .iter()
                .filter(|member| matches!(Marker::read(name(member)), Some(Marker::Whiteout(_))))
                .map(|member| String::from_utf8_lossy(&member.entry.path).replace(".wh.", "").into_bytes())
                .collect();
            let mut members = members;
            members.retain(|member| !removed.contains(&member.entry.path));
            members
        }),
        bug("takes-the-first-of-two", "leaves out a second entry for one path", |members| {
            let mut seen = std::collections::BTreeSet::new();
            let mut members = members;
            members.retain(|member| {
                clean(&member.entry.path).map_or(true, |path| seen.insert(path.path.into_owned()))
            });
            members
        }),
        bug("strips-what-leads-out", "takes a path that leads out for one that does not", |members| {
            each(members, |member| {
                while let Some(rest) = member.entry.path.strip_prefix(b"../") {
                    member.entry.path = rest.to_vec();
                }
            })
        }),
        bug("drops-hard-links", "leaves out hard links", |members| {
            keep(members, |member| member.entry.kind != EntryKind::HardLink)
        }),
        bug("makes-files-of-hard-links", "makes an empty file of a hard link", |members| {
            each(members, |member| {
                if member.entry.kind == EntryKind::HardLink {
                    member.entry.kind = EntryKind::File;
                    member.entry.link.clear();
                }
            })
        }),
        bug("makes-files-of-the-unknown", "makes a file of an unknown type", |members| {
            each(members, |member| {
                if matches!(member.entry.kind, EntryKind::Other(_)) {
                    member.entry.kind = EntryKind::File;
                }
            })
        }),
        bug("drops-set-user-id", "loses the upper bits of a mode", |members| {
            each(members, |member| member.entry.mode &= 0o777)
        }),
        bug("drops-attributes", "loses extended attributes", |members| {
            each(members, |member| member.entry.xattrs.clear())
        }),
        bug("drops-fractions", "loses fractions of a second", |members| {
            each(members, |member| member.entry.modified.nanoseconds = 0)
        }),
        bug("gives-all-to-root", "loses owners", |members| each(members, |member| member.entry.uid = 0)),
        bug("drops-empty-files", "takes a file without content for none", |members| {
            keep(members, |member| {
                member.entry.kind != EntryKind::File
                    || member.entry.size > 0
                    || Marker::read(name(member)).is_some()
            })
        }),
    ],
};
