//! Who gets the traffic, with the numbers that were measured on the real program (2.6.12 and 3.5-dev5).

use lblint::traffic::{Certainty, Detection, PoolView, Prediction, Scenario, detection, predict};

use crate::model::{Model, model};

fn view<'m>(model: &'m Model, pool: &str) -> PoolView<'m> {
    let (id, _) = model.unit().pools().find(|(_, candidate)| model.text(candidate.name) == pool).unwrap();
    PoolView::new(model.unit(), id).unwrap()
}

/// The prediction for pool `p` of a configuration, with these targets down.
fn prediction(lines: &str, down: &[u32]) -> Prediction {
    let text = format!("backend p\n{lines}");
    predict(&view(&model(&text), "p"), Scenario { down })
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
    let limited = lines.replace("id 10", "id 10 maxconn 5");
    assert_eq!(prediction(&limited, &[]).certainty, Certainty::Unknown);
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
    assert_eq!(prediction(lines, &[]).certainty, Certainty::Assumed);
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
