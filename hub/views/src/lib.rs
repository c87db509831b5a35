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
use tokio::task::spawn_blocking;

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
    writer: Db,
    reader: Db,
    progress: watch::Sender<Progress>,
}

type Db = Arc<Mutex<Connection>>;

/// How far the projector is.
#[derive(Debug, Clone, Copy)]
struct Progress {
    /// Everything up to here is projected.
    reached: Position,
    ended: bool,
}

impl Views {
    /// Opens the file, made when it is absent and emptied when it belongs to another log or
    /// another version.
    ///
    /// # Errors
    /// The file cannot be used.
    pub fn open(path: &Path, journal: Arc<dyn Journal>) -> Result<Arc<Self>, ViewError> {
        let (writer, reached) = schema::open(path, journal.epoch().as_str())?;
        let reader = Connection::open(path)?;
        Ok(Arc::new(Self {
            journal,
            writer: Arc::new(Mutex::new(writer)),
            reader: Arc::new(Mutex::new(reader)),
            progress: watch::Sender::new(Progress {
                reached,
                ended: false,
            }),
        }))
    }

    /// Waits until everything that is in the journal now is projected.
    ///
    /// # Errors
    /// The journal cannot be read, or the projector has ended before.
    pub async fn caught_up(&self) -> Result<(), ViewError> {
        let head = self.journal.head().await?;
        let mut progress = self.progress.subscribe();
        let seen = progress
            .wait_for(|p| p.reached >= head || p.ended)
            .await
            .map_err(|_| ViewError::Ended)?;
        if seen.reached >= head {
            Ok(())
        } else {
            Err(ViewError::Ended)
        }
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
        let (site, customer) = (site.clone(), customer.clone());
        self.ask(move |db| query::newest(db, &site, &customer))
            .await
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
        let (site, customer) = (site.clone(), customer.clone());
        self.ask(move |db| query::earlier(db, &site, &customer, n))
            .await
    }

    /// Every conversation of the site that is not closed.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn open_conversations(
        &self,
        site: &SiteId,
    ) -> Result<Vec<ConversationId>, ViewError> {
        let site = site.clone();
        self.ask(move |db| query::open_conversations(db, &site))
            .await
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
        let site = site.clone();
        self.ask(move |db| query::list(db, &site, &filter, before.as_deref(), limit))
            .await
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ViewError> {
        on(&self.reader, |db| question(db)).await
    }
}

/// Runs on a thread that may block.
async fn on<T: Send + 'static>(
    db: &Db,
    work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
) -> Result<T, ViewError> {
    let db = db.clone();
    let done = spawn_blocking(move || work(&mut db.lock().unwrap_or_else(PoisonError::into_inner)));
    Ok(done.await.map_err(|_| ViewError::Ended)??)
}
