//! `lblint` reads load-balancer configurations, works out who would get the traffic, and says before deployment what would
//! send it to the wrong place.
//!
//! Data flows one way, and each arrow is a pure function; every module uses only those that stand before it:
//!
//! ```text
//! arguments -discover-> sources -parse-> trees -validate, lower-> model + diagnostics + coverage
//! model -predict-> shares       model + diagnostics -checks-> findings -triage-> shown -report-> bytes
//!
//! source -> diagnostic -> grammar -> syntax -> validate -> model -> lower -> traffic
//!        -> finding -> checks -> settings -> triage -> analysis -> report
//! ```
//!
//! ```
//! use lblint::{MapReader, Settings, analyze};
//!
//! let reader = MapReader::new([("haproxy.cfg", "backend web\n server web1 10.0.0.1:80 weight abc\n")]);
//! let analysis = analyze(&reader, &["haproxy.cfg".to_owned()], &Settings::default());
//! assert_eq!(analysis.findings.shown[0].meta.name, "coerced-value");
//! ```
//!
//! What is re-exported here, and [`model`], is the interface; the other modules are public for tests, benches and fuzzers.

#[doc(hidden)]
pub mod analysis;
#[doc(hidden)]
pub mod checks;
#[doc(hidden)]
pub mod diagnostic;
#[doc(hidden)]
pub mod finding;
#[doc(hidden)]
pub mod grammar;
#[doc(hidden)]
pub mod lower;
pub mod model;
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod settings;
#[doc(hidden)]
pub mod source;
#[doc(hidden)]
pub mod syntax;
#[doc(hidden)]
pub mod traffic;
#[doc(hidden)]
pub mod triage;
#[doc(hidden)]
pub mod validate;

pub use analysis::{Analysis, analyze};
pub use finding::{Confidence, Finding, Severity};
pub use report::render;
pub use settings::Settings;
pub use source::{DiskReader, Location, MapReader, Reader, Span};
pub use traffic::predict;
