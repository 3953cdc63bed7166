//! What a reader may do about something owed: the buttons that the map of acts gives, as far as role, place and state let
//! each be given.

use api::http::App;
use api::http::reads::Snapshot;
use domain::scope::Scope;
use domain::{CityState, CommandKind};
use projections::Obligation;
use projections::rows::OrganizationRow;

use super::page_request::PageRequest;
use super::work::may_give;
use crate::pages::acts::{Act, By, Doors, acts, acts_of};

/// A reader at the desk, with what is owed before them.
pub(super) struct Desk<'a> {
    app: &'a App,
    asked: &'a PageRequest,
    frame: &'a Snapshot,
    /// The state of today, by which a command is decided.
    state: &'a CityState,
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        app: &'a App,
        asked: &'a PageRequest,
        frame: &'a Snapshot,
        state: &'a CityState,
    ) -> Self {
        Self { app, asked, frame, state }
    }

    /// Whether the reader does anything at all: nobody acts in the past.
    pub(super) fn acts(&self) -> bool {
        self.asked.principal.acts() && !self.asked.visit.is_past()
    }

    /// What the reader may do about it, the usual first.
    pub(super) fn of(&self, owed: &Obligation) -> Doors {
        if !self.acts() {
            return Doors::new();
        }
        let row = owed.joint_branch.and_then(|id| self.frame.views.joint_branch(id));
        let own = acts(owed, row.map(AsRef::as_ref)).into_iter().filter(|act| self.is_open(act, owed));
        own.map(|act| (act.path(), self.asked.visit.say(act.title()))).collect()
    }

    /// How the reader meets something owed with a command, where that is one of its acts.
    pub(super) fn act_of(&self, owed: &Obligation, command: CommandKind) -> Option<Act> {
        let row = owed.joint_branch.and_then(|id| self.frame.views.joint_branch(id));
        let mut own = acts(owed, row.map(AsRef::as_ref)).into_iter();
        own.find(|act| act.command == command && self.acts() && self.is_open(act, owed))
    }

    /// What the reader may do with an organization that lies in the reader's place.
    pub(super) fn of_organization(&self, row: &OrganizationRow, scope: &Scope) -> Doors {
        if !self.acts() || !scope.is_within(&self.asked.principal.scope) {
            return Doors::new();
        }
        let policy = self.app.service.policy();
        let given = acts_of(row).into_iter().filter(|act| may_give(self.asked, policy, act.command.spec()));
        given.map(|act| (act.path(), self.asked.visit.say(act.title()))).collect()
    }

    fn is_open(&self, act: &Act, owed: &Obligation) -> bool {
        let (spec, owner, own) = (act.command.spec(), &owed.owner, &self.asked.principal.scope);
        let is_own = match act.by {
            By::Any => true,
            By::Owner => owner.code.as_ref() == Some(own),
            By::Above => owner.tier > own.level(),
        };
        let found = owed.joint_branch.and_then(|id| self.state.joint_branches.get(&id));
        let is_led = found.is_none_or(|found| self.asked.leads(self.state, found));
        let fits = match (spec.fits, found) {
            (Some(fits), Some(found)) if act.fields.iter().any(|(name, _)| *name == "joint_branch") => {
                fits(found)
            }
            _ => true,
        };
        is_own && is_led && fits && may_give(self.asked, self.app.service.policy(), spec)
    }
}
