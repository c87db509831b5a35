//! Which request goes where.

use super::{HttpContext, assets, login, preflight};
use crate::gateway::respond::{self, Response, error};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Body;
use hyper::header::{ALLOW, HeaderValue};
use hyper::{Method, Request, StatusCode};
use protocol::ErrorCode;
use std::net::IpAddr;

/// Answers a request that is no upgrade. `peer` is the socket's other end.
pub async fn handle<B>(request: Request<B>, context: &HttpContext, peer: IpAddr) -> Response
where
    B: Body<Data = Bytes> + Send,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let head = request.method() == Method::HEAD;
    let mut response = route(request, context, peer).await;
    respond::secure(&mut response);
    if head {
        *response.body_mut() = Full::default();
    }
    response
}

async fn route<B>(request: Request<B>, context: &HttpContext, peer: IpAddr) -> Response
where
    B: Body<Data = Bytes> + Send,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let address = context.admission.client_address(peer, request.headers());
    let path = request.uri().path().to_owned();
    match path.as_str() {
        "/v1/login" => match *request.method() {
            Method::POST => login::login(request, context, address).await,
            _ => method_not_allowed("POST"),
        },
        "/v1/logout" => match *request.method() {
            Method::POST => login::logout(request.headers(), context).await,
            _ => method_not_allowed("POST"),
        },
        "/v1/me" => match *request.method() {
            Method::GET => login::me(request.headers(), context),
            _ => method_not_allowed("GET"),
        },
        "/v1/customer" => match *request.method() {
            Method::GET => preflight::customer(&request, context, address),
            Method::OPTIONS => preflight::options(&request, context),
            _ => method_not_allowed("GET"),
        },
        "/v1/agent" => match *request.method() {
            Method::GET => preflight::agent(request.headers(), context, address),
            _ => method_not_allowed("GET"),
        },
        path => match *request.method() {
            Method::GET | Method::HEAD => assets::serve(path, request.headers()),
            _ => method_not_allowed("GET"),
        },
    }
}

fn method_not_allowed(allowed: &'static str) -> Response {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    let message = format!("this path takes {allowed}");
    let mut response = error(status, ErrorCode::NotAllowed, message, None);
    respond::set(&mut response, ALLOW, HeaderValue::from_static(allowed));
    response
}
