//! `[dns]`: what names of hosts stand for, as data.

use std::net::IpAddr;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Word;
use crate::lower::Answer;

/// How many addresses a name has, or which.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum DnsAnswer {
    /// So many addresses.
    Count(#[schemars(range(min = 1))] u32),
    /// These addresses.
    Addresses(Vec<Word<HostAddress>>),
}

/// An IP address.
#[derive(Clone, Copy, Debug)]
pub(super) struct HostAddress(IpAddr);

impl FromStr for HostAddress {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        word.parse().map(Self).map_err(|_| format!("`{word}` is no address; write one such as 10.0.0.1 or 2001:db8::1"))
    }
}

impl From<DnsAnswer> for Answer {
    fn from(written: DnsAnswer) -> Self {
        match written {
            DnsAnswer::Count(number) => Self::Count(number),
            DnsAnswer::Addresses(addresses) => {
                Self::Addresses(addresses.into_iter().map(|word| word.0.0.to_canonical()).collect())
            }
        }
    }
}
