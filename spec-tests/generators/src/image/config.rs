//! The configurations of images.

use super::Builder;
use crate::tree::Tree;

impl Builder<'_, '_> {
    /// A configuration of an image with so many layers.
    pub(super) fn config(&mut self, platform: &Tree, layers: usize) -> Tree {
        let mut config = Tree::object([]);
        self.optional(&mut config, "created", 30, |builder| builder.date_time().into());
        self.optional(&mut config, "author", 20, |builder| builder.text().into());
        self.config_platform(&mut config, platform);
        if self.features.execution {
            self.optional(&mut config, "config", 70, Self::execution);
        }
        let mut rootfs = Tree::object([("type", "layers".into())]);
        self.add_unknown(&mut rootfs);
        config.set("rootfs", rootfs);
        if self.features.history {
            self.optional(&mut config, "history", 60, |builder| builder.history(layers));
        }
        self.add_unknown(&mut config);
        config
    }

    /// What the image runs on, in step with what an index says of it.
    fn config_platform(&mut self, config: &mut Tree, platform: &Tree) {
        // Before 1.1 a configuration had no others.
        let names: &[&str] = if self.has_1_1() {
            &["architecture", "os", "variant", "os.version", "os.features"]
        } else {
            &["architecture", "os"]
        };
        for name in names {
            match platform.get(name) {
                Some(value) => config.set(name, value.clone()),
                None if self.may(self.features.nulls, 5) => config.set(name, Tree::Null),
                None => {}
            }
        }
    }

    /// As many entries that made a layer as there are layers, and others between them.
    fn history(&mut self, layers: usize) -> Tree {
        let mut entries = Vec::new();
        for _ in 0..layers {
            while self.choices.chance(20) {
                let mut entry = self.history_entry();
                entry.set("empty_layer", true);
                entries.push(entry);
            }
            let mut entry = self.history_entry();
            self.optional(&mut entry, "empty_layer", 20, |_| false.into());
            entries.push(entry);
        }
        entries.into()
    }

    fn history_entry(&mut self) -> Tree {
        let mut entry = Tree::object([]);
        self.optional(&mut entry, "created", 40, |builder| builder.date_time().into());
        self.optional(&mut entry, "created_by", 40, |builder| builder.text().into());
        self.optional(&mut entry, "author", 15, |builder| builder.text().into());
        self.optional(&mut entry, "comment", 15, |builder| builder.text().into());
        self.add_unknown(&mut entry);
        entry
    }

    /// Sets an OPTIONAL member of a configuration, or null in its place, or nothing.
    pub(super) fn optional(
        &mut self,
        object: &mut Tree,
        name: &str,
        percent: usize,
        value: impl FnOnce(&mut Self) -> Tree,
    ) {
        if self.may(self.features.nulls, 5) {
            object.set(name, Tree::Null);
        } else if self.choices.chance(percent) {
            let value = value(self);
            object.set(name, value);
        }
    }
}
