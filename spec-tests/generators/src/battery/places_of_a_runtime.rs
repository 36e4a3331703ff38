//! Links where a runtime looks for files, or puts them.

use seaworthy_image::filesystem::Member;
use seaworthy_image::layout::Memory;

use super::{Case, Expect, Family, Flag, Make};
use crate::choices::Choices;
use crate::draft::Content;
use crate::layer::{directory, fifo, symlink};
use crate::mutation::Part;

pub const FAMILY: Family = Family {
    id: "CFG-10",
    says: "Accounts are looked up, or secrets and devices put down, by a path through a link of the \
           image's.",
    references: &["CVE-2024-9676", "CVE-2024-9341"],
    cases: &[
        Case {
            name: "passwd-outside",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Image(&[Part::Config, Part::Layer], |place| with_base(symlink("etc/passwd", place.absolute("plain")))),
        },
        Case {
            name: "accounts-outside",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside, Flag::TypeChange],
            make: Make::Image(&[Part::Config, Part::Layer], |place| with_base(symlink("etc", place.absolute("")))),
        },
        Case {
            name: "passwd-as-a-fifo",
            expect: Expect::Bounded,
            flags: &[Flag::TypeChange],
            make: Make::Image(&[Part::Config, Part::Layer], |_| with_base(fifo("etc/passwd"))),
        },
        Case {
            name: "group-as-a-directory",
            expect: Expect::Bounded,
            flags: &[Flag::TypeChange],
            make: Make::Image(&[Part::Config, Part::Layer], |_| with_base(directory("etc/group/"))),
        },
        Case {
            name: "secrets-outside",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Image(&[Part::Config, Part::Layer], |place| with_base(symlink("run/secrets", place.absolute("folder")))),
        },
        Case {
            name: "devices-outside",
            expect: Expect::Contain,
            flags: &[Flag::SymlinkOutside],
            make: Make::Image(&[Part::Config, Part::Layer], |place| with_base(symlink("dev", place.absolute("")))),
        },
        Case {
            name: "directory-for-secrets",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Image(&[Part::Config, Part::Layer], |_| with_base(directory("run/secrets/"))),
        },
    ],
};

/// A plain image of a user with a name, and with this entry on top of it.
fn with_base(member: Member) -> Memory {
    let mut draft = super::image(vec![vec![member]]);
    let config = draft.node(Part::Config).map(|config| &mut draft.nodes[config].content);
    if let Some(Content::Document(config)) = config {
        config.member("config").set("User", "alice");
    }
    draft.seal(&mut Choices::new(&[]))
}
