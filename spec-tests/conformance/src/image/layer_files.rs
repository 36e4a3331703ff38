//! The accounts of an image, straight from its layers.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::io::{self, Read};

use seaworthy_image::conversion::{self, RootFiles};
use seaworthy_image::digest::{Algorithm, Digest};
use seaworthy_image::layer;
use seaworthy_image::layout::{Storage, blob_path};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::tar::{EntryKind, Member};

use super::{Image, Layer};

/// The files that users are looked up in.
const FILES: [&str; 2] = ["etc/passwd", "etc/group"];

/// The layers of an image as its root file system, for `/etc/passwd` and `/etc/group` only. They are
/// read when the first of the two is asked for, from the top layer down, as far as is needed.
pub struct LayerFiles<'i> {
    storage: &'i dyn Storage,
    image: &'i Image,
    limits: layer::Limits,
    /// How much of a file is kept: one byte more than may be read of it.
    keep: u64,
    found: OnceCell<Result<Found, String>>,
}

/// What the top layer that speaks of a file says of it.
type Found = BTreeMap<&'static str, State>;

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// It is this regular file.
    File(Vec<u8>),
    /// It is something else, or it lies below something else than a directory.
    Other(&'static str),
    /// It is removed.
    Removed,
}

impl<'i> LayerFiles<'i> {
    /// The layers of an image.
    pub fn new(
        storage: &'i dyn Storage,
        image: &'i Image,
        accounts: &conversion::Limits,
        limits: layer::Limits,
    ) -> Self {
        LayerFiles { storage, image, limits, keep: accounts.file.saturating_add(1), found: OnceCell::new() }
    }

    fn found(&self) -> io::Result<&Found> {
        let found = self.found.get_or_init(|| self.search());
        found.as_ref().map_err(|reason| io::Error::other(reason.clone()))
    }

    fn search(&self) -> Result<Found, String> {
        let mut found = Found::new();
        for layer in self.image.layers.iter().rev() {
            let of_layer = self.layer(layer).map_err(|reason| format!("layer {}: {reason}", layer.digest))?;
            for (path, state) in of_layer {
                found.entry(path).or_insert(state);
            }
            if found.len() == FILES.len() {
                break;
            }
        }
        Ok(found)
    }

    /// What one layer says of the files. Whiteouts are for the layers below only, so a file that
    /// the same layer has wins over them.
    fn layer(&self, layer: &Layer) -> Result<Found, String> {
        let digest = Digest::parse(&layer.digest).map_err(|error| error.to_string())?;
        let algorithm = Algorithm::registered(digest.algorithm(), SpecVersion::Dev);
        let blob = self.storage.open(&blob_path(&digest)).map_err(|error| error.to_string())?;
        let (mut found, mut removed, mut broken) = (Found::new(), Found::new(), None);
        let read = layer::read(blob.reader, algorithm, &[], &self.limits, &mut |member, content| {
            broken = broken.take().or(self.member(member, content, &mut found, &mut removed).err());
        });
        let read = read.map_err(|error| error.to_string())?;
        if let Some(error) = broken {
            return Err(error.to_string());
        }
        if let Some(error) = &read.stream_error {
            return Err(error.to_string());
        }
        if let Some(error) = &read.archive_error {
            return Err(error.to_string());
        }
        if read.stored.digest.is_some_and(|found| found != layer.digest) {
            return Err("its content has another digest".to_owned());
        }
        for (file, state) in removed {
            found.entry(file).or_insert(state);
        }
        Ok(found)
    }

    fn member(
        &self,
        member: &Member,
        content: &mut dyn Read,
        found: &mut Found,
        removed: &mut Found,
    ) -> io::Result<()> {
        let kind = member.entry.kind;
        let path = normal(&member.entry.path);
        for file in FILES {
            let (folder, name) = file.split_once('/').unwrap_or(("", file));
            let whiteouts = [
                ".wh..wh..opq".to_owned(),
                format!(".wh.{folder}"),
                format!("{folder}/.wh..wh..opq"),
                format!("{folder}/.wh.{name}"),
            ];
            if whiteouts.contains(&path) {
                removed.insert(file, State::Removed);
            } else if (path == folder && kind != EntryKind::Directory)
                || (path == file && kind != EntryKind::File)
            {
                found.insert(file, State::Other(kind.describe()));
            } else if path == file {
                let mut bytes = Vec::new();
                content.take(self.keep).read_to_end(&mut bytes)?;
                found.insert(file, State::File(bytes));
            }
        }
        Ok(())
    }
}

impl RootFiles for LayerFiles<'_> {
    fn open(&self, path: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        match self.found()?.get(path) {
            Some(State::File(bytes)) => Ok(Some(Box::new(bytes.as_slice()))),
            Some(State::Other(kind)) => {
                Err(io::Error::other(format!("it is or lies below {kind}, which is not followed in a layer")))
            }
            Some(State::Removed) | None => Ok(None),
        }
    }
}

/// A path without what makes no difference; one with `..` is none of those that are looked for.
fn normal(path: &[u8]) -> String {
    let path = String::from_utf8_lossy(path);
    path.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use seaworthy_generators::layer::{archive, directory, file, gzip_member, zstd_frame};
    use seaworthy_image::digest::digest_of;
    use seaworthy_image::layout::Memory;
    use seaworthy_image::tar::Dialect;

    use super::*;

    /// An archive of these entries; a name that ends in a slash is a directory.
    fn tar(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let member = |(path, content): &(&str, &[u8])| match path.ends_with('/') {
            true => directory(path),
            false => file(path, content),
        };
        archive(&entries.iter().map(member).collect::<Vec<_>>(), Dialect::Pax)
    }

    /// What is found of `/etc/passwd` in an image with these layers, base first.
    fn passwd(layers: &[&[u8]]) -> Result<Option<String>, String> {
        let mut storage = Memory::default();
        let mut image = Image {
            manifest_digest: String::new(),
            manifest: Vec::new(),
            config_digest: String::new(),
            config: Vec::new(),
            layers: Vec::new(),
            unverified: None,
            ambiguous: None,
        };
        for layer in layers {
            let digest = digest_of(Algorithm::Sha256, layer);
            storage.files.insert(blob_path(&Digest::parse(&digest).unwrap()), layer.to_vec());
            image.layers.push(Layer { media_type: String::new(), digest });
        }
        let accounts = conversion::Limits { file: 3, ..conversion::Limits::default() };
        let files = LayerFiles::new(&storage, &image, &accounts, layer::Limits::default());
        let mut text = String::new();
        match files.open("etc/passwd").map_err(|error| error.to_string())? {
            Some(mut file) => file.read_to_string(&mut text).map_err(|error| error.to_string())?,
            None => return Ok(None),
        };
        Ok(Some(text))
    }

    #[test]
    fn the_top_layer_that_speaks_of_a_file_decides() {
        let check = |layers: &[&[(&str, &[u8])]], wanted: Option<&str>| {
            let archives: Vec<_> = layers.iter().map(|layer| tar(layer)).collect();
            let archives: Vec<&[u8]> = archives.iter().map(Vec::as_slice).collect();
            assert_eq!(passwd(&archives), Ok(wanted.map(str::to_owned)), "{layers:?}");
        };
        let base: &[(&str, &[u8])] = &[("etc/", b""), ("etc/passwd", b"a")];
        check(&[], None);
        check(&[base], Some("a"));
        check(&[base, &[("etc/passwd", b"b")]], Some("b"));
        check(&[base, &[("./etc/passwd", b"b")], &[("etc/group", b"c")]], Some("b"));
        check(&[&[("etc/passwd", b"a"), ("etc/passwd", b"b")]], Some("b"));
        check(&[base, &[("etc/.wh.passwd", b"")]], None);
        check(&[base, &[("etc/.wh.passwd-", b"")]], Some("a"));
        check(&[base, &[("etc/.wh.group", b"")]], Some("a"));
        check(&[base, &[("etc/.wh..wh..opq", b"")]], None);
        check(&[base, &[(".wh.etc", b"")]], None);
        check(&[base, &[(".wh..wh..opq", b"")]], None);
        // A whiteout is for what lies below, wherever it stands in its own layer.
        check(&[base, &[("etc/passwd", b"b"), ("etc/.wh.passwd", b"")]], Some("b"));
        check(&[&[("etc/.wh.passwd", b"")], base], Some("a"));
        check(&[&[("usr/../etc/passwd", b"a")]], None);
        // No more is kept than it takes to see that a file is too large.
        check(&[&[("etc/passwd", b"abcdefgh")]], Some("abcd"));
    }

    #[test]
    fn layers_are_decompressed_by_what_they_are() {
        let archive = tar(&[("etc/passwd", b"a")]);
        for layer in [gzip_member(&archive, 0), zstd_frame(&archive, 0), archive] {
            assert_eq!(passwd(&[&layer]), Ok(Some("a".to_owned())));
        }
    }

    #[test]
    fn what_cannot_be_read_is_no_absent_file() {
        let archive = tar(&[("etc/passwd", b"a")]);
        let cut = gzip_member(&archive, 0)[..30].to_vec();
        assert!(passwd(&[&cut]).unwrap_err().contains("layer sha256:"));
        assert!(passwd(&[&archive[..512]]).unwrap_err().contains("layer sha256:"));
        let below_a_file = tar(&[("etc", b"a")]);
        assert!(passwd(&[&archive, &below_a_file]).unwrap_err().contains("lies below a regular file"));
    }
}
