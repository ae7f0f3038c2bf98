//! Networks of IP addresses, as `10.0.0.0/8`, and what lies in them.

use std::fmt::{Display, Formatter};
use std::net::IpAddr;
use std::str::FromStr;

/// An address with the number of its bits that all addresses of the network share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    address: IpAddr,
    length: u8,
}

impl Network {
    /// The network of this length that an address lies in; `None` if no address has so many bits. IPv4 addresses mapped
    /// into IPv6 are IPv4.
    pub fn around(address: IpAddr, length: u8) -> Option<Self> {
        let most = bits(address);
        let canonical = address.to_canonical();
        let length = length.checked_sub(if bits(canonical) == most { 0 } else { 96 })?;
        (length <= bits(canonical)).then(|| Self { address: masked(canonical, length), length })
    }

    /// The network that one address makes up.
    pub fn of(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self { address, length: bits(address) }
    }

    /// `10.0.0.0/8` or `10.0.0.1`, whatever bits behind the length are set, as HAProxy and nginx take it.
    pub fn lenient(text: &str) -> Option<Self> {
        match text.split_once('/') {
            None => text.parse().ok().map(Self::of),
            Some((address, length)) => Self::around(address.parse().ok()?, length.parse().ok()?),
        }
    }

    /// Whether an address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4() && masked(address, self.length) == self.address
    }

    /// Whether some address lies in both.
    pub fn meets(&self, other: &Self) -> bool {
        self.contains(other.address) || other.contains(self.address)
    }

    /// The only address in it, if there is only one.
    pub fn only(&self) -> Option<IpAddr> {
        (self.length == bits(self.address)).then_some(self.address)
    }

    /// Whether its addresses are reached from inside only: private ones, those of one link, those of the machine.
    pub fn is_private(&self) -> bool {
        is_private(self.address)
    }
}

/// Whether an address is reached from inside only.
pub const fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => ip.is_private() || ip.is_loopback() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_loopback() || ip.is_unicast_link_local(),
    }
}

const fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The address with nothing behind its first `length` bits.
fn masked(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(ip) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
            IpAddr::V4((u32::from(ip) & mask).into())
        }
        IpAddr::V6(ip) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
            IpAddr::V6((u128::from(ip) & mask).into())
        }
    }
}

impl FromStr for Network {
    type Err = String;

    /// `10.0.0.0/8`, `2001:db8::/32` or an address. What is set behind the length is an error: one of the two is wrong.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no network; write one such as 10.0.0.0/8, or an address");
        let Some((address, length)) = text.split_once('/') else {
            return text.parse().map(Self::of).map_err(|_| wrong());
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = bits(address);
        let number = length.parse().ok().filter(|length| *length <= most);
        let number = number.ok_or_else(|| format!("`{length}` is no length of a network: 0 to {most}"))?;
        let network = Self::around(address, number).ok_or_else(wrong)?;
        if network.address == address.to_canonical() {
            return Ok(network);
        }
        Err(format!("`{text}` has bits set behind its first {number}; did you mean `{network}`?"))
    }
}

impl Display for Network {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        match self.only() {
            Some(address) => address.fmt(formatter),
            None => write!(formatter, "{}/{}", self.address, self.length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[test]
    fn networks_hold_addresses_of_their_family() {
        assert!(network("10.0.0.0/8").contains("10.255.0.1".parse().unwrap()));
        assert!(network("10.0.0.0/8").contains("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!network("10.0.0.0/8").contains("11.0.0.0".parse().unwrap()));
        assert!(network("0.0.0.0/0").contains("192.0.2.1".parse().unwrap()));
        assert!(!network("::/0").contains("192.0.2.1".parse().unwrap()));
        assert!(network("2001:db8::/32").contains("2001:db8:1::1".parse().unwrap()));
        assert_eq!(network("::ffff:10.0.0.0/104"), network("10.0.0.0/8"));
        assert_eq!(network("10.0.0.1/32").only(), Some("10.0.0.1".parse().unwrap()));
    }

    #[test]
    fn networks_meet_where_one_lies_in_the_other() {
        assert!(network("10.0.0.0/8").meets(&network("10.1.0.0/16")));
        assert!(network("10.1.0.0/16").meets(&network("10.0.0.0/8")));
        assert!(!network("10.1.0.0/16").meets(&network("10.2.0.0/16")));
    }

    #[test]
    fn mistakes_say_what_was_meant() {
        for (text, message) in [
            ("10.0.0.5/8", "`10.0.0.5/8` has bits set behind its first 8; did you mean `10.0.0.0/8`?"),
            ("2001:db8::1/32", "`2001:db8::1/32` has bits set behind its first 32; did you mean `2001:db8::/32`?"),
            ("10.0.0.0/33", "`33` is no length of a network: 0 to 32"),
            ("lb1", "`lb1` is no network; write one such as 10.0.0.0/8, or an address"),
            ("10.0.0/8", "`10.0.0/8` is no network; write one such as 10.0.0.0/8, or an address"),
        ] {
            assert_eq!(text.parse::<Network>().unwrap_err(), message);
        }
        assert_eq!(Network::lenient("10.0.0.5/8"), Some(network("10.0.0.0/8")));
        assert_eq!(Network::lenient("lb1"), None);
    }
}
