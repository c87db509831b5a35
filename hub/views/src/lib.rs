//! Projections of the journal for lists and look-ups, in an SQLite file of their own. They may
//! lag and may be deleted at any time: they are folded again from the journal.

mod project;
mod query;
mod schema;

pub use query::{Filter, Row};

use domain::id::{ConversationId, CustomerId, SiteId};
use journal::{Journal, Position, ReadError};
use rusqlite::Connection;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// Why a projection cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The file cannot be used; it can be deleted, it is made again.
    #[error("the projections cannot be used; delete the file, it is made again: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] ReadError),
    /// The projector has ended.
    #[error("the projections are no longer kept up")]
    Ended,
}

/// The projections.
pub struct Views {
    journal: Arc<dyn Journal>,
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
    /// Everything up to here is projected.
    reached: watch::Sender<Position>,
}

impl Views {
    /// Opens the file, made when it is absent and emptied when it belongs to another log.
    ///
    /// # Errors
    /// The file cannot be used.
    pub fn open(path: &Path, journal: Arc<dyn Journal>) -> Result<Arc<Self>, ViewError> {
        let (writer, reached) = schema::open(path, journal.epoch().as_str())?;
        let reader = Connection::open(path)?;
        Ok(Arc::new(Self {
            journal,
            writer: Mutex::new(writer),
            reader: Mutex::new(reader),
            reached: watch::Sender::new(reached),
        }))
    }

    /// Waits until everything that is in the journal now is projected.
    ///
    /// # Errors
    /// The journal cannot be read, or the projector has ended.
    pub async fn caught_up(&self) -> Result<(), ViewError> {
        let head = self.journal.head().await?;
        let mut reached = self.reached.subscribe();
        reached
            .wait_for(|at| *at >= head)
            .await
            .map_err(|_| ViewError::Ended)?;
        Ok(())
    }

    /// The number of the customer's newest conversation.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn newest(
        &self,
        site: &SiteId,
        customer: &CustomerId,
    ) -> Result<Option<u32>, ViewError> {
        self.ask(|db| query::newest(db, site, customer))
    }

    /// How many conversations the customer had before the `n`th.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn earlier(
        &self,
        site: &SiteId,
        customer: &CustomerId,
        n: u32,
    ) -> Result<u32, ViewError> {
        self.ask(|db| query::earlier(db, site, customer, n))
    }

    /// Every conversation of the site that is not closed.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn open_conversations(
        &self,
        site: &SiteId,
    ) -> Result<Vec<ConversationId>, ViewError> {
        self.ask(|db| query::open_conversations(db, site))
    }

    /// A page, newest activity first, and where to go on.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn list(
        &self,
        site: &SiteId,
        filter: Filter,
        before: Option<String>,
        limit: usize,
    ) -> Result<(Vec<Row>, Option<String>), ViewError> {
        self.ask(|db| query::list(db, site, &filter, before.as_deref(), limit))
    }

    /// Look-ups are a few index steps on a warm file: shorter than the way to another thread.
    fn ask<T>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, ViewError> {
        let db = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(question(&db)?)
    }
}
