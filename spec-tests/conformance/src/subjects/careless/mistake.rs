//! The mistakes that programs make when they unpack images.

/// A mistake, by its name on the command line.
#[derive(Debug, Clone, Copy)]
pub struct Mistake {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub does: &'static str,
}

macro_rules! mistakes {
    ($($constant:ident = $name:literal, $does:literal;)*) => {
        $(
            #[doc = $does]
            pub(super) const $constant: &str = $name;
        )*

        /// All of them.
        pub const ALL: &[Mistake] = &[$(Mistake { name: $name, does: $does },)*];
    };
}

mistakes! {
    KEEPS_WHITEOUTS = "keeps-whiteouts", "unpacks whiteouts like any other file";
    WHITEOUT_IN_OWN_LAYER = "whiteout-in-own-layer", "lets a whiteout remove what its own layer adds";
    WHITEOUT_OF_FILES_ONLY = "whiteout-of-files-only", "does not remove directories for a whiteout";
    KEEPS_OPAQUE = "keeps-opaque", "knows no opaque whiteouts";
    OPAQUE_IN_ORDER = "opaque-in-order", "lets an opaque whiteout remove what its own layer added before it";
    OPAQUE_REMOVES_DIRECTORY = "opaque-removes-directory", "removes the directory of an opaque whiteout itself";
    SKIPS_TOP_LAYER = "skips-top-layer", "leaves out the last of several layers";
    REVERSES_LAYERS = "reverses-layers", "applies the top layer first";
    FIRST_MEMBER_ONLY = "first-member-only", "stops after the first gzip member or zstd frame";
    ACCEPTS_TRUNCATED = "accepts-truncated", "takes a layer that ends too soon for a whole one";
    IGNORES_PAX_PATHS = "ignores-pax-paths", "takes paths from the header where an extended header has longer ones";
    LOWER_CASE_NAMES = "lower-case-names", "writes names in lower case";
    WRAPS_OWNERS = "wraps-owners", "keeps the lower 8 bits of the ids of users and groups";
    DROPS_OWNERS = "drops-owners", "gives everything to root";
    DROPS_SET_ID = "drops-set-id", "clears the bits for set-user-id, set-group-id and sticky";
    MASKS_MODES = "masks-modes", "takes write permission from group and others";
    DROPS_TIMES = "drops-times", "does not set times of modification";
    TIMES_TOO_EARLY = "times-too-early", "sets the time of a directory before it is filled";
    KEEPS_DIRECTORY_ATTRIBUTES = "keeps-directory-attributes",
        "leaves a directory of a lower layer as it is when an upper layer has it, too";
    WRITES_INTO_FILES = "writes-into-files", "overwrites the file that has a name already, hard links and all";
    KEEPS_DIRECTORIES = "keeps-directories", "does not replace a directory by a file";
    COPIES_HARD_LINKS = "copies-hard-links", "makes a file of its own of a hard link";
    FIFO_AS_FILE = "fifo-as-file", "makes a regular file of a FIFO";
    REWRITES_LINKS = "rewrites-links", "makes absolute symbolic links relative to the root";
    FOLLOWS_LINKS_IN_PATHS = "follows-links-in-paths", "follows symbolic links on the way to a file";
    FOLLOWS_LINKS_AT_THE_END = "follows-links-at-the-end", "writes through a symbolic link that has a file's name";
    FOLLOWS_LINKS_FOR_MODES = "follows-links-for-modes", "sets the mode of what a symbolic link leads to";
    FOLLOWS_LINKS_FOR_WHITEOUTS = "follows-links-for-whiteouts", "removes what lies behind a symbolic link";
    LEAVES_BY_DOTS = "leaves-by-dots", "lets a path climb out of the root";
    FOLLOWS_LINKS_BEFORE_SLASHES = "follows-links-before-slashes",
        "follows a symbolic link whose name ends with a slash, or with a slash and a dot";
    LINKS_FROM_WHERE_IT_WORKS = "links-from-where-it-works",
        "looks for the target of a hard link in its working directory first";
    SPLITS_RECORDS_AT_LINES = "splits-records-at-lines", "takes every line of an extended header for a record";
    JOINS_EVERY_PREFIX = "joins-every-prefix", "takes a prefix for a part of the name in every dialect";
    READS_PAST_THE_END = "reads-past-the-end", "goes on after the end of an archive, as if it was not there";
    TAKES_ANY_WINDOW = "takes-any-window", "sets aside whatever window a zstd frame asks for";
    IGNORES_CHECKSUMS = "ignores-checksums", "does not look at the checksum of a gzip member";
    HASHES_ARCHIVES_ONLY = "hashes-archives-only", "verifies diff ids, and no digests of blobs";
    TRUSTS_UNKNOWN_ALGORITHMS = "trusts-unknown-algorithms",
        "takes a digest for right whose algorithm it does not know";
    OPENS_ANYTHING = "opens-anything", "opens a blob without a look at what it is";
    KEEPS_PART_OF_A_TREE = "keeps-part-of-a-tree", "leaves what it had unpacked before it failed";
    PRINTS_NAMES = "prints-names", "prints the name of every file as it is";
    GOES_BY_NAMES_OF_IMAGES = "goes-by-names-of-images", "takes the name of the image for the name of a file";
    GOES_BY_TITLES = "goes-by-titles", "takes the title of a layer for the name of a file";
}
