//! Coming back: exactly what is missing, or a snapshot; never a silent hole.

use crate::client::{Client, agent, available, customer, customer_with};
use crate::hub::Hub;
use serde_json::{Value, json};

fn from(conversation: &str, epoch: &Value, seq: u64) -> Value {
    json!([{"conversation": conversation, "epoch": epoch, "seq": seq}])
}

async fn epoch(client: &mut Client) -> Value {
    client.event("message_posted").await["epoch"].clone()
}

fn ordinals(frame: &Value) -> Vec<u64> {
    let events = frame["events"].as_array().expect("a list");
    events
        .iter()
        .map(|e| e["seq"].as_u64().expect("an ordinal"))
        .collect()
}

#[tokio::test]
async fn a_customer_gets_exactly_what_is_missing() {
    let hub = Hub::start();
    let mut first = customer(&hub, None).await;
    let conversation = first.open("m0", "hello").await;
    let epoch = epoch(&mut first).await;
    let mut last = 0;
    for n in 1..20 {
        let text = "好".repeat(6_000);
        let ok = first
            .ok(json!({"type": "send_message", "ref": format!("m{n}"), "text": text}))
            .await;
        last = ok["seq"].as_u64().expect("its place");
    }
    let token = first.token();

    let fields = json!({"token": token, "resume": from(&conversation, &epoch, last)});
    let mut current = customer_with(&hub, fields).await;
    assert!(
        current.welcome.get("conversation").is_none(),
        "it was named in resume"
    );
    let nothing = current.until(|f| f["type"] == "events").await;
    assert_eq!(
        (ordinals(&nothing), &nothing["complete"]),
        (vec![], &json!(true))
    );

    let fields = json!({"token": token, "resume": from(&conversation, &epoch, 2)});
    let mut behind = customer_with(&hub, fields).await;
    // Something new while the old is still coming.
    first
        .ok(json!({"type": "send_message", "ref": "new", "text": "new"}))
        .await;
    let mut got = Vec::new();
    while got.last() != Some(&(last + 1)) {
        let frame = behind
            .until(|f| f["type"] == "events" || f["type"] == "event")
            .await;
        match frame.get("events") {
            Some(_) => got.extend(ordinals(&frame)),
            None => got.push(frame["seq"].as_u64().expect("an ordinal")),
        }
        assert!(frame.to_string().len() <= 64 * 1024);
    }
    assert_eq!(got, (3..=last + 1).collect::<Vec<_>>());
    let new = current.event("message_posted").await;
    assert_eq!(new["seq"], last + 1);
}

#[tokio::test]
async fn what_cannot_be_continued_is_told_anew() {
    let hub = Hub::start();
    let mut first = customer(&hub, None).await;
    let conversation = first.open("m0", "hello").await;
    let epoch = epoch(&mut first).await;
    let token = first.token();
    let cases = [
        (json!("another"), 2),
        (epoch.clone(), 1_000),
        (epoch.clone(), (1 << 53) - 1),
    ];
    for (epoch, seq) in cases {
        let fields = json!({"token": token, "resume": from(&conversation, &epoch, seq)});
        let mut client = customer_with(&hub, fields).await;
        let snapshot = client.until(|f| f["type"] == "resync").await["snapshot"].clone();
        let seq = snapshot["seq"].as_u64().expect("an ordinal");
        let reference = format!("after-{seq}");
        client
            .ok(json!({"type": "send_message", "ref": reference, "text": "on"}))
            .await;
        let next = client.until(|f| f["type"] == "event").await;
        assert_eq!(next["seq"], seq + 1);
    }
    for absent in ["nobody-1", "not a name"] {
        let fields = json!({"token": token, "resume": from(absent, &epoch, 1)});
        let mut client = customer_with(&hub, fields).await;
        let left = client.until(|f| f["type"] == "left").await;
        assert_eq!(
            (&left["conversation"], &left["reason"]),
            (&json!(absent), &json!("not_found"))
        );
    }
}

#[tokio::test]
async fn an_agent_comes_back_to_its_conversations_after_the_hub_was_killed() {
    let hub = Hub::start();
    let mut ada = available(&hub, "ada").await;
    let mut customer = customer(&hub, None).await;
    let conversation = customer.open("m0", "hello").await;
    let offer = ada.until(|f| f["type"] == "offer").await;
    assert_eq!(offer["card"]["preview"], "hello");
    ada.ok(json!({"type": "accept_offer", "ref": "a", "conversation": conversation, "offer": offer["offer"]})).await;
    let joined = ada.until(|f| f["type"] == "joined").await;
    let epoch = joined["snapshot"]["epoch"].clone();
    let seq = joined["snapshot"]["seq"].as_u64().expect("an ordinal");
    ada.ok(json!({"type": "send_message", "ref": "b", "conversation": conversation, "text": "hi"}))
        .await;
    customer.until(|f| f["event"]["text"] == "hi").await;
    let token = customer.token();

    let hub = Hub::on(hub.kill(), &[]);
    let mut named = agent(
        &hub,
        "ada",
        json!({"resume": from(&conversation, &epoch, seq)}),
    )
    .await;
    let events = named.until(|f| f["type"] == "events").await;
    assert_eq!(ordinals(&events).first(), Some(&(seq + 1)));
    let mut unnamed = agent(&hub, "ada", json!({})).await;
    let joined = unnamed.until(|f| f["type"] == "joined").await;
    assert_eq!(joined["conversation"], conversation);

    let mut back = customer_with(&hub, json!({"token": token})).await;
    assert_eq!(back.welcome["conversation"]["conversation"], conversation);
    back.ok(json!({"type": "send_message", "ref": "m1", "text": "back"}))
        .await;
    for desk in [&mut named, &mut unnamed] {
        desk.until(|f| f["type"] == "event" && f["event"]["text"] == "back")
            .await;
    }
}

#[tokio::test]
async fn the_end_is_told_and_clean() {
    let mut hub = Hub::start();
    let mut client = customer(&hub, None).await;
    let mut desk = agent(&hub, "ada", json!({})).await;
    hub.terminate();
    for client in [&mut client, &mut desk] {
        let restarting = client.until(|f| f["type"] == "restarting").await;
        assert!(restarting["reconnect_in_ms"].as_u64() > Some(0));
    }
    assert_eq!(client.close_code().await, 4001);
    assert_eq!(desk.close_code().await, 4001);
    assert!(hub.wait().success());
}
