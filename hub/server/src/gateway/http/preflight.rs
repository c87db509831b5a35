//! The plain GET of a socket's URL: 204, or the status with which an upgrade is refused. A
//! page cannot read a refused upgrade; this it can, where its origin is allowed.

use super::HttpContext;
use crate::gateway::respond::{Response, empty, refused, set};
use hyper::header::{
    ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
    CACHE_CONTROL, HeaderName, HeaderValue, ORIGIN, VARY,
};
use hyper::{HeaderMap, Request, StatusCode};
use std::net::IpAddr;

/// `GET /v1/customer?site=<widget key>`.
pub(super) fn customer<B>(
    request: &Request<B>,
    context: &HttpContext,
    address: IpAddr,
) -> Response {
    let key = widget_key(request);
    let admitted = context.admission.customer(key, request.headers(), address);
    let mut response = match admitted {
        Ok(_) => empty(StatusCode::NO_CONTENT),
        Err(reason) => refused(reason),
    };
    allow_page(&mut response, request, context);
    response
}

/// What a browser asks before an unusual request: answered for allowed pages.
pub(super) fn options<B>(request: &Request<B>, context: &HttpContext) -> Response {
    let mut response = empty(StatusCode::NO_CONTENT);
    let methods = HeaderValue::from_static("GET");
    set(&mut response, ACCESS_CONTROL_ALLOW_METHODS, methods);
    allow_page(&mut response, request, context);
    response
}

/// `GET /v1/agent`.
pub(super) fn agent(headers: &HeaderMap, context: &HttpContext, address: IpAddr) -> Response {
    let mut response = match context.admission.agent(headers, address) {
        Ok(()) => empty(StatusCode::NO_CONTENT),
        Err(reason) => refused(reason),
    };
    set(
        &mut response,
        CACHE_CONTROL,
        HeaderValue::from_static("no-store"),
    );
    response
}

/// Lets a page read the answer if the brand lists it, whatever the answer is.
fn allow_page<B>(response: &mut Response, request: &Request<B>, context: &HttpContext) {
    set(response, VARY, HeaderValue::from_static("origin"));
    set(
        response,
        CACHE_CONTROL,
        HeaderValue::from_static("no-store"),
    );
    let headers = request.headers();
    let Some(origin) = headers.get(ORIGIN) else {
        return;
    };
    if context
        .admission
        .brand(widget_key(request), headers)
        .is_err()
    {
        return;
    }
    let anywhere = HeaderValue::from_static("cross-origin");
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    set(response, policy, anywhere);
    set(response, ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    let exposed = HeaderValue::from_static("retry-after");
    set(response, ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
}

/// Widget keys are ids, so nothing in them is ever percent-encoded.
fn widget_key<B>(request: &Request<B>) -> &str {
    let query = request.uri().query().unwrap_or_default();
    let site = query.split('&').find_map(|pair| pair.strip_prefix("site="));
    site.unwrap_or_default()
}
