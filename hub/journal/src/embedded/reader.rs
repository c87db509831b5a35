//! Reads: a few connections on blocking threads, each read a short transaction.

use super::places::Places;
use super::schema;
use super::view::View;
use crate::ReadError;
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// The pool.
#[derive(Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    places: Arc<Places>,
    idle: Mutex<Vec<Connection>>,
    turns: Semaphore,
}

impl Readers {
    pub(crate) fn new(path: PathBuf, places: Arc<Places>, size: usize) -> Self {
        Self {
            path,
            places,
            idle: Mutex::default(),
            turns: Semaphore::new(size.max(1)),
        }
    }

    /// Runs a read on a blocking thread.
    pub(crate) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(View<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ReadError> {
        let _turn = self.turns.acquire().await.map_err(failure)?;
        let pool = self.clone();
        tokio::task::spawn_blocking(move || pool.read(read))
            .await
            .map_err(failure)?
            .map_err(failure)
    }

    fn read<T>(&self, read: impl FnOnce(View<'_>) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let idle = self.lock().pop();
        let db = match idle {
            Some(db) => db,
            None => schema::open_reader(&self.path)?,
        };
        // A connection that failed is not used again.
        let value = read(View {
            db: &db,
            places: &self.places,
        })?;
        self.lock().push(db);
        Ok(value)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failure(error: impl std::fmt::Display) -> ReadError {
    ReadError(error.to_string().into())
}
