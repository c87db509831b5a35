//! The listener for operators: `/metrics`, `/healthz`, `/readyz`, `/version`.

mod readiness;
mod serve;

pub use readiness::Readiness;
pub use serve::serve_operations;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, Response, StatusCode};
use runtime::metrics::{Build, Metrics};
use serde_json::json;
use std::sync::Arc;

/// What the paths tell of.
#[derive(Clone)]
pub struct OperationsContext {
    /// Measures.
    pub metrics: Arc<Metrics>,
    /// Called before each reading of the measures, for gauges that grow with time.
    pub refresh: Arc<dyn Fn() + Send + Sync>,
    /// Why the hub is not ready, if it is not.
    pub readiness: Readiness,
    /// What runs.
    pub build: Build,
}

/// Answers one request.
pub fn answer(method: &Method, path: &str, context: &OperationsContext) -> Response<Full<Bytes>> {
    if *method != Method::GET && *method != Method::HEAD {
        return text(
            StatusCode::METHOD_NOT_ALLOWED,
            "text/plain",
            "GET only\n".into(),
        );
    }
    match path {
        "/metrics" => {
            (context.refresh)();
            let kind = "text/plain; version=0.0.4; charset=utf-8";
            text(StatusCode::OK, kind, context.metrics.render())
        }
        "/healthz" => json_text(StatusCode::OK, &json!({"status": "ok"})),
        "/readyz" => {
            let reasons = context.readiness.reasons();
            let ready = reasons.is_empty();
            let status = if ready {
                StatusCode::OK
            } else {
                StatusCode::SERVICE_UNAVAILABLE
            };
            json_text(status, &json!({"ready": ready, "reasons": reasons}))
        }
        "/version" => json_text(
            StatusCode::OK,
            &json!({
                "version": context.build.version,
                "revision": context.build.revision,
                "protocol": protocol::SUBPROTOCOL,
            }),
        ),
        _ => text(
            StatusCode::NOT_FOUND,
            "text/plain",
            "/metrics /healthz /readyz /version\n".into(),
        ),
    }
}

fn json_text(status: StatusCode, body: &serde_json::Value) -> Response<Full<Bytes>> {
    text(status, "application/json", format!("{body}\n"))
}

fn text(status: StatusCode, kind: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

#[cfg(test)]
mod tests;
