//! Lists of organizations as offices keep them, and what they come to.

use proptest::prelude::*;

use super::plan::{Differing, Occasion, OrganizationsPlan};
use super::*;
use crate::office_files::register::tests::register;
use crate::office_files::register::{KnownOrganization, KnownPlace};

fn list(text: &str) -> OrganizationsList {
    list_of(text, &register())
}

fn list_of(text: &str, register: &Register) -> OrganizationsList {
    interpret(table(text.as_bytes()).unwrap(), register).unwrap()
}

fn plan(list: &OrganizationsList, register: &Register) -> OrganizationsPlan {
    let occasion = Occasion {
        as_of: "2026-01-01".parse().unwrap(),
        city: "5108".parse().unwrap(),
        by_county: false,
        source: "清单",
    };
    list.plan(register, &occasion).unwrap()
}

fn doubts(list: &OrganizationsList) -> Vec<(String, String)> {
    list.doubts().into_iter().map(|one| (one.cell, one.chinese)).collect()
}

/// Titles, columns in another order, full width, and organs, whose places their names tell.
const OFFICE: &str = "昭化区党组织清单,,,,,,,\n\
    序号,乡镇（街道）,党组织名称,所在村/单位,上级,正式党员数（人）,预备党员数,户数\n\
    1,,中共昭化区委组织部,,,0,0,\n\
    2,昭化区元坝镇,中共元坝镇委员会,,昭化区委组织部,0,0,\n\
    3,昭化区元坝镇,狮子村党支部,狮子村,元坝镇党委,１２,1,312户\n\
    4,昭化区元坝镇,青松村党总支,青松村,中共元坝镇委员会,55,2,401\n\
    5,昭化区元坝镇,青松猕猴桃专业合作社党支部,青松猕猴桃专业合作社,元坝镇党委,3,0,\n\
    合计,,,,,70,3,\n";

#[test]
fn a_list_as_an_office_keeps_it_becomes_commands_superiors_first() {
    let found = list(OFFICE);
    let said: Vec<_> = found
        .entries
        .iter()
        .map(|entry| (entry.form.unwrap(), entry.host_kind.clone().unwrap(), entry.host.clone().unwrap()))
        .collect();
    assert_eq!(
        said,
        [
            (OrganizationForm::Organ, HostKind::County, "510811".to_owned()),
            (OrganizationForm::Organ, HostKind::Township, "510811100".to_owned()),
            (OrganizationForm::Branch, HostKind::Village, "510811100201".to_owned()),
            (OrganizationForm::GeneralBranch, HostKind::Village, "510811100202".to_owned()),
            (OrganizationForm::Branch, HostKind::Cooperative, "青松猕猴桃专业合作社".to_owned()),
        ]
    );
    let plan = plan(&found, &register());
    let names: Vec<_> = plan.commands.iter().map(|one| (one.line, one.name)).collect();
    assert_eq!(
        names,
        [
            (3, "register-organization"),
            (4, "register-organization"),
            (5, "register-organization"),
            (5, "update-organization"),
            (6, "register-organization"),
            (6, "update-organization"),
            (7, "register-organization"),
        ]
    );
    assert_eq!(plan.commands[2].body["data"]["superior"], plan.commands[1].body["data"]["id"]);
    assert_eq!(plan.commands[2].body["data"]["formal_members"], 12);
    assert_eq!(plan.commands[3].body["data"]["profile"]["households"]["value"], 312);
    assert_eq!(plan.commands[6].body["data"]["location"], "510811100");
    assert_eq!((plan.new, plan.there), (5, 0));
    // 元坝镇党委 is the township's organ, whatever it is called in full.
    assert_eq!(doubts(&found), []);
}

#[test]
fn a_committee_of_a_tier_is_its_organ_however_it_is_called() {
    let of = |row: &str| {
        let found = list(&format!("名称,形式,所在村/单位,正式党员数\n{row}\n"));
        let entry = &found.entries[0];
        (entry.form.unwrap(), entry.host.clone().unwrap_or_default(), doubts(&found).len())
    };
    let organ = |host: &str| (OrganizationForm::Organ, host.to_owned(), 0);
    assert_eq!(of("中共元坝经济开发区委员会,,510811100,0"), organ("510811100"));
    assert_eq!(of("狮子乡党委,党委,狮子乡,0"), organ("510811101"));
    assert_eq!(of("狮子乡工作委员会,,,0"), organ("510811101"));
    assert_eq!(of("中共广元市委,,,0"), organ("5108"));
    assert_eq!(of("广元市委组织部,组织部,,0"), organ("5108"));
    assert_eq!(of("青松村党委,党委,510811100202,120").0, OrganizationForm::Committee);
}

#[test]
fn what_cannot_be_told_is_named_by_its_cell() {
    let of = |row: &str| {
        doubts(&list(&format!("名称,形式,县(区),乡镇,所在村/单位,正式党员数,预备党员数,上级\n{row}\n")))
    };
    let one = |row: &str, cell: &str, word: &str| {
        let found = of(row);
        assert!(found.iter().any(|(at, why)| at == cell && why.contains(word)), "{row}: {found:?}");
    };
    one("青松村党支部,党支部,昭化区,,青松村,3,0,", "E2", "2 个");
    one("白山村党支部,党支部,昭化区,元坝镇,白山村,3,0,", "E2", "区划中没有村");
    one("狮子村党支部,党小组,昭化区,元坝镇,狮子村,3,0,", "B2", "不是形式");
    one("狮子村党支部,党支部,剑阁县,元坝镇,狮子村,3,0,", "C2", "区划中没有县");
    one("狮子村党支部,党支部,昭化区,元坝镇,狮子村,三,0,", "F2", "不是整数");
    one("狮子村党支部,党支部,昭化区,元坝镇,狮子村,,0,", "A2", "缺少正式党员数");
    one("狮子村党支部,党支部,昭化区,元坝镇,狮子村,3,0,某某党委", "H2", "未登记");
    one("供电所党支部,党支部,,,供电所,3,0,", "E2", "所在地未填");
    assert_eq!(of("狮子村党支部,党支部,昭化区,元坝镇,狮子村,3,0,"), []);
}

#[test]
fn two_rows_of_one_organization_and_a_name_that_is_none_are_refused() {
    let text = "名称,所在村,正式党员数\n元坝镇狮子村党支部,510811100201,3\n 元坝镇狮子村支部委员会 ,510811100201,3\n,510811100202,4\n";
    let refused = interpret(table(text.as_bytes()).unwrap(), &register()).unwrap_err();
    let TableError::Cells { listed, .. } = refused else { panic!("{refused:?}") };
    let cells: Vec<_> = listed.iter().map(|one| (one.line, one.chinese.as_str())).collect();
    assert_eq!(cells, [(3, "与第 2 行是同一个党组织"), (4, "缺少名称")]);
    let circle = list(
        "名称,所在村,正式党员数,上级\n狮子村党总支,510811100201,3,狮子村党支部\n狮子村党支部,510811100201,3,狮子村党总支\n",
    );
    let occasion = Occasion {
        as_of: "2026-01-01".parse().unwrap(),
        city: "5108".parse().unwrap(),
        by_county: false,
        source: "清单",
    };
    assert_eq!(circle.plan(&register(), &occasion).unwrap_err()[0].chinese, "上级关系绕成了圈");
}

#[test]
fn what_is_there_is_passed_over_and_other_numbers_are_told() {
    let first = list("名称,所在村,正式党员数,预备党员数,户数\n狮子村党支部,510811100201,3,1,300\n");
    let id = plan(&first, &register()).commands[0].body["data"]["id"].as_str().unwrap().parse().unwrap();
    let known = KnownOrganization {
        id,
        name: "狮子村党支部".into(),
        form: OrganizationForm::Branch,
        host_kind: HostKind::Village,
        host: "510811100201".into(),
        location: "510811100201".parse().unwrap(),
        formal_members: 3,
        probationary_members: 1,
        households: Some(300),
        population: None,
    };
    let register = Register::new(
        ["5108", "510811", "510811100", "510811100201"].map(|code| KnownPlace {
            code: code.parse().unwrap(),
            name: format!("地{code}"),
            parent: code
                .get(..if code.len() == 6 { 4 } else { code.len().saturating_sub(3) })
                .and_then(|above| above.parse().ok()),
        }),
        [known],
    );
    let again = "名称,所在村,正式党员数,预备党员数,户数\n中共狮子村支部委员会,510811100201,3,1,300\n";
    let again = plan(&list_of(again, &register), &register);
    assert_eq!((again.commands.len(), again.there, again.differing.len()), (0, 1, 0));
    let other = "名称,所在村,正式党员数,预备党员数,户数\n狮子村党支部,510811100201,4,1,310\n";
    let other = plan(&list_of(other, &register), &register);
    assert_eq!(other.commands.iter().map(|one| one.name).collect::<Vec<_>>(), ["update-organization"]);
    assert_eq!(other.differing, [Differing { line: 2, there: (3, 1), listed: (4, 1) }]);
}

#[test]
fn a_proposal_is_read_back_as_what_it_proposes() {
    let found = list(OFFICE);
    let original = table(OFFICE.as_bytes()).unwrap();
    let csv = sheet::csv(&found, &register(), domain::say::Language::Zh).unwrap();
    let xlsx = sheet::xlsx(&found, &register(), domain::say::Language::En).unwrap();
    for bytes in [csv, xlsx] {
        let read = interpret(table(&bytes).unwrap(), &register()).unwrap();
        assert_eq!(read.foreign_row(&original), None);
        assert_eq!(doubts(&read), [], "everything is written out by code or name");
        let bodies = |list: &OrganizationsList| {
            plan(list, &register()).commands.into_iter().map(|one| (one.id, one.body)).collect::<Vec<_>>()
        };
        assert_eq!(bodies(&read), bodies(&found));
        let other = table(OFFICE.replace("312户", "313户").as_bytes()).unwrap();
        assert!(read.foreign_row(&other).is_some());
    }
    let declined = "采纳,名称,所在村,正式党员数\n否,狮子村党支部,510811100201,3\n";
    assert_eq!((list(declined).declined, list(declined).entries.len()), (1, 0));
}

proptest! {
    #[test]
    fn columns_in_any_order_say_the_same(order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle()) {
        let rows = [
            ["名称", "所在村", "乡镇", "正式党员数", "预备党员数", "户数"],
            ["狮子村党支部", "狮子村", "昭化区元坝镇", "12", "1", "312"],
            ["青松村党支部", "青松村", "昭化区元坝镇", "7", "0", "200"],
        ];
        let text = |order: &[usize]| -> String {
            rows.iter().map(|row| order.iter().map(|at| row[*at]).collect::<Vec<_>>().join(",") + "\n").collect()
        };
        let bodies = |text: &str| plan(&list(text), &register()).commands;
        prop_assert_eq!(bodies(&text(&order)), bodies(&text(&[0, 1, 2, 3, 4, 5])));
    }
}
