//! `type` and `cluster_type`: where a cluster's members come from.

use super::cluster::Draft;
use super::facts::Facts;
use crate::model::{Completeness, Membership, Why};
use crate::syntax::envoy::Message;

/// The type of an extension that names other clusters.
pub(super) const AGGREGATE: &str = "aggregate";

/// Reads where a cluster's members come from (research 3.1).
pub(super) fn read(cluster: &Message<'_>, draft: &mut Draft) {
    if let Some(custom) = cluster.any(&["cluster_type", "clusterType"]) {
        return custom_type(cluster, &custom, draft);
    }
    let Some(written) = cluster.field("type") else { return };
    let at = cluster.place("type");
    if written.is_masked() {
        draft.completeness = Completeness::Incomplete(Why::Template, at);
        return;
    }
    draft.membership = match cluster.word("type").unwrap_or_default().as_str() {
        "STRICT_DNS" | "1" => Membership::Resolved,
        "LOGICAL_DNS" | "2" => Membership::FirstAddress,
        "EDS" | "3" | "SDS" => Membership::Discovered,
        "ORIGINAL_DST" | "4" => Membership::OfRequest,
        _ => Membership::Listed,
    };
    if draft.membership == Membership::OfRequest {
        draft.completeness = Completeness::Incomplete(Why::Request, at);
    }
}
/// Extensions: those that resolve names like the built-in types, and those that find members in ways of their own.
fn custom_type(cluster: &Message<'_>, custom: &Message<'_>, draft: &mut Draft) {
    let at = cluster.entry("cluster_type").map_or(custom.first_line(), |(key, _)| key);
    let url = custom.path(&["typed_config", "@type"]).and_then(|url| url.text()).unwrap_or_default();
    let name = custom.text_of("name").unwrap_or_default();
    let is = |word: &str| url.contains(word) || (url.is_empty() && name.contains(word));
    if is(AGGREGATE) {
        draft.membership = Membership::OfPools;
    } else if is(".dns.") {
        let config = custom.field("typed_config");
        let one = config.is_some_and(|config| config.has("all_addresses_in_single_endpoint"));
        draft.membership = if one { Membership::FirstAddress } else { Membership::Resolved };
    } else {
        let by_request = is("dynamic_forward_proxy") || is("original_dst");
        draft.membership = if by_request { Membership::OfRequest } else { Membership::Discovered };
        let why = if by_request { Why::Request } else { Why::Unsupported };
        draft.completeness = Completeness::Incomplete(why, at);
    }
}
