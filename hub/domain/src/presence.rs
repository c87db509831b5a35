//! Presence derived from sockets.
