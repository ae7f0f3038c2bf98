//! Which settings file holds for a path: the nearest one upward, inside its repository.

use std::path::Path;

use crate::source::{Kind, Reader};

/// Where a settings file may stand in a directory.
const NAMES: [&str; 2] = ["lblint.toml", ".config/lblint.toml"];

/// The settings file that holds for an argument: in its directory, or in the nearest one above it that has one, up to the
/// root of the repository. Outside of a repository only its own directory counts: what lies above is somebody else's.
pub fn find(reader: &dyn Reader, argument: &str) -> Option<String> {
    let path = reader.absolute_path(argument);
    let path = Path::new(&path);
    let is_directory = reader.kind(argument) == Kind::Directory;
    let own = if is_directory { path } else { path.parent()? };
    let holds = |directory: &Path, name: &str| reader.kind(&at(directory, name)) != Kind::Missing;
    let root = own.ancestors().find(|directory| holds(directory, ".git")).unwrap_or(own);
    let candidates = own.ancestors().take_while(|directory| directory.starts_with(root));
    candidates.flat_map(|directory| NAMES.map(|name| at(directory, name))).find(|file| reader.kind(file) == Kind::File)
}

/// The directory that a settings file is for.
pub(super) fn home(file: &Path) -> String {
    let own = file.parent().unwrap_or_else(|| Path::new(""));
    let home = own.parent().filter(|_| own.ends_with(".config")).unwrap_or(own);
    crate::source::display_path(home)
}

/// The root of the repository that a file, given by its absolute path, belongs to; its own directory outside of one.
pub fn repository(reader: &dyn Reader, absolute: &str) -> String {
    let own = Path::new(absolute).parent().unwrap_or_else(|| Path::new("/"));
    let root = own.ancestors().find(|directory| reader.kind(&at(directory, ".git")) != Kind::Missing);
    crate::source::display_path(root.unwrap_or(own))
}

fn at(directory: &Path, name: &str) -> String {
    crate::source::display_path(&directory.join(name))
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::source::MapReader;

    #[test]
    fn the_nearest_file_inside_the_repository_counts() {
        let files = ["/r/.git/HEAD", "/r/lblint.toml", "/r/eu/.config/lblint.toml", "/r/eu/a/x.cfg", "/r/us/x.cfg"];
        let reader = MapReader::new(files.map(|file| (file, "")));
        assert_eq!(find(&reader, "/r/eu/a").as_deref(), Some("/r/eu/.config/lblint.toml"));
        assert_eq!(find(&reader, "/r/us/x.cfg").as_deref(), Some("/r/lblint.toml"));
    }

    #[test]
    fn outside_of_a_repository_nothing_above_counts() {
        let reader = MapReader::new(["/h/lblint.toml", "/h/a/x.cfg"].map(|file| (file, "")));
        assert_eq!(find(&reader, "/h/a/x.cfg"), None);
        assert_eq!(find(&reader, "/h").as_deref(), Some("/h/lblint.toml"));
    }
}
