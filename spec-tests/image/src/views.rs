//! Typed views of the documents of an image.
//!
//! A view finds the members that the specification names in one pass over an object, and keeps
//! them as they are written: present or absent, of whatever type. It judges nothing, so a rule
//! can see exactly what stands in the text. Of two members with one name the first is taken; the
//! document's anomalies tell of the second.

use std::borrow::Cow;

use crate::json::{Kind, Value};

/// Declares a view: a struct of optional members, and the constructor that finds them.
macro_rules! view {
    ($(#[$about:meta])* $view:ident { $($(#[$doc:meta])* $field:ident: $name:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy)]
        pub struct $view<'d> {
            /// The whole value, which need not be an object.
            pub value: Value<'d>,
            $($(#[$doc])* pub $field: Option<Value<'d>>,)*
        }

        impl<'d> $view<'d> {
            /// The names that this view knows, in the order of the specification.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// Looks at `value`. Anything but an object has no members.
            pub fn of(value: Value<'d>) -> Self {
                let mut view = $view { value, $($field: None,)* };
                for member in value.members() {
                    match &*member.name() {
                        $($name => view.$field = view.$field.or(Some(member.value)),)*
                        _ => {}
                    }
                }
                view
            }
        }
    };
}

view! {
    /// The `oci-layout` file (image-layout.md).
    Header {
        /// The version of the layout.
        version: "imageLayoutVersion",
    }
}

view! {
    /// An image index (image-index.md).
    Index {
        /// Always 2.
        schema_version: "schemaVersion",
        /// Its own media type.
        media_type: "mediaType",
        /// The type of an artifact.
        artifact_type: "artifactType",
        /// Its entries.
        manifests: "manifests",
        /// The manifest that it refers to.
        subject: "subject",
        /// Arbitrary metadata.
        annotations: "annotations",
    }
}

view! {
    /// An image manifest (manifest.md).
    Manifest {
        /// Always 2.
        schema_version: "schemaVersion",
        /// Its own media type.
        media_type: "mediaType",
        /// The type of an artifact.
        artifact_type: "artifactType",
        /// The descriptor of the configuration.
        config: "config",
        /// The descriptors of the layers, base first.
        layers: "layers",
        /// The manifest that it refers to.
        subject: "subject",
        /// Arbitrary metadata.
        annotations: "annotations",
    }
}

view! {
    /// A content descriptor (descriptor.md).
    Descriptor {
        /// The media type of the content.
        media_type: "mediaType",
        /// The digest of the content.
        digest: "digest",
        /// The size of the content in bytes.
        size: "size",
        /// Where else the content may be had.
        urls: "urls",
        /// Arbitrary metadata.
        annotations: "annotations",
        /// The content itself in base64.
        data: "data",
        /// The type of an artifact.
        artifact_type: "artifactType",
        /// What an image needs to run (image-index.md).
        platform: "platform",
    }
}

view! {
    /// A platform, as it stands in the entries of an index (image-index.md); an image
    /// configuration has the same members at its top.
    Platform {
        /// The CPU architecture.
        architecture: "architecture",
        /// The operating system.
        os: "os",
        /// The version of the operating system.
        os_version: "os.version",
        /// Features the operating system has to have.
        os_features: "os.features",
        /// The variant of the CPU.
        variant: "variant",
        /// Reserved.
        features: "features",
    }
}

view! {
    /// An image configuration (config.md).
    Config {
        /// When the image was created.
        created: "created",
        /// Who created it.
        author: "author",
        /// The CPU architecture.
        architecture: "architecture",
        /// The operating system.
        os: "os",
        /// The version of the operating system.
        os_version: "os.version",
        /// Features the operating system has to have.
        os_features: "os.features",
        /// The variant of the CPU.
        variant: "variant",
        /// What to run, and how.
        config: "config",
        /// The layers, by their content.
        rootfs: "rootfs",
        /// How each layer came to be.
        history: "history",
    }
}

view! {
    /// The `config` member of an image configuration: what to run, and how (config.md).
    Execution {
        /// The user and group of the process.
        user: "User",
        /// The ports it listens on.
        exposed_ports: "ExposedPorts",
        /// Its environment.
        env: "Env",
        /// The command.
        entrypoint: "Entrypoint",
        /// The command's default arguments.
        cmd: "Cmd",
        /// Where it stores data of an instance.
        volumes: "Volumes",
        /// Its working directory.
        working_dir: "WorkingDir",
        /// Arbitrary metadata.
        labels: "Labels",
        /// The signal that stops it.
        stop_signal: "StopSignal",
        /// Deprecated, for Windows.
        args_escaped: "ArgsEscaped",
        /// Reserved.
        memory: "Memory",
        /// Reserved.
        memory_swap: "MemorySwap",
        /// Reserved.
        cpu_shares: "CpuShares",
        /// Reserved.
        healthcheck: "Healthcheck",
    }
}

view! {
    /// The `rootfs` member of an image configuration (config.md).
    RootFs {
        /// Always `layers`.
        kind: "type",
        /// The digests of the unpacked layers, base first.
        diff_ids: "diff_ids",
    }
}

view! {
    /// One element of the `history` of an image configuration (config.md).
    History {
        /// When it happened.
        created: "created",
        /// Who did it.
        author: "author",
        /// The command that did it.
        created_by: "created_by",
        /// A remark.
        comment: "comment",
        /// Whether it left the file system as it was.
        empty_layer: "empty_layer",
    }
}

/// What a descriptor is to the document it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// `manifests[i]` of an index.
    Entry,
    /// `config` of a manifest.
    Config,
    /// `layers[i]` of a manifest.
    Layer,
    /// `subject` of a manifest or an index.
    Subject,
}

impl<'d> Index<'d> {
    /// Every descriptor in the index that is worth following, with its relation.
    pub fn descriptors(self) -> impl Iterator<Item = (Relation, Descriptor<'d>)> {
        let entries = items(self.manifests).map(|value| (Relation::Entry, value));
        let places = entries.chain(self.subject.map(|value| (Relation::Subject, value)));
        places.map(|(relation, value)| (relation, Descriptor::of(value)))
    }
}

impl<'d> Manifest<'d> {
    /// Every descriptor in the manifest, with its relation.
    pub fn descriptors(self) -> impl Iterator<Item = (Relation, Descriptor<'d>)> {
        let config = self.config.map(|value| (Relation::Config, value));
        let layers = items(self.layers).map(|value| (Relation::Layer, value));
        let subject = self.subject.map(|value| (Relation::Subject, value));
        // Only now a view is made of each: a view is too large to be handed on often.
        let places = config.into_iter().chain(layers).chain(subject);
        places.map(|(relation, value)| (relation, Descriptor::of(value)))
    }
}

impl<'d> Descriptor<'d> {
    /// The media type, if there is one and it is a string.
    #[inline]
    pub fn media_type_text(&self) -> Option<Cow<'d, str>> {
        text(self.media_type)
    }

    /// The digest, if there is one and it is a string.
    #[inline]
    pub fn digest_text(&self) -> Option<Cow<'d, str>> {
        text(self.digest)
    }

    /// The size, if there is one and it is an integer of 64 bits.
    #[inline]
    pub fn size_value(&self) -> Option<i64> {
        self.size.and_then(Value::as_integer).and_then(|size| size.value())
    }
}

/// The text of an optional member that is a string.
#[inline]
pub fn text(member: Option<Value<'_>>) -> Option<Cow<'_, str>> {
    member.and_then(Value::as_str)
}

/// The elements of an optional member that is an array.
#[inline]
pub fn items(member: Option<Value<'_>>) -> impl Iterator<Item = Value<'_>> {
    member.into_iter().flat_map(Value::items)
}

/// The document types of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// The `oci-layout` file.
    Header,
    /// An image index.
    Index,
    /// An image manifest.
    Manifest,
    /// An image configuration.
    Config,
    /// A descriptor on its own.
    Descriptor,
}

impl DocumentKind {
    /// Every kind.
    pub const ALL: [DocumentKind; 5] = [
        DocumentKind::Header,
        DocumentKind::Index,
        DocumentKind::Manifest,
        DocumentKind::Config,
        DocumentKind::Descriptor,
    ];

    /// The name used on the command line and in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            DocumentKind::Header => "layout",
            DocumentKind::Index => "index",
            DocumentKind::Manifest => "manifest",
            DocumentKind::Config => "config",
            DocumentKind::Descriptor => "descriptor",
        }
    }

    /// Guesses what a document without a declared type is meant to be: its own `mediaType` if
    /// that is one of image-spec's, else the members that only one kind has.
    pub fn recognise(value: Value<'_>) -> Option<DocumentKind> {
        let has = |name| value.get(name).is_some();
        if let Some(media_type) = value.get("mediaType").and_then(Value::as_str) {
            match media_type.as_ref() {
                crate::media_type::INDEX => return Some(DocumentKind::Index),
                crate::media_type::MANIFEST => return Some(DocumentKind::Manifest),
                _ if has("digest") && has("size") => return Some(DocumentKind::Descriptor),
                _ => {}
            }
        }
        let by_member = [
            ("imageLayoutVersion", DocumentKind::Header),
            ("manifests", DocumentKind::Index),
            ("layers", DocumentKind::Manifest),
            ("rootfs", DocumentKind::Config),
            ("architecture", DocumentKind::Config),
            ("config", DocumentKind::Manifest),
            ("digest", DocumentKind::Descriptor),
        ];
        by_member
            .into_iter()
            .find(|(name, _)| value.kind() == Kind::Object && has(name))
            .map(|(_, kind)| kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Document, Limits};

    #[test]
    fn descriptors_give_what_is_of_the_right_type() {
        let check = |text: &str, wanted: (Option<&str>, Option<&str>, Option<i64>)| {
            let document = Document::parse(text.as_bytes(), &Limits::default()).unwrap();
            let descriptor = Descriptor::of(document.root());
            let (media_type, digest) = (descriptor.media_type_text(), descriptor.digest_text());
            assert_eq!((media_type.as_deref(), digest.as_deref(), descriptor.size_value()), wanted, "{text}");
        };
        check(r#"{"mediaType":"a/b","digest":"c:d","size":7}"#, (Some("a/b"), Some("c:d"), Some(7)));
        check(r#"{"mediaType":"","size":"7"}"#, (Some(""), None, None));
        check(r#"{"mediaType":1,"digest":[],"size":-7.5}"#, (None, None, None));
        check(r#"["mediaType"]"#, (None, None, None));
    }

    #[test]
    fn documents_without_a_declared_type_are_recognised() {
        let check = |text: &str, wanted: Option<DocumentKind>| {
            let document = Document::parse(text.as_bytes(), &Limits::default()).unwrap();
            assert_eq!(DocumentKind::recognise(document.root()), wanted, "{text}");
        };
        use DocumentKind::*;
        check(r#"{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"","size":0}"#, Some(Index));
        check(r#"{"mediaType":"application/vnd.oci.image.manifest.v1+json","manifests":[]}"#, Some(Manifest));
        check(r#"{"mediaType":"a/b","digest":"","size":0,"layers":[]}"#, Some(Descriptor));
        check(r#"{"mediaType":"a/b","digest":"","layers":[]}"#, Some(Manifest));
        check(r#"{"mediaType":"a/b","size":0,"layers":[]}"#, Some(Manifest));
        check(r#"{"mediaType":"a/b"}"#, None);
        check(r#"{"mediaType":7,"digest":"","size":0}"#, Some(Descriptor));
        check(r#"{"imageLayoutVersion":"1.0.0","config":{}}"#, Some(Header));
        check(r#"{"manifests":[],"config":{}}"#, Some(Index));
        check(r#"{"config":{},"rootfs":{}}"#, Some(Config));
        check(r#"{"config":{},"architecture":"arm64"}"#, Some(Config));
        check(r#"{"config":{}}"#, Some(Manifest));
        check("{}", None);
        check(r#"["config"]"#, None);
    }
}
