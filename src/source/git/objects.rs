//! Texts of a git repository by their names, asked of one running `git cat-file`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, PoisonError};

use super::repository::Repository;

/// What git said of an object.
#[derive(Debug)]
pub(super) enum Answer {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// It is larger than asked for: this many bytes.
    TooLarge(u64),
    /// The repository does not have it.
    Missing,
}

/// The objects of one repository.
#[derive(Debug)]
pub(super) struct Objects {
    repository: Repository,
    process: Mutex<Option<Process>>,
}

impl Objects {
    /// Starts nothing before the first question.
    pub(super) const fn new(repository: Repository) -> Self {
        Self { repository, process: Mutex::new(None) }
    }

    /// The bytes of an object, up to a number.
    pub(super) fn read(&self, id: &str, most: u64) -> io::Result<Answer> {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let mut running = match process.take() {
            Some(running) => running,
            None => Process::start(&self.repository)?,
        };
        let answer = running.ask(id, most)?;
        // One that failed half-way would give the next question the wrong answer, so that it ends here.
        *process = Some(running);
        Ok(answer)
    }
}

/// A running `git cat-file --batch`.
#[derive(Debug)]
struct Process {
    child: Child,
    /// Closed when the process is to end.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Process {
    fn start(repository: &Repository) -> io::Result<Self> {
        let mut command = repository.git();
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let output = child.stdout.take().map(BufReader::new).ok_or(io::ErrorKind::BrokenPipe)?;
        let input = child.stdin.take();
        Ok(Self { child, input, output })
    }

    fn ask(&mut self, id: &str, most: u64) -> io::Result<Answer> {
        let input = self.input.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        writeln!(input, "{id}")?;
        input.flush()?;
        let mut head = String::new();
        self.output.read_line(&mut head)?;
        let words: Vec<&str> = head.split_whitespace().collect();
        match words.as_slice() {
            [_, "missing"] => Ok(Answer::Missing),
            [_, _, size] => {
                let size: u64 = size.parse().map_err(|_| io::ErrorKind::InvalidData)?;
                self.content(size, most)
            }
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// The bytes behind the head of an answer, and the line end that closes them.
    fn content(&mut self, size: u64, most: u64) -> io::Result<Answer> {
        let mut bytes = Vec::new();
        let mut content = (&mut self.output).take(size + 1);
        if size > most {
            io::copy(&mut content, &mut io::sink())?;
            return Ok(Answer::TooLarge(size));
        }
        content.read_to_end(&mut bytes)?;
        if bytes.len() as u64 != size + 1 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.pop();
        Ok(Answer::Bytes(bytes))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.input = None;
        // It ends when nobody asks any more; how is nobody's business.
        let _ = self.child.wait();
    }
}
