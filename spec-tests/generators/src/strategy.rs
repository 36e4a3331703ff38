//! Images for proptest, from the same choices as everywhere else.
//!
//! A sample is made of bytes, and shrinks as they do: bytes are cut off, taken out and set to
//! zero as long as the failure stays. Fewer bytes and smaller ones make smaller images, so what
//! is left at the end is an image that a person can read.

use std::fmt;

use proptest::prelude::any;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;

use crate::choices::Choices;
use crate::draft::Draft;
use crate::features::Features;
use crate::image::generate;

/// An image, and what it was made of.
#[derive(Clone)]
pub struct Sample {
    /// The choices that made it.
    pub bytes: Vec<u8>,
    /// The image before its digests existed.
    pub draft: Draft,
    /// The image.
    pub layout: Memory,
}

impl Sample {
    /// The image that these bytes choose.
    pub fn new(bytes: Vec<u8>, features: &Features, version: SpecVersion) -> Sample {
        let mut choices = Choices::new(&bytes);
        let features = features.clone().swarm(&mut choices);
        let draft = generate(&mut choices, &features, version);
        let layout = draft.seal(&mut choices);
        Sample { bytes, draft, layout }
    }
}

/// Valid images of a version, made of these features or of some of them.
pub fn layouts(features: Features, version: SpecVersion) -> impl Strategy<Value = Sample> {
    Layouts { features, version }
}

/// As many choices as a large image makes.
const MOST_BYTES: usize = 2048;

#[derive(Debug, Clone)]
struct Layouts {
    features: Features,
    version: SpecVersion,
}

impl Strategy for Layouts {
    type Tree = Shrinking;
    type Value = Sample;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let bytes = proptest::collection::vec(any::<u8>(), 0..=MOST_BYTES).new_tree(runner)?.current();
        Ok(Shrinking::new(self.clone(), bytes))
    }
}

/// How bytes are made simpler.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Pass {
    Zero,
    Remove,
}

/// Bytes on their way to the simplest that still fail. Proptest's own way with lists takes them
/// one at a time, which is too slow here.
#[derive(Debug)]
struct Shrinking {
    of: Layouts,
    /// The simplest that are known to fail.
    best: Vec<u8>,
    /// What is tried now.
    tried: Vec<u8>,
    pass: Pass,
    /// How many bytes are changed at once, and where the next of these pieces ends.
    size: usize,
    end: usize,
    /// Whether anything was gained since the passes began anew.
    has_gained: bool,
}

impl Shrinking {
    fn new(of: Layouts, bytes: Vec<u8>) -> Self {
        let (size, end) = (bytes.len().div_ceil(2), bytes.len());
        Shrinking { of, best: bytes.clone(), tried: bytes, pass: Pass::Zero, size, end, has_gained: false }
    }

    /// Moves on to the next thing to try; false if there is none, and the best is left.
    fn advance(&mut self) -> bool {
        loop {
            if self.end == 0 && !self.next_size() {
                self.tried.clone_from(&self.best);
                return false;
            }
            let end = self.end.min(self.best.len());
            let start = end.saturating_sub(self.size);
            self.end = start;
            self.tried.clone_from(&self.best);
            match self.pass {
                Pass::Zero => self.tried[start..end].fill(0),
                Pass::Remove => drop(self.tried.drain(start..end)),
            }
            // Zeros at the end choose what no bytes would choose.
            let length = self.tried.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
            self.tried.truncate(length);
            if self.tried != self.best {
                return true;
            }
        }
    }

    /// Smaller pieces, then the other pass, and all of it again while that gains something.
    fn next_size(&mut self) -> bool {
        if self.best.is_empty() {
            return false;
        }
        self.end = self.best.len();
        self.size /= 2;
        if self.size == 0 {
            self.size = self.best.len().div_ceil(2);
            if self.pass == Pass::Remove && !std::mem::take(&mut self.has_gained) {
                return false;
            }
            self.pass = if self.pass == Pass::Zero { Pass::Remove } else { Pass::Zero };
        }
        true
    }
}

impl ValueTree for Shrinking {
    type Value = Sample;

    fn current(&self) -> Sample {
        Sample::new(self.tried.clone(), &self.of.features, self.of.version)
    }

    fn simplify(&mut self) -> bool {
        self.has_gained |= self.tried != self.best;
        self.best.clone_from(&self.tried);
        self.advance()
    }

    fn complicate(&mut self) -> bool {
        self.advance()
    }
}

/// The image for people: its documents as text, and what else there is by its size.
impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "an image made of {} bytes: {:?}", self.bytes.len(), self.bytes)?;
        for (path, content) in &self.layout.files {
            let path = path.get(..27).map_or(path.clone(), |start| format!("{start}\u{2026}"));
            match std::str::from_utf8(content) {
                Ok(text) if text.starts_with('{') || text.len() < 80 => writeln!(f, "  {path}: {text}")?,
                _ => writeln!(f, "  {path}: {} bytes, {}", content.len(), describe(content))?,
            }
        }
        let missing = self.draft.nodes.iter().filter(|node| !node.stored).count();
        if missing > 0 { writeln!(f, "  and {missing} blobs that are not stored") } else { Ok(()) }
    }
}

fn describe(content: &[u8]) -> &'static str {
    match content {
        [0x1f, 0x8b, ..] => "gzip",
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50, 0x2a, 0x4d, 0x18, ..] => "zstd",
        _ if content.get(257..262) == Some(b"ustar") => "tar",
        _ => "of no known format",
    }
}

#[cfg(test)]
mod tests {
    use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng};
    use seaworthy_image::media_type;

    use super::*;

    /// The simplest sample that has a property, as proptest finds it.
    fn simplest(has: impl Fn(&Sample) -> bool) -> Sample {
        let config = Config { failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let strategy = layouts(Features::all(), SpecVersion::V1_1_1);
        let result = runner.run(&strategy, |sample| {
            proptest::prop_assert!(!has(&sample));
            Ok(())
        });
        match result {
            Err(TestError::Fail(_, sample)) => sample,
            other => panic!("no sample has the property: {other:?}"),
        }
    }

    #[test]
    fn a_failure_shrinks_to_an_image_that_a_person_can_read() {
        let has_zstd = |sample: &Sample| {
            let mut links = sample.draft.nodes.iter().flat_map(|node| &node.links);
            links.any(|link| link.descriptor.text("mediaType") == media_type::LAYER_TAR_ZSTD)
        };
        let sample = simplest(has_zstd);
        let text = format!("{sample:?}");
        assert!(has_zstd(&sample) && sample.bytes.len() < 64, "{text}");
        // The root, one manifest, one configuration, and a layer or two.
        assert!(sample.draft.nodes.len() <= 5 && text.len() < 2000, "{text}");
        assert!(text.contains("index.json: {") && text.contains("bytes, zstd"), "{text}");
    }

    #[test]
    fn without_choices_there_is_the_smallest_image() {
        let sample = simplest(|_| true);
        assert!(sample.bytes.is_empty());
        assert_eq!(sample.draft.nodes.len(), 4, "{sample:?}");
        assert!(sample.layout.files.values().map(Vec::len).sum::<usize>() < 1500, "{sample:?}");
    }

    #[test]
    fn the_same_bytes_make_the_same_image() {
        let bytes = crate::choices::seeded("same", 1024);
        let make = || Sample::new(bytes.clone(), &Features::all(), SpecVersion::Dev).layout;
        assert_eq!(make(), make());
    }
}
