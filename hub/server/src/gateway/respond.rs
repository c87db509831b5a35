//! HTTP answers of the public listener, refused upgrades among them, and the headers that all
//! of them carry.

use crate::gateway::admission::Refused;
use bytes::Bytes;
use domain::time::Span;
use http_body_util::Full;
use hyper::StatusCode;
use hyper::header::{self, HeaderName, HeaderValue};
use protocol::ErrorCode;
use protocol::http::HttpError;
use serde::Serialize;

/// An answer.
pub type Response = hyper::Response<Full<Bytes>>;

/// Nothing from elsewhere, nothing inline, no frames, no forms.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self' ws: wss:; \
     style-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; \
     frame-ancestors 'none'";

const SECURITY: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// An answer with a body of some type.
pub(in crate::gateway) fn with(
    status: StatusCode,
    kind: &'static str,
    body: impl Into<Bytes>,
) -> Response {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    set(
        &mut response,
        header::CONTENT_TYPE,
        HeaderValue::from_static(kind),
    );
    response
}

/// An answer without a body.
pub(in crate::gateway) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

/// JSON that nobody may keep.
pub(in crate::gateway) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let text = serde_json::to_vec(body).expect("wire types are always JSON");
    let mut response = with(status, "application/json", text);
    set(
        &mut response,
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-store"),
    );
    response
}

/// An error in the words of the protocol.
pub(in crate::gateway) fn error(
    status: StatusCode,
    code: ErrorCode,
    message: impl ToString,
    retry_after: Option<Span>,
) -> Response {
    let body = HttpError {
        code,
        message: message.to_string(),
        retry_after_ms: retry_after.map(|wait| wait.0),
    };
    let mut response = json(status, &body);
    if let Some(wait) = retry_after {
        let seconds = HeaderValue::from(wait.0.div_ceil(1000).max(1));
        set(&mut response, header::RETRY_AFTER, seconds);
    }
    response
}

/// A session that may not begin; also for the refused upgrade itself.
pub fn refused(refused: Refused) -> Response {
    let status = StatusCode::from_u16(refused.status()).expect("a status of the table");
    let code = match refused {
        Refused::Origin => ErrorCode::NotAllowed,
        Refused::Site => ErrorCode::NotFound,
        Refused::Rate(_) => ErrorCode::RateLimited,
        Refused::Busy(_) => ErrorCode::Unavailable,
    };
    let mut response = error(status, code, refused, refused.retry_after());
    secure(&mut response);
    response
}

/// Puts the security headers on, where the answer has no other ones.
pub(in crate::gateway) fn secure(response: &mut Response) {
    for (name, value) in SECURITY {
        let value = HeaderValue::from_static(value);
        response.headers_mut().entry(name).or_insert(value);
    }
}

pub(in crate::gateway) fn set(response: &mut Response, name: HeaderName, value: HeaderValue) {
    response.headers_mut().insert(name, value);
}
