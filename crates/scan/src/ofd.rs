//! OFD (GB/T 33190): that a ZIP file is one, and no bomb.

use std::io::{Cursor, Read};

use domain::say::{Say, say};
use zip::ZipArchive;

use crate::{Kind, ScanRefusal};

pub(crate) const ZIP_MARK: &[u8] = b"PK\x03\x04";
/// The entry that makes a ZIP file an OFD.
const ROOT: &str = "OFD.xml";
/// The root element of that entry, under whatever prefix.
const ROOT_ELEMENT: &[u8] = b"OFD";
/// The namespace of the standard.
const NAMESPACE: &[u8] = b"http://www.ofdspec.org/";
/// The most entries, the most that they unpack to by what the file says, and the most of [`ROOT`] that is read.
const MAX_ENTRIES: usize = 10_000;
const MAX_UNPACKED_BYTES: u64 = 1 << 30;
const MAX_ROOT_BYTES: u64 = 1 << 20;

pub(crate) fn look_at(bytes: &[u8]) -> Result<(), ScanRefusal> {
    let broken = |detail: Say| ScanRefusal::Broken { kind: Kind::Ofd, detail };
    let unreadable = || broken(say("压缩包无法读取", "its ZIP file does not read"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    if archive.index_for_name(ROOT).is_none() {
        return Err(ScanRefusal::NotOfd {});
    }
    if archive.offset() != 0 {
        return Err(broken(say("开头之前还有其他内容", "something stands before its beginning")));
    }
    let too_much = || broken(say("解压后过大", "it unpacks to too much"));
    if archive.len() > MAX_ENTRIES {
        return Err(too_much());
    }
    let mut unpacked = 0_u64;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|_| unreadable())?;
        if entry.enclosed_name().is_none() {
            return Err(broken(say("含有指向包外的路径", "an entry's path leads out of it")));
        }
        unpacked = unpacked.saturating_add(entry.size());
    }
    if unpacked > MAX_UNPACKED_BYTES {
        return Err(too_much());
    }
    let mut root = Vec::new();
    let entry = archive.by_name(ROOT).map_err(|_| unreadable())?;
    entry.take(MAX_ROOT_BYTES).read_to_end(&mut root).map_err(|_| unreadable())?;
    let names = |sought: &[u8]| crate::position_of(&root, sought, 0).is_some();
    if names(ROOT_ELEMENT) && names(NAMESPACE) { Ok(()) } else { Err(ScanRefusal::NotOfd {}) }
}
