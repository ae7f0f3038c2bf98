//! Thresholds of checks, with their documented defaults.

/// Thresholds of checks. Settings fill them; the defaults are those of the checks' pages.
#[derive(Clone, Copy, Debug, PartialEq, schemars::JsonSchema, serde::Deserialize, serde::Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// `one-target-takes-all`: with three targets or more, a share from this on counts as everything.
    #[schemars(range(min = 0, max = 1))]
    pub takes_all_share: f64,
    /// `skewed-weights`: the largest share is at least this many times the smallest.
    #[schemars(range(min = 1))]
    pub skewed_ratio: f64,
    /// `skewed-weights`: one share is at least this, with three targets or more.
    #[schemars(range(min = 0, max = 1))]
    pub skewed_share: f64,
    /// `skewed-weights`: a share up to this reads as a canary.
    #[schemars(range(min = 0, max = 1))]
    pub canary_share: f64,
    /// `uneven-hash-ring`: a target's share is at least this many times its fair one.
    #[schemars(range(min = 1))]
    pub uneven_ring: f64,
    /// `uneven-localities`: an endpoint of one locality carries more than this many times what one of another does.
    #[schemars(range(min = 1))]
    pub uneven_localities: f64,
    /// `huge-weights`: a ring of at least this many points.
    pub huge_ring_points: u64,
    /// `slow-failure-detection`: a failure is noticed later than this many milliseconds.
    pub slow_notice: u64,
    /// `slow-failure-detection`: failures leave a target out for at least this many milliseconds.
    pub long_exclusion: u64,
    /// `flapping-health-check`: a pool of at most so many targets is small.
    pub small_pool: u32,
    /// `flapping-health-check`: a check that must be answered in fewer than this many milliseconds.
    pub hasty_check: u64,
    /// `no-failover-headroom`: a survivor gets at least this many times its traffic.
    #[schemars(range(min = 1))]
    pub failover_growth: f64,
    /// `slow-connect-timeout`: with several targets, a connect timeout above this many milliseconds.
    pub slow_connect_several: u64,
    /// `unitless-timeout`: a bare number below this many milliseconds was meant in seconds.
    pub unitless: u64,
    /// `unitless-timeout`: the same where a request or a connection may last that long.
    pub unitless_session: u64,
    /// `slow-connect-timeout`: with one target.
    pub slow_connect_single: u64,
    /// `retry-amplification`: attempts for one request where nobody wrote how many, so that the servers are tried in turn.
    pub many_servers: u32,
    /// `retry-amplification`: attempts that are written.
    pub many_tries: u32,
    /// `cache-disabled`: an answer is kept only when it has been asked for at least this many times.
    pub cache_min_uses: u32,
    /// `cache-stampede`: requests that wait for another one's answer go on by themselves before this many milliseconds.
    pub short_cache_lock: u64,
    /// `cache-keeps-errors`: errors are kept for longer than this many milliseconds.
    pub long_kept_errors: u64,
    /// `heavy-mirror`: copies load a target more than this many times as much as the requests load one.
    #[schemars(range(min = 0))]
    pub mirror_growth: f64,
    /// `affinity-table-limits`: a table for fewer clients than this is small.
    pub affinity_table_size: u64,
    /// `pinned-connections`: connections that may be idle for at least this many milliseconds live for long.
    pub long_connections: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            takes_all_share: 0.95,
            skewed_ratio: 4.0,
            skewed_share: 0.7,
            canary_share: 0.05,
            uneven_ring: 1.25,
            uneven_localities: 2.0,
            huge_ring_points: 1_000_000,
            slow_notice: 30_000,
            long_exclusion: 300_000,
            small_pool: 3,
            hasty_check: 100,
            failover_growth: 2.5,
            unitless: 100,
            unitless_session: 1000,
            slow_connect_several: 10_000,
            slow_connect_single: 60_000,
            many_servers: 4,
            many_tries: 5,
            cache_min_uses: 20,
            short_cache_lock: 1000,
            long_kept_errors: 60_000,
            mirror_growth: 1.0,
            affinity_table_size: 10_000,
            long_connections: 3_600_000,
        }
    }
}

impl Options {
    /// The options with some of them changed; what is no option, or has another type, changes nothing.
    #[must_use]
    pub fn with(self, changes: &serde_json::Map<String, serde_json::Value>) -> Self {
        let Ok(serde_json::Value::Object(mut options)) = serde_json::to_value(self) else { return self };
        options.extend(changes.clone());
        serde_json::from_value(options.into()).unwrap_or(self)
    }
}
