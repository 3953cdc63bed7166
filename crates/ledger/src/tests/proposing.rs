//! What is proposed of ledgers as offices keep them.

use super::*;

/// A ledger as a county keeps it: a title, merged cells, rows of members, days of a spreadsheet, sums and a footer.
fn workbook(is_from_1904: bool) -> Vec<u8> {
    let mut book = Workbook::new();
    if is_from_1904 {
        // The writer knows one system only; the serials are those of the other.
    }
    let sheet = book.add_worksheet();
    sheet.set_name("白果乡").unwrap();
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 8, "昭化区农村党支部合建共建清单", &plain).unwrap();
    let heads = ["序号", "名称", "类型", "成员村", "正式党员", "成立时间", "批复文号", "书记", "备注"];
    for (column, head) in (0_u16..).zip(heads) {
        sheet.write(2, column, head).unwrap();
    }
    for (column, text) in
        [(0, "1"), (1, "狮子田岩联合党支部"), (2, "合建"), (6, "昭委组〔2017〕18号"), (7, "王某某")]
    {
        sheet.merge_range(3, column, 4, column, text, &plain).unwrap();
    }
    let day = Format::new().set_num_format("yyyy年m月d日");
    sheet.merge_range(3, 5, 4, 5, "", &day).unwrap();
    sheet.write_number_with_format(3, 5, 42_795, &day).unwrap();
    sheet.write(3, 3, "狮子").unwrap();
    sheet.write(4, 3, "田岩村").unwrap();
    sheet.write(3, 4, 21).unwrap();
    sheet.write(4, 4, 17).unwrap();
    sheet.write(5, 0, "合计").unwrap();
    sheet.write(5, 4, 38).unwrap();
    sheet.write(6, 0, "填表人：某某").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn merged_cells_titles_and_days_are_read_as_a_person_reads_them() {
    let proposal = County::new().propose(&workbook(false));
    assert_eq!(proposal.rows.len(), 1);
    let own = |key| text(&proposal, 0, key);
    assert_eq!(own(Key::Name), ("狮子田岩联合党支部", Confidence::Certain));
    assert_eq!(own(Key::Township), ("白果乡", Confidence::Likely));
    assert_eq!(own(Key::Members).0, "狮子村党支部（510811210205）、田岩村党支部（510811210206）");
    assert_eq!(own(Key::Established), ("2017-03-01", Confidence::Certain));
    assert_eq!(own(Key::Approval), ("昭委组〔2017〕18号", Confidence::Certain));
    assert_eq!(own(Key::Secretary), ("王某某", Confidence::Certain));
    assert_eq!(own(Key::Mode).0, "档案未见：清单无此列");
    // What is registered is not proposed again, and each branch has its own number of members.
    let told: Vec<_> =
        proposal.organizations.iter().map(|it| (it.name.as_str(), it.formal_members)).collect();
    assert_eq!(told, [("田岩村党支部", Some(17))]);
    assert_eq!(proposal.persons.len(), 1);
    assert_eq!(proposal.organ, "中共昭化区委组织部");
    let passed: Vec<_> = proposal.not_read.iter().map(|it| (it.place.as_str(), it.why.zh.as_ref())).collect();
    assert_eq!(passed, [("6", "合计行"), ("7", "表尾说明")]);
}

fn csv(rows: &str) -> Vec<u8> {
    format!("乡镇,联合党组织名称,类型,成员村,书记,备注\n{rows}").into_bytes()
}

#[test]
fn a_village_is_found_in_its_township_or_the_reason_says_what_was_found() {
    let county = County::new();
    let members = |rows: &str| {
        let proposal = county.propose(&csv(rows));
        let value = &proposal.rows[0].values[&Key::Members];
        let why = value.why.iter().map(|why| why.zh.to_string()).collect::<Vec<_>>().join("；");
        (value.accepted.clone(), value.confidence, why)
    };
    let (accepted, confidence, _) = members("梅树乡,甲联合党支部,合建,梅树村党支部、前进,,\n");
    assert_eq!(accepted, "梅树村党支部（510811211201）、前进村党支部（510811211202）");
    assert_eq!(confidence, Confidence::Likely);
    // One character off, and in another township.
    let (accepted, confidence, why) = members("白果乡,甲联合党支部,合建,狮子村、田言村,,\n");
    assert!(
        accepted.ends_with("田岩村党支部（510811210206）") && confidence == Confidence::Likely,
        "{accepted} {why}"
    );
    let (accepted, _, why) = members("白果乡,甲联合党支部,合建,狮子村、梅树村,,\n");
    assert!(
        accepted.ends_with("梅树村党支部（510811211201）") && why.contains("不在本乡镇"),
        "{accepted} {why}"
    );
    // No such village in any township.
    let (accepted, confidence, why) = members("白果乡,甲联合党支部,合建,狮子村、天边村,,\n");
    assert_eq!((accepted.as_str(), confidence), ("狮子村党支部（510811210205）", Confidence::Open));
    assert!(why.contains("天边村") && why.contains("区划"), "{why}");
    // Two of one name in the county, and no township: nobody guesses.
    let (_, confidence, why) = members(",甲联合党支部,合建,前进村、田岩村,,\n");
    assert!(confidence == Confidence::Open && why.contains("可能是几个之一"), "{why}");
}

#[test]
fn a_village_in_two_mergers_and_a_secretary_of_two_are_marked_with_both_cells() {
    let rows =
        "白果乡,甲联合党支部,合建,狮子村、田岩村,王某某,\n白果乡,乙联合党支部,合建,田岩村、月坝村,王某某,\n";
    let proposal = County::new().propose(&csv(rows));
    for (key, cells) in [(Key::Members, "D2、D3"), (Key::Secretary, "E2、E3")] {
        let value = &proposal.rows[1].values[&key];
        assert_eq!(value.confidence, Confidence::Open);
        assert!(value.why.iter().any(|why| why.zh.contains(cells)), "{:?}", value.why);
    }
}

#[test]
fn no_name_and_no_number_goes_into_what_the_log_keeps() {
    let rows =
        "白果乡,甲联合党支部,合建,狮子村、田岩村,王某某13800000000,王某某2019年起兼任，电话 13800000000\n";
    let proposal = County::new().propose(&csv(rows));
    assert_eq!(text(&proposal, 0, Key::Secretary).0, "王某某");
    let note = text(&proposal, 0, Key::Note).0;
    assert!(note.contains("2019年起兼任") && !note.contains("王某某") && !note.contains("138"), "{note}");
}

#[test]
fn what_has_no_known_heading_is_told_and_kept_in_the_note() {
    let text_of = "乡镇,联合党组织名称,类型,成员村,主导产业,手机\n白果乡,甲联合党支部,合建,狮子村、田岩村,核桃,13800000000\n";
    let proposal = County::new().propose(text_of.as_bytes());
    assert!(text(&proposal, 0, Key::Note).0.contains("主导产业：核桃"));
    let told: Vec<_> = proposal.not_read.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(told, ["主导产业", "手机"]);
}

#[test]
fn a_ledger_of_another_county_is_refused_by_its_cells() {
    let county = County::new();
    let rule = "other-county".to_owned();
    assert_eq!(
        county.refused("县区,乡镇,名称,成员村\n朝天区,朝天镇,甲,乙、丙\n".as_bytes()),
        [("A2".to_owned(), rule.clone())]
    );
    assert_eq!(
        county.refused("乡镇,名称,成员村\n朝天镇,甲,乙、丙\n".as_bytes()),
        [("A2".to_owned(), rule.clone())]
    );
    assert_eq!(
        county.refused("朝天区清单,,\n乡镇,名称,成员村\n白果乡,甲,乙、丙\n".as_bytes()),
        [("A1".to_owned(), rule)]
    );
}

#[test]
fn an_error_in_a_column_that_is_read_is_refused_by_its_cell() {
    let bytes = "乡镇,名称,成员村\n白果乡,甲,#REF!\n".as_bytes();
    match read(bytes, Aliases::default()) {
        Err(LedgerError::Cells { problems }) => {
            assert_eq!((problems[0].cell.as_str(), problems[0].rule.as_str()), ("C2", "cell-error"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_office_names_its_own_headings_in_a_sheet() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, texts) in (0_u32..).zip([["抱团村", "合建叫法"], ["狮子村、田岩村", "狮田联合党支部"]])
    {
        for (column, text) in (0_u16..).zip(texts) {
            sheet.write(row, column, text).unwrap();
        }
    }
    let aliases = book.add_worksheet();
    aliases.set_name("表头别名").unwrap();
    for (row, texts) in (0_u32..).zip([["字段", "表头"], ["成员", "抱团村"], ["name", "合建叫法"]])
    {
        for (column, text) in (0_u16..).zip(texts) {
            aliases.write(row, column, text).unwrap();
        }
    }
    let proposal = County::new().propose(&book.save_to_buffer().unwrap());
    assert_eq!(text(&proposal, 0, Key::Name).0, "狮田联合党支部");
    assert_eq!(text(&proposal, 0, Key::Township), ("白果乡", Confidence::Likely));
}
