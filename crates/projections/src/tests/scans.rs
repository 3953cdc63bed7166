//! Scans in the register of documents: there, or erased by a decision.

use domain::document_number::Document;
use serde_json::json;

use super::life::{COUNTY, Life, SHIZI, day};
use super::lists::{list, rows, update};
use crate::ListName;

#[test]
fn a_register_of_documents_says_which_scans_were_erased() {
    let mut life = Life::with_every_event();
    for (number, digit) in [("白委〔2021〕2号", "a"), ("白委〔2021〕3号", "b")] {
        update(&mut life, "2021-02-01", SHIZI, 9, None);
        let sha256 = Some(digit.repeat(64).try_into().unwrap());
        let document = Document { number: number.parse().unwrap(), issued: day("2021-01-20"), sha256 };
        life.events.last_mut().unwrap().meta.document = Some(document);
    }
    let list = list(&life, ListName::Documents, COUNTY, "2021-06-01");
    let found = rows(&life, &list);
    let erased =
        |number: &str| found.iter().find(|row| row["number"] == number).unwrap()["scan_erased"].clone();
    assert_eq!([erased("白委〔2021〕2号"), erased("白委〔2021〕3号")], [json!(true), json!(false)]);
}
