//! The organizations and persons that a proposal needs and the log does not have.

use domain::organization::HostKind;
use domain::say::{Say, say};

use super::{Context, Counts, Draft};
use crate::aliases::Field;
use crate::names::{self, Member};
use crate::proposal::{Key, NeededOrganization, NeededPerson};
use crate::values::{Confidence, people};
use crate::words::fold;

/// The kinds of hosts and their words.
pub(crate) static HOST_KINDS: [(HostKind, &str); 5] = [
    (HostKind::Village, "村（社区）"),
    (HostKind::Unit, "机关企事业单位"),
    (HostKind::Cooperative, "合作社"),
    (HostKind::Association, "协会"),
    (HostKind::Park, "园区"),
];

/// What is needed, as it is found.
#[derive(Default)]
pub(super) struct Needed {
    pub(super) organizations: Vec<NeededOrganization>,
    pub(super) persons: Vec<NeededPerson>,
}

impl Needed {
    /// What a joint branch needs.
    pub(super) fn take(&mut self, context: &Context<'_>, draft: &mut Draft) {
        for (at, member) in draft.members.iter().enumerate() {
            let counts = draft.counts.get(&at).copied().unwrap_or_default();
            self.organization(context, draft, member, counts);
        }
        let secretary = draft.row.accepted(Key::Secretary).to_owned();
        if people::is_name(&secretary) {
            self.person(context, draft, Key::Secretary, "书记", &secretary);
        }
        let committee = draft.row.accepted(Key::Committee).to_owned();
        for (name, _) in people::read_several(&committee).into_iter().flatten() {
            if name != secretary {
                self.person(context, draft, Key::Committee, "班子成员", &name);
            }
        }
    }

    fn organization(&mut self, context: &Context<'_>, draft: &Draft, member: &Member, counts: Counts) {
        let (name, kind, host) = match member {
            Member::Known(_) => return,
            Member::Village { village, name } => {
                (name.clone(), HostKind::Village, context.known.villages[*village].code.to_string())
            }
            Member::Unit { name, host, kind } => (name.clone(), kind.clone(), host.clone()),
        };
        let origin: Vec<_> =
            draft.row.values.get(&Key::Members).map(|value| value.origin.clone()).unwrap_or_default();
        let township = draft.township.and_then(|at| context.known.townships.get(at));
        let (location, location_code, confidence, why) = match member {
            Member::Village { village, .. } => {
                let why =
                    say("该村（社区）没有已登记的党组织", "the village has no organization on the register");
                (context.known.tell(*village), String::new(), Confidence::Likely, why)
            }
            _ => {
                let why = say(
                    "单位党组织，所在地按牵头乡镇，请核对",
                    "a unit's organization, taken to lie in the lead township: check it",
                );
                let (name, code) =
                    township.map_or_else(Default::default, |it| (it.name.clone(), it.code.to_string()));
                (name, code, Confidence::Open, why)
            }
        };
        if let Some(known) = self.organizations.iter_mut().find(|it| it.host == host && it.name == name) {
            known.formal_members = known.formal_members.or(counts.formal);
            known.probationary_members = known.probationary_members.or(counts.probationary);
            return;
        }
        let form = if fold(&name).contains("总支") {
            "党总支"
        } else if name.ends_with("党委") {
            "党委"
        } else {
            "党支部"
        };
        self.organizations.push(NeededOrganization {
            name,
            form: form.to_owned(),
            host_kind: HOST_KINDS
                .iter()
                .find(|(own, _)| *own == kind)
                .map_or("", |(_, word)| word)
                .to_owned(),
            host,
            location,
            location_code,
            formal_members: counts.formal,
            probationary_members: counts.probationary,
            confidence,
            why: vec![why],
            origin,
        });
    }

    fn person(&mut self, context: &Context<'_>, draft: &mut Draft, key: Key, post: &'static str, name: &str) {
        let is_member =
            |person: &&crate::known::KnownPerson| draft.members.contains(&Member::Known(person.organization));
        let same: Vec<_> = context.known.persons.iter().filter(|person| person.name == name).collect();
        let here = same.iter().copied().filter(|person| is_member(person)).count();
        let doubt = |draft: &mut Draft, confidence, why| {
            if let Some(value) = draft.row.values.get_mut(&key) {
                value.doubt(confidence, why);
            }
        };
        match (same.as_slice(), here) {
            (_, 1) => return,
            ([_], _) => {
                let why = Say::of(
                    format!("已登记的党员中有同名者，不在成员党组织；不是同一人的，请在“人员”表另登记{name}"),
                    format!("somebody of the name {name} is registered in another organization"),
                );
                doubt(draft, Confidence::Likely, why);
                return;
            }
            _ => {}
        }
        let origin = draft.row.values.get(&key).map(|value| value.origin.clone()).unwrap_or_default();
        let first =
            draft.members.first().map(|member| names::tell(context.known, member)).unwrap_or_default();
        let why = match context.entry.first(Field::LeadMember) {
            Some(_) => say(
                "清单未写所在党支部，按中心村",
                "the ledger does not say of which branch: the one in the middle",
            ),
            None => say(
                "清单未写所在党支部，按第一个成员，请核对",
                "the ledger does not say of which branch: the first member",
            ),
        };
        self.persons.push(NeededPerson {
            row: draft.row.number.clone(),
            post,
            name: name.to_owned(),
            organization: first,
            confidence: Confidence::Likely,
            why: vec![why],
            origin,
        });
    }

    /// What is said once all are known: counts that the ledger does not have.
    pub(super) fn settle(&mut self) {
        for organization in self.organizations.iter_mut().filter(|it| it.probationary_members.is_none()) {
            organization.probationary_members = Some(0);
            organization.why.push(say(
                "清单未写预备党员数，填 0，请核对",
                "the ledger does not say how many probationary members: 0, to be checked",
            ));
        }
        for organization in self.organizations.iter_mut().filter(|it| it.formal_members.is_none()) {
            organization.confidence = Confidence::Open;
            organization.why.push(say(
                "清单没有各党组织的正式党员数，请填写",
                "the ledger does not say how many formal members: fill it in",
            ));
        }
    }
}
