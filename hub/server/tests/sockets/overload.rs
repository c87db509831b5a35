//! Too much, too fast, or nobody who reads.

use crate::client::{CUSTOMER, customer, head, upgrade, upgrade_on};
use crate::hub::Hub;
use serde_json::json;
use tokio::net::TcpSocket;

#[tokio::test]
async fn of_a_burst_every_command_is_answered_and_what_was_acknowledged_is_there() {
    let hub = Hub::start();
    let mut client = customer(&hub, None).await;
    let conversation = client.open("first", "hello").await;
    for n in 0..1_000 {
        let (reference, text) = (format!("m{n}"), format!("text {n}"));
        client
            .send(json!({"type": "send_message", "ref": reference, "text": text}))
            .await;
    }
    let mut accepted = Vec::new();
    for n in 0..1_000 {
        let answer = client.answer(&json!(format!("m{n}"))).await;
        match answer["type"].as_str() {
            Some("ok") => accepted.push(answer["seq"].as_u64().expect("its place")),
            _ => {
                assert_eq!(answer["code"], "rate_limited", "{answer}");
                assert!(answer["retry_after_ms"].as_u64() > Some(0), "{answer}");
            }
        }
    }
    assert!(
        accepted.len() >= 50 && accepted.len() < 1_000,
        "{}",
        accepted.len()
    );
    let resume = json!({
        "token": client.token(),
        "resume": [{"conversation": conversation, "epoch": "another", "seq": 0}],
    });
    let mut again = crate::client::customer_with(&hub, resume).await;
    let snapshot = again.until(|f| f["type"] == "resync").await["snapshot"].clone();
    assert!(snapshot["seq"].as_u64() >= accepted.last().copied());
}

#[tokio::test]
async fn whoever_floods_for_long_is_closed() {
    let hub = Hub::start();
    let client = customer(&hub, None).await;
    let text = r#"{"type":"typing","conversation":"c-1"}"#;
    let frame = [head(0x81, text.len() as u64), text.as_bytes().to_vec()].concat();
    assert_eq!(client.raw_close_code(&frame.repeat(8_000)).await, 4429);
}

#[tokio::test]
async fn a_reader_that_never_reads_is_given_up_and_nobody_else_notices() {
    let hub = Hub::with(&[
        ("HUB_LIMITS__COMMANDS_BURST", "100000"),
        ("HUB_LIMITS__WRITE_MS", "300"),
    ]);
    let mut writer = customer(&hub, None).await;
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("small");
    let stream = socket.connect(hub.public).await.expect("connected");
    let mut deaf = upgrade_on(&hub, stream, CUSTOMER, None)
        .await
        .expect("upgraded");
    let hello =
        json!({"type": "hello", "client": {"name": "t", "version": "1"}, "token": writer.token()});
    deaf.send(hello).await;

    let text = "好".repeat(8_000);
    let (mut seq, mut n, mut given_up) = (0, 0, 0.0);
    // The kernel takes some megabytes before the hub notices.
    while given_up == 0.0 {
        let reference = format!("m{n}");
        let ok = writer
            .ok(json!({"type": "send_message", "ref": reference, "text": text}))
            .await;
        writer
            .until(|f| f["type"] == "event" && f["seq"] == ok["seq"])
            .await;
        assert!(ok["seq"].as_u64() > Some(seq), "{ok}");
        seq = ok["seq"].as_u64().expect("its place");
        n += 1;
        if n % 50 == 0 {
            given_up = hub.metric("hub_outbox_closes_total{reason=\"full\"}")
                + hub.metric("hub_outbox_closes_total{reason=\"write_deadline\"}");
        }
        assert!(n < 4_000, "never given up");
    }
    let mut bystander = upgrade(&hub, CUSTOMER, None).await.expect("upgraded");
    bystander
        .send(json!({"type": "hello", "client": {"name": "t", "version": "1"}}))
        .await;
    bystander.until(|f| f["type"] == "welcome").await;
}

#[tokio::test]
async fn a_customer_begins_only_so_many_conversations() {
    let hub = Hub::with(&[("HUB_LIMITS__CUSTOMER_CONVERSATIONS_BURST", "1")]);
    let mut client = customer(&hub, None).await;
    let conversation = client.open("m1", "hello").await;
    client.open("m2", "into the open one").await;
    client
        .ok(json!({"type": "end_conversation", "ref": "end", "conversation": conversation}))
        .await;
    let again = json!({"type": "send_message", "ref": "m3", "text": "another"});
    assert_eq!(client.error(again).await, "rate_limited");
    // Somebody else is not held up by it.
    customer(&hub, None).await.open("m1", "hello").await;
}
