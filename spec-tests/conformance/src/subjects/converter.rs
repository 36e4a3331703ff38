//! The reference implementation as a converter.

use std::borrow::Cow;

use seaworthy_generators::shape::Shape;
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::{Case, Role};

use super::{Subject, Unavailable};
use crate::conversion::{self, ReferenceError};
use crate::image::ImageError;
use crate::outcome::Outcome;

/// The reference implementation as a converter.
#[derive(Debug, Clone, Copy)]
pub struct Converter;

impl Subject for Converter {
    fn name(&self) -> &str {
        "reference-converter"
    }

    fn role(&self) -> Role {
        Role::Converter
    }

    fn version(&self) -> Result<String, Unavailable> {
        Ok(env!("CARGO_PKG_VERSION").to_owned())
    }

    fn skips(&self, case: &Case) -> Option<Cow<'static, str>> {
        skips(case)
    }

    fn run(&self, layout: &Memory, version: SpecVersion) -> Outcome {
        match conversion::reference(layout, version) {
            Ok(converted) => Outcome::Converted(Box::new(converted.conversion.runtime)),
            // Whether a layout has an image is for others to judge.
            Err(ReferenceError::Image(
                error @ (ImageError::None(_) | ImageError::Unnamed(_) | ImageError::NoPlatform { .. }),
            )) => Outcome::Skipped(error.to_string()),
            Err(error) => Outcome::Rejected(error.to_string()),
        }
    }
}

/// Why a converter cannot be asked about a case.
pub(super) fn skips(case: &Case) -> Option<Cow<'static, str>> {
    let is_artifact = case.shape() == Shape::Artifact;
    is_artifact.then_some(Cow::Borrowed("it converts images, and no artifacts"))
}
