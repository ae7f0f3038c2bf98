//! How a pool picks a target: `ip_hash`, `hash`, `least_conn`, `random`, `least_time`.

use super::argument::Argument;
use crate::model::{HashFunction, HashType, Key, Method, Policy};

/// A method as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) policy: Policy,
    pub(super) hash_type: Option<HashType>,
}

/// The method that a directive of a pool selects, if it is one.
pub(super) fn method(name: &str, arguments: &[Argument<'_>]) -> Option<Written> {
    let plain = |word, method| Written { policy: Policy { word, method }, hash_type: None };
    Some(match name {
        "ip_hash" => Written {
            policy: Policy { word: "ip_hash", method: Method::Hash(Key::ClientAddress) },
            hash_type: Some(HashType { consistent: false, function: HashFunction::NginxAddress, avalanche: false }),
        },
        "least_conn" => plain("least_conn", Method::LeastConnections),
        "least_time" => plain("least_time", Method::LeastTime),
        "random" if arguments.first().is_some_and(|word| word.is("two")) => plain("random", random_two(arguments)),
        "random" => plain("random", Method::Random(1)),
        "hash" => hash(arguments),
        _ => return None,
    })
}

/// `random two [least_conn|least_time=...]`; the default is `least_conn`.
fn random_two(arguments: &[Argument<'_>]) -> Method {
    let by_time = arguments.get(1).and_then(Argument::known).is_some_and(|word| word.starts_with("least_time"));
    if by_time { Method::LeastTime } else { Method::RandomPair }
}

/// `hash KEY [consistent]`
fn hash(arguments: &[Argument<'_>]) -> Written {
    let consistent = arguments.get(1).is_some_and(|word| word.is("consistent"));
    let function = if consistent { HashFunction::NginxRing } else { HashFunction::NginxCrc32 };
    let key = arguments.first().and_then(Argument::known).map_or(Key::Expression, key);
    Written {
        policy: Policy { word: "hash", method: Method::Hash(key) },
        hash_type: Some(HashType { consistent, function, avalanche: false }),
    }
}

/// What a key is made of: one variable alone says it, several do not.
fn key(text: &str) -> Key {
    let Some(variable) = text.strip_prefix('$') else {
        return match text {
            // Round robin (since 1.17.1).
            "" => Key::Missing,
            _ if text.contains('$') => Key::Expression,
            _ => Key::Constant,
        };
    };
    let name = variable.trim_matches(['{', '}']).to_ascii_lowercase();
    match name.as_str() {
        "remote_addr" | "binary_remote_addr" | "realip_remote_addr" => Key::ClientAddress,
        "request_uri" | "uri" | "document_uri" => Key::Uri,
        "host" | "http_host" => Key::Host,
        "server_name" => Key::ListenerName,
        "scheme" | "https" | "request_method" | "server_protocol" | "server_port" | "server_addr" | "protocol" => {
            Key::Few
        }
        "hostname" | "nginx_version" => Key::Constant,
        _ if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => Key::Expression,
        _ if name.starts_with("arg_") => Key::Parameter,
        _ if name.starts_with("http_") => Key::Header,
        _ if name.starts_with("cookie_") => Key::Cookie,
        _ => Key::Expression,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_what_its_variable_is() {
        for (text, expected) in [
            ("$remote_addr", Key::ClientAddress),
            ("${binary_remote_addr}", Key::ClientAddress),
            ("$request_uri", Key::Uri),
            ("$arg_user", Key::Parameter),
            ("$http_x_user", Key::Header),
            ("$cookie_session", Key::Cookie),
            ("$host$request_uri", Key::Expression),
            ("x$arg_a", Key::Expression),
            ("always", Key::Constant),
            ("$hostname", Key::Constant),
            ("", Key::Missing),
            ("$scheme", Key::Few),
            ("$host", Key::Host),
            ("$server_name", Key::ListenerName),
        ] {
            assert_eq!(key(text), expected, "{text}");
        }
    }
}
