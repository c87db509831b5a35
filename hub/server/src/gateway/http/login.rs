//! `POST /v1/login`, `POST /v1/logout`, `GET /v1/me`.

use super::{HttpContext, body};
use crate::gateway::respond::{Response, empty, error, json};
use bytes::Bytes;
use domain::time::Span;
use hyper::body::Body;
use hyper::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use hyper::{HeaderMap, Request, StatusCode};
use protocol::ErrorCode;
use protocol::http::{Account, LoggedIn, Login};
use runtime::metrics::LoginOutcome;
use services::accounts::{Agent, LoginError, Role, SignedIn};
use std::net::IpAddr;

const RETRY: Span = Span::seconds(1);

/// Signs in with a password.
pub(super) async fn login<B>(
    request: Request<B>,
    context: &HttpContext,
    address: IpAddr,
) -> Response
where
    B: Body<Data = Bytes> + Send,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let Login { login, password } = match body::read(request.into_body(), context).await {
        Ok(login) => login,
        Err(response) => return response,
    };
    let result = context.accounts.login(&login, &password.0, address).await;
    let outcome = match &result {
        Ok(_) => Some(LoginOutcome::Ok),
        Err(LoginError::Refused) => Some(LoginOutcome::Refused),
        Err(LoginError::Limited(_)) => Some(LoginOutcome::Limited),
        Err(LoginError::Store(_)) => None,
    };
    if let Some(outcome) = outcome {
        context.metrics.logins.get(outcome).inc();
    }
    match result {
        Ok((issued, agent)) => json(
            StatusCode::OK,
            &LoggedIn {
                token: issued.token.into(),
                expires_at: issued.expires_at.0,
                agent: account(&agent),
            },
        ),
        Err(refused @ LoginError::Refused) => unauthorised(refused),
        Err(LoginError::Limited(wait)) => {
            let message = "too many attempts; come back later";
            let status = StatusCode::TOO_MANY_REQUESTS;
            error(status, ErrorCode::RateLimited, message, Some(wait))
        }
        Err(LoginError::Store(_)) => unavailable(),
    }
}

/// Ends the token.
pub(super) async fn logout(headers: &HeaderMap, context: &HttpContext) -> Response {
    let Some(signed_in) = bearer(headers, context) else {
        return unauthorised("the token is not good; sign in again");
    };
    match context.accounts.logout(&signed_in).await {
        Ok(()) => empty(StatusCode::NO_CONTENT),
        Err(_) => unavailable(),
    }
}

/// Whose token it is.
pub(super) fn me(headers: &HeaderMap, context: &HttpContext) -> Response {
    match bearer(headers, context) {
        Some(signed_in) => json(StatusCode::OK, &account(&signed_in.agent)),
        None => unauthorised("the token is not good; sign in again"),
    }
}

fn bearer(headers: &HeaderMap, context: &HttpContext) -> Option<SignedIn> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    context.accounts.authenticate(token.trim())
}

fn account(agent: &Agent) -> Account {
    Account {
        id: agent.id.to_string(),
        name: agent.name.clone(),
        role: match agent.role {
            Role::Agent => "agent".into(),
            Role::Supervisor => "supervisor".into(),
        },
        site: agent.site.to_string(),
        departments: agent.departments.iter().map(ToString::to_string).collect(),
    }
}

fn unauthorised(message: impl ToString) -> Response {
    let mut response = error(
        StatusCode::UNAUTHORIZED,
        ErrorCode::Unauthorised,
        message,
        None,
    );
    let scheme = HeaderValue::from_static("Bearer");
    response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
    response
}

fn unavailable() -> Response {
    let message = "the hub cannot store it now; try again";
    error(
        StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Unavailable,
        message,
        Some(RETRY),
    )
}
