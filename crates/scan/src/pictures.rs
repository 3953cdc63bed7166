//! Pictures: that a JPEG or PNG is one from its first byte to its last.

use domain::say::{Say, say};

use crate::{Kind, ScanRefusal};

pub(crate) const JPEG_MARK: &[u8] = b"\xFF\xD8\xFF";
pub(crate) const PNG_MARK: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The longest chunk of a PNG, by its specification.
const MAX_CHUNK_BYTES: u32 = i32::MAX.cast_unsigned();
/// Length, type and checksum around what a chunk of a PNG holds.
const CHUNK_FRAME_BYTES: usize = 12;
/// The marker that begins a JPEG's picture, and the one with which it ends.
const START_OF_SCAN: u8 = 0xDA;
const END_OF_IMAGE: &[u8] = b"\xFF\xD9";
/// Markers of a JPEG that stand alone.
const STANDALONE: [u8; 10] = [0x01, 0xD0, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8];

/// Segment after segment up to the picture, which the end of the file ends.
pub(crate) fn look_at_jpeg(bytes: &[u8]) -> Result<(), ScanRefusal> {
    let broken = |detail: Say| ScanRefusal::Broken { kind: Kind::Jpeg, detail };
    let cut_off = || broken(say("没有图像内容", "there is no picture in it"));
    let mut at = 2;
    loop {
        // Any number of fill bytes may stand before a marker.
        let marker = match (bytes.get(at), bytes.get(at + 1)) {
            (Some(0xFF), Some(0xFF)) => {
                at += 1;
                continue;
            }
            (Some(0xFF), Some(marker)) => *marker,
            _ => return Err(cut_off()),
        };
        at += 2;
        if STANDALONE.contains(&marker) {
            continue;
        }
        let length = bytes.get(at..at + 2).ok_or_else(cut_off)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        if length < 2 || at + length > bytes.len() {
            return Err(cut_off());
        }
        at += length;
        if marker == START_OF_SCAN {
            break;
        }
    }
    // Some cameras fill up with zeros.
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    match bytes.get(at..end).is_some_and(|picture| picture.ends_with(END_OF_IMAGE)) {
        true => Ok(()),
        false => Err(broken(say("末尾不是图像的结束", "it does not end where its picture ends"))),
    }
}

/// Chunk after chunk, and nothing behind the last.
pub(crate) fn look_at_png(bytes: &[u8]) -> Result<(), ScanRefusal> {
    let broken = |detail: Say| ScanRefusal::Broken { kind: Kind::Png, detail };
    let cut_off = || broken(say("内容在中途断开", "it breaks off"));
    let (mut at, mut has_picture) = (PNG_MARK.len(), false);
    loop {
        let head: [u8; 8] =
            bytes.get(at..at + 8).and_then(|head| head.try_into().ok()).ok_or_else(cut_off)?;
        let [length @ .., a, b, c, d] = head;
        let length = u32::from_be_bytes(length);
        let name = [a, b, c, d];
        if length > MAX_CHUNK_BYTES || (at == PNG_MARK.len()) != (&name == b"IHDR") {
            return Err(cut_off());
        }
        at = at.saturating_add(length as usize).saturating_add(CHUNK_FRAME_BYTES);
        if at > bytes.len() {
            return Err(cut_off());
        }
        has_picture |= &name == b"IDAT";
        if &name == b"IEND" {
            break;
        }
    }
    match (has_picture, at == bytes.len()) {
        (true, true) => Ok(()),
        (false, _) => Err(cut_off()),
        (true, false) => Err(broken(say("结束之后还有其他内容", "something stands behind its end"))),
    }
}
