//! Scans of each kind, and what is none though it looks like one.

use std::io::{Cursor, Write};

use domain::say::Say;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn object(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("7 0 obj\n<< {dictionary} /Length {} >>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream\nendobj\n"].concat()
}

/// A page of a scanner, with whatever else is in it.
fn pdf(more: &[u8]) -> Vec<u8> {
    let catalog = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /OpenAction [3 0 R /FitH null] >>\nendobj\n";
    let picture = object("/Type /XObject /Subtype /Image /Filter /DCTDecode", &jpeg());
    let page = object("/Filter /FlateDecode", &deflated(b"q 595 0 0 842 0 0 cm /Im0 Do Q"));
    [&catalog[..], &picture, &page, more, b"trailer << /Root 1 0 R /Size 9 >>\nstartxref\n9\n%%EOF\n"]
        .concat()
}

fn packed(text: &str) -> Vec<u8> {
    object("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", &deflated(text.as_bytes()))
}

fn jpeg() -> Vec<u8> {
    let app = b"\xFF\xE0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00";
    [b"\xFF\xD8", &app[..], b"\xFF\xDA\x00\x08\x01\x01\x00\x00\x3F\x00", b"\x12\x34\xFF\x00\x56", b"\xFF\xD9"]
        .concat()
}

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], name, data, &[0; 4]].concat()
}

fn png() -> Vec<u8> {
    let parts = [chunk(b"IHDR", &[0; 13]), chunk(b"IDAT", b"pixels"), chunk(b"IEND", b"")];
    [b"\x89PNG\r\n\x1a\n", &parts.concat()[..]].concat()
}

fn zipped(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn ofd() -> Vec<u8> {
    let root = r#"<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0" DocType="OFD"/>"#;
    zipped(&[("OFD.xml", root), ("Doc_0/Document.xml", "<ofd:Document/>")])
}

#[track_caller]
fn acts(more: &[u8], expected: Acting) {
    assert_eq!(look_at(&pdf(more)), Err(ScanRefusal::Acts { acting: expected }));
}

#[track_caller]
fn is_hidden(more: &[u8]) {
    let looked = look_at(&pdf(more));
    assert!(matches!(looked, Err(ScanRefusal::Hidden { .. })), "{looked:?}");
}

#[test]
fn the_four_kinds_are_told_by_their_content() {
    for (bytes, kind) in [(pdf(b""), Kind::Pdf), (jpeg(), Kind::Jpeg), (png(), Kind::Png), (ofd(), Kind::Ofd)]
    {
        assert_eq!(look_at(&bytes), Ok(kind));
        assert_eq!(kind_of_stored(&bytes), Some(kind));
    }
    // Plain object streams are what every office program writes.
    assert_eq!(look_at(&pdf(&packed("5 0 << /Type /Page /Contents 7 0 R >>"))), Ok(Kind::Pdf));
}

#[test]
fn nothing_too_much_and_other_things_are_refused() {
    assert_eq!(look_at(b""), Err(ScanRefusal::Empty {}));
    let filler = vec![b' '; MAX_BYTES - pdf(b"").len()];
    let longest = pdf(&filler);
    assert_eq!((longest.len(), look_at(&longest)), (MAX_BYTES, Ok(Kind::Pdf)));
    let longer = [&longest[..], b" "].concat();
    assert_eq!(look_at(&longer), Err(ScanRefusal::TooLong { bytes: MAX_BYTES + 1, limit: MAX_BYTES }));
    for other in [
        &b"GIF89a"[..],
        b"<html>",
        b"MZ\x90",
        b"\xD0\xCF\x11\xE0",
        b" %PDF-1.7\n%%EOF",
        b"x",
        b"BM",
        b"\0%PDF-1.4",
    ] {
        assert_eq!(look_at(other), Err(ScanRefusal::OtherKind {}));
    }
}

#[test]
fn a_zip_file_is_a_scan_only_as_an_ofd() {
    assert_eq!(look_at(&zipped(&[("word/document.xml", "<w:document/>")])), Err(ScanRefusal::NotOfd {}));
    assert_eq!(look_at(&zipped(&[("OFD.xml", "an empty shell")])), Err(ScanRefusal::NotOfd {}));
    assert_eq!(look_at(&zipped(&[("inner/OFD.xml", "<ofd:OFD/>")])), Err(ScanRefusal::NotOfd {}));
    let broken = |bytes: &[u8]| matches!(look_at(bytes), Err(ScanRefusal::Broken { kind: Kind::Ofd, .. }));
    assert!(broken(&ofd()[..60]));
    let root = r#"<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"/>"#;
    assert!(broken(&zipped(&[("OFD.xml", root), ("../../escape", "x")])));
}

#[test]
fn what_is_two_things_at_once_is_refused() {
    let zip = zipped(&[("a.txt", "a")]);
    for (bytes, kind) in [(pdf(b""), Kind::Pdf), (jpeg(), Kind::Jpeg), (png(), Kind::Png)] {
        assert_eq!(look_at(&[&bytes[..], &zip].concat()), Err(ScanRefusal::ZipInside { kind }));
        let behind = [&bytes[..], &b"<script>".repeat(300)].concat();
        assert!(matches!(look_at(&behind), Err(ScanRefusal::Broken { kind: found, .. }) if found == kind));
    }
}

#[test]
fn what_breaks_off_is_refused() {
    for (bytes, kind) in [(pdf(b""), Kind::Pdf), (jpeg(), Kind::Jpeg), (png(), Kind::Png)] {
        let cut = &bytes[..bytes.len() - 7];
        assert!(
            matches!(look_at(cut), Err(ScanRefusal::Broken { kind: found, .. }) if found == kind),
            "{kind:?}"
        );
    }
    assert!(matches!(look_at(b"\xFF\xD8\xFF\xD9"), Err(ScanRefusal::Broken { kind: Kind::Jpeg, .. })));
    let without_picture = [&png()[..33], &chunk(b"IEND", b"")].concat();
    assert!(matches!(look_at(&without_picture), Err(ScanRefusal::Broken { kind: Kind::Png, .. })));
}

#[test]
fn a_pdf_that_acts_is_refused_however_its_names_are_spelled() {
    acts(b"4 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj\n", Acting::Script);
    acts(b"4 0 obj << /S/Java#53cript/JS 5 0 R >> endobj\n", Acting::Script);
    acts(b"4 0 obj << /S /#4A#61#76#61#53#63#72#69#70#74 >> endobj\n", Acting::Script);
    acts(b"4 0 obj << /#4aS (x) >> endobj\n", Acting::Script);
    acts(b"4 0 obj << /S /Launch /F (cmd.exe) >> endobj\n", Acting::Launch);
    acts(b"4 0 obj << /Type /EmbeddedFile >> endobj\n", Acting::Attachment);
    acts(b"4 0 obj << /Subtype /RichMedia >> endobj\n", Acting::RichMedia);
    acts(b"4 0 obj << /S /SubmitForm >> endobj\n", Acting::Form);
    acts(b"4 0 obj << /XFA 5 0 R >> endobj\n", Acting::Form);
}

#[test]
fn what_acts_is_found_in_packed_objects_and_inside_other_streams() {
    acts(&packed("5 0 << /S /JavaScript /JS (app.alert(1)) >>"), Acting::Script);
    acts(&packed("5 0 << /S /Rendition /JS (x) >>"), Acting::Script);
    acts(&packed("5 0 << /JS 6 0 R >>"), Acting::Script);
    // Whatever the dictionary calls it.
    acts(&object("/Filter /FlateDecode", &deflated(b"<< /S /Launch >>")), Acting::Launch);
    acts(
        &object("/Type /ObjStm /Subtype /Image /Filter /FlateDecode", &deflated(b"<< /JS 1 >>")),
        Acting::Script,
    );
    // An object that only a table of positions finds.
    acts(&object("/Subtype /Image /Filter /DCTDecode", b"4 0 obj << /S /JavaScript >>"), Acting::Script);
    acts(&object("/Type /ObjStm /N 1 /First 4", b"5 0 << /JS 6 0 R >>"), Acting::Script);
    // The unpacking of what is cut off goes as far as it goes.
    let cut = deflated(&[&b"<< /S /JavaScript >> "[..], &[b' '; 500]].concat());
    acts(&object("/Type /ObjStm /Filter /FlateDecode", &cut[..cut.len() - 5]), Acting::Script);
}

#[test]
fn a_pdf_that_cannot_be_looked_into_is_refused() {
    is_hidden(b"trailer << /Encrypt 9 0 R >>\n");
    is_hidden(b"trailer << /#45ncrypt 9 0 R >>\n");
    is_hidden(&object("/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]", b"789C"));
    is_hidden(&object("/Type /ObjStm /Filter 8 0 R", b"789C"));
    is_hidden(&object("/Type /ObjStm /Filter /FlateDecode", b"no zlib at all"));
    is_hidden(&object("/Filter /FlateDecode", &deflated(&vec![b' '; 257 << 20])));
}

#[test]
fn short_names_in_pictures_are_chance_and_no_script() {
    let noise = object("/Subtype /Image /Filter /DCTDecode", b"\x01/JS (\x02/XFA \x03");
    assert_eq!(look_at(&pdf(&noise)), Ok(Kind::Pdf));
}

#[test]
fn every_refusal_speaks_both_languages() {
    let broken = ScanRefusal::Broken { kind: Kind::Jpeg, detail: Say::same("x") };
    for refusal in [ScanRefusal::Empty {}, ScanRefusal::NotOfd {}, ScanRefusal::OtherKind {}, broken] {
        let Say { zh, en } = refusal.say();
        assert!(zh.chars().any(|one| ('一'..='龥').contains(&one)) && en.is_ascii(), "{zh} {en}");
    }
}

proptest! {
    #[test]
    fn nothing_that_is_sent_makes_it_fail(mark in 0_usize..5, noise in prop::collection::vec(any::<u8>(), 0..400)) {
        let marks: [&[u8]; 5] = [b"", b"%PDF-1.7\n", b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"];
        let _ = look_at(&[marks[mark], &noise].concat());
    }

    #[test]
    fn a_scan_cut_anywhere_is_none(at in 0_usize..1_000) {
        for bytes in [jpeg(), png(), ofd()] {
            let cut = at.min(bytes.len() - 1);
            prop_assert!(look_at(&bytes[..cut]).is_err());
        }
    }
}
