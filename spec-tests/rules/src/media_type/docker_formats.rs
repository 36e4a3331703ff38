//! The formats are so close to Docker's that documents may have members which only Docker knows.
//!
//! Images are converted by changing media types, so configurations keep what Docker wrote. A
//! reader that refuses such a member refuses most images that exist.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;

use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "media-types.md#compatibility-matrix",
    valid: &[
        Mutation::document("members-of-the-image", &[Part::Config], |config, _| {
            config.set("container", "5".repeat(64));
            config.set("container_config", Tree::object([("Hostname", "".into()), ("Cmd", Tree::Null)]));
            config.set("docker_version", "20.10.8");
        }),
        Mutation::document("members-of-the-execution", &[Part::Config], |config, _| {
            let execution = config.member("config");
            execution.set("Hostname", "");
            execution.set("Domainname", "");
            execution.set("AttachStdin", false);
            execution.set("Image", "");
            execution.set("OnBuild", Tree::Null);
        }),
    ],
    // Interchangeable with the type of a layer in gzip, but no program has to know it.
    unclear: &[Mutation::document("type-of-a-layer", &[Part::LayerDescriptor], |descriptor, _| {
        descriptor.set("mediaType", "application/vnd.docker.image.rootfs.diff.tar.gzip");
    })],
    ..Rule::BASE
};
