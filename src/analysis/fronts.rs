//! Who stands in front of whom: what settings say of proxies in front, and units that send to where another one runs.

use std::net::IpAddr;

use super::{LoadedUnit, Read};
use crate::lower::Answers;
use crate::model::{Address, Front, Listener, ListenerId, Network, Port, Target, ToldBy, Unit, is_private};
use crate::settings::{DeclaredFronts, Settings};
use crate::source::Sources;
use crate::traffic::{Reach, Reached, callers};

/// Gives every listener the proxies in front of it, as far as that is said.
pub(super) fn link(
    loaded: &[LoadedUnit],
    read: &mut [Read],
    sources: &Sources,
    settings: &Settings,
    declared: &DeclaredFronts,
) {
    for (loaded, one) in loaded.iter().zip(read.iter_mut()) {
        let unit = loaded.declared.and_then(|at| settings.scope.units.get(at));
        let addresses = unit.into_iter().flat_map(|unit| &unit.at);
        one.model.at = addresses.filter_map(|text| text.parse::<IpAddr>().ok()).map(|ip| ip.to_canonical()).collect();
    }
    let chains = chains(read, sources, &settings.answers);
    for (position, (loaded, one)) in loaded.iter().zip(read.iter_mut()).enumerate() {
        let own = loaded.declared.and_then(|at| declared.of_units.get(at)).and_then(Option::as_ref);
        let linked: Vec<&Chain> = chains.iter().filter(|chain| chain.inner == position).collect();
        if own.is_none() && linked.is_empty() && declared.general.is_empty() {
            continue;
        }
        give(&mut one.model, own, &linked, &declared.general);
        one.model.callers = callers(&one.model);
    }
}

/// A unit that sends to a listener of another one.
struct Chain {
    inner: usize,
    listener: ListenerId,
    front: Front,
}

/// What is said of a unit itself counts most, then what other units show, then what is said of all.
fn give(unit: &mut Unit, own: Option<&Vec<Front>>, linked: &[&Chain], general: &[Front]) {
    let addresses = unit.at.clone();
    for (id, listener) in (0..).map(ListenerId).zip(&mut unit.listeners) {
        let mut chained =
            linked.iter().filter(|chain| chain.listener == id).map(|chain| chain.front.clone()).peekable();
        listener.fronts = match own {
            Some(own) => own.clone(),
            None if chained.peek().is_some() => chained.collect(),
            None => general.iter().filter(|front| can_reach(front, listener, &addresses)).cloned().collect(),
        };
    }
}

/// Whether a network that is said for all units means a listener. A unit is not in front of itself; sockets and loopback
/// addresses take connections of the machine only; a public address alone is not for proxies inside.
fn can_reach(front: &Front, listener: &Listener, own: &[IpAddr]) -> bool {
    let Some(network) = front.network else { return true };
    let is_itself = network.only().is_some_and(|ip| own.contains(&ip));
    let takes = |address: Address| match address {
        Address::Ip(ip, _) if ip.is_loopback() => network.contains(ip),
        Address::Ip(ip, _) => ip.is_unspecified() || is_private(ip) || !network.is_private(),
        Address::Socket(_) | Address::Special(_) => false,
        Address::Any(_) | Address::Host(..) | Address::Unknown(_) => true,
    };
    !is_itself && listener.binds.iter().any(|bind| takes(bind.address))
}

/// All pairs of a target and a listener of another unit that runs at the target's address.
fn chains(read: &[Read], sources: &Sources, answers: &Answers) -> Vec<Chain> {
    let inner: Vec<(usize, &Unit)> =
        read.iter().map(|one| &one.model).enumerate().filter(|(_, unit)| !unit.at.is_empty()).collect();
    let mut chains = Vec::new();
    for (position, outer) in read.iter().map(|one| &one.model).enumerate() {
        // Connections may come from any other address, even from the client's own.
        if inner.iter().all(|(other, _)| *other == position) || outer.chooses_source.is_some() {
            continue;
        }
        for (target, place, port) in places(outer, sources, answers) {
            for (inner, unit) in inner.iter().filter(|(other, unit)| *other != position && unit.at.contains(&place)) {
                for listener in unit.listeners_at(place, port) {
                    add(&mut chains, *inner, listener, outer, target);
                }
            }
        }
    }
    chains
}

/// The addresses and ports of all targets that traffic reaches.
fn places<'u>(unit: &'u Unit, sources: &Sources, answers: &Answers) -> Vec<(&'u Target, IpAddr, u16)> {
    let reach = Reach::new(unit);
    let pools = unit.pools().filter(|(id, _)| reach.of(*id) != Reached::No).map(|(_, pool)| pool);
    let mut places = Vec::new();
    for target in pools.flat_map(|pool| unit.targets_of(pool)).filter(|target| target.is_usable()) {
        match target.address {
            Address::Ip(ip, Port::Number(port)) => places.push((target, ip, port)),
            Address::Host(name, Port::Number(port)) => {
                let known = answers.addresses(unit.texts.get(name, sources)).unwrap_or_default();
                places.extend(known.iter().map(|ip| (target, *ip, port)));
            }
            _ => {}
        }
    }
    places
}

/// One front for each address of the outer unit; one without address where none is said.
fn add(chains: &mut Vec<Chain>, inner: usize, listener: ListenerId, outer: &Unit, target: &Target) {
    let networks: Vec<Option<Network>> = match outer.at.as_slice() {
        [] => vec![None],
        addresses => addresses.iter().map(|ip| Some(Network::of(*ip))).collect(),
    };
    for network in networks {
        let front = Front { network, told: ToldBy::Unit, at: target.address_at };
        let is_known = |chain: &Chain| {
            let same = network.is_some() && chain.front.network == network;
            (chain.inner, chain.listener) == (inner, listener) && (same || chain.front == front)
        };
        if !chains.iter().any(is_known) {
            chains.push(Chain { inner, listener, front });
        }
    }
}
