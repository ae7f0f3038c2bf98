//! Where targets are: two that are at one place live and die together.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};

use rustc_hash::FxHashSet;

use super::PoolView;
use crate::model::{Address, Count, Membership, Port, Target};

/// An address in normal form.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Place<'a> {
    ip: Option<IpAddr>,
    name: Cow<'a, str>,
    port: Option<u16>,
}

impl Place<'_> {
    /// The IP address, where it is one.
    pub const fn ip(&self) -> Option<IpAddr> {
        self.ip
    }
}

impl<'a> PoolView<'a> {
    /// The address of a target; `None` where two spellings cannot be compared.
    pub fn place_of(&self, target: &Target) -> Option<Place<'a>> {
        // A name that is resolved at run time may stand for another address in each slot, unless each takes all of them.
        let takes_all = self.pool.membership == Membership::Resolved;
        let resolved = self.settings_of(target).is_some_and(|s| !s.resolved_at_run_time.is(&false)) && !takes_all;
        if resolved || matches!(target.count, Count::Slots(..)) {
            return None;
        }
        let text = |text| self.unit.texts.get(text, self.sources);
        let (ip, name, port) = match target.address {
            Address::Ip(ip, port) => (Some(ip), Cow::Borrowed(""), port),
            // This machine, whichever of its addresses is taken.
            Address::Host(name, port) if text(name).eq_ignore_ascii_case("localhost") => {
                (Some(IpAddr::V4(Ipv4Addr::LOCALHOST)), Cow::Borrowed(""), port)
            }
            Address::Host(name, port) => (None, lower_case(text(name)), port),
            Address::Socket(path) => (None, Cow::Borrowed(text(path)), Port::OfClient),
            Address::Any(_) | Address::Special(_) | Address::Unknown(_) => return None,
        };
        match port {
            Port::Number(port) => Some(Place { ip, name, port: Some(port) }),
            Port::OfClient => Some(Place { ip, name, port: None }),
            Port::Range(..) | Port::Offset(_) | Port::Unknown(_) => None,
        }
    }

    /// How many places the targets are at; those that cannot be compared are one each.
    pub fn distinct_places(&self) -> usize {
        self.places_up_to(usize::MAX)
    }

    /// The same, counted no further than to `most`.
    fn places_up_to(&self, most: usize) -> usize {
        let mut places = FxHashSet::default();
        let mut texts = FxHashSet::default();
        let mut others = 0;
        for target in self.targets {
            match (self.place_of(target), target.address) {
                (Some(place), _) => {
                    places.insert(place);
                }
                // What the environment fills in is the same for the same text.
                (None, Address::Unknown(_)) if matches!(target.count, Count::One | Count::AtLeastOne) => {
                    texts.insert(self.sources.slice(target.address_at));
                }
                (None, _) => others += 1,
            }
            if places.len() + texts.len() + others >= most {
                return most;
            }
        }
        places.len() + texts.len() + others
    }

    /// Whether several targets are one and the same: none of them dies alone.
    pub fn is_one_place(&self) -> bool {
        self.targets.len() > 1 && self.places_up_to(2) == 1
    }
}

/// Host names are the same in any case.
fn lower_case(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) { name.to_ascii_lowercase().into() } else { name.into() }
}
