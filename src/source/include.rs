//! Where nginx's `include` leads: its own rules first, then, for a repository that is not `/etc`, the usual places.

use super::discover::split;
use super::glob::{Expansion, expand, is_pattern, join};
use super::reader::{Kind, ReadError, Reader};
use super::scope::mapped;

/// Directories that packages and images keep the configuration in. Longer ones come before those that they begin with.
const PREFIXES: [&str; 14] = [
    "/etc/nginx/",
    "/usr/local/nginx/conf/",
    "/usr/local/etc/nginx/",
    "/usr/local/openresty/nginx/conf/",
    "/etc/openresty/",
    "/etc/angie/",
    "/etc/tengine/",
    "/usr/local/tengine/conf/",
    "/opt/nginx/conf/",
    "/opt/bitnami/nginx/conf/",
    "/opt/homebrew/etc/nginx/",
    "/opt/local/etc/nginx/",
    "/usr/share/nginx/",
    "/var/lib/nginx/conf/",
];

/// Files that packages ship beside the main file, so that repositories need not hold them. None defines a pool.
const SHIPPED: [&str; 18] = [
    "mime.types",
    "fastcgi_params",
    "fastcgi.conf",
    "uwsgi_params",
    "scgi_params",
    "proxy_params",
    "koi-utf",
    "koi-win",
    "win-utf",
    "naxsi_core.rules",
    "snippets/fastcgi-php.conf",
    "snippets/snakeoil.conf",
    "modules-enabled/*.conf",
    "modules/*.conf",
    "options-ssl-nginx.conf",
    "conf/mime.types",
    "conf/fastcgi_params",
    "conf/fastcgi.conf",
];

/// What the names of templates of files end with.
const TEMPLATES: [&str; 12] =
    ["template", "tmpl", "tpl", "j2", "jinja2", "erb", "in", "dist", "example", "sample", "default", "envsubst"];

/// How far upward absolute paths are looked up.
const UPWARD: usize = 32;

/// What an `include` leads to.
#[derive(Debug, Default)]
pub struct Inclusion {
    /// The files in the order in which the program loads them.
    pub files: Vec<String>,
    /// Why there is none, if there should be one.
    pub unread: Option<Unread>,
    /// Directories in which there may be more.
    pub failed: Vec<ReadError>,
    /// The first link that a pattern matches and that leads nowhere.
    pub dangling: Option<String>,
}

/// Why what an `include` names is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unread {
    /// Its directory is there, the file is not: the program would refuse to start.
    Missing,
    /// The same, but a template of it is there: something makes the file from it.
    Generated,
    /// A pattern matches a link that leads nowhere: the program would refuse to start.
    Dangling,
    /// It is a directory: the program would refuse to start.
    Directory,
    /// A file that the program's package ships.
    Shipped,
    /// The system does not let it be read.
    Barred,
    /// It lies outside the directories that may be read, or nobody knows where.
    Outside,
    /// A template fills in the path.
    Template,
    /// It would never end, or is too much.
    Cut,
}

impl Unread {
    /// Whether something that matters to other files could stand there.
    pub const fn may_define(self) -> bool {
        !matches!(self, Self::Shipped | Self::Directory | Self::Dangling)
    }

    /// Why, for people.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Missing => "no such file",
            Self::Generated => "made from a template",
            Self::Dangling => "a link that leads nowhere",
            Self::Directory => "a directory",
            Self::Shipped => "comes with the package",
            Self::Barred => "cannot be read",
            Self::Outside => "outside the directories that were given",
            Self::Template => "a template fills it in",
            Self::Cut => "included too often or by itself",
        }
    }
}

impl Inclusion {
    pub(crate) const fn unread(why: Unread) -> Self {
        Self { files: Vec::new(), unread: Some(why), failed: Vec::new(), dangling: None }
    }

    pub(super) const fn of(files: Vec<String>) -> Self {
        Self { files, unread: None, failed: Vec::new(), dangling: None }
    }
}

/// Resolves an `include` of a main file in the directory `base`: nginx takes what is relative from there, whatever file
/// the `include` stands in (`ngx_conf_full_name`, `src/core/ngx_conf_file.c`).
pub fn resolve(reader: &dyn Reader, base: &str, path: &str) -> Inclusion {
    let lookup = Lookup { reader, base, path };
    if path.starts_with('/') { lookup.absolute() } else { lookup.relative() }
}

/// The same where somebody said where the directories of the machine stand.
pub fn resolve_mapped(reader: &dyn Reader, map: &[(String, String)], base: &str, path: &str) -> Inclusion {
    let Some(place) = mapped(map, path) else { return resolve(reader, base, path) };
    let lookup = Lookup { reader, base, path };
    if !reader.is_inside(&place) {
        return Inclusion::unread(Unread::Outside);
    }
    lookup.at(&place).unwrap_or_else(|| lookup.nowhere(true))
}

/// Whether a main file's directory is called as where packages keep it: then the whole configuration is there.
fn is_installed(reader: &dyn Reader, base: &str) -> bool {
    let is_known = reader.is_inside(base);
    let base = format!("/{}/", reader.absolute_path(base).trim_matches('/'));
    // Of a text that stands alone nobody knows what lies beside it.
    is_known && PREFIXES.iter().any(|prefix| base.ends_with(prefix))
}

struct Lookup<'a> {
    reader: &'a dyn Reader,
    base: &'a str,
    path: &'a str,
}

impl Lookup<'_> {
    fn relative(&self) -> Inclusion {
        let path = join(self.base, self.path);
        if !self.reader.is_inside(&path) {
            return Inclusion::unread(if is_shipped(self.path) { Unread::Shipped } else { Unread::Outside });
        }
        self.at(&path)
            .unwrap_or_else(|| self.nowhere(is_installed(self.reader, self.base) || self.has_directory(&path)))
    }

    fn absolute(&self) -> Inclusion {
        let tail = PREFIXES.iter().find_map(|prefix| self.path.strip_prefix(prefix));
        let inside =
            || std::iter::once(self.path.to_owned()).chain(self.mapped(tail)).filter(|path| self.is_readable(path));
        if let Some(found) = inside().find_map(|path| self.at(&path)) {
            return found;
        }
        self.nowhere(self.is_expected(tail))
    }

    fn is_readable(&self, path: &str) -> bool {
        self.reader.is_inside(path)
    }

    /// The places in a repository that an absolute path can stand for, the likeliest first.
    fn mapped(&self, tail: Option<&str>) -> impl Iterator<Item = String> {
        let ancestors: Vec<String> =
            upward(self.base).take(UPWARD).take_while(|directory| self.reader.is_inside(directory)).collect();
        let installed = is_installed(self.reader, self.base);
        let mut paths = Vec::new();
        for (distance, directory) in ancestors.iter().enumerate() {
            // A name alone would be found in too many places.
            let is_distinct = |tail: &&str| distance == 0 || (!installed && tail.contains('/'));
            paths.extend(tail.filter(is_distinct).map(|tail| join(directory, tail)));
            paths.push(join(directory, self.path.trim_start_matches('/')));
        }
        paths.into_iter()
    }

    /// Whether an absolute path should be there: the repository holds its directory.
    fn is_expected(&self, tail: Option<&str>) -> bool {
        let literal = self.reader.is_inside(self.path) && self.has_directory(self.path);
        let beside = tail.is_some_and(|tail| {
            is_installed(self.reader, self.base) || (tail.contains('/') && self.has_directory(&join(self.base, tail)))
        });
        literal || beside
    }

    /// Whether the directory of a path, up to the first pattern in it, is there.
    fn has_directory(&self, path: &str) -> bool {
        let fixed = path.split('/').take_while(|part| !is_pattern(part)).count();
        let parts: Vec<&str> = path.split('/').collect();
        let directory = parts.get(..fixed.min(parts.len() - 1)).unwrap_or_default().join("/");
        self.reader.kind(if directory.is_empty() { "." } else { &directory }) == Kind::Directory
    }

    /// The files at a path, or those that match it; `None` if there is nothing.
    fn at(&self, path: &str) -> Option<Inclusion> {
        if is_pattern(self.path) {
            let found = expand(self.reader, path);
            return (!found.paths.is_empty() || !found.failed.is_empty()).then(|| self.all(found));
        }
        match self.reader.kind(path) {
            Kind::File | Kind::Barred => Some(Inclusion::of(vec![self.reader.real_path(path)])),
            Kind::Directory => Some(Inclusion::unread(Unread::Directory)),
            Kind::Missing => None,
        }
    }

    fn all(&self, found: Expansion) -> Inclusion {
        let mut inclusion = Inclusion { failed: found.failed, ..Inclusion::default() };
        for path in found.paths {
            let why = match self.reader.kind(&path) {
                Kind::File | Kind::Barred => {
                    inclusion.files.push(self.reader.real_path(&path));
                    continue;
                }
                Kind::Directory => Unread::Directory,
                Kind::Missing if self.reader.is_inside(&path) => {
                    inclusion.dangling.get_or_insert(path);
                    Unread::Dangling
                }
                // Where the link leads on the machine there may be something.
                Kind::Missing => Unread::Outside,
            };
            inclusion.unread = inclusion.unread.into_iter().chain([why]).min();
        }
        inclusion
    }

    /// Whether a template of the file stands where the file should: `shop.conf.template` or `shop-example.conf`.
    fn has_template(&self) -> bool {
        let tail = PREFIXES.iter().find_map(|prefix| self.path.strip_prefix(prefix));
        let mut places = if self.path.starts_with('/') { self.mapped(tail).collect() } else { Vec::new() };
        places.push(if self.path.starts_with('/') { self.path.to_owned() } else { join(self.base, self.path) });
        places.iter().filter(|path| self.is_readable(path)).any(|path| {
            let (directory, name) = split(path);
            self.reader.children(directory).is_ok_and(|names| names.iter().any(|child| is_template(child, name)))
        })
    }

    /// Nothing is there. A pattern that matches nothing is no mistake.
    fn nowhere(&self, is_expected: bool) -> Inclusion {
        match (is_pattern(self.path), is_expected) {
            _ if is_shipped(self.path) => Inclusion::unread(Unread::Shipped),
            (true, true) => Inclusion::default(),
            (false, true) if self.has_template() => Inclusion::unread(Unread::Generated),
            (false, true) => Inclusion::unread(Unread::Missing),
            (_, false) => Inclusion::unread(Unread::Outside),
        }
    }
}

/// Whether a file's name is that of another one with the sign of a template behind it, or before `.conf`.
fn is_template(name: &str, of: &str) -> bool {
    let stem = |name: &'_ str| name.strip_suffix(".conf").unwrap_or(name).len();
    let own = name.get(..stem(name)).unwrap_or(name);
    let rest = own.strip_prefix(of).or_else(|| own.strip_prefix(of.get(..stem(of)).unwrap_or(of)));
    let sign = rest.and_then(|rest| rest.strip_prefix(['.', '-', '_']));
    sign.is_some_and(|sign| TEMPLATES.contains(&sign))
}

/// Whether an `include` names what a package ships.
pub fn is_shipped(path: &str) -> bool {
    let tail = PREFIXES.iter().find_map(|prefix| path.strip_prefix(prefix)).unwrap_or(path);
    SHIPPED.contains(&tail) || path.starts_with("/etc/letsencrypt/")
}

/// A directory and those above it; above the working directory stand `..`, `../..`.
pub fn upward(directory: &str) -> impl Iterator<Item = String> {
    std::iter::successors(Some(directory.to_owned()), |directory| match directory.rsplit_once('/') {
        _ if directory == "/" => None,
        _ if directory.is_empty() => Some("..".to_owned()),
        Some((_, "..")) => Some(format!("{directory}/..")),
        None if directory == ".." => Some("../..".to_owned()),
        Some(("", _)) => Some("/".to_owned()),
        Some((above, _)) => Some(above.to_owned()),
        None => Some(String::new()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MapReader;

    fn found(files: &[&str], base: &str, path: &str) -> Inclusion {
        resolve(&MapReader::new(files.iter().map(|file| (*file, ""))), base, path)
    }

    fn why(files: &[&str], base: &str, path: &str) -> Option<Unread> {
        found(files, base, path).unread
    }

    #[test]
    fn relative_paths_begin_at_the_main_file() {
        let files = ["n/nginx.conf", "n/conf.d/b.conf", "n/conf.d/a.conf"];
        assert_eq!(found(&files, "n", "conf.d/*.conf").files, ["n/conf.d/a.conf", "n/conf.d/b.conf"]);
        assert_eq!(why(&files, "n", "conf.d/c.conf"), Some(Unread::Missing));
        assert_eq!(why(&files, "n", "c.conf"), Some(Unread::Missing));
        assert_eq!(why(&files, "n", "conf.d"), Some(Unread::Directory));
        assert_eq!(why(&files, "n", "ssl/a.conf"), Some(Unread::Outside));
        assert_eq!(why(&files, "n", "mime.types"), Some(Unread::Shipped));
        assert_eq!(why(&files, "n", "conf.d/*.inc"), None);
        assert_eq!(why(&files, "n", "sites/*"), Some(Unread::Outside));
        assert_eq!(why(&files, "n", "../../x"), Some(Unread::Outside));
    }

    #[test]
    fn absolute_paths_are_mapped_into_the_repository() {
        let files = ["web/etc/nginx/nginx.conf", "web/etc/nginx/a.conf", "web/etc/ssl/b.conf", "lb/conf.d/c.conf"];
        assert_eq!(found(&files, "web/etc/nginx", "/etc/nginx/a.conf").files, ["web/etc/nginx/a.conf"]);
        assert_eq!(found(&files, "web/etc/nginx", "/etc/ssl/b.conf").files, ["web/etc/ssl/b.conf"]);
        assert_eq!(found(&files, "lb", "/etc/nginx/conf.d/*.conf").files, ["lb/conf.d/c.conf"]);
        assert_eq!(found(&files, "lb/docker", "/opt/nginx/conf/conf.d/c.conf").files, ["lb/conf.d/c.conf"]);
        assert_eq!(why(&files, "web/etc/nginx", "/etc/nginx/x.conf"), Some(Unread::Missing));
        assert_eq!(why(&files, "lb", "/etc/nginx/conf.d/x.conf"), Some(Unread::Missing));
        assert_eq!(why(&files, "lb", "/etc/nginx/x.conf"), Some(Unread::Outside));
        assert_eq!(why(&files, "lb", "/srv/x.conf"), Some(Unread::Outside));
    }

    #[test]
    fn a_template_says_that_the_file_is_made() {
        let files =
            ["n/nginx.conf", "n/conf.d/a.conf.template", "n/conf.d/b-example.conf", "n/c.conf.j2", "n/d.conf.old"];
        assert_eq!(why(&files, "n", "conf.d/a.conf"), Some(Unread::Generated));
        assert_eq!(why(&files, "n", "/etc/nginx/conf.d/a.conf"), Some(Unread::Generated));
        assert_eq!(why(&files, "n", "conf.d/b.conf"), Some(Unread::Generated));
        assert_eq!(why(&files, "n", "c.conf"), Some(Unread::Generated));
        assert_eq!(why(&files, "n", "d.conf"), Some(Unread::Missing));
        assert_eq!(why(&files, "n", "conf.d/c.conf"), Some(Unread::Missing));
    }

    #[test]
    fn directories_above() {
        let all: Vec<String> = upward("a/b").take(5).collect();
        assert_eq!(all, ["a/b", "a", "", "..", "../.."]);
        assert_eq!(upward("/a").collect::<Vec<_>>(), ["/a", "/"]);
    }
}
