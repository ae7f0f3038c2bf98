//! No socket is opened: in a network of its own, without any interface, lblint says the same.

use std::process::Command;

use super::told;

#[test]
fn without_a_network_the_same_is_said() {
    let possible = Command::new("unshare").args(["-n", "true"]).output();
    let flags: &[&str] = match possible {
        Ok(output) if output.status.success() => &["-n"],
        // Those who are not root may make a network in a user name space of their own, where that is allowed.
        _ => &["-r", "-n"],
    };
    let possible = Command::new("unshare").args(flags).arg("true").output();
    if !possible.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: unshare -n is not permitted here");
        return;
    }
    for arguments in [&["check", "fixtures", "--format", "json"][..], &["shares", "fixtures/repos", "--each-failure"]] {
        let lblint = env!("CARGO_BIN_EXE_lblint");
        let alone = told(&Command::new("unshare").args(flags).arg(lblint).args(arguments).output().unwrap());
        let usual = told(&Command::new(lblint).args(arguments).output().unwrap());
        assert!(alone == usual, "{arguments:?}: other output without a network");
        assert!(usual.1.len() > 1000, "{}", usual.1);
    }
}

/// Neither does it name anything that could open one.
#[test]
fn the_sources_name_no_socket() {
    let sources = walkdir::WalkDir::new("src").into_iter().filter_map(Result::ok);
    for file in sources.filter(|entry| entry.file_type().is_file()) {
        let text = std::fs::read_to_string(file.path()).unwrap();
        for word in ["std::net::Tcp", "std::net::Udp", "TcpStream", "UdpSocket", "UnixStream", "ToSocketAddrs"] {
            assert!(!text.contains(word), "{}: {word}", file.path().display());
        }
    }
}
