//! The environment variables of the official conformance suite: those of its present form, and of
//! the one up to version 1.1.1 of the specification.

use std::path::PathBuf;

use seaworthy_registry::SpecVersion;
use seaworthy_registry::client::Credentials;

use crate::cli::Usage;

/// What the variables ask for.
#[derive(Debug, Default)]
pub(super) struct Official {
    /// The registry's host and port, or its URL.
    pub registry: Option<String>,
    /// Whether it is reached without TLS.
    pub plain: bool,
    /// Whether any certificate will do.
    pub insecure: bool,
    /// The repository.
    pub repository: Option<String>,
    /// Who logs in.
    pub credentials: Option<Credentials>,
    /// The version of the specification.
    pub version: Option<SpecVersion>,
    /// Requirements that are not asked for.
    pub except: Vec<&'static str>,
    /// Whether nothing is pushed.
    pub read_only: bool,
    /// Tags that are there.
    pub tags: Vec<String>,
    /// Digests of manifests that are there.
    pub manifests: Vec<String>,
    /// Digests of blobs that are there.
    pub blobs: Vec<String>,
    /// Digests that have referrers.
    pub subjects: Vec<String>,
    /// The folder for result files.
    pub results: Option<PathBuf>,
    /// Whether to tell more.
    pub verbose: bool,
    /// Variables that are set and have no meaning here, in words.
    pub notes: Vec<String>,
}

/// Switches, and what they switch off where they are false.
const SWITCHES: [(&str, &[&str]); 28] = [
    ("OCI_TEST_PULL", &["pull/"]),
    ("OCI_TEST_CONTENT_DISCOVERY", &["discovery/"]),
    ("OCI_TEST_CONTENT_MANAGEMENT", &["management/"]),
    ("OCI_API_PING", &["common/base-endpoint"]),
    ("OCI_API_PULL", &["pull/"]),
    ("OCI_API_BLOBS_ATOMIC", &["management/blob-gone"]),
    ("OCI_API_BLOBS_DELETE", &["management/blob-"]),
    ("OCI_API_BLOBS_DIGEST_HEADER", &["pull/blob-digest-header"]),
    ("OCI_API_BLOBS_MOUNT_ANONYMOUS", &["push/mount-without-from"]),
    ("OCI_API_BLOBS_UPLOAD_CANCEL", &["push/upload-cancel"]),
    ("OCI_API_MANIFESTS_ATOMIC", &["management/manifest-gone"]),
    ("OCI_API_MANIFESTS_DELETE", &["management/manifest-"]),
    ("OCI_API_MANIFESTS_DIGEST_HEADER", &["pull/manifest-digest-header"]),
    ("OCI_API_MANIFESTS_TAG_PARAM", &["push/manifest-tags", "push/manifest-ten-tags"]),
    ("OCI_API_TAGS_ATOMIC", &["management/tag-gone"]),
    ("OCI_API_TAGS_DELETE", &["management/tag-"]),
    ("OCI_API_TAGS_LIST", &["discovery/tags-"]),
    ("OCI_API_REFERRER", &["discovery/referrers-"]),
    ("OCI_DATA_SUBJECT", &["discovery/referrers-", "push/manifest-subject-"]),
    ("OCI_DATA_SUBJECT_MISSING", &["push/manifest-subject-unknown"]),
    ("OCI_DATA_NONDISTRIBUTABLE", &["push/manifest-nondistributable"]),
    ("OCI_DATA_CUSTOM_FIELDS", &["push/manifest-unknown-types"]),
    ("OCI_DATA_EMPTY_BLOB", &["push/blob-empty"]),
    ("OCI_DATA_SHA512", &["push/blob-sha512", "push/digest-algorithm"]),
    ("OCI_DATA_ARTIFACT", &["discovery/referrers-artifact-type"]),
    ("OCI_DATA_INDEX", &["discovery/referrers-index-type"]),
    ("OCI_DATA_ARTIFACT_LIST", &["discovery/referrers-index-type"]),
    ("OCI_DATA_SUBJECT_LIST", &["discovery/referrers-index-type"]),
];

/// Variables that choose content or order of the official suite, which is not what is sent here.
const WITHOUT_MEANING: [&str; 14] = [
    "OCI_CONFIGURATION",
    "OCI_FILTER_TEST",
    "OCI_AUTH_SCOPE",
    "OCI_AUTOMATIC_CROSSMOUNT",
    "OCI_SKIP_EMPTY_LAYER_PUSH_TEST",
    "OCI_DELETE_MANIFEST_BEFORE_BLOBS",
    "OCI_HIDE_SKIPPED_WORKFLOWS",
    "OCI_CACHE_AUTH",
    "OCI_DATA_IMAGE",
    "OCI_DATA_INDEX_LIST",
    "OCI_DATA_SPARSE",
    "OCI_DATA_DATA_FIELD",
    "OCI_DATA_NO_LAYERS",
    "OCI_REPO2",
];

impl Official {
    /// Reads the variables.
    ///
    /// # Errors
    ///
    /// One has a value that it cannot have.
    pub(super) fn from(variable: impl Fn(&str) -> Option<String>) -> Result<Official, Usage> {
        let first = |names: &[&str]| names.iter().find_map(|name| variable(name));
        let words = |names: &[&str]| -> Vec<String> {
            first(names).map(|text| text.split_whitespace().map(str::to_owned).collect()).unwrap_or_default()
        };
        let registry = first(&["OCI_REGISTRY", "OCI_ROOT_URL"]);
        let tls = variable("OCI_TLS").map(|text| text.to_ascii_lowercase());
        let username = variable("OCI_USERNAME");
        let mut official = Official {
            plain: tls.as_deref() == Some("disabled"),
            insecure: tls.as_deref() == Some("insecure"),
            repository: first(&["OCI_REPO1", "OCI_NAMESPACE"]).map(|name| name.trim_matches('/').to_owned()),
            credentials: username
                .zip(variable("OCI_PASSWORD"))
                .map(|(username, password)| Credentials { username, password }),
            version: variable("OCI_VERSION").map(|text| version(&text)).transpose()?,
            tags: words(&["OCI_RO_DATA_TAGS", "OCI_TAG_NAME"]),
            manifests: words(&["OCI_RO_DATA_MANIFESTS", "OCI_MANIFEST_DIGEST"]),
            blobs: words(&["OCI_RO_DATA_BLOBS", "OCI_BLOB_DIGEST"]),
            subjects: words(&["OCI_RO_DATA_REFERRERS"]),
            results: first(&["OCI_RESULTS_DIR", "OCI_REPORT_DIR"])
                .filter(|folder| folder != "none")
                .map(PathBuf::from),
            verbose: variable("OCI_LOG").is_some_and(|level| matches!(level.as_str(), "debug" | "info"))
                || is_on("OCI_DEBUG", variable("OCI_DEBUG"), false)?,
            ..Official::default()
        };
        for (name, ids) in SWITCHES {
            if !is_on(name, variable(name), true)? {
                official.except.extend(ids);
            }
        }
        for name in ["OCI_API_PUSH", "OCI_TEST_PUSH"] {
            official.read_only |= !is_on(name, variable(name), true)?;
        }
        if registry.is_some() {
            let ignored = WITHOUT_MEANING.iter().filter(|name| variable(name).is_some());
            official.notes =
                ignored.map(|name| format!("{name} has no meaning here, and is ignored")).collect();
        }
        official.registry = registry;
        Ok(official)
    }
}

fn version(text: &str) -> Result<SpecVersion, Usage> {
    match text {
        "1.0" => Ok(SpecVersion::V1_0_1),
        "1.1" | "stable" => Ok(SpecVersion::V1_1_1),
        "dev" | "1.1+dev" => Ok(SpecVersion::Dev),
        _ => Err(Usage(format!("OCI_VERSION cannot be {text:?}: it is 1.0, 1.1, stable or dev"))),
    }
}

/// A switch, spelled as the official suite allows.
fn is_on(name: &str, value: Option<String>, default: bool) -> Result<bool, Usage> {
    match value.as_deref() {
        None => Ok(default),
        Some("1" | "t" | "T" | "true" | "TRUE" | "True") => Ok(true),
        Some("0" | "f" | "F" | "false" | "FALSE" | "False") => Ok(false),
        Some(other) => Err(Usage(format!("{name} cannot be {other:?}: it is true or false"))),
    }
}

#[cfg(test)]
mod tests {
    use seaworthy_registry::all;

    use super::*;

    fn official(variables: &[(&str, &str)]) -> Result<Official, Usage> {
        Official::from(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_switch_is_of_requirements_that_there_are() {
        for (name, ids) in SWITCHES {
            for id in ids {
                assert!(all().iter().any(|found| found.id.starts_with(id)), "{name}: {id}");
            }
        }
    }

    #[test]
    fn both_forms_of_the_suite_are_understood() {
        let new = official(&[
            ("OCI_REGISTRY", "localhost:5000"),
            ("OCI_TLS", "disabled"),
            ("OCI_REPO1", "a/b"),
            ("OCI_VERSION", "dev"),
            ("OCI_USERNAME", "me"),
            ("OCI_PASSWORD", "secret"),
            ("OCI_API_TAGS_DELETE", "false"),
            ("OCI_API_PUSH", "0"),
            ("OCI_RO_DATA_TAGS", "v1 v2"),
            ("OCI_FILTER_TEST", "x"),
        ])
        .unwrap();
        assert_eq!((new.registry.as_deref(), new.plain), (Some("localhost:5000"), true));
        assert_eq!((new.repository.as_deref(), new.version), (Some("a/b"), Some(SpecVersion::Dev)));
        assert_eq!(new.credentials.as_ref().map(|who| who.username.as_str()), Some("me"));
        assert_eq!((new.read_only, new.tags.len(), new.except), (true, 2, vec!["management/tag-"]));
        assert_eq!(new.notes, ["OCI_FILTER_TEST has no meaning here, and is ignored"]);

        let old = official(&[
            ("OCI_ROOT_URL", "http://localhost:5000"),
            ("OCI_NAMESPACE", "a/b/"),
            ("OCI_TEST_CONTENT_DISCOVERY", "0"),
            ("OCI_TAG_NAME", "v1"),
            ("OCI_REPORT_DIR", "none"),
            ("OCI_DEBUG", "1"),
        ])
        .unwrap();
        assert_eq!(old.registry.as_deref(), Some("http://localhost:5000"));
        assert_eq!((old.repository.as_deref(), old.results, old.verbose), (Some("a/b"), None, true));
        assert_eq!((old.except, old.tags), (vec!["discovery/"], vec!["v1".to_owned()]));
    }

    #[test]
    fn a_value_that_cannot_be_is_wrong_usage() {
        assert!(official(&[("OCI_VERSION", "2")]).is_err());
        assert!(official(&[("OCI_API_PULL", "maybe")]).is_err());
        assert!(official(&[]).is_ok_and(|nothing| nothing.registry.is_none() && nothing.except.is_empty()));
    }
}
