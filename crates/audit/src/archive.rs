//! The file of a bundle: an uncompressed tar of plain files in the one spelling that this writes, so that any tar opens
//! it and no byte of it can be changed unseen.

use domain::errors;
use std::io::{self, Read, Seek, SeekFrom, Write};

use sha2::{Digest, Sha256};

/// What a tar is made of.
const BLOCK_BYTES: usize = 512;
/// The blocks of zeros after the last file.
const END_BLOCKS: usize = 2;
/// The longest name of a file, and the largest file: what the plain header holds.
const MAX_NAME_BYTES: usize = 99;
const MAX_FILE_BYTES: u64 = 0o77_777_777_777;
/// The most files in a bundle.
const MAX_FILES: usize = 10_000;

errors! {
    /// Why a file is no bundle.
    #[derive(Debug)]
    pub enum ArchiveError {
        /// Not the bytes that a bundle has there.
        #[zh("第 {offset} 字节起不是归档包的格式")]
        #[en("from byte {offset} on it is not the form of a bundle")]
        Form {
            /// Where.
            offset: u64,
        },
        /// A file or name too long, or too many files.
        #[zh("{name} 超出归档包的限度")]
        #[en("{name} is beyond what a bundle holds")]
        Limit {
            /// Which file.
            name: String,
        },
        /// The system does not read or write it.
        #[zh("{cause}")]
        #[en("{cause}")]
        Io(#[from] cause: io::Error),
    }
}

/// A file in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Where its bytes begin.
    pub offset: u64,
    /// How many there are.
    pub bytes: u64,
}

/// A file that was written, as the manifest names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its name.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// SHA-256 of them, in hexadecimal.
    pub sha256: String,
}

/// The header of a file: nothing in it but name and length varies.
fn header(name: &str, bytes: u64) -> Option<[u8; BLOCK_BYTES]> {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_graphic());
    if name.is_empty() || name.len() > MAX_NAME_BYTES || !is_plain || bytes > MAX_FILE_BYTES {
        return None;
    }
    let mut header = [0; BLOCK_BYTES];
    let mut put = |at: usize, text: &[u8]| header[at..at + text.len()].copy_from_slice(text);
    put(0, name.as_bytes());
    put(100, b"0000644\x000000000\x000000000\0");
    put(124, format!("{bytes:011o}\0").as_bytes());
    put(136, b"00000000000\0        0");
    put(257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Some(header)
}

/// How many zeros follow a file of that length.
fn padding(bytes: u64) -> u64 {
    bytes.next_multiple_of(BLOCK_BYTES as u64) - bytes
}

/// Writes an archive, one file after the other.
pub struct ArchiveWriter<W> {
    target: W,
    written: Vec<Written>,
}

impl<W: Write + Seek> ArchiveWriter<W> {
    /// An archive without files.
    pub fn new(target: W) -> Self {
        Self { target, written: Vec::new() }
    }

    /// Adds a file whose bytes are at hand.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.add_with(name, &mut |file| file.write_all(bytes).map_err(ArchiveError::Io))
    }

    /// Adds a file that is written piece by piece; its length is put into the header afterwards.
    pub fn add_with<E: From<ArchiveError>>(
        &mut self,
        name: &str,
        write: &mut dyn FnMut(&mut dyn Write) -> Result<(), E>,
    ) -> Result<(), E> {
        let limit = || ArchiveError::Limit { name: name.to_owned() };
        if self.written.len() == MAX_FILES {
            return Err(limit().into());
        }
        let io = |error: io::Error| E::from(ArchiveError::Io(error));
        let begin = self.target.stream_position().map_err(io)?;
        self.target.write_all(&[0; BLOCK_BYTES]).map_err(io)?;
        let mut counted = Counted { target: &mut self.target, bytes: 0, hash: Sha256::new() };
        write(&mut counted)?;
        let (bytes, hash) = (counted.bytes, counted.hash.finalize());
        let header = header(name, bytes).ok_or_else(limit)?;
        let zeros = [0; BLOCK_BYTES];
        let finished = (|| {
            self.target.write_all(&zeros[..padding(bytes) as usize])?;
            self.target.seek(SeekFrom::Start(begin))?;
            self.target.write_all(&header)?;
            self.target.seek(SeekFrom::End(0))
        })();
        finished.map_err(io)?;
        let sha256 = domain::hexadecimal(&hash);
        self.written.push(Written { name: name.to_owned(), bytes, sha256 });
        Ok(())
    }

    /// What has been written so far.
    pub fn written(&self) -> &[Written] {
        &self.written
    }

    /// Ends the archive.
    pub fn finish(mut self) -> Result<W, ArchiveError> {
        self.target.write_all(&[0; END_BLOCKS * BLOCK_BYTES])?;
        self.target.flush()?;
        Ok(self.target)
    }
}

/// Counts and hashes what passes.
struct Counted<'a, W> {
    target: &'a mut W,
    bytes: u64,
    hash: Sha256,
}

impl<W: Write> Write for Counted<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.target.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.target.flush()
    }
}

/// An archive that is read.
pub struct Archive<R> {
    source: R,
    members: Vec<Member>,
}

impl<R: Read + Seek> Archive<R> {
    /// Looks at every header and at every byte between files: they must be as they were written.
    pub fn open(mut source: R) -> Result<Self, ArchiveError> {
        let end = source.seek(SeekFrom::End(0))?;
        let mut members: Vec<Member> = Vec::new();
        let mut at = 0;
        loop {
            let form = ArchiveError::Form { offset: at };
            let mut found = [0; BLOCK_BYTES];
            read_at(&mut source, at, end, &mut found).ok_or(ArchiveError::Form { offset: at })?;
            if found == [0; BLOCK_BYTES] {
                break;
            }
            let name = found.split(|byte| *byte == 0).next().and_then(|name| std::str::from_utf8(name).ok());
            let bytes =
                std::str::from_utf8(&found[124..135]).ok().and_then(|size| u64::from_str_radix(size, 8).ok());
            let (Some(name), Some(bytes)) = (name, bytes) else { return Err(form) };
            let is_new = members.iter().all(|member| member.name != name);
            if header(name, bytes) != Some(found) || !is_new || members.len() == MAX_FILES {
                return Err(form);
            }
            let offset = at + BLOCK_BYTES as u64;
            let mut zeros = vec![1; padding(bytes) as usize];
            read_at(&mut source, offset + bytes, end, &mut zeros)
                .filter(|()| zeros.iter().all(|byte| *byte == 0))
                .ok_or(ArchiveError::Form { offset: offset + bytes })?;
            members.push(Member { name: name.to_owned(), offset, bytes });
            at = offset + bytes + padding(bytes);
        }
        let mut zeros = [1; END_BLOCKS * BLOCK_BYTES];
        let is_end = end - at == zeros.len() as u64
            && read_at(&mut source, at, end, &mut zeros).is_some()
            && zeros.iter().all(|byte| *byte == 0);
        if is_end { Ok(Self { source, members }) } else { Err(ArchiveError::Form { offset: at }) }
    }

    /// Its files, in order.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// A file, to be read as it comes; nothing where there is none of that name.
    pub fn stream(&mut self, name: &str) -> Result<Option<impl Read + use<'_, R>>, ArchiveError> {
        let Some(member) = self.members.iter().find(|member| member.name == name) else { return Ok(None) };
        self.source.seek(SeekFrom::Start(member.offset))?;
        Ok(Some((&mut self.source).take(member.bytes)))
    }

    /// A file held in memory; one longer than the limit is refused.
    pub fn read(&mut self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, ArchiveError> {
        let too_long = self.members.iter().any(|member| member.name == name && member.bytes > limit);
        if too_long {
            return Err(ArchiveError::Limit { name: name.to_owned() });
        }
        let Some(mut stream) = self.stream(name)? else { return Ok(None) };
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }
}

/// Reads bytes that must lie before the end.
fn read_at(source: &mut (impl Read + Seek), at: u64, end: u64, into: &mut [u8]) -> Option<()> {
    let fits = at.checked_add(into.len() as u64).is_some_and(|after| after <= end);
    let read = fits && source.seek(SeekFrom::Start(at)).is_ok() && source.read_exact(into).is_ok();
    read.then_some(())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn archive() -> Vec<u8> {
        let mut writer = ArchiveWriter::new(Cursor::new(Vec::new()));
        writer.add("one", b"first").unwrap();
        writer.add("folder/two", &[7; 512]).unwrap();
        writer.add("empty", b"").unwrap();
        assert_eq!(writer.written()[0].bytes, 5);
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn files_are_read_as_they_were_written() {
        let mut read = Archive::open(Cursor::new(archive())).unwrap();
        assert_eq!(read.read("one", 5).unwrap().unwrap(), b"first");
        assert_eq!(read.read("folder/two", 600).unwrap().unwrap(), [7; 512]);
        assert_eq!(read.read("empty", 0).unwrap().unwrap(), b"");
        assert_eq!(read.read("three", 9).unwrap(), None);
        assert!(matches!(read.read("one", 4), Err(ArchiveError::Limit { .. })));
    }

    #[test]
    fn other_programs_read_it() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("bundle.tar");
        std::fs::write(&file, archive()).unwrap();
        let listed = std::process::Command::new("tar").arg("-tf").arg(&file).output().unwrap();
        assert_eq!(String::from_utf8(listed.stdout).unwrap(), "one\nfolder/two\nempty\n");
    }

    #[test]
    fn every_changed_byte_outside_the_files_is_seen() {
        let bytes = archive();
        let members = Archive::open(Cursor::new(bytes.clone())).unwrap().members().to_vec();
        let is_content = |at: u64| {
            members.iter().any(|member| (member.offset..member.offset + member.bytes).contains(&at))
        };
        for at in (0..bytes.len()).filter(|at| !is_content(*at as u64)) {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            // The name may become another name; the manifest knows which there should be.
            match Archive::open(Cursor::new(changed)) {
                Err(ArchiveError::Form { .. }) => {}
                _ => panic!("byte {at}"),
            }
        }
        for cut in 1..bytes.len() {
            assert!(Archive::open(Cursor::new(bytes[..cut].to_vec())).is_err(), "{cut}");
        }
        assert!(Archive::open(Cursor::new([bytes, vec![0]].concat())).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd_to_refuse(mut bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            let _ = Archive::open(Cursor::new(bytes.clone()));
            let mut good = archive();
            let at = bytes.len() % good.len();
            good.truncate(at);
            good.append(&mut bytes);
            let _ = Archive::open(Cursor::new(good));
        }
    }
}
