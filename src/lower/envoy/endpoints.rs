//! The members of a cluster: endpoints in localities with priorities.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Lowering;
use super::cluster::Draft;
use super::facts::Facts;
use super::resources::{Resources, file_of};
use crate::grammar::rules::RuleId;
use crate::model::{
    Address, AdministrativeState, Completeness, Count, Fact, Locality, LocalityId, Membership, Origin, Presence,
    Target, TargetSettings, Text, Value, Why,
};
use crate::source::Span;
use crate::syntax::envoy::Message;

/// The localities of one cluster, by name and priority.
type Places = FxHashMap<(String, u8), LocalityId>;

/// Where endpoints stand.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    locality: Option<LocalityId>,
    tier: u8,
}

impl<'a> Lowering<'a, '_> {
    /// The members of a cluster that are written somewhere.
    pub(super) fn members(&mut self, cluster: &Message<'a>, draft: &mut Draft, resources: &Resources<'a>) {
        if draft.membership == Membership::Discovered && draft.completeness.is_complete() {
            return self.discovered(cluster, draft, resources);
        }
        if let Some(assignment) = cluster.any(&["load_assignment", "loadAssignment"]) {
            self.assignment(&assignment, draft);
        }
        // The second API, and the first, where each is a URL.
        for host in cluster.list("hosts") {
            self.endpoint(&host, &host, Place::default(), draft);
        }
    }

    /// Members that a file tells, or a dump; what a control plane tells is not known.
    fn discovered(&mut self, cluster: &Message<'a>, draft: &mut Draft, resources: &Resources<'a>) {
        let config = cluster.field("eds_cluster_config");
        let name = config.and_then(|config| config.text_of("service_name")).or_else(|| cluster.text_of("name"));
        let found = name.and_then(|name| resources.endpoints_of(&name).copied());
        let is_file = config.and_then(|config| file_of(&config.field("eds_config")?)).is_some();
        match found {
            // Of a file with more than one assignment the program takes none (measured, 1.40).
            Some(found) if is_file && !found.is_alone => {}
            Some(found) if is_file || resources.is_dump() => {
                self.assignment(&found.message, draft);
                self.drop_duplicates(draft.first_target);
            }
            _ => {
                let at = if config.is_some() { cluster.entry("eds_cluster_config").map(|(key, _)| key) } else { None };
                let why = if is_file { Why::OtherFile } else { Why::Remote };
                draft.completeness = Completeness::Incomplete(why, at.unwrap_or(cluster.place("type")));
            }
        }
    }

    /// Of endpoints with one address that are discovered only the first counts, whatever its priority (measured, 1.40).
    fn drop_duplicates(&mut self, first: usize) {
        let mut seen: FxHashSet<Address> = FxHashSet::default();
        let targets = self.unit.targets.split_off(first.min(self.unit.targets.len()));
        let unique = targets.into_iter().filter(|target| seen.insert(target.address));
        self.unit.targets.extend(unique.zip(1..).map(|(target, number)| Target { number, ..target }));
    }

    fn assignment(&mut self, assignment: &Message<'a>, draft: &mut Draft) {
        if let Some(policy) = assignment.field("policy") {
            let spread = &mut draft.spread;
            spread.overprovisioning = policy.number("overprovisioning_factor", spread.overprovisioning);
            spread.counts_weights = policy.flag("weighted_priority_health", spread.counts_weights);
            spread.dropped = dropped(&policy, spread.dropped);
        }
        let is_placed = |group: Message<'a>| group.any(&["locality", "load_balancing_weight"]).is_some();
        let mut places = assignment.list("endpoints").any(is_placed).then(Places::default);
        for group in assignment.list("endpoints") {
            self.group(&group, places.as_mut(), draft);
        }
    }

    /// Endpoints of one locality and priority.
    fn group(&mut self, group: &Message<'a>, places: Option<&mut Places>, draft: &mut Draft) {
        let priority = group.number("priority", Fact::known(0, Origin::default(group.span(), RuleId::ENVOY_SETTING)));
        // The program takes 0 to 128.
        let tier = priority.get().and_then(|priority| u8::try_from(*priority).ok()).unwrap_or(0);
        let locality = places.map(|places| self.locality(group, tier, places));
        let place = Place { locality, tier };
        for endpoint in group.list("lb_endpoints") {
            self.lb_endpoint(&endpoint, place, draft);
        }
    }

    /// Two groups with one locality and priority are one locality, and the last weight counts (research 3.4).
    fn locality(&mut self, group: &Message<'a>, tier: u8, places: &mut Places) -> LocalityId {
        let key = (group.field("locality").as_ref().map_or_else(String::new, zone), tier);
        let known = places.get(&key).copied();
        let id = known.unwrap_or_else(|| self.add_locality(group, &key.0, tier));
        places.insert(key, id);
        if let Some(locality) = self.unit.localities.get_mut(id.0 as usize) {
            locality.groups += 1;
        }
        if group.field("load_balancing_weight").is_some() {
            // Without a locality the weight is not read (`PriorityStateManager::initializePriorityFor`).
            self.weigh(id, locality_weight(group), group.field("locality").is_some());
        }
        id
    }

    fn add_locality(&mut self, group: &Message<'a>, zone: &str, tier: u8) -> LocalityId {
        let name = if zone.is_empty() { Text(Span::default()) } else { self.unit.texts.compose(zone) };
        let weight = Fact::known(None, Origin::default(group.first_line(), RuleId::ENVOY_LOCALITY_WEIGHT));
        self.unit.localities.push(Locality {
            name,
            at: group.first_line(),
            tier,
            weight,
            groups: 0,
            unread_weight: None,
        });
        LocalityId(self.unit.localities.len() as u32 - 1)
    }

    fn weigh(&mut self, locality: LocalityId, weight: Fact<Option<u32>>, is_read: bool) {
        let Some(locality) = self.unit.localities.get_mut(locality.0 as usize) else { return };
        let earlier = locality.weight;
        if !is_read {
            locality.unread_weight = Some(weight.origin.at);
            return;
        }
        if earlier.origin.is_explicit() && earlier.value != weight.value {
            locality.unread_weight = Some(earlier.origin.at);
        }
        locality.weight = weight;
    }

    fn lb_endpoint(&mut self, message: &Message<'a>, place: Place, draft: &mut Draft) {
        if message.is_scalar() && message.is_masked() {
            draft.completeness = Completeness::Incomplete(Why::Template, message.first_line());
            return;
        }
        if message.field("endpoint_name").is_some() {
            draft.completeness = Completeness::Incomplete(Why::Unsupported, message.first_line());
            return;
        }
        // What the points of a ring are made of, in place of the address.
        if let Some(key) = message.path(&["metadata", "filter_metadata", "envoy.lb", "hash_key"]) {
            draft.spread.ring = Fact::unknown(Why::Unsupported, Origin::written(key.span()));
        }
        let endpoint = message.field("endpoint").unwrap_or(*message);
        match endpoint.field("address") {
            Some(address) => self.endpoint(message, &address, place, draft),
            None => draft.completeness = Completeness::Incomplete(Why::Malformed, message.first_line()),
        }
    }

    fn endpoint(&mut self, message: &Message<'a>, address: &Message<'a>, place: Place, draft: &mut Draft) {
        if !self.may_add() {
            draft.completeness = Completeness::Incomplete(Why::Repetition, message.first_line());
            return;
        }
        let (address, address_at) = self.address(address);
        let mut settings = draft.target;
        settings.locality = place.locality;
        settings.labels = self.labels_of(message);
        let unchecked = message.path(&["endpoint", "health_check_config"]);
        if unchecked.is_some_and(|config| config.has("disable_active_health_check")) {
            settings.checked = Fact::known(false, Origin::written(Span::default()));
        }
        if let Some(config) = unchecked {
            checked_elsewhere(&config, &mut settings);
        }
        let is_name = matches!(address, Address::Host(..));
        settings.resolved_at_run_time.value = Value::Known(is_name);
        let (count, addresses) = self.answer(address, draft.membership);
        let default = Fact::known(1, Origin::default(Span::default(), RuleId::ENVOY_WEIGHT));
        let presence = super::template::presence(message, Some(draft.start));
        if matches!(presence, Presence::Repeated(_)) {
            draft.completeness = Completeness::Incomplete(Why::Repetition, message.first_line());
        }
        let target = Target {
            name: self.name_of(&address, address_at),
            address,
            address_at,
            statement: message.first_line().to(address_at),
            weight: message.number("load_balancing_weight", default),
            tier: place.tier,
            state: state(message, draft.state),
            presence,
            count,
            settings: self.cache.id(&settings, &mut self.unit.target_settings),
            number: (self.unit.targets.len() - draft.first_target) as u32 + 1,
            numbered: false,
        };
        if addresses.is_empty() {
            return self.unit.targets.push(target);
        }
        for (address, number) in addresses.into_iter().zip(target.number..) {
            let name = self.name_of(&address, address_at);
            self.unit.targets.push(Target { name, address, number, ..target });
        }
    }

    /// How many targets an address makes, and which ones, where a name was said to stand for several addresses. Only a
    /// cluster that takes all addresses of a name has one target for each.
    fn answer(&self, address: Address, membership: Membership) -> (Count, Vec<Address>) {
        let Address::Host(name, port) = address else { return (Count::One, Vec::new()) };
        if membership != Membership::Resolved {
            return (Count::One, Vec::new());
        }
        let name = self.unit.texts.get(name, self.input.sources);
        match self.input.answers.addresses(name) {
            Some(addresses) => (Count::One, addresses.iter().map(|ip| Address::Ip(*ip, port)).collect()),
            None => (self.input.answers.count(name), Vec::new()),
        }
    }
}

/// Region, zone and sub-zone.
fn zone(locality: &Message<'_>) -> String {
    let parts: Vec<_> = ["region", "zone", "sub_zone"].iter().filter_map(|part| locality.text_of(part)).collect();
    parts.join("/")
}

fn locality_weight(group: &Message<'_>) -> Fact<Option<u32>> {
    let written = group.number("load_balancing_weight", Fact::known(0, Origin::written(group.first_line())));
    let value = match written.value {
        Value::Known(weight) => Value::Known(Some(weight)),
        Value::Unknown(why) => Value::Unknown(why),
    };
    Fact { value, origin: written.origin }
}

/// What the configuration says of an endpoint's health (research 3.1; it counts for all types of clusters).
fn state(message: &Message<'_>, otherwise: AdministrativeState) -> AdministrativeState {
    let Some(word) = message.word("health_status") else { return otherwise };
    match word.as_str() {
        "UNHEALTHY" | "2" | "TIMEOUT" | "4" => AdministrativeState::Down,
        "DRAINING" | "3" => AdministrativeState::Drain,
        "DEGRADED" | "5" => AdministrativeState::Degraded,
        _ => AdministrativeState::Up,
    }
}

/// `drop_overloads`: the categories act one after another on what is left (research 3.1).
fn dropped(policy: &Message<'_>, default: Fact<u32>) -> Fact<u32> {
    let Some(overloads) = policy.field("drop_overloads") else { return default };
    // In millionths.
    let mut left: u64 = 1_000_000;
    for overload in overloads.items() {
        let Some(percentage) = overload.field("drop_percentage") else { continue };
        let parts = percentage.number("numerator", Fact::known(0, default.origin)).get().copied().unwrap_or(0);
        let of = match percentage.word("denominator").as_deref() {
            Some("TEN_THOUSAND" | "1") => 100,
            Some("MILLION" | "2") => 1,
            _ => 10_000,
        };
        left = left * 1_000_000_u64.saturating_sub(u64::from(parts) * of) / 1_000_000;
    }
    let dropped = (1_000_000 - left).div_ceil(100);
    Fact::known(dropped as u32, Origin::written(overloads.first_line()))
}

/// `health_check_config`: another port or address than that of the traffic.
fn checked_elsewhere(config: &Message<'_>, settings: &mut TargetSettings) {
    let transport = &mut settings.transport;
    let origin = Origin::written(Span::default());
    if let Some(port) = config.field("port_value") {
        let number = port.integer().and_then(|port| u16::try_from(port).ok());
        transport.check_port = match number {
            Some(0) => return,
            Some(number) => Fact::known(Some(number), origin),
            None => Fact::unknown(Why::Template, origin),
        };
    }
    if config.field("address").is_some() {
        transport.check_address = Fact::unknown(Why::Unsupported, origin);
    }
}
