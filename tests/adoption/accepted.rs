//! The configurations of `fixtures/repos/` are accepted by the programs that they are for.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{folder, repository, told, tool};

/// Runs a program on files below a folder; whether it is installed. It must accept them.
fn accepts(folder: &Path, program: &str, arguments: &[&str]) {
    let path = format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap());
    let mut command = Command::new("timeout");
    command.args(["20", program]).args(arguments).current_dir(folder).env("PATH", path);
    match told(&command.output().unwrap()) {
        (Some(127), _) => eprintln!("skipped: no {program}"),
        (status, printed) => assert_eq!(status, Some(0), "{program} {arguments:?}: {printed}"),
    }
}

fn nginx(folder: &Path) {
    let nginx = folder.join("nginx");
    if !nginx.join("mime.types").exists() {
        std::fs::write(nginx.join("mime.types"), "types { text/html html; }\n").unwrap();
    }
    let pid = format!("pid {};", nginx.join("nginx.pid").display());
    let main = nginx.join("nginx.conf");
    accepts(
        folder,
        "nginx",
        &["-t", "-q", "-e", "stderr", "-g", &pid, "-p", nginx.to_str().unwrap(), "-c", main.to_str().unwrap()],
    );
}

/// Files name the places where they will stand, and addresses of the machines; here they stand below another folder. Who
/// may write the file of the process is said on the command line.
fn moved(folder: &Path) {
    let here = format!("{}/", folder.display());
    let places = [
        ("/etc/", here.as_str()),
        ("/var/log/", &here),
        ("/var/cache/", &here),
        ("pid /run/nginx.pid;\n", ""),
        ("listen 10.30.0.20:80;", "listen 127.0.0.1:8082;"),
        ("listen 80;", "listen 127.0.0.1:8083;"),
    ];
    let files = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    for file in files.filter(|entry| entry.file_type().is_file()) {
        let Ok(text) = std::fs::read_to_string(file.path()) else { continue };
        let text = places.iter().fold(text, |text, (there, here)| text.replace(there, here));
        std::fs::write(file.path(), text).unwrap();
    }
}

fn rendered(fixture: &str) -> Option<PathBuf> {
    let python = tool("python")?;
    let out = folder(&format!("accepted-{}", fixture.replace('/', "-")));
    let output = Command::new(python).args(["tests/adoption/render.py", fixture]).arg(&out).output().unwrap();
    assert_eq!(told(&output), (Some(0), String::new()));
    Some(out)
}

#[test]
fn the_tree_of_etc_loads() {
    let etc = repository("fixtures/repos/etc", "accepted-etc");
    std::fs::remove_dir_all(etc.join(".git")).unwrap();
    std::fs::create_dir_all(etc.join("nginx/media")).unwrap();
    moved(&etc);
    accepts(&etc, "haproxy", &["-c", "-q", "-f", "haproxy/haproxy.cfg", "-f", "haproxy/conf.d"]);
    nginx(&etc);
}

#[test]
fn the_rendered_roles_load() {
    let Some(out) = rendered("fixtures/repos/ansible") else { return };
    moved(&out);
    accepts(&out, "haproxy", &["-c", "-q", "-f", "haproxy.cfg"]);
    nginx(&out);
}

#[test]
fn the_config_maps_load() {
    let Some(out) = rendered("fixtures/repos/kubernetes") else { return };
    accepts(&out, "haproxy", &["-c", "-q", "-f", "haproxy.cfg"]);
    accepts(&out, "envoy", &["--mode", "validate", "--use-dynamic-base-id", "-l", "error", "-c", "envoy.yaml"]);
}
