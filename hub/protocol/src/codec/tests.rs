use super::*;
use crate::{AgentCommand, CustomerCommand};
use proptest::prelude::*;

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

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse_customer(&bytes);
        let _ = parse_agent(&bytes);
    }

    #[test]
    fn no_object_makes_it_panic(kind in "[a-z_]{1,20}", field in "[a-z_]{1,12}", value in "[\\[\\]{}\":,0-9a-z\\\\ .-]{0,40}") {
        let _ = customer(&format!(r#"{{"type":"{kind}","{field}":{value}}}"#));
    }
}
