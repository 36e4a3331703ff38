//! What a person should know of a layout, although it breaks no requirement.

use seaworthy_image::digest::Digest;
use seaworthy_image::layer::Rest;
use seaworthy_image::layout::blob_path;
use seaworthy_image::views::Descriptor;

/// How many blobs are named for each thing that is noted.
const NAMED: usize = 10;

/// What was noticed in a part of a layout, in the order of the walk.
#[derive(Debug, Default)]
pub(crate) struct Noticed {
    /// The first blobs that are not stored, each once.
    absent: Vec<Absent>,
    /// What follows the content of layers, and the paths of their blobs.
    rests: Vec<(Rest, String)>,
}

/// A blob that is not stored.
#[derive(Debug)]
struct Absent {
    path: String,
    /// The document that refers to it.
    by: String,
    /// The JSON pointer of the descriptor in it.
    pointer: String,
}

impl Noticed {
    /// Adds that the blob of a descriptor in the document at `by` is not stored.
    pub fn absent(&mut self, descriptor: &Descriptor<'_>, by: &str) {
        let Some(digest) = descriptor.digest_text() else { return };
        let Ok(digest) = Digest::parse(&digest) else { return };
        let path = blob_path(&digest);
        self.add(Absent { path, by: by.to_owned(), pointer: descriptor.value.pointer() });
    }

    /// Adds that something follows the content of the layer at `path`.
    pub fn rest(&mut self, rest: Rest, path: &str) {
        self.rests.push((rest, path.to_owned()));
    }

    /// Adds what was noticed in a later part.
    pub fn append(&mut self, mut other: Noticed) {
        other.absent.into_iter().for_each(|absent| self.add(absent));
        self.rests.append(&mut other.rests);
    }

    /// All of it as text for people; `missing` blobs are not stored.
    pub fn notes(&self, missing: usize) -> Vec<String> {
        let name = |Absent { path, by, pointer }: &Absent| {
            format!("{path} is not stored; {by} refers to it ({pointer})")
        };
        let mut notes: Vec<String> = self.absent.iter().map(name).collect();
        match missing.saturating_sub(notes.len()) {
            0 => {}
            1 => notes.push("1 more blob is not stored".to_owned()),
            more => notes.push(format!("{more} more blobs are not stored")),
        }
        notes.extend([Rest::Stream, Rest::Archive].into_iter().filter_map(|rest| self.of_layers(rest)));
        notes
    }

    fn add(&mut self, absent: Absent) {
        if self.absent.len() < NAMED && self.absent.iter().all(|known| known.path != absent.path) {
            self.absent.push(absent);
        }
    }

    fn of_layers(&self, rest: Rest) -> Option<String> {
        let mut paths = self.rests.iter().filter(|(of, _)| *of == rest).map(|(_, path)| path.as_str());
        let named: Vec<&str> = paths.by_ref().take(NAMED).collect();
        let more = match paths.count() {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        (!named.is_empty()).then(|| format!("{} ({}{more})", rest.describe(), named.join(", ")))
    }
}
