//! The TypeScript of the wire types: `UPDATE=1 cargo test -p protocol` writes it, every other
//! run proves it fresh.

use crate::close_code::CloseCode;
use crate::error_code::ErrorCode;
use std::fmt::Write;
use ts_rs::{Config, TS};

const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../widget-js/src/core/protocol.gen.ts"
);

macro_rules! declared {
    ($out:ident, $($type:ty),* $(,)?) => {$(
        writeln!($out, "export {}\n", <$type as TS>::decl(&Config::default().with_large_int("number"))).expect("a string grows");
    )*};
}

fn generate() -> String {
    use crate::{
        agent::*, customer::*, event::*, frame::*, http::*, secret::*, shared::*, snapshot::*,
    };
    let mut out = String::from(
        "// Generated from hub/protocol by `UPDATE=1 cargo test -p protocol`. Do not edit.\n\n",
    );
    declared!(
        out,
        Secret,
        Availability,
        Resolution,
        ListFilter,
        Turn,
        Part,
        AuthorKind,
        ErrorCode,
        Client,
        Page,
        ResumeFrom,
        AgentName,
        CustomerName,
        Author,
        Body,
        Attachment,
        CannedReply,
        Target,
        CustomerHello,
        SendMessage,
        RequestAgent,
        CancelWait,
        OnConversation,
        Rate,
        Typing,
        MarkRead,
        Connected,
        ReadHistory,
        ListOwn,
        Pong,
        CustomerCommand,
        AgentHello,
        SetAvailability,
        Activity,
        OfferShown,
        AcceptOffer,
        DeclineOffer,
        AgentMessage,
        PostNote,
        TransferTo,
        CloseConversation,
        FinishWrapUp,
        SetTags,
        SetPriority,
        BlockCustomer,
        UnblockCustomer,
        StartConversation,
        ListConversations,
        ReadCannedReplies,
        AgentCommand,
        Event,
        Numbered,
        ReadUpTo,
        Snapshot,
        LastMessage,
        Summary,
        CardCustomer,
        Device,
        Card,
        Why,
        Department,
        Site,
        CustomerWelcome,
        AgentSelf,
        QueueState,
        AgentWelcome,
        AgentPresence,
        Suggestion,
        Welcome,
        Frame,
        Login,
        Account,
        LoggedIn,
        HttpError,
    );
    out.push_str("export const ERROR_CODES = {\n");
    for code in ErrorCode::ALL {
        writeln!(
            out,
            "  {}: {{ retry: {}, advice: {:?} }},",
            code.word(),
            code.retry(),
            code.advice()
        )
        .expect("a string grows");
    }
    out.push_str("} as const satisfies Record<ErrorCode, { retry: boolean; advice: string }>;\n\n");
    out.push_str("export const CLOSE_CODES = {\n");
    for code in CloseCode::ALL {
        writeln!(
            out,
            "  {}: {{ reason: {:?}, next: {:?} }},",
            code.number(),
            code.reason(),
            code.next().word()
        )
        .expect("a string grows");
    }
    out.push_str("} as const;\n");
    out
}

#[test]
fn the_committed_typescript_is_fresh() {
    let generated = generate();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(FILE, &generated).expect("the repository is writable");
    }
    let committed = std::fs::read_to_string(FILE).expect("generated once");
    assert!(
        committed == generated,
        "run UPDATE=1 cargo test -p protocol and commit the file"
    );
}
