//! Layers unpacked into real directories: what comes out is what the model says, and nothing beside it
//! changes.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use seaworthy::scratch::{Canary, Scratch};
use seaworthy::tree::{self, capture};
use seaworthy::unpack::{Layer, Limits, Made, NotKept, UnpackError, unpack};
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::filesystem::{self, Aspect, Content, Member, Note, NoteKind, Tree, apply, compare};
use seaworthy_image::layer::Rest;
use seaworthy_image::layout::Memory;
use seaworthy_image::media_type::Compression;
use seaworthy_image::tar::write::{END, push};
use seaworthy_image::tar::{Device, Dialect, Entry, EntryKind, Time};

/// Whether the tests may set owners and make devices.
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Components of paths, few and made to collide.
const NAMES: &[&str] = &[
    "a",
    "a",
    "b",
    "b",
    "ab",
    "d",
    "d",
    ".",
    "..",
    "",
    ".wh.a",
    ".wh.b",
    ".wh.d",
    ".wh..wh..opq",
    ".wh.",
    ".wh...",
    ".wh..wh.x",
];

fn path() -> impl Strategy<Value = Vec<u8>> {
    let name = (0..NAMES.len()).prop_map(|at| NAMES[at]);
    (vec(name, 1..4), 0..8_u8).prop_map(|(names, form)| {
        let path = names.join("/");
        match form {
            0 => format!("./{path}"),
            1 => format!("/{path}"),
            2 => format!("{path}/"),
            _ => path,
        }
        .into_bytes()
    })
}

fn target() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => path(),
        1 => Just(b"../canary".to_vec()),
        1 => Just(b"../canary/plain".to_vec()),
        1 => Just(b"..".to_vec()),
        1 => Just(b"/proc/self/cwd".to_vec()),
    ]
}

fn member() -> impl Strategy<Value = Member> {
    let kind = prop_oneof![
        8 => Just(EntryKind::File),
        8 => Just(EntryKind::Directory),
        4 => Just(EntryKind::Symlink),
        5 => Just(EntryKind::HardLink),
        1 => Just(EntryKind::Fifo),
        1 => Just(EntryKind::CharDevice),
        1 => Just(EntryKind::Other(b'Z')),
    ];
    (kind, path(), target(), 0..4_u8, any::<bool>()).prop_map(|(kind, path, link, look, has_xattr)| {
        let content = if kind == EntryKind::File {
            Content::from([look].repeat(look.into()).as_slice())
        } else {
            Content::default()
        };
        let is_link = matches!(kind, EntryKind::Symlink | EntryKind::HardLink);
        let owner = if is_root() { u64::from(look) * 1000 } else { 0 };
        let is_device = kind == EntryKind::CharDevice;
        let mut entry = Entry {
            path,
            kind,
            link: if is_link { link } else { Vec::new() },
            size: content.size(),
            mode: [0o755, 0o644, 0o7777, 0o070][usize::from(look)],
            uid: owner,
            gid: owner / 2,
            modified: Time {
                seconds: i64::from(look) * 1_000_000_000,
                nanoseconds: u32::from(look) * 250_000_000,
            },
            device: if is_device { Device { major: 1, minor: 3 } } else { Device::default() },
            ..Entry::default()
        };
        if has_xattr && matches!(kind, EntryKind::File | EntryKind::Directory) {
            entry.xattrs.insert(b"user.mood".to_vec(), vec![look]);
        }
        Member { entry, content }
    })
}

fn archive(members: &[Member]) -> Vec<u8> {
    let mut archive = Vec::new();
    for member in members {
        push(&mut archive, &member.entry, member.content.bytes().unwrap(), Dialect::Pax).unwrap();
    }
    archive.extend(END);
    archive
}

/// A storage with layers in it, and what a manifest and a configuration would say of them.
fn stored(archives: &[(Vec<u8>, Compression)]) -> (Memory, Vec<Layer>) {
    let mut storage = Memory::default();
    let mut layers = Vec::new();
    for (archive, compression) in archives {
        let blob = match compression {
            Compression::None => archive.clone(),
            Compression::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                std::io::Write::write_all(&mut encoder, archive).unwrap();
                encoder.finish().unwrap()
            }
            Compression::Zstd => zstd::encode_all(archive.as_slice(), 1).unwrap(),
        };
        let digest = digest_of(Algorithm::Sha256, &blob);
        layers.push(Layer {
            digest: digest.clone(),
            size: Some(blob.len() as u64),
            compression: *compression,
            diff_id: Some(digest_of(Algorithm::Sha256, archive)),
        });
        storage.files.insert(format!("blobs/{}", digest.replace(':', "/")), blob);
    }
    (storage, layers)
}

fn unpack_members(layers: &[Vec<Member>], directory: &Path) -> Result<Made, UnpackError> {
    let compressions = [Compression::None, Compression::Gzip, Compression::Zstd];
    let archives: Vec<(Vec<u8>, Compression)> = layers
        .iter()
        .zip(compressions.iter().cycle())
        .map(|(members, how)| (archive(members), *how))
        .collect();
    let (storage, layers) = stored(&archives);
    unpack(&storage, &layers, directory, &Limits::default())
}

/// What the model makes of layers, and what it leaves out for what an entry says.
fn model(layers: &[Vec<Member>]) -> (Tree, Vec<Note>) {
    let mut tree = Tree::new();
    let mut notes = Vec::new();
    for members in layers {
        let applied = apply(tree, members, &filesystem::Limits::default()).unwrap();
        tree = applied.tree;
        notes.extend(applied.notes);
    }
    (tree, notes)
}

fn captured(directory: &Path) -> Tree {
    let owner = |id: u32| if is_root() { id.into() } else { 0 };
    capture(directory, owner, &tree::Limits::default()).unwrap()
}

/// Unpacks layers, and compares the tree with the model's and everything around it with what was there.
fn check(layers: &[Vec<Member>]) -> Made {
    let scratch = Scratch::new().unwrap();
    let canary = Canary::plant(&scratch).unwrap();
    let directory = scratch.path().join("target");
    let made = unpack_members(layers, &directory).unwrap();
    assert_eq!(canary.check(&scratch), []);
    let (wanted, notes) = model(layers);
    let has_lost = |what| made.report.not_kept.contains_key(&what);
    let mut differences = compare(&wanted, &captured(&directory), usize::MAX);
    differences.retain(|difference| match difference.aspect {
        // As an ordinary user, or where the temporary folder has none.
        Aspect::Xattrs => !has_lost(NotKept::Xattr),
        Aspect::Mode => !has_lost(NotKept::SetId),
        Aspect::Removed => !has_lost(NotKept::Device),
        _ => true,
    });
    let shown = || layers.iter().map(|layer| layer.iter().map(show).collect::<Vec<_>>()).collect::<Vec<_>>();
    let paths: Vec<_> =
        differences.iter().map(|it| (it.path.escape_ascii().to_string(), it.aspect)).collect();
    assert_eq!(paths, [], "{:#?}", shown());
    // Both leave out the same, and replace the same on the way.
    let is_shared = |kind: NoteKind| {
        kind.is_left_out()
            || matches!(kind, NoteKind::BelowSymlink | NoteKind::BelowFile | NoteKind::LinkToItself)
    };
    let count = |kind| notes.iter().filter(|note| note.kind == kind).count() as u64;
    let mut kinds: Vec<NoteKind> =
        notes.iter().map(|note| note.kind).filter(|kind| is_shared(*kind)).collect();
    kinds.extend(made.report.notes.keys().filter(|kind| is_shared(**kind)));
    for kind in kinds {
        let found = made.report.notes.get(&kind).map_or(0, |places| places.count);
        assert_eq!(found, count(kind), "{kind:?} {:#?}", shown());
    }
    made
}

fn show(member: &Member) -> String {
    let Entry { path, kind, link, mode, .. } = &member.entry;
    format!("{kind:?} {} {} {mode:o}", path.escape_ascii(), link.escape_ascii())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn trees_are_those_of_the_model(layers in vec(vec(member(), 0..10), 1..4)) {
        check(&layers);
    }
}

/// More of them with `PROPTEST_CASES`.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(100)
}

fn entry(path: &str, kind: EntryKind, link: &str) -> Member {
    let entry = Entry { path: path.into(), kind, link: link.into(), mode: 0o755, ..Entry::default() };
    Member { entry, content: Content::default() }
}

fn file(path: &str, text: &str) -> Member {
    let mut member = entry(path, EntryKind::File, "");
    member.content = Content::from(text);
    member.entry.size = member.content.size();
    member
}

#[test]
fn what_is_unpacked_has_its_attributes() {
    let mut layer = vec![
        entry("./", EntryKind::Directory, ""),
        entry("d/", EntryKind::Directory, ""),
        file("d/f", "hello"),
    ];
    layer[0].entry.mode = 0o751;
    layer[1].entry.mode = 0o555;
    layer[1].entry.modified = Time { seconds: 1_000_000_000, nanoseconds: 5 };
    layer[2].entry.mode = 0o4711;
    layer[2].entry.modified = Time { seconds: -1, nanoseconds: 0 };
    layer.push(entry("d/l", EntryKind::Symlink, "../../x"));
    check(&[layer.clone()]);
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| fs::symlink_metadata(folder.path().join("tree").join(path)).unwrap();
    unpack_members(&[layer], &folder.path().join("tree")).unwrap();
    assert_eq!(at("").mode() & 0o7777, 0o751);
    assert_eq!((at("d").mode() & 0o7777, at("d").mtime(), at("d").mtime_nsec()), (0o555, 1_000_000_000, 5));
    assert_eq!(at("d/f").mtime(), -1);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
}

#[test]
fn depth_costs_no_stack() {
    let deep = format!("{}f", "d/".repeat(2000));
    let mut layer = vec![file(&deep, "1")];
    // Back and forth between the top and the bottom.
    layer.extend(
        (0..20).flat_map(|number| [file(&format!("{deep}{number}"), ""), file(&format!("{number}"), "")]),
    );
    layer.push(entry(&format!("{deep}-link"), EntryKind::HardLink, &deep));
    check(&[layer, vec![entry(".wh.d", EntryKind::File, "")]]);
}

#[test]
fn nothing_is_left_of_what_fails() {
    let good = archive(&[file("a", "hello")]);
    let check = |change: &dyn Fn(&mut Memory, &mut Layer), limits: Limits, want: &str| {
        let (mut storage, mut layers) =
            stored(&[(good.clone(), Compression::Gzip), (good.clone(), Compression::None)]);
        change(&mut storage, &mut layers[1]);
        let folder = tempfile::tempdir().unwrap();
        let error = unpack(&storage, &layers, &folder.path().join("tree"), &limits).unwrap_err();
        assert!(error.to_string().contains(want), "{error}, not {want}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{want}");
    };
    let blob = |storage: &mut Memory, layer: &Layer, change: &dyn Fn(&mut Vec<u8>)| {
        change(storage.files.get_mut(&format!("blobs/{}", layer.digest.replace(':', "/"))).unwrap());
    };
    let as_is = |_: &mut Memory, _: &mut Layer| {};
    let limits = Limits::default();
    check(&|storage, layer| blob(storage, layer, &|bytes| bytes[600] ^= 1), limits, "has the digest");
    check(&|_, layer| layer.size = Some(5), limits, "its descriptor says 5");
    check(&|_, layer| layer.diff_id = Some(format!("sha256:{}", "0".repeat(64))), limits, "has the diff id");
    check(&|storage, layer| blob(storage, layer, &|bytes| bytes.truncate(600)), limits, "has the digest");
    check(&|storage, layer| blob(storage, layer, &|bytes| bytes[0] ^= 1), limits, "has the digest");
    check(&|_, layer| layer.digest = format!("sha256:{}", "0".repeat(64)), limits, "is not in the layout");
    check(&|_, layer| layer.digest = "md5:aaaa".to_owned(), limits, "its algorithm is not known");
    check(
        &|_, layer| layer.compression = Compression::Gzip,
        limits,
        "but its media type says compressed with gzip",
    );
    check(
        &|_, layer| layer.compression = Compression::Zstd,
        limits,
        "but its media type says compressed with zstd",
    );
    check(&as_is, Limits { entries: 1, ..limits }, "more than 1 entries");
    check(&as_is, Limits { bytes: 9, ..limits }, "more than 9 bytes");
    check(&as_is, Limits { path: 0, ..limits }, "a path of more than 0 bytes");
    check(&as_is, Limits { depth: 0, ..limits }, "more than 0 components");
}

/// Of compressed data that break, the digest tells whether the image was made that way.
#[test]
fn broken_compression_is_blamed_on_the_digest_if_that_is_wrong() {
    let check = |compression: Compression, change: &dyn Fn(&mut Vec<u8>), want: &str| {
        let (mut storage, mut layers) = stored(&[(archive(&[file("a", "hello")]), compression)]);
        let (_, mut blob) = storage.files.pop_first().unwrap();
        change(&mut blob);
        let refusal = |storage: &Memory, layers: &[Layer]| {
            let folder = tempfile::tempdir().unwrap();
            unpack(storage, layers, &folder.path().join("tree"), &Limits::default()).unwrap_err()
        };
        let path = |layer: &Layer| format!("blobs/{}", layer.digest.replace(':', "/"));
        storage.files.insert(path(&layers[0]), blob.clone());
        let error = refusal(&storage, &layers);
        assert!(error.to_string().contains("has the digest") && error.is_the_images(), "{error}");
        (layers[0].digest, layers[0].size) = (digest_of(Algorithm::Sha256, &blob), None);
        storage.files.insert(path(&layers[0]), blob);
        let error = refusal(&storage, &layers);
        assert!(error.to_string().contains(want) && error.is_the_images(), "{error}, not {want}");
    };
    for compression in [Compression::Gzip, Compression::Zstd] {
        check(compression, &|blob| blob.truncate(30), "the stream ends within compressed data");
        check(compression, &Vec::clear, "is not compressed, but its media type says compressed with");
    }
    check(
        Compression::Gzip,
        &|blob| blob[20] ^= 0xff,
        "is damaged or truncated: the compressed data are damaged",
    );
}

/// What follows the last member or frame, or the end of an archive, is no part of a layer, and told.
#[test]
fn what_follows_a_layer_is_ignored_and_told() {
    let check = |compression: Compression, inner: &[u8], outer: &[u8], wanted: &[Rest]| {
        let content = [archive(&[file("a", "hello")]), inner.to_vec()].concat();
        let (mut storage, mut layers) = stored(&[(content, compression)]);
        let (_, blob) = storage.files.pop_first().unwrap();
        let blob = [&blob[..], outer].concat();
        let digest = digest_of(Algorithm::Sha256, &blob);
        (layers[0].digest, layers[0].size) = (digest.clone(), Some(blob.len() as u64));
        storage.files.insert(format!("blobs/{}", digest.replace(':', "/")), blob);
        let folder = tempfile::tempdir().unwrap();
        let made = unpack(&storage, &layers, &folder.path().join("tree"), &Limits::default()).unwrap();
        let told: Vec<_> = made.report.ignored.keys().copied().collect();
        assert_eq!((told.as_slice(), made.entries, made.bytes), (wanted, 1, 5));
        for places in made.report.ignored.values() {
            assert_eq!(places.first, [digest.as_bytes()]);
        }
    };
    let member = archive(&[file("b", "more")]);
    for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
        check(compression, b"", b"", &[]);
        check(compression, &[0; 1024], b"", &[]);
        check(compression, b"text", b"", &[Rest::Archive]);
        check(compression, &member, b"", &[Rest::Archive]);
    }
    for compression in [Compression::Gzip, Compression::Zstd] {
        check(compression, b"", &[0; 512], &[Rest::Stream]);
        check(compression, b"text", b"and more", &[Rest::Stream, Rest::Archive]);
    }
}

#[test]
fn what_is_made_is_counted() {
    let layers = [
        vec![entry("./", EntryKind::Directory, ""), file("f", "1234"), entry("l", EntryKind::HardLink, "f")],
        vec![
            entry(".wh.f", EntryKind::File, ""),
            file("../out", "12"),
            entry("m", EntryKind::HardLink, "none"),
        ],
        vec![entry("s", EntryKind::Symlink, "f"), file(&"n".repeat(300), "123")],
    ];
    let folder = tempfile::tempdir().unwrap();
    let made = unpack_members(&layers, &folder.path().join("tree")).unwrap();
    assert_eq!((made.entries, made.bytes), (4, 4));
}

#[test]
fn bombs_do_not_fill_the_disk() {
    let mut bomb = file("zeros", "");
    bomb.entry.size = 80 << 20;
    let mut archive = Vec::new();
    push(&mut archive, &bomb.entry, &vec![0; 80 << 20], Dialect::Ustar).unwrap();
    archive.extend(END);
    let (storage, layers) = stored(&[(archive, Compression::Gzip)]);
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits { ratio: 50, ..Limits::default() };
    let error = unpack(&storage, &layers, &folder.path().join("tree"), &limits).unwrap_err();
    assert!(matches!(error, UnpackError::Ratio(50)), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let patient = Limits { ratio: 2000, ..limits };
    unpack(&storage, &layers, &folder.path().join("tree"), &patient).unwrap();
}

#[test]
fn a_place_has_to_be_empty() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let unpack_to = |name: &str| unpack_members(&[vec![file("f", "1")]], &at(name)).map(|_| ());
    let refuse = |name: &str, want: &str| {
        let error = unpack_to(name).unwrap_err();
        assert!(matches!(&error, UnpackError::Place(reason) if reason.contains(want)), "{error}");
    };
    fs::create_dir(at("empty")).unwrap();
    std::os::unix::fs::symlink("empty", at("link")).unwrap();
    std::os::unix::fs::symlink("nothing", at("dangling")).unwrap();
    fs::write(at("file"), "").unwrap();
    refuse("file", "not a directory");
    refuse("missing/new", "the directory above it");
    refuse("dangling", "cannot be used");
    unpack_to("link").unwrap();
    assert_eq!(fs::read_to_string(at("empty/f")).unwrap(), "1");
    assert!(at("link").is_symlink());
    refuse("empty", "not empty");
    unpack_to("new").unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5);
}

#[test]
fn a_difference_between_directories_leads_from_one_to_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let lower =
        vec![entry("d/", EntryKind::Directory, ""), file("d/old", "1"), file("d/kept", "2"), file("e", "3")];
    let mut upper = lower.clone();
    upper.extend([
        file("d/kept", "new"),
        entry("d/link", EntryKind::HardLink, "d/kept"),
        entry("f", EntryKind::Symlink, "e"),
    ]);
    upper.extend([file(&"long/".repeat(60), ""), entry("d/pipe", EntryKind::Fifo, "")]);
    unpack_members(std::slice::from_ref(&lower), &at("lower")).unwrap();
    unpack_members(&[upper, vec![entry("d/.wh.old", EntryKind::File, "")]], &at("upper")).unwrap();
    let lower_archive = archive(&lower);
    for (name, compression) in
        [("l.tar", Compression::None), ("l.tar.gz", Compression::Gzip), ("l.tar.zst", Compression::Zstd)]
    {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_seaworthy"))
            .arg("diff")
            .args([at("lower"), at("upper")])
            .arg("-o")
            .arg(at(name))
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let said = String::from_utf8(output.stdout).unwrap();
        let told =
            |key: &str| said.lines().find_map(|line| line.strip_prefix(key)).unwrap().trim().to_owned();
        let blob = fs::read(at(name)).unwrap();
        let (mut storage, mut layers) = stored(&[(lower_archive.clone(), Compression::None)]);
        let digest = told("digest");
        assert_eq!(
            (digest.as_str(), told("size")),
            (digest_of(Algorithm::Sha256, &blob).as_str(), blob.len().to_string())
        );
        storage.files.insert(format!("blobs/{}", digest.replace(':', "/")), blob);
        layers.push(Layer { digest, size: None, compression, diff_id: Some(told("diff id")) });
        let both = at(&format!("{name}-tree"));
        unpack(&storage, &layers, &both, &Limits::default()).unwrap();
        assert_eq!(compare(&captured(&at("upper")), &captured(&both), 10), [], "{said}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 8, "no temporary file is left");
    // What is not supported is not written as something else.
    let diff = |name: &str, options: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_seaworthy"));
        command.arg("diff").args([at("lower"), at("upper")]).arg("-o").arg(at(name)).args(options);
        command.output().unwrap()
    };
    for name in ["l.tar.xz", "l.tar.bz2", "l.txt"] {
        let output = diff(name, &[]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("end the name in .tar, .gz, .tgz, .zst, .zstd or .tzst"), "{said}");
        assert!(!at(name).exists());
    }
    assert!(diff("l.blob", &["--compress", "none"]).status.success());
    assert!(diff("l", &[]).status.success());
}

/// Runs `seaworthy unpack`; what it says is on either output.
fn run(args: &[&std::ffi::OsStr]) -> (Option<i32>, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_seaworthy"))
        .arg("unpack")
        .args(args)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn images_of_many_tools_are_unpacked() {
    let images = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/images");
    let folder = tempfile::tempdir().unwrap();
    let unpack_image = |name: &str, options: &[&str]| {
        let target = folder.path().join(name.replace('/', "-"));
        let mut args: Vec<&std::ffi::OsStr> = options.iter().map(|option| option.as_ref()).collect();
        let image = images.join(name);
        args.extend([image.as_os_str(), target.as_os_str()]);
        let (status, said) = run(&args);
        (status, said, target)
    };
    for name in ["buildah", "crane", "umoci-new", "skopeo-oci-archive", "regctl-zstd", "regctl-docker-types"]
    {
        let path = fs::read_dir(images.join(name)).unwrap().map(|entry| entry.unwrap().file_name());
        let inner = path
            .filter_map(|name| name.into_string().ok())
            .find(|name| name.starts_with("layout") || name.starts_with("image"))
            .unwrap();
        let (status, said, target) = unpack_image(&format!("{name}/{inner}"), &[]);
        assert_eq!(status, Some(0), "{name}: {said}");
        assert!(said.contains(": unpacked "), "{said}");
        assert!(target.is_dir(), "{name}");
    }
}

#[test]
fn bad_calls_are_told_from_bad_images() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).into_os_string();
    fs::create_dir(at("full")).unwrap();
    fs::write(folder.path().join("full/file"), "").unwrap();
    let layout = |change: &dyn Fn(&mut Memory), name: &str| {
        let archive = archive(&[file("a", "1"), file("../b", "2")]);
        let (mut storage, layers) = stored(&[(archive, Compression::None)]);
        let mut add = |text: String| {
            let digest = digest_of(Algorithm::Sha256, text.as_bytes());
            storage.files.insert(format!("blobs/{}", digest.replace(':', "/")), text.clone().into_bytes());
            format!(r#""digest":"{digest}","size":{}"#, text.len())
        };
        let layer = &layers[0];
        let config = add(format!(
            r#"{{"os":"linux","architecture":"amd64","rootfs":{{"type":"layers","diff_ids":["{}"]}}}}"#,
            layer.diff_id.as_deref().unwrap()
        ));
        let media = "application/vnd.oci.image";
        let manifest = add(format!(
            r#"{{"schemaVersion":2,"config":{{"mediaType":"{media}.config.v1+json",{config}}},"layers":[{{"mediaType":"{media}.layer.v1.tar","digest":"{}","size":{}}}]}}"#,
            layer.digest,
            layer.size.unwrap()
        ));
        let index = format!(
            r#"{{"schemaVersion":2,"manifests":[{{"mediaType":"{media}.manifest.v1+json",{manifest}}}]}}"#
        );
        storage.files.insert("index.json".to_owned(), index.into_bytes());
        storage.files.insert("oci-layout".to_owned(), br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec());
        change(&mut storage);
        for (path, bytes) in storage.files {
            let path = Path::new(&at(name)).join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    };
    layout(&|_| {}, "image");
    layout(
        &|storage| {
            storage.files.values_mut().filter(|blob| blob.len() > 1000).for_each(|blob| blob[512] ^= 1)
        },
        "altered",
    );
    let index = |storage: &Memory| -> serde_json::Value {
        serde_json::from_slice(&storage.files["index.json"]).unwrap()
    };
    let set = |storage: &mut Memory, index: &serde_json::Value| {
        storage.files.insert("index.json".to_owned(), serde_json::to_vec(index).unwrap());
    };
    layout(
        &|storage| {
            let mut index = index(storage);
            index["manifests"][0]["size"] = 1.into();
            set(storage, &index);
        },
        "longer",
    );
    // What cannot be verified is not taken on trust, nor is what it leads to.
    layout(
        &|storage| {
            let mut index = index(storage);
            let digest = index["manifests"][0]["digest"].as_str().unwrap().replace("sha256:", "");
            let manifest = storage.files[&format!("blobs/sha256/{digest}")].clone();
            storage.files.insert(format!("blobs/future/{digest}"), manifest);
            index["manifests"][0]["digest"] = format!("future:{digest}").into();
            set(storage, &index);
        },
        "unverified",
    );
    layout(
        &|storage| {
            let nested = storage.files["index.json"].clone();
            let size = nested.len();
            storage.files.insert("blobs/future/abc".to_owned(), nested);
            let media_type = "application/vnd.oci.image.index.v1+json";
            let entry = serde_json::json!({ "mediaType": media_type, "digest": "future:abc", "size": size });
            set(storage, &serde_json::json!({ "schemaVersion": 2, "manifests": [entry] }));
        },
        "unverified-index",
    );
    let check = |args: &[&std::ffi::OsStr], want: i32, words: &str| {
        let (status, said) = run(args);
        assert_eq!(status, Some(want), "{said}");
        assert!(said.contains(words), "{said}, not {words}");
    };
    let (image, new) = (at("image"), at("new"));
    check(&[&image, &at("full")], 2, "it is not empty");
    check(&[&at("altered"), &new], 1, "has the digest");
    check(&[&at("nothing"), &new], 3, "no such file");
    check(&[&at("longer"), &new], 3, "not as many as its descriptor says");
    check(&[&at("unverified"), &new], 3, "cannot be verified: its algorithm is not known");
    check(&[&at("unverified-index"), &new], 3, "future:abc cannot be verified");
    check(&["--platform".as_ref(), "linux/arm64".as_ref(), &image, &new], 3, "there is one for linux/amd64");
    check(&["--platform".as_ref(), "linux".as_ref(), &image, &new], 2, "a platform is");
    check(&["--max-bytes".as_ref(), "1".as_ref(), &image, &new], 3, "--max-bytes");
    assert!(!Path::new(&new).exists());
    check(
        &["--platform".as_ref(), "linux/amd64".as_ref(), &image, &new],
        1,
        "left out: its path leads out of the root (../b)",
    );
    fs::remove_dir_all(&new).unwrap();
    check(&[&image, &new], 1, ": unpacked 1 entry, 1 byte of content\n");
    assert_eq!(fs::read_dir(&new).unwrap().count(), 1);
}
