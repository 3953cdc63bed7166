//! Papers made of a city whose every fact came through `decide`: what each says, what it marks, and where there is none.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::Path;

use domain::commands::CorrectDocument;
use domain::document_number::Document;
use domain::ids::PersonId;
use domain::joint_branch::Grade;
use domain::post::NotCounted;
use domain::testing::City;
use domain::testing::city::{JOINT, LEAD, SECRETARY, V1, V2};
use domain::testing::date;
use domain::testing::drafts::changes::{correct_document, correcting};
use domain::testing::drafts::evaluate;
use domain::testing::drafts::meetings::{MEETING, close, deciding, meet, meeting, on_item};
use domain::testing::drafts::oversight::{SUPERVISION, answer, supervise, supervising};
use domain::testing::drafts::posts::{elect, elect_as, election};
use domain::testing::drafts::resolutions::resolve;
use domain::{Policy, PolicyCalendar};
use projections::timeline::Timelines;
use projections::{Reading, Views};

use crate::draft::facts_of;
use crate::{
    Block, DraftError, Paper, PaperKind, Record, Subject, county_of, docx, draft, needed, template, words,
};

const ON: &str = "2019-09-30";

/// What becomes of a city's log, looked at on a day by somebody who may know these persons.
fn with_record<T>(
    city: &City,
    on: &str,
    known: &[(PersonId, &str)],
    look: impl FnOnce(&Record<'_>) -> T,
) -> T {
    let mut timelines = Timelines::default();
    for event in &city.log {
        timelines.note(event);
    }
    let views = Views::from_state(&city.state, timelines, city.log.len() as u64);
    let policy = Policy::defaults().unwrap();
    let policies = PolicyCalendar::new(&policy, views.policies());
    let reading = Reading { views: &views, policies: &policies, on: on.parse().unwrap() };
    let name = |person| {
        let found = known.iter().find(|(id, _)| *id == person);
        found.map(|(_, name)| (*name).to_owned())
    };
    look(&Record { reading, defaults: &policy, name: &name })
}

fn made(city: &City, on: &str, kind: PaperKind, subject: &Subject) -> Result<Paper, DraftError> {
    with_record(city, on, &[(SECRETARY, "张某")], |record| {
        let positions = needed(record.reading.views, subject);
        let read = |position: &u64| city.log[usize::try_from(*position).unwrap() - 1].clone();
        let events: Vec<_> = positions.iter().map(read).collect();
        let county = county_of(record.reading.views, subject);
        let template = template(Path::new("/nonexistent"), county.as_ref(), kind)?;
        draft(kind, record, subject, &events, &template)
    })
}

fn of_joint_branch(city: &City, kind: PaperKind) -> Paper {
    made(city, ON, kind, &Subject::JointBranch(JOINT)).unwrap_or_else(|error| panic!("{}", error.say().en))
}

/// All that a paper says, a line each.
fn said(paper: &Paper) -> String {
    let blocks = paper.body.iter().flat_map(|block| match block {
        Block::Heading(line) | Block::SecondHeading(line) | Block::Text(line) => vec![words(line)],
        Block::Table(grid) => grid.rows.iter().map(|row| words(row)).collect(),
    });
    let line = |line: &Option<Vec<_>>| line.as_deref().map(words).unwrap_or_default();
    let head = [words(&paper.mark), line(&paper.number), paper.title(), line(&paper.addressee)];
    let end = [words(&paper.signature), words(&paper.date)];
    head.into_iter().chain(blocks).chain(end).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn assert_says(paper: &Paper, expected: &[&str]) {
    let said = said(paper);
    for words in expected {
        assert!(said.contains(words), "{words}:\n{said}");
    }
}

/// A city with something of every kind on record.
fn full() -> City {
    City::rectifying().given(supervise(supervising(LEAD))).given(answer())
}

/// A city whose coordination meeting decided two things.
fn met() -> City {
    City::merged().given(meet(meeting(vec![deciding("510811"), deciding(LEAD)])))
}

/// Which subject shows each kind, in which city.
fn shown() -> Vec<(PaperKind, City, Subject)> {
    let joint = Subject::JointBranch(JOINT);
    let county = Subject::County("510811".parse().unwrap(), "2019Q1".parse().unwrap());
    let elected = || City::merged().given(elect());
    vec![
        (PaperKind::Request, full(), joint.clone()),
        (PaperKind::Approval, full(), joint.clone()),
        (PaperKind::ElectionReport, elected(), joint.clone()),
        (PaperKind::TermReminder, elected(), joint.clone()),
        (PaperKind::RectificationNotice, full(), joint),
        (PaperKind::SupervisionSlip, full(), Subject::Supervision(SUPERVISION)),
        (PaperKind::MeetingMinutes, met(), Subject::Meeting(MEETING)),
        (PaperKind::Circular, full(), county),
    ]
}

#[test]
fn every_field_of_every_kind_is_told_by_the_record_or_said_to_be_missing() {
    assert_eq!(shown().len(), PaperKind::ALL.len());
    for (kind, city, subject) in shown() {
        let told: BTreeSet<_> = with_record(&city, ON, &[], |record| {
            facts_of(kind, record, &subject, &city.log).unwrap().unwrap().names().collect()
        });
        let fields: Vec<_> = kind.fields().iter().map(|field| field.name).collect();
        let known: BTreeSet<_> = fields.iter().copied().collect();
        assert_eq!(known.len(), fields.len(), "{kind:?} names a field twice");
        assert_eq!(told, known, "{kind:?}");
    }
}

#[test]
fn a_document_holds_no_field_and_marks_what_the_paper_counts() {
    for (kind, city, subject) in shown() {
        let paper = made(&city, ON, kind, &subject).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(docx(&paper).unwrap())).unwrap();
        let document = std::io::read_to_string(archive.by_name("word/document.xml").unwrap()).unwrap();
        assert!(!document.contains("{{") && !document.contains("}}"), "{kind:?}");
        assert_eq!(document.matches("【待填：").count(), paper.missing.len(), "{kind:?}");
        assert_eq!(document.matches("<w:highlight").count(), paper.missing.len(), "{kind:?}");
        assert!(!paper.body.is_empty() && paper.basis.concat().contains(&format!("截至 {ON}")), "{kind:?}");
    }
}

#[test]
fn a_request_states_the_proposal_and_asks_whoever_decided_it() {
    let paper = of_joint_branch(&full(), PaperKind::Request);
    let reasons = ["地缘方面：", "产业方面：", "治理方面：", "100.0%", "妥否，请批示。", "合建"];
    assert_says(&paper, &reasons);
    // Before the decision whoever may decide is asked: the fixtures' township has no superior on file.
    let before = of_joint_branch(&City::proposed(), PaperKind::Request);
    assert_eq!(words(before.addressee.as_ref().unwrap()), "昭化区委组织部");
    // No survey is on file yet, though villages take part: that is marked, and no table is made up.
    assert!(before.missing.contains(&"群众意愿调查表".to_owned()), "{:?}", before.missing);
    assert!(!paper.missing.contains(&"群众意愿调查表".to_owned()));
    assert!(before.missing.contains(&"签发人".to_owned()));
    // What the members resolved, an organization a row; of a proposal that waits, what is missing is marked.
    assert!(before.missing.contains(&"赞成人数".to_owned()) && !said(&paper).contains("党员大会决议"));
    let resolved = of_joint_branch(&City::proposed().given(resolve(&[V1, V2])), PaperKind::Request);
    assert_says(&resolved, &["党员大会决议", "2019年2月10日222"]);
    assert!(!resolved.missing.contains(&"赞成人数".to_owned()));
}

#[test]
fn an_approval_bears_the_number_and_the_day_of_the_decision() {
    let city = City::merged();
    let paper = of_joint_branch(&city, PaperKind::Approval);
    let number = city.joint().establishment.as_ref().unwrap().document.as_ref().unwrap().to_string();
    assert_says(&paper, &[&number, "同意", "合建，成立", "此复。"]);
    assert_eq!(words(paper.number.as_ref().unwrap()), number);
    assert!(words(&paper.date).starts_with("2019年"), "{}", words(&paper.date));
    // The proposal of the fixtures has no number.
    assert!(paper.missing.contains(&"请示文号".to_owned()));
    assert_says(
        &of_joint_branch(&City::paired(), PaperKind::Approval),
        &["共建", "隶属关系和党员组织关系不变"],
    );
}

#[test]
fn an_election_names_who_may_be_known_and_marks_whom_not() {
    let city = City::merged().given(elect());
    let paper = of_joint_branch(&city, PaperKind::ElectionReport);
    assert_says(&paper, &["2019年4月1日", "实到会4名", "100.0%", "1张某书记4100.0%", "张某当选书记"]);
    assert!(!said(&paper).contains("不计入"), "everybody was entitled");
    let consent =
        Document {
            number: "元委〔2019〕2号".parse().unwrap(), issued: date("2019-03-20"), sha256: None
        };
    let mut held = election();
    (held.entitled, held.present, held.elected[0].votes) = (Some(3), 3, 3);
    held.not_counted = Some(NotCounted { number: 1, document: Some(consent) });
    let left_out = City::merged().given(elect_as(held));
    let told =
        ["正式党员4名", "（元委〔2019〕2号）", "不计入应到会1名", "党员3名，实到会3名，占应到会的100.0%"];
    assert_says(&of_joint_branch(&left_out, PaperKind::ElectionReport), &told);
    let unnamed = with_record(&city, ON, &[], |record| {
        let template = template(Path::new("/nonexistent"), None, PaperKind::ElectionReport).unwrap();
        draft(PaperKind::ElectionReport, record, &Subject::JointBranch(JOINT), &city.log, &template).unwrap()
    });
    assert!(!said(&unnamed).contains("张某") && unnamed.missing.contains(&"姓名".to_owned()));
}

#[test]
fn a_reminder_counts_the_days_to_the_end_of_the_term_on_the_day_that_is_asked() {
    let city = City::merged().given(elect());
    let end = city.joint().term.as_ref().unwrap().end;
    let on = |day: domain::date::Date| {
        let paper = made(&city, &day.to_string(), PaperKind::TermReminder, &Subject::JointBranch(JOINT));
        said(&paper.unwrap())
    };
    assert!(on(end.plus_days(-180)).contains("距届满还有180日"));
    assert!(on(end).contains("今日届满"));
    assert!(on(end.plus_days(2)).contains("已届满2日"));
}

#[test]
fn a_paper_bears_the_number_as_it_was_put_right() {
    let elected = City::merged().given(elect().paper("白委〔2019〕18号", "2019-04-09"));
    let wrong = of_joint_branch(&elected, PaperKind::ElectionReport);
    assert_says(&wrong, &["白委〔2019〕18号"]);
    let number = "白委〔2019〕28号".parse().ok();
    let right = CorrectDocument { number, ..correcting(elected.last_command()) };
    let corrected = of_joint_branch(&elected.given(correct_document(right)), PaperKind::ElectionReport);
    assert_says(&corrected, &["白委〔2019〕28号"]);
    assert!(!said(&corrected).contains("白委〔2019〕18号"));
}

#[test]
fn a_notice_lists_what_is_to_be_put_right_and_by_when() {
    let paper = of_joint_branch(&full(), PaperKind::RectificationNotice);
    assert_says(&paper, &["2019年第一季度", "2019年7月20日", "满意率均不低于"]);
}

#[test]
fn a_slip_tells_the_answer_once_there_is_one() {
    let subject = Subject::Supervision(SUPERVISION);
    let open = City::rectifying().given(supervise(supervising(LEAD)));
    let slip = |city: &City, on| made(city, on, PaperKind::SupervisionSlip, &subject).unwrap();
    let paper = slip(&open, "2019-08-31");
    assert_says(&paper, &["昭委组〔2019〕45号", "二季度评估未完成", "2019年8月31日"]);
    assert!(!said(&paper).contains("办理情况"));
    // The day after its last day.
    assert_says(&slip(&open, "2019-09-01"), &["办理情况", "逾期1日"]);
    // An answer leaves the number of the slip what it was.
    assert_says(&slip(&full(), ON), &["昭委组〔2019〕45号", "已完成补评", "2019年8月10日答复"]);
}

#[test]
fn minutes_list_what_was_decided_and_where_it_stands() {
    let minutes = |city: &City, on| made(city, on, PaperKind::MeetingMinutes, &Subject::Meeting(MEETING));
    let paper = minutes(&met(), "2019-08-12").unwrap();
    let head = ["广联会纪〔2019〕3号", "2019年第3次联系会议纪要", "2019年8月8日", "议定2项"];
    assert_says(&paper, &head);
    assert_says(&paper, &["2．关于联合党组织运行情况。会议议定，对季度评估逐一核查。"]);
    assert_says(&paper, &["元坝镇2019年9月30日办理中"]);
    // Who else was there is not on record, and is no gap.
    assert!(!said(&paper).contains("其他参会") && paper.missing.is_empty(), "{:?}", paper.missing);
    let asked = met().given(on_item(LEAD, 2));
    assert_says(&minutes(&asked, ON).unwrap(), &["2019年8月15日督办"]);
    let answered = asked.given(answer().on("2019-08-20"));
    assert_says(&minutes(&answered, ON).unwrap(), &["督办已答复，待销号"]);
    let closed = minutes(&answered.given(close(2)), ON).unwrap();
    assert_says(&closed, &["2019年9月25日销号：已逐项整改到位"]);
    assert!(matches!(minutes(&City::merged(), ON), Err(DraftError::Unknown { .. })));
}

#[test]
fn a_circular_counts_each_grade_and_who_was_not_graded() {
    let county = |quarter: &str| Subject::County("510811".parse().unwrap(), quarter.parse().unwrap());
    let city = City::headed().given(evaluate("2019Q1", Grade::Good));
    let circular = |quarter| made(&city, ON, PaperKind::Circular, &county(quarter));
    let paper = circular("2019Q1").unwrap();
    assert_says(&paper, &["应评估联合党组织1个，已评估1个：好1个、一般0个、较差0个", "占100.0%"]);
    assert!(!said(&paper).contains("尚未评估"));
    let ungraded = circular("2019Q2").unwrap();
    assert_says(&ungraded, &["已评估0个", "尚未评估1个", "尚未评估的联合党组织"]);
    assert!(!said(&ungraded).contains('%'), "no share of nothing");
    assert!(matches!(circular("2018Q1"), Err(DraftError::NothingOnRecord { .. })));
}

#[test]
fn a_paper_that_nothing_is_on_record_for_says_so() {
    let joint = Subject::JointBranch(JOINT);
    for (kind, missing) in [
        (PaperKind::Approval, "没有成立决定，不能起草批复"),
        (PaperKind::ElectionReport, "没有选举，不能起草选举结果报告"),
        (PaperKind::TermReminder, "没有任期，不能起草换届提醒函"),
        (PaperKind::RectificationNotice, "没有整改要求，不能起草整改通知书"),
    ] {
        let refused = made(&City::proposed(), ON, kind, &joint).unwrap_err();
        assert!(refused.say().zh.contains(missing), "{}", refused.say().zh);
    }
    let other = made(&City::proposed(), ON, PaperKind::Circular, &joint).unwrap_err();
    assert!(matches!(other, DraftError::OfSomethingElse { .. }));
    let unknown = made(&City::proposed(), ON, PaperKind::SupervisionSlip, &Subject::Supervision(SUPERVISION));
    assert!(matches!(unknown, Err(DraftError::Unknown { .. })));
}
