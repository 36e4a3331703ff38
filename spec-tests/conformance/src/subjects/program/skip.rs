//! Why a program cannot be asked about a case.

use seaworthy_generators::mutation::{Edit, Part};
use seaworthy_generators::shape::Shape;
use seaworthy_rules::{Case, Role};

use super::definition::{Definition, LAYERS, Need, Reads, Scope, uses};

/// Why a program cannot be asked about a case: the image is of a kind that it does not take, or it
/// does not look at what is edited, so that its acceptance would say nothing.
pub fn case(definition: &Definition, case: &Case) -> Option<String> {
    elsewhere(definition, case)
        .or_else(|| shape(definition, case.shape()))
        .or_else(|| artifact(definition, case.part))
        .or_else(|| unread(definition, case.part, &case.mutation.edit))
}

/// Why a program cannot be asked about a case of the safety battery that is about these parts: none of them
/// is in any image that it takes, or it never gets to see one. What is in layers has no part.
pub fn threat(definition: &Definition, parts: &[Part]) -> Option<String> {
    // Whoever is given the layers, and nothing else, has been told where they are by somebody else.
    let is_given_layers = uses_any(definition, LAYERS) && !uses_any(definition, "{layout}");
    if is_given_layers && !parts.is_empty() && !parts.contains(&Part::Layer) {
        return Some("it is given the layers, and sees nothing else of an image".into());
    }
    let reasons: Vec<_> = parts.iter().map(|part| shape(definition, Shape::with(*part))).collect();
    reasons.into_iter().collect::<Option<Vec<_>>>()?.pop()
}

fn uses_any(definition: &Definition, placeholder: &str) -> bool {
    definition.commands().any(|(_, command)| uses(command, placeholder))
}

/// An unpacker is asked about what shows in the tree. What it makes of documents shows better in a
/// program that reads them and tells.
fn elsewhere(definition: &Definition, case: &Case) -> Option<String> {
    let requirement = case.requirement;
    let shows = requirement.id.starts_with("layer/") || requirement.rule.binds.contains(&Role::Unpacker);
    (definition.role == Role::Unpacker && !shows).then(|| "it is asked about layers only".into())
}

/// Why a program cannot be asked about a plain image of this shape.
pub fn shape(definition: &Definition, shape: Shape) -> Option<String> {
    match shape {
        Shape::MultiPlatform if definition.needs(Need::ImageManifest) => {
            Some("it reads one manifest, and no index of several".into())
        }
        Shape::Artifact if definition.needs(Need::ImageConfig) => {
            Some("it reads images, and no artifacts".into())
        }
        _ => None,
    }
}

/// In [`Shape::Referrer`] the artifact is the second entry of `index.json`, and has no name.
fn artifact(definition: &Definition, part: Part) -> Option<String> {
    if !matches!(part, Part::Referrer | Part::SubjectDescriptor) {
        return None;
    }
    if definition.needs(Need::ImageConfig) {
        return Some("it reads images, and no artifacts".into());
    }
    let finds_it = match (&definition.unnamed, definition.scope) {
        (_, Scope::Layout) => true,
        (Some(unnamed), Scope::Ref) => uses(unnamed, "{digest}"),
        (None, Scope::Ref) => uses(&definition.command, "{digest}") && !uses(&definition.command, "{ref}"),
    };
    (!finds_it).then(|| "it cannot be told to read one of several descriptors without a name".into())
}

fn unread(definition: &Definition, part: Part, edit: &Edit) -> Option<String> {
    let read_by = looked_at(part, edit);
    let names: Vec<_> = read_by.iter().map(|part| part.describe()).collect();
    let is_read = read_by.is_empty() || read_by.iter().any(|part| definition.reads.contains(part));
    (!is_read).then(|| format!("it does not look at {}", names.join(" or ")))
}

/// Who gets to see an edit: whoever reads one of these parts of an image. For an edit of the layout
/// as a whole there is no telling, so the list is empty.
///
/// | edited | before it is hashed | as it is stored |
/// |---|---|---|
/// | a document | whoever reads that document | the same; a configuration also by its bytes |
/// | a layer | whoever reads blobs | the same |
/// | a descriptor, a platform | whoever reads the document it stands in | whoever reads what it leads to |
///
/// Bytes of a configuration that no longer keep to their digest are seen by whoever copies them,
/// while only who reads configurations sees what a well-kept one says.
pub fn looked_at(part: Part, edit: &Edit) -> &'static [Reads] {
    const CONTENT: &[Reads] = &[Reads::Config, Reads::Blobs];
    let is_stored = matches!(edit, Edit::Stored(_));
    match part {
        Part::Header => &[Reads::OciLayout],
        Part::Index | Part::NestedIndex | Part::Platform => &[Reads::Index],
        Part::Manifest | Part::Artifact | Part::Referrer => &[Reads::Manifest],
        Part::Config if is_stored => CONTENT,
        Part::Config => &[Reads::Config],
        Part::EntryDescriptor | Part::PlatformDescriptor if is_stored => &[Reads::Manifest],
        Part::EntryDescriptor | Part::PlatformDescriptor => &[Reads::Index],
        Part::ConfigDescriptor if is_stored => CONTENT,
        Part::LayerDescriptor if is_stored => &[Reads::Blobs],
        Part::Layer => &[Reads::Blobs],
        Part::ConfigDescriptor | Part::LayerDescriptor | Part::SubjectDescriptor => &[Reads::Manifest],
        Part::Layout => &[],
    }
}
