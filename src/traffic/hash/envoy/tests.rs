//! The numbers that were measured on Envoy 1.40, and tables built step by step.

use xxhash_rust::xxh64::xxh64;

use super::murmur::murmur2;
use super::*;

fn addresses(network: u32, count: u32) -> Vec<String> {
    (0..count).map(|host| format!("10.{network}.0.{host}:8080")).collect()
}

fn equal(count: u32) -> Vec<f64> {
    normalized(&vec![1; count as usize], 1.0)
}

fn ring(keys: &[String], weights: &[f64], minimum: u32, maximum: u32) -> Ring {
    Ring::new(keys, weights, RingSize { minimum, maximum }, PointHash::XxHash).unwrap()
}

fn largest(shares: &[f64]) -> f64 {
    shares.iter().copied().fold(0.0, f64::max) * shares.len() as f64
}

fn dead(shares: &[f64]) -> Vec<usize> {
    (0..shares.len()).filter(|host| shares[*host] == 0.0).collect()
}

fn adds_up(shares: &[f64]) -> bool {
    (shares.iter().sum::<f64>() - 1.0).abs() < 1e-9
}

/// Research 3.6: the largest share by the mean one, worst of three sets of addresses, 10.0.0.x, 10.1.0.x and 10.2.0.x.
#[test]
fn rings_are_as_uneven_as_measured() {
    let measured = [
        (3, 1024, "1.05"),
        (10, 1024, "1.21"),
        (50, 1024, "2.04"),
        (200, 1024, "2.97"),
        (50, 65_536, "1.08"),
        (200, 65_536, "1.17"),
        (10, 64, "1.79"),
    ];
    for (hosts, size, expected) in measured {
        let shares = |network| ring(&addresses(network, hosts), &equal(hosts), size, LARGEST_RING).shares();
        let worst = (0..3).map(|network| largest(&shares(network))).fold(0.0, f64::max);
        assert_eq!(format!("{worst:.2}"), expected, "{hosts} hosts, {size} points");
        assert!(adds_up(&shares(0)));
    }
}

/// Research 3.6: a ring with fewer points than hosts. Half a point each: every other host finds it handed out.
#[test]
fn a_small_ring_leaves_hosts_out() {
    let shares = ring(&addresses(0, 8), &equal(8), 4, 4).shares();
    assert_eq!(dead(&shares), [1, 3, 5, 7]);
    assert!(adds_up(&shares));
}

#[test]
fn weights_are_points() {
    let ring = ring(&addresses(0, 3), &normalized(&[1, 2, 5], 1.0), 1024, LARGEST_RING);
    assert!(adds_up(&ring.shares()));
    let count = |host| ring.points().filter(|(_, owner)| *owner == host).count();
    assert_eq!([count(0), count(1), count(2)], [128, 256, 640]);
}

#[test]
fn what_the_arcs_say_is_what_requests_find() {
    let ring = ring(&addresses(0, 5), &normalized(&[1, 2, 3, 4, 5], 1.0), 64, 64);
    let mut hits = [0; 5];
    (0..100_000).for_each(|step| hits[ring.host(step * (u64::MAX / 100_000)).unwrap() as usize] += 1);
    for (share, hits) in ring.shares().iter().zip(hits) {
        assert!((share - f64::from(hits) / 100_000.0).abs() < 0.001, "{share} {hits}");
    }
    for (hash, owner) in ring.points() {
        assert_eq!(ring.host(hash), Some(owner));
    }
    let (first, last) = (ring.points().next().unwrap(), ring.points().last().unwrap());
    assert_eq!(ring.host(last.0 + 1), Some(first.1));
    assert_eq!(ring.host(0), Some(first.1));
}

#[test]
fn rings_at_the_edge() {
    assert!(ring(&[], &[], 1024, LARGEST_RING).shares().is_empty());
    assert_eq!(ring(&[], &[], 1024, LARGEST_RING).host(7), None);
    assert_eq!(ring(&addresses(0, 1), &[1.0], 1, 1).shares(), [1.0]);
    let same = ["a:1", "a:1"].map(str::to_owned);
    assert_eq!(ring(&same, &equal(2), 1024, LARGEST_RING).shares(), [1.0, 0.0]);
    let without_weight = ring(&addresses(0, 3), &[0.5, 0.0, 0.5], 1024, LARGEST_RING).shares();
    assert_eq!(dead(&without_weight), [1]);
    let too_large = RingSize { minimum: 9_000_000, maximum: 9_000_000 };
    assert!(Ring::new(&addresses(0, 2), &equal(2), too_large, PointHash::XxHash).is_none());
}

/// The largest ring that Envoy accepts, by weights whose sum is more than 1 by rounding.
#[test]
fn the_largest_ring_is_built() {
    let hosts = (2..100).find(|hosts| equal(*hosts).iter().sum::<f64>() > 1.0).unwrap();
    let ring = ring(&addresses(0, hosts), &equal(hosts), LARGEST_RING, LARGEST_RING);
    assert!((LARGEST_RING..=LARGEST_RING + 1).contains(&(ring.points().count() as u32)));
    assert!(largest(&ring.shares()) < 1.01);
}

/// Research 3.6: three slots for eight hosts. The first ones by key take them, as texts: 10.0.0.10 stands before 10.0.0.2.
#[test]
fn a_small_table_leaves_hosts_out() {
    let keys: Vec<String> = [1, 2, 3, 4, 5, 9, 10, 11].map(|host| format!("10.0.0.{host}:80")).into();
    let shares = Maglev::new(&keys, &equal(8), 3).unwrap().shares();
    assert_eq!(dead(&shares), [1, 2, 3, 4, 5]);
    assert!(adds_up(&shares));
}

/// Research 3.6: at most 0.7 % more than the mean even for 1,000 hosts.
#[test]
fn tables_are_nearly_even() {
    for hosts in [3, 10, 50, 200, 1000] {
        let shares = Maglev::new(&addresses(0, hosts), &equal(hosts), DEFAULT_TABLE_SIZE).unwrap().shares();
        assert!(largest(&shares) < 1.0075, "{hosts} hosts: {}", largest(&shares));
        assert!(adds_up(&shares));
    }
}

/// The table filled round by round, every host asked in every round.
fn round_by_round(keys: &[String], weights: &[f64], size: u32) -> Vec<u32> {
    let size = u64::from(size);
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by_key(|host| &keys[*host]);
    let (mut wanted, mut tried) = (vec![0.0; keys.len()], vec![0; keys.len()]);
    let most = weights.iter().copied().fold(0.0, f64::max);
    let mut slots = vec![None; size as usize];
    for (round, host) in (1_u32..).flat_map(|round| order.iter().map(move |host| (round, *host))) {
        if slots.iter().all(Option::is_some) {
            break;
        }
        if f64::from(round) * weights[host] < wanted[host] {
            continue;
        }
        wanted[host] += most;
        let (offset, skip) = (xxh64(keys[host].as_bytes(), 0) % size, xxh64(keys[host].as_bytes(), 1) % (size - 1) + 1);
        let order = (tried[host]..).map(|attempt| (attempt, (offset + skip * attempt) % size));
        let (attempt, slot) = order.into_iter().find(|(_, slot)| slots[*slot as usize].is_none()).unwrap();
        slots[slot as usize] = Some(host as u32);
        tried[host] = attempt + 1;
    }
    slots.into_iter().flatten().collect()
}

#[test]
fn tables_are_filled_in_rounds() {
    let weights: [&[u32]; 6] =
        [&[1; 7], &[5, 3, 1], &[1, 1000], &[7, 11, 13, 17], &[3, 3, 3, 9, 10, 10], &[1, 4_000_000_000]];
    for weights in weights {
        for size in [2, 3, 101, 1009] {
            let (keys, weights) = (addresses(3, weights.len() as u32), normalized(weights, 1.0));
            let table = Maglev::new(&keys, &weights, size).unwrap();
            let found: Vec<u32> = (0..u64::from(size)).map(|hash| table.host(hash).unwrap()).collect();
            assert_eq!(found, round_by_round(&keys, &weights, size), "{weights:?} in {size} slots");
        }
    }
}

#[test]
fn tables_at_the_edge() {
    let none = Maglev::new::<String>(&[], &[], 101).unwrap();
    assert_eq!((none.shares(), none.host(7)), (Vec::new(), None));
    assert_eq!(dead(&Maglev::new(&addresses(0, 3), &[0.5, 0.0, 0.5], 101).unwrap().shares()), [1]);
    assert!([0, 1, 5_000_012].into_iter().all(|size| Maglev::new(&addresses(0, 2), &equal(2), size).is_none()));
}

/// The hashes of the texts in Envoy's own test of them (`hash_test.cc`).
#[test]
fn hashes() {
    let texts = ["foo", "bar", "foo\nbar", "lyft", ""].map(str::as_bytes);
    let xx_hashes = [
        3_728_699_739_546_630_719,
        5_234_164_152_756_840_025,
        8_917_841_378_505_826_757,
        4_400_747_396_090_729_504,
        17_241_709_254_077_376_921,
    ];
    let murmur_hashes = [
        9_631_199_822_919_835_226,
        11_474_628_671_133_349_555,
        16_306_510_975_912_980_159,
        12_847_078_931_730_529_320,
        6_142_509_188_972_423_790,
    ];
    assert_eq!(texts.map(request_hash), xx_hashes);
    assert_eq!(texts.map(murmur2), murmur_hashes);
}
