//! One dialogue: what may happen in which state, and what has happened.
//!
//! [`decide`] turns a command into events or a rejection, [`Conversation::apply`] folds events;
//! neither knows a clock. The log of events is the truth about who may speak.

pub mod apply;
pub mod command;
pub mod decide;
pub mod event;
pub mod facts;
pub mod refs;
pub mod state;
pub mod visibility;

pub use command::{Command, Context};
pub use decide::decide;
pub use event::{Author, Event};
pub use state::{Conversation, Phase};
