//! The targets: one file each, a function over bytes, and what there is to know of it.
//!
//! A target panics where something is wrong with the code under test, and returns from every
//! input otherwise. It has no state: the same bytes always do the same.

mod compression;
mod document_bytes;
pub(crate) mod document_tree;
pub mod feedback;
mod go_json;
mod identity_conversion;
pub(crate) mod image_graph;
mod layer_application;
#[cfg(feature = "whole")]
pub(crate) mod layer_unpacking;
mod oci_spec;
#[cfg(feature = "whole")]
pub(crate) mod registry_answers;
#[cfg(feature = "whole")]
pub(crate) mod registry_requests;
#[cfg(feature = "whole")]
pub(crate) mod reports;
mod strings;
mod tar_blocks;

use std::process::ExitCode;

pub use compression::compression;
pub use document_bytes::document_bytes;
pub use document_tree::document_tree;
pub use go_json::go_json;
pub use identity_conversion::identity_conversion;
pub use image_graph::image_graph;
pub use layer_application::layer_application;
#[cfg(feature = "whole")]
pub use layer_unpacking::layer_unpacking;
pub use oci_spec::oci_spec;
#[cfg(feature = "whole")]
pub use registry_answers::registry_answers;
#[cfg(feature = "whole")]
pub use registry_requests::registry_requests;
#[cfg(feature = "whole")]
pub use reports::reports;
pub use strings::strings;
pub use tar_blocks::tar_blocks;

/// A target and what its input is.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name: of the function, of the entry point, and of its folders in the corpus.
    pub name: &'static str,
    /// The target itself.
    pub run: fn(&[u8]),
    /// What its input is.
    pub input: Input,
}

/// What the input of a target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// A JSON document as it is.
    Document,
    /// A text as it is.
    Text,
    /// A tar archive as it is.
    Archive,
    /// A layer as it is stored: an archive, compressed or not.
    Layer,
    /// Choices that a generator makes an input from.
    Choices,
    /// Requests to a registry.
    Requests,
    /// Answers of a registry, after what is asked of it.
    Answers,
    /// Choices of what a report consists of, and the texts in it.
    Reports,
}

/// Every target.
pub const ALL: &[Target] = &[
    Target { name: "compression", run: compression, input: Input::Layer },
    Target { name: "document_bytes", run: document_bytes, input: Input::Document },
    Target { name: "document_tree", run: document_tree, input: Input::Choices },
    Target { name: "go_json", run: go_json, input: Input::Document },
    Target { name: "identity_conversion", run: identity_conversion, input: Input::Document },
    Target { name: "image_graph", run: image_graph, input: Input::Choices },
    Target { name: "layer_application", run: layer_application, input: Input::Choices },
    #[cfg(feature = "whole")]
    Target { name: "layer_unpacking", run: layer_unpacking, input: Input::Choices },
    Target { name: "oci_spec", run: oci_spec, input: Input::Document },
    #[cfg(feature = "whole")]
    Target { name: "registry_answers", run: registry_answers, input: Input::Answers },
    #[cfg(feature = "whole")]
    Target { name: "registry_requests", run: registry_requests, input: Input::Requests },
    #[cfg(feature = "whole")]
    Target { name: "reports", run: reports, input: Input::Reports },
    Target { name: "strings", run: strings, input: Input::Text },
    Target { name: "tar_blocks", run: tar_blocks, input: Input::Archive },
];

/// The target of that name.
pub fn find(name: &str) -> Option<&'static Target> {
    ALL.iter().find(|target| target.name == name)
}

/// Runs a target on every file that the command line names: what an entry point does that was
/// not built for libFuzzer.
pub fn replay(name: &str) -> ExitCode {
    let Some(target) = find(name) else {
        eprintln!("there is no target {name}");
        return ExitCode::from(2);
    };
    let files: Vec<_> = std::env::args_os().skip(1).collect();
    if files.is_empty() {
        eprintln!("usage: {name} FILE...\nRuns the target on each file; to fuzz, see fuzz/README.md.");
        return ExitCode::from(2);
    }
    for file in files {
        match std::fs::read(&file) {
            Ok(bytes) => (target.run)(&bytes),
            Err(error) => {
                eprintln!("{}: {error}", file.display());
                return ExitCode::from(3);
            }
        }
    }
    ExitCode::SUCCESS
}
