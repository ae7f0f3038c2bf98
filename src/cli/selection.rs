//! Which findings are asked for.

use clap::Args;
use lblint::finding::Profile;
use lblint::settings::{Layer, Origin, Selector};

/// The arguments that choose among findings.
#[derive(Debug, Args)]
pub(crate) struct Selection {
    /// Only these checks and groups; `lblint checks` lists both
    #[arg(long, value_name = "NAME|GROUP", value_delimiter = ',')]
    select: Vec<Selector>,
    /// Not these checks and groups
    #[arg(long, value_name = "NAME|GROUP", value_delimiter = ',')]
    ignore: Vec<Selector>,
    /// Whose findings are shown: default, strict (adds matters of taste and context), audit (everything) [default: default]
    #[arg(long, value_name = "PROFILE")]
    profile: Option<Profile>,
}

impl Selection {
    /// What they say about settings.
    pub(crate) fn layer(&self) -> Layer {
        let mut layer = Layer::default();
        if !self.select.is_empty() {
            layer.words("select", &Origin::CommandLine("--select"), self.select.iter().map(ToString::to_string));
        }
        if !self.ignore.is_empty() {
            layer.words("ignore", &Origin::CommandLine("--ignore"), self.ignore.iter().map(ToString::to_string));
        }
        if let Some(profile) = self.profile {
            layer.word("profile", &Origin::CommandLine("--profile"), profile.name());
        }
        layer
    }
}
