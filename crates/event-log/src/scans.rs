//! What a store of scans promises: documents' scans by the hash of their bytes, beside the log and never in it.

use std::time::SystemTime;

use domain::document_number::Sha256Hex;
use sha2::{Digest, Sha256};

use crate::log::LogError;

/// The longest scan that is stored.
pub const MAX_SCAN_BYTES: usize = 20 << 20;

/// A scan that a store holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredScan {
    /// SHA-256 of its bytes.
    pub hash: Sha256Hex,
    /// How long it is.
    pub bytes: u64,
    /// When it was last stored, by the clock of whoever keeps it.
    pub stored_at: SystemTime,
}

/// Scans by their hashes. What a call changed is durable when it returns; every call blocks.
pub trait ScanStore: Send + Sync {
    /// Stores a scan: a crash leaves nothing of it or the whole. One that is there already counts as stored now.
    fn put(&self, bytes: &[u8]) -> Result<Sha256Hex, LogError>;

    /// Makes a scan count as stored now; says whether there is one.
    fn keep(&self, hash: &Sha256Hex) -> Result<bool, LogError>;

    /// The bytes of a scan, which are those of its hash or an error; nothing where there is none.
    fn get(&self, hash: &Sha256Hex) -> Result<Option<Vec<u8>>, LogError>;

    /// What is known of a scan without reading it.
    fn find(&self, hash: &Sha256Hex) -> Result<Option<StoredScan>, LogError>;

    /// Every scan, in the order of their hashes.
    fn list(&self) -> Result<Vec<StoredScan>, LogError>;

    /// Overwrites and removes a scan; says whether there was one.
    fn erase(&self, hash: &Sha256Hex) -> Result<bool, LogError>;

    /// The same, unless it was stored at that time or later.
    fn erase_if_older(&self, hash: &Sha256Hex, time: SystemTime) -> Result<bool, LogError>;

    /// Removes what a crash before that time left of scans that were never stored; says how many there were.
    fn sweep_unfinished(&self, before: SystemTime) -> Result<usize, LogError>;
}

/// The hash under which bytes are stored.
pub fn scan_hash(bytes: &[u8]) -> Sha256Hex {
    Sha256Hex::from(<[u8; 32]>::from(Sha256::digest(bytes)))
}

/// Refuses what no store takes.
pub(crate) fn check_length(store: &str, bytes: &[u8]) -> Result<(), LogError> {
    match bytes.len() > MAX_SCAN_BYTES {
        true => {
            Err(LogError::ScanTooLong { store: store.to_owned(), bytes: bytes.len(), limit: MAX_SCAN_BYTES })
        }
        false => Ok(()),
    }
}

/// Makes a store hold every scan of another one as well. Returns how many there are in the source.
pub fn copy_scans(from: &dyn ScanStore, to: &dyn ScanStore) -> Result<usize, LogError> {
    let scans = from.list()?;
    for scan in &scans {
        if to.find(&scan.hash)?.is_none()
            && let Some(bytes) = from.get(&scan.hash)?
        {
            to.put(&bytes)?;
        }
    }
    Ok(scans.len())
}
