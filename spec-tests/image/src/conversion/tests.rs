use std::io::Cursor;

use super::*;
use crate::json::Document;

const PASSWD: &str = "\
# the crew
root:x:0:0:root:/root:/bin/sh

alice:x:1000:1000:Alice:/home/alice:/bin/sh
alice:x:0:0:the second of the name:/:/bin/sh
bob:x:1001:50
+nis:x:0:0::/:
:x:0:0::/:
short:x:7
wraps:x:4294967296:0::/:
signed:x:-1:0::/:
4711:x:0:0:a number for a name:/:
4294967296:x:0:0:and one that is out of range:/:
-1:x:0:0:and one with a sign:/:
";

const GROUP: &str = "\
root:x:0:
staff:x:50:bob,alice
tide:x:60: alice ,bob
tide-again:x:60:alice
alice:x:1000:
broken:x:x:alice
lonely:x:70
99:x:0:
";

fn image(passwd: &str, group: &str) -> BTreeMap<String, Vec<u8>> {
    let file = |path: &str, text: &str| (path.to_owned(), text.as_bytes().to_vec());
    BTreeMap::from([file("etc/passwd", passwd), file("etc/group", group)])
}

fn converted(
    config: &str,
    files: &dyn RootFiles,
    version: SpecVersion,
) -> Result<Conversion, ConversionError> {
    let document = Document::parse(config.as_bytes(), &Default::default()).expect("a document");
    convert(document.root(), files, &Limits::default(), version)
}

fn of(config: &str) -> Conversion {
    converted(config, &NoFiles, SpecVersion::V1_1_1).expect("it can be converted")
}

fn kinds(conversion: &Conversion) -> Vec<(&'static str, &str)> {
    conversion.notes.iter().map(|note| (note.kind.as_str(), note.pointer.as_str())).collect()
}

#[test]
fn every_row_of_the_document() {
    let conversion = converted(
        r#"{"os":"linux","architecture":"arm64","variant":"v8","os.version":"6.1","os.features":["a","b"],
            "author":"A <a@example.com>","created":"2026-01-02T03:04:05Z",
            "config":{"User":"alice","Env":["Z=1","A=","Z=2"],"Entrypoint":["/bin/cat",""],"Cmd":["x y"],
              "WorkingDir":"/a//b/","Labels":{"com.example.Key":"","n":null},"StopSignal":"SIGRTMIN+3",
              "ExposedPorts":{"80/tcp":{},"53":{}},"Volumes":{"/data/":{},"/x":{}}}}"#,
        &image(PASSWD, GROUP),
        SpecVersion::V1_1_1,
    )
    .expect("it can be converted");
    let runtime = &conversion.runtime;
    assert_eq!(runtime.cwd.as_deref(), Some("/a//b/"));
    assert_eq!(runtime.env, ["Z=1", "A=", "Z=2"]);
    assert_eq!(runtime.args, ["/bin/cat", "", "x y"]);
    assert_eq!(runtime.mounts, ["/data/", "/x"]);
    let annotations: Vec<_> =
        runtime.annotations.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(
        annotations,
        [
            ("com.example.Key", ""),
            ("org.opencontainers.image.architecture", "arm64"),
            ("org.opencontainers.image.author", "A <a@example.com>"),
            ("org.opencontainers.image.created", "2026-01-02T03:04:05Z"),
            ("org.opencontainers.image.exposedPorts", "80/tcp,53"),
            ("org.opencontainers.image.os", "linux"),
            ("org.opencontainers.image.os.features", "a,b"),
            ("org.opencontainers.image.os.version", "6.1"),
            ("org.opencontainers.image.stopSignal", "SIGRTMIN+3"),
            ("org.opencontainers.image.variant", "v8"),
        ]
    );
    assert_eq!((runtime.user.uid, runtime.user.gid), (Some(1000), Some(1000)));
    assert_eq!(runtime.user.additional_gids, [50, 60]);
    assert_eq!(
        kinds(&conversion),
        [
            ("features-joined", "/os.features"),
            ("repeated-variable", "/config/Env/2"),
            ("volumes-mounted", "/config/Volumes"),
        ]
    );
}

#[test]
fn ten_notes_of_a_kind_are_kept() {
    let entries = vec!["\"A=\",\"none\""; 20].join(",");
    let conversion = of(&format!(r#"{{"config":{{"Env":[{entries}]}}}}"#));
    let kinds = kinds(&conversion);
    let count = |wanted: &str| kinds.iter().filter(|(kind, _)| *kind == wanted).count();
    assert_eq!((count("repeated-variable"), count("odd-variable"), count("no-command")), (10, 10, 1));
    assert_eq!(
        kinds[..4],
        [
            ("no-user", ""),
            ("no-working-dir", ""),
            ("odd-variable", "/config/Env/1"),
            ("repeated-variable", "/config/Env/2")
        ]
    );
}

#[test]
fn the_first_version_knows_fewer_annotations() {
    let config =
        r#"{"os":"linux","architecture":"a","variant":"v","os.version":"1","os.features":[],"author":"x"}"#;
    let old = converted(config, &NoFiles, SpecVersion::V1_0_2).expect("it can be converted");
    assert_eq!(old.runtime.annotations.keys().collect::<Vec<_>>(), ["org.opencontainers.image.author"]);
    assert_eq!(of(config).runtime.annotations.len(), 6);
}

#[test]
fn labels_win_over_what_other_members_imply() {
    for name in [
        "os",
        "architecture",
        "variant",
        "os.version",
        "os.features",
        "author",
        "created",
        "stopSignal",
        "exposedPorts",
    ] {
        let config = format!(
            r#"{{"os":"o","architecture":"a","variant":"v","os.version":"1","os.features":["f"],"author":"x","created":"c",
                "config":{{"Labels":{{"org.opencontainers.image.{name}":"mine"}},"StopSignal":"SIGTERM","ExposedPorts":{{"1":{{}}}}}}}}"#
        );
        let runtime = of(&config).runtime;
        assert_eq!(runtime.annotations[&format!("org.opencontainers.image.{name}")], "mine");
        assert_eq!(runtime.annotations.values().filter(|value| *value == "mine").count(), 1);
    }
}

#[test]
fn what_is_absent_is_not_made_up() {
    for config in [
        "{}",
        r#"{"config":null}"#,
        r#"{"config":{}}"#,
        r#"{"config":{"User":"","Env":null,"WorkingDir":""}}"#,
    ] {
        let conversion = of(config);
        let user = User { uid: Some(0), gid: Some(0), ..User::default() };
        assert_eq!(conversion.runtime, RuntimeConfig { user, ..RuntimeConfig::default() }, "{config}");
        let kinds: Vec<_> = conversion.notes.iter().map(|note| note.kind).collect();
        assert!(
            kinds.contains(&NoteKind::NoUser) && kinds.contains(&NoteKind::NoCommand),
            "{config}: {kinds:?}"
        );
    }
}

#[test]
fn users() {
    let files = image(PASSWD, GROUP);
    let check = |user: &str, wanted: Result<(u64, u64, &[u64]), &str>| {
        let config = format!(r#"{{"config":{{"User":{user:?}}}}}"#);
        let found = converted(&config, &files, SpecVersion::V1_1_1);
        match (found, wanted) {
            (Ok(found), Ok((uid, gid, groups))) => {
                let found = found.runtime.user;
                assert_eq!((found.uid, found.gid), (Some(uid), Some(gid)), "{user}");
                assert_eq!(found.additional_gids, groups, "{user}");
            }
            (Err(error), Err(reason)) => {
                assert_eq!(error.pointer, "/config/User");
                assert!(error.to_string().contains(reason), "{user}: {error}");
            }
            (found, wanted) => panic!("{user}: {found:?}, wanted {wanted:?}"),
        }
    };
    check("alice", Ok((1000, 1000, &[50, 60])));
    check("bob", Ok((1001, 50, &[50, 60])));
    check("alice:staff", Ok((1000, 50, &[])));
    check("alice:7", Ok((1000, 7, &[])));
    check("1000", Ok((1000, 1000, &[])));
    check("0012", Ok((12, 0, &[])));
    check("4711", Ok((4711, 0, &[])));
    check("12:lonely", Ok((12, 70, &[])));
    check("12:99", Ok((12, 99, &[])));
    check("4294967295:4294967295", Ok((4_294_967_295, 4_294_967_295, &[])));
    for nobody in ["nobody", "Alice", "nis", "short", "wraps", "signed", "#", "alice ", "ali"] {
        check(nobody, Err(if nobody.ends_with(' ') { "nor a name" } else { "no user" }));
    }
    for no_group in ["alice:nobody", "0:broken", "alice:bob"] {
        check(no_group, Err("no group"));
    }
    for out_of_range in ["4294967296", "4294967296:0", "0:4294967296", "99999999999999999999"] {
        check(out_of_range, Err("above 4294967295"));
    }
    for odd in ["-1", "+5", "0x10", " 0", "-1:0", "0:-1"] {
        check(odd, Err("neither a number"));
    }
    for broken in [":0", "0:", "a:b:c"] {
        check(broken, Err("no user can be made of it"));
    }
}

#[test]
fn a_number_needs_no_file() {
    struct Broken;
    impl RootFiles for Broken {
        fn open(&self, _: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
            Err(io::Error::other("never to be opened"))
        }
    }
    let check = |user: &str, is_fine: bool| {
        let config = format!(r#"{{"config":{{"User":{user:?}}}}}"#);
        assert_eq!(converted(&config, &Broken, SpecVersion::V1_1_1).is_ok(), is_fine, "{user}");
    };
    check("1000:1000", true);
    check("4294967296:0", false);
    check("1000", false);
    check("1000:staff", false);
    check("alice", false);
}

#[test]
fn hostile_files_are_bounded() {
    /// Bytes without an end.
    struct Endless(&'static [u8]);
    impl RootFiles for Endless {
        fn open(&self, _: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
            Ok(Some(Box::new(Repeat(Cursor::new(self.0)))))
        }
    }
    struct Repeat(Cursor<&'static [u8]>);
    impl Read for Repeat {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.position() == self.0.get_ref().len() as u64 {
                self.0.set_position(0);
            }
            self.0.read(buffer)
        }
    }
    for user in ["alice", "1000", "0:staff"] {
        let config = format!(r#"{{"config":{{"User":{user:?}}}}}"#);
        let convert =
            |files: &dyn RootFiles| converted(&config, files, SpecVersion::V1_1_1).unwrap_err().to_string();
        assert!(convert(&Endless(b"x")).contains("line 1 of /etc/"), "{user}");
        assert!(convert(&Endless(b"x:x:1:1\n")).contains("is larger than 16777216 bytes"), "{user}");
    }
}

#[test]
fn a_line_and_a_file_may_be_as_long_as_the_limits() {
    let limits = Limits { file: 40, line: 19 };
    let document =
        Document::parse(br#"{"config":{"User":"alice:0"}}"#, &Default::default()).expect("a document");
    let check = |passwd: &str, is_fine: bool| {
        let converted = convert(document.root(), &image(passwd, ""), &limits, SpecVersion::V1_1_1);
        assert_eq!(converted.is_ok(), is_fine, "{passwd:?}: {converted:?}");
    };
    check("x:x:1:1:3456789abcd\nalice:x:1:1::abcdef\n", true);
    check("x:x:1:1:3456789abcde\nalice:x:1:1::\n", false);
    check("x:x:1:1:3456789abcd\n\nalice:x:1:1::abcdef\n", false);
    check("alice:x:1:1::abcdefg", false);
    // An account whose number has a sign is none.
    check("alice:x:+1:1::\n", false);
    check("alice:x::1::\n", false);
}

#[test]
fn wrong_types_are_refused_where_they_stand() {
    let check = |config: &str, pointer: &str| {
        let error = converted(config, &NoFiles, SpecVersion::V1_1_1).expect_err(config);
        assert_eq!(error.pointer, pointer, "{config}");
        assert!(matches!(error.reason, Reason::Type { .. }), "{config}: {error}");
    };
    check("[]", "");
    check(r#"{"config":[]}"#, "/config");
    check(r#"{"os":7}"#, "/os");
    check(r#"{"os.features":"x"}"#, "/os.features");
    check(r#"{"os.features":["x",1]}"#, "/os.features/1");
    check(r#"{"config":{"User":1000}}"#, "/config/User");
    check(r#"{"config":{"Env":{"A":"b"}}}"#, "/config/Env");
    check(r#"{"config":{"Entrypoint":"/bin/sh"}}"#, "/config/Entrypoint");
    check(r#"{"config":{"Cmd":[null]}}"#, "/config/Cmd/0");
    check(r#"{"config":{"Labels":{"a/b":1}}}"#, "/config/Labels/a~1b");
    check(r#"{"config":{"Volumes":["/x"]}}"#, "/config/Volumes");
    check(r#"{"config":{"ExposedPorts":[]}}"#, "/config/ExposedPorts");
    check(r#"{"config":{"StopSignal":9}}"#, "/config/StopSignal");
    check(r#"{"config":{"WorkingDir":[]}}"#, "/config/WorkingDir");
}

#[test]
fn windows_keeps_the_name() {
    let conversion = of(r#"{"os":"windows","config":{"User":"ContainerAdministrator"}}"#);
    assert_eq!(conversion.runtime.user.username.as_deref(), Some("ContainerAdministrator"));
    assert_eq!(conversion.runtime.user.uid, None);
}

#[test]
fn what_is_open_is_noted_and_copied() {
    let conversion = of(
        r#"{"config":{"User":"5","WorkingDir":"a/../b","Env":["A","=x"],"Cmd":["x"],"Volumes":{"../x":{}}}}"#,
    );
    assert_eq!(
        kinds(&conversion),
        [
            ("groups-left-out", "/config/User"),
            ("no-group", "/config/User"),
            ("relative-working-dir", "/config/WorkingDir"),
            ("odd-variable", "/config/Env/0"),
            ("odd-variable", "/config/Env/1"),
            ("volumes-mounted", "/config/Volumes"),
            ("odd-volume", "/config/Volumes"),
        ]
    );
    assert_eq!(conversion.runtime.cwd.as_deref(), Some("a/../b"));
    assert_eq!(conversion.runtime.env, ["A", "=x"]);
    assert_eq!(
        conversion.notes[0].to_string(),
        format!("/config/User: {}", NoteKind::GroupsLeftOut.describe())
    );
}

#[test]
fn what_others_wrote_is_read_as_far_as_it_goes() {
    let read = |text: &str| {
        let document = Document::parse(text.as_bytes(), &Default::default()).expect("a document");
        RuntimeConfig::read(document.root())
    };
    assert_eq!(read("[]"), RuntimeConfig::default());
    let odd = r#"{"process":{"user":{"uid":-1,"gid":"0","additionalGids":[1,"2"]},"cwd":1,"env":{}},"annotations":{"a":1},"mounts":[{}]}"#;
    let wanted = User { additional_gids: vec![1], ..User::default() };
    assert_eq!(read(odd), RuntimeConfig { user: wanted, ..RuntimeConfig::default() });
    let full = read(
        r#"{"process":{"user":{"uid":4294967296,"gid":2,"additionalGids":[3],"username":"u"},"cwd":"/","env":["A=b"],"args":["c"]},
            "mounts":[{"destination":"/d"}],"annotations":{"e":"f"}}"#,
    );
    assert_eq!(full.user.uid, Some(1 << 32));
    assert_eq!((full.user.gid, full.user.username.as_deref()), (Some(2), Some("u")));
    assert_eq!(
        (full.cwd.as_deref(), full.env, full.args, full.mounts),
        (Some("/"), vec!["A=b".into()], vec!["c".into()], vec!["/d".into()])
    );
    assert_eq!(full.annotations["e"], "f");
}

/// A mount leaves the root by `..`, and does not begin there without a slash: each is odd by itself.
#[test]
fn a_volume_that_may_leave_the_root_is_noted() {
    let is_odd = |volume: &str| {
        let config =
            format!(r#"{{"os":"linux","architecture":"amd64","config":{{"Volumes":{{"{volume}":{{}}}}}}}}"#);
        of(&config).notes.iter().any(|note| note.kind == NoteKind::OddVolume)
    };
    assert!(is_odd("data"));
    assert!(is_odd("/data/../.."));
    assert!(is_odd("../data"));
    assert!(!is_odd("/data..x/..."));
}
