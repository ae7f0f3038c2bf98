//! Which settings file holds for a path: the nearest one upward, inside its repository.

use std::path::{Path, PathBuf};

use crate::source::{Kind, Reader};

/// Where a settings file may stand in a directory.
const NAMES: [&str; 2] = ["lblint.toml", ".config/lblint.toml"];

/// The settings file that holds for an argument: in its directory, or in the nearest one above it that has one, up to the
/// root of the repository. What belongs to no repository and has none above goes by the one of the working directory.
///
/// # Errors
/// Two files in one directory, of which nobody knows which is meant.
pub fn find(reader: &dyn Reader, argument: &str) -> Result<Option<String>, String> {
    let own = own_directory(reader, argument);
    let found = nearest(reader, &own)?;
    if found.is_some() || root(reader, &own).is_some() {
        return Ok(found);
    }
    nearest(reader, Path::new(&reader.absolute_path(".")))
}

/// The directory that a file lies in, or would lie in; a directory is its own.
fn own_directory(reader: &dyn Reader, argument: &str) -> PathBuf {
    if reader.kind(argument) == Kind::File {
        let path = PathBuf::from(reader.absolute_path(argument));
        return path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    }
    let above = Path::new(argument).ancestors().map(crate::source::display_path);
    let is_directory = |path: &String| !path.is_empty() && reader.kind(path) == Kind::Directory;
    let existing = above.into_iter().find(is_directory);
    reader.absolute_path(existing.as_deref().unwrap_or(".")).into()
}

fn nearest(reader: &dyn Reader, own: &Path) -> Result<Option<String>, String> {
    let root = root(reader, own);
    let inside = own.ancestors().take_while(|directory| root.is_none_or(|root| directory.starts_with(root)));
    for directory in inside {
        let files = NAMES.map(|name| at(directory, name));
        let files: Vec<&String> = files.iter().filter(|file| reader.kind(file) == Kind::File).collect();
        match files.as_slice() {
            [] => {}
            [one] => return Ok(Some((*one).clone())),
            several => {
                let names: Vec<String> = several.iter().map(|file| reader.real_path(file)).collect();
                return Err(format!("{} are both there, and only one can hold: keep one of them", names.join(" and ")));
            }
        }
    }
    Ok(None)
}

/// The root of the repository that a directory belongs to.
pub(super) fn root<'d>(reader: &dyn Reader, directory: &'d Path) -> Option<&'d Path> {
    directory.ancestors().find(|directory| reader.kind(&at(directory, ".git")) != Kind::Missing)
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
    crate::source::display_path(root(reader, own).unwrap_or(own))
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
        assert_eq!(find(&reader, "/r/eu/a").unwrap().as_deref(), Some("/r/eu/.config/lblint.toml"));
        assert_eq!(find(&reader, "/r/us/x.cfg").unwrap().as_deref(), Some("/r/lblint.toml"));
        assert_eq!(find(&reader, "/r/eu/a/new.cfg").unwrap().as_deref(), Some("/r/eu/.config/lblint.toml"));
    }

    #[test]
    fn outside_of_a_repository_the_working_directory_counts_last() {
        let files = ["/h/lblint.toml", "/h/a/x.cfg", "/other/x.cfg", "/w/lblint.toml", "/r/.git/HEAD", "/r/x.cfg"];
        let reader = MapReader::new(files.map(|file| (file, ""))).in_directory("/w".to_owned());
        let found = |argument| find(&reader, argument).unwrap();
        assert_eq!(found("/h/a/x.cfg").as_deref(), Some("/h/lblint.toml"));
        assert_eq!(found("/h").as_deref(), Some("/h/lblint.toml"));
        assert_eq!(found("/other/x.cfg").as_deref(), Some("/w/lblint.toml"));
        assert_eq!(found("/r/x.cfg"), None, "the repository has none");
    }

    #[test]
    fn of_two_files_in_one_directory_nobody_knows_which_is_meant() {
        let reader = MapReader::new(["/h/lblint.toml", "/h/.config/lblint.toml"].map(|file| (file, "")));
        let error = find(&reader, "/h").unwrap_err();
        assert_eq!(
            error,
            "/h/lblint.toml and /h/.config/lblint.toml are both there, and only one can hold: keep one of them"
        );
    }
}
