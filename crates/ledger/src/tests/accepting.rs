//! What becomes of a workbook that an officer gives back.

use super::*;

const LEDGER: &str = "乡镇,联合党组织名称,类型,成员村,正式党员数,书记,成立时间,备注\n\
    白果乡,狮田联合党支部,合建,狮子村,20,王某某,2017年3月,\n白果乡,狮田联合党支部,合建,田岩村,15,,,\n\
    梅树乡,梅前共建党总支,共建,梅树村,30,李某某,2018年,试点\n梅树乡,梅前共建党总支,共建,前进村,12,,,\n";

/// The workbook of a ledger, with cells of its sheets changed: sheet, row and column from 0, text.
fn workbook(county: &County, ledger: &str, changes: &[(&str, u32, u16, &str)]) -> Vec<u8> {
    let bytes = write(&county.propose(ledger.as_bytes()), Language::Zh).unwrap();
    if changes.is_empty() {
        return bytes;
    }
    let mut book = Workbook::new();
    for grid in crate::source::read_proposal(&bytes).unwrap() {
        let sheet: &mut Worksheet = book.add_worksheet();
        sheet.set_name(&grid.name).unwrap();
        for (row, cells) in grid.rows() {
            let is_changed = |column: u32| {
                changes.iter().any(|own| own.0 == grid.name && (own.1, u32::from(own.2)) == (row, column))
            };
            for (column, cell) in cells.iter().filter(|(column, _)| !is_changed(**column)) {
                sheet.write_string(row, *column as u16, &cell.text).unwrap();
            }
        }
        for (name, row, column, text) in changes {
            if *name == grid.name {
                sheet.write_string(*row, *column, *text).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

fn planned(county: &County, bytes: &[u8]) -> Result<Vec<Planned>, Vec<(String, String)>> {
    let told =
        |problems: Vec<crate::Problem>| problems.into_iter().map(|it| (it.cell, it.rule)).collect::<Vec<_>>();
    let accepted = match accepted::read(bytes) {
        Err(LedgerError::Cells { problems }) => return Err(told(problems)),
        other => other.unwrap(),
    };
    plan(&accepted, &county.known()).map_err(told)
}

#[test]
fn what_is_accepted_unchanged_becomes_organizations_persons_and_joint_branches() {
    let county = County::new();
    let commands = planned(&county, &workbook(&county, LEDGER, &[])).unwrap();
    let names: Vec<_> = commands.iter().map(|own| own.name).collect();
    let [organizations, persons, rows] =
        ["register-organization", "register-person", "register-joint-branch"]
            .map(|name| names.iter().filter(|own| **own == name).count());
    assert_eq!((organizations, persons, rows), (2, 2, 2), "{names:?}");
    let merger = &commands[4].body;
    assert_eq!(merger["effective_date"], "2026-03-01");
    let data = &merger["data"];
    assert_eq!(data["name"], "狮田联合党支部");
    assert_eq!((&data["arrangement"], &data["lead_township"]), (&json!("merger"), &json!("510811210")));
    assert_eq!(data["established"], json!({ "year": 2017, "month": 3 }));
    assert_eq!(data["approval"], json!({ "not_on_file": "清单无此列" }));
    assert_eq!(data["members"][1], commands[0].body["data"]["id"]);
    assert_eq!(data["secretary"]["person"], commands[2].body["data"]["id"]);
    assert_eq!(data["source"], json!({ "title": "清单", "page": "第2-3行" , "note": "正式党员数：20、15" }));
    assert_eq!(commands[5].body["data"]["source"]["note"], "试点；正式党员数：30、12");
}

#[test]
fn the_same_workbook_gives_the_same_commands_and_no_id_follows_from_a_name() {
    let county = County::new();
    let bytes = workbook(&county, LEDGER, &[]);
    let commands = planned(&county, &bytes).unwrap();
    assert_eq!(planned(&county, &bytes).unwrap(), commands);
    let renamed = LEDGER.replace("王某某", "赵某某");
    let others = planned(&county, &workbook(&county, &renamed, &[])).unwrap();
    for (own, other) in commands.iter().zip(&others) {
        assert_eq!((own.id, &own.body["data"]["id"]), (other.id, &other.body["data"]["id"]));
    }
}

#[test]
fn cells_that_cannot_be_taken_are_named_with_their_rule() {
    let county = County::new();
    let refused = |changes: &[(&str, u32, u16, &str)]| {
        planned(&county, &workbook(&county, LEDGER, changes)).unwrap_err()
    };
    let told = |cell: &str, rule: &str| (cell.to_owned(), rule.to_owned());
    let rows = "联合党组织";
    assert_eq!(refused(&[(rows, 2, 4, "")]), [told("联合党组织!E3", "needed")]);
    assert_eq!(refused(&[(rows, 2, 1, "也许")]), [told("联合党组织!B3", "sheet-shape")]);
    assert_eq!(refused(&[(rows, 2, 8, "合并")]), [told("联合党组织!I3", "arrangement")]);
    assert_eq!(refused(&[(rows, 2, 28, "去年")]), [told("联合党组织!AC3", "value")]);
    assert_eq!(refused(&[(rows, 2, 28, "档案未见")]), [told("联合党组织!AC3", "not-on-file")]);
    assert_eq!(refused(&[("党组织", 1, 7, "")]), [told("党组织!H2", "needed")]);
    assert_eq!(refused(&[("登记信息", 4, 1, "某部")]), [told("登记信息!B5", "deciding-body")]);
    let found = refused(&[(rows, 2, 16, "狮子村党支部、天边村党支部")]);
    assert!(found.contains(&told("联合党组织!Q3", "unknown-member")), "{found:?}");
    // One village in two mergers.
    let found = refused(&[
        (rows, 3, 8, "合建"),
        (rows, 3, 16, "狮子村党支部（510811210205）、梅树村党支部（510811211201）"),
    ]);
    assert_eq!(found, [told("联合党组织!Q3", "one-merger"), told("联合党组织!Q4", "one-merger")]);
    // One secretary of two.
    let found = refused(&[(rows, 3, 44, "王某某"), ("人员", 2, 1, "王某某")]);
    assert_eq!(found.iter().filter(|(_, rule)| rule == "one-secretary-post").count(), 2, "{found:?}");
    // Unless it is somebody else of that name.
    let other = [(rows, 3, 44, "王某某"), ("人员", 2, 1, "王某某"), ("人员", 2, 6, "是")];
    assert!(planned(&county, &workbook(&county, LEDGER, &other)).is_ok());
    // A person whom no post names.
    assert_eq!(refused(&[(rows, 2, 44, "档案未见：查无")]), [told("人员!B2", "person-without-post")]);
}

#[test]
fn a_row_that_is_left_out_leaves_nothing_behind_but_what_others_need() {
    let county = County::new();
    let changes = [("联合党组织", 3, 1, "否"), ("人员", 2, 0, "否"), ("党组织", 2, 0, "否")];
    let commands = planned(&county, &workbook(&county, LEDGER, &changes)).unwrap();
    assert_eq!(commands.len(), 3);
}

#[test]
fn a_form_that_only_a_policy_lists_is_taken_where_one_does_and_else_says_what_to_do() {
    let ledger = |form: &str| {
        format!(
            "乡镇,联合党组织名称,类型,成员村,正式党员数,组织形式\n白果乡,白果片区,共建,狮子村,20,{form}\n白果乡,白果片区,共建,田岩村,15,\n"
        )
    };
    let mut county = County::new();
    for word in ["片区联合党委", "联村党委"] {
        let proposal = county.propose(ledger(word).as_bytes());
        let form = &proposal.rows[0].values[&Key::Form];
        assert_eq!((form.accepted.as_str(), form.confidence), (word, Confidence::Open));
        assert!(form.why[0].zh.contains("以文号发布政策"), "{:?}", form.why);
        let refused = planned(&county, &workbook(&county, &ledger(word), &[])).unwrap_err();
        assert!(refused.iter().any(|(_, rule)| rule == "form"), "{refused:?}");
    }
    county.list_area_committee();
    let taken = |form: &str| {
        let proposal = county.propose(ledger(form).as_bytes());
        let confidence = proposal.rows[0].values[&Key::Form].confidence;
        let commands = planned(&county, &workbook(&county, &ledger(form), &[])).unwrap();
        let data = commands.last().unwrap().body["data"].clone();
        (confidence, data["form"].clone(), data["form_kind"].clone())
    };
    let area = |confidence| (confidence, json!("committee"), json!("area_committee"));
    assert_eq!(taken("片区联合党委"), area(Confidence::Certain));
    assert_eq!(taken("白果片区联合党委（试行）"), area(Confidence::Likely));
    assert_eq!(taken("党总支"), (Confidence::Certain, json!("general_branch"), Value::Null));
    let refused = planned(&county, &workbook(&county, &ledger("联村党委"), &[])).unwrap_err();
    assert!(refused.iter().any(|(_, rule)| rule == "form"), "{refused:?}");
}
