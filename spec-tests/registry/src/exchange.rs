//! What went to a registry and what came back, kept as evidence.

use std::fmt::Write;
use std::time::Duration;

use crate::client::Request;

/// How many bytes of a body are kept.
const EXCERPT: usize = 2048;

/// One request and its answer, or why there is none.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The request's method.
    pub method: String,
    /// Where it went.
    pub url: String,
    /// Its headers; credentials are left out.
    pub request_headers: Vec<(String, String)>,
    /// Its body.
    pub request_body: Excerpt,
    /// What came back.
    pub outcome: Result<Received, String>,
    /// How long it took.
    pub time: Duration,
}

/// What was received.
#[derive(Debug, Clone)]
pub struct Received {
    /// The status code.
    pub status: u16,
    /// The headers; what is no text reads as U+FFFD.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Excerpt,
}

/// The start of a body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The size of the whole body, in bytes.
    pub size: usize,
    /// Its first bytes, at most 2048.
    pub start: Vec<u8>,
}

impl Excerpt {
    /// The start of `body`.
    pub fn of(body: &[u8]) -> Excerpt {
        Excerpt { size: body.len(), start: body[..body.len().min(EXCERPT)].to_vec() }
    }

    /// Whether it is the whole body.
    pub fn is_whole(&self) -> bool {
        self.size == self.start.len()
    }
}

impl Exchange {
    /// A request that has not been answered yet.
    pub(crate) fn of(request: &Request, url: &str) -> Exchange {
        Exchange {
            method: request.method.clone(),
            url: redact_url(url),
            request_headers: request.headers.iter().map(|(name, value)| redact(name, value)).collect(),
            request_body: Excerpt::of(&request.body),
            outcome: Err("not sent".to_owned()),
            time: Duration::ZERO,
        }
    }

    /// A `curl` command that repeats the request.
    ///
    /// A body of up to two kilobytes is part of it; of any other its start is not enough, and it is read from a
    /// file `body`.
    pub fn curl(&self) -> String {
        let mut line = String::from("curl --path-as-is -i");
        match self.method.as_str() {
            "GET" => {}
            "HEAD" => line.push_str(" --head"),
            method => write!(line, " -X {}", quote(method)).unwrap_or_default(),
        }
        for (name, value) in &self.request_headers {
            let _ = write!(line, " -H {}", quote(&format!("{name}: {value}")));
        }
        let body = &self.request_body;
        let text = std::str::from_utf8(&body.start).ok().filter(|text| {
            body.is_whole() && !text.contains(|c: char| c.is_control() && c != '\n') && !text.starts_with('@')
        });
        let mut before = String::new();
        match text {
            _ if body.size == 0 => {}
            Some(text) => write!(line, " --data-binary {}", quote(text)).unwrap_or_default(),
            None if body.is_whole() => {
                // The form that every shell's printf understands.
                let octal: String = body.start.iter().map(|byte| format!("\\{byte:03o}")).collect();
                before = format!("printf '{octal}' | ");
                line.push_str(" --data-binary @-");
            }
            None => line.push_str(" --data-binary @body"),
        }
        let _ = write!(line, " {}", quote(&self.url));
        before + &line
    }
}

/// Quotes a text for a POSIX shell.
fn quote(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/:,=+@%".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A header without credentials.
fn redact(name: &str, value: &str) -> (String, String) {
    let is_secret = ["authorization", "cookie", "set-cookie", "proxy-authorization"]
        .iter()
        .any(|secret| name.eq_ignore_ascii_case(secret));
    let scheme = value.split(' ').next().unwrap_or_default();
    match is_secret {
        true => (name.to_owned(), format!("{scheme} REDACTED")),
        false => (name.to_owned(), value.to_owned()),
    }
}

/// A URL without the password that it may hold.
fn redact_url(url: &str) -> String {
    match url.split_once("://").and_then(|(scheme, rest)| {
        let authority = rest.split('/').next().unwrap_or_default();
        authority.rsplit_once('@').map(|(user, _)| (scheme, &rest[user.len() + 1..]))
    }) {
        Some((scheme, rest)) => format!("{scheme}://REDACTED@{rest}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_is_repeated_with_curl_and_tells_no_secret() {
        let mut request = Request::new("PUT", "/v2/a/manifests/it's")
            .header("Content-Type", "application/json")
            .header("authorization", "Bearer s3cret");
        let line = |request: &Request| Exchange::of(request, "http://u:s3cret@h/v2/a?b&c").curl();
        assert_eq!(
            line(&request),
            "curl --path-as-is -i -X PUT -H 'Content-Type: application/json' \
             -H 'authorization: Bearer REDACTED' 'http://REDACTED@h/v2/a?b&c'"
        );
        request.body = "it's\n".into();
        assert!(line(&request).contains(r"--data-binary 'it'\''s"));
        for (body, wanted) in [
            (&b"@file"[..], r"printf '\100\146\151\154\145' | curl"),
            (b"\x1b[31m", r"printf '\033\133\063\061\155' | curl"),
            (b"\xff\0", r"printf '\377\000' | curl"),
        ] {
            request.body = body.to_vec().into();
            let line = line(&request);
            assert!(line.starts_with(wanted) && line.contains("--data-binary @- "), "{line}");
        }
        request.body = vec![b'x'; 4096].into();
        assert!(line(&request).contains("--data-binary @body"));
    }
}
