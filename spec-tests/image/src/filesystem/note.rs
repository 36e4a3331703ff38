//! What the specification leaves open about a changeset.

/// Something about a changeset, or its application, that layer.md does not settle. Programs may differ
/// there without being wrong; the model does what the [`NoteKind`] says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Note {
    /// Where: a clean path; for an entry whose path cannot be brought into that form, the path as it is
    /// written.
    pub path: Vec<u8>,
    /// What.
    pub kind: NoteKind,
}

/// What can be noted, and what the model does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteKind {
    /// A path with `..` that leads out of the root. The entry is left out.
    PathOutside,
    /// A path with a NUL in it. The entry is left out.
    PathWithNul,
    /// A path with `..` that stays within: the component before it is taken back.
    PathWithParent,
    /// A path with a leading slash, which is the root of the image.
    PathAbsolute,
    /// The root as anything but a directory. The entry is left out.
    RootReplaced,
    /// A path that ends with a slash, for something that is no directory. A regular file is taken for a
    /// directory, as the oldest archives mean it; for anything else the slash is ignored.
    SlashAfterName,
    /// A directory, link or special file that says it has content. The content is ignored.
    UnexpectedContent,
    /// An entry of an unregistered type. It is left out.
    UnknownType,

    /// A whiteout's prefix without a name. It does nothing, and is hidden. (The development version
    /// calls it invalid.)
    MarkerNameless,
    /// A whiteout of `.` or `..`. It does nothing, and is hidden.
    MarkerOfDots,
    /// A whiteout of a name that itself begins with the prefix, other than the opaque one. It does
    /// nothing, and is hidden.
    MarkerReserved,
    /// A whiteout that is not a regular file. It acts, and is hidden.
    MarkerNotRegular,
    /// A whiteout that is not empty. It acts, and is hidden.
    MarkerNotEmpty,
    /// A whiteout in a directory that no lower layer has. It does nothing; the directory is not made.
    MarkerWithoutDirectory,
    /// An entry below a directory whose name begins with the prefix. It is left out.
    BelowMarker,

    /// A second entry for the same path. It is applied over the first one.
    Duplicate,
    /// A directory that is there only because something lies in it. It belongs to root, with mode 0755,
    /// and is from 1970.
    ImpliedDirectory,
    /// A directory that had no entry, but names in it came or went. Its attributes stay, the time of
    /// modification included.
    UnlistedDirectory,
    /// An entry below a symbolic link. The link is never followed: a directory takes its place.
    BelowSymlink,
    /// An entry below anything else that is no directory. A directory takes its place.
    BelowFile,

    /// A symbolic link without a target, or with a NUL in it. The entry is left out.
    TargetInvalid,
    /// A hard link whose target leads out of the root, or holds a NUL. The entry is left out.
    LinkOutside,
    /// A hard link whose target is written with a leading slash or `..`. It is read like a path.
    LinkUnusual,
    /// A hard link to nothing: there is no such path, or not yet, or it lies beneath a symbolic link, or
    /// the link itself would take its place. The entry is left out.
    LinkMissing,
    /// A hard link to a directory. The entry is left out.
    LinkToDirectory,
    /// A hard link to its own path, where a file is. Nothing changes.
    LinkToItself,
    /// A hard link to something in a lower layer. It is made; the specification says that it may fail.
    LinkToLower,
    /// A hard link whose attributes are not those of its target. The target's hold.
    LinkAttributes,
}

impl NoteKind {
    /// Whether the entry had no effect at all.
    pub const fn is_left_out(self) -> bool {
        use NoteKind::{
            BelowMarker, LinkMissing, LinkOutside, LinkToDirectory, MarkerNameless, MarkerOfDots,
            MarkerReserved, PathOutside, PathWithNul, RootReplaced, TargetInvalid, UnknownType,
        };
        matches!(
            self,
            PathOutside
                | PathWithNul
                | RootReplaced
                | UnknownType
                | MarkerNameless
                | MarkerOfDots
                | MarkerReserved
                | BelowMarker
                | TargetInvalid
                | LinkOutside
                | LinkMissing
                | LinkToDirectory
        )
    }

    /// What it is, for people.
    pub const fn describe(self) -> &'static str {
        match self {
            NoteKind::PathOutside => "its path leads out of the root",
            NoteKind::PathWithNul => "its path holds a NUL",
            NoteKind::PathWithParent => "its path has a ..",
            NoteKind::PathAbsolute => "its path is absolute",
            NoteKind::RootReplaced => "it would replace the root by something that is no directory",
            NoteKind::SlashAfterName => "its path ends with a slash, but it is no directory",
            NoteKind::UnexpectedContent => "it has content, which only regular files have",
            NoteKind::UnknownType => "its type is not registered",
            NoteKind::MarkerNameless => "it is a whiteout of nothing",
            NoteKind::MarkerOfDots => "it is a whiteout of . or ..",
            NoteKind::MarkerReserved => "it is a whiteout of a whiteout",
            NoteKind::MarkerNotRegular => "it is a whiteout, but not a regular file",
            NoteKind::MarkerNotEmpty => "it is a whiteout, but not empty",
            NoteKind::MarkerWithoutDirectory => "it is a whiteout in a directory that no lower layer has",
            NoteKind::BelowMarker => "it lies below a name that begins with .wh.",
            NoteKind::Duplicate => "the layer has more than one entry for this path",
            NoteKind::ImpliedDirectory => "no entry says what this directory's attributes are",
            NoteKind::UnlistedDirectory => "what is in this directory changes, but it has no entry",
            NoteKind::BelowSymlink => "it lies below a symbolic link, which a directory replaces",
            NoteKind::BelowFile => "it lies below a file, which a directory replaces",
            NoteKind::TargetInvalid => "its target is empty or holds a NUL",
            NoteKind::LinkOutside => "its target leads out of the root",
            NoteKind::LinkUnusual => "its target is absolute or has a ..",
            NoteKind::LinkMissing => "its target does not exist",
            NoteKind::LinkToDirectory => "its target is a directory",
            NoteKind::LinkToItself => "it is a hard link to itself",
            NoteKind::LinkToLower => "its target is in a lower layer",
            NoteKind::LinkAttributes => "its attributes are not those of its target",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::NoteKind;

    /// What becomes of an entry is told to whoever unpacks it.
    #[test]
    fn what_is_odd_may_have_an_effect_all_the_same() {
        for kind in
            [NoteKind::PathOutside, NoteKind::MarkerOfDots, NoteKind::LinkMissing, NoteKind::BelowMarker]
        {
            assert!(kind.is_left_out(), "{kind:?}");
        }
        for kind in
            [NoteKind::PathAbsolute, NoteKind::MarkerNotEmpty, NoteKind::LinkToLower, NoteKind::Duplicate]
        {
            assert!(!kind.is_left_out(), "{kind:?}");
        }
    }
}
