//! Accepted files of the corpus.

/// Path and text of every HAProxy file that the program accepted; `None` after saying that the corpus is absent.
pub(crate) fn accepted() -> Option<Vec<(String, String)>> {
    accepted_of("haproxy")
}

/// The same of nginx, fragments included, with the placeholders of test harnesses filled in.
pub(crate) fn accepted_nginx() -> Option<Vec<(String, String)>> {
    let files = accepted_where("nginx", |_| true)?;
    Some(files.into_iter().map(|(path, text)| (path, crate::placeholders::filled_in(&text))).collect())
}

/// The same of another dialect, files that stand alone only.
pub(crate) fn accepted_of(dialect: &str) -> Option<Vec<(String, String)>> {
    accepted_where(dialect, |row| dialect == "haproxy" || row["role"] == "entry")
}

fn accepted_where(dialect: &str, wanted: impl Fn(&serde_json::Value) -> bool) -> Option<Vec<(String, String)>> {
    let shared = std::env::var("LBLINT_SHARED").unwrap_or_else(|_| "../shared".into());
    let folder = std::path::Path::new(&shared).join("corpus");
    let Ok(manifest) = std::fs::read_to_string(folder.join("MANIFEST.jsonl")) else {
        eprintln!("skipped: ../shared/corpus is absent");
        return None;
    };
    let rows = manifest.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let accepted = rows.filter(|row| row["dialect"] == dialect && row["oracle"]["verdict"] == "ok" && wanted(row));
    let read = |row: serde_json::Value| {
        let path = row["path"].as_str()?.to_owned();
        Some((path.clone(), std::fs::read_to_string(folder.join(path)).ok()?))
    };
    Some(accepted.filter_map(read).collect())
}
