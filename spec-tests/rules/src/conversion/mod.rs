//! Requirements on converters (conversion.md): what has to become of an image's configuration.
//!
//! Content cannot break any of them, so their checks compare what a converter made of an image
//! with what the reference makes of it, as far as the requirement speaks of it and no further.

use std::collections::BTreeMap;

use seaworthy_generators::mutation::Part;
use seaworthy_image::json::Value;
use seaworthy_image::views::Execution;

use crate::finding::Findings;
use crate::rule::Converted;

mod edits;

rules! {
    from_configuration,
    own_defaults,
    defaults_keep_env,
    working_dir,
    env_verbatim,
    env_no_shadowing,
    entrypoint,
    cmd,
    entrypoint_and_cmd,
    annotation_os,
    annotation_architecture,
    annotation_variant,
    annotation_os_version,
    annotation_os_features,
    annotation_author,
    annotation_created,
    annotation_stop_signal,
    labels,
    label_precedence,
    user_parsed,
    user_numeric,
    user_name,
    user_account_files,
    user_additional_gids,
    user_additional_gids_untouched,
    user_undefined,
    user_unknown,
    exposed_ports,
    exposed_ports_format,
    volumes,
    volumes_destination,
    no_manifest_annotations,
    label_values,
}

/// The part that nearly all cases edit.
const CONFIG: &[Part] = &[Part::Config];

/// The `config` member of the image's configuration.
fn execution<'c>(converted: &Converted<'c>) -> Option<Execution<'c>> {
    converted.config.config.map(Execution::of)
}

/// Reports under the current rule, at the member of the image's configuration that is to blame.
fn report(findings: &mut Findings<'_>, at: Option<Value<'_>>, found: String, wanted: String) {
    match at {
        Some(at) => findings.report(at, found, wanted),
        None => findings.report_file(found, wanted),
    }
}

/// Compares one annotation that a member implies.
fn expect_annotation(
    converted: &Converted<'_>,
    at: Option<Value<'_>>,
    name: &str,
    findings: &mut Findings<'_>,
) {
    let key = format!("org.opencontainers.image.{name}");
    let (found, wanted) = (converted.found.annotations.get(&key), converted.wanted.annotations.get(&key));
    if found != wanted {
        let say = |value: Option<&String>| match value {
            Some(value) => format!("annotation {key} with {value:?}"),
            None => format!("no annotation {key}"),
        };
        report(findings, at, say(found), say(wanted));
    }
}

/// Compares `process.args`.
fn expect_args(converted: &Converted<'_>, at: Option<Value<'_>>, findings: &mut Findings<'_>) {
    let (found, wanted) = (&converted.found.args, &converted.wanted.args);
    if found != wanted {
        report(findings, at, format!("process.args {found:?}"), format!("{wanted:?}"));
    }
}

/// The first entry of the image's environment that is not in `process.env`, in its place among the
/// others. Entries of the converter's own may stand between them.
fn lost_variable<'c>(converted: &Converted<'c>) -> Option<&'c str> {
    let mut found = converted.found.env.iter();
    let lost = converted.wanted.env.iter().find(|wanted| !found.any(|entry| entry == *wanted));
    lost.map(String::as_str)
}

/// How often each name is set.
fn names(env: &[String]) -> BTreeMap<&str, usize> {
    let mut names = BTreeMap::new();
    for entry in env {
        *names.entry(entry.split_once('=').map_or(entry.as_str(), |(name, _)| name)).or_default() += 1;
    }
    names
}

/// Compares `process.user.uid` and, if `with_group`, `process.user.gid`.
fn expect_user(converted: &Converted<'_>, with_group: bool, findings: &mut Findings<'_>) {
    let (found, wanted) = (&converted.found.user, &converted.wanted.user);
    let say = |id: Option<u64>| id.map_or("nothing".to_owned(), |id| id.to_string());
    let at = execution(converted).and_then(|execution| execution.user);
    if found.uid != wanted.uid {
        report(findings, at, format!("process.user.uid {}", say(found.uid)), say(wanted.uid));
    } else if with_group && found.gid != wanted.gid {
        report(findings, at, format!("process.user.gid {}", say(found.gid)), say(wanted.gid));
    }
}
