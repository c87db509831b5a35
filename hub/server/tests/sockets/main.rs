//! The hub through real sockets: bad input, races, resume and the end.

mod bad_input;
mod client;
mod connecting;
mod hub;
mod overload;
mod races;
mod resume;
