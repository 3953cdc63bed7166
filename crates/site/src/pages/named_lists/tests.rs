//! Each list as a table: every row as long as its columns, codes in words, and links to what it is about.

use domain::say::Language;
use projections::ListName;
use serde_json::{Value, json};

use super::*;
use crate::pages::entries::Named;
use crate::pages::visit::tests::visit;

const BRANCH: &str = "01DEM0J01NT000000000000001";

/// A card that stands.
fn a_card() -> Value {
    json!({"id": BRANCH, "to": {"id": BRANCH, "code": "510811210", "name": "白果乡"}, "county": "510811", "township": "510811210", "document": "昭委组〔2019〕51号",
                    "matter": "两次逾期", "consequences": ["interview"], "deadline": null, "joint_branch": null, "issued_on": "2019-08-20", "lifted": null, "last_position": 9})
}

/// A row of a list as the interface gives it.
#[expect(clippy::too_many_lines, reason = "a closed match: a row of each list")]
fn row_of(name: ListName) -> Value {
    let place = |code: &str, name: &str| json!({"id": BRANCH, "code": code, "name": name});
    let (county, lead) = (place("510811", "昭化区"), place("510811210", "白果乡"));
    let (shizi, tianyan) = (place("510811210205", "狮子村"), place("510811210206", "田岩村"));
    let owed = |due: &str| {
        json!({"kind": "evaluation", "kind_zh": "季度评估", "name": "狮岩联合党支部", "owner": {"tier": "township", "code": null},
            "due": due, "overdue": false, "overdue_days": 0, "detail": {"zh": "", "en": ""}})
    };
    match name {
        ListName::Upgrades => {
            json!({"kind": "organization", "id": BRANCH, "name": "狮子村党支部", "county": "510811", "township": "510811210",
                "form": "branch", "due_form": "general_branch", "formal_members": 50, "probationary_members": 1, "members": 51, "from_members": 51})
        }
        ListName::YellowCards => {
            json!({"code": "510811210", "name": "白果乡", "county": "510811", "year": 2019, "misses": 2, "from_misses": 2,
                "quarters": [{"joint_branch": BRANCH, "name": "狮岩联合党支部", "quarter": "2019Q1", "due": "2019-04-15", "graded_on": null}],
                "rectifications": [{"joint_branch": BRANCH, "name": "狮岩联合党支部", "deadline": "2019-08-01", "reviewed_on": "2019-08-09"}],
                "proposed": false, "cards": [a_card()]})
        }
        ListName::MeetingDecisions => {
            json!({"meeting": BRANCH, "place": place("5108", "广元市"), "session": 3, "met_on": "2019-08-08", "document": "广联会纪〔2019〕3号",
                "recorded_position": 41, "item": 1, "topic": "联合党组织运行情况", "decided": "逐一核查", "carrier": county, "finish_by": "2019-09-30",
                "state": "to_close", "days_left": 12, "supervision": BRANCH, "supervised_on": "2019-08-15", "answered_on": "2019-08-20", "closed": null})
        }
        ListName::YearlyReviews => {
            json!({"joint_branch": BRANCH, "name": "狮岩联合党支部", "county": county, "lead_township": lead, "year": 2019,
                "secretary": {"person": BRANCH, "name": "测试书记"}, "vacant_since": null, "since": "2018-06-02", "class": "good", "level": "township", "overdue": false,
                "grades": [{"quarter": "2019Q1", "grade": "fair", "corrected": false}, {"quarter": "2019Q2", "grade": "good", "corrected": false}],
                "obligations": [owed("2020-04-15"), owed("2020-01-15")]})
        }
        ListName::FirstSecretaries => {
            json!({"organization": BRANCH, "name": "狮子村党支部", "village": shizi, "county": "510811", "township": "510811210",
                "first_secretary": {"person": BRANCH, "name": "测试第一书记"}, "sending_unit": "区农业农村局", "since": "2018-06-01",
                "until": "2020-05-31", "days_left": -30})
        }
        ListName::Premises => {
            let paid = |milestone: &str, fen: u64, on: &str| json!({"milestone": milestone, "amount": {"amount": fen, "unit": "fen"}, "on": on});
            json!({"code": "510811210205", "name": "狮子村", "county": "510811", "township": "510811210", "project": "党群服务中心新建",
                "begun_in": null, "total": {"amount": 10_000_000, "unit": "fen"},
                "payments": [paid("start", 3_000_000, "2019-06-10"), paid("structure", 3_000_000, "2019-11-04")],
                "paid": {"amount": 6_000_000, "unit": "fen"}, "paid_percent": 60, "next": "acceptance"})
        }
        ListName::Funding => {
            json!({"code": "510811210205", "name": "狮子村", "township": "510811210", "fiscal_year": 2019, "base": {"amount": 7_999_999, "unit": "fen"},
                "last_base": {"amount": 8_000_000, "unit": "fen"}, "last_fiscal_year": 2018, "below_last": true, "supplement": null, "settled": null, "mergers": [BRANCH]})
        }
        ListName::Figures => {
            json!({"joint_branch": BRANCH, "name": "狮岩联合党支部", "established_on": "2018-06-01", "organization": BRANCH, "organization_name": "狮子村党支部",
                "village": shizi, "figure": "collective_income", "change": 15.0,
                "before": {"value": 20, "unit": "万元", "period": "2017", "source": "村账", "effective_date": "2018-01-01", "position": 7},
                "since": {"value": 35, "unit": "万元", "bound": "over", "period": "2019", "source": "村账", "effective_date": "2020-01-01", "position": 9}})
        }
        ListName::Rotation => {
            json!({"joint_branch": BRANCH, "name": "狮岩联合党支部", "county": county, "lead_township": lead, "last_host": shizi,
                "last_hosted_on": "2019-05-06", "next_host": tianyan,
                "turns": [{"village": tianyan, "last_hosted_on": null, "times": 0}, {"village": shizi, "last_hosted_on": "2019-05-06", "times": 2}]})
        }
        ListName::Documents => {
            json!({"issuer": BRANCH, "issuer_name": "中共昭化区委员会", "number": "昭委〔2018〕7号", "issued": "2018-06-01", "sha256": null,
                "recorded_at": "2018-06-01T17:07:09.612Z", "out_of_order": true, "citations": 1, "cited_by": [{"position": 31, "type": "joint-branch.established"}]})
        }
        ListName::Unregistered => {
            json!({"joint_branch": BRANCH, "name": "狮岩联合党支部", "county": county, "lead_township": lead, "phase": "awaiting_confirmation",
                "field": "approval", "field_zh": "批复文号", "reason": "发文簿缺失", "source": {"title": "2016年清单", "page": "第3行"}})
        }
        ListName::Cadence => {
            json!({"code": "510811", "name": "昭化区", "year": 2019, "months": [{"month": "2019-01", "joint_branches": 1, "active": 1, "met": true}, {"month": "2019-02", "joint_branches": 1, "active": 0, "met": false}],
                "quarters": [{"quarter": "2019Q1", "graded": 3, "late": 1, "missing": 0, "met": false}, {"quarter": "2019Q2", "graded": 2, "late": 0, "missing": 1, "met": false}],
                "yearly_review": {"year": 2018, "owed": 3, "reviewed": 2, "met": false},
                "supervisions_issued": 1, "supervisions_answered": 0})
        }
        ListName::Organizations => {
            json!({"organization": BRANCH, "name": "狮子村党支部", "form": "branch", "host_kind": "village", "unit": null, "location": shizi, "county": "510811",
                "township": "510811210", "superior": BRANCH, "superior_name": "中共白果乡委员会", "formal_members": 12, "probationary_members": 1, "households": 312,
                "population": null, "status": "active"})
        }
        ListName::Register => {
            json!({"number": 1, "joint_branch": BRANCH, "name": "狮岩联合党支部", "county": "510811", "lead_township": lead, "phase": "operating",
                "arrangement": "merger", "mode": "large_small", "form": "branch", "members": ["狮子村党支部", "田岩村党支部"], "formal_members": 21,
                "households": 557, "population": null, "secretary": {"person": BRANCH, "name": "测试书记"}, "vacant_since": null,
                "secretary_source": "village_cadre", "heads": [shizi], "committee": [{"person": BRANCH, "duty": "组织委员"}], "term_end": "2023-05-31",
                "established_on": "2018-06-01", "document": "昭委〔2018〕7号", "filings": [{"matter": "establishing", "number": "昭备2018-7", "filed_on": "2018-06-09"}],
                "co_located_in": tianyan, "grades": [{"quarter": "2019Q2", "grade": "good"}], "remarks": [{"zh": "存量登记", "en": "registered as it stood"}]})
        }
        ListName::Flow => {
            json!({"year": 2019, "proposed": 3, "refused": 1, "established": 2, "confirmed": 0, "ordered": 1, "passed": 1, "failed": 0, "dissolved": 1,
                "live": 9, "villages_in": 4, "villages_out": 2, "villages": 20, "page": "/figures/510811/joint_branches?as_of=2019-12-31"})
        }
        ListName::Statistics => {
            json!({"table": 24, "number": 1, "item": "joint_organizations", "name": {"zh": "联合党组织数", "en": "joint organizations"}, "value": 7,
                "unit": "个 (joint branches)", "definition": {"zh": "运行中的", "en": "live ones"}, "page": "/lists/register?scope=510811"})
        }
        ListName::Start => {
            json!({"item": "county_organs", "state": "partly", "done": 1, "total": 7, "missing": [{"code": "510812", "name": "朝天区"}], "missing_count": 6,
                "known_from": "log", "at": null, "position": null, "page": "/work/register-organization", "command": "lianjian import organizations FILE"})
        }
        ListName::LateEntries | ListName::Overrides | ListName::Corrections => {
            json!({"position": 40, "id": BRANCH, "type": "joint-branch.evaluation-corrected", "subject": format!("joint-branch/{BRANCH}"), "county": "510811", "township": null,
                "effective_date": "2019-07-05", "recorded_at": "2019-08-01T01:00:00.000Z", "delay_days": 27, "actor": "A", "actor_role": "county_officer", "on_behalf_of": "510811",
                "decided_by": null, "command_id": BRANCH, "document": {"number": "昭委〔2019〕9号", "issued": "2019-07-05"}, "override": {"reason": "灾后", "document": "昭委〔2019〕8号"}, "rules": ["secretary-terms"],
                "data": {"joint_branch": BRANCH, "quarter": "2019Q2", "grade": "good", "earlier_grade": "fair", "corrected_position": 33,
                    "corrected_effective_date": "2019-07-05", "reason": "漏算一项"}})
        }
    }
}

fn texts(name: ListName, language: Language) -> Vec<Vec<String>> {
    let names = |key: &str| match key {
        BRANCH => {
            Some(Named { text: "狮岩联合党支部".into(), link: Some("/joint-branches/x".into()) })
        }
        "good" => Some(Named { text: "好".into(), link: None }),
        _ => None,
    };
    let place_name = |code: &PlaceCode| format!("[{code}]");
    let context = TableContext { language, names: &names, place_name: &place_name };
    let page = json!({
        "scope": "510811", "as_of": "2020-06-30", "position": 40, "simulated": true, "figures": {}, "rows": [row_of(name)]
    });
    let rows = name.read(&page.to_string()).unwrap().view.rows;
    let table = table(&visit(language, &[]), name, "表", rows, &context);
    assert_eq!(table.name, name.to_string());
    assert!(
        !table.rows.is_empty() && table.rows.iter().all(|row| row.len() == table.columns.len()),
        "{name}"
    );
    let links = table.rows.iter().flatten().filter_map(|cell| cell.link.as_deref());
    let leads = |path: &str| {
        ["/joint-branches/", "/organizations/", "/events/", "/counties/", "/figures/", "/work/", "/lists/"]
            .iter()
            .any(|to| path.starts_with(to))
    };
    assert!(links.into_iter().any(leads), "{name} leads somewhere");
    table.rows.into_iter().map(|row| row.into_iter().map(|cell| cell.text).collect()).collect()
}

#[test]
fn every_list_has_a_row_for_each_of_its_rows_in_both_languages_and_a_line_in_the_index() {
    for name in ListName::ALL.iter().copied() {
        let (chinese, english) = (texts(name, Language::Zh), texts(name, Language::En));
        assert_eq!(chinese.len(), english.len(), "{name}");
        assert!(chinese != english, "{name}");
    }
    let index = index(&visit(Language::En, &[("as_of", "2019-06-30")]));
    assert_eq!(index.rows.len(), ListName::ALL.len());
    assert_eq!(index.rows[0][0].link.as_deref(), Some("/lists/upgrades?as_of=2019-06-30"));
}

#[test]
fn a_card_has_a_row_for_each_deadline_that_was_missed() {
    let rows = texts(ListName::YellowCards, Language::Zh);
    assert_eq!(rows[0][2..6], ["2", "已亮牌", "2", "黄牌"]);
    assert_eq!(rows[0][9..], ["—", "昭委组〔2019〕51号", "两次逾期", "2019-08-20", "—"]);
    assert_eq!(
        rows[1][2..10],
        ["2", "已亮牌", "2", "季度评估", "狮岩联合党支部", "2019年第一季度", "2019-04-15", "尚未补办"]
    );
    assert_eq!(rows[2][5..10], ["整改验收", "狮岩联合党支部", "—", "2019-08-01", "2019-08-09"]);
}

#[test]
fn what_a_row_says_is_said_in_words() {
    let of = |name| texts(name, Language::Zh).remove(0);
    assert_eq!(
        of(ListName::YearlyReviews)[3..],
        [
            "测试书记",
            "2018-06-02",
            "第一季度 一般；第二季度 好",
            "好",
            "乡镇(街道)",
            "否",
            "季度评估 2 项（2020-01-15 起）"
        ]
    );
    assert_eq!(of(ListName::Funding)[2..7], ["[510811210]", "79999.99", "80000.00", "2018", "是"]);
    assert_eq!(
        of(ListName::Figures)[4..],
        ["集体经济收入", "20 万元", "2017", "村账", "35 万元（余）", "2019", "村账", "+15"]
    );
    assert_eq!(of(ListName::Rotation)[3..], ["狮子村", "2019-05-06", "田岩村", "田岩村 0；狮子村 2"]);
    assert_eq!(of(ListName::Cadence)[2..], ["1/2", "2月", "5", "1", "1", "3", "2", "1", "0"]);
    assert_eq!(of(ListName::Documents)[2..7], ["2018-06-01", "是", "无", "", "2018-06-02 01:07"]);
    assert_eq!(of(ListName::Overrides)[9..], ["secretary-terms", "灾后", "昭委〔2019〕8号"]);
    assert_eq!(of(ListName::Corrections)[9..], ["33", "漏算一项"]);
}
