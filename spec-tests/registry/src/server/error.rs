//! Answers that refuse (spec.md, section "Error codes").

use std::io;

use hyper::header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::json;

use super::body::{self, Body};
use crate::Faults;
use crate::common;

/// The codes that the specification lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// A blob that the repository does not hold.
    BlobUnknown,
    /// An upload that cannot go on like this.
    BlobUploadInvalid,
    /// An upload session that does not exist.
    BlobUploadUnknown,
    /// A digest that is malformed, unsupported, or not that of the content.
    DigestInvalid,
    /// A manifest that refers to content which the repository does not hold.
    ManifestBlobUnknown,
    /// A manifest that cannot be understood.
    ManifestInvalid,
    /// A manifest that the repository does not hold.
    ManifestUnknown,
    /// What is no name of a repository.
    NameInvalid,
    /// A repository that does not exist.
    NameUnknown,
    /// A length that is not that of the content, or more than is taken.
    SizeInvalid,
    /// Credentials are missing.
    Unauthorized,
    /// The credentials do not suffice.
    Denied,
    /// Something that this registry does not do.
    Unsupported,
    /// Come back later.
    TooManyRequests,
}

impl Code {
    /// The code as it stands in the body of an answer.
    pub const fn as_str(self) -> &'static str {
        match self {
            Code::BlobUnknown => "BLOB_UNKNOWN",
            Code::BlobUploadInvalid => "BLOB_UPLOAD_INVALID",
            Code::BlobUploadUnknown => "BLOB_UPLOAD_UNKNOWN",
            Code::DigestInvalid => "DIGEST_INVALID",
            Code::ManifestBlobUnknown => "MANIFEST_BLOB_UNKNOWN",
            Code::ManifestInvalid => "MANIFEST_INVALID",
            Code::ManifestUnknown => "MANIFEST_UNKNOWN",
            Code::NameInvalid => "NAME_INVALID",
            Code::NameUnknown => "NAME_UNKNOWN",
            Code::SizeInvalid => "SIZE_INVALID",
            Code::Unauthorized => "UNAUTHORIZED",
            Code::Denied => "DENIED",
            Code::Unsupported => "UNSUPPORTED",
            Code::TooManyRequests => "TOOMANYREQUESTS",
        }
    }

    /// Every code, in the order of the specification.
    pub const ALL: [Code; 14] = [
        Code::BlobUnknown,
        Code::BlobUploadInvalid,
        Code::BlobUploadUnknown,
        Code::DigestInvalid,
        Code::ManifestBlobUnknown,
        Code::ManifestInvalid,
        Code::ManifestUnknown,
        Code::NameInvalid,
        Code::NameUnknown,
        Code::SizeInvalid,
        Code::Unauthorized,
        Code::Denied,
        Code::Unsupported,
        Code::TooManyRequests,
    ];
}

/// Why a request is not fulfilled.
#[derive(Debug)]
pub(super) struct Refusal {
    pub status: StatusCode,
    pub code: Code,
    pub message: String,
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refusal {
    pub fn new(status: StatusCode, code: Code, message: impl Into<String>) -> Refusal {
        Refusal { status, code, message: message.into(), headers: Vec::new() }
    }

    /// 400
    pub fn bad(code: Code, message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 404
    pub fn unknown(code: Code, message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, code, message)
    }

    /// 405
    pub fn method(allowed: &'static str) -> Refusal {
        let refusal =
            Refusal::new(StatusCode::METHOD_NOT_ALLOWED, Code::Unsupported, format!("allowed: {allowed}"));
        refusal.with(ALLOW, HeaderValue::from_static(allowed))
    }

    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Refusal {
        self.headers.push((name, value));
        self
    }

    pub fn answer(mut self, faults: &Faults) -> Response<Body> {
        let mut code = self.code.as_str().to_owned();
        if faults.has(common::error_code_form::LOWER_CASE) {
            code.make_ascii_lowercase();
        }
        if faults.has(common::error_code_known::INVENTED) && self.code == Code::Unsupported {
            "NOT_HERE".clone_into(&mut code);
        }
        if faults.has(common::method_not_allowed::SILENT) {
            self.headers.retain(|(name, _)| name != ALLOW);
        }
        let error = json!({ "code": code, "message": self.message });
        let error = match faults.has(common::error_form::BARE) {
            true => error,
            false => json!({ "errors": [error] }),
        };
        let mut response = Response::new(body::full(error.to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.extend(self.headers);
        response
    }
}

/// The store failed: the one kind of error that is the server's own.
impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Refusal {
        Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            Code::Unsupported,
            format!("the store failed: {error}"),
        )
    }
}
