use super::*;
use crate::cli::BUILD;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper::{Request, StatusCode};
use journal::embedded::{Embedded, Options};
use runtime::clock::SystemClock;
use runtime::random::SystemRandom;
use serde_json::Value;
use services::sites::{Site, Sites};
use std::net::{IpAddr, Ipv4Addr};
use tokio_util::sync::CancellationToken;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const OWN: &str = "http://127.0.0.1:7080";
const PASSWORD: &str = "correct horse";

struct House {
    context: HttpContext,
    _folder: tempfile::TempDir,
}

async fn house(change: impl FnOnce(&mut Config)) -> House {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = Config::default();
    change(&mut config);
    let config = Arc::new(config);
    let journal = Embedded::open(folder.path(), Options::default()).expect("opened");
    let clock = Arc::new(SystemClock::new());
    let logins = config.limits.logins();
    let accounts = Accounts::open(journal, clock.clone(), Arc::new(SystemRandom), logins).await;
    let site = Site::parse(services::sites::file::DEMO).expect("right");
    accounts.ensure_demo(&site, PASSWORD).await.expect("made");
    let metrics = Arc::new(Metrics::new(BUILD));
    let bound = "127.0.0.1:7080".parse().expect("an address");
    let sites = Arc::new(Sites::demo());
    let draining = CancellationToken::new();
    let admission = Admission::new(
        config.clone(),
        bound,
        sites,
        clock,
        metrics.clone(),
        draining,
    );
    House {
        context: HttpContext {
            config,
            accounts,
            admission: Arc::new(admission),
            metrics,
        },
        _folder: folder,
    }
}

impl House {
    async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Response {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = Full::new(Bytes::from(body.to_owned()));
        handle(request.body(body).expect("a request"), &self.context, HERE).await
    }

    async fn login(&self, login: &str, password: &str) -> Response {
        let body = serde_json::json!({"login": login, "password": password}).to_string();
        self.ask("POST", "/v1/login", &[], &body).await
    }
}

async fn body(response: Response) -> Value {
    let bytes = response
        .into_body()
        .collect()
        .await
        .expect("in memory")
        .to_bytes();
    serde_json::from_slice(&bytes).unwrap_or(Value::Null)
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

#[tokio::test]
async fn a_login_from_in_to_out() {
    let house = house(|_| {}).await;
    let response = house.login("ada", PASSWORD).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "cache-control"), Some("no-store"));
    let signed_in = body(response).await;
    assert_eq!(signed_in["agent"]["site"], "demo");
    assert_eq!(signed_in["agent"]["departments"][1], "support");
    assert!(signed_in["expires_at"].is_u64());

    let bearer = format!("Bearer {}", signed_in["token"].as_str().expect("a token"));
    let headers = [("authorization", bearer.as_str())];
    let me = house.ask("GET", "/v1/me", &headers, "").await;
    assert_eq!(body(me).await, signed_in["agent"]);
    let out = house.ask("POST", "/v1/logout", &headers, "").await;
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    for (method, path) in [("GET", "/v1/me"), ("POST", "/v1/logout")] {
        let response = house.ask(method, path, &headers, "").await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(body(response).await["code"], "unauthorised");
    }
    assert_eq!(
        house
            .context
            .metrics
            .logins
            .get(runtime::metrics::LoginOutcome::Ok)
            .get(),
        1
    );
}

#[tokio::test]
async fn refused_logins_look_alike_until_there_are_too_many() {
    let house = house(|config| config.limits.login_attempts_burst = 2).await;
    let wrong = body(house.login("ada", "wrong horse").await).await;
    assert_eq!(body(house.login("nobody", PASSWORD).await).await, wrong);
    house.login("ada", "wrong horse").await;
    let limited = house.login("ada", PASSWORD).await;
    assert_eq!(limited.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(header(&limited, "retry-after"), Some("10"));
    let limited = body(limited).await;
    assert_eq!(limited["code"], "rate_limited");
    assert!(limited["retry_after_ms"].as_u64().expect("a number") <= 10_000);
}

#[tokio::test]
async fn bad_bodies_are_refused() {
    let house = house(|_| {}).await;
    let big = format!("{{\"login\":\"{}\"}}", "x".repeat(20_000));
    let rows = [
        ("", StatusCode::BAD_REQUEST),
        ("{", StatusCode::BAD_REQUEST),
        ("{\"login\":5,\"password\":\"x\"}", StatusCode::BAD_REQUEST),
        ("{\"login\":\"ada\"}", StatusCode::BAD_REQUEST),
        (big.as_str(), StatusCode::PAYLOAD_TOO_LARGE),
    ];
    for (text, status) in rows {
        let response = house.ask("POST", "/v1/login", &[], text).await;
        assert_eq!(response.status(), status, "{}", text.len());
        assert!(body(response).await["code"].is_string());
    }
}

#[tokio::test]
async fn a_body_that_never_ends_meets_its_deadline() {
    let house = house(|config| config.limits.http_body_ms = domain::time::Span(100)).await;
    let nothing = futures_util::stream::pending::<Result<Frame<Bytes>, std::io::Error>>();
    let request = Request::post("/v1/login")
        .body(StreamBody::new(nothing))
        .expect("a request");
    let response = handle(request, &house.context, HERE).await;
    assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
}

#[tokio::test]
async fn a_page_finds_out_why_its_upgrade_was_refused() {
    let house = house(|config| config.limits.connects_burst = 3).await;
    let path = "/v1/customer?x=1&site=demo";
    let good = house.ask("GET", path, &[("origin", OWN)], "").await;
    assert_eq!(good.status(), StatusCode::NO_CONTENT);
    assert_eq!(header(&good, "access-control-allow-origin"), Some(OWN));

    let evil = [("origin", "https://evil.example")];
    let refused = house.ask("GET", path, &evil, "").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert_eq!(header(&refused, "access-control-allow-origin"), None);
    let unknown = house.ask("GET", "/v1/customer?site=no", &[], "").await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    let absent = house.ask("GET", "/v1/customer", &[], "").await;
    assert_eq!(absent.status(), StatusCode::NOT_FOUND);
    assert_eq!(
        house.ask("GET", "/v1/agent", &evil, "").await.status(),
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        house.ask("GET", "/v1/agent", &[], "").await.status(),
        StatusCode::NO_CONTENT
    );

    house.ask("GET", "/v1/agent", &[], "").await;
    let fast = house.ask("GET", path, &[("origin", OWN)], "").await;
    assert_eq!(fast.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(header(&fast, "retry-after"), Some("1"));
    assert_eq!(header(&fast, "access-control-allow-origin"), Some(OWN));
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let house = house(|_| {}).await;
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/desk"),
        ("GET", "/nothing"),
        ("POST", "/v1/login"),
        ("GET", "/v1/customer?site=demo"),
        ("DELETE", "/"),
    ] {
        let response = house.ask(method, path, &[], "").await;
        let policy = header(&response, "content-security-policy").expect(path);
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
        assert_eq!(header(&response, "x-content-type-options"), Some("nosniff"));
        assert!(header(&response, "referrer-policy").is_some());
    }
}

#[tokio::test]
async fn other_methods_are_told_which_one_works() {
    let house = house(|_| {}).await;
    for (method, path, allowed) in [
        ("GET", "/v1/login", "POST"),
        ("PUT", "/v1/me", "GET"),
        ("POST", "/v1/agent", "GET"),
        ("POST", "/", "GET"),
    ] {
        let response = house.ask(method, path, &[], "").await;
        assert_eq!(
            response.status(),
            StatusCode::METHOD_NOT_ALLOWED,
            "{method} {path}"
        );
        assert_eq!(header(&response, "allow"), Some(allowed));
    }
    let head = house.ask("HEAD", "/", &[], "").await;
    assert_eq!(head.status(), StatusCode::OK);
    let bytes = head
        .into_body()
        .collect()
        .await
        .expect("in memory")
        .to_bytes();
    assert!(bytes.is_empty());
}
