//! Who gets the traffic, with the numbers that were measured on the real program (2.6.12 and 3.5-dev5).

use lblint::traffic::{Certainty, Detection, PoolView, Prediction, Scenario, detection, predict};

use crate::model::{Model, model};

fn view<'m>(model: &'m Model, pool: &str) -> PoolView<'m> {
    let (id, _) = model.unit().pools().find(|(_, candidate)| model.text(candidate.name) == pool).unwrap();
    PoolView::new(model.unit(), model.sources(), id).unwrap()
}

/// The prediction for pool `p` of a configuration, with these targets down.
fn prediction(lines: &str, down: &[u32]) -> Prediction {
    let text = format!("backend p\n{lines}");
    predict(&view(&model(&text), "p"), Scenario::down(down))
}

/// The shares of the targets, in thousandths.
fn shares(prediction: &Prediction, targets: u32) -> Vec<i64> {
    (0..targets).map(|target| (prediction.share_of(target).unwrap() * 1000.0).round() as i64).collect()
}

const THREE: &str = " server a 10.0.0.1:80 weight 1\n server b 10.0.0.2:80 weight 2\n server c 10.0.0.3:80 weight 3\n";

#[test]
fn round_robin_deals_by_weight_exactly() {
    let dealt = prediction(THREE, &[]);
    assert_eq!((dealt.certainty, shares(&dealt, 3)), (Certainty::Exact, vec![167, 333, 500]));
    let after = prediction(THREE, &[2]);
    assert_eq!(shares(&after, 3), [333, 667, 0]);
}

#[test]
fn backups_wait_and_only_the_first_is_used() {
    let lines = " server a 10.0.0.1:80\n server b 10.0.0.2:80 backup\n server c 10.0.0.3:80 backup\n";
    assert_eq!(shares(&prediction(lines, &[]), 3), [1000, 0, 0]);
    assert_eq!(shares(&prediction(lines, &[0]), 3), [0, 1000, 0]);
    let all = format!(" option allbackups\n{lines}");
    assert_eq!(shares(&prediction(&all, &[0]), 3), [0, 500, 500]);
}

#[test]
fn a_pool_of_backups_only_runs_on_the_first() {
    let lines = " server a 10.0.0.1:80 backup\n server b 10.0.0.2:80 backup\n";
    assert_eq!(shares(&prediction(lines, &[]), 2), [1000, 0]);
}

#[test]
fn weight_zero_is_not_active() {
    let with_backup = " server a 10.0.0.1:80 weight 0\n server b 10.0.0.2:80 backup\n";
    assert_eq!(shares(&prediction(with_backup, &[]), 2), [0, 1000]);
    let alone = prediction(" server a 10.0.0.1:80 weight 0\n server b 10.0.0.2:80 disabled\n", &[]);
    assert!((alone.failed - 1.0).abs() < f64::EPSILON, "503 for everybody");
}

#[test]
fn first_fills_the_lowest_number_not_the_first_line() {
    let lines =
        " balance first\n server a 10.0.0.1:80 id 30\n server b 10.0.0.2:80 id 20\n server c 10.0.0.3:80 id 10\n";
    assert_eq!(shares(&prediction(lines, &[]), 3), [0, 0, 1000]);
    // The third line first, up to 5 requests at a time; the second line has no limit and takes the rest.
    let limited = prediction(&lines.replace("id 10", "id 10 maxconn 5"), &[]);
    assert_eq!((limited.certainty, shares(&limited, 3)), (Certainty::Bounded, vec![0, 0, 1000]));
    let bounds: Vec<(f64, f64)> = limited.shares.iter().map(|share| (share.low, share.high)).collect();
    assert_eq!(bounds, [(0.0, 0.0), (0.0, 1.0), (0.0, 1.0)]);
    // 5 and 15 at a time: when both are full, the first has a quarter.
    let full = prediction(" balance first\n server a 10.0.0.1:80 maxconn 5\n server b 10.0.0.2:80 maxconn 15\n", &[]);
    let bounds: Vec<(f64, f64)> = full.shares.iter().map(|share| (share.low, share.high)).collect();
    assert_eq!(bounds, [(0.25, 1.0), (0.0, 0.75)]);
}

#[test]
fn least_connections_lies_between_equal_and_weighted() {
    // Measured with weights 1 and 10: one request at a time 50/50, 44 at once 4/40.
    let dealt = prediction(" balance leastconn\n server a 10.0.0.1:80\n server b 10.0.0.2:80 weight 10\n", &[]);
    assert_eq!(dealt.certainty, Certainty::Bounded);
    let light = dealt.shares[0];
    assert!((light.low - 1.0 / 11.0).abs() < 1e-9 && (light.high - 0.5).abs() < 1e-9, "{light:?}");
}

#[test]
fn one_target_left_takes_everything_whatever_the_policy() {
    let lines = " balance source\n hash-type consistent\n server a 10.0.0.1:80\n server b 10.0.0.2:80\n";
    let after = prediction(lines, &[0]);
    assert_eq!((after.certainty, shares(&after, 2)), (Certainty::Exact, vec![0, 1000]));
    // The version that is assumed, 3.2, has one of two rings.
    assert_eq!(prediction(lines, &[]).certainty, Certainty::Bounded);
}

/// Research 3.6: two servers of weight 1 get 43.1 and 56.9 % of the ring, and five between 15.3 and 24.0 %.
#[test]
fn a_ring_is_computed_point_by_point() {
    let ring = |servers: u32| {
        let server = |number: u32| format!(" server s{number} 10.0.0.{number}:80\n");
        let lines: Vec<String> = (1..=servers).map(server).collect();
        let text = format!("backend p\n mode http\n balance uri\n hash-type consistent\n{}", lines.concat());
        predict(&view(&crate::model::model_for(&text, 2, 6), "p"), Scenario::default())
    };
    assert_eq!((ring(2).certainty, shares(&ring(2), 2)), (Certainty::Assumed, vec![431, 569]));
    let five = ring(5);
    let (least, most) = (five.smallest().unwrap().share, five.largest().unwrap().share);
    assert_eq!(((least * 1000.0).round(), (most * 1000.0).round()), (153.0, 240.0));
}

/// Research 3.7, measured on 2.6 with weights 1, 2 and 3: 245, 376 and 579 of 1,200 for one pick; the ring says 21.5, 32.1
/// and 46.4 %. Two picks lie between the ring and the weights.
#[test]
fn random_picks_follow_the_ring() {
    let random = |draws: u32| {
        let text = format!("backend p\n balance random({draws})\n{THREE}");
        predict(&view(&crate::model::model_for(&text, 2, 6), "p"), Scenario::default())
    };
    assert_eq!(shares(&random(1), 3), [215, 321, 464]);
    let two = random(2);
    assert_eq!((two.certainty, shares(&two, 3)), (Certainty::Bounded, vec![167, 333, 500]));
    let bounds: Vec<i64> =
        two.shares.iter().flat_map(|share| [share.low, share.high]).map(|one| (one * 1000.0).round() as i64).collect();
    assert_eq!(bounds, [167, 215, 321, 333, 464, 500]);
}

/// `.if defined(FEATURE)` cannot be decided: the second server is there, or not.
#[test]
fn targets_of_undecided_branches_give_bounds() {
    let lines = " server a 10.0.0.1:80\n.if defined(FEATURE)\n server b 10.0.0.2:80\n.endif\n";
    let dealt = prediction(lines, &[]);
    assert_eq!((dealt.certainty, shares(&dealt, 2)), (Certainty::Bounded, vec![500, 500]));
    let bounds: Vec<(f64, f64)> = dealt.shares.iter().map(|share| (share.low, share.high)).collect();
    assert_eq!(bounds, [(0.5, 1.0), (0.0, 0.5)]);
}

#[test]
fn only_what_the_policy_reads_makes_the_answer_unknown() {
    let address = prediction(" server a \"$A:80\"\n server b 10.0.0.2:80\n", &[]);
    assert_eq!(shares(&address, 2), [500, 500]);
    let weight = prediction(" server a 10.0.0.1:80 weight \"$W\"\n server b 10.0.0.2:80\n", &[]);
    assert_eq!(weight.certainty, Certainty::Unknown);
}

#[test]
fn a_check_notices_after_its_intervals() {
    let text = "backend p\n server a 10.0.0.1:80 check\n server b 10.0.0.2:80 check inter 10s fastinter 1s fall 2\n \
                server c 10.0.0.3:80\n server d 10.0.0.4:80 track a\n";
    let model = model(text);
    let view = view(&model, "p");
    let noticed: Vec<Detection> = view.targets.iter().map(|target| detection(&view, target)).collect();
    // 3 checks, 2 s apart, the first up to 2 s late: 4 to 6 s measured. 10 s, then one more after 1 s.
    let expected = [Detection::After(6000), Detection::After(11_000), Detection::Never, Detection::Sometime];
    assert_eq!(noticed, expected);
}
