//! The configuration of a container, as far as conversion.md speaks of it.

use std::collections::BTreeMap;

use crate::json::{Kind, Value};
use crate::views::{items, text};

/// The members of a runtime configuration (config.md of runtime-spec) that are made from an image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuntimeConfig {
    /// `process.cwd`.
    pub cwd: Option<String>,
    /// `process.env`.
    pub env: Vec<String>,
    /// `process.args`.
    pub args: Vec<String>,
    /// `process.user`.
    pub user: User,
    /// The `destination` of every mount.
    pub mounts: Vec<String>,
    /// `annotations`.
    pub annotations: BTreeMap<String, String>,
}

/// `process.user`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct User {
    /// `uid`. What another converter writes need not fit its 32 bits.
    pub uid: Option<u64>,
    /// `gid`.
    pub gid: Option<u64>,
    /// `additionalGids`.
    pub additional_gids: Vec<u64>,
    /// `username`, for Windows.
    pub username: Option<String>,
}

impl RuntimeConfig {
    /// Reads what somebody wrote. What is absent or has the wrong type is left out, as nothing can
    /// be compared with it.
    pub fn read(root: Value<'_>) -> RuntimeConfig {
        let process = root.get("process");
        let member = |name: &str| process.and_then(|process| process.get(name));
        let user = member("user");
        let of_user = |name: &str| user.and_then(|user| user.get(name));
        let mounts = items(root.get("mounts")).filter_map(|mount| text(mount.get("destination")));
        let annotations = root.get("annotations").into_iter().flat_map(Value::members);
        RuntimeConfig {
            cwd: text(member("cwd")).map(|cwd| cwd.into_owned()),
            env: strings(member("env")),
            args: strings(member("args")),
            user: User {
                uid: of_user("uid").and_then(number),
                gid: of_user("gid").and_then(number),
                additional_gids: items(of_user("additionalGids")).filter_map(number).collect(),
                username: text(of_user("username")).map(|name| name.into_owned()),
            },
            mounts: mounts.map(|destination| destination.into_owned()).collect(),
            annotations: annotations
                .filter(|member| member.value.kind() == Kind::String)
                .map(|member| {
                    (member.name().into_owned(), text(Some(member.value)).unwrap_or_default().into_owned())
                })
                .collect(),
        }
    }
}

fn strings(member: Option<Value<'_>>) -> Vec<String> {
    items(member).filter_map(Value::as_str).map(|text| text.into_owned()).collect()
}

fn number(value: Value<'_>) -> Option<u64> {
    value.as_integer().and_then(|integer| integer.value()).and_then(|number| number.try_into().ok())
}
