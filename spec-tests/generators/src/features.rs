//! What a generator may use: switches and limits.
//!
//! A run that uses everything everywhere hides what only shows when something is absent. So runs
//! differ: [`Features::swarm`] leaves out a few features of each image at random.

use crate::choices::Choices;

/// Declares the switches once: the fields, their number, and a list of them.
macro_rules! features {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What may appear in a generated image. Whatever is switched off never does.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Features {
            $($(#[$doc])* pub $name: bool,)*
            /// What breaks a SHOULD and no MUST, as far as the other switches allow it.
            pub advice: bool,
            /// The most entries in an index.
            pub entries: usize,
            /// The most layers in a manifest.
            pub layers: usize,
            /// How deep indexes may be nested below `index.json`.
            pub depth: usize,
            /// The most manifests and indexes in a layout, `index.json` not counted.
            pub manifests: usize,
        }

        impl Features {
            /// Every switch but `advice`, with its name.
            pub fn switches(&mut self) -> Vec<(&'static str, &mut bool)> {
                vec![$((stringify!($name), &mut self.$name),)*]
            }

            const fn with_all(value: bool) -> Features {
                Features {
                    $($name: value,)*
                    advice: false,
                    entries: 3,
                    layers: 3,
                    depth: 2,
                    manifests: 5,
                }
            }
        }
    };
}

features! {
    /// Indexes below `index.json`.
    nested_indexes,
    /// An `index.json` without entries.
    empty_indexes,
    /// Manifests of artifacts.
    artifacts,
    /// Entries of indexes with a media type that no specification registers.
    foreign_entries,
    /// Manifests and indexes that refer to another one.
    subjects,
    /// One layer or manifest in several places.
    shared_blobs,
    /// Blobs that something refers to and that are not stored.
    missing_blobs,
    /// Blobs that nothing refers to.
    unreferenced_blobs,
    /// Files besides those of the layout.
    extra_files,
    /// Every algorithm that the version registers, not SHA-256 alone.
    algorithms,
    /// Content embedded in descriptors.
    embedded_data,
    /// Descriptors with `urls`.
    urls,
    /// Layers without compression.
    uncompressed,
    /// Layers compressed with zstd.
    zstd,
    /// Layers that may not be distributed.
    nondistributable,
    /// Layers in several gzip members or zstd frames.
    split_streams,
    /// Archives in all four dialects, not PAX alone.
    dialects,
    /// Whiteouts in layers.
    whiteouts,
    /// Links, FIFOs and devices in layers.
    special_files,
    /// Files in layers with names that are long, or not plain ASCII, or written with `./` in front.
    odd_names,
    /// Files in layers with other owners, times and modes, and with extended attributes.
    odd_attributes,
    /// Annotations, and labels.
    annotations,
    /// Other platforms than linux/amd64.
    platforms,
    /// The execution parameters of configurations.
    execution,
    /// The members of execution parameters that are reserved.
    reserved,
    /// The history of configurations.
    history,
    /// Null for what is optional in a configuration.
    nulls,
    /// Members that the specification does not know.
    unknown_members,
    /// Deep nesting in unknown members.
    deep_nesting,
    /// Large integers, fractions and exponents where any number may stand.
    odd_numbers,
    /// Text beyond plain words where any text may stand.
    odd_text,
    /// JSON with odd white space, in any order, with escapes.
    style,
}

impl Features {
    /// Everything that keeps every MUST and every SHOULD.
    pub const fn all() -> Features {
        Features::with_all(true)
    }

    /// As little as an image can do with.
    pub const fn none() -> Features {
        Features::with_all(false)
    }

    /// These features without some that are left out at random.
    pub fn swarm(mut self, choices: &mut Choices<'_>) -> Features {
        for (_, switch) in self.switches() {
            *switch &= !choices.chance(25);
        }
        self
    }
}

impl Default for Features {
    fn default() -> Features {
        Features::all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::seeded;

    #[test]
    fn a_swarm_leaves_out_some_features_and_adds_none() {
        let count = |mut features: Features| features.switches().into_iter().filter(|(_, on)| **on).count();
        let bytes = seeded("swarm", 64);
        let swarm = count(Features::all().swarm(&mut Choices::new(&bytes)));
        assert!((1..count(Features::all())).contains(&swarm), "{swarm}");
        assert_eq!(count(Features::none().swarm(&mut Choices::new(&bytes))), 0);
    }
}
