//! The router through a log in memory: every rule of the service that concerns who is asked.

mod support;

mod main_path;
