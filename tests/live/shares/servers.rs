//! Small servers for a proxy to balance over: each says which target it is, counts, and fails in the way that it is told.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::net::{AddressFamily, SocketType, connect, listen, socket};

/// What health checks ask for; such requests are not counted.
pub(crate) const HEALTH: &str = "/health";
/// How many connections fill a queue that holds one: what comes after them gets no answer.
const FILLING: usize = 3;

/// What a server does with requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    Ok,
    /// It answers so many milliseconds later.
    Slow(u64),
    /// The port is closed.
    Refused,
    /// Nothing answers to a connection, as if the host were gone.
    Drop,
    /// It accepts and reads, and never answers.
    Hang,
    /// Every answer is an error, at once.
    Http500,
}

impl Behaviour {
    /// The word of `lblint shares --modes`.
    pub(crate) const fn mode(self) -> &'static str {
        match self {
            Self::Ok | Self::Slow(_) => "",
            Self::Refused => "refused",
            Self::Drop => "drop",
            Self::Hang => "hang",
            Self::Http500 => "http500",
        }
    }
}

struct Shared {
    name: String,
    behaviour: Mutex<Behaviour>,
    requests: AtomicUsize,
    accepting: AtomicBool,
}

/// A server at an address.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// The socket while there is one, and who accepts from it.
    listening: Option<(Arc<TcpListener>, Option<JoinHandle<()>>)>,
    /// Connections that keep the queue full.
    filling: Vec<std::os::fd::OwnedFd>,
}

impl Server {
    /// Starts a server that says `name` at the address.
    pub(crate) fn start(address: SocketAddr, name: String) -> Self {
        let shared = Arc::new(Shared {
            name,
            behaviour: Mutex::new(Behaviour::Ok),
            requests: AtomicUsize::new(0),
            accepting: AtomicBool::new(true),
        });
        let listener = Arc::new(TcpListener::bind(address).unwrap());
        // Bursts of connections are none of what is measured.
        listen(&listener, 1024).unwrap();
        let accepting = std::thread::spawn({
            let (listener, shared) = (Arc::clone(&listener), Arc::clone(&shared));
            move || accept(&listener, &shared)
        });
        Self { address, shared, listening: Some((listener, Some(accepting))), filling: Vec::new() }
    }

    /// Requests that arrived, without those of health checks.
    pub(crate) fn requests(&self) -> usize {
        self.shared.requests.load(Ordering::Relaxed)
    }

    /// From now on it behaves so. One that is closed or gone does not come back.
    pub(crate) fn behave(&mut self, behaviour: Behaviour) {
        *self.shared.behaviour.lock().unwrap() = behaviour;
        match behaviour {
            Behaviour::Refused => {
                self.stop_accepting();
                self.listening = None;
            }
            Behaviour::Drop => {
                self.stop_accepting();
                self.fill();
            }
            Behaviour::Ok | Behaviour::Slow(_) | Behaviour::Hang | Behaviour::Http500 => {}
        }
    }

    fn stop_accepting(&mut self) {
        let accepting = self.listening.as_mut().and_then(|(_, accepting)| accepting.take());
        let Some(accepting) = accepting else { return };
        self.shared.accepting.store(false, Ordering::SeqCst);
        // It waits for a connection.
        let _ = TcpStream::connect(self.address);
        accepting.join().unwrap();
    }

    /// Linux answers no further connection while the queue of a listening socket is full.
    fn fill(&mut self) {
        let Some((listener, _)) = &self.listening else { return };
        listen(listener, 0).unwrap();
        for _ in 0..FILLING {
            let filling = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
            rustix::io::ioctl_fionbio(&filling, true).unwrap();
            // It begins, and ends when it can.
            let _ = connect(&filling, &self.address);
            self.filling.push(filling);
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    while let Ok((connection, _)) = listener.accept() {
        if !shared.accepting.load(Ordering::SeqCst) {
            return;
        }
        let shared = Arc::clone(shared);
        std::thread::spawn(move || serve(connection, &shared));
    }
}

/// Answers the requests of a connection until the other side has enough.
fn serve(connection: TcpStream, shared: &Shared) {
    let _ = connection.set_nodelay(true);
    let mut reader = BufReader::new(connection);
    while let Some(request) = Request::read(&mut reader) {
        if !request.of_check {
            shared.requests.fetch_add(1, Ordering::Relaxed);
        }
        let behaviour = *shared.behaviour.lock().unwrap();
        let status = match behaviour {
            Behaviour::Ok => "200 OK",
            Behaviour::Slow(milliseconds) => {
                std::thread::sleep(Duration::from_millis(milliseconds));
                "200 OK"
            }
            Behaviour::Http500 => "500 Internal Server Error",
            Behaviour::Refused => return,
            Behaviour::Hang | Behaviour::Drop => {
                let _ = reader.read_to_end(&mut Vec::new());
                return;
            }
        };
        let connection = if request.last { "close" } else { "keep-alive" };
        let name = &shared.name;
        let answer =
            format!("HTTP/1.1 {status}\r\nx-target: {name}\r\ncontent-length: 0\r\nconnection: {connection}\r\n\r\n");
        if reader.get_mut().write_all(answer.as_bytes()).is_err() || request.last {
            return;
        }
    }
}

/// What a server needs to know of a request; none of them has a body.
struct Request {
    of_check: bool,
    /// The connection ends with it.
    last: bool,
}

impl Request {
    fn read(reader: &mut BufReader<TcpStream>) -> Option<Self> {
        let (mut request, mut first, mut line) = (Self { of_check: false, last: false }, true, String::new());
        loop {
            line.clear();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if first {
                request.of_check = line.contains(HEALTH);
                // A health check that kept its connection would not see that the port was closed.
                request.last = request.of_check || line.contains("HTTP/1.0");
                first = false;
            }
            request.last |= line.to_ascii_lowercase().starts_with("connection: close");
            if line == "\r\n" {
                return Some(request);
            }
        }
    }
}

#[test]
fn servers_fail_as_they_are_told() {
    let ask = |address: SocketAddr| {
        let mut connection =
            TcpStream::connect_timeout(&address, Duration::from_millis(300)).map_err(|error| error.kind())?;
        connection.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        connection.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).map(|_| answer).map_err(|error| error.kind())
    };
    // An address that no other test's connections come from: they would take the port in between.
    let free = TcpListener::bind("127.0.9.1:0").unwrap().local_addr().unwrap();
    let mut server = Server::start(free, "t1".to_owned());
    assert!(ask(free).unwrap().starts_with("HTTP/1.1 200 OK\r\nx-target: t1\r\n"));
    server.behave(Behaviour::Http500);
    assert!(ask(free).unwrap().starts_with("HTTP/1.1 500"));
    server.behave(Behaviour::Hang);
    assert_eq!(ask(free).unwrap_err(), std::io::ErrorKind::WouldBlock);
    assert_eq!(server.requests(), 3);
    server.behave(Behaviour::Drop);
    assert_eq!(ask(free).unwrap_err(), std::io::ErrorKind::TimedOut);
    server.behave(Behaviour::Refused);
    assert_eq!(ask(free).unwrap_err(), std::io::ErrorKind::ConnectionRefused);
}
