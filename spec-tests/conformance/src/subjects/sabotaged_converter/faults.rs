//! The faults.

use std::collections::BTreeSet;

use seaworthy_image::config_values::UserError;
use seaworthy_image::conversion::{EXPOSED_PORTS, OS_FEATURES, Reason, RuntimeConfig, User};
use seaworthy_image::views::text;

use super::{Fault, Kind, Seen};

fn root() -> User {
    User { uid: Some(0), gid: Some(0), ..User::default() }
}

fn annotation(name: &str) -> String {
    format!("org.opencontainers.image.{name}")
}

/// Leaves out an annotation, unless it is a label.
fn omit(runtime: &mut RuntimeConfig, seen: &Seen<'_>, name: &str) {
    let key = annotation(name);
    if !seen.labels().contains(&key) {
        runtime.annotations.remove(&key);
    }
}

/// Changes the values of the labels.
fn relabel(runtime: &mut RuntimeConfig, seen: &Seen<'_>, change: fn(&str) -> Option<String>) {
    for key in seen.labels() {
        let changed = runtime.annotations.get(&key).map(|value| change(value));
        match changed {
            Some(Some(value)) => drop(runtime.annotations.insert(key, value)),
            Some(None) => drop(runtime.annotations.remove(&key)),
            None => {}
        }
    }
}

/// Makes a path what tools make of it.
fn cleaned(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    format!("/{}", parts.join("/"))
}

fn name(entry: &str) -> &str {
    entry.split_once('=').map_or(entry, |(name, _)| name)
}

/// Every fault.
pub const FAULTS: &[Fault] = &[
    Fault {
        name: "ignores-the-image",
        does: "writes its own template",
        breaks: "conversion/from-configuration",
        kind: Kind::Writes(|runtime, _| {
            *runtime = RuntimeConfig {
                cwd: Some("/".into()),
                args: vec!["sh".into()],
                env: vec!["PATH=/bin".into(), "TERM=xterm".into()],
                user: root(),
                ..RuntimeConfig::default()
            };
        }),
    },
    Fault {
        name: "wants-an-environment",
        does: "refuses an image without variables",
        breaks: "conversion/own-defaults",
        kind: Kind::Refuses(|seen| seen.execution.is_some_and(|execution| execution.env.is_none())),
    },
    Fault {
        name: "resets-the-path",
        does: "sets PATH to its own default",
        breaks: "conversion/defaults-keep-env",
        kind: Kind::Writes(|runtime, _| {
            for entry in runtime.env.iter_mut().filter(|entry| name(entry) == "PATH") {
                *entry = "PATH=/usr/bin:/bin".to_owned();
            }
        }),
    },
    Fault {
        name: "cleans-the-working-directory",
        does: "writes the working directory without dots and double slashes",
        breaks: "conversion/working-dir",
        kind: Kind::Writes(|runtime, _| runtime.cwd = runtime.cwd.as_deref().map(cleaned)),
    },
    Fault {
        name: "sorts-the-environment",
        does: "keeps variables in a map",
        breaks: "conversion/env-verbatim",
        kind: Kind::Writes(|runtime, _| runtime.env.sort()),
    },
    Fault {
        name: "lets-the-last-variable-win",
        does: "keeps the last variable of each name, whatever its case",
        breaks: "conversion/env-verbatim",
        kind: Kind::Writes(|runtime, _| {
            let mut seen = BTreeSet::new();
            runtime.env.reverse();
            runtime.env.retain(|entry| seen.insert(name(entry).to_lowercase()));
            runtime.env.reverse();
        }),
    },
    Fault {
        name: "drops-empty-variables",
        does: "takes an empty variable for one that is not set",
        breaks: "conversion/env-verbatim",
        kind: Kind::Writes(|runtime, _| runtime.env.retain(|entry| !entry.ends_with('='))),
    },
    Fault {
        name: "expands-variables",
        does: "puts the values of variables in place of their names",
        breaks: "conversion/env-verbatim",
        kind: Kind::Writes(|runtime, _| {
            let tide = runtime
                .env
                .iter()
                .find_map(|entry| entry.strip_prefix("TIDE="))
                .unwrap_or_default()
                .to_owned();
            runtime.env.iter_mut().for_each(|entry| *entry = entry.replace("$TIDE", &tide));
        }),
    },
    Fault {
        name: "appends-its-defaults",
        does: "adds TERM and HOME, whether or not the image has them",
        breaks: "conversion/env-no-shadowing",
        kind: Kind::Writes(|runtime, _| {
            runtime.env.extend(["TERM=xterm".to_owned(), "HOME=/root".to_owned()])
        }),
    },
    Fault {
        name: "drops-empty-arguments",
        does: "leaves out empty arguments",
        breaks: "conversion/entrypoint",
        kind: Kind::Writes(|runtime, _| runtime.args.retain(|argument| !argument.is_empty())),
    },
    Fault {
        name: "starts-a-shell",
        does: "runs a command without an entrypoint in a shell",
        breaks: "conversion/cmd",
        kind: Kind::Writes(|runtime, seen| {
            let entrypoint = seen.execution.and_then(|execution| execution.entrypoint);
            if entrypoint.is_none() && !runtime.args.is_empty() {
                runtime.args = vec!["/bin/sh".into(), "-c".into(), runtime.args.join(" ")];
            }
        }),
    },
    Fault {
        name: "drops-the-entrypoint",
        does: "runs the command alone if there is one",
        breaks: "conversion/entrypoint-and-cmd",
        kind: Kind::Writes(|runtime, seen| {
            let cmd = seen.execution.and_then(|execution| execution.cmd);
            let length = cmd.map_or(0, |cmd| cmd.items().count());
            if length > 0 {
                runtime.args.drain(..runtime.args.len() - length);
            }
        }),
    },
    Fault {
        name: "drops-the-command",
        does: "runs the entrypoint alone if there is one",
        breaks: "conversion/entrypoint-and-cmd",
        kind: Kind::Writes(|runtime, seen| {
            let entrypoint = seen.execution.and_then(|execution| execution.entrypoint);
            let length = entrypoint.map_or(0, |entrypoint| entrypoint.items().count());
            if length > 0 {
                runtime.args.truncate(length);
            }
        }),
    },
    Fault {
        name: "omits-the-os",
        does: "does not annotate the operating system",
        breaks: "conversion/annotation-os",
        kind: Kind::Writes(|runtime, seen| omit(runtime, seen, "os")),
    },
    Fault {
        name: "translates-the-architecture",
        does: "annotates the architecture in the terms of uname",
        breaks: "conversion/annotation-architecture",
        kind: Kind::Writes(|runtime, seen| {
            if !seen.labels().contains(&annotation("architecture")) {
                runtime.annotations.insert(annotation("architecture"), "x86_64".into());
            }
        }),
    },
    Fault {
        name: "invents-the-variant",
        does: "annotates v1 where the image has no variant",
        breaks: "conversion/annotation-variant",
        kind: Kind::Writes(|runtime, _| {
            runtime.annotations.entry(annotation("variant")).or_insert("v1".into());
        }),
    },
    Fault {
        name: "omits-the-os-version",
        does: "does not annotate the version of the operating system",
        breaks: "conversion/annotation-os-version",
        kind: Kind::Writes(|runtime, seen| omit(runtime, seen, "os.version")),
    },
    Fault {
        name: "omits-the-os-features",
        does: "does not annotate the features of the operating system",
        breaks: "conversion/annotation-os-features",
        kind: Kind::Writes(|runtime, seen| omit(runtime, seen, "os.features")),
    },
    Fault {
        name: "writes-authors",
        does: "annotates the author under the pre-defined key, which is in the plural",
        breaks: "conversion/annotation-author",
        kind: Kind::Writes(|runtime, seen| {
            if let Some(author) = text(seen.config.author) {
                omit(runtime, seen, "author");
                runtime.annotations.insert(annotation("authors"), author.into_owned());
            }
        }),
    },
    Fault {
        name: "invents-the-date",
        does: "annotates the time of the conversion where the image has none",
        breaks: "conversion/annotation-created",
        kind: Kind::Writes(|runtime, _| {
            runtime.annotations.entry(annotation("created")).or_insert("0001-01-01T00:00:00Z".into());
        }),
    },
    Fault {
        name: "turns-signals-into-numbers",
        does: "annotates the number of the stop signal",
        breaks: "conversion/annotation-stop-signal",
        kind: Kind::Writes(|runtime, seen| {
            let signal = runtime.annotations.get_mut(&annotation("stopSignal"));
            if let Some(signal) = signal.filter(|_| !seen.labels().contains(&annotation("stopSignal"))) {
                *signal = signal.replace("SIGINT", "2");
            }
        }),
    },
    Fault {
        name: "folds-labels",
        does: "folds the case of label keys",
        breaks: "conversion/labels",
        kind: Kind::Writes(|runtime, seen| {
            for key in seen.labels() {
                if let Some(value) = runtime.annotations.remove(&key) {
                    runtime.annotations.insert(key.to_lowercase(), value);
                }
            }
        }),
    },
    Fault {
        name: "lets-implicit-annotations-win",
        does: "writes what members imply over labels",
        breaks: "conversion/label-precedence",
        kind: Kind::Writes(|runtime, seen| {
            let members = [
                ("os", seen.config.os),
                ("architecture", seen.config.architecture),
                ("author", seen.config.author),
                ("stopSignal", seen.execution.and_then(|execution| execution.stop_signal)),
            ];
            for (name, member) in members {
                if let Some(value) = text(member) {
                    runtime.annotations.insert(annotation(name), value.into_owned());
                }
            }
        }),
    },
    Fault {
        name: "trims-labels",
        does: "takes the blanks from the ends of label values",
        breaks: "conversion/label-values",
        kind: Kind::Writes(|runtime, seen| relabel(runtime, seen, |value| Some(value.trim().to_owned()))),
    },
    Fault {
        name: "drops-empty-labels",
        does: "takes an empty label for one that is not set",
        breaks: "conversion/label-values",
        kind: Kind::Writes(|runtime, seen| {
            relabel(runtime, seen, |value| (!value.is_empty()).then(|| value.to_owned()));
        }),
    },
    Fault {
        name: "ignores-the-user",
        does: "runs everything as root",
        breaks: "conversion/user-parsed",
        kind: Kind::Writes(|runtime, _| runtime.user = root()),
    },
    Fault {
        name: "takes-the-gid-of-the-account",
        does: "takes the group of the account, even if the image gives one",
        breaks: "conversion/user-numeric",
        kind: Kind::Writes(|runtime, seen| {
            let uid = runtime.user.uid.unwrap_or_default().to_string();
            let accounts = seen.passwd.lines().map(|line| line.split(':').collect::<Vec<_>>());
            let account = accounts.into_iter().find(|fields| fields.get(2) == Some(&uid.as_str()));
            if let Some(gid) = account.and_then(|fields| fields.get(3)?.parse().ok()) {
                runtime.user.gid = Some(gid);
            }
        }),
    },
    Fault {
        name: "looks-numbers-up-as-names",
        does: "takes the account whose name is the number",
        breaks: "conversion/user-numeric",
        kind: Kind::Writes(|runtime, seen| {
            let user = seen.user();
            let is_named = |line: &str| user.split(':').next() == line.split(':').next();
            if seen.passwd.lines().any(is_named) && user.starts_with(|first: char| first.is_ascii_digit()) {
                runtime.user = root();
            }
        }),
    },
    Fault {
        name: "wraps-numbers",
        does: "keeps the lower 32 bits of a number",
        breaks: "conversion/user-numeric",
        kind: Kind::Takes(|reason| {
            let is_too_large = matches!(reason, Reason::User(UserError::IdOutOfRange));
            is_too_large.then(|| User { uid: Some(0), gid: Some(1000), ..User::default() })
        }),
    },
    Fault {
        name: "keeps-31-bits",
        does: "refuses numbers that a signed integer does not hold",
        breaks: "conversion/user-numeric",
        kind: Kind::Refuses(|seen| {
            seen.user()
                .split(':')
                .any(|part| part.parse::<u64>().is_ok_and(|number| number > i32::MAX as u64))
        }),
    },
    Fault {
        name: "takes-unknown-users-for-root",
        does: "goes on as root if the image does not know the user",
        breaks: "conversion/user-unknown",
        kind: Kind::Takes(|reason| {
            matches!(reason, Reason::UnknownUser(_) | Reason::LikeNumber(_)).then(root)
        }),
    },
    Fault {
        name: "asks-the-machine",
        does: "looks users up where it runs",
        breaks: "conversion/user-name",
        kind: Kind::Sees(|path, text| {
            let own = match path {
                "etc/passwd" => "daemon:x:1:1::/:\n",
                _ => "adm:x:4:\ndaemon:x:1:\n",
            };
            format!("{own}{text}")
        }),
    },
    Fault {
        name: "lets-the-last-account-win",
        does: "takes the last line of a name",
        breaks: "conversion/user-name",
        kind: Kind::Sees(|_, text| text.lines().rev().map(|line| format!("{line}\n")).collect()),
    },
    Fault {
        name: "stops-at-odd-lines",
        does: "refuses accounts with a line that it does not know",
        breaks: "conversion/user-account-files",
        kind: Kind::Refuses(|seen| seen.passwd.lines().any(|line| line.split(':').count() < 7)),
    },
    Fault {
        name: "forgets-groups",
        does: "leaves the supplementary groups out",
        breaks: "conversion/user-additional-gids",
        kind: Kind::Writes(|runtime, _| runtime.user.additional_gids.clear()),
    },
    Fault {
        name: "adds-groups-to-numbers",
        does: "applies supplementary groups in any case",
        breaks: "conversion/user-additional-gids-untouched",
        kind: Kind::Writes(|runtime, _| {
            if runtime.user.uid == Some(1000) && runtime.user.additional_gids.is_empty() {
                runtime.user.additional_gids = vec![50, 60];
            }
        }),
    },
    Fault {
        name: "wants-a-user",
        does: "refuses an image without a user",
        breaks: "conversion/user-undefined",
        kind: Kind::Refuses(|seen| seen.user().is_empty()),
    },
    Fault {
        name: "omits-the-ports",
        does: "does not annotate the exposed ports",
        breaks: "conversion/exposed-ports",
        kind: Kind::Writes(|runtime, seen| omit(runtime, seen, "exposedPorts")),
    },
    Fault {
        name: "completes-the-ports",
        does: "adds the protocol to a port without one",
        breaks: "conversion/exposed-ports-format",
        kind: Kind::Writes(|runtime, seen| {
            if let Some(ports) = runtime.annotations.get_mut(EXPOSED_PORTS)
                && !seen.labels().contains(EXPOSED_PORTS)
            {
                let complete =
                    |port: &str| if port.contains('/') { port.to_owned() } else { format!("{port}/tcp") };
                *ports = ports.split(',').map(complete).collect::<Vec<_>>().join(",");
            }
        }),
    },
    Fault {
        name: "forgets-volumes",
        does: "mounts nothing at the volumes",
        breaks: "conversion/volumes",
        kind: Kind::Writes(|runtime, _| runtime.mounts.clear()),
    },
    Fault {
        name: "cleans-volumes",
        does: "mounts at the cleaned path",
        breaks: "conversion/volumes-destination",
        kind: Kind::Writes(|runtime, _| runtime.mounts.iter_mut().for_each(|path| *path = cleaned(path))),
    },
    Fault {
        name: "copies-manifest-annotations",
        does: "copies the annotations of the manifest",
        breaks: "conversion/no-manifest-annotations",
        kind: Kind::Writes(|runtime, seen| {
            for member in seen.manifest.annotations.into_iter().flat_map(|map| map.members()) {
                let value = text(Some(member.value)).unwrap_or_default().into_owned();
                runtime.annotations.insert(member.name().into_owned(), value);
            }
        }),
    },
];

/// A converter that takes every liberty that the specification leaves, and has to pass.
pub const LIBERAL: &Fault = &Fault {
    name: "takes-every-liberty",
    does: "adds what it may, and chooses otherwise than the reference where it can",
    breaks: "",
    kind: Kind::Writes(|runtime, seen| {
        let is_new = |runtime: &RuntimeConfig, own: &str| !runtime.env.iter().any(|entry| name(entry) == own);
        for (own, value) in [("PATH", "/bin"), ("TERM", "xterm")] {
            if is_new(runtime, own) {
                runtime.env.insert(0, format!("{own}={value}"));
            }
        }
        if is_new(runtime, "container") {
            runtime.env.push("container=seaworthy".to_owned());
        }
        runtime.annotations.insert("com.example.converter".to_owned(), "liberal".to_owned());
        let labels = seen.labels();
        for (key, separator) in [(EXPOSED_PORTS, ","), (OS_FEATURES, " ")] {
            if let Some(list) = runtime.annotations.get_mut(key).filter(|_| !labels.contains(key)) {
                *list = list.split(',').rev().collect::<Vec<_>>().join(separator);
            }
        }
        runtime.mounts.reverse();
        runtime.mounts.push("/proc".to_owned());
        runtime.user.additional_gids.reverse();
        runtime.user.additional_gids.extend(runtime.user.gid);
        if seen.user().is_empty() {
            runtime.user = User { uid: Some(65534), gid: Some(65534), ..User::default() };
        }
        if runtime.args.is_empty() {
            runtime.args.push("sh".to_owned());
        }
        runtime.cwd.get_or_insert_with(|| "/".to_owned());
    }),
};
