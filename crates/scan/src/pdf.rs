//! PDF: that nothing in it acts by itself, as far as its names tell, also those in compressed objects.
//!
//! Everything that acts is an object with a name, and a name stands as `/Name` wherever a reader may look for objects: in the
//! file itself, or unpacked from an object stream. So names are sought in every byte, whatever the structure says, and in
//! whatever unpacks. What is encrypted or packed otherwise than an object stream ever is cannot be looked into, and is refused.

use std::io::Read;

use domain::say::{Say, say};
use flate2::read::ZlibDecoder;

use crate::{Acting, Kind, ScanRefusal, position_of};

pub(crate) const MARK: &[u8] = b"%PDF-";
/// With which a PDF ends, and how near to its end that must stand.
const END: &[u8] = b"%%EOF";
const END_WITHIN_BYTES: usize = 1 << 10;
/// What begins the data of a stream, and what ends it.
const STREAM: &[u8] = b"stream";
const STREAM_END: &[u8] = b"endstream";
/// How far before its data the dictionary of a stream begins, at most.
const MAX_DICTIONARY_BYTES: usize = 16 << 10;
/// The most that all streams of a scan unpack to.
const MAX_UNPACKED_BYTES: u64 = 256 << 20;
/// The longest name that PDF knows, each byte of it spelled out.
const MAX_NAME_BYTES: usize = 127 * 3;
/// The most streams that are looked into.
const MAX_STREAMS: usize = 100_000;

/// Names of what acts, long enough never to come about by chance in a picture.
const ACTING: [(&[u8], Acting); 12] = [
    (b"JavaScript", Acting::Script),
    (b"Rendition", Acting::Script),
    (b"Launch", Acting::Launch),
    (b"GoToE", Acting::Launch),
    (b"EmbeddedFile", Acting::Attachment),
    (b"EmbeddedFiles", Acting::Attachment),
    (b"FileAttachment", Acting::Attachment),
    (b"RichMedia", Acting::RichMedia),
    (b"RichMediaExecute", Acting::RichMedia),
    (b"SubmitForm", Acting::Form),
    (b"ImportData", Acting::Form),
    (b"NeedsRendering", Acting::Form),
];
/// Short ones, which count only where there are objects and no packed bytes.
const ACTING_SHORT: [(&[u8], Acting); 2] = [(b"JS", Acting::Script), (b"XFA", Acting::Form)];
/// The name by which a file says that it is encrypted.
const ENCRYPTED: &[u8] = b"Encrypt";
/// Of a stream that holds objects, of one that is a picture, and how either may be packed.
const OBJECTS: &[u8] = b"ObjStm";
const PICTURE: &[u8] = b"Image";
const FILTER: &[u8] = b"Filter";
const DEFLATED: &[u8] = b"FlateDecode";
const PREDICTOR: &[u8] = b"Predictor";
const FILTERS_ELSE: [&[u8]; 6] =
    [b"LZWDecode", b"ASCIIHexDecode", b"ASCII85Decode", b"RunLengthDecode", b"Crypt", b"DecodeParms"];

/// A stream as it lies in the file.
struct Stream<'a> {
    dictionary: &'a [u8],
    data: &'a [u8],
}

pub(crate) fn look_at(bytes: &[u8]) -> Result<(), ScanRefusal> {
    let tail = &bytes[bytes.len().saturating_sub(END_WITHIN_BYTES)..];
    if position_of(tail, END, 0).is_none() {
        let detail = say("末尾没有结束标记，或其后还有其他内容", "there is no end mark, or more behind it");
        return Err(ScanRefusal::Broken { kind: Kind::Pdf, detail });
    }
    find_acting(bytes, &ACTING)?;
    if names(bytes).any(|name| name == ENCRYPTED) {
        return Err(hidden(say("已加密", "it is encrypted")));
    }
    let (mut at, mut count, mut unpacked) = (0, 0, 0);
    loop {
        let found = next_stream(bytes, at);
        let objects_end = found.as_ref().map_or(bytes.len(), |(begin, _, _)| *begin);
        find_acting(&bytes[at..objects_end], &ACTING_SHORT)?;
        let Some((_, stream, end)) = found else { return Ok(()) };
        count += 1;
        if count > MAX_STREAMS {
            return Err(hidden(say("对象过多", "it has too many objects")));
        }
        look_into(&stream, &mut unpacked)?;
        at = end;
    }
}

/// The next stream: where its data begin, and where it ends.
fn next_stream(bytes: &[u8], from: usize) -> Option<(usize, Stream<'_>, usize)> {
    let mut at = from;
    loop {
        let found = position_of(bytes, STREAM, at)?;
        at = found + STREAM.len();
        let begin = match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'\r'), Some(b'\n')) => at + 2,
            (Some(b'\r' | b'\n'), _) => at + 1,
            _ => continue,
        };
        if bytes[..found].ends_with(b"end") {
            continue;
        }
        let dictionary = &bytes[found.saturating_sub(MAX_DICTIONARY_BYTES).max(from)..found];
        let own = last_position_of(dictionary, b"obj").map_or(dictionary, |begin| &dictionary[begin..]);
        let end = position_of(bytes, STREAM_END, begin).unwrap_or(bytes.len());
        return Some((begin, Stream { dictionary: own, data: &bytes[begin..end] }, end));
    }
}

fn last_position_of(bytes: &[u8], sought: &[u8]) -> Option<usize> {
    bytes.windows(sought.len()).rposition(|window| window == sought)
}

/// Unpacks what is no picture, and seeks names in it.
fn look_into(stream: &Stream<'_>, unpacked: &mut u64) -> Result<(), ScanRefusal> {
    let own: Vec<Vec<u8>> = names(stream.dictionary).collect();
    let says = |name: &[u8]| own.iter().any(|own| own == name);
    let holds_objects = says(OBJECTS);
    if says(PICTURE) && !holds_objects {
        return Ok(());
    }
    let is_packed_otherwise = says(PREDICTOR)
        || FILTERS_ELSE.iter().any(|filter| says(filter))
        || (says(FILTER) && !says(DEFLATED));
    if holds_objects && is_packed_otherwise {
        return Err(hidden(say("对象流的压缩方式不常见", "objects are packed in an uncommon manner")));
    }
    let mut opened = Vec::new();
    let left = MAX_UNPACKED_BYTES.saturating_sub(*unpacked);
    // What reads as far as it reads is looked at as far: viewers do the same.
    let read = ZlibDecoder::new(stream.data).take(left.saturating_add(1)).read_to_end(&mut opened);
    *unpacked += opened.len() as u64;
    if *unpacked > MAX_UNPACKED_BYTES {
        return Err(hidden(say("解压后过大", "it unpacks to too much")));
    }
    find_acting(&opened, &ACTING)?;
    if !holds_objects {
        return Ok(());
    }
    if says(DEFLATED) && read.is_err() && opened.is_empty() {
        return Err(hidden(say("对象流无法解压", "objects do not unpack")));
    }
    find_acting(&opened, &ACTING_SHORT)?;
    if says(FILTER) { Ok(()) } else { find_acting(stream.data, &ACTING_SHORT) }
}

fn hidden(detail: Say) -> ScanRefusal {
    ScanRefusal::Hidden { detail }
}

fn find_acting(bytes: &[u8], sought: &[(&[u8], Acting)]) -> Result<(), ScanRefusal> {
    let is_one = |name: Vec<u8>| sought.iter().find(|(acting, _)| *acting == name).map(|(_, acting)| *acting);
    match names(bytes).find_map(is_one) {
        Some(acting) => Err(ScanRefusal::Acts { acting }),
        None => Ok(()),
    }
}

/// Every name, its `#41` read as the bytes that they stand for.
fn names(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let slashes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
    slashes.map(|at| name_at(&bytes[at + 1..]))
}

fn name_at(bytes: &[u8]) -> Vec<u8> {
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"\0()<>[]{}/%".contains(byte);
    let spelled = bytes.iter().take(MAX_NAME_BYTES).position(is_end);
    let spelled = &bytes[..spelled.unwrap_or(bytes.len().min(MAX_NAME_BYTES))];
    let (mut name, mut at) = (Vec::new(), 0);
    while let Some(byte) = spelled.get(at) {
        let digits = spelled.get(at + 1..at + 3).filter(|_| *byte == b'#');
        let meant = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        match meant.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(meant) => {
                name.push(meant);
                at += 3;
            }
            None => {
                name.push(*byte);
                at += 1;
            }
        }
    }
    name
}
