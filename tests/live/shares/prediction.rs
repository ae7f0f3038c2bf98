//! What `lblint shares --format json` says of a file, as far as it is compared.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Whole {
    units: Vec<Unit>,
}

/// A configuration.
#[derive(Debug, Deserialize)]
pub(crate) struct Unit {
    pub(crate) pools: Vec<Pool>,
    pub(crate) listeners: Vec<Listener>,
}

/// A pool in peace, and when targets fail.
#[derive(Debug, Deserialize)]
pub(crate) struct Pool {
    pub(crate) name: String,
    pub(crate) certainty: String,
    pub(crate) because: Option<String>,
    pub(crate) shares: Vec<Share>,
    pub(crate) failed: Option<f64>,
    #[serde(default)]
    pub(crate) failures: Vec<Failure>,
}

#[derive(Clone, Debug, Deserialize)]
#[allow(clippy::struct_field_names, reason = "the words of the format")]
pub(crate) struct Share {
    pub(crate) target: String,
    pub(crate) share: Option<f64>,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
}

/// What happens when targets fail: until it is noticed, and afterwards or for good.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Failure {
    pub(crate) down: Vec<String>,
    pub(crate) mode: String,
    pub(crate) certainty: String,
    pub(crate) noticed: Option<bool>,
    pub(crate) noticed_by: Option<String>,
    pub(crate) noticed_after_min_s: Option<f64>,
    pub(crate) noticed_after_s: Option<f64>,
    pub(crate) until_noticed: Option<Until>,
    pub(crate) shares: Vec<Share>,
    pub(crate) failed: Option<f64>,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Until {
    pub(crate) failed: Option<f64>,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
    pub(crate) delay_s: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Listener {
    pub(crate) address: String,
    pub(crate) pools: Vec<Part>,
    pub(crate) targets: Vec<OfTarget>,
    pub(crate) failed: Option<f64>,
}

/// What a pool gets of a listener's traffic; `null` where requests decide.
#[derive(Debug, Deserialize)]
pub(crate) struct Part {
    pub(crate) share: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct OfTarget {
    pub(crate) target: String,
    pub(crate) share: Option<f64>,
}

/// The predictions for a file under the version that will run it, such as `haproxy=2.6.12`.
pub(crate) fn of(file: &Path, version: &str, further: &[&str]) -> Unit {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lblint"));
    command.arg("shares").arg(file).args(["--format", "json", "--proxy-version", version]).args(further);
    let output = command.current_dir(file.parent().unwrap()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let whole: Whole = serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{error}: {text}{}", String::from_utf8_lossy(&output.stderr)));
    whole.units.into_iter().next().unwrap()
}
