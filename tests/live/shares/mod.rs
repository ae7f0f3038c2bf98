//! Predicted shares against what the real programs deal out: in peace, and while a target fails.
//!
//! Each program runs once or twice with some dozen pools, in a network of its own that holds nothing but loopback
//! addresses, so that every address and with it every ring is the same in every run.

mod case;
mod compare;
mod envoy;
mod envoy_failures;
mod failure;
mod haproxy;
mod haproxy_failures;
mod network;
mod nginx;
mod nginx_failures;
mod peace;
mod prediction;
mod program;
mod servers;
mod statistics;
mod traffic;
