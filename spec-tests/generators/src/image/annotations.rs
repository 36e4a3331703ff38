//! Annotations, and the labels of configurations, which follow the same rules.

use seaworthy_image::annotations::{PREDEFINED, Predefined, Value};

use super::Builder;
use crate::tree::Tree;

const KEYS: &[&str] = &[
    "com.example.tide",
    "com.example.harbour.Depth_2",
    "io.github.someone.x-y",
    "dev.example",
    "org.label-schema.name",
    "org.freedesktop.specifications.metainfo.version",
];

const LICENSES: &[&str] = &[
    "Apache-2.0",
    "MIT OR Apache-2.0",
    "(GPL-2.0-only WITH Classpath-exception-2.0) AND BSD-3-Clause",
    "LicenseRef-Seaworthy",
];

const REFERENCES: &[&str] = &[
    "registry.example.com/my-org/my-image:tag",
    "registry.example.com:5000/a/b_c--d:V1.0-rc_1",
    "localhost/x:latest",
];

const BASE_NAME: &str = "org.opencontainers.image.base.name";
const BASE_DIGEST: &str = "org.opencontainers.image.base.digest";

impl Builder<'_, '_> {
    /// Gives an object annotations, sometimes none at all as an empty map.
    pub(super) fn annotate(&mut self, object: &mut Tree, member: &str, percent: usize) {
        if self.may(self.features.annotations, percent) {
            let mut annotations = Tree::object([]);
            self.repeat(0, 4, 70, |builder| builder.annotation(&mut annotations));
            object.set(member, annotations);
        }
    }

    fn annotation(&mut self, annotations: &mut Tree) {
        if self.choices.chance(50) {
            let key = *self.choices.pick(KEYS);
            let value = self.text();
            return annotations.set(key, value);
        }
        // The name of a reference belongs to the entries of `index.json`, which set it themselves.
        let known = |entry: &&Predefined| entry.since <= self.version && entry.value != Value::RefName;
        let known: Vec<&Predefined> = PREDEFINED.iter().filter(known).collect();
        let Predefined { key, value, .. } = **self.choices.pick(&known);
        let value = self.annotation_value(value);
        annotations.set(key, value);
        if key == BASE_NAME && annotations.get(BASE_DIGEST).is_none() {
            let digest = self.some_digest();
            annotations.set(BASE_DIGEST, digest);
        }
    }

    fn annotation_value(&mut self, value: Value) -> String {
        match value {
            Value::DateTime => self.date_time().to_owned(),
            Value::Url => self.link_text().to_owned(),
            Value::RefName => self.ref_name().to_owned(),
            Value::ImageReference => self.odd_of(REFERENCES).to_owned(),
            Value::Digest => self.some_digest(),
            Value::LicenseExpression => self.odd_of(LICENSES).to_owned(),
            Value::Free => self.text(),
        }
    }
}
