//! Violations of the rules on posts and oversight: secretaries, elections, terms, commitments, filing, reviews.

use domain::date::Date;
use domain::filing::FilingMatter;
use domain::ids::{OrganizationId, PersonId};
use domain::joint_branch::{Form, JointBranch};
use domain::post::CommitmentKind;
use domain::yellow_card::YellowCard;
use serde_json::{Value, json};

use super::{Scene, Subject, Violation, Wrong, decision, is_at_work};
use crate::generate::register::Group;
use crate::generate::script::Draft;

fn secretary(subject: Subject<'_>) -> Option<PersonId> {
    subject.joint_branch.secretary.as_ref().map(|found| found.person)
}

/// Another merger's secretary.
fn stranger(scene: &Scene<'_>, subject: Subject<'_>) -> Option<PersonId> {
    let own = scene.state.scope_of_place(subject.joint_branch.lead_township);
    let mut others = scene.subjects().filter(|other| {
        let lead = scene.state.scope_of_place(other.joint_branch.lead_township);
        // Nobody of another county is known here.
        other.joint_branch.id != subject.joint_branch.id && lead.county == own.county
    });
    others.find_map(secretary)
}

fn assignment(
    scene: &Scene<'_>,
    subject: Subject<'_>,
    person: PersonId,
    replaces: Option<PersonId>,
) -> Draft {
    let mut data = json!({
        "joint_branch": subject.joint_branch.id, "person": person, "source": "other", "term_start": scene.on
    });
    if let Some(replaced) = replaces {
        data["replaces"] = json!(replaced);
    }
    decision("assign-secretary", scene.on, data)
}

/// A formal member for more than a year.
fn has_standing(scene: &Scene<'_>, person: &domain::person::Person) -> bool {
    person.formal_member_since.is_some_and(|since| since.plus_months(13) <= scene.on)
}

/// An erasure with the document of a second body.
fn erasure(scene: &Scene<'_>, person: PersonId, organ: OrganizationId) -> Draft {
    let document = json!({ "number": format!("模拟违规〔{}〕9号", scene.on.year()), "issued": scene.on });
    let data = json!({
        "person": person, "ground": "retention_ended", "consent": { "organization": organ, "document": document }
    });
    decision("erase-person", scene.on, data)
}

fn election(scene: &Scene<'_>, change: impl Fn(&mut Value, u32)) -> Option<Wrong> {
    let subject = scene.merger()?;
    let formal = formal_members(scene, subject.joint_branch);
    let mut data = json!({
        "joint_branch": subject.joint_branch.id, "held_on": scene.on, "present": formal,
        "elected": [{ "person": secretary(subject)?, "post": "secretary", "votes": formal }]
    });
    change(&mut data, formal);
    subject.clerk(Draft::new("record-election", scene.on, data))
}

pub(super) fn formal_members(scene: &Scene<'_>, found: &JointBranch) -> u32 {
    let members = found.members.iter().filter_map(|id| scene.state.organizations.get(id));
    members.map(|member| member.formal_members).sum()
}

fn promise(scene: &Scene<'_>, subject: Subject<'_>, kind: &str) -> Option<Draft> {
    let data = json!({
        "joint_branch": subject.joint_branch.id, "person": secretary(subject)?, "kind": kind,
        "content": "模拟违规", "made_on": scene.on
    });
    Some(Draft::new("record-commitment", scene.on, data))
}

fn renewal<'s>(scene: &Scene<'s>, months: i32) -> Option<(Subject<'s>, Draft)> {
    let subject = scene
        .find(|found| is_at_work(found) && found.term.as_ref().is_some_and(|term| term.end > scene.on))?;
    let term = subject.joint_branch.term.as_ref()?;
    let data = json!({
        "joint_branch": subject.joint_branch.id, "term_end": term.scheduled_end.plus_months(months)
    });
    Some((subject, decision("renew-term", scene.on, data)))
}

fn file(scene: &Scene<'_>, subject: Subject<'_>, matter: FilingMatter) -> Option<Wrong> {
    let data = json!({
        "joint_branch": subject.joint_branch.id, "matter": matter, "number": "模拟违规", "filed_on": scene.on
    });
    subject.reviewer(Draft::new("file-with-county", scene.on, data))
}

/// What the members of the first organization of a merger resolved.
fn counted((subject, on): (Subject<'_>, Date), entitled: u32, present: u32) -> Value {
    let organization = subject.joint_branch.members.first();
    json!({ "organization": organization, "entitled": entitled, "present": present, "in_favour": 1, "date": on })
}

fn resolved(scene: &Scene<'_>, resolutions: impl Fn((Subject<'_>, Date)) -> Vec<Value>) -> Option<Wrong> {
    let subject = scene.merger()?;
    let data =
        json!({ "joint_branch": subject.joint_branch.id, "resolutions": resolutions((subject, scene.on)) });
    subject.clerk(Draft::new("record-members-resolution", scene.on, data))
}

fn agreed(scene: &Scene<'_>, subject: Subject<'_>, days: i32) -> Option<Wrong> {
    let data = json!({
        "joint_branch": subject.joint_branch.id, "date": scene.on, "until": scene.on.plus_days(days),
        "items": ["模拟违规"]
    });
    subject.clerk(Draft::new("record-agreement", scene.on, data))
}

fn review(scene: &Scene<'_>, year: i16, level: &str) -> Option<Wrong> {
    let subject = scene.merger()?;
    let data = json!({ "person": secretary(subject)?, "year": year, "level": level, "class": "good" });
    subject.clerk(decision("record-yearly-review", scene.on, data))
}

fn supervision(scene: &Scene<'_>, change: impl Fn(&mut Value)) -> Option<Wrong> {
    let subject = scene.merger()?;
    let mut data = json!({
        "to": subject.group.organs.committee.place, "matter": "模拟违规", "due": scene.on.plus_days(20)
    });
    change(&mut data);
    subject.officer(Draft::new("issue-supervision", scene.on, data))
}

fn yellow_card(scene: &Scene<'_>, change: impl Fn(&mut Value)) -> Option<Wrong> {
    let subject = scene.merger()?;
    let mut data = json!({
        "to": subject.group.organs.committee.place, "matter": "模拟违规", "consequences": ["interview"]
    });
    change(&mut data);
    subject.officer(Draft::new("issue-yellow-card", scene.on, data).documented())
}

/// A group whose township was warned, and the card.
fn warned<'s>(scene: &Scene<'s>, is_lifted: bool) -> Option<(&'s Group, &'s YellowCard)> {
    let card = |group: &Group| {
        let place = scene.state.place_by_code(&group.organs.committee.place)?.id;
        let mut own = scene.state.yellow_cards.values();
        own.find(|found| found.to == place && found.lifted.is_some() == is_lifted).map(AsRef::as_ref)
    };
    scene.groups().find_map(|group| Some((group, card(group)?)))
}

/// A first secretary sent to the first village of a group.
fn posting(scene: &Scene<'_>, group: &Group, change: impl Fn(&mut Value)) -> Option<Wrong> {
    let organization = group.members.iter().find(|member| member.village.is_some())?.organization;
    let mut data = json!({
        "organization": organization, "person": group.candidate, "since": scene.on,
        "until": scene.on.plus_months(24), "sending_unit": "模拟违规"
    });
    change(&mut data);
    super::wrong(group, super::By::Officer, Draft::new("assign-first-secretary", scene.on, data).documented())
}

/// A group in whose first village a first secretary is in post.
fn posted<'s>(scene: &Scene<'s>) -> Option<(&'s Group, PersonId)> {
    let in_post = |group: &Group| {
        let village = group.members.iter().find(|member| member.village.is_some())?;
        Some(scene.state.organizations.get(&village.organization)?.first_secretary.as_ref()?.person)
    };
    scene.groups().find_map(|group| Some((group, in_post(group)?)))
}

pub(super) const VIOLATIONS: &[Violation] = &[
    ("first-secretary-of", |scene| {
        let group = scene.merger()?.group;
        posting(scene, group, |data| data["organization"] = json!(group.organs.committee.id))
    }),
    ("first-secretary-term", |scene| {
        let group = scene.merger()?.group;
        posting(scene, group, |data| data["until"] = json!(scene.on))
    }),
    ("first-secretary-once", |scene| posting(scene, posted(scene)?.0, |_| ())),
    ("first-secretary-elsewhere", |scene| {
        let (group, person) = posted(scene)?;
        let other = group.members.iter().filter(|member| member.village.is_some()).nth(1)?.organization;
        posting(scene, group, |data| {
            (data["organization"], data["person"]) = (json!(other), json!(person));
        })
    }),
    ("yellow-card-tier", |scene| {
        let village = scene.merger()?.village(0)?;
        yellow_card(scene, move |data| data["to"] = json!(village))
    }),
    ("yellow-card-scope", |scene| {
        let subject = scene.merger()?;
        let place = &subject.group.organs.committee.place;
        let other =
            scene.subjects().find(|other| other.group.organs.committee.place != *place)?.joint_branch.id;
        yellow_card(scene, move |data| data["joint_branch"] = json!(other))
    }),
    ("yellow-card-deadline", |scene| {
        yellow_card(scene, |data| data["consequences"] = json!(["order_in_time"]))
    }),
    ("yellow-card-once", |scene| {
        let (group, card) = warned(scene, false)?;
        let data = json!({
            "to": group.organs.committee.place, "matter": card.matter, "consequences": ["interview"],
            "joint_branch": card.joint_branch
        });
        super::wrong(group, super::By::Officer, Draft::new("issue-yellow-card", scene.on, data).documented())
    }),
    ("yellow-card-lifted", |scene| {
        let (group, card) = warned(scene, true)?;
        let data = json!({ "yellow_card": card.id, "reason": "模拟违规" });
        super::wrong(group, super::By::Officer, Draft::new("lift-yellow-card", scene.on, data).documented())
    }),
    ("not-in-post", |scene| {
        let subject = scene.merger()?;
        let person = stranger(scene, subject)?;
        let data = json!({ "joint_branch": subject.joint_branch.id, "person": person, "reason": "模拟" });
        subject.clerk(decision("relieve-secretary", scene.on, data))
    }),
    ("no-post", |scene| {
        let subject = scene.without_organ()?;
        let data = json!({
            "joint_branch": subject.joint_branch.id, "person": subject.group.candidate, "source": "other",
            "term_start": scene.on
        });
        subject.clerk(decision("assign-secretary", scene.on, data))
    }),
    ("term", |scene| {
        let end = scene.on.plus_months(240);
        election(scene, move |data, _| data["term_end"] = json!(end))
    }),
    ("election-of", |scene| {
        let organization = scene.merger()?.group.members.first()?.organization;
        election(scene, move |data, _| data["organization"] = json!(organization))
    }),
    ("election-quorum", |scene| election(scene, |data, _| data["present"] = json!(1))),
    ("election-over-base", |scene| election(scene, |data, formal| data["present"] = json!(formal + 1))),
    ("election-entitled", |scene| election(scene, |data, formal| data["entitled"] = json!(formal - 1))),
    ("election-not-counted", |scene| {
        election(scene, |data, formal| {
            (data["entitled"], data["present"]) = (json!(formal - 1), json!(formal - 1));
            data["not_counted"] = json!({ "number": 1 });
        })
    }),
    ("by-election-term", |scene| {
        let end = scene.merger()?.joint_branch.term.as_ref()?.end.plus_days(1);
        election(scene, move |data, _| {
            (data["kind"], data["term_end"]) = (json!("by_election"), json!(end));
        })
    }),
    ("election-votes", |scene| {
        election(scene, |data, formal| data["elected"][0]["votes"] = json!(formal + 1))
    }),
    ("election-majority", |scene| election(scene, |data, _| data["elected"][0]["votes"] = json!(1))),
    ("list-not-empty", |scene| election(scene, |data, _| data["elected"] = json!([]))),
    ("post-person", |scene| {
        election(scene, |data, _| {
            // Listed twice.
            let mut second = data["elected"][0].clone();
            second["post"] = json!("committee_member");
            if let Some(elected) = data["elected"].as_array_mut() {
                elected.push(second);
            }
        })
    }),
    ("committee-size", |scene| {
        let subject = scene.merger()?;
        let members = [json!({ "person": secretary(subject)?, "duty": "书记" })];
        let data = json!({ "joint_branch": subject.joint_branch.id, "members": members });
        subject.clerk(decision("appoint-committee", scene.on, data))
    }),
    ("committee-elected", |scene| {
        let subject = scene.find(|found| {
            is_at_work(found) && found.form != Form::None && formal_members(scene, found) >= 7
        })?;
        let lead = &subject.joint_branch.lead_township;
        let own = scene.state.places.get(lead)?.code.clone();
        let others = scene.state.persons.values().filter(|found| {
            let is_elected = subject.joint_branch.elected_in_term.contains(&found.id);
            has_standing(scene, found)
                && found.secretary_of.is_empty()
                && found.erased_on.is_none()
                && !is_elected
                && scene.state.is_known_in(found, &own)
                && found.latest_effective <= scene.on
        });
        let members: Vec<_> =
            others.take(5).map(|found| json!({ "person": found.id, "duty": "委员" })).collect();
        let data = json!({ "joint_branch": subject.joint_branch.id, "members": members });
        subject.clerk(decision("appoint-committee", scene.on, data))
    }),
    ("commitment-year", |scene| {
        let subject = scene.merger()?;
        subject.clerk(promise(scene, subject, "yearly_goal")?)
    }),
    ("commitment-once", |scene| {
        let made = |found: &domain::joint_branch::JointBranch| {
            let made = found.promises.iter().flat_map(|promises| &promises.made);
            is_at_work(found)
                && found.secretary.is_some()
                && made.into_iter().any(|made| made.kind == CommitmentKind::Integrity)
        };
        let subject = scene.find(made)?;
        subject.clerk(promise(scene, subject, "integrity")?)
    }),
    ("commitment-to", |scene| {
        let subject = scene.merger()?;
        subject.officer(promise(scene, subject, "resignation")?)
    }),
    ("term-shift", |scene| {
        let (subject, draft) = renewal(scene, 40)?;
        subject.clerk(draft)
    }),
    ("village-term", |scene| {
        let subject = scene.merger()?;
        let data = json!({
            "joint_branch": subject.joint_branch.id, "person": secretary(subject)?, "village": subject.village(0)?,
            "elected_on": scene.on, "term_end": scene.on.plus_months(61)
        });
        subject.clerk(Draft::new("record-village-head-election", scene.on, data))
    }),
    ("document-required", |scene| {
        let (subject, mut draft) = renewal(scene, 6)?;
        draft.documented = false;
        subject.clerk(draft)
    }),
    ("decided-by", |scene| {
        let (subject, mut draft) = renewal(scene, 6)?;
        draft.decided = false;
        subject.clerk(draft)
    }),
    ("term-on-file", |scene| {
        let subject = scene.without_organ()?;
        let data = json!({ "joint_branch": subject.joint_branch.id, "term_end": scene.on.plus_months(6) });
        subject.clerk(decision("renew-term", scene.on, data))
    }),
    // The county, which established it, owes itself no filing.
    ("filing-once", |scene| file(scene, scene.merger()?, FilingMatter::Establishing)),
    ("resolution-counts", |scene| resolved(scene, |merger| vec![counted(merger, 1, 2)])),
    ("resolution-members", |scene| {
        resolved(scene, |merger| vec![counted(merger, 1, 1), counted(merger, 1, 1)])
    }),
    ("superior-joint", |scene| {
        let subject = scene.merger()?;
        let organ = subject.group.organs.committee.id;
        let data = json!({ "organization": organ, "joint_branch": subject.joint_branch.id });
        subject.officer(decision("assign-superior", scene.on, data))
    }),
    ("agreement-pairing", |scene| agreed(scene, scene.merger()?, 30)),
    ("agreement-dates", |scene| agreed(scene, scene.without_organ()?, 0)),
    ("filing-of", |scene| {
        let data = json!({ "matter": "election", "number": "模拟违规", "filed_on": scene.on });
        scene.merger()?.reviewer(Draft::new("file-with-county", scene.on, data))
    }),
    ("filing-named", |scene| {
        let waiting = |found: &domain::joint_branch::JointBranch| {
            let own = found.filings_owed.values().filter(|owed| owed.matter == FilingMatter::Secretary);
            own.count() > 1
        };
        file(scene, scene.find(waiting)?, FilingMatter::Secretary)
    }),
    ("review-level", |scene| review(scene, scene.on.year() - 1, "city")),
    ("review-year", |scene| review(scene, scene.on.year() + 1, "village")),
    ("review-once", |scene| {
        let reviewed = |subject: Subject<'_>| {
            let person = scene.state.persons.get(&secretary(subject)?)?;
            person.reviews.keys().next_back().map(|year| (person.id, *year))
        };
        let found = scene.subjects().find_map(|subject| Some((subject, reviewed(subject)?)));
        let (subject, (person, year)) = found?;
        let data = json!({ "person": person, "year": year, "level": "village", "class": "good" });
        subject.clerk(decision("record-yearly-review", scene.on, data))
    }),
    ("supervision-tier", |scene| {
        let village = scene.merger()?.village(0)?;
        supervision(scene, move |data| data["to"] = json!(village))
    }),
    ("supervision-scope", |scene| {
        let subject = scene.merger()?;
        let place = &subject.group.organs.committee.place;
        let other =
            scene.subjects().find(|other| other.group.organs.committee.place != *place)?.joint_branch.id;
        supervision(scene, move |data| data["joint_branch"] = json!(other))
    }),
    ("supervision-once", |scene| {
        let answered = |group: &crate::generate::register::Group| {
            let place = scene.state.place_by_code(&group.organs.committee.place)?.id;
            let mut own = scene.state.supervisions.values();
            own.find(|found| found.to == place && found.answer.is_some()).map(|found| found.id)
        };
        let (group, id) = scene.groups().find_map(|group| Some((group, answered(group)?)))?;
        let data = json!({ "supervision": id, "answer": "模拟违规" });
        super::wrong(group, super::By::Clerk, Draft::new("answer-supervision", scene.on, data))
    }),
    ("unknown-reference", |scene| {
        let subject = scene.merger()?;
        let data =
            json!({ "joint_branch": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "quarter": "2019Q1", "grade": "good" });
        subject.clerk(Draft::new("evaluate-quarter", scene.on, data))
    }),
    ("id-in-use", |scene| {
        let subject = scene.merger()?;
        let organization = subject.group.members.first()?.organization;
        let data = json!({
            "id": secretary(subject)?, "name": "模拟重号", "organization": organization,
            "formal_member_since": "2010-07-01"
        });
        subject.clerk(Draft::new("register-person", scene.on, data))
    }),
    ("one-secretary-post", |scene| {
        let subject = scene.merger()?;
        let person = stranger(scene, subject)?;
        subject.clerk(assignment(scene, subject, person, secretary(subject)))
    }),
    ("post-occupied", |scene| {
        let subject = scene.merger()?;
        let lead = &subject.joint_branch.lead_township;
        let own = scene.state.places.get(lead)?.code.clone();
        let free = scene.state.persons.values().find(|found| {
            // Nobody of another county is known here.
            found.secretary_of.is_empty()
                && has_standing(scene, found)
                && scene.state.is_known_in(found, &own)
        })?;
        subject.clerk(assignment(scene, subject, free.id, None))
    }),
    ("one-villagers-committee", |scene| {
        let heads = |subject: Subject<'_>| {
            let person = secretary(subject)?;
            let (place, _) = scene
                .state
                .village_heads
                .iter()
                .find(|(_, head)| head.person == person && head.term_end >= scene.on)?;
            let own = scene.state.places.get(place)?.code.clone();
            let other = [subject.village(0)?, subject.village(1)?].into_iter().find(|code| *code != own)?;
            Some((person, other))
        };
        let mut live = scene.subjects().filter(|subject| subject.joint_branch.phase.is_live());
        let (subject, (person, village)) = live.find_map(|subject| Some((subject, heads(subject)?)))?;
        let data = json!({
            "joint_branch": subject.joint_branch.id, "person": person, "village": village, "elected_on": scene.on
        });
        subject.clerk(Draft::new("record-village-head-election", scene.on, data))
    }),
    ("supervision-answerer", |scene| {
        let open = |group: &crate::generate::register::Group| {
            let place = scene.state.place_by_code(&group.organs.committee.place)?.id;
            let mut own = scene.state.supervisions.values();
            own.find(|found| found.to == place && found.answer.is_none()).map(|found| found.id)
        };
        let (group, id) = scene.groups().find_map(|group| Some((group, open(group)?)))?;
        let data = json!({ "supervision": id, "answer": "模拟违规" });
        super::wrong(group, super::By::Officer, Draft::new("answer-supervision", scene.on, data))
    }),
    ("hold-standing", |scene| {
        let held = |id: PersonId| scene.state.persons.get(&id).is_some_and(|found| found.hold.is_some());
        let found = scene.subjects().find_map(|subject| Some((subject, secretary(subject)?)));
        let (subject, person) = found.filter(|(_, person)| !held(*person))?;
        subject.officer(decision("lift-hold", scene.on, json!({ "person": person })))
    }),
    ("scan-on-record", |scene| {
        let subject = scene.merger()?;
        let organ = subject.group.organs.committee.id;
        let number = |serial: u8| format!("模拟违规〔{}〕{serial}号", scene.on.year());
        let document = json!({ "number": number(11), "issued": scene.on });
        let data = json!({
            "issuer": organ, "number": number(12), "ground": "purpose_achieved",
            "consent": { "organization": organ, "document": document }
        });
        subject.officer(decision("erase-scan", scene.on, data))
    }),
    ("erasure-in-post", |scene| {
        let subject = scene.merger()?;
        let organ = subject.group.organs.committee.id;
        subject.officer(erasure(scene, secretary(subject)?, organ))
    }),
    ("erasure-two-tiers", |scene| {
        let subject = scene.merger()?;
        let organ = subject.group.organs.department.id;
        subject.officer(erasure(scene, secretary(subject)?, organ))
    }),
];
