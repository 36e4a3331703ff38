//! The requirements on converters: what each of them has against a runtime configuration that is wrong in
//! one place. A case cannot trip them, since nothing in an image is wrong; a converter's fault does.
//!
//! `INSTA_UPDATE=always cargo test -p seaworthy-rules --test conversion` renews the table.

use std::collections::BTreeMap;

use seaworthy_image::conversion::{EXPOSED_PORTS, Limits, OS_FEATURES, RuntimeConfig, convert};
use seaworthy_image::json::{self, Document};
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::{Check, Finding, all, judge};

/// A configuration with everything that is converted.
const FULL: &str = r#"{
    "architecture": "arm64",
    "os": "linux",
    "variant": "v8",
    "os.version": "6.1",
    "os.features": ["tide"],
    "author": "Ahab",
    "created": "2020-02-02T02:02:02Z",
    "config": {
        "User": "1000:4711",
        "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
        "Env": ["TIDE=low", "MOON=new"],
        "Entrypoint": ["/bin/sail"],
        "Cmd": ["--fast"],
        "Volumes": {"/srv/Data": {}},
        "WorkingDir": "/srv",
        "Labels": {"com.example.crew": "seven", "org.opencontainers.image.author": "Ishmael"},
        "StopSignal": "SIGTERM"
    }
}"#;

/// Nothing but a user, who is looked up in the image.
const NAMED: &str = r#"{"architecture": "arm64", "os": "linux", "config": {"User": "alice"}}"#;

/// Nothing that is converted.
const BARE: &str = r#"{"architecture": "arm64", "os": "linux"}"#;

struct Fault {
    name: &'static str,
    config: &'static str,
    make: fn(&mut RuntimeConfig),
}

const fn fault(name: &'static str, make: fn(&mut RuntimeConfig)) -> Fault {
    Fault { name, config: FULL, make }
}

const fn of(config: &'static str, name: &'static str, make: fn(&mut RuntimeConfig)) -> Fault {
    Fault { name, config, make }
}

fn forget(runtime: &mut RuntimeConfig, annotation: &str) {
    runtime.annotations.remove(annotation).expect("the annotation");
}

fn annotate(runtime: &mut RuntimeConfig, annotation: &str, value: &str) {
    runtime.annotations.insert(annotation.to_owned(), value.to_owned());
}

const FAULTS: &[Fault] = &[
    fault("nothing is taken over", |runtime| *runtime = RuntimeConfig::default()),
    fault("arguments and environment are lost", |runtime| {
        runtime.args.clear();
        runtime.env.clear();
    }),
    fault("no working directory", |runtime| runtime.cwd = None),
    fault("another working directory", |runtime| runtime.cwd = Some("/".into())),
    fault("no environment", |runtime| runtime.env.clear()),
    fault("a variable is lost", |runtime| drop(runtime.env.remove(1))),
    fault("the environment in another order", |runtime| runtime.env.reverse()),
    fault("a variable is set a second time", |runtime| runtime.env.push("TIDE=high".into())),
    fault("a variable of one's own", |runtime| runtime.env.insert(1, "PATH=/bin".into())),
    fault("no entrypoint", |runtime| drop(runtime.args.remove(0))),
    fault("no command", |runtime| runtime.args.truncate(1)),
    fault("the command first", |runtime| runtime.args.reverse()),
    fault("root", |runtime| runtime.user.uid = Some(0)),
    fault("no user", |runtime| runtime.user.uid = None),
    fault("another user", |runtime| runtime.user.uid = Some(1001)),
    fault("another group", |runtime| runtime.user.gid = Some(0)),
    fault("no group", |runtime| runtime.user.gid = None),
    fault("a group more", |runtime| runtime.user.additional_gids.push(5)),
    fault("the group once more", |runtime| runtime.user.additional_gids.push(4711)),
    of(NAMED, "groups are lost", |runtime| runtime.user.additional_gids.clear()),
    of(NAMED, "another group for a name", |runtime| runtime.user.gid = Some(0)),
    of(NAMED, "another user for a name", |runtime| runtime.user.uid = Some(1000)),
    fault("no volumes", |runtime| runtime.mounts.clear()),
    fault("a volume elsewhere", |runtime| runtime.mounts = vec!["/elsewhere".into()]),
    fault("a volume in small letters", |runtime| runtime.mounts = vec!["/srv/data".into()]),
    fault("a volume with a slash at its end", |runtime| runtime.mounts = vec!["/srv/x/.././Data/".into()]),
    fault("a mount of one's own", |runtime| runtime.mounts.insert(0, "/proc".into())),
    fault("no exposed ports", |runtime| forget(runtime, EXPOSED_PORTS)),
    fault("exposed ports in another order", |runtime| annotate(runtime, EXPOSED_PORTS, "53/udp,80/tcp")),
    fault("exposed ports apart by blanks", |runtime| annotate(runtime, EXPOSED_PORTS, "80/tcp 53/udp")),
    of(BARE, "exposed ports out of nothing", |runtime| annotate(runtime, EXPOSED_PORTS, "")),
    fault("no features", |runtime| forget(runtime, OS_FEATURES)),
    fault("features in brackets", |runtime| annotate(runtime, OS_FEATURES, "[\"tide\"]")),
    of(BARE, "features out of nothing", |runtime| annotate(runtime, OS_FEATURES, "")),
    fault("no os", |runtime| forget(runtime, "org.opencontainers.image.os")),
    fault("another os", |runtime| annotate(runtime, "org.opencontainers.image.os", "Linux")),
    fault("no architecture", |runtime| forget(runtime, "org.opencontainers.image.architecture")),
    fault("no variant", |runtime| forget(runtime, "org.opencontainers.image.variant")),
    fault("no version of the os", |runtime| forget(runtime, "org.opencontainers.image.os.version")),
    fault("no time of creation", |runtime| forget(runtime, "org.opencontainers.image.created")),
    fault("no stop signal", |runtime| forget(runtime, "org.opencontainers.image.stopSignal")),
    fault("the member wins over the label", |runtime| {
        annotate(runtime, "org.opencontainers.image.author", "Ahab");
    }),
    fault("no author", |runtime| forget(runtime, "org.opencontainers.image.author")),
    fault("no label", |runtime| forget(runtime, "com.example.crew")),
    fault("another value for a label", |runtime| annotate(runtime, "com.example.crew", "eight")),
    fault("an annotation of one's own", |runtime| annotate(runtime, "com.example.tide", "low")),
    fault("an annotation of the manifest", |runtime| {
        annotate(runtime, "com.example.tide", "not for the container");
    }),
];

/// What every requirement on converters has against a conversion with a fault.
fn findings(config: &str, fault: fn(&mut RuntimeConfig)) -> Vec<Finding> {
    let document = Document::parse(config.as_bytes(), &json::Limits::default()).expect("JSON");
    let accounts = [("etc/passwd", "alice:x:7001:7002::/:\n"), ("etc/group", "net:x:7003:alice\n")];
    let accounts: BTreeMap<String, Vec<u8>> =
        accounts.map(|(path, text)| (path.to_owned(), text.as_bytes().to_owned())).into();
    let version = SpecVersion::V1_1_1;
    let wanted = convert(document.root(), &accounts, &Limits::default(), version).expect("a conversion");
    let mut found = wanted.runtime.clone();
    fault(&mut found);
    let requirements =
        all().iter().filter(|requirement| matches!(requirement.rule.check, Check::Conversion(_)));
    requirements
        .flat_map(|requirement| {
            judge::conversion(requirement, "config", &document, &wanted.runtime, &found, version)
        })
        .collect()
}

#[test]
fn a_right_conversion_breaks_nothing() {
    for config in [FULL, NAMED, BARE] {
        let found = findings(config, |_| ());
        // The groups that a name brings with it: the rule is for users without a name.
        let found = found.iter().filter(|finding| finding.requirement.id != UNTOUCHED || config != NAMED);
        assert_eq!(found.count(), 0, "{config}");
    }
}

const UNTOUCHED: &str = "conversion/user-additional-gids-untouched";

#[test]
fn each_fault_breaks_its_own_requirements() {
    let line = |finding: &Finding| {
        let Finding { requirement, place, found, wanted, .. } = finding;
        let pointer = place.as_ref().map_or("-", |place| &place.pointer);
        format!("  {} at {pointer}: found {found}, wanted {wanted}", requirement.id)
    };
    let table: Vec<String> = FAULTS
        .iter()
        .map(|Fault { name, config, make }| {
            let lines: Vec<String> = findings(config, *make).iter().map(line).collect();
            format!("{name}\n{}", lines.join("\n"))
        })
        .collect();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("conversion", table.join("\n"));
    });
}

#[test]
fn every_requirement_on_converters_has_a_fault() {
    let mut broken: Vec<String> = FAULTS
        .iter()
        .flat_map(|fault| findings(fault.config, fault.make))
        .map(|finding| finding.requirement.id.clone())
        .collect();
    broken.sort();
    broken.dedup();
    let checked = all().iter().filter(|requirement| matches!(requirement.rule.check, Check::Conversion(_)));
    let mut checked: Vec<String> = checked.map(|requirement| requirement.id.clone()).collect();
    checked.sort();
    assert_eq!(broken, checked);
}
