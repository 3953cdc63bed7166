//! The directory with the NATS server's configuration, as `nats init` and `nats county` keep it: every file is replaced
//! whole, so that a server which reads it at any moment reads what held before or what holds now.

use domain::errors;
use std::fs::{self, DirBuilder, File, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use domain::place::{Level, PlaceCode};
use nkeys::{KeyPair, KeyPairType};

use crate::nats_accounts::{Keys, accounts_conf, counties_conf, county_conf, county_name, keys_in, stream};
use crate::new_file;

/// What the server includes: the accounts, and the list of the counties' files.
const ACCOUNTS: &str = "accounts.conf";
const COUNTIES: &str = "counties.conf";
/// The folder with a file for each county.
const COUNTIES_FOLDER: &str = "counties";
/// The folder of seeds, which only its owner may enter.
const KEYS_FOLDER: &str = "keys";
/// The seeds of the administrator, of the service, of who copies the log, and of who watches the server.
const ADMIN_SEED: &str = "admin.nk";
const CITY_SEED: &str = "city.nk";
const READER_SEED: &str = "reader.nk";
const SYSTEM_SEED: &str = "system.nk";
/// Everybody may read public keys; a seed is its owner's.
const PUBLIC: u32 = 0o644;
const PRIVATE: u32 = 0o600;

errors! {
    /// Why the directory does not serve.
    #[derive(Debug)]
    pub enum DirectoryError {
        /// `init` was not run.
        #[zh("{} 尚未设置：请先运行 lianjian nats init", directory.display())]
        #[en("{} is not set up: run lianjian nats init first", directory.display())]
        NotSetUp {
            /// Which directory.
            directory: PathBuf,
        },
        /// It is another city's.
        #[zh("{} 不是城市 {city} 的配置：未作任何改动", directory.display())]
        #[en("{} is not set up for city {city}: nothing was changed", directory.display())]
        OtherCity {
            /// Which directory.
            directory: PathBuf,
            /// The city asked for.
            city: PlaceCode,
        },
        /// The code is not of the tier asked for.
        #[zh("{code} 不是{}代码", level.chinese())]
        #[en("{code} is not the code of a {}", level.as_str())]
        NotOfLevel {
            /// The code.
            code: PlaceCode,
            /// The tier.
            level: Level,
        },
        /// The county has no account.
        #[zh("县 {county} 没有帐号：见 lianjian nats county list")]
        #[en("county {county} has no account: see lianjian nats county list")]
        NoAccount {
            /// Which county.
            county: PlaceCode,
        },
        /// Another command is changing it.
        #[zh("{} 正被另一命令修改：请稍后重试", directory.display())]
        #[en("{} is being changed by another command: try again", directory.display())]
        Busy {
            /// Which directory.
            directory: PathBuf,
        },
        /// A key that does not read.
        #[zh("{} 中没有可用的密钥：请移走该文件后重试", path.display())]
        #[en("{} holds no usable key: move it away and repeat", path.display())]
        Key {
            /// Which file.
            path: PathBuf,
        },
        /// The system refused.
        #[zh("无法读写 {}：{cause}", path.display())]
        #[en("{} cannot be read or written: {cause}", path.display())]
        File {
            /// Which file.
            path: PathBuf,
            /// The system's reason.
            cause: io::Error,
        },
    }
}

/// What became of a county's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountyAccount {
    /// The county.
    pub county: PlaceCode,
    /// The public key of its user.
    pub key: String,
}

/// The directory of one city's server.
#[derive(Debug)]
pub struct NatsDirectory {
    path: PathBuf,
    city: PlaceCode,
    /// Held as long as this lives: two commands at once would each write a list without the other's county.
    _lock: File,
}

impl NatsDirectory {
    /// Makes the accounts of a city, or finds them made.
    pub fn init(path: &Path, city: &PlaceCode) -> Result<Self, DirectoryError> {
        of_level(city, Level::City)?;
        fs::create_dir_all(path).map_err(|cause| DirectoryError::File { path: path.to_owned(), cause })?;
        if path.join(ACCOUNTS).exists() {
            let directory = Self::open(path, city)?;
            directory.upgrade()?;
            return Ok(directory);
        }
        let directory = Self { path: path.to_owned(), city: city.clone(), _lock: lock(path)? };
        make_folder(&path.join(COUNTIES_FOLDER), 0o755)?;
        make_folder(&path.join(KEYS_FOLDER), 0o700)?;
        let keys = Keys {
            admin: directory.key(ADMIN_SEED)?,
            service: directory.key(CITY_SEED)?,
            reader: directory.key(READER_SEED)?,
            system: directory.key(SYSTEM_SEED)?,
        };
        directory.write_index()?;
        // Last, for it is what says that the directory is set up.
        replace(&path.join(ACCOUNTS), accounts_conf(city, &keys).as_bytes(), PUBLIC)?;
        Ok(directory)
    }

    /// Writes the accounts of an older program as they are now. The service keeps its key, and with it the administrator's
    /// power no longer: that gets a key of its own.
    fn upgrade(&self) -> Result<(), DirectoryError> {
        let path = self.path.join(ACCOUNTS);
        let failed = |cause| DirectoryError::File { path: path.clone(), cause };
        let text = fs::read_to_string(&path).map_err(failed)?;
        let known = Keys::of(&text).ok_or_else(|| DirectoryError::Key { path: path.clone() })?;
        let keys = Keys {
            admin: known.admin.map_or_else(|| self.key(ADMIN_SEED), Ok)?,
            service: known.service,
            reader: known.reader.map_or_else(|| self.key(READER_SEED), Ok)?,
            system: known.system,
        };
        let wanted = accounts_conf(&self.city, &keys);
        if wanted == text { Ok(()) } else { replace(&path, wanted.as_bytes(), PUBLIC) }
    }

    /// Opens the directory of a city that was set up before.
    pub fn open(path: &Path, city: &PlaceCode) -> Result<Self, DirectoryError> {
        let accounts = path.join(ACCOUNTS);
        let text = match fs::read_to_string(&accounts) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                return Err(DirectoryError::NotSetUp { directory: path.to_owned() });
            }
            read => read.map_err(|cause| DirectoryError::File { path: accounts, cause })?,
        };
        if !text.contains(&format!("{}.*", stream(city))) {
            return Err(DirectoryError::OtherCity { directory: path.to_owned(), city: city.clone() });
        }
        Ok(Self { path: path.to_owned(), city: city.clone(), _lock: lock(path)? })
    }

    /// Opens the directory of the city that a county lies in.
    pub fn of_county(path: &Path, county: &PlaceCode) -> Result<Self, DirectoryError> {
        Self::open(path, &city_of(county)?)
    }

    /// Its city.
    pub fn city(&self) -> &PlaceCode {
        &self.city
    }

    /// Where the administrator's seed is.
    pub fn admin_seed(&self) -> PathBuf {
        self.path.join(KEYS_FOLDER).join(ADMIN_SEED)
    }

    /// Where the seed of who copies the log is.
    pub fn reader_seed(&self) -> PathBuf {
        self.path.join(KEYS_FOLDER).join(READER_SEED)
    }

    /// Where the service's seed is.
    pub fn city_seed(&self) -> PathBuf {
        self.path.join(KEYS_FOLDER).join(CITY_SEED)
    }

    /// Where a county's seed is, until the county has it.
    pub fn county_seed(&self, county: &PlaceCode) -> PathBuf {
        self.path.join(KEYS_FOLDER).join(seed_name(county))
    }

    /// The counties that have an account, in the order of their codes.
    pub fn counties(&self) -> Result<Vec<CountyAccount>, DirectoryError> {
        let folder = self.path.join(COUNTIES_FOLDER);
        let failed = |cause| DirectoryError::File { path: folder.clone(), cause };
        let mut accounts = Vec::new();
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let code = name.to_str().and_then(|name| name.strip_prefix('c')?.strip_suffix(".conf"));
            let Some(county) = code.and_then(|code| code.parse::<PlaceCode>().ok()) else { continue };
            if let Some(account) = self.county(&county)? {
                accounts.push(account);
            }
        }
        accounts.sort_by(|one, other| one.county.cmp(&other.county));
        Ok(accounts)
    }

    /// A county's account, where it has one.
    fn county(&self, county: &PlaceCode) -> Result<Option<CountyAccount>, DirectoryError> {
        let path = self.county_file(county);
        let text = match fs::read_to_string(&path) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|cause| DirectoryError::File { path: path.clone(), cause })?,
        };
        let key = keys_in(&text).next().filter(|key| KeyPair::from_public_key(key).is_ok());
        let key = key.ok_or(DirectoryError::Key { path })?.to_owned();
        Ok(Some(CountyAccount { county: county.clone(), key }))
    }

    /// Gives a county its account, or finds it given: the key it has stays its key.
    pub fn add(&self, county: &PlaceCode) -> Result<CountyAccount, DirectoryError> {
        let account = match self.county(county)? {
            Some(account) => account,
            None => CountyAccount { county: county.clone(), key: self.key(&seed_name(county))? },
        };
        let text = county_conf(&self.city, county, &account.key);
        replace(&self.county_file(county), text.as_bytes(), PUBLIC)?;
        self.write_index()?;
        Ok(account)
    }

    /// Takes a county's account away, and its seed where it is still here.
    pub fn remove(&self, county: &PlaceCode) -> Result<(), DirectoryError> {
        if self.county(county)?.is_none() {
            return Err(DirectoryError::NoAccount { county: county.clone() });
        }
        let kept = self.counties()?.into_iter().map(|account| account.county);
        let kept: Vec<PlaceCode> = kept.filter(|other| other != county).collect();
        // The list first: it must never name a file that is gone.
        replace(&self.path.join(COUNTIES), counties_conf(&kept).as_bytes(), PUBLIC)?;
        for path in [self.county_file(county), self.county_seed(county)] {
            match fs::remove_file(&path) {
                Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                    return Err(DirectoryError::File { path, cause });
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn county_file(&self, county: &PlaceCode) -> PathBuf {
        self.path.join(COUNTIES_FOLDER).join(format!("{}.conf", county_name(county)))
    }

    fn write_index(&self) -> Result<(), DirectoryError> {
        let counties: Vec<PlaceCode> = self.counties()?.into_iter().map(|account| account.county).collect();
        replace(&self.path.join(COUNTIES), counties_conf(&counties).as_bytes(), PUBLIC)
    }

    /// The public key to a seed file: that of the seed which is there, or of a new one.
    fn key(&self, name: &str) -> Result<String, DirectoryError> {
        let path = self.path.join(KEYS_FOLDER).join(name);
        let pair = match fs::read_to_string(&path) {
            Ok(seed) => {
                KeyPair::from_seed(seed.trim()).map_err(|_| DirectoryError::Key { path: path.clone() })?
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                let mut random = [0; 32];
                getrandom::fill(&mut random).map_err(|error| DirectoryError::File {
                    path: path.clone(),
                    cause: io::Error::other(error),
                })?;
                let pair = KeyPair::new_from_raw(KeyPairType::User, random);
                let seed = pair.as_ref().ok().and_then(|pair| pair.seed().ok());
                let (Ok(pair), Some(seed)) = (pair, seed) else { return Err(DirectoryError::Key { path }) };
                replace(&path, format!("{seed}\n").as_bytes(), PRIVATE)?;
                pair
            }
            Err(cause) => return Err(DirectoryError::File { path, cause }),
        };
        Ok(pair.public_key())
    }
}

/// The city that a county lies in, by its code.
pub fn city_of(county: &PlaceCode) -> Result<PlaceCode, DirectoryError> {
    of_level(county, Level::County)?;
    let city = county.as_str().get(..4).and_then(|digits| digits.parse().ok());
    city.ok_or_else(|| DirectoryError::NotOfLevel { code: county.clone(), level: Level::County })
}

fn seed_name(county: &PlaceCode) -> String {
    format!("{}.nk", county_name(county))
}

fn of_level(code: &PlaceCode, level: Level) -> Result<(), DirectoryError> {
    if code.level() == level { Ok(()) } else { Err(DirectoryError::NotOfLevel { code: code.clone(), level }) }
}

fn lock(path: &Path) -> Result<File, DirectoryError> {
    let failed = |cause| DirectoryError::File { path: path.to_owned(), cause };
    let directory = File::open(path).map_err(failed)?;
    match directory.try_lock() {
        Ok(()) => Ok(directory),
        Err(TryLockError::WouldBlock) => Err(DirectoryError::Busy { directory: path.to_owned() }),
        Err(TryLockError::Error(cause)) => Err(failed(cause)),
    }
}

/// Makes a folder, or finds it made, with this mode whatever the caller's mask: the server runs as somebody else.
fn make_folder(path: &Path, mode: u32) -> Result<(), DirectoryError> {
    let made = DirBuilder::new().recursive(true).mode(mode).create(path);
    let made = made.and_then(|()| fs::set_permissions(path, Permissions::from_mode(mode)));
    made.map_err(|cause| DirectoryError::File { path: path.to_owned(), cause })
}

/// Writes a file in the place of the old one.
fn replace(path: &Path, bytes: &[u8], mode: u32) -> Result<(), DirectoryError> {
    new_file::replace(path, bytes, mode)
        .map_err(|cause| DirectoryError::File { path: path.to_owned(), cause })
}

#[cfg(test)]
mod tests;
