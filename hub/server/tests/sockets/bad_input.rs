//! What no client should send: the socket or the command fails with the right code, and
//! everybody else goes on.

use crate::client::{CUSTOMER, agent, available, customer, head, upgrade};
use crate::hub::Hub;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

const NOT_UTF8: [u8; 4] = [0xff, 0xfe, 0x80, 0x80];

#[tokio::test]
async fn what_is_no_frame_closes_the_socket_and_no_other() {
    let hub = Hub::start();
    let mut bystander = customer(&hub, None).await;
    let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
    let long = json!({"type": "send_message", "ref": "r", "text": "x".repeat(65 * 1024)});
    let cases = [
        (Message::text("no JSON"), 4400),
        (Message::text("[1]"), 4400),
        (Message::text("{}"), 4400),
        (Message::text("{\"type\": 1}"), 4400),
        (
            Message::text(format!("{{\"type\": \"typing\", \"x\": {deep}}}")),
            4400,
        ),
        (Message::binary(b"{\"type\": \"pong\"}".to_vec()), 4400),
        (Message::text(long.to_string()), 4413),
    ];
    for (message, code) in cases {
        let shown = format!("{message:.60}");
        let mut client = customer(&hub, None).await;
        client.send_message(message).await;
        assert_eq!(client.close_code().await, code, "{shown}");
    }

    let client = customer(&hub, None).await;
    let bytes = [head(0x81, 4), NOT_UTF8.to_vec()].concat();
    assert_eq!(client.raw_close_code(&bytes).await, 4400);
    let client = customer(&hub, None).await;
    let bytes = [head(0x81, 10 * 1024 * 1024), vec![b' '; 500_000]].concat();
    assert_eq!(client.raw_close_code(&bytes).await, 4413);
    let client = customer(&hub, None).await;
    let fragments = [head(0x01, 0), head(0x00, 0).repeat(100_000)].concat();
    assert_eq!(client.raw_close_code(&fragments).await, 4413);

    bystander.open("m1", "still here").await;
}

#[tokio::test]
async fn what_comes_before_hello_closes_the_socket() {
    let hub = Hub::with(&[("HUB_LIMITS__HELLO_MS", "300")]);
    for path in [CUSTOMER, "/v1/agent"] {
        let mut client = upgrade(&hub, path, None).await.expect("upgraded");
        client
            .send(json!({"type": "typing", "conversation": "c-1"}))
            .await;
        assert_eq!(client.close_code().await, 4400);
        let silent = upgrade(&hub, path, None).await.expect("upgraded");
        assert_eq!(silent.close_code().await, 4004);
    }
}

#[tokio::test]
async fn a_wrong_command_is_answered_and_the_socket_stays() {
    let hub = Hub::start();
    let mut client = customer(&hub, None).await;
    let conversation = client.open("m1", "hello").await;
    let cases = [
        (json!({"type": "dance", "ref": "a"}), "unknown_type"),
        (
            json!({"type": "keep_place", "ref": "b", "conversation": "c-1"}),
            "unsupported",
        ),
        (json!({"type": "send_message", "ref": "c"}), "missing_field"),
        (
            json!({"type": "send_message", "ref": "d", "text": 5}),
            "invalid_field",
        ),
        (
            json!({"type": "send_message", "ref": "e", "text": ""}),
            "invalid_field",
        ),
        (
            json!({"type": "send_message", "ref": "f", "text": "x".repeat(8_001)}),
            "invalid_field",
        ),
        (
            json!({"type": "rate", "ref": "g", "conversation": conversation, "score": 6}),
            "invalid_field",
        ),
        (
            json!({"type": "end_conversation", "ref": "h", "conversation": "c-1"}),
            "not_found",
        ),
    ];
    for (command, code) in cases {
        assert_eq!(client.error(command.clone()).await, code, "{command}");
    }
    for id in ["a.b", "a*", "a b", "a\0b", ">", "", "ä"] {
        let command = json!({"type": "end_conversation", "ref": "i", "conversation": id});
        assert_eq!(client.error(command).await, "invalid_field", "{id:?}");
    }
    client
        .send(json!({"type": "end_conversation", "ref": "a.b", "conversation": conversation}))
        .await;
    let error = client.until(|f| f["type"] == "error").await;
    assert_eq!(
        (&error["code"], &error["field"]),
        (&json!("invalid_field"), &json!("ref"))
    );
    let surplus = json!({"type": "send_message", "ref": "z", "text": "more", "surplus": [1]});
    client.ok(surplus).await;
}

#[tokio::test]
async fn tokens_that_are_not_good_here_are_refused() {
    let hub = Hub::start();
    let token = customer(&hub, None).await.token();
    let forged = format!("{}x", &token[..token.len() - 1]);
    let hello = |token: &str| json!({"type": "hello", "client": {"name": "t", "version": "1"}, "token": token});
    let elsewhere = "/v1/customer?site=other";
    for (path, token) in [
        (CUSTOMER, "x"),
        (CUSTOMER, &forged),
        (elsewhere, &token),
        ("/v1/agent", &token),
    ] {
        let mut client = upgrade(&hub, path, None).await.expect("upgraded");
        client.send(hello(token)).await;
        assert_eq!(client.close_code().await, 4501, "{path}");
    }
    let again = customer(&hub, Some(&token)).await;
    assert!(again.welcome["customer"].is_string());
}

#[tokio::test]
async fn anothers_conversation_looks_like_an_absent_one() {
    let hub = Hub::start();
    let mut owner = customer(&hub, None).await;
    let theirs = owner.open("m1", "private").await;
    let mut other = customer(&hub, None).await;
    let mut desk = agent(&hub, "ada", json!({})).await;
    for (n, conversation) in [theirs.as_str(), "nobody-1"].iter().enumerate() {
        let (a, b, c) = (format!("a{n}"), format!("b{n}"), format!("c{n}"));
        let commands = [
            json!({"type": "send_message", "ref": a, "conversation": conversation, "text": "x"}),
            json!({"type": "end_conversation", "ref": b, "conversation": conversation}),
            json!({"type": "read_history", "ref": c, "conversation": conversation}),
        ];
        for command in commands {
            assert_eq!(other.error(command.clone()).await, "not_found", "{command}");
        }
        let reply =
            json!({"type": "send_message", "ref": a, "conversation": conversation, "text": "x"});
        assert_ne!(desk.ask(reply).await["type"], "ok");
    }
}

#[tokio::test]
async fn a_ref_names_one_command() {
    let hub = Hub::start();
    let mut client = customer(&hub, None).await;
    let command = json!({"type": "send_message", "ref": "m1", "text": "hello"});
    let first = client.ok(command.clone()).await;
    assert_eq!(client.ok(command).await, first);
    let other = json!({"type": "send_message", "ref": "m1", "text": "something else"});
    assert_eq!(client.error(other).await, "ref_reused");
}

#[tokio::test]
async fn what_comes_later_is_unsupported() {
    let hub = Hub::start();
    let mut sam = available(&hub, "sam").await;
    for kind in [
        "watch",
        "unwatch",
        "take_over",
        "assign",
        "whisper",
        "invite",
        "leave",
        "ask_help",
        "set_pending",
        "search_knowledge",
        "read_suggestions",
        "use_suggestion",
    ] {
        let command = json!({"type": kind, "ref": kind});
        assert_eq!(sam.error(command).await, "unsupported", "{kind}");
    }
}
