//! What further commands ask of the case: paper without a joint branch, members counted, persons in good standing,
//! codes on their lists.

use std::sync::Arc;

use super::Case;
use crate::consent::Consent;
use crate::date::Date;
use crate::document_number::Document;
use crate::ids::{JointBranchId, PersonId, PlaceId};
use crate::joint_branch::{JointBranch, Thread};
use crate::place::Level;
use crate::rejection::{PostRejection, Rejection, WorkRejection};
use crate::say::say;

impl<'a> Case<'a> {
    /// As `joint_branch`, where only what belongs to these threads must not have changed after the effective date: a decision
    /// that was forgotten is entered late, whatever has been entered of other things since.
    pub(crate) fn joint_branch_along(
        &self,
        id: JointBranchId,
        threads: &[Thread],
    ) -> Result<&'a Arc<JointBranch>, Rejection> {
        let found = self.known_joint_branch(id, "/data/joint_branch")?;
        match found.latest_of(threads) {
            Some(latest) => self.require_order(found.name.as_str(), latest).map(|()| found),
            None => Ok(found),
        }
    }

    /// A joint branch in scope.
    pub(super) fn known_joint_branch(
        &self,
        id: JointBranchId,
        pointer: &str,
    ) -> Result<&'a Arc<JointBranch>, Rejection> {
        let found = self.state.joint_branches.get(&id);
        let found = found.ok_or_else(|| Self::unknown(say("联合党组织", "joint branch"), &id, pointer))?;
        self.require_scope(&self.state.scope_of_place(found.lead_township), found.name.as_str())?;
        Ok(found)
    }

    /// A joint branch for a fact that carries its own date: known, in scope, and at work on that day. Such a fact may
    /// lie before the latest effective date of the joint branch.
    pub(crate) fn joint_branch_at_work(
        &self,
        id: JointBranchId,
        day: Date,
    ) -> Result<&'a Arc<JointBranch>, Rejection> {
        let found = self.state.joint_branches.get(&id);
        let found = found
            .ok_or_else(|| Self::unknown(say("联合党组织", "joint branch"), &id, "/data/joint_branch"))?;
        self.require_scope(&self.state.scope_of_place(found.lead_township), found.name.as_str())?;
        let established = found.establishment.as_ref().is_some_and(|decision| decision.effective_date <= day);
        if established && found.dissolved_on.is_none_or(|dissolved| day <= dissolved) {
            return Ok(found);
        }
        Err(WorkRejection::NotAtWork { name: found.name.to_string(), day }.into())
    }

    /// The tier and place of the organ behind another body's paper, registered and at work on the day; nothing where it is
    /// none. The paper itself must be possible.
    pub(crate) fn organ_of_document(
        &self,
        consent: &Consent,
        pointer: &str,
    ) -> Result<Option<(Level, PlaceId)>, Rejection> {
        let organ = self.organization(consent.organization, &format!("{pointer}/organization"))?;
        self.check_document_of(&consent.organization, &consent.document)?;
        let is_standing = organ.place_ended_on.is_none_or(|ended| ended > self.on());
        let decides = organ.registered_on <= self.on() && organ.is_organ_on(self.on()) && is_standing;
        let place = self.state.places.get(&organ.location).filter(|_| decides);
        Ok(place.map(|place| (place.level, place.id)))
    }

    /// The paper that a decision on something other than a joint branch needs.
    pub(crate) fn required_document(&self) -> Result<&Document, Rejection> {
        self.command.document.as_ref().ok_or(Rejection::DocumentMissing)
    }

    /// 正式党员 of all members together.
    pub(crate) fn formal_members(&self, joint_branch: &JointBranch) -> u32 {
        let members = joint_branch.members.iter().filter_map(|id| self.state.organizations.get(id));
        members.fold(0_u32, |sum, member| sum.saturating_add(member.formal_members))
    }

    /// Each is registered, listed once, and a formal member on that day.
    pub(crate) fn formal_persons(&self, persons: &[PersonId], list: &str, on: Date) -> Result<(), Rejection> {
        for (index, id) in persons.iter().enumerate() {
            let person = self.person(*id, &format!("/data/{list}/{index}/person"))?;
            let refuse =
                |zh, en| self.refuse(PostRejection::Person { person: id.to_string(), detail: say(zh, en) });
            if persons.iter().filter(|other| *other == id).count() > 1 {
                refuse("重复列出", "listed twice")?;
            }
            if person.formal_member_since.is_none_or(|since| since > on) {
                refuse("须为正式党员", "no formal member on that day")?;
            }
        }
        Ok(())
    }

    /// A code is on its list, as the policy in force has it.
    pub(crate) fn require_code(
        &self,
        list: &str,
        code: &str,
        pointer: &'static str,
    ) -> Result<(), Rejection> {
        self.require_one_of(&self.policy.codes(list), code, pointer)
    }

    /// As `require_code`, where only some codes of a list fit.
    pub(crate) fn require_one_of(
        &self,
        codes: &[&str],
        code: &str,
        pointer: &'static str,
    ) -> Result<(), Rejection> {
        if codes.contains(&code) {
            return Ok(());
        }
        // A named item of a list may be any text; the refusal repeats as much of it as one reads.
        let found = code.chars().take(60).collect();
        self.refuse(Rejection::UnknownCode { found, allowed: codes.join(", "), pointer })
    }
}
