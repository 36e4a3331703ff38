//! From a request's path to an endpoint (spec.md, section "Endpoints").

use super::Settings;
use super::error::{Code, Refusal};
use crate::spec::SpecVersion;
use crate::{common, name};

/// The longest name that is taken. Clients have this limit for the host and the name together.
const NAME_LIMIT: usize = 255;

/// What a path leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    Base,
    Blob(String),
    /// Where uploads begin.
    Uploads,
    /// One upload session.
    Upload(String),
    /// By tag or digest.
    Manifest(String),
    Tags,
    /// By the subject's digest.
    Referrers(String),
}

/// The endpoint, and the repository that it is in; that of the base endpoint is empty.
///
/// Nothing is normalised: `..` and empty components are no names, whether they are written with
/// percent signs or without.
pub(super) fn route(path: &str, settings: &Settings) -> Result<(String, Endpoint), Refusal> {
    let nowhere = || Refusal::unknown(Code::NameUnknown, "there is no such endpoint");
    if matches!(path, "/v2" | "/v2/") {
        return Ok((String::new(), Endpoint::Base));
    }
    let (version, faults) = (settings.version, &settings.faults);
    let path = path.strip_prefix("/v2/").ok_or_else(nowhere)?;
    let segments: Vec<String> = match faults.has(common::name_traversal::NORMALISED) {
        true => normalised(path),
        false => path.split('/').map(decode).collect(),
    };
    let words: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (repository, endpoint) = match words.as_slice() {
        [name @ .., "blobs", "uploads", ""] | [name @ .., "blobs", "uploads"] => (name, Endpoint::Uploads),
        [name @ .., "blobs", "uploads", session] => (name, Endpoint::Upload((*session).to_owned())),
        [name @ .., "blobs", digest] => (name, Endpoint::Blob((*digest).to_owned())),
        [name @ .., "manifests", reference] => (name, Endpoint::Manifest((*reference).to_owned())),
        [name @ .., "tags", "list"] => (name, Endpoint::Tags),
        [name @ .., "referrers", digest] if version >= SpecVersion::V1_1_1 => {
            (name, Endpoint::Referrers((*digest).to_owned()))
        }
        _ => return Err(nowhere()),
    };
    let is_whole = repository.iter().all(|component| !component.contains('/'));
    let is_refused = faults.has(common::name_separators::NO_DOUBLE) && repository.join("/").contains("__")
        || faults.has(common::name_depth::SHALLOW) && repository.len() > 6;
    let mut repository = repository.join("/");
    if faults.has(common::name_grammar::UPPER_CASE) {
        repository.make_ascii_lowercase();
    }
    let is_name = repository.len() <= NAME_LIMIT && name::is_repository(&repository, version);
    if !is_whole || !is_name || is_refused {
        return Err(Refusal::unknown(Code::NameInvalid, "not the name of a repository"));
    }
    Ok((repository, endpoint))
}

/// The segments of a path with dots and double slashes resolved: what the registry must not do.
fn normalised(path: &str) -> Vec<String> {
    let mut segments: Vec<String> = Vec::new();
    for segment in decode(path).split('/') {
        match segment {
            ".." => drop(segments.pop()),
            "." => {}
            "" if segments.last().is_none_or(|last| last != "uploads") => {}
            _ => segments.push(segment.to_owned()),
        }
    }
    segments
}

/// The parameters of a request, decoded.
#[derive(Debug, Default)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads what follows the question mark. A plus sign stays one: no parameter of this API may
    /// hold a blank, and media types do hold plus signs.
    pub fn parse(text: &str) -> Query {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Query(
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(name, value)| (decode(name), decode(value)))
                .collect(),
        )
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first parameter of this name.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Every parameter of this name.
    pub fn all<'q>(&'q self, name: &'q str) -> impl Iterator<Item = &'q str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// Undoes percent-encoding. What is no encoding of UTF-8 stays as it is, and fits no grammar.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        match (byte, tail) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |byte: u8| (byte as char).to_digit(16).unwrap_or_default() as u8;
                bytes.push(digit(*high) << 4 | digit(*low));
                rest = after;
            }
            _ => {
                bytes.push(*byte);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// A text with everything percent-encoded that cannot stand in a query as it is.
pub(super) fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b':' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, wanted: Result<(&str, Endpoint), u16>) {
        let found = route(path, &Settings::default()).map_err(|refusal| refusal.status.as_u16());
        assert_eq!(found, wanted.map(|(name, endpoint)| (name.to_owned(), endpoint)), "{path}");
    }

    #[test]
    fn endpoints() {
        use Endpoint::*;
        check("/v2/", Ok(("", Base)));
        check("/v2", Ok(("", Base)));
        check("/v2/a/b/blobs/sha256:aa", Ok(("a/b", Blob("sha256:aa".into()))));
        check("/v2/a/blobs/sha256%3Aaa", Ok(("a", Blob("sha256:aa".into()))));
        check("/v2/a/blobs/uploads/", Ok(("a", Uploads)));
        check("/v2/a/blobs/uploads/x", Ok(("a", Upload("x".into()))));
        check("/v2/blobs/manifests/blobs", Ok(("blobs", Manifest("blobs".into()))));
        check("/v2/a/tags/list", Ok(("a", Tags)));
        check("/v2/a/referrers/x", Ok(("a", Referrers("x".into()))));
        for path in ["/", "/v1/", "/v2/a", "/v2//tags/list", "/v2/A/tags/list", "/v2/a/../b/tags/list"] {
            check(path, Err(404));
        }
        for path in ["/v2/a/%2e%2e/b/tags/list", "/v2/a%2fb/tags/list", "/v2/a//b/tags/list", "/v2/tags/list"]
        {
            check(path, Err(404));
        }
    }

    #[test]
    fn queries() {
        let query = Query::parse("tag=a&tag=b&n=&artifactType=application/x+y%2Bz&odd=%zz&&flag");
        assert_eq!(query.all("tag").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(query.first("n"), Some(""));
        assert_eq!(query.first("artifactType"), Some("application/x+y+z"));
        assert_eq!(query.first("odd"), Some("%zz"));
        assert_eq!(query.first("flag"), Some(""));
        assert_eq!(query.first("last"), None);
        assert_eq!(encode("a+b c"), "a%2Bb%20c");
    }
}
