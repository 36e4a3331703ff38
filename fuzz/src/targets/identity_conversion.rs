//! Any document as a configuration: converted for a runtime, and against the same worked out on what
//! serde_json read.

use std::collections::BTreeSet;

use seaworthy_image::conversion::{self, Limits, NoFiles, convert};
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::identity::{chain_ids, image_id};
use seaworthy_image::json::{self, Document};
use seaworthy_image::spec::SpecVersion;
use serde_json::Value;

/// Converts a configuration.
///
/// # Panics
///
/// If the process, the ports or the labels are not those that the document has, or if a name of the image
/// or of its layers is not the digest that it has to be.
pub fn identity_conversion(bytes: &[u8]) {
    assert_eq!(image_id(bytes), digest_of(Algorithm::Sha256, bytes));
    let Ok(document) = Document::parse(bytes, &json::Limits::default()) else { return };
    let Ok(wanted) = serde_json::from_slice::<Value>(bytes) else { return };
    // Of equal names we take the first, and serde_json the last.
    if !document.anomalies().is_empty() {
        return;
    }
    names(&wanted);
    for version in SpecVersion::ALL {
        let Ok(converted) = convert(document.root(), &NoFiles, &Limits::default(), version) else { continue };
        let runtime = converted.runtime;
        let execution = &wanted["config"];
        let args: Vec<&str> = texts(&execution["Entrypoint"]).chain(texts(&execution["Cmd"])).collect();
        assert_eq!(runtime.args, args, "the arguments");
        assert!(runtime.env.iter().map(String::as_str).eq(texts(&execution["Env"])), "the environment");
        let directory = execution["WorkingDir"].as_str().filter(|path| !path.is_empty());
        assert_eq!(runtime.cwd.as_deref(), directory, "the directory");
        let volumes: BTreeSet<&str> = keys(&execution["Volumes"]).collect();
        assert!(runtime.mounts.iter().map(String::as_str).collect::<BTreeSet<_>>() == volumes, "the volumes");
        let labels = execution["Labels"].as_object();
        for (label, value) in labels.into_iter().flatten() {
            if let Some(value) = value.as_str() {
                assert_eq!(
                    runtime.annotations.get(label).map(String::as_str),
                    Some(value),
                    "the label {label}"
                );
            }
        }
        let is_labelled = labels.is_some_and(|labels| labels.contains_key(conversion::EXPOSED_PORTS));
        if !is_labelled {
            let ports = runtime.annotations.get(conversion::EXPOSED_PORTS);
            let found: BTreeSet<&str> = ports.iter().flat_map(|ports| ports.split(',')).collect();
            let wanted: BTreeSet<&str> =
                keys(&execution["ExposedPorts"]).flat_map(|port| port.split(',')).collect();
            assert_eq!(found, wanted, "the ports");
        }
    }
}

/// Names of layers, one on top of the other.
fn names(config: &Value) {
    let diff_ids: Vec<&str> = texts(&config["rootfs"]["diff_ids"]).collect();
    let chain = chain_ids(diff_ids.iter().copied());
    assert_eq!(chain.len(), diff_ids.len());
    let mut below: Option<String> = None;
    for (diff_id, found) in diff_ids.into_iter().zip(chain) {
        let wanted = match below {
            None => diff_id.to_owned(),
            Some(below) => digest_of(Algorithm::Sha256, format!("{below} {diff_id}").as_bytes()),
        };
        assert_eq!(found, wanted, "the name of a stack of layers");
        below = Some(wanted);
    }
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn keys(value: &Value) -> impl Iterator<Item = &str> {
    value.as_object().into_iter().flatten().map(|(key, _)| key.as_str())
}
