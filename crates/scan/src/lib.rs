//! What a document's scan may be: PDF, JPEG, PNG or OFD, told by its content and by nothing that is said of it.
//!
//! Nothing here draws, runs or unpacks a scan for anybody. It is looked at once, before it is stored, within limits, and
//! refused where it is something else, something else as well, or could act by itself when it is opened. What that look sees
//! and what it does not stands in [decision 112](../../docs/decisions/0112-scans-are-looked-at-and-kept-apart.md).

mod ofd;
mod pdf;
mod pictures;
mod refusal;
#[cfg(test)]
mod tests;

pub use refusal::{Acting, ScanRefusal};

/// The longest scan.
pub const MAX_BYTES: usize = 20 << 20;

/// What a ZIP file ends with, and thereby anything that is one as well.
const ZIP_END: &[u8] = b"PK\x05\x06";
/// How far before the end of a file that mark stands, at most: its record and a comment.
const ZIP_END_BYTES: usize = 22 + (64 << 10);

/// What a scan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// ISO 32000.
    Pdf,
    /// A photograph.
    Jpeg,
    /// A picture.
    Png,
    /// GB/T 33190.
    Ofd,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pdf, Self::Jpeg, Self::Png, Self::Ofd];

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Ofd => "application/ofd",
        }
    }

    /// What the name of such a file ends with.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Ofd => "ofd",
        }
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Ofd => "OFD",
        }
    }

    /// What the first bytes say, with nothing before them.
    fn of(bytes: &[u8]) -> Option<Self> {
        let begins = |mark: &[u8]| bytes.starts_with(mark);
        if begins(pdf::MARK) {
            Some(Self::Pdf)
        } else if begins(pictures::JPEG_MARK) {
            Some(Self::Jpeg)
        } else if begins(pictures::PNG_MARK) {
            Some(Self::Png)
        } else if begins(ofd::ZIP_MARK) {
            Some(Self::Ofd)
        } else {
            None
        }
    }
}

/// Says what a scan is, or why it is not taken.
pub fn look_at(bytes: &[u8]) -> Result<Kind, ScanRefusal> {
    if bytes.is_empty() {
        return Err(ScanRefusal::Empty {});
    }
    if bytes.len() > MAX_BYTES {
        return Err(ScanRefusal::TooLong { bytes: bytes.len(), limit: MAX_BYTES });
    }
    let kind = Kind::of(bytes).ok_or(ScanRefusal::OtherKind {})?;
    if kind != Kind::Ofd && ends_as_zip(bytes) {
        return Err(ScanRefusal::ZipInside { kind });
    }
    match kind {
        Kind::Pdf => pdf::look_at(bytes),
        Kind::Jpeg => pictures::look_at_jpeg(bytes),
        Kind::Png => pictures::look_at_png(bytes),
        Kind::Ofd => ofd::look_at(bytes),
    }?;
    Ok(kind)
}

/// The kind of what was stored after it was looked at.
pub fn kind_of_stored(bytes: &[u8]) -> Option<Kind> {
    Kind::of(bytes)
}

fn ends_as_zip(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(ZIP_END_BYTES)..];
    position_of(tail, ZIP_END, 0).is_some()
}

/// Where something stands first, from a place on.
fn position_of(bytes: &[u8], sought: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(sought.len()).position(|window| window == sought).map(|found| from + found)
}
