//! The identity of a finding across edits: names only, never a line number or a count.

use super::Subject;

/// Version 1: FNV-1a, 64 bits, over check, unit (path from the root of the project), pool, target and discriminator, each ended by a zero byte;
/// written as `1:` and 16 hexadecimal digits. Paths use `/` and line ends play no part, so it is the same on every system.
pub fn fingerprint(check: &str, subject: &Subject) -> String {
    let parts = [
        check,
        &subject.unit_in_project,
        subject.pool.as_deref().unwrap_or_default(),
        subject.target.as_deref().unwrap_or_default(),
        &subject.discriminator,
    ];
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("1:{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_written_down() {
        let subject = Subject { unit_in_project: "haproxy.cfg".into(), pool: Some("web".into()), ..Subject::default() };
        // Computed with an independent FNV-1a (Python) over b"no-health-check\0haproxy.cfg\0web\0\0\0".
        assert_eq!(fingerprint("no-health-check", &subject), EXPECTED);
    }

    const EXPECTED: &str = "1:94b063b9351f09e7";

    #[test]
    fn parts_do_not_run_into_each_other() {
        let one = Subject { pool: Some("ab".into()), target: Some("c".into()), ..Subject::default() };
        let other = Subject { pool: Some("a".into()), target: Some("bc".into()), ..Subject::default() };
        assert_ne!(fingerprint("x", &one), fingerprint("x", &other));
    }
}
