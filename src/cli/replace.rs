//! Files that are written anew: whoever reads one meanwhile sees the old text or the new one, never half of it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Puts a text into a file, which keeps its mode; a link stays a link.
pub(crate) fn replace(path: &str, text: &str) -> io::Result<()> {
    let real = fs::canonicalize(path).unwrap_or_else(|_| Path::new(path).to_path_buf());
    let name = real.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy().into_owned();
    let new = real.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = write(&new, text, &real).and_then(|()| fs::rename(&new, &real));
    if written.is_err() {
        // It may not be there at all.
        let _ = fs::remove_file(&new);
    }
    written
}

fn write(new: &Path, text: &str, old: &Path) -> io::Result<()> {
    let mut file = File::create_new(new)?;
    file.write_all(text.as_bytes())?;
    if let Ok(metadata) = fs::metadata(old) {
        file.set_permissions(metadata.permissions())?;
    }
    file.sync_all()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn mode_and_links_stay() {
        let directory = std::env::temp_dir().join(format!("lblint-replace-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let (file, link) = (directory.join("file"), directory.join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("file", &link).unwrap();
        replace(&link.to_string_lossy(), "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 2);
        fs::remove_dir_all(directory).unwrap();
    }
}
