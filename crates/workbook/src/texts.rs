//! The texts that a workbook's cells share.

use quick_xml::events::Event;

use super::WorkbookError;
use super::parts::Parts;
use super::xml::text_of;

/// Every text, in the order in which cells count them.
pub(super) fn read(parts: &mut Parts<'_>, path: &str) -> Result<Vec<Box<str>>, WorkbookError> {
    let limits = *parts.limits;
    let mut texts: Vec<Box<str>> = Vec::new();
    let mut one = OneText::default();
    parts.each::<()>(path, |event| {
        match &event {
            Event::Start(element) if element.local_name().as_ref() == "si" => one = OneText::default(),
            Event::End(element) if element.local_name().as_ref() == "si" => {
                if texts.len() == limits.shared_texts {
                    return Err(WorkbookError::TooMuchText { limit: limits.text_bytes });
                }
                texts.push(unescaped(std::mem::take(&mut one.text)).into());
            }
            _ => one.take(&event),
        }
        Ok(None)
    })?;
    Ok(texts)
}

/// What cannot stand in XML is written by its number, as `_x000D_`.
pub(super) fn unescaped(text: String) -> String {
    if !text.contains("_x") {
        return text;
    }
    let (mut plain, mut rest) = (String::new(), text.as_str());
    while let Some(at) = rest.find("_x") {
        plain.push_str(&rest[..at]);
        let number = rest.get(at + 2..at + 6).filter(|_| rest.get(at + 6..at + 7) == Some("_"));
        match number.and_then(|number| u32::from_str_radix(number, 16).ok()).and_then(char::from_u32) {
            Some(character) => {
                plain.push(character);
                rest = &rest[at + 7..];
            }
            None => {
                plain.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    plain + rest
}

/// A text that comes in pieces: each `t` but those that say how a character is spoken.
#[derive(Debug, Default)]
pub(super) struct OneText {
    pub(super) text: String,
    is_text: bool,
    is_spoken: bool,
}

impl OneText {
    /// Takes what an event adds. How long it grows is bounded by what is unpacked.
    pub(super) fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(element) => match element.local_name().as_ref() {
                "t" => self.is_text = true,
                "rPh" => self.is_spoken = true,
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "t" => self.is_text = false,
                "rPh" => self.is_spoken = false,
                _ => {}
            },
            other if self.is_text && !self.is_spoken => {
                if let Some(text) = text_of(other) {
                    self.text.push_str(&text);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn a_character_by_its_number_is_that_character() {
        for (written, read) in [
            ("一_x000D_二", "一\r二"),
            ("_x005F_x000D_", "_x000D_"),
            ("a_x12", "a_x12"),
            ("_x村庄村_", "_x村庄村_"),
        ] {
            assert_eq!(unescaped(written.to_owned()), read);
        }
    }
}
