//! What listens. One gateway never uses another; what they share is here.

pub mod accept;
pub mod admission;
pub mod convert;
pub mod http;
pub mod operations;
pub mod respond;
pub mod websocket;
