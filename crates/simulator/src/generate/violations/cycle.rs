//! Violations of the rules on work and evaluation: quarters, rectification, functions, powers, activities, money.

use domain::joint_branch::{Grade, Phase};
use domain::quarter::Quarter;
use serde_json::json;

use super::{Scene, Subject, Violation, decision, is_at_work};
use crate::generate::script::Draft;

fn evaluate(scene: &Scene<'_>, subject: Subject<'_>, quarter: impl serde::Serialize) -> Draft {
    let data = json!({ "joint_branch": subject.joint_branch.id, "quarter": quarter, "grade": "good" });
    Draft::new("evaluate-quarter", scene.on, data)
}

fn correct(
    scene: &Scene<'_>,
    subject: Subject<'_>,
    quarter: &str,
    grade: Grade,
    reason: Option<&str>,
) -> Draft {
    let mut data = json!({ "joint_branch": subject.joint_branch.id, "quarter": quarter, "grade": grade });
    if let Some(reason) = reason {
        data["reason"] = json!(reason);
    }
    Draft::new("correct-evaluation", scene.on, data).documented()
}

fn activity(scene: &Scene<'_>, subject: Subject<'_>) -> serde_json::Value {
    json!({
        "joint_branch": subject.joint_branch.id, "function": "industry", "kind": "training", "date": scene.on,
        "host_village": subject.village(0), "attendance": 20
    })
}

fn changed(scene: &Scene<'_>, field: &str, value: serde_json::Value) -> Option<super::Wrong> {
    let subject = scene.merger()?;
    let mut data = activity(scene, subject);
    data[field] = value;
    subject.clerk(Draft::new("record-activity", scene.on, data))
}

fn powers(scene: &Scene<'_>, subject: Subject<'_>, name: &'static str, power: &str) -> Draft {
    decision(name, scene.on, json!({ "joint_branch": subject.joint_branch.id, "powers": [power] }))
}

fn functions(scene: &Scene<'_>, subject: Subject<'_>, name: &'static str, function: &str) -> Draft {
    let from: Vec<_> = subject.group.members.iter().take(1).map(|member| member.organization).collect();
    let data = json!({ "joint_branch": subject.joint_branch.id, "functions": [function], "from": from });
    Draft::new(name, scene.on, data).documented()
}

fn fund(scene: &Scene<'_>, village: serde_json::Value, year: i16, field: &str) -> Draft {
    let mut data = json!({ "village": village, "fiscal_year": year, "purpose": "模拟违规" });
    data[field] = json!({ "amount": 100, "unit": "fen" });
    Draft::new("record-funding", scene.on, data)
}

/// A review that finds nothing improved before the deadline, of as many as are asked.
fn review(scene: &Scene<'_>, asked: fn(u32, u32) -> (u32, u32)) -> Option<super::Wrong> {
    let subject =
        scene.find(|found| found.rectification.as_ref().is_some_and(|order| order.deadline > scene.on))?;
    let base = &subject.joint_branch.rectification.as_ref()?.base;
    let (members, households) = asked(base.members, base.households?);
    let data = json!({
        "joint_branch": subject.joint_branch.id, "improved": false,
        "members": { "asked": members, "satisfied": 1 }, "villagers": { "asked": households, "satisfied": 1 }
    });
    subject.reviewer(decision("review-rectification", scene.on, data))
}

pub(super) const VIOLATIONS: &[Violation] = &[
    ("evaluated-once", |scene| {
        let subject = scene.find(|found| is_at_work(found) && !found.evaluations.is_empty())?;
        let (quarter, _) = subject.joint_branch.evaluations.last_key_value()?;
        subject.clerk(evaluate(scene, subject, quarter))
    }),
    ("quarter-ended", |scene| {
        let subject = scene.merger()?;
        subject.clerk(evaluate(scene, subject, Quarter::of(scene.on).next()))
    }),
    ("quarter-lived", |scene| {
        let subject = scene.merger()?;
        subject.clerk(evaluate(scene, subject, "2000Q1"))
    }),
    ("nothing-to-correct", |scene| {
        let subject = scene.merger()?;
        subject.reviewer(correct(scene, subject, "2000Q1", Grade::Fair, Some("模拟")))
    }),
    ("reason-required", |scene| {
        let subject = scene.find(|found| is_at_work(found) && !found.evaluations.is_empty())?;
        let (quarter, evaluation) = subject.joint_branch.evaluations.last_key_value()?;
        let other = if evaluation.grade == Grade::Good { Grade::Fair } else { Grade::Good };
        subject.reviewer(correct(scene, subject, &quarter.to_string(), other, None))
    }),
    ("four-eyes", |scene| {
        let subject = scene.find(|found| {
            is_at_work(found) && found.evaluations.values().any(|grade| grade.grade == Grade::Good)
        })?;
        let good = subject.joint_branch.evaluations.iter().rfind(|(_, found)| found.grade == Grade::Good)?;
        let mut draft = correct(scene, subject, &good.0.to_string(), Grade::Fair, Some("模拟"));
        draft.documented = false;
        subject.clerk(draft)
    }),
    ("poor-standing", |scene| {
        let subject = scene.merger()?;
        let data = json!({
            "joint_branch": subject.joint_branch.id, "deadline": scene.on.plus_months(3), "items": ["模拟"]
        });
        subject.clerk(Draft::new("order-rectification", scene.on, data).documented())
    }),
    ("phase", |scene| {
        let subject = scene.merger()?;
        let data = json!({
            "joint_branch": subject.joint_branch.id, "improved": true,
            "members": { "asked": 5, "satisfied": 5 }, "villagers": { "asked": 50, "satisfied": 50 }
        });
        subject.reviewer(decision("review-rectification", scene.on, data))
    }),
    ("satisfaction-counts", |scene| {
        let subject = scene.find(|found| found.phase == Phase::Rectifying)?;
        let base = &subject.joint_branch.rectification.as_ref()?.base;
        let (members, households) = (base.members, base.households?);
        let data = json!({
            "joint_branch": subject.joint_branch.id, "improved": true,
            "members": { "asked": members, "satisfied": members + 1 },
            "villagers": { "asked": households, "satisfied": households }
        });
        subject.reviewer(decision("review-rectification", scene.on, data))
    }),
    ("satisfaction-base", |scene| {
        let subject = scene.find(|found| found.phase == Phase::Rectifying)?;
        let households = subject.joint_branch.rectification.as_ref()?.base.households?;
        let data = json!({
            "joint_branch": subject.joint_branch.id, "improved": true,
            "members": { "asked": 1, "satisfied": 1 }, "villagers": { "asked": households, "satisfied": households }
        });
        subject.reviewer(decision("review-rectification", scene.on, data))
    }),
    ("merger-is-whole", |scene| {
        let subject = scene.merger()?;
        subject.clerk(functions(scene, subject, "transfer-functions", "industry"))
    }),
    ("function-not-held", |scene| {
        let subject = scene.pairing()?;
        subject.clerk(functions(scene, subject, "return-functions", "political_guidance"))
    }),
    ("function-once", |scene| {
        let subject = scene.find(|found| {
            is_at_work(found)
                && found.arrangement == domain::joint_branch::Arrangement::Pairing
                && !found.functions.is_empty()
        })?;
        let (organization, held) = subject.joint_branch.functions.first_key_value()?;
        let data = json!({
            "joint_branch": subject.joint_branch.id, "functions": [held.first()?], "from": [organization]
        });
        subject.clerk(Draft::new("transfer-functions", scene.on, data).documented())
    }),
    ("not-a-member", |scene| {
        let (subject, other) = (scene.pairing()?, scene.merger()?);
        let stranger = other.group.members.first()?.organization;
        let data = json!({
            "joint_branch": subject.joint_branch.id, "functions": ["industry"], "from": [stranger]
        });
        subject.clerk(Draft::new("transfer-functions", scene.on, data).documented())
    }),
    ("code-list", |scene| changed(scene, "kind", json!("banquet"))),
    ("attendance", |scene| changed(scene, "attendance", json!(0))),
    ("date-order", |scene| changed(scene, "date", json!(scene.on.plus_days(1)))),
    ("at-work-then", |scene| {
        let founded = scene.merger()?.joint_branch.establishment.as_ref()?.effective_date;
        changed(scene, "date", json!(founded.plus_days(-1)))
    }),
    ("member-village", |scene| {
        let subject = scene.merger()?;
        let others = scene.subjects().filter(|other| {
            other.joint_branch.id != subject.joint_branch.id
                && other.group.organs.county.place == subject.group.organs.county.place
        });
        let village = others.filter_map(|other| other.village(0)).next()?;
        changed(scene, "host_village", json!(village))
    }),
    ("power-once", |scene| {
        let subject = scene.find(|found| is_at_work(found) && !found.powers.is_empty())?;
        let power = subject.joint_branch.powers.first()?.clone();
        subject.clerk(powers(scene, subject, "delegate-power", power.as_str()))
    }),
    ("power-not-held", |scene| {
        let subject =
            scene.find(|found| is_at_work(found) && found.secretary.is_some() && found.powers.is_empty())?;
        subject.clerk(powers(scene, subject, "revoke-power", "personnel"))
    }),
    ("power-holder", |scene| {
        let subject = scene.without_organ()?;
        subject.clerk(powers(scene, subject, "delegate-power", "personnel"))
    }),
    ("funding-village", |scene| {
        let subject = scene.merger()?;
        subject.clerk(fund(scene, json!(null), scene.on.year(), "base"))
    }),
    ("funding-year", |scene| {
        let subject = scene.merger()?;
        subject.clerk(fund(scene, json!(subject.village(0)), 1990, "base"))
    }),
    ("funding-once", |scene| {
        let subject = scene.merger()?;
        let place = scene.state.place_by_code(&subject.village(0)?)?;
        let (year, _) = place.funding.iter().rfind(|(_, line)| line.base.is_some())?;
        subject.clerk(fund(scene, json!(place.code), *year, "base"))
    }),
    ("county-alone", |scene| {
        let subject = scene.merger()?;
        subject.clerk(fund(scene, json!(subject.village(0)), scene.on.year(), "supplement"))
    }),
    ("funding-merger", |scene| {
        let subject = scene.pairing()?;
        subject.officer(fund(scene, json!(subject.village(0)), scene.on.year(), "supplement"))
    }),
    ("satisfaction-over-base", |scene| review(scene, |members, households| (members + 1, households))),
    ("review-before-deadline", |scene| review(scene, |members, households| (members, households))),
    ("rectification-deadline", |scene| {
        let subject =
            scene.find(|found| found.phase == Phase::Operating && !found.poor_standing.is_empty())?;
        let data = json!({
            "joint_branch": subject.joint_branch.id, "deadline": scene.on.plus_months(12), "items": ["模拟违规"]
        });
        subject.clerk(Draft::new("order-rectification", scene.on, data).documented())
    }),
];
