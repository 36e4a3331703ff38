//! Platforms, with values from the tables of the specification.

use seaworthy_image::platform::{GOARCH, GOOS, WINDOWS_FEATURES, variant_row};

use super::Builder;
use crate::tree::Tree;

const OS_VERSIONS: &[&str] = &["10.0.14393.1066", "6.1", "any text"];
const OS_FEATURES: &[&[&str]] = &[&[], &["com.example.sonar"], &["a", "b"]];

impl Builder<'_, '_> {
    /// The platform of an image: the plainest one, or any.
    pub(super) fn platform(&mut self) -> Tree {
        let mut platform = Tree::object([("architecture", "amd64".into()), ("os", "linux".into())]);
        if !self.may(self.features.platforms, 50) {
            return platform;
        }
        let architecture = *self.choices.pick(&GOARCH);
        platform.set("architecture", architecture);
        if self.choices.chance(40) {
            let os = if self.choices.chance(40) { "windows" } else { *self.choices.pick(&GOOS) };
            platform.set("os", os);
        }
        if self.choices.chance(60) {
            self.variant(&mut platform, architecture);
        }
        if self.choices.chance(20) {
            platform.set("os.version", *self.choices.pick(OS_VERSIONS));
        }
        if self.choices.chance(20) {
            let is_windows = platform.text("os") == "windows";
            let features = if is_windows { &WINDOWS_FEATURES } else { *self.choices.pick(OS_FEATURES) };
            platform.set("os.features", Tree::strings(features));
        }
        platform
    }

    /// Sets a variant that the table has; where it has no row, any text is fine.
    fn variant(&mut self, platform: &mut Tree, architecture: &str) {
        match variant_row(architecture, self.version) {
            Some(row) if row.continued.is_empty() || self.choices.chance(60) => {
                platform.set("variant", *self.choices.pick(row.listed));
            }
            Some(row) => platform.set("variant", *self.choices.pick(row.continued)),
            None if architecture == "s390x" => platform.set("variant", "z15"),
            None => {}
        }
    }
}
