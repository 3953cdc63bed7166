//! Violations of the rules on establishing, changing and ending: members, forms, documents, authority, policies.

use domain::date::Date;
use domain::document_number::Document;
use domain::joint_branch::Arrangement;
use domain::organization::OrganizationStatus;
use serde_json::{Value, json};

use super::{By, Scene, Subject, Violation, Wrong, decision, is_at_work, wrong};
use crate::generate::register::Group;
use crate::generate::script::Draft;

/// A proposal of the members of a pairing's group to merge, with a change.
fn proposal(scene: &Scene<'_>, change: impl Fn(&mut Value, &Group)) -> Option<Wrong> {
    let subject = scene.pairing()?;
    let villages = subject.group.members.iter().filter(|member| member.village.is_some());
    let (members, counts): (Vec<_>, Vec<_>) =
        villages.map(|member| (member.organization, member.members)).unzip();
    // The form that so many members ask for: what is wrong is the change alone.
    let form = if counts.iter().sum::<u32>() > 50 { "general_branch" } else { "branch" };
    let mut data = json!({
        "name": "模拟违规联合党支部", "arrangement": "merger", "mode": "other", "mode_reason": "模拟", "form": form,
        "members": members, "lead_township": subject.group.organs.committee.place,
        "justification": { "geography": "相邻", "industry": "相近", "governance": "相融" }
    });
    change(&mut data, subject.group);
    subject.clerk(Draft::new("propose-joint-branch", scene.on, data))
}

fn rename(scene: &Scene<'_>, subject: Subject<'_>) -> Draft {
    let data = json!({ "joint_branch": subject.joint_branch.id, "name": "模拟违规更名" });
    decision("change-joint-branch", scene.on, data)
}

fn dissolve(scene: &Scene<'_>, subject: Subject<'_>, ground: &str, successors: Value) -> Option<Wrong> {
    let data = json!({ "joint_branch": subject.joint_branch.id, "ground": ground, "successors": successors });
    subject.officer(decision("dissolve-joint-branch", scene.on, data))
}

fn themselves(subject: Subject<'_>) -> Value {
    let members = subject.joint_branch.members.iter();
    members.map(|member| json!({ "member": member, "successor": member })).collect()
}

/// A document of the township committee that cites something, with other words of it.
fn cited(scene: &Scene<'_>, document: impl Fn(&Document) -> Option<Document>) -> Option<Wrong> {
    let subject = scene.merger()?;
    let issuer = subject.group.organs.committee.id;
    let mut known = scene.state.documents.iter().filter(|(key, _)| key.starts_with(&issuer.to_string()));
    let paper = known.find_map(|(_, known)| document(known))?;
    let data = json!({
        "joint_branch": subject.joint_branch.id, "person": subject.joint_branch.secretary.as_ref()?.person,
        "reason": "模拟违规"
    });
    let wrong = subject.clerk(decision("relieve-secretary", scene.on, data))?;
    Some(Wrong { paper: Some(paper), ..wrong })
}

fn abolish(scene: &Scene<'_>, subject: Subject<'_>) -> Option<Wrong> {
    let [first, second, ..] = subject.group.members.as_slice() else { return None };
    let data = json!({ "organization": first.organization, "successor": second.organization });
    subject.officer(decision("abolish-organization", scene.on, data))
}

/// A cooperative's branch at work, with its group.
fn cooperative<'s>(scene: &Scene<'s>) -> Option<(&'s Group, domain::ids::OrganizationId)> {
    scene.groups().find_map(|group| {
        let found = scene.state.organizations.get(&group.cooperative?)?;
        (found.status == OrganizationStatus::Active).then_some((group, found.id))
    })
}

fn policy(scene: &Scene<'_>, on: Date, figures: Value) -> Option<Wrong> {
    let group = scene.groups().next()?;
    let data = json!({ "jurisdiction": group.organs.county.place, "figures": figures });
    wrong(group, By::Officer, decision("issue-policy", on, data))
}

pub(super) const VIOLATIONS: &[Violation] = &[
    ("one-merger", |scene| {
        let taken = scene.merger()?.joint_branch.members.clone();
        let merged = scene.merger()?;
        let mut data = json!({ "members": taken });
        data["lead_township"] = json!(merged.group.organs.committee.place);
        let wrong = proposal(scene, move |found, _| {
            found["members"] = data["members"].clone();
            found["lead_township"] = data["lead_township"].clone();
        })?;
        Some(Wrong { organs: merged.group.organs.clone(), ..wrong })
    }),
    ("joint-members", |scene| {
        proposal(scene, |data, group| {
            data["members"] = group.members.iter().take(1).map(|member| json!(member.organization)).collect();
        })
    }),
    ("mode", |scene| {
        proposal(scene, |data, _| {
            data["mode"] = json!("similar_industry");
            data["mode_reason"] = json!(null);
        })
    }),
    ("form", |scene| proposal(scene, |data, _| data["form"] = json!("none"))),
    ("scope", |scene| {
        let subject = scene.merger()?;
        let place = &subject.group.organs.committee.place;
        let other = scene.groups().find(|group| group.organs.committee.place != *place)?;
        let quarter =
            domain::quarter::Quarter::of(subject.joint_branch.establishment.as_ref()?.effective_date);
        let data = json!({ "joint_branch": subject.joint_branch.id, "quarter": quarter, "grade": "good" });
        wrong(other, By::Clerk, Draft::new("evaluate-quarter", scene.on, data))
    }),
    ("role", |scene| {
        let subject = scene.merger()?;
        let data = json!({ "joint_branch": subject.joint_branch.id });
        subject.clerk(decision("merge-branches", scene.on, data))
    }),
    ("effective-order", |scene| {
        let subject = scene.merger()?;
        let founded = subject.joint_branch.establishment.as_ref()?.effective_date;
        let draft = rename(scene, subject);
        subject.officer(Draft { on: founded.plus_days(-1), ..draft })
    }),
    ("decided-on", |scene| {
        let subject = scene.merger()?;
        let draft = rename(scene, subject);
        subject.officer(Draft { decided_on: Some(draft.on), ..draft })
    }),
    ("authority-is-organization", |scene| {
        let subject = scene.merger()?;
        wrong(subject.group, By::County, rename(scene, subject))
    }),
    ("document-consistent", |scene| {
        cited(scene, |known| {
            let issued = known.issued.plus_days(1);
            (issued.year() == known.number.year()).then(|| Document { issued, ..known.clone() })
        })
    }),
    ("document-year", |scene| {
        cited(scene, |known| {
            let number = format!("模拟违规〔{}〕1号", known.number.year() - 1).parse().ok()?;
            Some(Document { number, ..known.clone() })
        })
    }),
    ("ground", |scene| {
        let subject = scene.merger()?;
        dissolve(scene, subject, "rectification_failed", themselves(subject))
    }),
    ("successors", |scene| dissolve(scene, scene.merger()?, "purpose_achieved", json!([]))),
    ("ground-superior", |scene| {
        let subject = scene.merger()?;
        dissolve(scene, subject, "superior_decision", themselves(subject))
    }),
    ("dissolve-instead", |scene| {
        let subject = scene.find(|found| {
            is_at_work(found) && found.arrangement == Arrangement::Merger && found.members.len() == 2
        })?;
        let member = subject.joint_branch.members.first()?;
        let data = json!({ "joint_branch": subject.joint_branch.id, "member": member, "successor": member });
        subject.officer(decision("release-member", scene.on, data))
    }),
    ("members-in-cycle", |scene| {
        let subject =
            scene.find(|found| found.phase.is_live() && found.is_in_cycle() && found.members.len() > 2)?;
        let member = subject.joint_branch.members.first()?;
        let data = json!({ "joint_branch": subject.joint_branch.id, "member": member, "successor": member });
        subject.officer(decision("release-member", scene.on, data))
    }),
    ("member-once", |scene| {
        let subject = scene.merger()?;
        let data = json!({
            "joint_branch": subject.joint_branch.id, "member": subject.joint_branch.members.first()?
        });
        subject.officer(decision("admit-member", scene.on, data))
    }),
    ("pairing-ends-first", |scene| abolish(scene, scene.pairing()?)),
    ("host-complete", |scene| {
        let (group, organization) = cooperative(scene)?;
        let data = json!({ "organization": organization, "host_kind": "cooperative" });
        wrong(group, By::Officer, decision("change-organization", scene.on, data))
    }),
    ("committee-members", |scene| {
        let (group, organization) = cooperative(scene)?;
        let data = json!({ "organization": organization, "form": "committee" });
        wrong(group, By::Officer, decision("change-organization", scene.on, data))
    }),
    ("general-branch-members", |scene| {
        let (group, organization) = cooperative(scene)?;
        let data = json!({ "organization": organization, "form": "general_branch" });
        wrong(group, By::Officer, decision("change-organization", scene.on, data))
    }),
    ("member-host", |scene| {
        let subject = scene.merger()?;
        let (organization, village) = (subject.group.members.first()?.organization, subject.village(1)?);
        let data = json!({ "organization": organization, "host_kind": "village", "host": village });
        subject.officer(decision("change-organization", scene.on, data))
    }),
    ("link-shape", |scene| {
        let subject = scene.merger()?;
        let member = subject.group.members.first()?.organization;
        let data =
            json!({ "organization": member, "kind": "guides", "joint_branch": subject.joint_branch.id });
        subject.clerk(Draft::new("link-organization", scene.on, data))
    }),
    ("link-once", |scene| {
        let linked = scene.find(|found| found.phase.is_live() && !found.links.is_empty())?;
        let guide = linked.joint_branch.links.first()?.organization;
        let data = json!({ "organization": guide, "kind": "guides", "joint_branch": linked.joint_branch.id });
        let at_work = scene.state.organizations.get(&guide)?.status == OrganizationStatus::Active;
        linked.clerk(Draft::new("link-organization", scene.on, data)).filter(|_| at_work)
    }),
    ("policy-not-retroactive", |scene| policy(scene, scene.on, json!({ "evaluation_due_days": 10 }))),
    ("policy-below-regulation", |scene| {
        policy(scene, scene.ahead(), json!({ "branch_minimum_formal_members": 2 }))
    }),
    ("policy-within-city", |scene| policy(scene, scene.ahead(), json!({ "evaluation_due_days": 20 }))),
    ("policy-consistent", |scene| policy(scene, scene.ahead(), json!({ "evaluation_due_days": 500 }))),
    ("effective-future", |scene| {
        let subject = scene.merger()?;
        let draft = rename(scene, subject);
        subject.officer(Draft { on: scene.ahead(), ..draft })
    }),
    ("form-vacates", |scene| {
        let subject = scene.find(|found| {
            is_at_work(found) && found.arrangement == Arrangement::Pairing && found.secretary.is_some()
        })?;
        let data = json!({ "joint_branch": subject.joint_branch.id, "form": "none" });
        subject.officer(decision("change-joint-branch", scene.on, data))
    }),
    ("correctable-event", |scene| {
        let subject = scene.merger()?;
        let data = json!({
            "event": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "fields": { "name": "模拟违规" }, "reason": "模拟违规"
        });
        subject.reviewer(Draft::new("correct-record", scene.on, data).documented())
    }),
    ("correctable-decision", |scene| {
        let subject = scene.merger()?;
        let data = json!({
            "decision": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "number": "违规〔2019〕1号", "reason": "模拟违规"
        });
        subject.reviewer(Draft::new("correct-document", scene.on, data).documented())
    }),
    ("member-active", |scene| {
        let ended = |group: &Group| {
            let found = scene.state.organizations.get(&group.cooperative?)?;
            matches!(found.status, OrganizationStatus::Abolished { .. }).then_some(found.id)
        };
        let (group, organization) = scene.groups().find_map(|group| Some((group, ended(group)?)))?;
        let data = json!({ "organization": organization, "formal_members": 5 });
        wrong(group, By::Clerk, Draft::new("update-organization", scene.on, data))
    }),
];
