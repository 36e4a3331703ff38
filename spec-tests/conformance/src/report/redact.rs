//! Taking credentials out of text.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What stands in the place of a credential.
const HIDDEN: &str = "[hidden]";

/// The text without credentials: the user information of a URL, what an `Authorization` header or
/// a cookie carries, and what is assigned to something named as a secret.
pub fn redact(text: &str) -> String {
    static SECRETS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)(?P<url>[a-z][a-z0-9+.-]*://)[^\s/?#@]*(?:@[^\s/?#@]*)*@",
            // The words are those of prose, too: a digest is spoken of more often than shown to log in.
            r#"|(?P<scheme>authorization["']?\s*[=:]\s*["']?(?:bearer|basic|digest|negotiate)\s+)[^\s"',;]+"#,
            r"|(?P<cookie>\b(?:set-)?cookie\s*:\s*)[^\r\n]+",
            r#"|(?P<named>[a-z0-9_-]*(?:password|passwd|passphrase|secret|token|api[_-]?key|credentials?)["']?\s*[=:]\s*["']?)[^\s"'&,;]+"#,
        ))
        .ok()
    });
    let Some(secrets) = &*SECRETS else { return HIDDEN.to_owned() };
    let hide = |found: &Captures<'_>| {
        let kept = ["url", "scheme", "cookie", "named"].iter().find_map(|name| found.name(name));
        let end = if found.name("url").is_some() { "@" } else { "" };
        format!("{}{HIDDEN}{end}", kept.map_or("", |kept| kept.as_str()))
    };
    secrets.replace_all(text, hide).into_owned()
}

/// A header without credentials. A challenge holds none, and is of no use without its words.
pub fn redact_header(name: &str, value: &str) -> (String, String) {
    let is_challenge =
        ["www-authenticate", "proxy-authenticate"].iter().any(|of| name.eq_ignore_ascii_case(of));
    let line = redact(&format!("{name}: {value}"));
    let shown = line.split_once(": ").map_or("", |(_, value)| value);
    (name.to_owned(), if is_challenge { value } else { shown }.to_owned())
}

/// A command line without credentials: as [`redact`], and without the value of an option that is
/// named as a secret, or of one that takes headers.
pub fn redact_command<S: AsRef<str>>(words: &[S]) -> Vec<String> {
    const SECRET: [&str; 8] =
        ["password", "passphrase", "secret", "token", "credential", "auth", "header", "api-key"];
    const SHORT: [&str; 3] = ["-u", "-p", "-H"];
    let mut shown = Vec::with_capacity(words.len());
    let mut hide_next = false;
    for word in words.iter().map(AsRef::as_ref) {
        if std::mem::take(&mut hide_next) {
            shown.push(HIDDEN.to_owned());
            continue;
        }
        let (name, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
        let lower = name.to_ascii_lowercase();
        let is_secret = lower.starts_with("--") && SECRET.iter().any(|part| lower.contains(part))
            || SHORT.contains(&name);
        if !is_secret {
            shown.push(redact(word));
        } else if value.is_some() {
            shown.push(format!("{name}={HIDDEN}"));
        } else {
            hide_next = true;
            shown.push(word.to_owned());
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_hidden_and_nothing_else() {
        let check = |text: &str, wanted: &str| assert_eq!(redact(text), wanted);
        check("GET https://user:pa%40ss@host/v2/?x=@", "GET https://[hidden]@host/v2/?x=@");
        check("http://a@b@host/", "http://[hidden]@host/");
        check("Authorization: Bearer abc.def-123", "Authorization: Bearer [hidden]");
        check("authorization: basic dXNlcjpwYXNz", "authorization: basic [hidden]");
        check("Set-Cookie: id=1; path=/", "Set-Cookie: [hidden]");
        check("{\"identity_token\": \"abc\"}", "{\"identity_token\": \"[hidden]\"}");
        check("{\"Authorization\":\"Basic dXNl\"}", "{\"Authorization\":\"Basic [hidden]\"}");
        check(
            "curl -H 'proxy-authorization: Bearer abc' u",
            "curl -H 'proxy-authorization: Bearer [hidden]' u",
        );
        check("https://host/?token=abc&x=1", "https://host/?token=[hidden]&x=1");
        for plain in [
            "sha256:00828ba39b725a3a54b6cc5c1b127ee589784236e2afd1921d97c168b6f11a41",
            "https://host/path@sha256:abc",
            "oci:image:v1",
            "unexpected token at line 3",
            "the basic rule",
            "invalid checksum digest length",
            "unsupported digest algorithm sha512",
            "basic authentication is required, or a bearer credential",
        ] {
            check(plain, plain);
        }
    }

    #[test]
    fn a_header_is_known_by_its_name() {
        let check = |name: &str, value: &str, wanted: &str| assert_eq!(redact_header(name, value).1, wanted);
        check("Authorization", "Bearer abc.def", "Bearer [hidden]");
        check("set-cookie", "id=1; path=/", "[hidden]");
        check("X-Auth-Token", "abc", "[hidden]");
        check("Location", "https://me:secret@host/v2/", "https://[hidden]@host/v2/");
        check("Warning", "299 - \"unsupported digest algorithm\"", "299 - \"unsupported digest algorithm\"");
        let challenge = "Bearer realm=\"https://host/token\",service=\"host\"";
        check("WWW-Authenticate", challenge, challenge);
    }

    #[test]
    fn a_command_line_keeps_its_form() {
        let check = |words: &[&str], wanted: &[&str]| assert_eq!(redact_command(words), wanted);
        check(&["check", "oci:a:v1", "--level", "may"], &["check", "oci:a:v1", "--level", "may"]);
        check(&["registry", "--password", "x", "y"], &["registry", "--password", "[hidden]", "y"]);
        check(
            &["registry", "--token=x", "http://a:b@c"],
            &["registry", "--token=[hidden]", "http://[hidden]@c"],
        );
        check(&["-u", "user:pass", "-H", "A: b"], &["-u", "[hidden]", "-H", "[hidden]"]);
    }
}
