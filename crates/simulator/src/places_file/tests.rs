//! What a list of places may look like, and every way in which it is refused.

use domain::place::PlaceKind;

use super::{MAX_PROBLEMS_LISTED, PlaceLine, PlacesFileError, PlacesList, commands, data, read_bytes};

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

fn read(bytes: &[u8]) -> Vec<PlaceLine> {
    let PlacesList { lines, notes } = read_bytes(bytes).unwrap();
    assert_eq!(notes, []);
    lines
}

/// The places of a list, and what is said of it in Chinese.
fn noted(text: &str) -> (Vec<String>, Vec<String>) {
    let list = read_bytes(text.as_bytes()).unwrap();
    let codes = list.lines.iter().map(|line| line.code.to_string()).collect();
    (codes, list.notes.into_iter().map(|note| note.zh.into_owned()).collect())
}

fn codes(lines: &[PlaceLine]) -> Vec<&str> {
    lines.iter().map(|line| line.code.as_str()).collect()
}

#[test]
fn utf_8_with_and_without_mark_and_gb18030_read_alike() {
    let plain = read(GOOD.as_bytes());
    assert_eq!(codes(&plain), ["5108", "510811", "510811210", "510811210205"]);
    assert_eq!((plain[0].parent.as_ref(), plain[3].name.as_str()), (None, "狮子村民委员会"));
    let marked = format!("\u{feff}{}", GOOD.replace('\n', "\r\n"));
    assert_eq!(read(marked.as_bytes()), plain);
    let (encoded, _, _) = encoding_rs::GB18030.encode(GOOD);
    assert_eq!(read(&encoded), plain);
}

#[test]
fn every_failing_row_is_listed_with_its_column() {
    let text = format!(
        "{GOOD}510811210205,田岩村民委员会,village,510811210\n51081121020,短,village,510811210\n\
         510811210206,,village,510811210\n510811210207,竹林,hamlet,510811210\n\
         510811211200,某村,village,510811211\n510811,某县,township,5108\n\
         510811210208,某村,village,510811211\n510811210209,多列,village,510811210,多\n"
    );
    assert_eq!(
        problems(&text),
        [
            (6, "code"),
            (7, "code"),
            (8, "name"),
            (9, "level"),
            (10, "parent"),
            (11, "level"),
            (11, "code"),
            (12, "parent"),
            (13, "-")
        ]
    );
}

#[test]
fn a_wrong_header_an_empty_list_and_other_encodings_are_refused() {
    assert_eq!(problems("name,colour,level,parent\n"), [(1, "-")]);
    assert_eq!(problems("name,level,parent\n"), [(1, "-")]);
    assert_eq!(problems("code,,name\n"), [(1, "-")]);
    assert_eq!(problems("code,name,代码\n"), [(1, "code")]);
    assert_eq!(problems(""), [(1, "-")]);
    assert_eq!(problems("code,name,level,parent\n"), [(2, "-")]);
    let broken = [b"code,name,level,parent\n5108,".as_slice(), &[0xFF, 0xFF, b'\n']].concat();
    assert!(matches!(read_bytes(&broken), Err(PlacesFileError::Rows { listed, .. }) if listed[0].line == 2));
}

#[test]
fn lines_are_counted_past_empty_ones_and_line_ends_of_every_kind() {
    for text in [GOOD.replace("510811,", "\n510811,"), format!("\r\n{}", GOOD.replace('\n', "\r\n"))] {
        let lines = read(text.as_bytes());
        assert_eq!(lines.last().unwrap().line, 6, "{text}");
    }
    let lines = read(GOOD.replace('\n', "\r").as_bytes());
    assert_eq!(lines, read(GOOD.as_bytes()));
}

#[test]
fn a_sheet_reads_like_the_csv_of_the_same_rows() {
    let sheet = read(include_bytes!("places.xlsx"));
    assert_eq!(sheet, read(GOOD.as_bytes()));
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
    let mut lines = read(GOOD.as_bytes());
    let day = "2018-01-01".parse().unwrap();
    let first = commands(&lines, day);
    lines.reverse();
    assert_eq!(commands(&lines, day), first);
    assert_eq!(first[0].body["data"].get("parent"), None);
    assert_eq!(first[3].body["data"]["parent"], "510811210");
    assert_ne!(commands(&lines, "2019-01-01".parse().unwrap())[0].id, first[0].id);
}

#[test]
fn columns_stand_in_any_order_under_their_usual_names() {
    let text = "上级代码\t层级\t统计用区划代码\t名称\n51\t市\t5108\t广元市\n5108\t县\t510811\t昭化区\n\
        510811\t乡镇\t510811210\t白果乡\n510811210\t村\t510811210205\t狮子村民委员会\n";
    assert_eq!(read(text.as_bytes()), read(GOOD.as_bytes()));
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(read(&[b"\xFE\xFF".as_slice(), &utf_16].concat()), read(GOOD.as_bytes()));
    assert_eq!(problems(&format!("{GOOD}510811210206,,,\n")), [(6, "name")]);
    let wide = GOOD.replace("510811210205", "５１０８１１２１０２０５");
    assert_eq!(read(wide.as_bytes()), read(GOOD.as_bytes()));
    assert_eq!(problems(&format!("{GOOD}5.10811E+11,某村,village,510811210\n")), [(6, "code")]);
}

#[test]
fn the_official_form_has_twelve_digits_at_every_tier_and_says_the_tier_by_them() {
    let full = "code,name,level,parent\n510800000000,广元市,city,510000000000\n510811000000,昭化区,county,510800000000\n\
        510811210000,白果乡,township,510811000000\n510811210205,狮子村民委员会,village,510811210000\n";
    assert_eq!(read(full.as_bytes()), read(GOOD.as_bytes()));
    let bare = "统计用区划代码,名称\n510800000000,广元市\n510811000000,昭化区\n510811210000,白果乡\n510811210205,狮子村民委员会\n";
    assert_eq!(read(bare.as_bytes()), read(GOOD.as_bytes()));
    let (found, notes) = noted(
        "统计用区划代码,城乡分类代码,名称\n510000000000,,四川省\n510800000000,,广元市\n510801000000,,市辖区\n510811000000,,昭化区\n",
    );
    assert_eq!(found, ["5108", "510811"]);
    assert!(
        notes[0].contains("第 2 行是省级") && notes[1].contains("城乡分类") && notes[2].contains("第 4 行"),
        "{notes:?}"
    );
    // Zeros that do not fit the tier are no closing zeros.
    assert_eq!(problems(&format!("{GOOD}510811211000,某村,village,510811211\n")), [(6, "level")]);
}

#[test]
fn what_is_no_name_is_refused_as_one() {
    for name in [
        "#N/A",
        "46113",
        "TRUE",
        "null",
        "2026-03-01",
        "5.1E+11",
        "-",
        "?林村",
        "\u{fffd}林村",
        "\u{e5e5}岩村",
        "########",
    ] {
        let text = format!("{GOOD}510811210206,{name},village,510811210\n");
        assert_eq!(problems(&text), [(6, "name")], "{name}");
    }
}

#[test]
fn a_kind_is_stated_in_a_column_or_said_by_code_and_name() {
    let text = "code,name,kind\n5108,广元市,\n510811,昭化区,\n510811210,白果乡,\n510811210004,河坝村,行政村\n510811210206,某林场,other\n";
    let lines = read(text.as_bytes());
    let kinds: Vec<_> = lines.iter().map(|line| line.kind).collect();
    assert_eq!(kinds, [None, None, None, Some(PlaceKind::Village), Some(PlaceKind::Other)]);
    assert_eq!((data(&lines[3])["kind"].as_str(), data(&lines[0]).get("kind")), (Some("village"), None));
    assert_eq!(problems(&text.replace("行政村", "大村")), [(5, "kind")]);
    assert_eq!(problems(&text.replace("白果乡,", "白果乡,village")), [(4, "kind")]);
}

#[test]
fn a_city_without_counties_is_its_own_county() {
    for (city, parent) in [("4419", "4419"), ("441900000000", "441900000000"), ("441900", "")] {
        let text = format!(
            "code,name,level,parent\n{city},东莞市,city,44\n441900003000,东城街道,township,{parent}\n441900003001,岗贝社区居委会,village,441900003000\n"
        );
        let (found, notes) = noted(&text);
        assert_eq!(found, ["4419", "441900003", "441900003001", "441900"], "{parent}");
        assert_eq!(notes, ["东莞市不设县(区)，另按代码 441900 登记为其县(区)一级"]);
        let list = read_bytes(text.as_bytes()).unwrap();
        let parents: Vec<_> = commands(&list.lines, "2018-01-01".parse().unwrap())
            .iter()
            .map(|one| one.body["data"]["parent"].clone())
            .collect();
        assert_eq!(parents, [serde_json::Value::Null, "4419".into(), "441900".into(), "441900003".into()]);
    }
    // One that the list has itself is not added.
    let own = "code,name,level\n4419,东莞市,city\n441900,东莞市,county\n441900003,东城街道,township\n";
    assert_eq!(read(own.as_bytes()).len(), 3);
}

#[test]
fn a_county_right_under_its_province_needs_no_city() {
    for parent in ["42", "420000000000", "4290", ""] {
        let text = format!(
            "code,name,level,parent\n429004,仙桃市,county,{parent}\n429004001,沙嘴街道,township,429004\n"
        );
        let lines = read(text.as_bytes());
        assert_eq!(data(&lines[0])["parent"], "4290", "{parent}");
    }
    assert_eq!(problems("code,name,level,parent\n510811,昭化区,county,5108\n"), [(2, "parent")]);
    assert_eq!(problems(&GOOD.replace("county,5108", "county,51")), [(3, "parent")]);
}
