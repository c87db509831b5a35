use super::*;
use crate::limits::MAX_DEPTH;
use crate::{AgentCommand, CustomerCommand};

fn customer(frame: &str) -> Result<CustomerCommand, BadFrame> {
    parse_customer(frame.as_bytes())
}

fn reference() -> Option<String> {
    Some("r1".to_owned())
}

#[test]
fn what_is_no_object_with_a_type_is_malformed() {
    let deep = format!(
        r#"{{"type":"rate","x":{}{}}}"#,
        "[".repeat(33),
        "]".repeat(33)
    );
    for bad in [
        "",
        "null",
        "[]",
        "\"x\"",
        "{",
        r#"{"type":1}"#,
        r#"{"ref":"r1"}"#,
        deep.as_str(),
    ] {
        assert_eq!(customer(bad), Err(BadFrame::Malformed), "{bad}");
    }
    assert_eq!(
        parse_customer(b"{\"type\":\"\xff\"}"),
        Err(BadFrame::Malformed)
    );
}

#[test]
fn brackets_in_text_are_not_depth() {
    let text = "[".repeat(100);
    let frame = format!(r#"{{"type":"send_message","ref":"r1","text":"\"{text}"}}"#);
    assert!(customer(&frame).is_ok());
}

#[test]
fn the_field_at_fault_is_named_and_the_ref_kept() {
    let missing = |field: &str| {
        Err(BadFrame::MissingField {
            field: field.into(),
            reference: reference(),
        })
    };
    let invalid = |field: &str| {
        Err(BadFrame::InvalidField {
            field: field.into(),
            reference: reference(),
        })
    };
    assert_eq!(
        customer(r#"{"type":"send_message","ref":"r1"}"#),
        missing("text")
    );
    assert_eq!(
        customer(r#"{"type":"send_message","ref":"r1","text":7}"#),
        invalid("text")
    );
    assert_eq!(
        customer(r#"{"type":"rate","ref":"r1","conversation":"c","score":500}"#),
        invalid("score")
    );
    assert_eq!(
        customer(r#"{"type":"mark_read","ref":"r1","conversation":"c","seq":-1}"#),
        invalid("seq")
    );
    assert_eq!(
        parse_agent(br#"{"type":"transfer","ref":"r1","conversation":"c","to":{"agent":5}}"#),
        Err(BadFrame::InvalidField {
            field: "to.agent".into(),
            reference: reference()
        })
    );
    assert_eq!(
        customer(r#"{"type":"rate","ref":"a.b","conversation":"c","score":5}"#),
        Err(BadFrame::InvalidField {
            field: "ref".into(),
            reference: None
        })
    );
}

#[test]
fn unknown_and_later_commands_are_told_apart() {
    assert_eq!(
        customer(r#"{"type":"dance","ref":"r1"}"#),
        Err(BadFrame::UnknownType {
            reference: reference()
        })
    );
    for later in CustomerCommand::LATER {
        let frame = format!(r#"{{"type":"{later}","ref":"r1"}}"#);
        assert_eq!(
            customer(&frame),
            Err(BadFrame::Unsupported {
                reference: reference()
            })
        );
    }
    for later in AgentCommand::LATER {
        let frame = format!(r#"{{"type":"{later}","ref":"r1"}}"#);
        assert_eq!(
            parse_agent(frame.as_bytes()),
            Err(BadFrame::Unsupported {
                reference: reference()
            })
        );
    }
}

#[test]
fn surplus_fields_are_ignored() {
    assert!(customer(r#"{"type":"send_message","ref":"r1","text":"x","mood":{"a":[1]}}"#).is_ok());
}

#[test]
fn what_people_write_is_not_shown() {
    let frame = r#"{"type":"send_message","ref":"r1","text":"my secret words"}"#;
    let shown = format!("{:?}", customer(frame).expect("valid"));
    assert!(!shown.contains("secret words"), "{shown}");
    let hello = r#"{"type":"hello","client":{"name":"t","version":"1"},"token":"tok-123"}"#;
    assert!(!format!("{:?}", parse_agent(hello.as_bytes()).expect("valid")).contains("tok-123"));
}

#[test]
fn the_depth_limit_is_exact() {
    let nested = |levels: usize| {
        let (open, close) = ("[".repeat(levels), "]".repeat(levels));
        customer(&format!(r#"{{"type":"pong","x":{open}{close}}}"#))
    };
    assert!(nested(MAX_DEPTH - 1).is_ok());
    assert_eq!(nested(MAX_DEPTH), Err(BadFrame::Malformed));
    assert_eq!(nested(1_000_000), Err(BadFrame::Malformed));
}

#[test]
fn a_value_that_nobody_reads_can_be_any_json() {
    for surplus in [r#""\ud800""#, "1e999", "123456789012345678901234567890"] {
        let frame = format!(r#"{{"type":"pong","mood":{surplus}}}"#);
        assert!(customer(&frame).is_ok(), "{surplus}");
    }
}

#[test]
fn odd_values_fail_under_their_field() {
    for (field, value) in [
        ("text", r#""\ud800""#),
        ("seq", "1e999"),
        ("seq", "9007199254740992"),
        ("seq", "7.5"),
        ("seq", "\"7\""),
    ] {
        let kind = if field == "text" {
            "send_message"
        } else {
            "mark_read"
        };
        let frame =
            format!(r#"{{"type":"{kind}","ref":"r1","conversation":"c","{field}":{value}}}"#);
        assert_eq!(
            customer(&frame),
            Err(BadFrame::InvalidField {
                field: field.to_owned(),
                reference: reference()
            }),
            "{frame}"
        );
    }
    assert!(customer(r#"{"type":"mark_read","conversation":"c","seq":9007199254740991}"#).is_ok());
}

#[test]
fn the_last_of_a_doubled_key_counts_and_null_is_absent() {
    let frame = r#"{"type":"hello","type":"send_message","ref":"r0","ref":"r1","conversation":null,"text":"x"}"#;
    let Ok(CustomerCommand::SendMessage(message)) = customer(frame) else {
        panic!("a message: {:?}", customer(frame));
    };
    assert_eq!(
        (message.reference.as_str(), message.conversation),
        ("r1", None)
    );
    assert_eq!(
        customer(r#"{"type":"send_message","ref":"r1","text":null}"#),
        Err(BadFrame::MissingField {
            field: "text".into(),
            reference: reference()
        })
    );
}

#[test]
fn a_ref_is_read_from_every_frame_that_has_a_valid_one() {
    assert_eq!(
        parse_agent(br#"{"type":"claim","conversation":"c"}"#),
        Err(BadFrame::MissingField {
            field: "ref".into(),
            reference: None
        })
    );
    assert_eq!(
        customer(r#"{"type":"dance","ref":"a b"}"#),
        Err(BadFrame::UnknownType { reference: None })
    );
    // Escapes in a name or a `ref` are only another way to write it.
    assert_eq!(
        customer(r#"{"t\u0079pe":"\u0064ance","ref":"\u00721"}"#),
        Err(BadFrame::UnknownType {
            reference: reference()
        })
    );
}

#[test]
fn a_nested_field_is_named_by_its_path() {
    let agent = |frame: &str| parse_agent(frame.as_bytes());
    let at = |result: Result<AgentCommand, BadFrame>| match result {
        Err(BadFrame::MissingField { field, .. } | BadFrame::InvalidField { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    let resume = r#"{"type":"hello","token":"t","client":{"name":"n","version":"1"},"resume":"#;
    assert_eq!(
        at(agent(&format!(
            r#"{resume}[{{"conversation":"c","epoch":"e"}}]}}"#
        ))),
        "resume[0].seq"
    );
    assert_eq!(
        at(agent(&format!(
            r#"{resume}[{{"conversation":"c","epoch":5,"seq":1}}]}}"#
        ))),
        "resume[0].epoch"
    );
    assert_eq!(
        at(agent(
            r#"{"type":"hello","token":"t","client":{"name":"n"}}"#
        )),
        "client.version"
    );
    assert_eq!(
        at(agent(
            r#"{"type":"transfer","ref":"r1","conversation":"c","to":{"moon":"x"}}"#
        )),
        "to"
    );
}

#[test]
fn a_field_that_comes_later_is_not_dropped_in_silence() {
    assert_eq!(
        customer(r#"{"type":"send_message","ref":"r1","text":"x","attachments":[{"id":"a"}]}"#),
        Err(BadFrame::Unsupported {
            reference: reference()
        })
    );
    assert_eq!(
        parse_agent(
            br#"{"type":"transfer","ref":"r1","conversation":"c","to":{"agent":"a"},"when_back":true}"#
        ),
        Err(BadFrame::Unsupported {
            reference: reference()
        })
    );
}

mod generated;
