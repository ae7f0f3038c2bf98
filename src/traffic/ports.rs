//! What ports are known for: one table for everybody who asks (IANA service names, or the program's own default).

/// What is known of a port.
struct Known {
    port: u16,
    protocol: &'static str,
    facts: u8,
}

/// Whatever is spoken there, it is no HTTP: clients of it do not get through where requests are read.
const NOT_HTTP: u8 = 1;
/// A request of HTTP is answered well all the same: `mongod` answers 200.
const ANSWERS_HTTP: u8 = 1 << 1;
/// Clients keep their connections: databases, caches, brokers, directories, desktops.
const KEPT: u8 = 1 << 2;
/// Databases of which one node takes the writes, or whose nodes know nothing of each other.
const ONE_WRITER: u8 = 1 << 3;

const fn known(port: u16, protocol: &'static str, facts: u8) -> Known {
    Known { port, protocol, facts }
}

/// In order. Where several programs use a port and one of them speaks HTTP, it is not told as that of another protocol.
const PORTS: [Known; 39] = [
    known(21, "FTP", NOT_HTTP),
    known(22, "SSH", NOT_HTTP),
    known(25, "SMTP", NOT_HTTP),
    known(80, "HTTP", 0),
    known(110, "POP3", NOT_HTTP),
    known(143, "IMAP", NOT_HTTP),
    known(389, "LDAP", NOT_HTTP | KEPT),
    known(465, "SMTP", NOT_HTTP),
    known(587, "SMTP", NOT_HTTP),
    known(636, "LDAP", NOT_HTTP | KEPT),
    known(993, "IMAP", NOT_HTTP),
    known(995, "POP3", NOT_HTTP),
    known(1433, "SQL Server", NOT_HTTP | KEPT | ONE_WRITER),
    known(1521, "Oracle", NOT_HTTP | KEPT | ONE_WRITER),
    known(1883, "MQTT", NOT_HTTP | KEPT),
    known(2181, "ZooKeeper", NOT_HTTP),
    known(3269, "LDAP", KEPT),
    known(3306, "MySQL", NOT_HTTP | KEPT | ONE_WRITER),
    known(3389, "RDP", NOT_HTTP | KEPT),
    known(4222, "NATS", KEPT),
    known(5222, "XMPP", KEPT),
    known(5432, "PostgreSQL", NOT_HTTP | KEPT | ONE_WRITER),
    known(5671, "AMQP", NOT_HTTP | KEPT),
    known(5672, "AMQP", NOT_HTTP | KEPT),
    known(6379, "Redis", NOT_HTTP | KEPT | ONE_WRITER),
    known(6432, "PostgreSQL", NOT_HTTP | KEPT),
    known(8080, "HTTP", 0),
    known(8086, "InfluxDB", ONE_WRITER),
    known(8883, "MQTT", NOT_HTTP | KEPT),
    known(9042, "Cassandra", NOT_HTTP | KEPT),
    known(9092, "Kafka", NOT_HTTP | KEPT),
    known(9093, "Kafka", KEPT),
    known(MEMCACHED, "memcached", NOT_HTTP),
    known(26257, "PostgreSQL", KEPT),
    known(26379, "Redis", NOT_HTTP),
    known(27017, "MongoDB", NOT_HTTP | ANSWERS_HTTP | KEPT),
    known(33060, "MySQL", KEPT),
    known(61613, "STOMP", KEPT),
    known(61616, "OpenWire", KEPT),
];

/// Where memcached listens.
pub const MEMCACHED: u16 = 11211;

fn of(port: u16) -> Option<&'static Known> {
    let position = PORTS.binary_search_by_key(&port, |known| known.port).ok()?;
    PORTS.get(position)
}

fn has(port: u16, fact: u8) -> bool {
    of(port).is_some_and(|known| known.facts & fact != 0)
}

/// The protocol whose clients do not get through where HTTP is spoken to this port.
pub fn other_than_http(port: u16) -> Option<&'static str> {
    of(port).filter(|known| known.facts & NOT_HTTP != 0).map(|known| known.protocol)
}

/// The protocol that fails a health check which asks this port for HTTP.
pub fn fails_http_checks(port: u16) -> Option<&'static str> {
    other_than_http(port).filter(|_| !has(port, ANSWERS_HTTP))
}

/// The protocol that a health check of another one finds at this port.
pub(super) fn known_for(port: u16) -> Option<&'static str> {
    let is_http = |known: &&Known| known.protocol == "HTTP";
    fails_http_checks(port).or_else(|| of(port).filter(is_http).map(|known| known.protocol))
}

/// Whether clients keep their connections to it.
pub fn keeps_connections(port: u16) -> bool {
    has(port, KEPT)
}

/// Whether it is that of a database of which one node takes the writes.
pub fn has_one_writer(port: u16) -> bool {
    has(port, ONE_WRITER)
}

/// Whether HTTP comes inside TLS there. On 8443 and 9443 many servers speak it without.
pub const fn is_https(port: u16) -> bool {
    matches!(port, 443 | 6443)
}

/// Whether TLS is usual there.
pub const fn is_often_tls(port: u16) -> bool {
    is_https(port) || matches!(port, 8443 | 9443)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_in_order() {
        assert!(PORTS.is_sorted_by(|a, b| a.port < b.port));
    }

    #[test]
    fn mongod_answers_checks_in_http() {
        assert_eq!(other_than_http(27017), Some("MongoDB"));
        assert_eq!((fails_http_checks(27017), known_for(27017)), (None, None));
        assert_eq!((fails_http_checks(3306), known_for(8080)), (Some("MySQL"), Some("HTTP")));
    }

    #[test]
    fn connections_to_web_servers_are_short() {
        assert!(keeps_connections(61616) && !keeps_connections(80) && !keeps_connections(MEMCACHED));
    }
}
