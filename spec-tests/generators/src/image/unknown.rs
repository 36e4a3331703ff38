//! Members that the specification does not know, and values of every type.

use seaworthy_image::spec::SpecVersion;

use super::Builder;
use crate::tree::Tree;

/// Names that no document of image-spec has, in any spelling. `data` and `features` are not
/// among them, because they are reserved.
const NAMES: &[&str] = &[
    "com.example.tide",
    "x",
    "$schema",
    "__proto__",
    "two words",
    "",
    "\u{1f30a}",
    "fj\u{f6}r\u{f0}ur",
    "a/b~c",
    "\"quoted\"",
    "container_config",
    "signatures",
];

/// Numbers that are neither a small integer nor forbidden.
const NUMBERS: &[&str] = &["1.5", "-0.0", "1e3", "-2E-7", "9007199254740991", "0.1"];

/// Numbers that a double cannot hold, which dev advises against.
const WIDE_NUMBERS: &[&str] =
    &["9007199254740993", "9223372036854775807", "-9223372036854775808", "1e400", "100000000000000000000"];

/// Deep for a document, and well within what any reader takes.
const DEEP: usize = 40;

impl Builder<'_, '_> {
    /// Adds a member or two of unknown names, sometimes.
    pub(super) fn add_unknown(&mut self, object: &mut Tree) {
        let mut percent = 8;
        while self.may(self.features.unknown_members, percent) {
            let name = *self.choices.pick(NAMES);
            let value = self.any_value(2);
            if object.get(name).is_none() {
                object.add(name, value);
            }
            percent = 25;
        }
    }

    /// A value of any type.
    fn any_value(&mut self, depth: usize) -> Tree {
        if depth == 2 && self.may(self.features.deep_nesting, 8) {
            return self.deep_value();
        }
        match self.choices.below(if depth == 0 { 5 } else { 7 }) {
            0 => Tree::Null,
            1 => self.choices.chance(50).into(),
            2 => self.choices.between(-1, 1000).into(),
            3 => self.text().into(),
            4 => self.number(),
            5 => {
                let count = self.choices.below(3);
                (0..count).map(|_| self.any_value(depth - 1)).collect::<Vec<_>>().into()
            }
            _ => {
                let mut object = Tree::object([]);
                for _ in 0..self.choices.below(3) {
                    let name = *self.choices.pick(NAMES);
                    let value = self.any_value(depth - 1);
                    object.set(name, value);
                }
                object
            }
        }
    }

    /// A number in any of JSON's forms.
    fn number(&mut self) -> Tree {
        let may_be_wide = self.version < SpecVersion::Dev || self.features.advice;
        match (self.features.odd_numbers, may_be_wide && self.choices.chance(50)) {
            (false, _) => 0.into(),
            (true, false) => Tree::raw(self.choices.pick(NUMBERS)),
            (true, true) => Tree::raw(self.choices.pick(WIDE_NUMBERS)),
        }
    }

    /// An integer of 64 bits.
    pub(super) fn integer(&mut self) -> Tree {
        let largest =
            if self.version < SpecVersion::Dev || self.features.advice { i64::MAX } else { (1 << 53) - 1 };
        let large = self.may(self.features.odd_numbers, 30);
        if large { largest } else { self.choices.between(0, 1000) }.into()
    }

    fn deep_value(&mut self) -> Tree {
        let is_object = self.choices.chance(50);
        (0..DEEP).fold(Tree::Null, |inner, _| {
            if is_object { Tree::object([("x", inner)]) } else { Tree::Array(vec![inner]) }
        })
    }
}
