//! Before a session begins.

use crate::client::{CUSTOMER, upgrade};
use crate::hub::Hub;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Error;

fn status(outcome: Result<crate::client::Client, Error>) -> u16 {
    match outcome {
        Ok(_) => 101,
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(other) => panic!("no answer: {other}"),
    }
}

#[tokio::test]
async fn only_listed_pages_may_connect() {
    let hub = Hub::start();
    let port = hub.public.port();
    let own = format!("http://127.0.0.1:{port}");
    let mut hostile: Vec<Vec<u8>> = [
        "null",
        "NULL",
        "",
        " ",
        "*",
        "https://evil.example",
        "http://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "https://127.0.0.1",
        "http://localhost",
        "http://127.0.0.1.evil.example",
        "http://evil.example/127.0.0.1",
        "file://",
        "data:",
        "http://127.0.0.2",
        "http://[::1]",
        "http://0.0.0.0",
        "http://2130706433",
        "http://0x7f.1",
        "chrome-extension://abc",
        "javascript:0",
        "ws://127.0.0.1",
        "://",
        "http://",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    for text in [
        format!("{own}/"),
        format!("{own}, {own}"),
        format!("{own} "),
        format!("{own}.evil.example"),
        format!("http://evil@127.0.0.1:{port}"),
        format!("https://127.0.0.1:{port}"),
        format!("HTTP://127.0.0.1:{port}"),
        format!("http://127.0.0.1:0{port}"),
    ] {
        // A trailing blank is no part of a header's value.
        if text.trim() != own {
            hostile.push(text.into_bytes());
        }
    }
    hostile.push(vec![0xff, 0xfe]);
    assert!(hostile.len() >= 30, "{}", hostile.len());
    for path in [CUSTOMER, "/v1/agent"] {
        for origin in &hostile {
            let got = status(upgrade(&hub, path, Some(origin)).await);
            assert_eq!(got, 403, "{path} {}", String::from_utf8_lossy(origin));
        }
        assert_eq!(status(upgrade(&hub, path, Some(own.as_bytes())).await), 101);
        assert_eq!(status(upgrade(&hub, path, None).await), 101);
    }
    assert_eq!(
        status(upgrade(&hub, "/v1/customer?site=nobody", None).await),
        404
    );
}

#[tokio::test]
async fn a_head_that_stalls_is_closed() {
    let hub = Hub::with(&[("HUB_LIMITS__HANDSHAKE_MS", "300")]);
    for begun in ["", "GET /v1/agent HTTP/1.1\r\nhost: hub\r\n"] {
        let mut stream = TcpStream::connect(hub.public).await.expect("connected");
        stream.write_all(begun.as_bytes()).await.expect("written");
        let mut rest = Vec::new();
        // Whether it says so or resets: it ends.
        let _ = stream.read_to_end(&mut rest).await;
        assert!(!rest.starts_with(b"HTTP/1.1 101"));
    }
}

#[tokio::test]
async fn a_full_hub_and_a_hasty_address_are_told_when_to_come_back() {
    let hub = Hub::with(&[("HUB_LIMITS__SESSIONS", "1")]);
    let first = upgrade(&hub, CUSTOMER, None).await.expect("the first");
    let Err(Error::Http(refused)) = upgrade(&hub, CUSTOMER, None).await else {
        panic!("the second is one too many");
    };
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("retry-after"));
    drop(first);

    let hasty = [
        ("HUB_LIMITS__CONNECTS_PER_SECOND", "1"),
        ("HUB_LIMITS__CONNECTS_BURST", "2"),
    ];
    let hub = Hub::with(&hasty);
    let mut refused = None;
    for _ in 0..50 {
        if let Err(Error::Http(response)) = upgrade(&hub, CUSTOMER, None).await {
            refused = Some(response);
        }
    }
    let refused = refused.expect("fifty at once are too many");
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
}
