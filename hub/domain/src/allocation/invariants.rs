//! What holds on every prefix of the logs.
