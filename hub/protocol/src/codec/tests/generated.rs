//! Random frames: whatever comes, the codec answers; and what is written is read the same.

use crate::agent::{CloseConversation, SetTags, TransferTo};
use crate::customer::{CustomerHello, Rate, ReadHistory, SendMessage};
use crate::limits::MAX_COUNT;
use crate::shared::{Client, Page, Resolution, ResumeFrom, Target};
use crate::{AgentCommand, CustomerCommand, parse_agent, parse_customer};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

const ID: &str = "[A-Za-z0-9_-]{1,64}";

fn text() -> impl Strategy<Value = String> {
    vec(any::<char>(), 0..60).prop_map(String::from_iter)
}

fn resume() -> impl Strategy<Value = ResumeFrom> {
    (ID, text(), 0..=MAX_COUNT).prop_map(|(conversation, epoch, seq)| ResumeFrom {
        conversation,
        epoch,
        seq,
    })
}

fn page() -> impl Strategy<Value = Page> {
    (text(), text(), of(text())).prop_map(|(url, title, referrer)| Page {
        url,
        title,
        referrer,
    })
}

fn hello() -> impl Strategy<Value = CustomerCommand> {
    let client = (text(), text(), of(vec(text(), 0..3)));
    (client, of(text()), of(page()), vec(resume(), 0..4)).prop_map(
        |((name, version, capabilities), token, page, resume)| {
            CustomerCommand::Hello(CustomerHello {
                client: Client {
                    name,
                    version,
                    capabilities,
                },
                token: token.map(Into::into),
                identity: None,
                page,
                locale: None,
                resume,
            })
        },
    )
}

fn of_a_customer() -> impl Strategy<Value = CustomerCommand> {
    let message = (ID, of(ID), text(), of(ID));
    let history = (ID, ID, of(0..=MAX_COUNT), of(any::<u32>()));
    prop_oneof![
        hello(),
        message.prop_map(|(reference, conversation, text, reply_to)| {
            CustomerCommand::SendMessage(SendMessage {
                reference,
                conversation,
                text: text.into(),
                attachments: None,
                reply_to,
            })
        }),
        (ID, ID, any::<u8>(), of(text())).prop_map(|(reference, conversation, score, comment)| {
            CustomerCommand::Rate(Rate {
                reference,
                conversation,
                score,
                comment: comment.map(Into::into),
            })
        }),
        history.prop_map(|(reference, conversation, before, limit)| {
            CustomerCommand::ReadHistory(ReadHistory {
                reference,
                conversation,
                before,
                limit,
            })
        }),
    ]
}

fn of_an_agent() -> impl Strategy<Value = AgentCommand> {
    let to = prop_oneof![ID.prop_map(Target::Agent), ID.prop_map(Target::Department)];
    prop_oneof![
        (ID, ID, to, of(text())).prop_map(|(reference, conversation, to, note)| {
            AgentCommand::Transfer(TransferTo {
                reference,
                conversation,
                to,
                note: note.map(Into::into),
                when_back: None,
            })
        }),
        (ID, ID, of(vec(text(), 0..4)), of(text())).prop_map(
            |(reference, conversation, tags, note)| {
                AgentCommand::CloseConversation(CloseConversation {
                    reference,
                    conversation,
                    resolution: Resolution::NoReply,
                    tags,
                    note: note.map(Into::into),
                })
            }
        ),
        (ID, ID, vec(text(), 0..4)).prop_map(|(reference, conversation, tags)| {
            AgentCommand::SetTags(SetTags {
                reference,
                conversation,
                tags,
            })
        }),
    ]
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..300)) {
        let _ = (parse_customer(&bytes), parse_agent(&bytes));
    }

    #[test]
    fn no_object_makes_it_panic(
        kind in prop::sample::select([CustomerCommand::NAMES, AgentCommand::NAMES].concat()),
        field in prop::sample::select(vec!["ref", "text", "to", "resume", "client", "seq", "tags", "x"]),
        value in "[\\[\\]{}\":,0-9a-z\\\\ .eE+-]{0,40}",
    ) {
        let frame = format!(r#"{{"type":"{kind}","ref":"r","conversation":"c","{field}":{value}}}"#);
        let _ = (parse_customer(frame.as_bytes()), parse_agent(frame.as_bytes()));
    }

    #[test]
    fn a_damaged_frame_makes_nothing_panic(command in of_a_customer(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut frame = serde_json::to_vec(&command).expect("plain data");
        let at = at.index(frame.len());
        frame[at] = byte;
        let _ = (parse_customer(&frame), parse_customer(&frame[..at]));
    }

    #[test]
    fn a_customers_command_is_read_as_it_was_written(command in of_a_customer()) {
        let frame = serde_json::to_vec(&command).expect("plain data");
        prop_assert_eq!(parse_customer(&frame), Ok(command));
    }

    #[test]
    fn an_agents_command_is_read_as_it_was_written(command in of_an_agent()) {
        let frame = serde_json::to_vec(&command).expect("plain data");
        prop_assert_eq!(parse_agent(&frame), Ok(command));
    }
}
