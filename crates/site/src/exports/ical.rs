//! What falls due as a calendar file: iCalendar as RFC 5545 has it, one all-day event for each thing owed.

use domain::date::Date;

/// The most octets of a line before its break (RFC 5545, section 3.1).
const MAX_LINE_OCTETS: usize = 75;

/// Something that falls due on a day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DueEvent {
    /// What tells it from every other, the same in every file.
    pub(crate) uid: String,
    pub(crate) on: Date,
    pub(crate) summary: String,
    pub(crate) description: String,
    /// The page on which it is done, by its whole address.
    pub(crate) url: Option<String>,
}

/// The file: `stamp` is the day for which it was made.
pub(crate) fn calendar(name: &str, stamp: Date, events: &[DueEvent]) -> String {
    let mut file = String::new();
    let mut line = |name: &str, value: &str| fold(&mut file, &format!("{name}:{value}"));
    line("BEGIN", "VCALENDAR");
    line("VERSION", "2.0");
    line("PRODID", "-//lianjian//lianjian//ZH");
    line("CALSCALE", "GREGORIAN");
    line("METHOD", "PUBLISH");
    line("X-WR-CALNAME", &escaped(name));
    for event in events {
        line("BEGIN", "VEVENT");
        line("UID", &escaped(&event.uid));
        line("DTSTAMP", &format!("{}T000000Z", digits(stamp)));
        line("DTSTART;VALUE=DATE", &digits(event.on));
        line("DTEND;VALUE=DATE", &digits(event.on.plus_days(1)));
        line("SUMMARY", &escaped(&event.summary));
        line("DESCRIPTION", &escaped(&event.description));
        // A URI is no text: nothing in it is escaped (section 3.3.13).
        if let Some(url) = &event.url {
            line("URL", url);
        }
        line("TRANSP", "TRANSPARENT");
        line("END", "VEVENT");
    }
    line("END", "VCALENDAR");
    file
}

/// `20261215`.
fn digits(day: Date) -> String {
    day.to_string().replace('-', "")
}

/// A text as a value holds it (section 3.3.11); other control characters have no place in one.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => escaped.extend(['\\', letter]),
            '\n' => escaped.push_str("\\n"),
            _ if letter.is_control() => {}
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// Adds a line, broken so that no part has too many octets and no character is torn; what goes on begins with a space.
fn fold(file: &mut String, line: &str) {
    let mut octets = 0;
    for letter in line.chars() {
        if octets + letter.len_utf8() > MAX_LINE_OCTETS {
            file.push_str("\r\n ");
            octets = 1;
        }
        file.push(letter);
        octets += letter.len_utf8();
    }
    file.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(summary: &str) -> DueEvent {
        DueEvent {
            uid: "evaluation-01J8KQ2M000000000000000001-2026Q4@5108.lianjian.cn".into(),
            on: "2026-12-31".parse().unwrap(),
            summary: summary.into(),
            description: String::new(),
            url: Some("https://lianjian.example/work/evaluate-quarter?joint_branch=1&quarter=2026Q4".into()),
        }
    }

    fn file(summary: &str) -> String {
        calendar("白果乡", "2026-12-01".parse().unwrap(), &[event(summary)])
    }

    /// What a reader of the file makes of its lines (section 3.1).
    fn unfolded(file: &str) -> String {
        file.replace("\r\n ", "")
    }

    #[test]
    fn no_line_is_too_long_and_no_character_is_torn() {
        let name = "槐树龙宝凤凰联合党总支".repeat(9);
        let file = file(&name);
        assert!(file.split("\r\n").all(|line| line.len() <= 75), "{file}");
        assert!(file.split("\r\n").any(|line| line.starts_with(' ')), "a long name is folded");
        assert!(unfolded(&file).contains(&format!("\r\nSUMMARY:{name}\r\n")));
    }

    #[test]
    fn a_line_of_just_so_many_octets_is_not_broken() {
        // SUMMARY: has eight octets, and 22 characters of three have 66.
        for (count, lines) in [(22, 1), (23, 2)] {
            let file = file(&"村".repeat(count));
            let lines_of = file
                .split("\r\n")
                .skip_while(|line| !line.starts_with("SUMMARY"))
                .take_while(|line| !line.starts_with("DESCRIPTION"));
            assert_eq!(lines_of.count(), lines, "{count}");
        }
    }

    #[test]
    fn what_has_a_meaning_in_a_value_is_escaped() {
        let file = file("甲、乙;丙,丁\\戊\r\n己");
        assert!(file.contains("SUMMARY:甲、乙\\;丙\\,丁\\\\戊\\n己\r\n"), "{file}");
        assert!(!file.replace("\r\n", "").contains(['\r', '\n']));
    }

    #[test]
    fn a_thing_owed_is_an_event_of_its_whole_day_under_the_same_name_each_time() {
        let file = file("季度评估");
        assert!(
            file.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && file.ends_with("END:VCALENDAR\r\n")
        );
        for line in [
            "UID:evaluation-01J8KQ2M000000000000000001-2026Q4@5108.lianjian.cn",
            "DTSTAMP:20261201T000000Z",
            "DTSTART;VALUE=DATE:20261231",
            "DTEND;VALUE=DATE:20270101",
        ] {
            assert!(file.contains(&format!("\r\n{line}\r\n")), "{line}: {file}");
        }
    }
}
