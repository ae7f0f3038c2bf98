//! Arms of a template that open or close blocks of nginx: of arms that open alike, the first is read.

use std::ops::Range;

use super::guarded;
use super::mask::Copy;

/// Blanks the later arms where each arm opens as many blocks as the others; otherwise notes that braces may not match.
pub(super) fn settle(copy: &mut Copy<'_>) {
    for index in 0..copy.groups.len() {
        let Some(group) = copy.groups.get(index) else { continue };
        let balances: Vec<i32> = group.arms.iter().map(|arm| balance(copy, arm)).collect();
        if balances.iter().all(|balance| *balance == 0) {
            continue;
        }
        let is_alike = balances.windows(2).all(|pair| pair.first() == pair.last());
        copy.is_unbalanced = true;
        if group.is_exhaustive && is_alike {
            let (opens, others) = (group.arms.first().cloned(), group.arms.get(1..).unwrap_or_default().to_vec());
            for arm in others {
                copy.blank(arm);
            }
            if let Some(arm) = opens {
                guarded::mask_all(copy, &arm);
            }
        }
    }
}

/// Opening braces less closing ones, comments left out.
fn balance(copy: &Copy<'_>, arm: &Range<usize>) -> i32 {
    let bytes = copy.bytes.get(arm.clone()).unwrap_or_default();
    let code = |line: &[u8]| line.iter().position(|byte| *byte == b'#').unwrap_or(line.len());
    let lines = bytes.split(|byte| *byte == b'\n');
    let of = |line: &[u8]| {
        let line = line.get(..code(line)).unwrap_or_default();
        let count = |sign: u8| i32::try_from(memchr::memchr_iter(sign, line).count()).unwrap_or(i32::MAX / 4);
        count(b'{') - count(b'}')
    };
    lines.map(of).sum()
}
