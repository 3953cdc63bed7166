//! The keys with which a log is signed: a file beside the data that only its owner may read, or a secret of the
//! environment; never the log, never the store beside it.

use domain::errors;
use domain::event_data::log_keeping::MAX_SIGNING_KEYS;
use std::io::Write;
use std::path::{Path, PathBuf};

use audit::checkpoint::origin;
use audit::key::{KeyError, KeyKind, SecretKey};

/// The file of the keys in the data directory: a key a line, each of which signs.
pub const SIGNING_KEY_FILE: &str = "signing.key";
/// The variable that holds the same text where no file is wanted.
pub const SIGNING_KEY_VARIABLE: &str = "LIANJIAN_SIGNING_KEY";

errors! {
    /// Why there are no keys.
    #[derive(Debug)]
    pub enum SigningKeyError {
        /// The file cannot be read or made.
        #[zh("签名密钥文件 {} 无法读写:{cause}", path.display())]
        #[en("the signing key {} cannot be read or written: {cause}", path.display())]
        File {
            /// Which.
            path: PathBuf,
            /// The system's reason.
            cause: std::io::Error,
        },
        /// Others may read it.
        #[zh("签名密钥文件 {} 可被他人读取:请执行 chmod 600,并考虑更换密钥", path.display())]
        #[en("others may read the signing key {}: chmod 600 it, and think about changing the key", path.display())]
        Exposed {
            /// Which.
            path: PathBuf,
        },
        /// What is there is no key.
        #[zh("签名密钥无法读取(第 {line} 行):{}", cause.say().zh)]
        #[en("the signing key does not read (line {line}): {}", cause.say().en)]
        Key {
            /// Which line.
            line: usize,
            /// What is wrong with it.
            cause: KeyError,
        },
        /// The key of another log, or none, or too many.
        #[zh("签名密钥须有 1 至 {MAX_SIGNING_KEYS} 行,名称均为 {origin}")]
        #[en("the signing key must have 1 to {MAX_SIGNING_KEYS} lines, all of the name {origin}")]
        Other {
            /// The name that it must have.
            origin: String,
        },
        /// The system gives no randomness for a new one.
        #[zh("系统未能提供随机数:{cause}")]
        #[en("the system gives no randomness: {cause}")]
        NoRandomness(cause: getrandom::Error),
    }
}

/// The keys of a city's log: from the text given, else from the file; nothing where there is neither.
pub fn load(
    secret: Option<&str>,
    directory: &Path,
    city: &str,
) -> Result<Option<Vec<SecretKey>>, SigningKeyError> {
    if let Some(text) = secret {
        return parse(text, city).map(Some);
    }
    let path = directory.join(SIGNING_KEY_FILE);
    let text = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(SigningKeyError::File { path, cause }),
        Ok(text) => text,
    };
    if is_exposed(&path).map_err(|cause| SigningKeyError::File { path: path.clone(), cause })? {
        return Err(SigningKeyError::Exposed { path });
    }
    parse(&text, city).map(Some)
}

/// Makes a key and its file, which must not be there yet.
pub fn make(directory: &Path, city: &str) -> Result<Vec<SecretKey>, SigningKeyError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(SigningKeyError::NoRandomness)?;
    let key = SecretKey::new(&origin(city), KeyKind::Log, seed)
        .map_err(|cause| SigningKeyError::Key { line: 1, cause })?;
    let path = directory.join(SIGNING_KEY_FILE);
    write_secret(&path, &format!("{}\n", key.to_text()))
        .map_err(|cause| SigningKeyError::File { path, cause })?;
    Ok(vec![key])
}

/// Writes a new file that only its owner may read, down to the disk.
pub fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Whether others than its owner may read a file.
pub fn is_exposed(path: &Path) -> std::io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        Ok(std::fs::metadata(path)?.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    std::fs::metadata(path).map(|_| false)
}

fn parse(text: &str, city: &str) -> Result<Vec<SecretKey>, SigningKeyError> {
    let origin = origin(city);
    let lines = (1..).zip(text.lines().map(str::trim)).filter(|(_, line)| !line.is_empty());
    let keys: Result<Vec<SecretKey>, SigningKeyError> = lines
        .map(|(line, text)| text.parse().map_err(|cause| SigningKeyError::Key { line, cause }))
        .collect();
    let keys = keys?;
    let is_own = keys.iter().map(SecretKey::public).all(|key| key.name == origin && key.kind == KeyKind::Log);
    if is_own && (1..=MAX_SIGNING_KEYS).contains(&keys.len()) {
        Ok(keys)
    } else {
        Err(SigningKeyError::Other { origin })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_for_its_owner_only() {
        let directory = tempfile::tempdir().unwrap();
        assert!(load(None, directory.path(), "5108").unwrap().is_none());
        let made = make(directory.path(), "5108").unwrap();
        assert!(make(directory.path(), "5108").is_err());
        let loaded = load(None, directory.path(), "5108").unwrap().unwrap();
        assert_eq!(loaded[0].public(), made[0].public());
        assert!(matches!(load(None, directory.path(), "5109"), Err(SigningKeyError::Other { .. })));
        let path = directory.path().join(SIGNING_KEY_FILE);
        assert!(!is_exposed(&path).unwrap());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
            assert!(matches!(load(None, directory.path(), "5108"), Err(SigningKeyError::Exposed { .. })));
        }
    }

    #[test]
    fn the_environment_goes_before_the_file_and_may_hold_two() {
        let directory = tempfile::tempdir().unwrap();
        make(directory.path(), "5108").unwrap();
        let other = |seed| SecretKey::new(&origin("5108"), KeyKind::Log, [seed; 32]).unwrap();
        let text = format!("{}\n{}\n", other(1).to_text(), other(2).to_text());
        let loaded = load(Some(&text), directory.path(), "5108").unwrap().unwrap();
        assert_eq!(loaded[1].public(), other(2).public());
        assert!(matches!(
            load(Some("nonsense"), directory.path(), "5108"),
            Err(SigningKeyError::Key { line: 1, .. })
        ));
        assert!(matches!(load(Some(""), directory.path(), "5108"), Err(SigningKeyError::Other { .. })));
    }
}
