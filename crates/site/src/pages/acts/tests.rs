//! Tests of what meets each kind of obligation.

use domain::filing::FilingMatter;
use domain::post::{CommitmentKind, SecretaryCommitment};
use domain::say::Say;
use projections::Owner;

use super::*;
use crate::pages::forms::fields_of;
use crate::pages::forms::schema::Shape;
use crate::pages::joint_branch::tests::row;

const KINDS: [ObligationKind; 20] = [
    ObligationKind::Survey,
    ObligationKind::Approval,
    ObligationKind::Evaluation,
    ObligationKind::RectificationOrder,
    ObligationKind::Rectification,
    ObligationKind::Dissolution,
    ObligationKind::Secretary,
    ObligationKind::SecretaryApproval,
    ObligationKind::Term,
    ObligationKind::Supplement,
    ObligationKind::Agreement,
    ObligationKind::Filing,
    ObligationKind::Commitment,
    ObligationKind::Election,
    ObligationKind::Supervision,
    ObligationKind::MeetingDecision,
    ObligationKind::DecisionClosing,
    ObligationKind::YearlyReview,
    ObligationKind::PlaceChanged,
    ObligationKind::EndedOrgan,
];

/// Something owed about everything that it may be about.
pub(crate) fn owed(kind: ObligationKind, detail: Detail) -> Obligation {
    Obligation {
        kind,
        kind_zh: kind.chinese().into(),
        joint_branch: "01J8KQ2M000000000000000001".parse().ok(),
        supervision: None,
        meeting: "01J8KQ2M000000000000000002".parse().ok(),
        item: Some(3),
        organization: "01J8KQ2M000000000000000003".parse().ok(),
        name: "狮岩联合党支部".try_into().unwrap(),
        owner: Owner { tier: Level::Township, code: "510811210".parse().ok() },
        due: "2026-10-15".parse().unwrap(),
        overdue: true,
        overdue_days: 46,
        quarter: "2026Q3".parse().ok(),
        detail,
    }
}

fn said(kind: ObligationKind) -> Obligation {
    owed(kind, Detail::Said(Say::same("尚未办理")))
}

fn path(owed: &Obligation, row: Option<&JointBranchRow>) -> String {
    acts(owed, row)[0].path()
}

#[test]
fn every_kind_has_an_act_whose_form_has_the_fields_that_are_filled() {
    for kind in KINDS {
        let found = acts(&said(kind), None);
        assert!(!found.is_empty(), "{kind:?}");
        found.iter().for_each(has_its_fields);
    }
    acts_of(&organization(serde_json::json!({}))).iter().for_each(has_its_fields);
}

fn has_its_fields(act: &Act) {
    let fields = fields_of(act.command.name()).unwrap();
    let data = fields.iter().find(|field| field.name == "data").map(|field| &field.shape);
    let Some(Shape::Group(data)) = data else { panic!("{:?} has no data", act.command) };
    for (name, _) in &act.fields {
        assert!(data.iter().any(|field| field.name == *name), "{:?}: {name}", act.command);
    }
}

#[test]
fn a_form_is_filled_with_what_is_owed() {
    let id = "01J8KQ2M000000000000000001";
    let grade = path(&said(ObligationKind::Evaluation), None);
    assert_eq!(grade, format!("/work/evaluate-quarter?joint_branch={id}&quarter=2026Q3"));
    let commitment = SecretaryCommitment { kind: CommitmentKind::YearlyGoal, year: Some(2025) };
    let promised = owed(ObligationKind::Commitment, Detail::NotCommitted { commitment });
    let expected = format!("/work/record-commitment?joint_branch={id}&kind=yearly_goal&year=2025");
    assert_eq!(path(&promised, None), expected);
    let since = "2026-01-01".parse().unwrap();
    let not_filed = Detail::NotFiled { position: 81, matter: FilingMatter::Secretary, since };
    let filing = Obligation { organization: None, ..owed(ObligationKind::Filing, not_filed) };
    let expected = format!("/work/file-with-county?joint_branch={id}&matter=secretary&position=81");
    assert_eq!(path(&filing, None), expected);
    let organization = "01J8KQ2M000000000000000009".parse().unwrap();
    let not_elected = Detail::NotElected { organization, name: "甲支部".try_into().unwrap(), since };
    let election = path(&owed(ObligationKind::Election, not_elected), None);
    assert_eq!(election, "/work/record-election?organization=01J8KQ2M000000000000000009");
}

#[test]
fn a_proposal_is_approved_as_what_it_is() {
    let mut found = row();
    assert!(path(&said(ObligationKind::Approval), Some(&found)).starts_with("/work/pair-branches?"));
    found.arrangement = Arrangement::Merger;
    assert!(path(&said(ObligationKind::Approval), Some(&found)).starts_with("/work/merge-branches?"));
}

#[test]
fn a_meetings_decision_is_answered_where_it_is_supervised_and_supervised_from_above_where_not() {
    let open = said(ObligationKind::MeetingDecision);
    assert_eq!(
        (acts(&open, None)[0].command, acts(&open, None)[0].by),
        (CommandKind::IssueSupervision, By::Above)
    );
    let supervised = Obligation { supervision: "01J8KQ2M000000000000000007".parse().ok(), ..open };
    let answer = &acts(&supervised, None)[0];
    assert_eq!((answer.command, answer.by), (CommandKind::AnswerSupervision, By::Owner));
}

#[test]
fn what_is_owed_has_a_name_of_its_own_that_stays() {
    let filed = |position| {
        let since = "2026-01-01".parse().unwrap();
        owed(ObligationKind::Filing, Detail::NotFiled { position, matter: FilingMatter::Election, since })
    };
    let promised = |kind, year| {
        let commitment = SecretaryCommitment { kind, year };
        owed(ObligationKind::Commitment, Detail::NotCommitted { commitment })
    };
    let mut all: Vec<_> = KINDS.into_iter().map(said).collect();
    all.extend([filed(7), filed(8)]);
    all.extend([
        promised(CommitmentKind::YearlyGoal, Some(2025)),
        promised(CommitmentKind::YearlyGoal, Some(2026)),
    ]);
    let names: std::collections::BTreeSet<_> = all.iter().map(|owed| identity(owed, None)).collect();
    assert_eq!(names.len(), all.len(), "{names:?}");
    let late = Obligation { overdue: false, overdue_days: 0, ..said(ObligationKind::Evaluation) };
    assert_eq!(identity(&late, None), identity(&said(ObligationKind::Evaluation), None));
}

/// An organization of a village, with what differs.
fn organization(differing: serde_json::Value) -> OrganizationRow {
    let mut row = serde_json::json!({
        "id": "01J8KQ2M000000000000000003", "name": "狮子村党支部", "form": "branch", "form_kind": null, "host_kind": "village",
        "unit": null, "location": null, "county": "510811", "township": "510811210", "superior": null, "superior_joint": null,
        "formal_members": 12, "probationary_members": 1, "profile": {}, "status": "active", "merger": null, "pairings": [],
        "held_elsewhere": {}, "links": [], "election": null, "filings_owed": {}, "registered_on": "2018-01-02", "last_position": 7
    });
    row.as_object_mut().unwrap().extend(differing.as_object().unwrap().clone());
    serde_json::from_value(row).unwrap()
}

#[test]
fn an_organization_is_offered_what_fits_it_and_nothing_once_it_is_abolished() {
    let of = |differing| {
        let acts = acts_of(&organization(differing));
        assert!(acts.iter().all(|act| act.path().contains("organization=01J8KQ2M000000000000000003")));
        acts.into_iter().map(|act| act.command).collect::<Vec<_>>()
    };
    let alone = of(serde_json::json!({}));
    assert!(alone.starts_with(&[CommandKind::UpdateOrganization]));
    assert!(
        alone.contains(&CommandKind::RecordElection) && alone.contains(&CommandKind::AssignFirstSecretary)
    );
    // A merger elects for it.
    let suspended = of(serde_json::json!({"status": "suspended", "merger": "01J8KQ2M000000000000000001"}));
    assert!(
        !suspended.contains(&CommandKind::RecordElection)
            && !suspended.contains(&CommandKind::AbolishOrganization)
    );
    let organ = of(serde_json::json!({"form": "organ", "host_kind": "township"}));
    assert_eq!(organ, [CommandKind::ChangeOrganization, CommandKind::AbolishOrganization]);
    let abolished = serde_json::json!({"status": {"abolished": {"successor": "01J8KQ2M000000000000000004"}}});
    assert!(of(abolished).is_empty());
}
