//! The first frame: who it is, what is sent back, and from where it goes on.

mod agent;
mod customer;

pub(super) use agent::agent;
pub(super) use customer::{Door, customer, page};

use super::Context;
use super::catch_up::{self, Resumed};
use super::session::{At, Session};
use domain::id::{ConversationId, SiteId};
use journal::ReadError;
use protocol::limits::MAX_RESUME;
use protocol::shared::ResumeFrom;
use protocol::{CloseCode, Frame};
use runtime::metrics::ResumeOutcome;
use std::net::IpAddr;
use std::sync::Arc;

/// Why there is no session.
#[derive(Debug)]
pub(super) enum Refused {
    /// Close with this.
    Close(CloseCode),
    /// The store cannot be read.
    Store(ReadError),
}

impl From<ReadError> for Refused {
    fn from(error: ReadError) -> Self {
        Self::Store(error)
    }
}

fn check_resume(resume: &[ResumeFrom]) -> Result<(), Refused> {
    if resume.len() > MAX_RESUME {
        Err(Refused::Close(CloseCode::BadFrame))
    } else {
        Ok(())
    }
}

fn at(context: &Context, site: &SiteId, address: IpAddr) -> At {
    At {
        site: site.clone(),
        metrics: context.metrics.site(site),
        address,
    }
}

/// What follows `welcome` is read while the socket is written already: a long resume waits for
/// room in the outbox.
fn afterwards(
    context: &Arc<Context>,
    session: &Arc<Session>,
    work: impl Future<Output = Result<(), ReadError>> + Send + 'static,
) {
    let session = session.clone();
    context.tasks.spawn(async move {
        if let Err(error) = work.await {
            tracing::warn!(%error, "a session could not be brought up to date; it reconnects");
            session.close(CloseCode::NodeUnavailable);
        }
    });
}

/// Every place that the client names is taken before a live record can take it.
fn places(session: &Session, resume: &[ResumeFrom]) {
    for ResumeFrom {
        conversation, seq, ..
    } in resume
    {
        if let Ok(conversation) = ConversationId::new(conversation) {
            catch_up::place(session, &conversation, *seq);
        }
    }
}

async fn resume_all(
    context: &Context,
    session: &Session,
    resume: Vec<ResumeFrom>,
) -> Result<(), ReadError> {
    for ResumeFrom {
        conversation,
        epoch,
        seq,
    } in resume
    {
        let outcome = match ConversationId::new(&conversation) {
            Ok(id) => match catch_up::resume(context, session, &id, &epoch, seq).await? {
                Resumed::UpToDate => ResumeOutcome::UpToDate,
                Resumed::Replayed => ResumeOutcome::Replayed,
                Resumed::Resynced => ResumeOutcome::Resync,
                Resumed::NotFound => ResumeOutcome::NotFound,
            },
            Err(_) => {
                let reason = "not_found".into();
                session.send(&Frame::Left {
                    conversation,
                    reason,
                });
                ResumeOutcome::NotFound
            }
        };
        session.metrics.resumes.get(outcome).inc();
    }
    Ok(())
}
