//! From an HTTP request to a raw socket. Who may not open one is told before the upgrade.

use super::hello::Door;
use super::socket::{self, Endpoint};
use super::{Context, catch_up, sweep};
use crate::gateway::admission::{Admission, Refused};
use crate::gateway::respond::{Response, refused};
use hyper::body::Incoming;
use hyper::header::{
    CONNECTION, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE, USER_AGENT,
};
use hyper::{HeaderMap, Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use protocol::SUBPROTOCOL;
use runtime::metrics::ConnectionReject;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_util::sync::CancellationToken;

/// Starts what serves all sockets.
pub fn start(
    context: &Arc<Context>,
    behind: mpsc::UnboundedReceiver<super::registry::Behind>,
    cancel: &CancellationToken,
) {
    tokio::spawn(catch_up::serve(context.clone(), behind));
    tokio::spawn(sweep::run(context.clone(), cancel.clone()));
}

/// Whether this path is a socket's.
pub fn is_socket(path: &str) -> bool {
    matches!(path, "/v1/customer" | "/v1/agent")
}

/// Whether the request asks for a WebSocket.
pub fn wants_upgrade<B>(request: &Request<B>) -> bool {
    has(request.headers(), CONNECTION, "upgrade") && has(request.headers(), UPGRADE, "websocket")
}

/// Answers the upgrade. The raw connection goes to a task of its own, so that the HTTP
/// connection's task and buffers end.
pub fn answer(
    context: &Arc<Context>,
    admission: &Admission,
    mut request: Request<Incoming>,
    peer: IpAddr,
) -> Response {
    let address = admission.client_address(peer, request.headers());
    let Some(response) = handshake(&request) else {
        let protocol = ConnectionReject::Protocol;
        context.metrics.connection_rejects.get(protocol).inc();
        return status(StatusCode::BAD_REQUEST);
    };
    let admitted = admit(admission, &request, address)
        .and_then(|endpoint| admission.place().map(|place| (endpoint, place)));
    let (endpoint, place) = match admitted {
        Ok(admitted) => admitted,
        Err(reason) => return refused(reason),
    };
    let upgrade = hyper::upgrade::on(&mut request);
    let context = context.clone();
    let tasks = context.tasks.clone();
    tasks.clone().spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        // The accept loop serves plain connections only, so this is always the raw socket.
        let Ok(parts) = upgraded.downcast::<TokioIo<TcpStream>>() else {
            return;
        };
        tasks.spawn(socket::run(context, endpoint, address, parts, place));
    });
    response
}

fn admit(
    admission: &Admission,
    request: &Request<Incoming>,
    address: IpAddr,
) -> Result<Endpoint, Refused> {
    let headers = request.headers();
    if request.uri().path() == "/v1/agent" {
        return admission.agent(headers, address).map(|()| Endpoint::Agent);
    }
    let query = request.uri().query().unwrap_or_default();
    let key = query.split('&').find_map(|pair| pair.strip_prefix("site="));
    let (site, brand) = admission.customer(key.unwrap_or_default(), headers, address)?;
    let user_agent = text(headers, USER_AGENT).map(str::to_owned);
    Ok(Endpoint::Customer(Box::new(Door {
        site,
        brand,
        user_agent,
    })))
}

/// The 101; `None`: no handshake of version 13, or none of our protocols is offered.
fn handshake<B>(request: &Request<B>) -> Option<Response> {
    let headers = request.headers();
    if text(headers, SEC_WEBSOCKET_VERSION)? != "13" || request.method() != Method::GET {
        return None;
    }
    let accept = derive_accept_key(text(headers, SEC_WEBSOCKET_KEY)?.as_bytes());
    let mut response = status(StatusCode::SWITCHING_PROTOCOLS);
    let answers = response.headers_mut();
    answers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    answers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    answers.insert(SEC_WEBSOCKET_ACCEPT, HeaderValue::from_str(&accept).ok()?);
    if headers.contains_key(SEC_WEBSOCKET_PROTOCOL) {
        if !has(headers, SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL) {
            return None;
        }
        answers.insert(
            SEC_WEBSOCKET_PROTOCOL,
            HeaderValue::from_static(SUBPROTOCOL),
        );
    }
    Some(response)
}

/// Whether one of the header's comma-separated words is this one.
fn has(headers: &HeaderMap, name: HeaderName, word: &str) -> bool {
    let mut values = headers.get_all(name).iter().filter_map(|v| v.to_str().ok());
    values.any(|v| v.split(',').any(|w| w.trim().eq_ignore_ascii_case(word)))
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn status(status: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}
