use super::*;
use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

fn context() -> OperationsContext {
    let build = Build {
        version: "1.2.3",
        revision: "abc",
    };
    OperationsContext {
        metrics: Arc::new(Metrics::new(build)),
        refresh: Arc::new(|| {}),
        readiness: Readiness::starting(),
        build,
    }
}

async fn get(context: &OperationsContext, path: &str) -> (u16, String) {
    let response = answer(&Method::GET, path, context);
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.expect("in memory");
    let text = String::from_utf8(body.to_bytes().to_vec()).expect("text");
    (status, text)
}

#[tokio::test]
async fn readiness_names_its_reasons() {
    let context = context();
    let not_yet = (
        503,
        "{\"ready\":false,\"reasons\":[\"starting\"]}\n".to_owned(),
    );
    assert_eq!(get(&context, "/readyz").await, not_yet);
    context.readiness.ready("starting");
    let ready = (200, "{\"ready\":true,\"reasons\":[]}\n".to_owned());
    assert_eq!(get(&context, "/readyz").await, ready);
    context.readiness.clone().not_ready("draining");
    assert!(!context.readiness.is_ready());
    assert_eq!(
        get(&context, "/healthz").await.0,
        200,
        "the process lives all the same"
    );
}

#[tokio::test]
async fn metrics_are_refreshed_and_shown() {
    let mut context = context();
    let metrics = context.metrics.clone();
    context.refresh = Arc::new(move || metrics.append_seconds.observe(0.25));
    let (status, text) = get(&context, "/metrics").await;
    assert_eq!(status, 200);
    assert!(text.contains("hub_append_seconds_sum 0.25"));
    let (_, version) = get(&context, "/version").await;
    assert!(version.contains("\"version\":\"1.2.3\"") && version.contains("kefu.v1"));
    assert_eq!(get(&context, "/").await.0, 404);
    assert_eq!(answer(&Method::POST, "/metrics", &context).status(), 405);
}

#[tokio::test]
async fn it_serves_a_real_socket_until_the_end() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
    let address = listener.local_addr().expect("bound");
    let end = CancellationToken::new();
    let serving = tokio::spawn(serve_operations(listener, context(), end.clone()));

    let mut stream = TcpStream::connect(address).await.expect("connected");
    let request = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.expect("sent");
    let mut text = String::new();
    stream.read_to_string(&mut text).await.expect("answered");
    assert!(text.starts_with("HTTP/1.1 200 OK") && text.ends_with("{\"status\":\"ok\"}\n"));

    let mut idle = TcpStream::connect(address).await.expect("connected");
    end.cancel();
    serving.await.expect("ended");
    assert_eq!(
        idle.read(&mut [0]).await.unwrap_or(0),
        0,
        "nobody is left hanging"
    );
}
