//! What the life line is drawn from: which lanes there are, what stands on each, and where it leads.

use domain::ids::{OrganizationId, PersonId};
use domain::say::Language;
use projections::{Case, Move, Review, Step, Tenure};
use serde_json::json;
use ulid::Ulid;

use super::*;
use crate::pages::entries::Named;
use crate::pages::visit::tests::visit;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A merger of 2018 with two secretaries, a member who left, a grade and a case.
fn a_merger() -> (JointBranchRow, LifeRow) {
    let mut row = crate::pages::joint_branch::tests::row();
    row.proposed_on = day("2018-01-10");
    row.establishment = serde_json::from_value(json!(
        {"effective_date": "2018-03-01", "level": "county", "document": "昭委组〔2018〕18号"}
    ))
    .unwrap();
    row.evaluations = serde_json::from_value(json!({"2018Q2": {
        "grade": "poor", "effective_date": "2018-07-01", "recorded_on": "2018-07-01", "recorded_after_days": 1,
        "corrected": false, "position": 9
    }}))
    .unwrap();
    let step = |on: &str, position, event_type, weight| Step { on: day(on), position, event_type, weight };
    let tenure = |person: u128, since: &str, until: Option<&str>, position| Tenure {
        person: PersonId(Ulid(person)),
        since: day(since),
        until: until.map(day),
        position,
        ended_position: until.map(|_| position + 1),
    };
    let mut life = LifeRow::default();
    life.steps = vec![
        step("2018-01-10", 3, "joint-branch.proposed".into(), Weight::GoesOn),
        step("2018-03-01", 5, "joint-branch.established".into(), Weight::Begins),
    ];
    life.tenures = vec![tenure(21, "2018-03-05", Some("2019-01-05"), 6), tenure(22, "2019-01-05", None, 11)];
    life.moves = vec![Move {
        on: day("2019-02-01"),
        position: 12,
        organization: OrganizationId(Ulid(31)),
        has_joined: false,
        members: 2,
    }];
    let review = Review { on: day("2018-12-01"), position: 10, has_passed: true };
    life.cases = vec![Case {
        ordered_on: day("2018-07-10"),
        deadline: day("2018-10-10"),
        position: 8,
        review: Some(review),
    }];
    (row, life)
}

fn names(key: &str) -> Option<Named> {
    (key == PersonId(Ulid(21)).to_string()).then(|| Named { text: "前任书记".into(), link: None })
}

#[test]
fn a_month_is_not_shown_as_its_first_day() {
    let mut life = crate::pages::joint_branch::tests::row();
    let facts = json!({"established": {"year": 2016, "month": 6}, "secretary": {"person": "01DEM0J01NT000000000000001", "since": {"year": 2017}}});
    life.registration = Some(serde_json::from_value(json!({
        "source": {"title": "清单"}, "facts": facts, "co_location": null, "missing": [], "registered_on": "2026-06-10",
        "confirmed": null, "sent_back": null, "completions": []
    })).unwrap());
    let visit = visit(Language::Zh, &[]);
    let text = |on: &str| written(&visit, &life, day(on));
    assert_eq!(["2016-06-01", "2017-01-01", "2018-01-01"].map(text), ["2016年6月", "2017年", "2018-01-01"]);
}

#[test]
fn each_lane_tells_its_own_and_every_mark_opens_its_record() {
    let (row, life) = a_merger();
    let visit = visit(Language::Zh, &[]);
    let lanes = lanes(&visit, &row, &life, &names);
    let of_lane = |lane: &'_ Lane| {
        let marks = lane.marks.iter().map(|mark| (mark.label.clone(), mark.position));
        (lane.name.zh.to_string(), marks.collect::<Vec<_>>())
    };
    let said: Vec<_> = lanes.iter().map(of_lane).collect();
    assert_eq!(said[0].1.len(), 3);
    let told = |lane: &str, marks: &[(&str, u64)]| {
        let marks = marks.iter().map(|(label, position)| ((*label).to_owned(), Some(*position)));
        (lane.to_owned(), marks.collect::<Vec<_>>())
    };
    assert_eq!(said[0].1[2], ("2018-03-01 批准成立 昭委组〔2018〕18号".to_owned(), Some(5)));
    assert_eq!(
        said[1],
        told(
            "书记",
            &[("书记 前任书记 2018-03-05 – 2019-01-05", 6), ("书记 （姓名不显示） 2019-01-05 – 现任", 11)]
        )
    );
    assert_eq!(
        said[2],
        told("成员", &[("2018-03-01 3 个成员", 5), ("2019-02-01 2 个成员", 12), ("2019-02-01  退出", 12)])
    );
    assert_eq!(said[3], told("评估", &[("2018年第二季度 较差", 9)]));
    assert_eq!(said[4].1.iter().map(|(_, position)| *position).collect::<Vec<_>>(), [Some(8), Some(10)]);
    let drawn = draw(&visit, &lanes).into_string();
    assert_eq!(drawn.matches("<a href=\"/events/").count(), 3 + 2 + 3 + 1 + 2);
    assert!(
        drawn.contains(">2019</text>") && !drawn.contains(">2018</text>"),
        "only a year's beginning is named"
    );
    assert!(!drawn.contains("role=\"img\""), "what holds links is no picture");
}

#[test]
fn a_lane_without_marks_is_not_drawn() {
    let row = crate::pages::joint_branch::tests::row();
    let visit = visit(Language::Zh, &[]);
    let none = lanes(&visit, &row, &LifeRow::default(), &names);
    assert!(none.is_empty() && draw(&visit, &none).into_string().is_empty());
}

#[test]
fn points_of_one_day_stand_apart_in_their_order() {
    let point = |position| Mark {
        from: day("2018-03-01"),
        shape: Shape::Point("quiet"),
        position: Some(position),
        label: String::new(),
    };
    let axis = Axis { first: day("2018-01-01"), last: day("2026-01-01") };
    let found = places(&axis, &[point(9), point(7), point(8)]);
    assert!(found[1] + APART <= found[2] && found[2] + APART <= found[0], "{found:?}");
    assert_eq!(axis.years().len(), 9);
}
