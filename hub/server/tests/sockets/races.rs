//! Two who want the same at once: one gets it, both are told, and the log has it once.

use crate::client::{Client, agent, available, customer};
use crate::hub::Hub;
use serde_json::{Value, json};

/// A waiting conversation that `ada` is asked to take.
async fn offered(hub: &Hub) -> (Client, Client, String, Value) {
    let mut ada = available(hub, "ada").await;
    let mut customer = customer(hub, None).await;
    let conversation = customer.open("m0", "hello").await;
    let offer = ada.until(|f| f["type"] == "offer").await["offer"].clone();
    (ada, customer, conversation, offer)
}

fn accept(reference: &str, conversation: &str, offer: &Value) -> Value {
    json!({"type": "accept_offer", "ref": reference, "conversation": conversation, "offer": offer})
}

/// How many messages the conversation has.
async fn messages(client: &mut Client, conversation: &str) -> usize {
    let query = json!({"type": "read_history", "ref": "history", "conversation": conversation, "limit": 100});
    let history = client.ask(query).await;
    let events = history["events"].as_array().expect("a list");
    events
        .iter()
        .filter(|e| e["event"]["type"] == "message_posted")
        .count()
}

#[tokio::test]
async fn an_opening_message_that_is_retried_opens_once() {
    let hub = Hub::start();
    let mut client = customer(&hub, None).await;
    let opening = json!({"type": "send_message", "ref": "open", "text": "hello"});
    let ok = client.ok(opening.clone()).await;
    let mut tab = customer(&hub, Some(&client.token())).await;
    assert_eq!(tab.ok(opening.clone()).await, ok);

    let conversation = ok["conversation"].as_str().expect("which").to_owned();
    client
        .ok(json!({"type": "end_conversation", "ref": "end", "conversation": conversation}))
        .await;
    assert_eq!(tab.ok(opening).await, ok, "also after the close");
    assert_eq!(messages(&mut client, &conversation).await, 1);
}

#[tokio::test]
async fn two_tabs_that_open_at_once_share_a_conversation() {
    let hub = Hub::start();
    let mut one = customer(&hub, None).await;
    let mut two = customer(&hub, Some(&one.token())).await;
    one.send(json!({"type": "send_message", "ref": "one", "text": "one"}))
        .await;
    two.send(json!({"type": "send_message", "ref": "two", "text": "two"}))
        .await;
    let first = one.answer(&json!("one")).await;
    let second = two.answer(&json!("two")).await;
    assert_eq!(first["type"], "ok");
    assert_eq!(first["conversation"], second["conversation"]);
    assert_ne!(first["seq"], second["seq"]);
    for tab in [&mut one, &mut two] {
        let mut texts: Vec<Value> = Vec::new();
        for _ in 0..2 {
            texts.push(tab.event("message_posted").await["event"]["text"].clone());
        }
        assert!(
            texts.contains(&json!("one")) && texts.contains(&json!("two")),
            "{texts:?}"
        );
    }
}

#[tokio::test]
async fn of_two_devices_that_accept_both_may_say_yes_and_the_chat_is_there_once() {
    let hub = Hub::start();
    let (mut ada, mut customer, conversation, offer) = offered(&hub).await;
    let mut phone = agent(&hub, "ada", json!({})).await;
    phone
        .until(|f| f["type"] == "offer" && f["offer"] == offer)
        .await;
    ada.send(accept("desk", &conversation, &offer)).await;
    phone.send(accept("phone", &conversation, &offer)).await;
    let answers = [
        ada.answer(&json!("desk")).await,
        phone.answer(&json!("phone")).await,
    ];
    assert!(answers.iter().any(|a| a["type"] == "ok"), "{answers:?}");
    for device in [&mut ada, &mut phone] {
        device
            .until(|f| f["type"] == "joined" && f["conversation"] == conversation)
            .await;
    }
    customer.event("agent_assigned").await;
    customer
        .ok(json!({"type": "send_message", "ref": "m1", "text": "and?"}))
        .await;
    customer.until(|f| f["event"]["text"] == "and?").await;
    assert!(
        customer
            .seen
            .iter()
            .all(|f| f["event"]["type"] != "agent_assigned")
    );
}

#[tokio::test]
async fn accepting_what_is_over_is_told_so() {
    let hub = Hub::start();
    let (mut ada, _customer, conversation, offer) = offered(&hub).await;
    ada.ok(
        json!({"type": "decline_offer", "ref": "no", "conversation": conversation, "offer": offer}),
    )
    .await;
    assert_eq!(
        ada.error(accept("late", &conversation, &offer)).await,
        "offer_expired"
    );

    let hub = Hub::start();
    let (mut ada, mut customer, conversation, offer) = offered(&hub).await;
    customer
        .send(json!({"type": "cancel_wait", "ref": "cancel", "conversation": conversation}))
        .await;
    ada.send(accept("yes", &conversation, &offer)).await;
    let (cancelled, accepted) = (
        customer.answer(&json!("cancel")).await,
        ada.answer(&json!("yes")).await,
    );
    let yes = [&cancelled, &accepted]
        .iter()
        .filter(|a| a["type"] == "ok")
        .count();
    assert!(yes >= 1, "{cancelled} {accepted}");
}

#[tokio::test]
async fn of_two_agents_who_claim_one_gets_it() {
    let hub = Hub::start();
    let mut customer = customer(&hub, None).await;
    let conversation = customer.open("m0", "hello").await;
    let mut ada = agent(&hub, "ada", json!({})).await;
    let mut lin = agent(&hub, "lin", json!({})).await;
    for desk in [&mut ada, &mut lin] {
        desk.ok(json!({"type": "set_availability", "ref": "busy", "availability": "busy"}))
            .await;
    }
    let claim = json!({"type": "claim", "ref": "mine", "conversation": conversation});
    ada.send(claim.clone()).await;
    lin.send(claim).await;
    let answers = [
        ada.answer(&json!("mine")).await,
        lin.answer(&json!("mine")).await,
    ];
    let won = answers.iter().filter(|a| a["type"] == "ok").count();
    assert_eq!(won, 1, "{answers:?}");
    let lost = answers
        .iter()
        .find(|a| a["type"] == "error")
        .expect("the other");
    assert_eq!(lost["code"], "already_assigned");
}

#[tokio::test]
async fn a_message_at_the_moment_of_the_close_is_kept() {
    let hub = Hub::start();
    let (mut ada, mut customer, conversation, offer) = offered(&hub).await;
    ada.ok(accept("yes", &conversation, &offer)).await;
    let close = json!({"type": "close_conversation", "ref": "close", "conversation": conversation, "resolution": "resolved"});
    ada.send(close).await;
    customer
        .send(json!({"type": "send_message", "ref": "last", "text": "last"}))
        .await;
    let ok = customer.answer(&json!("last")).await;
    assert_eq!(ok["type"], "ok", "{ok}");
    ada.answer(&json!("close")).await;
    let kept = ok["conversation"].as_str().expect("which").to_owned();
    assert!(messages(&mut customer, &kept).await >= 1);
    customer.until(|f| f["event"]["text"] == "last").await;
}

#[tokio::test]
async fn accepting_a_transfer_that_is_withdrawn_ends_with_one_owner() {
    let hub = Hub::start();
    let (mut ada, mut customer, conversation, offer) = offered(&hub).await;
    ada.ok(accept("yes", &conversation, &offer)).await;
    let mut lin = available(&hub, "lin").await;
    let transfer = json!({"type": "transfer", "ref": "t", "conversation": conversation, "to": {"agent": "lin"}});
    ada.ok(transfer).await;
    let passed = lin.until(|f| f["type"] == "offer").await["offer"].clone();
    ada.send(json!({"type": "withdraw_transfer", "ref": "w", "conversation": conversation}))
        .await;
    lin.send(accept("take", &conversation, &passed)).await;
    let (withdrawn, taken) = (
        ada.answer(&json!("w")).await,
        lin.answer(&json!("take")).await,
    );
    assert!(
        withdrawn["type"] == "ok" || taken["type"] == "ok",
        "{withdrawn} {taken}"
    );
    customer
        .ok(json!({"type": "send_message", "ref": "m1", "text": "who?"}))
        .await;
    let owner = if taken["type"] == "ok" {
        &mut lin
    } else {
        &mut ada
    };
    owner
        .until(|f| f["event"]["text"] == "who?" || f["type"] == "joined")
        .await;
}
