//! What is analysed: paths or standard input, the dialect, the versions of the proxies.

use std::io::Read;
use std::mem::ManuallyDrop;
use std::path::{Component, Path};
use std::time::{Duration, Instant};

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};
use lblint::analysis::{Analysis, analyze};
use lblint::report::Format;
use lblint::settings::{Layer, Layers, Origin, ProxyVersion, Settings, directory_of, find, repository};
use lblint::source::{Dialect, DiskReader, MapReader, OWNER_FILES, Owners, Reader, Scope, repository_around};

use super::destination;
use super::environment;
use super::exit::{Exit, Failure};
use super::output::complain;
use super::progress::{self, Counted};
use super::today::today;

/// Most of standard input that is read, in bytes; the same as for a file.
const MOST: u64 = 1 << 30;

/// The arguments that every analysing command takes.
#[derive(Debug, Args)]
pub(crate) struct Input {
    /// Files and directories; `-` reads standard input
    #[arg(value_name = "PATH", default_value = ".", value_parser = path_argument())]
    paths: Vec<String>,
    /// The name that standard input goes by in reports [default: <stdin>]
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<String>,
    /// The language of the files that are named, whatever their content says: haproxy, nginx, envoy
    #[arg(long, value_name = "DIALECT")]
    dialect: Option<Dialect>,
    /// The version that will run the configuration, as in haproxy=2.6 or nginx=1.26
    #[arg(long = "proxy-version", value_name = "PROXY=VERSION", value_delimiter = ',', value_parser = str::parse::<ProxyVersion>)]
    proxy_versions: Vec<ProxyVersion>,
    /// Also read what `.gitignore` names; a file that is named itself is always read
    #[arg(long)]
    no_ignore: bool,
    /// Succeed even if there is nothing to analyse
    #[arg(long)]
    allow_empty: bool,
    /// The settings file [default: the nearest lblint.toml or .config/lblint.toml upward, inside the repository]
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    config: Option<String>,
    /// No settings file
    #[arg(long)]
    isolated: bool,
}

/// An analysis, and how long it took.
pub(crate) struct Analysed {
    /// Never taken apart: the process ends soon after, and that would take a twentieth of its time.
    pub(crate) analysis: ManuallyDrop<Analysis>,
    pub(crate) elapsed: Duration,
}

impl Input {
    /// Reads and judges what the arguments name. `outputs`: the files that will be written.
    pub(crate) fn analyse(&self, settings: &mut Settings, outputs: &[(Format, String)]) -> Result<Analysed, Failure> {
        let texts = settings.texts.iter().map(|(file, _)| file.as_str());
        let baseline = settings.history.baseline.iter().map(|baseline| &*baseline.file);
        destination::check(outputs, self.paths.iter().map(String::as_str).chain(texts).chain(baseline))?;
        self.complete(settings)?;
        let start = Instant::now();
        let analysis = if self.is_standard_input()? {
            let given = self.stdin_filename.as_deref();
            let name = given.map_or_else(|| "<stdin>".to_owned(), named_from_here);
            let here = DiskReader::for_arguments(&[]).absolute_path(".");
            let reader = MapReader::alone(&name, standard_input()?).in_directory(here);
            let called = |given: &str| self.disk_of(&[given.to_owned()], settings).in_project(given);
            let reader = given.map(called).into_iter().fold(reader, MapReader::called);
            analyze(&reader, &[name], settings)
        } else {
            let reader = Counted::new(self.disk(settings));
            progress::shown(&reader, || analyze(&reader, &self.paths, settings))
        };
        Ok(Analysed { analysis: ManuallyDrop::new(analysis), elapsed: start.elapsed() })
    }

    /// Files and directories, or `-`.
    pub(crate) fn paths(&self) -> &[String] {
        &self.paths
    }

    /// Adds to settings what the arguments say besides.
    pub(crate) fn complete(&self, settings: &mut Settings) -> Result<(), Failure> {
        settings.dialect = self.dialect;
        settings.scope = scope(settings)?;
        settings.today = today()?;
        Ok(())
    }

    /// The disk as far as arguments and settings let it be read.
    pub(crate) fn disk(&self, settings: &Settings) -> DiskReader {
        self.disk_of(&self.paths, settings)
    }

    fn disk_of(&self, paths: &[String], settings: &Settings) -> DiskReader {
        let units = settings.scope.units.iter();
        let reader =
            DiskReader::for_arguments(paths).with_ignored(self.no_ignore).counting_from(settings.directory.as_deref());
        let mains = units.clone().filter_map(|unit| unit.main.as_deref());
        let directories = units.flat_map(|unit| unit.map.iter().map(|(_, directory)| directory.as_str()));
        reader.with_files(mains.chain(directories))
    }

    /// What holds for the arguments: what the settings file, the environment and the command line say.
    pub(crate) fn settings(&self) -> Result<Settings, Failure> {
        Ok(self.layers()?.settings()?)
    }

    /// The same layer by layer, for commands that add their own.
    pub(crate) fn layers(&self) -> Result<Layers, Failure> {
        let mut layers = self.settings_file()?.map_or_else(|| Ok(Layers::default()), |file| load(&file))?;
        layers.add(environment::layer()?)?;
        let mut own = Layer::default();
        if !self.proxy_versions.is_empty() {
            let versions =
                self.proxy_versions.iter().map(|ProxyVersion(proxy, version)| (proxy.to_string(), version.to_string()));
            own.table("proxy-version", &Origin::CommandLine("--proxy-version"), versions);
        }
        layers.add(own)?;
        Ok(layers)
    }

    fn settings_file(&self) -> Result<Option<String>, Failure> {
        if self.isolated || self.config.is_some() {
            return Ok(self.config.clone());
        }
        let reader = DiskReader::for_arguments(&self.paths);
        let name = self.stdin_filename.as_deref().unwrap_or(".");
        let arguments = self.paths.iter().map(|path| if path == "-" { name } else { path });
        let mut found: Vec<Option<String>> = arguments.map(|path| find(&reader, path)).collect::<Result<_, _>>()?;
        found.dedup();
        match found.as_slice() {
            [] => Ok(None),
            [one] => Ok(one.clone()),
            [first, second, ..] => {
                let name =
                    |file: &Option<String>| file.as_deref().map_or("none".to_owned(), |file| reader.real_path(file));
                let (first, second) = (name(first), name(second));
                Err(format!("the paths have different settings files ({first}, {second}); name one with --config, or use --isolated").into())
            }
        }
    }

    fn is_standard_input(&self) -> Result<bool, Failure> {
        let dashes = self.paths.iter().filter(|path| *path == "-").count();
        match (dashes, self.paths.len()) {
            (0, _) if self.stdin_filename.is_some() => {
                Err("--stdin-filename goes with `-`, which reads standard input".to_owned().into())
            }
            (0, _) => Ok(false),
            (1, 1) => Ok(true),
            _ => Err("`-` reads standard input and cannot be mixed with other paths".to_owned().into()),
        }
    }

    /// Complains of what could not be read; then whether that, or the lack of anything to analyse, decides the status.
    pub(crate) fn status(&self, analysis: &Analysis) -> Option<Exit> {
        for problem in &analysis.errors {
            complain(&problem.to_string());
        }
        if !analysis.errors.is_empty() {
            return Some(Exit::Failed);
        }
        if !analysis.units.is_empty() || !analysis.directory_given {
            return None;
        }
        if self.allow_empty {
            return Some(Exit::Clean);
        }
        let paths = self.paths.join("`, `");
        complain(&format!("nothing to analyse: no configuration that lblint knows in `{paths}`"));
        complain(
            "name the file itself, with --dialect if its content does not tell, or accept this with --allow-empty",
        );
        Some(Exit::Empty)
    }
}

/// `--min-coverage`.
#[derive(Debug, Args)]
pub(crate) struct Threshold {
    /// Fail with status 3 if less than this percentage of all statements is recognised
    #[arg(long, value_name = "PERCENT", value_parser = percentage)]
    min_coverage: Option<f64>,
}

impl Threshold {
    /// Complains if too little was recognised.
    pub(crate) fn status(&self, analysis: &Analysis) -> Option<Exit> {
        let least = self.min_coverage?;
        let coverages = || analysis.units.iter().map(|analysed| &analysed.coverage);
        let statements: usize = coverages().map(lblint::analysis::Coverage::statements).sum();
        let recognised: usize = coverages().map(lblint::analysis::Coverage::recognised).sum();
        let percent = if statements == 0 { 100.0 } else { 100.0 * recognised as f64 / statements as f64 };
        if percent >= least {
            return None;
        }
        // Cut, not rounded: 99.96 must not read as 100.0.
        let shown = (percent * 10.0).floor() / 10.0;
        complain(&format!(
            "{shown:.1} % of the statements are recognised, --min-coverage wants {least} %; `lblint coverage` lists the others"
        ));
        Some(Exit::Empty)
    }
}

/// Who owns the files, by the CODEOWNERS of the repository that the working directory lies in.
pub(crate) fn owners() -> Owners {
    let Ok(directory) = std::env::current_dir() else { return Owners::default() };
    let Some(root) = repository_around(&directory) else { return Owners::default() };
    let file = OWNER_FILES.iter().map(|name| root.join(name)).find(|file| file.is_file());
    let text = file.and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
    let prefix = directory.strip_prefix(root).map(|below| below.to_string_lossy().replace('\\', "/"));
    Owners::parse(&text, &prefix.unwrap_or_default())
}

/// A directory as it is named from the working directory, if it lies above.
pub(super) fn from_here(directory: &str) -> String {
    let below = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
    let steps =
        below.as_deref().and_then(|here| here.strip_prefix(directory).ok()).map(|path| path.components().count());
    match steps {
        Some(0) => ".".to_owned(),
        Some(steps) => vec![".."; steps].join("/"),
        None => directory.to_owned(),
    }
}

/// The layers of a settings file.
fn load(file: &str) -> Result<Layers, Failure> {
    let own = DiskReader::for_arguments(&[file.to_owned()]);
    let absolute = own.absolute_path(file);
    let reader = DiskReader::for_arguments(&[from_here(&repository(&own, &absolute))]);
    reader.read(file).map_err(|error| error.to_string())?;
    Ok(Layers::load(&reader, file)?.in_directory(directory_of(&absolute)))
}

/// A file or a directory, named from the working directory if it lies there: so it is shown, whatever it was called.
fn path_argument() -> impl TypedValueParser<Value = String> {
    OsStringValueParser::new().try_map(|word| {
        let text = word.into_string().map_err(|word| format!("{}: not UTF-8; rename it", word.to_string_lossy()))?;
        Ok::<String, String>(from_working_directory(&text).unwrap_or(text))
    })
}

/// What is left of an absolute path, or of one that leads up first, below the working directory.
fn from_working_directory(path: &str) -> Option<String> {
    let path = Path::new(path);
    if path.is_relative() && !path.components().any(|part| part == Component::ParentDir) {
        return None;
    }
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok()?;
    let is_here = |above: &&Path| above.canonicalize().is_ok_and(|above| above == here);
    let below = path.strip_prefix(path.ancestors().find(is_here)?).ok()?.to_str()?;
    Some(if below.is_empty() { ".".to_owned() } else { below.to_owned() })
}

/// A path as a file of that name would be shown: from the working directory if it lies below, without needless steps.
pub(super) fn named_from_here(name: &str) -> String {
    let name = from_working_directory(name).unwrap_or_else(|| name.to_owned());
    let path: std::path::PathBuf = Path::new(&name).components().filter(|part| *part != Component::CurDir).collect();
    path.to_string_lossy().replace('\\', "/")
}

/// What the settings say of files: paths in them must be there.
fn scope(settings: &Settings) -> Result<Scope, Failure> {
    let Some(directory) = settings.directory.as_deref() else { return Ok(Scope::default()) };
    let reader = DiskReader::for_arguments(&[from_here(directory)]);
    Ok(settings.files.scope(&reader, directory)?)
}

fn standard_input() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(MOST + 1).read_to_end(&mut bytes).map_err(Failure::Input)?;
    if bytes.len() as u64 > MOST {
        return Err("standard input: more than lblint reads (1 GiB)".to_owned().into());
    }
    Ok(bytes)
}

fn percentage(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches('%').parse().ok().filter(|number| (0.0..=100.0).contains(number));
    number.ok_or_else(|| "write a percentage from 0 to 100".to_owned())
}
