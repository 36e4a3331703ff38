//! The pool of names, targets, attributes and contents.

use seaworthy_image::tar::Time;

/// Names for everything. The plain ones come first.
pub(super) const NAMES: &[&[u8]] = &[
    b"a",
    b"b",
    b"log",
    b"motd",
    b".hidden",
    "bréf".as_bytes(),
    "θάλασσα".as_bytes(),
    b"two words",
    b"wh.a",
    b"a.wh.b",
    b".WH.a",
    b"-a",
    b"a\\b",
    b"line\nfeed",
    b"\xff\xfe",
    b"...",
    LONG,
    b"A",
];

/// How many of the names any changeset may have; the others are odd.
pub(super) const PLAIN_NAMES: usize = 5;

/// Too long for the fields of a header. With a whiteout's prefix, it is as long as file systems allow.
const LONG: &[u8] = &[b'n'; 251];

/// Targets of symbolic links. Where they lead does not matter: they are kept as they are.
pub(super) const TARGETS: &[&[u8]] = &[
    b"a",
    b"b",
    b"../a",
    b"a/b",
    b"/a",
    b"nowhere",
    b"../../../a",
    b".",
    b"..",
    b"a//b/",
    "θάλασσα".as_bytes(),
    &[b't'; 101],
];

/// Modes; the plain ones come first.
pub(super) const MODES: &[u32] = &[0o644, 0o755, 0o600, 0o4755, 0o2755, 0o1777, 0o6711, 0, 0o7777];

/// Ids of owners. The last ones need more than seven octal digits.
pub(super) const IDS: &[u64] = &[0, 1000, 65534, 0o7777777, 0o10000000, 4_294_967_294];

/// Times, in seconds and nanoseconds: the epoch, before it, past 2038, past 2242, and between seconds.
pub(super) const TIMES: &[Time] = &[
    Time { seconds: 1_767_323_045, nanoseconds: 0 },
    Time { seconds: 0, nanoseconds: 0 },
    Time { seconds: 1, nanoseconds: 0 },
    Time { seconds: 1_767_323_045, nanoseconds: 500_000_000 },
    Time { seconds: 1_767_323_045, nanoseconds: 1 },
    Time { seconds: -1, nanoseconds: 0 },
    Time { seconds: 4_294_967_296, nanoseconds: 0 },
    Time { seconds: 8_589_934_592, nanoseconds: 0 },
];

/// Extended attributes: text, bytes with a NUL, nothing, and a capability.
pub(super) const XATTRS: &[(&[u8], &[u8])] = &[
    (b"user.tide", b"high"),
    (b"user.bytes", b"\0\xff=\n"),
    (b"user.empty", b""),
    (b"security.capability", b"\x01\0\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
];

/// Names of owners, which rank after the ids.
pub(super) const OWNERS: &[&[u8]] = &[b"", b"root", b"nobody-here", "ñandú".as_bytes()];

/// Contents of files: short, empty, and around the size of a block.
pub(super) const CONTENTS: &[&[u8]] =
    &[b"ahoy\n", b"", b"a", &[b'x'; 511], &[b'y'; 512], &[b'z'; 513], b"\0\0\0\0", &[0; 1024]];
