//! What a list of places may look like, and every way in which it is refused.

use super::{MAX_PROBLEMS_LISTED, PlaceLine, PlacesFileError, commands, read_bytes};

const GOOD: &str = "code,name,level,parent\n5108,广元市,city,51\n510811,昭化区,county,5108\n\
    510811210,白果乡,township,510811\n510811210205,狮子村民委员会,village,510811210\n";

fn problems(text: &str) -> Vec<(u64, &'static str)> {
    match read_bytes(text.as_bytes()) {
        Err(PlacesFileError::Rows { listed, .. }) => {
            listed.into_iter().map(|problem| (problem.line, problem.column)).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn codes(lines: &[PlaceLine]) -> Vec<&str> {
    lines.iter().map(|line| line.code.as_str()).collect()
}

#[test]
fn utf_8_with_and_without_mark_and_gb18030_read_alike() {
    let plain = read_bytes(GOOD.as_bytes()).unwrap();
    assert_eq!(codes(&plain), ["5108", "510811", "510811210", "510811210205"]);
    assert_eq!((plain[0].parent.as_ref(), plain[3].name.as_str()), (None, "狮子村民委员会"));
    let marked = format!("\u{feff}{}", GOOD.replace('\n', "\r\n"));
    assert_eq!(read_bytes(marked.as_bytes()).unwrap(), plain);
    let (encoded, _, _) = encoding_rs::GB18030.encode(GOOD);
    assert_eq!(read_bytes(&encoded).unwrap(), plain);
}

#[test]
fn every_failing_row_is_listed_with_its_column() {
    let text = format!(
        "{GOOD}510811210205,田岩村民委员会,village,510811210\n51081121020,短,village,510811210\n\
         510811210206,,village,510811210\n510811210207,竹林,hamlet,510811210\n\
         510811211200,某村,village,510811211\n510811,某县,township,5108\n\
         510811210208,某村,village,510811211\n510811210209,少列,village\n"
    );
    assert_eq!(
        problems(&text),
        [
            (6, "code"),
            (7, "code"),
            (8, "name"),
            (9, "level"),
            (10, "parent"),
            (11, "code"),
            (11, "level"),
            (12, "parent"),
            (13, "parent")
        ]
    );
}

#[test]
fn a_wrong_header_an_empty_list_and_other_encodings_are_refused() {
    assert_eq!(problems("name,code,level,parent\n"), [(1, "-")]);
    assert_eq!(problems(""), [(1, "-")]);
    assert_eq!(problems("code,name,level,parent\n"), [(2, "-")]);
    let broken = [b"code,name,level,parent\n5108,".as_slice(), &[0xFF, 0xFF, b'\n']].concat();
    assert!(matches!(read_bytes(&broken), Err(PlacesFileError::Rows { listed, .. }) if listed[0].line == 2));
}

#[test]
fn lines_are_counted_past_empty_ones_and_line_ends_of_every_kind() {
    for text in [GOOD.replace("510811,", "\n510811,"), format!("\r\n{}", GOOD.replace('\n', "\r\n"))] {
        let lines = read_bytes(text.as_bytes()).unwrap();
        assert_eq!(lines.last().unwrap().line, 6, "{text}");
    }
    let lines = read_bytes(GOOD.replace('\n', "\r").as_bytes()).unwrap();
    assert_eq!(lines, read_bytes(GOOD.as_bytes()).unwrap());
}

#[test]
fn a_sheet_reads_like_the_csv_of_the_same_rows() {
    let sheet = read_bytes(include_bytes!("places.xlsx")).unwrap();
    assert_eq!(sheet, read_bytes(GOOD.as_bytes()).unwrap());
}

#[test]
fn what_is_beyond_the_list_is_counted() {
    let rows: String = (0..MAX_PROBLEMS_LISTED + 5).map(|index| format!("x{index},某,village,1\n")).collect();
    let error = read_bytes(format!("code,name,level,parent\n{rows}").as_bytes());
    let Err(PlacesFileError::Rows { listed, more }) = error else { panic!("{error:?}") };
    assert_eq!((listed.len(), more), (MAX_PROBLEMS_LISTED, 5));
}

#[test]
fn commands_go_from_the_city_down_and_keep_their_ids() {
    let mut lines = read_bytes(GOOD.as_bytes()).unwrap();
    let day = "2018-01-01".parse().unwrap();
    let first = commands(&lines, day);
    lines.reverse();
    assert_eq!(commands(&lines, day), first);
    assert_eq!(first[0].body["data"].get("parent"), None);
    assert_eq!(first[3].body["data"]["parent"], "510811210");
    assert_ne!(commands(&lines, "2019-01-01".parse().unwrap())[0].id, first[0].id);
}
