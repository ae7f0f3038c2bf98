//! How probable a count is if the predicted share holds: exact binomial tails.

/// A prediction is wrong when what was counted is less probable than this under it.
pub(crate) const LEAST_PROBABILITY: f64 = 1e-6;

/// How probable it is that of `total` requests at least `count` go to a target with this share.
pub(crate) fn at_least(count: usize, total: usize, share: f64) -> f64 {
    let (count, total) = (count.min(total + 1), total);
    if count > total { 0.0 } else { sum(count..=total, total, share) }
}

/// How probable it is that of `total` requests at most `count` go to a target with this share.
pub(crate) fn at_most(count: usize, total: usize, share: f64) -> f64 {
    sum(0..=count.min(total), total, share)
}

/// Whether a count among `compared` others that were looked at fits a share between two bounds (Bonferroni).
pub(crate) fn fits(count: usize, total: usize, (low, high): (f64, f64), compared: usize) -> bool {
    let least = at_least(count, total, high).min(at_most(count, total, low));
    2.0 * least * compared.max(1) as f64 > LEAST_PROBABILITY
}

fn sum(counts: std::ops::RangeInclusive<usize>, total: usize, share: f64) -> f64 {
    let share = share.clamp(0.0, 1.0);
    counts.map(|count| probability(count, total, share)).sum::<f64>().min(1.0)
}

/// That exactly `count` of `total` go there.
fn probability(count: usize, total: usize, share: f64) -> f64 {
    // 0 ln 0 is 0 here.
    let power = |times: usize, of: f64| if times > 0 { times as f64 * of.ln() } else { 0.0 };
    let ways = log_factorial(total) - log_factorial(count) - log_factorial(total - count);
    (ways + power(count, share) + power(total - count, 1.0 - share)).exp()
}

/// ln n!, by Stirling's series from 16 on (Abramowitz and Stegun 6.1.41), by multiplying below.
fn log_factorial(n: usize) -> f64 {
    if n < 16 {
        return (2..=n).map(|factor| (factor as f64).ln()).sum();
    }
    let z = n as f64 + 1.0;
    let series = 1.0 / (12.0 * z) - 1.0 / (360.0 * z.powi(3)) + 1.0 / (1260.0 * z.powi(5));
    (z - 0.5) * z.ln() - z + 0.5 * (2.0 * std::f64::consts::PI).ln() + series
}

#[test]
fn tails_are_those_of_tables() {
    let near = |value: f64, expected: f64| assert!((value - expected).abs() < 1e-9 * expected, "{value} {expected}");
    // Of 3 fair coins; 20 choose 15 and more of 2^20; one in a million, twice.
    near(at_least(3, 3, 0.5), 0.125);
    near(at_most(1, 3, 0.5), 0.5);
    near(at_least(15, 20, 0.5), 21_700.0 / 1_048_576.0);
    near(at_most(0, 2, 0.999), 1e-6);
    near(at_least(0, 20_000, 0.3), 1.0);
}

#[test]
fn tails_meet() {
    for (total, count, share) in [(50, 5, 0.1), (20_000, 6667, 1.0 / 3.0), (4000, 3920, 0.98)] {
        let both = at_most(count, total, share) + at_least(count + 1, total, share);
        assert!((both - 1.0).abs() < 1e-8, "{total} {share}: {both}");
    }
}

#[test]
fn what_cannot_be_does_not_fit() {
    assert!(fits(0, 100, (0.0, 0.0), 3) && fits(100, 100, (1.0, 1.0), 3));
    assert!(!fits(1, 100, (0.0, 0.0), 3) && !fits(99, 100, (1.0, 1.0), 3));
    assert!(fits(6667, 20_000, (1.0 / 3.0, 1.0 / 3.0), 3));
    // Five standard deviations of 67 requests are too many; four are not.
    assert!(!fits(6667 + 360, 20_000, (1.0 / 3.0, 1.0 / 3.0), 1));
    assert!(fits(6667 + 270, 20_000, (1.0 / 3.0, 1.0 / 3.0), 1));
    assert!(fits(60, 100, (0.3, 0.6), 3) && !fits(95, 100, (0.3, 0.6), 3));
}
