//! After a crash between the two logs: what conversations say is told to allocation again, and
//! what allocation decided is written into conversations again. Both are idempotent.

use super::Site;
use crate::conversations::Conversations;
use domain::allocation::fact::Fact;
use domain::conversation::{Conversation, Phase};
use domain::id::ConversationId;
use journal::ReadError;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Compares every conversation that either log holds to be open.
pub(super) async fn run(
    site: &Arc<Site>,
    conversations: &Arc<Conversations>,
) -> Result<(), ReadError> {
    site.parts.views.caught_up().await.map_err(unreadable)?;
    let open = site
        .parts
        .views
        .open_conversations(&site.id)
        .await
        .map_err(unreadable)?;
    let known: Vec<ConversationId> = site
        .router()
        .view()
        .entries()
        .map(|(id, _)| id.clone())
        .collect();
    let all: BTreeSet<ConversationId> = open.into_iter().chain(known).collect();
    let mut mended = 0_u32;
    for id in &all {
        let told = round_told(site, id);
        let state = conversations
            .with(&site.id, id, |c| (c.round, c.fact(), waits(c)))
            .await?;
        let Some((round, fact, waits)) = state else {
            site.facts.send(Fact::Released {
                conversation: id.clone(),
                round: u64::MAX,
            });
            continue;
        };
        if told != Some(round) {
            mended += 1;
            site.facts.send(fact);
        }
        // Nobody's sockets outlive a hub: who waits is away until the socket is back.
        if waits {
            let at = site.parts.clock.now();
            site.facts.send(Fact::CustomerPresent {
                conversation: id.clone(),
                source: site.parts.sources.next(),
                present: false,
                at,
            });
        }
    }
    tracing::info!(site = %site.id, open = all.len(), mended, "allocation agrees with the conversations");
    Ok(())
}

fn round_told(site: &Site, id: &ConversationId) -> Option<u64> {
    site.router().view().entry(id).map(|entry| entry.round)
}

fn waits(conversation: &Conversation) -> bool {
    matches!(conversation.phase, Phase::Queued { .. })
}

fn unreadable(error: views::ViewError) -> ReadError {
    ReadError(error.to_string().into())
}
