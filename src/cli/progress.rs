//! How far a long run is, for a person who watches: one line on standard error, gone when the report comes.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use lblint::source::{Kind, Listing, ReadError, Reader};

/// A run that is over sooner shows nothing.
const PATIENCE: Duration = Duration::from_millis(700);
/// How often the line is written anew.
const PACE: Duration = Duration::from_millis(150);

/// A reader that counts the files that it reads.
#[derive(Debug)]
pub(super) struct Counted<R> {
    reader: R,
    files: AtomicUsize,
}

impl<R> Counted<R> {
    pub(super) const fn new(reader: R) -> Self {
        Self { reader, files: AtomicUsize::new(0) }
    }
}

/// Does the work, and says how far it is if it takes long and somebody watches.
pub(super) fn shown<R: Sync, T>(reader: &Counted<R>, work: impl FnOnce() -> T) -> T {
    if !io::stderr().is_terminal() {
        return work();
    }
    let (done, waiting) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let begin = Instant::now();
            let mut pause = PATIENCE;
            while waiting.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                line(&format!("{} files read, {} s", reader.files.load(Ordering::Relaxed), begin.elapsed().as_secs()));
                pause = PACE;
            }
            if pause == PACE {
                line("");
            }
        });
        let result = work();
        drop(done);
        result
    })
}

/// Writes over the line that stands there.
fn line(text: &str) {
    // Progress that cannot be shown is nobody's loss.
    let _ = write!(io::stderr().lock(), "\r\u{1b}[2K{text}");
}

impl<R: Reader> Reader for Counted<R> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.files.fetch_add(1, Ordering::Relaxed);
        self.reader.read(path)
    }

    /// Most files of a directory are only looked at.
    fn beginning(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.files.fetch_add(1, Ordering::Relaxed);
        self.reader.beginning(path)
    }

    fn list(&self, directory: &str) -> Listing {
        self.reader.list(directory)
    }

    fn kind(&self, path: &str) -> Kind {
        self.reader.kind(path)
    }

    fn in_project(&self, path: &str) -> String {
        self.reader.in_project(path)
    }

    fn children(&self, directory: &str) -> Result<Vec<String>, ReadError> {
        self.reader.children(directory)
    }

    fn real_path(&self, path: &str) -> String {
        self.reader.real_path(path)
    }

    fn absolute_path(&self, path: &str) -> String {
        self.reader.absolute_path(path)
    }

    fn is_inside(&self, path: &str) -> bool {
        self.reader.is_inside(path)
    }
}
