//! Violations of the rules on premises 场所 of villages.

use domain::place::Place;
use domain::premises::Premises;
use serde_json::{Value, json};

use super::{By, Scene, Violation, Wrong, wrong};
use crate::generate::register::Group;
use crate::generate::script::Draft;

/// A payment that breaks a rule by what is changed of it.
fn payment(scene: &Scene<'_>, group: &Group, change: impl Fn(&mut Value)) -> Option<Wrong> {
    let (village, _) = group.members.iter().find_map(|member| member.village.as_ref())?;
    let mut data = json!({
        "village": village, "project": "模拟违规", "milestone": "start",
        "total": { "amount": 1_000, "unit": "fen" }, "amount": { "amount": 300, "unit": "fen" }
    });
    change(&mut data);
    wrong(group, By::Officer, Draft::new("record-premises-payment", scene.on, data).documented())
}

/// A project of a group's village of which something is still to be paid.
fn unfinished<'s>(scene: &Scene<'s>) -> Option<(&'s Group, &'s Place, &'s Premises)> {
    scene.groups().find_map(|group| {
        let villages = group.members.iter().filter_map(|member| member.village.as_ref());
        let places = villages.filter_map(|(code, _)| scene.state.place_by_code(code));
        let found = |place: &'s Place| place.premises.iter().find(|found| found.next().is_some());
        places.into_iter().find_map(|place| Some((group, &**place, found(place)?)))
    })
}

pub(super) const VIOLATIONS: &[Violation] = &[
    ("premises-village", |scene| {
        let group = scene.groups().next()?;
        payment(scene, group, |data| data["village"] = json!(group.organs.committee.place))
    }),
    ("premises-project", |scene| {
        let group = scene.groups().next()?;
        payment(scene, group, |data| data["begun_in"] = json!(group.organs.committee.place))
    }),
    ("premises-milestone", |scene| {
        payment(scene, scene.groups().next()?, |data| data["milestone"] = json!("acceptance"))
    }),
    ("premises-share", |scene| {
        payment(scene, scene.groups().next()?, |data| data["amount"]["amount"] = json!(301))
    }),
    ("premises-total", |scene| {
        let (group, village, known) = unfinished(scene)?;
        payment(scene, group, |data| {
            data["village"] = json!(village.code);
            data["project"] = json!(known.project);
            data["milestone"] = json!(known.next());
        })
    }),
];
