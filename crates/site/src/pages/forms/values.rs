//! What was filled in, by the pointer of its field, and the request that it makes; and back. What makes no request is named:
//! nothing that somebody filled in is left out without a word.

use std::collections::{BTreeMap, BTreeSet};

use domain::say::{Language, Say};
use domain::text::Text;
use labels::terms::{list, term};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value, json};
use service::shape_error::ShapeError;

use super::schema::{Field, NOT_ON_FILE, Shape};

/// What was filled in: JSON pointer to text. A row stands under its number, a key of a map under `…/N/_key`.
pub(crate) type Posted = BTreeMap<String, String>;

/// The most rows of a list that a form holds.
pub(crate) const MAX_ROWS: usize = 60;
/// The part of a pointer under which a map's key stands.
pub(crate) const KEY: &str = "_key";
/// The longest part of what was filled in that is repeated.
const MAX_SAID_CHARACTERS: usize = 20;

/// What was filled in, read as a request.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// The request: empty fields are left out, rows move up. To be given only where nothing is refused.
    pub(crate) request: Value,
    /// What is in no request, by the pointer under which it was filled in.
    pub(crate) refused: Vec<ShapeError>,
    /// Where the rows of the request were filled in.
    pub(crate) moved: Moved,
}

/// Where the rows of a request were filled in: its pointers beside those of the form.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Moved(Vec<(String, String)>);

impl Moved {
    /// Where that was filled in which stands at a pointer of the request.
    pub(crate) fn filled_in_at(&self, pointer: &str) -> String {
        let of = |(to, at): &(String, String)| {
            let rest =
                pointer.strip_prefix(to.as_str()).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
            Some((to.len(), format!("{at}{rest}")))
        };
        let longest = self.0.iter().filter_map(of).max();
        longest.map_or_else(|| pointer.to_owned(), |(_, found)| found)
    }
}

/// What a browser sent of a form's fields, and what it sent twice: of two values one would be lost.
pub(crate) fn posted(sent: &[(String, String)]) -> (Posted, Vec<ShapeError>) {
    let (mut posted, mut twice) = (Posted::new(), Vec::new());
    for (pointer, text) in sent.iter().filter(|(pointer, _)| pointer.starts_with('/')) {
        if posted.insert(pointer.clone(), text.clone()).is_some() {
            twice.push(refusal(
                pointer,
                &Say::of("这一项填了两次，请只填一次", "this was filled in twice: fill it in once"),
            ));
        }
    }
    (posted, twice)
}

/// The request that was filled in.
pub(crate) fn read_request(fields: &[Field], posted: &Posted) -> Reading {
    let mut reader = Reader { posted, seen: BTreeSet::new(), reading: Reading::default() };
    let request = reader.group(fields, "", "");
    let Reader { seen, mut reading, .. } = reader;
    for (pointer, text) in
        posted.iter().filter(|(pointer, text)| !text.trim().is_empty() && !seen.contains(*pointer))
    {
        let found: String = text.trim().chars().take(MAX_SAID_CHARACTERS).collect();
        reading.refused.push(refusal(
            pointer,
            &Say::of(
                format!("填写的「{found}」不在表单的各项之中（每个列表最多 {MAX_ROWS} 行），请重新打开表单填写"),
                format!("`{found}` stands in no field of the form (a list has at most {MAX_ROWS} rows): open the form again"),
            ),
        ));
    }
    reading.request = Value::Object(request);
    reading
}

fn refusal(pointer: &str, said: &Say) -> ShapeError {
    ShapeError { pointer: pointer.to_owned(), detail: said.zh.to_string(), detail_en: said.en.to_string() }
}

/// Reads what was filled in; each value is seen once.
struct Reader<'a> {
    posted: &'a Posted,
    seen: BTreeSet<String>,
    reading: Reading,
}

impl Reader<'_> {
    /// An object that was filled in at one pointer and stands at another.
    fn group(&mut self, fields: &[Field], at: &str, to: &str) -> Map<String, Value> {
        let mut found = Map::new();
        for field in fields {
            let (at, to) = (format!("{at}/{}", field.name), format!("{to}/{}", field.name));
            if let Some(value) = self.read(field, &at, &to) {
                found.insert(field.name.clone(), value);
            }
        }
        found
    }

    fn read(&mut self, field: &Field, at: &str, to: &str) -> Option<Value> {
        match &field.shape {
            // What must be there is sent even when it is empty, so that the refusal names the field that is missing.
            Shape::Group(own) => {
                (field.is_required || self.is_touched(at)).then(|| Value::Object(self.group(own, at, to)))
            }
            Shape::Rows(item) => self.rows(field, item, at, to),
            Shape::Map(item) => self.entries(item, at, to),
            Shape::OnFile(value) => self.on_file(value, at, to),
            Shape::Yuan => {
                let text = self.text(at)?;
                let fen = fen_of(&text);
                if fen.is_none() {
                    let said = Say::of(
                        format!("「{text}」不是以元计的金额：请写数字，最多两位小数，如 52000.00"),
                        format!(
                            "`{text}` is no amount in yuan: write a number with two decimals at most, such as 52000.00"
                        ),
                    );
                    self.reading.refused.push(refusal(at, &said));
                }
                fen.map(|fen| json!({ "amount": fen, "unit": "fen" }))
            }
            _ => self.text(at).map(|text| value_of(field, &text)),
        }
    }

    fn rows(&mut self, field: &Field, item: &Field, at: &str, to: &str) -> Option<Value> {
        let item = Field { is_required: false, ..item.clone() };
        let mut rows = Vec::new();
        for row in 0..MAX_ROWS {
            let (at, to) = (format!("{at}/{row}"), format!("{to}/{}", rows.len()));
            if let Some(value) = self.read(&item, &at, &to) {
                rows.push(value);
                self.reading.moved.0.push((to, at));
            }
        }
        (!rows.is_empty() || field.is_required).then_some(Value::Array(rows))
    }

    /// A value, or the reason that stands in its place; both at once are refused.
    fn on_file(&mut self, value: &Field, at: &str, to: &str) -> Option<Value> {
        let reason_at = format!("{at}/{NOT_ON_FILE}");
        let value = Field { is_required: false, ..value.clone() };
        let Some(reason) = self.text(&reason_at) else { return self.read(&value, at, to) };
        let below = format!("{at}/");
        let is_other = |pointer: &str| pointer == at || (pointer.starts_with(&below) && pointer != reason_at);
        if self.posted.iter().any(|(pointer, text)| is_other(pointer) && !text.trim().is_empty()) {
            let said = Say::of(
                "既填了内容，又写了档案未见的缘由，请只留一样",
                "it has a value and a reason why it is not on file: leave one of them",
            );
            self.refuse_row(&reason_at, at, &said);
            return None;
        }
        Some(json!({ NOT_ON_FILE: reason }))
    }

    /// Values under keys: each has a key, each key a value, and no key is there twice.
    fn entries(&mut self, item: &Field, at: &str, to: &str) -> Option<Value> {
        // What has a key is sent whatever is missing of it, and the refusal names that.
        let item = Field { is_required: true, ..item.clone() };
        let (mut entries, mut rows) = (Map::new(), BTreeMap::new());
        for row in 0..MAX_ROWS {
            let own = format!("{at}/{row}");
            let key_at = format!("{own}/{KEY}");
            let Some(key) = self.text(&key_at) else {
                if self.is_touched(&own) || self.text(&own).is_some() {
                    self.refuse_row(
                        &key_at,
                        &own,
                        &Say::of(
                            format!("第 {} 项填了内容，没有填名称", row + 1),
                            format!("item {} has a value and no name", row + 1),
                        ),
                    );
                }
                continue;
            };
            // Compared as the log will: in one normal form.
            let same = Text::try_from(key.as_str()).map_or_else(|_| key.clone(), String::from);
            if let Some(first) = rows.get(&same).copied() {
                let said = Say::of(
                    format!("「{key}」填了两次：第 {} 项和第 {} 项，请只留一项", first + 1, row + 1),
                    format!(
                        "`{key}` is there twice, as items {} and {}: leave one of them",
                        first + 1,
                        row + 1
                    ),
                );
                self.reading.refused.push(refusal(&format!("{at}/{first}/{KEY}"), &said));
                self.refuse_row(&key_at, &own, &said);
                continue;
            }
            rows.insert(same, row);
            let to = format!("{to}/{}", key.replace('~', "~0").replace('/', "~1"));
            match self.read(&item, &own, &to) {
                Some(value) => {
                    entries.insert(key, value);
                    self.reading.moved.0.push((to, own));
                }
                None => self.refuse_row(
                    &own,
                    &own,
                    &Say::of(
                        format!("「{key}」填了名称，没有填内容"),
                        format!("`{key}` has a name and no value"),
                    ),
                ),
            }
        }
        (!entries.is_empty()).then_some(Value::Object(entries))
    }

    /// Refuses a row as a whole; what else stands in it is not said again.
    fn refuse_row(&mut self, at: &str, row: &str, said: &Say) {
        self.reading.refused.push(refusal(at, said));
        let below = format!("{row}/");
        let all = self.posted.keys().filter(|pointer| *pointer == row || pointer.starts_with(&below));
        self.seen.extend(all.cloned());
    }

    /// A text that was filled in; not one of nothing but blanks.
    fn text(&mut self, at: &str) -> Option<String> {
        let text = self.posted.get(at).map(|text| text.trim()).filter(|text| !text.is_empty())?;
        self.seen.insert(at.to_owned());
        Some(text.to_owned())
    }

    /// Whether anything was filled in below a pointer.
    fn is_touched(&self, at: &str) -> bool {
        let below = format!("{at}/");
        self.posted.iter().any(|(pointer, text)| pointer.starts_with(&below) && !text.trim().is_empty())
    }
}

/// The value that a text stands for. What stands for none stays a text, and the refusal says so beside the field.
fn value_of(field: &Field, text: &str) -> Value {
    let number = || digits_made_plain(text).parse::<Number>().map_or_else(|_| text.into(), Value::Number);
    match &field.shape {
        Shape::YesNo => match text.to_lowercase().as_str() {
            "true" | "yes" | "是" => Value::Bool(true),
            "false" | "no" | "否" => Value::Bool(false),
            _ => text.into(),
        },
        Shape::Whole => digits_made_plain(text).parse::<i64>().map_or_else(|_| text.into(), Into::into),
        Shape::Figure => word_of(text).map_or_else(number, Into::into),
        Shape::Json => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
        Shape::Date => workbook::read_day(text).map_or_else(|| text.into(), |day| day.to_string().into()),
        Shape::Choice(codes) => code_of(&field.type_name, codes, text).unwrap_or(text).into(),
        _ => text.into(),
    }
}

/// The word of a profile, such as `rich`, that people write so in either language.
fn word_of(text: &str) -> Option<&'static str> {
    let is_called = |words: &Say| words.zh == text || words.en == text;
    list("ProfileValue").iter().find(|(_, words)| is_called(words)).map(|(code, _)| *code)
}

/// The code that people call so, in either language.
fn code_of<'a>(type_name: &str, codes: &'a [String], text: &str) -> Option<&'a str> {
    let is_called = |code: &&String| {
        [Language::Zh, Language::En].iter().any(|language| term(*language, type_name, code) == text)
    };
    let mut called = codes.iter().filter(is_called);
    called.next().filter(|_| called.next().is_none()).map(String::as_str)
}

/// An amount in yuan, as people write it, in fen: thousands may be grouped, and the unit may follow.
fn fen_of(text: &str) -> Option<u64> {
    let plain = digits_made_plain(text.trim());
    let plain: String = plain.trim_end_matches('元').trim().replace([',', '，'], "");
    let (yuan, cents) = plain.split_once('.').unwrap_or((&plain, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if yuan.is_empty() || cents.len() > 2 || !is_number(yuan) || !is_number(cents) {
        return None;
    }
    let cents: u64 = format!("{cents:0<2}").parse().ok()?;
    yuan.parse::<u64>().ok()?.checked_mul(100)?.checked_add(cents)
}

/// Digits of full width, as input methods write them, as plain ones.
fn digits_made_plain(text: &str) -> String {
    let plain = |character: char| match character {
        '０'..='９' => {
            char::from_u32(u32::from(character) - u32::from('０') + u32::from('0')).unwrap_or(character)
        }
        '．' => '.',
        '－' => '-',
        other => other,
    };
    text.chars().map(plain).collect()
}

/// What a form shows of a request.
pub(crate) fn posted_of(fields: &[Field], request: &Value) -> Posted {
    let mut posted = Posted::new();
    write_group(fields, "", request, &mut posted);
    posted
}

fn write_group(fields: &[Field], at: &str, found: &Value, posted: &mut Posted) {
    for field in fields {
        write(field, &format!("{at}/{}", field.name), &found[&field.name], posted);
    }
}

fn write(field: &Field, at: &str, found: &Value, posted: &mut Posted) {
    match (&field.shape, found) {
        (_, Value::Null) => {}
        (Shape::OnFile(value), found) => match found[NOT_ON_FILE].as_str() {
            Some(reason) => drop(posted.insert(format!("{at}/{NOT_ON_FILE}"), reason.to_owned())),
            None => write(value, at, found, posted),
        },
        (Shape::Yuan, money) => {
            let yuan = money["amount"].as_u64().map(crate::pages::lists::yuan);
            posted.extend(yuan.map(|yuan| (at.to_owned(), yuan)));
        }
        (Shape::Group(own), _) => write_group(own, at, found, posted),
        (Shape::Rows(item), Value::Array(rows)) => {
            for (row, value) in rows.iter().enumerate() {
                write(item, &format!("{at}/{row}"), value, posted);
            }
        }
        (Shape::Map(item), Value::Object(entries)) => {
            for (row, (key, value)) in entries.iter().enumerate() {
                posted.insert(format!("{at}/{row}/{KEY}"), key.clone());
                write(item, &format!("{at}/{row}"), value, posted);
            }
        }
        (_, Value::String(text)) => {
            posted.insert(at.to_owned(), text.clone());
        }
        (_, other) => {
            posted.insert(at.to_owned(), other.to_string());
        }
    }
}

/// A request without what is null or empty.
#[cfg(test)]
pub(crate) fn without_empty(found: &Value) -> Value {
    match found {
        Value::Object(fields) => {
            let kept = fields
                .iter()
                .filter(|(_, value)| !value.is_null() && !value.as_object().is_some_and(Map::is_empty));
            let kept = kept.filter(|(_, value)| !value.as_array().is_some_and(Vec::is_empty));
            Value::Object(kept.map(|(name, value)| (name.clone(), without_empty(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_empty).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::pages::forms::fields_of;

    fn read(command: &str, filled: &[(&str, &str)]) -> Reading {
        let posted =
            filled.iter().map(|(pointer, text)| ((*pointer).to_owned(), (*text).to_owned())).collect();
        read_request(&fields_of(command).unwrap(), &posted)
    }

    /// Where something is refused, and what is said of it.
    fn refused(reading: &Reading) -> Vec<(&str, &str)> {
        reading.refused.iter().map(|error| (error.pointer.as_str(), error.detail.as_str())).collect()
    }

    #[test]
    fn empty_rows_move_up_and_what_is_no_number_is_sent_as_it_is() {
        let reading = read(
            "record-will-survey",
            &[
                ("/data/villages/0/village", " "),
                ("/data/villages/2/village", "510811210205"),
                ("/data/villages/2/asked", "many"),
                ("/effective_date", ""),
            ],
        );
        let request = &reading.request;
        assert_eq!(request["data"], json!({"villages": [{"village": "510811210205", "asked": "many"}]}));
        assert!(request.get("effective_date").is_none() && reading.refused.is_empty());
        let fields = fields_of("record-will-survey").unwrap();
        assert_eq!(posted_of(&fields, request)["/data/villages/0/asked"], "many");
        assert_eq!(reading.moved.filled_in_at("/data/villages/0/asked"), "/data/villages/2/asked");
        assert_eq!(reading.moved.filled_in_at("/data/villages/0"), "/data/villages/2");
        assert_eq!(reading.moved.filled_in_at("/data/villages"), "/data/villages");
    }

    #[test]
    fn two_rows_of_one_name_and_a_row_without_one_are_refused() {
        let reading = read(
            "evaluate-quarter",
            &[
                ("/data/indicators/0/_key", "培训人次"),
                ("/data/indicators/0/value", "60"),
                ("/data/indicators/1/value", "3"),
                ("/data/indicators/1/unit", "次"),
                ("/data/indicators/3/_key", " 培训人次 "),
                ("/data/indicators/3/value", "75"),
            ],
        );
        assert_eq!(
            refused(&reading),
            [
                ("/data/indicators/1/_key", "第 2 项填了内容，没有填名称"),
                ("/data/indicators/0/_key", "「培训人次」填了两次：第 1 项和第 4 项，请只留一项"),
                ("/data/indicators/3/_key", "「培训人次」填了两次：第 1 项和第 4 项，请只留一项"),
            ]
        );
    }

    #[test]
    fn a_name_without_a_value_is_sent_and_refused_for_what_is_missing() {
        let reading = read("evaluate-quarter", &[("/data/indicators/0/_key", "党课")]);
        assert_eq!(reading.request["data"]["indicators"], json!({"党课": {}}));
        let errors = service::body_schema::check("evaluate-quarter", &reading.request).unwrap_err();
        assert!(errors.iter().any(|error| error.pointer == "/data/indicators/党课/value"), "{errors:?}");
        assert_eq!(reading.moved.filled_in_at("/data/indicators/党课/value"), "/data/indicators/0/value");
    }

    #[test]
    fn what_stands_in_no_field_or_twice_is_refused() {
        let reading = read(
            "evaluate-quarter",
            &[("/data/colour", "红"), ("/data/findings/60", "迟"), ("/data/grades", " ")],
        );
        assert_eq!(
            refused(&reading).iter().map(|(at, _)| *at).collect::<Vec<_>>(),
            ["/data/colour", "/data/findings/60"]
        );
        let sent = [("/data/grade", "good"), ("_key", "x"), ("/data/grade", "fair")];
        let (posted, twice) = posted(&sent.map(|(name, text)| (name.to_owned(), text.to_owned())));
        assert_eq!((posted.len(), twice[0].pointer.as_str()), (1, "/data/grade"));
    }

    #[test]
    fn money_is_filled_in_and_shown_in_yuan() {
        let filled = |text: &str| read("record-funding", &[("/data/base", text)]);
        let amount = |text: &str| filled(text).request["data"]["base"]["amount"].clone();
        for (text, fen) in
            [("52000", 5_200_000), ("52,000.5", 5_200_050), ("５２０００．０５元", 5_200_005), ("0.01", 1)]
        {
            assert_eq!(amount(text), fen, "{text}");
        }
        for text in ["52000.005", "五万", "-1", "1.2.3", "元", "99999999999999999999"] {
            let reading = filled(text);
            assert_eq!(refused(&reading)[0].0, "/data/base", "{text}");
            assert!(reading.request["data"]["base"].is_null(), "{text}");
        }
        let request = filled("52000.5").request;
        let posted = posted_of(&fields_of("record-funding").unwrap(), &request);
        assert_eq!(posted["/data/base"], "52000.50");
        assert!(!posted.contains_key("/data/base/unit"));
    }

    #[test]
    fn a_text_is_read_as_people_write_it() {
        let reading = read(
            "evaluate-quarter",
            &[
                ("/effective_date", "2026年10月13日"),
                ("/data/grade", "较好"),
                ("/data/indicators/0/_key", "党课"),
                ("/data/indicators/0/value", "１２．５"),
                ("/data/indicators/1/_key", "记录"),
                ("/data/indicators/1/value", "null"),
            ],
        );
        let data = &reading.request["data"];
        assert_eq!(reading.request["effective_date"], "2026-10-13");
        assert_eq!(data["indicators"]["党课"]["value"], 12.5);
        assert_eq!(data["indicators"]["记录"]["value"], "null");
        let grade =
            |text: &str| read("evaluate-quarter", &[("/data/grade", text)]).request["data"]["grade"].clone();
        let known = term(Language::Zh, "Grade", "fair");
        assert_eq!(
            (grade(&known), grade("fair"), grade("不详")),
            ("fair".into(), "fair".into(), "不详".into())
        );
    }
}
