//! Violations of the rules on the registers: places, organizations, surveys.

use domain::place::PlaceCode;
use serde_json::{Value, json};

use super::{By, Scene, Violation, Wrong, wrong};
use crate::generate::script::Draft;

fn change(scene: &Scene<'_>, data: Value) -> Option<Wrong> {
    wrong(scene.groups().next()?, By::County, Draft::new("change-place", scene.on, data))
}

fn register(scene: &Scene<'_>, code: &str, level: &str, parent: &str) -> Option<Wrong> {
    let data = json!({ "code": code, "name": "模拟违规", "level": level, "parent": parent });
    wrong(scene.groups().next()?, By::County, Draft::new("register-place", scene.on, data))
}

/// A village of the scene's first group, and its township.
fn first(scene: &Scene<'_>) -> Option<(String, String)> {
    let group = scene.groups().next()?;
    let village = group.members.iter().find_map(|member| member.village.as_ref())?;
    Some((village.0.to_string(), group.organs.committee.place.to_string()))
}

fn survey(scene: &Scene<'_>, villages: impl Fn(&Value) -> Vec<Value>) -> Option<Wrong> {
    let subject = scene.merger()?;
    let asked = json!({
        "village": subject.village(0), "asked": 10, "in_favour": 9, "method": "入户问卷", "date": scene.on
    });
    let data = json!({ "joint_branch": subject.joint_branch.id, "villages": villages(&asked) });
    subject.clerk(Draft::new("record-will-survey", scene.on, data))
}

fn update(scene: &Scene<'_>, profile: Option<Value>) -> Option<Wrong> {
    let subject = scene.merger()?;
    let mut data = json!({ "organization": subject.group.members.first()?.organization });
    if let Some(profile) = profile {
        data["profile"] = profile;
    }
    subject.clerk(Draft::new("update-organization", scene.on, data))
}

pub(super) const VIOLATIONS: &[Violation] = &[
    ("code-in-use", |scene| {
        let (village, township) = first(scene)?;
        register(scene, &village, "village", &township)
    }),
    ("place-level", |scene| {
        let (_, township) = first(scene)?;
        register(scene, &format!("{township}398"), "township", &township)
    }),
    ("change-shape", |scene| {
        let (village, _) = first(scene)?;
        change(scene, json!({ "place": village, "change": "rename" }))
    }),
    ("place-successor", |scene| {
        let (village, _) = first(scene)?;
        change(scene, json!({ "place": village, "change": "merge", "successors": [village] }))
    }),
    ("place-not-empty", |scene| {
        let (_, township) = first(scene)?;
        change(scene, json!({ "place": township, "change": "close" }))
    }),
    ("split-complete", |scene| {
        let (village, township) = first(scene)?;
        let parent = scene.state.place_by_code(&township.parse().ok()?)?.id;
        let others = scene.state.places.values().filter(|found| {
            found.parent == Some(parent) && found.ended_on.is_none() && found.code.to_string() != village
        });
        let successors: Vec<_> = others.take(2).map(|found| found.code.clone()).collect();
        let is_split = successors.len() == 2;
        change(scene, json!({ "place": village, "change": "split", "successors": successors }))
            .filter(|_| is_split)
    }),
    ("place-ended", |scene| {
        let group = scene.groups().find(|group| {
            let ended = |code: &PlaceCode| {
                scene.state.places.values().any(|found| found.code == *code && found.ended_on.is_some())
            };
            group.leftovers.iter().any(|(code, _)| ended(code))
        })?;
        let codes = group.leftovers.iter().map(|(code, _)| code);
        let ended = scene
            .state
            .places
            .values()
            .find(|found| found.ended_on.is_some() && codes.clone().any(|code| *code == found.code))?;
        let data = json!({ "place": ended.id, "change": "rename", "name": "模拟违规" });
        wrong(group, By::County, Draft::new("change-place", scene.on, data))
    }),
    ("host-kind", |scene| {
        let (village, _) = first(scene)?;
        let data = json!({
            "name": "模拟违规", "form": "organ", "host_kind": "village", "host": village,
            "formal_members": 0, "probationary_members": 0
        });
        wrong(scene.groups().next()?, By::County, Draft::new("register-organization", scene.on, data))
    }),
    ("nothing-to-record", |scene| update(scene, None)),
    ("profile-value", |scene| {
        let figure = json!({ "value": 5, "unit": "-", "period": "2019", "source": "模拟违规" });
        update(scene, Some(json!({ "wealth": figure })))
    }),
    ("survey-counts", |scene| {
        survey(scene, |asked| {
            let mut asked = asked.clone();
            asked["in_favour"] = json!(11);
            vec![asked]
        })
    }),
    ("survey-villages", |scene| survey(scene, |asked| vec![asked.clone(), asked.clone()])),
    ("other-city", |scene| register(scene, "510799", "county", "5107")),
];
