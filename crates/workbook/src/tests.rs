//! Workbooks as spreadsheet programs write them, and as nobody's does: each of these brought down a reader that believed them.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use rust_xlsxwriter::{Format, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const LIMITS: Limits = Limits {
    file_bytes: 1 << 20,
    unpacked_bytes: 4 << 20,
    rows: 100,
    columns: 8,
    shared_texts: 1_000,
    text_bytes: 64 << 10,
};
const RELATED: &str = r#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>
    <Relationship Id="r2" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="r3" Type="x/styles" Target="styles.xml"/></Relationships>"#;
const ROOT: &str = r#"<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

/// A workbook of these parts, besides those that every workbook has.
fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
    let book = r#"<workbook xmlns:r="r"><sheets><sheet name="1" r:id="r1"/></sheets></workbook>"#;
    let own = [("_rels/.rels", ROOT), ("xl/workbook.xml", book), ("xl/_rels/workbook.xml.rels", RELATED)];
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let others = own.iter().filter(|(name, _)| parts.iter().all(|(part, _)| part != name));
    for (name, text) in others.chain(parts) {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A workbook whose sheet has these rows.
fn sheet(rows: &str) -> Vec<u8> {
    packed(&[("xl/worksheets/sheet1.xml", &format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"))])
}

fn day(date: &str) -> CellValue {
    CellValue::Day { date: date.parse().unwrap(), shown: Precision::Day }
}

fn text(value: &str) -> CellValue {
    CellValue::Text(value.to_owned())
}

#[test]
fn what_a_spreadsheet_program_writes_is_read_as_it_is_shown() {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.write_string(0, 0, "村 & <组>").unwrap();
    page.write_string(2, 1, "村 & <组>").unwrap();
    page.write_number(2, 0, 80.5).unwrap();
    page.write_number_with_format(2, 2, 43_252, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
    page.write_boolean(2, 3, true).unwrap();
    page.write_blank(9, 5, &Format::new().set_bold()).unwrap();
    book.add_worksheet().write_string(0, 0, "other").unwrap();
    let sheet = read(&book.save_to_buffer().unwrap(), &LIMITS).unwrap();
    assert_eq!(sheet.other_sheets, ["Sheet2"]);
    let rows = sheet.rows;
    assert_eq!(rows.keys().copied().collect::<Vec<_>>(), [1, 3]);
    assert_eq!(rows[&1][&0], text("村 & <组>"));
    let third: Vec<_> = rows[&3].values().cloned().collect();
    assert_eq!(
        third,
        [CellValue::Number(80.5), text("村 & <组>"), day("2018-06-01"), CellValue::Truth(true)]
    );
}

#[test]
fn every_kind_of_cell_is_told_from_the_others() {
    let rows = read(
        &packed(&[
            (
                "xl/styles.xml",
                r#"<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>"#,
            ),
            (
                "xl/sharedStrings.xml",
                r#"<x:sst xmlns:x="x"><x:si/><x:si><x:r><x:t>一</x:t></x:r><x:rPh><x:t>yi</x:t></x:rPh><x:r><x:t>二&#x4E09;</x:t></x:r></x:si></x:sst>"#,
            ),
            (
                "xl/workbook.xml",
                r#"<workbook><workbookPr date1904="1"/><sheets><sheet r:id="r1" xmlns:r="r"/></sheets></workbook>"#,
            ),
            (
                "xl/worksheets/sheet1.xml",
                r#"<worksheet><sheetData><row><c t="s"><v>1</v></c><c t="inlineStr"><is><t>四</t></is></c><c t="str"><f>A1</f><v>五</v></c><c s="1"><v>100</v></c></row>
                <row r="5"><c r="C5" t="e"><v>#REF!</v></c><c><f>1+1</f></c><c t="s"><v>0</v></c><c t="str"><f>""</f><v></v></c></row></sheetData></worksheet>"#,
            ),
        ]),
        &LIMITS,
    );
    let rows = rows.unwrap().rows;
    let first: Vec<_> = rows[&1].values().cloned().collect();
    assert_eq!(
        first,
        [
            text("一二三"),
            text("四"),
            text("五"),
            CellValue::Day { date: "1904-04-10".parse().unwrap(), shown: Precision::Year }
        ]
    );
    let fifth: Vec<_> = rows[&5].clone().into_iter().collect();
    assert_eq!(fifth, [(2, CellValue::Fault("#REF!".into())), (3, CellValue::Unresolved)]);
}

#[test]
fn a_cell_far_away_is_named_and_costs_nothing() {
    let far = |name: &str| {
        let row: String = name.chars().filter(char::is_ascii_digit).collect();
        let found = read(&sheet(&format!(r#"<row r="{row}"><c r="{name}"><v>1</v></c></row>"#)), &LIMITS);
        found == Err(WorkbookError::FarCell { cell: name.to_owned(), last: "H100".to_owned() })
    };
    for name in ["XFD1048576", "Z1048576", "H1048576", "I1", "A101", "ZZZ4000000000"] {
        assert!(far(name), "{name}");
    }
    // One that is only coloured is nobody's.
    let coloured =
        sheet(r#"<row r="1048576"><c r="XFD1048576" s="3"/></row><row r="1"><c r="A1"><v>1</v></c></row>"#);
    assert_eq!(read(&coloured, &LIMITS).unwrap().rows.len(), 1);
}

#[test]
fn what_nobody_sees_and_what_is_not_read_is_told() {
    let cell = |name: &str| format!(r#"<c r="{name}"><v>1</v></c>"#);
    let rows = format!(
        r#"<worksheet><sheetFormatPr zeroHeight="1"/><cols><col min="2" max="2" hidden="1"/><col min="4" max="16384" width="0"/></cols>
        <sheetData><row r="1" ht="15">{}</row><row r="2" hidden="1" ht="15">{}</row><row r="3">{}</row><row r="4" ht="0"/><row r="5" ht="15">{}</row></sheetData>
        <mergeCells><mergeCell ref="B3:B5"/></mergeCells></worksheet>"#,
        cell("A1"),
        cell("B2"),
        cell("C3"),
        cell("C5"),
    );
    let sheet = read(&packed(&[("xl/worksheets/sheet1.xml", &rows)]), &LIMITS).unwrap();
    assert_eq!(sheet.hidden_rows, [2, 3].into());
    assert_eq!(sheet.hidden_columns, [1].into());
    assert_eq!(sheet.merged.iter().map(CellRange::to_string).collect::<Vec<_>>(), ["B3:B5"]);
}

#[test]
fn the_first_sheet_that_is_shown_is_read_and_others_that_hold_something_are_named() {
    let book = r#"<workbook xmlns:r="r"><sheets><sheet name="字典" state="hidden" r:id="r4"/><sheet name="填报" r:id="r1"/><sheet name="空" r:id="r5"/></sheets></workbook>"#;
    let related = RELATED.replace(
        "</Relationships>",
        r#"<Relationship Id="r4" Type="x/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="r5" Type="x/worksheet" Target="worksheets/sheet3.xml"/></Relationships>"#,
    );
    let of = |rows: &str| format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let bytes = packed(&[
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", &related),
        ("xl/worksheets/sheet1.xml", &of(r#"<row><c t="inlineStr"><is><t>一</t></is></c></row>"#)),
        ("xl/worksheets/sheet2.xml", &of("<row><c><v>2</v></c></row>")),
        ("xl/worksheets/sheet3.xml", &of("<row><c/></row>")),
    ]);
    let sheet = read(&bytes, &LIMITS).unwrap();
    assert_eq!((&sheet.rows[&1][&0], sheet.other_sheets), (&text("一"), vec!["字典".to_owned()]));
    // One that is shown and empty is nobody's.
    let book = book
        .replace("r:id=\"r1\"", "r:id=\"r6\"")
        .replace("r:id=\"r5\"", "r:id=\"r1\"")
        .replace("r:id=\"r6\"", "r:id=\"r5\"");
    let bytes = packed(&[
        ("xl/workbook.xml", &book),
        ("xl/_rels/workbook.xml.rels", &related),
        ("xl/worksheets/sheet1.xml", &of(r#"<row><c t="inlineStr"><is><t>一</t></is></c></row>"#)),
        ("xl/worksheets/sheet2.xml", &of("<row><c><v>2</v></c></row>")),
        ("xl/worksheets/sheet3.xml", &of("<row><c/></row>")),
    ]);
    assert_eq!(read(&bytes, &LIMITS).unwrap().rows[&1][&0], text("一"));
}

#[test]
fn a_formula_without_a_result_is_told_from_one_that_comes_to_nothing() {
    let cells = r#"<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1" t="str"><f>A2</f></c><c r="C1"><f>A2</f><v/></c><c r="D1" t="e"/>
        <c r="E1" t="s" s="1"/><c r="F1" t="inlineStr"><is><t>#N/A</t></is></c><c r="G1" t="str"><f>X</f><v>=DISPIMG("ID",1)</v></c></row>"#;
    let cells: Vec<_> = read(&sheet(cells), &LIMITS).unwrap().rows[&1].clone().into_iter().collect();
    let fault = |text: &str| CellValue::Fault(text.to_owned());
    let expected = [
        (1, CellValue::Unresolved),
        (2, CellValue::Unresolved),
        (3, fault("#")),
        (5, fault("#N/A")),
        (6, fault("=DISPIMG(\"ID\",1)")),
    ];
    assert_eq!(cells, expected);
}

#[test]
fn a_workbook_of_the_old_kind_or_with_a_password_says_what_to_do() {
    let bytes = [COMPOUND_SIGNATURE, &[0; 512]].concat();
    assert_eq!(read(&bytes, &LIMITS), Err(WorkbookError::OldOrLocked));
}

#[test]
fn what_a_file_says_of_itself_is_not_believed() {
    let announced = format!("<sst count=\"{0}\" uniqueCount=\"{0}\"><si><t>一</t></si></sst>", u64::MAX);
    let rows = r#"<worksheet><dimension ref="A1:XFD1048576"/><cols><col min="1" max="16384"/></cols><sheetData><row spans="1:16384"><c t="s"><v>0</v></c></row></sheetData><mergeCells count="4294967295"><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>"#;
    let bytes = packed(&[("xl/sharedStrings.xml", &announced), ("xl/worksheets/sheet1.xml", rows)]);
    assert_eq!(read(&bytes, &LIMITS).unwrap().rows[&1][&0], text("一"));
}

#[test]
fn what_unpacks_to_too_much_is_refused_wherever_it_stands() {
    let too_large = Err(LIMITS.too_large());
    let blown = " ".repeat(5 << 20);
    let filler = format!("<worksheet>{blown}<sheetData/></worksheet>");
    assert_eq!(read(&packed(&[("xl/worksheets/sheet1.xml", &filler)]), &LIMITS), too_large);
    let one = format!("<sst>{}</sst>", "<si><t>一</t></si>".repeat(1_001));
    let texts = packed(&[
        ("xl/sharedStrings.xml", &one),
        ("xl/worksheets/sheet1.xml", "<worksheet><sheetData/></worksheet>"),
    ]);
    assert!(matches!(read(&texts, &LIMITS), Err(WorkbookError::TooMuchText { .. })));
    for part in ["xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"] {
        let bytes = packed(&[(part, &format!("<a b=\"{blown}\"/>"))]);
        assert_eq!(read(&bytes, &LIMITS), too_large, "{part}");
    }
    assert_eq!(read(&vec![0; (1 << 20) + 1], &LIMITS), too_large);
}

#[test]
fn one_long_text_in_many_cells_is_counted_each_time() {
    let long = format!("<sst><si><t>{}</t></si></sst>", "字".repeat(1_000));
    let cells: String =
        (1..=30).map(|row| format!(r#"<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>"#)).collect();
    let rows = format!("<worksheet><sheetData>{cells}</sheetData></worksheet>");
    let bytes = packed(&[("xl/sharedStrings.xml", &long), ("xl/worksheets/sheet1.xml", &rows)]);
    assert_eq!(read(&bytes, &LIMITS), Err(WorkbookError::TooMuchText { limit: 64 << 10 }));
}

#[test]
fn what_is_deep_cut_off_or_contradicts_itself_is_no_workbook() {
    let refused = |bytes: &[u8]| assert_eq!(read(bytes, &LIMITS), Err(WorkbookError::NoWorkbook));
    refused(b"PK\x03\x04");
    refused(&sheet("<row><c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row>"));
    refused(&sheet("<row r=\"0\"/>"));
    refused(&sheet("<row r=\"-1\"/>"));
    refused(&sheet("<row><c t=\"s\"><v>99</v></c></row>"));
    refused(&sheet("<row><c><v>much</v></c></row>"));
    refused(&packed(&[("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row>")]));
    refused(&packed(&[("xl/worksheets/sheet1.xml", &"<a>".repeat(300_000))]));
    let deep = format!("{}{}", "<a>".repeat(200_000), "</a>".repeat(200_000));
    assert_eq!(read(&sheet(&deep), &LIMITS), Ok(Sheet::default()));
    // An entity that a document defines for itself is not looked up.
    let entity = r#"<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData><row><c t="inlineStr"><is><t>x&b;</t></is></c></row></sheetData></worksheet>"#;
    assert_eq!(
        read(&packed(&[("xl/worksheets/sheet1.xml", entity)]), &LIMITS).unwrap().rows[&1][&0],
        text("x")
    );
}

proptest! {
    #[test]
    fn a_damaged_workbook_is_refused_or_read_and_never_more(at in 0_usize..4_000, byte: u8) {
        let mut bytes = sheet(r#"<row r="1"><c r="A1" t="inlineStr"><is><t>一</t></is></c></row>"#);
        let index = at % bytes.len();
        bytes[index] = byte;
        if let Ok(Sheet { rows, .. }) = read(&bytes, &LIMITS) {
            prop_assert!(rows.values().map(Cells::len).sum::<usize>() <= 800);
        }
    }
}
