//! What lblint asks git: where the repository is, what a revision names, which files a commit has.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why git could not say what was there before.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// There is no git to ask.
    #[error("git could not be started ({0}); comparing with a revision needs it")]
    NotStarted(String),
    /// An argument lies in no working tree.
    #[error("{0}: not in the working tree of a git repository, so that nobody knows what was there before")]
    NoRepository(String),
    /// Two arguments lie in different ones.
    #[error("{0} and {1} lie in different git repositories; a revision belongs to one")]
    TwoRepositories(String, String),
    /// No commit has this name.
    #[error("`{0}` is no revision of this repository")]
    UnknownRevision(String),
    /// No commit has this name, perhaps because the clone holds one branch only.
    #[error(
        "`{0}` is no revision of this repository, which is a shallow clone; fetch it with its history: \
         `git fetch --unshallow`, or `fetch-depth: 0` in the checkout step (GitLab: `GIT_DEPTH: 0`)"
    )]
    NotFetched(String),
    /// The history that was fetched does not reach the commit where the branches part.
    #[error(
        "the history of this clone ends before `{0}` and HEAD meet (it is a shallow clone); fetch the rest: \
         `git fetch --unshallow`, or `fetch-depth: 0` in the checkout step (GitLab: `GIT_DEPTH: 0`)"
    )]
    Shallow(String),
    /// The two have no commit in common.
    #[error("`{0}` and HEAD have no commit in common")]
    Unrelated(String),
    /// The clone lacks a file's content.
    #[error(
        "this clone does not hold all files of {0} (a partial clone?); fetch them: `git fetch --refetch --no-filter`"
    )]
    Incomplete(String),
    /// Git said something else.
    #[error("git {0}: {1}")]
    Refused(&'static str, String),
}

/// A git repository with a working tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    root: PathBuf,
}

/// What makes git look elsewhere than in the directory that it is asked about; hooks set these.
const POINTERS: [&str; 4] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];
/// Nothing is written, asked of a person, or fetched.
const QUIET: [(&str, &str); 4] =
    [("GIT_OPTIONAL_LOCKS", "0"), ("GIT_TERMINAL_PROMPT", "0"), ("GIT_NO_LAZY_FETCH", "1"), ("LC_ALL", "C")];

impl Repository {
    /// The repository that all arguments lie in.
    ///
    /// # Errors
    /// [`GitError`] if there is none, or more than one, or no git.
    pub fn of(arguments: &[String]) -> Result<Self, GitError> {
        let mut found: Option<(Self, &String)> = None;
        for argument in arguments {
            let repository = Self::around(argument)?;
            match &found {
                Some((first, other)) if *first != repository => {
                    return Err(GitError::TwoRepositories((*other).clone(), argument.clone()));
                }
                Some(_) => {}
                None => found = Some((repository, argument)),
            }
        }
        found.map(|(repository, _)| repository).ok_or_else(|| GitError::NoRepository(".".to_owned()))
    }

    fn around(argument: &str) -> Result<Self, GitError> {
        let path = Path::new(argument);
        let directory = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
        let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        let outside = || GitError::NoRepository(argument.to_owned());
        let asked = Self { root: directory.canonicalize().map_err(|_| outside())? };
        let root = match asked.ask("rev-parse", &["--show-toplevel"]) {
            // That it belongs to somebody else is for git to say, with its remedy.
            Err(GitError::Refused(_, reason)) if !reason.contains("dubious ownership") => return Err(outside()),
            other => other?,
        };
        let root = root.strip_suffix('\n').unwrap_or(&root);
        Ok(Self { root: Path::new(root).canonicalize().map_err(|_| outside())? })
    }

    /// A repository inside this one, if its files are there.
    pub(super) fn submodule(&self, path: &str) -> Option<Self> {
        let root = self.root.join(path).canonicalize().ok()?;
        root.join(".git").exists().then_some(Self { root })
    }

    /// The directory of the working tree, links followed.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The commit at which a revision and what is checked out part.
    ///
    /// # Errors
    /// [`GitError`] if there is no such revision, or no such commit in what was fetched.
    pub fn merge_base(&self, revision: &str) -> Result<String, GitError> {
        let shallow =
            || self.ask("rev-parse", &["--is-shallow-repository"]).is_ok_and(|answer| answer.trim() == "true");
        let named = if revision.starts_with('-') { Err(None) } else { self.commit(revision).map_err(Some) };
        let commit = match named {
            Ok(commit) => commit,
            Err(Some(error @ GitError::NotStarted(_))) => return Err(error),
            Err(_) if shallow() => return Err(GitError::NotFetched(revision.to_owned())),
            Err(_) => return Err(GitError::UnknownRevision(revision.to_owned())),
        };
        let head = self.commit("HEAD").map_err(|_| GitError::UnknownRevision("HEAD".to_owned()))?;
        let base = self.ask("merge-base", &[&commit, &head]).unwrap_or_default();
        match base.lines().next() {
            Some(base) => Ok(base.to_owned()),
            None if shallow() => Err(GitError::Shallow(revision.to_owned())),
            None => Err(GitError::Unrelated(revision.to_owned())),
        }
    }

    fn commit(&self, revision: &str) -> Result<String, GitError> {
        let answer = self.ask("rev-parse", &["--verify", "--quiet", &format!("{revision}^{{commit}}")])?;
        Ok(answer.trim().to_owned())
    }

    /// The files of a commit: mode, name of the object, path; paths that are not UTF-8 are left out, as on disk.
    pub(super) fn files(&self, commit: &str) -> Result<Vec<(String, String, String)>, GitError> {
        let listing = self.ask("ls-tree", &["-r", "-z", "--full-tree", commit])?;
        let entries = listing.split('\0').filter(|entry| !entry.contains(char::REPLACEMENT_CHARACTER));
        Ok(entries.filter_map(file).collect())
    }

    /// Git in this repository, told to leave it alone.
    pub(super) fn git(&self) -> Command {
        let mut command = Command::new("git");
        command.current_dir(&self.root).envs(QUIET).stdin(Stdio::null());
        for name in POINTERS {
            command.env_remove(name);
        }
        command
    }

    fn ask(&self, question: &'static str, words: &[&str]) -> Result<String, GitError> {
        let output = self.git().arg(question).args(words).output();
        let output = output.map_err(|error| GitError::NotStarted(error.to_string()))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let reason = String::from_utf8_lossy(&output.stderr);
        Err(GitError::Refused(question, brief(&reason)))
    }
}

/// What git says first, and the command that it recommends.
fn brief(said: &str) -> String {
    let mut lines = said.lines().map(str::trim);
    let first = lines.next().unwrap_or_default().trim_start_matches("fatal: ");
    match lines.find(|line| line.starts_with("git config ")) {
        Some(remedy) => format!("{first}; if you trust it: `{remedy}`"),
        None => first.to_owned(),
    }
}

/// `100644 blob 3b18e5…<tab>etc/haproxy.cfg`
fn file(entry: &str) -> Option<(String, String, String)> {
    let (head, path) = entry.split_once('\t')?;
    let mut words = head.split(' ');
    let (mode, _, id) = (words.next()?, words.next()?, words.next()?);
    Some((mode.to_owned(), id.to_owned(), path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::brief;

    #[test]
    fn what_git_recommends_is_told() {
        let said = "fatal: detected dubious ownership in repository at '/builds/lb'\n\
                    To add an exception for this directory, call:\n\n\
                    \tgit config --global --add safe.directory /builds/lb\n";
        let told = "detected dubious ownership in repository at '/builds/lb'; if you trust it: \
                    `git config --global --add safe.directory /builds/lb`";
        assert_eq!(brief(said), told);
        assert_eq!(brief("fatal: bad object\nmore\n"), "bad object");
        assert_eq!(brief(""), "");
    }
}
