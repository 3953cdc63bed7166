//! Numbers as people read them: thousands set apart.

/// A count with a comma at each thousand.
pub(crate) fn grouped(count: usize) -> String {
    set_apart(&count.to_string())
}

/// The numbers of a text with a comma at each thousand before their point, as people read them. What stands before a colon is
/// no number but a year; files keep numbers plain.
pub(crate) fn thousands(text: &str) -> String {
    text.split(' ')
        .map(|word| number_set_apart(word).unwrap_or_else(|| word.to_owned()))
        .collect::<Vec<_>>()
        .join(" ")
}

fn number_set_apart(word: &str) -> Option<String> {
    let unsigned = word.trim_start_matches(['+', '-']);
    let (whole, rest) = unsigned.split_at(unsigned.find('.').unwrap_or(unsigned.len()));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = !whole.is_empty() && are_digits(whole) && are_digits(rest.trim_start_matches('.'));
    is_number.then(|| format!("{}{}{rest}", &word[..word.len() - unsigned.len()], set_apart(whole)))
}

fn set_apart(digits: &str) -> String {
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_a_number_is_set_apart() {
        let said = [
            "52000.00",
            "1200",
            "999",
            "0.5",
            "-1234.5",
            "+1000",
            "1234 户",
            "2026: 52000.00",
            "—",
            "2026-01-01",
            "510811210205村",
            "",
        ];
        let shown = said.map(thousands);
        let read = [
            "52,000.00",
            "1,200",
            "999",
            "0.5",
            "-1,234.5",
            "+1,000",
            "1,234 户",
            "2026: 52,000.00",
            "—",
            "2026-01-01",
            "510811210205村",
            "",
        ];
        assert_eq!(shown, read);
    }

    #[test]
    fn thousands_are_set_apart() {
        let shown = [7, 999, 1_000, 12_345, 1_234_567].map(grouped);
        assert_eq!(shown, ["7", "999", "1,000", "12,345", "1,234,567"]);
    }
}
