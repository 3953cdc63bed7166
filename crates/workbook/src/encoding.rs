//! Which characters the bytes of a text file stand for.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use super::WorkbookError;

/// The marks by which a file says how its characters are written.
const UTF_8_MARK: &[u8] = b"\xEF\xBB\xBF";
const UTF_16_LITTLE_MARK: &[u8] = b"\xFF\xFE";
const UTF_16_BIG_MARK: &[u8] = b"\xFE\xFF";

/// UTF-8 or UTF-16 by their marks, else UTF-8, else GB18030, which office programs in China still write. What none of them
/// is, is refused: a wrong guess gives other characters, not an error.
pub(super) fn decode(bytes: &[u8]) -> Result<String, WorkbookError> {
    let marked = |mark, encoding: &'static encoding_rs::Encoding| {
        let rest = bytes.strip_prefix(mark)?;
        Some(encoding.decode_without_bom_handling_and_without_replacement(rest))
    };
    let text = match marked(UTF_16_LITTLE_MARK, UTF_16LE).or_else(|| marked(UTF_16_BIG_MARK, UTF_16BE)) {
        Some(decoded) => decoded.ok_or(WorkbookError::Encoding { line: 1 })?.into_owned(),
        // No text has zero bytes; UTF-16 without its mark has one beside every digit.
        None if bytes.contains(&0) => return Err(WorkbookError::NoText),
        None => unmarked(bytes.strip_prefix(UTF_8_MARK).unwrap_or(bytes))?,
    };
    if text.contains('\0') { Err(WorkbookError::NoText) } else { Ok(text) }
}

fn unmarked(bytes: &[u8]) -> Result<String, WorkbookError> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error,
    };
    let decoded = GB18030.decode_without_bom_handling_and_without_replacement(bytes);
    decoded.map(std::borrow::Cow::into_owned).ok_or_else(|| {
        let valid = String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default());
        WorkbookError::Encoding { line: 1 + super::line_ends(&valid) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16(text: &str, write: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(write).collect()
    }

    #[test]
    fn a_text_is_read_in_each_encoding_that_offices_write() {
        let text = "代码,名称\r\n5108,广元市𠮷\r\n";
        let gb = GB18030.encode(text).0.into_owned();
        let files = [
            text.as_bytes().to_vec(),
            [UTF_8_MARK, text.as_bytes()].concat(),
            gb,
            [UTF_16_LITTLE_MARK, &utf_16(text, u16::to_le_bytes)].concat(),
            [UTF_16_BIG_MARK, &utf_16(text, u16::to_be_bytes)].concat(),
        ];
        for bytes in files {
            assert_eq!(decode(&bytes).as_deref(), Ok(text), "{bytes:?}");
        }
    }

    #[test]
    fn what_does_not_say_what_it_is_is_refused() {
        let text = "5108,广元市\n";
        for bytes in [utf_16(text, u16::to_le_bytes), utf_16(text, u16::to_be_bytes), b"a\0b".to_vec()] {
            assert_eq!(decode(&bytes), Err(WorkbookError::NoText));
        }
        // UTF-32 begins as UTF-16 does.
        let wide: Vec<u8> = "\u{feff}51".chars().flat_map(|one| u32::from(one).to_le_bytes()).collect();
        assert_eq!(decode(&wide), Err(WorkbookError::NoText));
        assert_eq!(decode(b"\xFF\xFE\x00"), Err(WorkbookError::Encoding { line: 1 }));
        assert_eq!(decode(b"5108\n\n\xE5\xB9\xFF\xFF"), Err(WorkbookError::Encoding { line: 3 }));
    }
}
