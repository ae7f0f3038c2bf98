//! Each template of `fixtures/syntax/templates` beside a file that was rendered from it by hand: what is known of the
//! template is true of the file.

use std::path::{Path, PathBuf};

use lblint::analysis::{AnalysedUnit, Analysis};
use lblint::finding::Group;
use lblint::model::{Count, Pool, Presence};

use super::read;

/// A template and what was rendered from it.
struct Pair {
    template: Analysis,
    rendered: Analysis,
}

fn only_file(folder: &Path) -> PathBuf {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<PathBuf> = files.filter(|path| path.is_file()).collect();
    assert_eq!(files.len(), 1, "{}", folder.display());
    files[0].clone()
}

fn analysis(path: &Path) -> Analysis {
    let analysis = read(path.to_str().unwrap(), &std::fs::read_to_string(path).unwrap(), None);
    assert_eq!(analysis.units.len(), 1, "{}", path.display());
    analysis
}

fn pairs() -> Vec<(String, Pair)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/syntax/templates");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let pair = |folder: PathBuf| {
        let template = analysis(&only_file(&folder));
        let rendered = analysis(&only_file(&folder.join("rendered")));
        (folder.file_name().unwrap().to_str().unwrap().to_owned(), Pair { template, rendered })
    };
    folders.into_iter().map(pair).collect()
}

fn name(analysis: &Analysis, pool: &Pool) -> String {
    analysis.units[0].unit.texts.get(pool.name, &analysis.sources).to_owned()
}

fn is_filled_in(name: &str) -> bool {
    name.contains("{{") || name.contains("<%") || name.contains('$')
}

/// How many targets a pool has, if that is known.
fn count(unit: &AnalysedUnit, pool: &Pool) -> Option<usize> {
    let targets = unit.unit.targets_of(pool);
    let known =
        |target: &lblint::model::Target| target.presence == Presence::Always && target.count != Count::AtLeastOne;
    (pool.completeness.is_complete() && targets.iter().all(known)).then_some(targets.len())
}

#[test]
fn every_dialect_is_recognised() {
    for (folder, pair) in pairs() {
        let (template, rendered) = (&pair.template.units[0], &pair.rendered.units[0]);
        assert_eq!(template.unit.dialect, rendered.unit.dialect, "{folder}");
        assert_eq!(folder.split('-').next(), Some(template.unit.dialect.name()), "{folder}");
        assert_eq!(pair.template.templates().count(), 1, "{folder}");
    }
}

#[test]
fn pools_are_those_of_the_rendered_file() {
    for (folder, Pair { template, rendered }) in pairs() {
        let names = |analysis: &Analysis| -> Vec<String> {
            analysis.units[0].unit.pools.iter().map(|pool| name(analysis, pool)).collect()
        };
        let (of_template, of_file) = (names(&template), names(&rendered));
        for name in of_template.iter().filter(|name| !is_filled_in(name)) {
            assert!(of_file.contains(name), "{folder}: `{name}` is not in {of_file:?}");
        }
        let has_others = of_template.iter().any(|name| is_filled_in(name));
        for name in &of_file {
            assert!(of_template.contains(name) || has_others, "{folder}: `{name}` is not in {of_template:?}");
        }
    }
}

#[test]
fn targets_and_policies_are_those_of_the_rendered_file() {
    let mut compared = 0;
    for (folder, Pair { template, rendered }) in pairs() {
        for pool in &rendered.units[0].unit.pools {
            let wanted = name(&rendered, pool);
            let pools = &template.units[0].unit.pools;
            let Some(other) = pools.iter().find(|other| name(&template, other) == wanted) else { continue };
            let targets = rendered.units[0].unit.targets_of(pool).len();
            let found = template.units[0].unit.targets_of(other);
            let surely = found.iter().filter(|target| target.presence == Presence::Always).count();
            match count(&template.units[0], other) {
                Some(count) => assert_eq!(count, targets, "{folder}: `{wanted}`"),
                None => assert!(surely <= targets, "{folder}: `{wanted}`"),
            }
            let policy = |analysis: &Analysis, pool: &Pool| {
                analysis.units[0].unit.settings(pool.settings).and_then(|settings| settings.policy.get().copied())
            };
            if let Some(known) = policy(&template, other) {
                assert_eq!(Some(known), policy(&rendered, pool), "{folder}: `{wanted}`");
            }
            compared += 1;
        }
    }
    assert!(compared >= 20, "{compared}");
}

#[test]
fn no_validity_finding_comes_from_a_template() {
    for (folder, Pair { template, rendered }) in pairs() {
        let of_validity = |analysis: &Analysis| -> Vec<String> {
            let shown = analysis.findings.shown.iter().filter(|finding| finding.meta.group == Group::Validity);
            shown.map(|finding| format!("{}: {}", finding.meta.name, finding.message)).collect()
        };
        let known = of_validity(&rendered);
        for finding in of_validity(&template) {
            assert!(known.contains(&finding), "{folder}: {finding}");
        }
    }
}
