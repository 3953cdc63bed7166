//! The life that the tests tell: a merger that fails, a pairing, and a proposal that nobody decides.

use std::ops::ControlFlow;
use std::path::Path;

use domain::account::Role;
use domain::actor::Authority;
use domain::date::Date;
use domain::document_number::Document;
use domain::event_data::accounts::{AccountIssued, AccountRenewed, AccountRevoked, SecondFactorReset};
use domain::event_data::cycle::{
    EvaluationCorrected, QuarterEvaluated, RectificationOrdered, RectificationReviewed,
};
use domain::event_data::functions::FunctionsMoved;
use domain::event_data::joint_branches::{
    JointBranchDissolved, JointBranchEstablished, JointBranchProposed, JointBranchSurveyed, ProposalEnded,
    SurveyResult,
};
use domain::event_data::organizations::{
    OrganizationAbolished, OrganizationRegistered, OrganizationRestored, OrganizationSuspended,
    OrganizationUpdated,
};
use domain::event_data::persons::PersonRegistered;
use domain::event_data::places::PlaceRegistered;
use domain::event_data::policies::PolicyIssued;
use domain::event_data::posts::{SecretaryAssigned, SecretaryRelieved};
use domain::function::Function;
use domain::ids::{
    AccountId, CommandId, Commitment, EventId, JointBranchId, OrganizationId, PersonId, PlaceId, PolicyId,
};
use domain::joint_branch::{Arrangement, Form, Grade, Ground, Justification, Mode};
use domain::organization::{HostKind, OrganizationForm};
use domain::place::{Level, PlaceCode};
use domain::policy_book::PolicyBook;
use domain::satisfaction::Satisfaction;
use domain::scope::Scope;
use domain::text::Text;
use domain::thresholds::ThresholdChanges;
use domain::{CityState, Event, EventBody, EventMeta, Policy, PolicyCalendar, evolve};
use event_log::envelope::{CommandTrace, encode};
use event_log::{EmbeddedLog, EventLog, NewEvent};
use ulid::Ulid;

use crate::{Reading, Views};

mod corrections;
pub(super) mod later;
mod oversight;
pub(super) mod registrations;

pub(super) const MERGER: JointBranchId = JointBranchId(Ulid(1));
pub(super) const PAIRING: JointBranchId = JointBranchId(Ulid(2));
pub(super) const PROPOSAL: JointBranchId = JointBranchId(Ulid(3));
pub(super) const SHIZI: OrganizationId = OrganizationId(Ulid(11));
pub(super) const TIANYAN: OrganizationId = OrganizationId(Ulid(12));
pub(super) const WUYI: OrganizationId = OrganizationId(Ulid(13));
pub(super) const BUREAU: OrganizationId = OrganizationId(Ulid(14));
pub(super) const SECRETARY: PersonId = PersonId(Ulid(21));
pub(super) const COUNTY: &str = "510811";
pub(super) const BAIGUO: &str = "510811210";
pub(super) const YUANBA: &str = "510811100";

pub(super) fn code(digits: &str) -> PlaceCode {
    digits.parse().unwrap()
}

pub(super) fn day(date: &str) -> Date {
    date.parse().unwrap()
}

pub(super) fn text(words: &str) -> Text {
    words.try_into().unwrap()
}

pub(super) fn policy() -> PolicyCalendar {
    PolicyCalendar::new(&Policy::defaults().unwrap(), &PolicyBook::default())
}

/// A log in the making.
#[derive(Default)]
pub(super) struct Life {
    pub(super) events: Vec<Event>,
}

impl Life {
    /// Records a fact on the day on which it takes effect.
    pub(super) fn then(&mut self, effective: &str, body: EventBody) {
        self.later(effective, effective, body);
    }

    /// Records a fact some time after the day on which it takes effect.
    pub(super) fn later(&mut self, effective: &str, recorded: &str, body: EventBody) {
        let position = self.events.len() as u64 + 1;
        let document = matches!(body, EventBody::JointBranchEstablished(_)).then(|| Document {
            number: "昭委组〔2019〕18号".parse().unwrap(),
            issued: day("2019-01-25"),
            sha256: None,
        });
        let meta = EventMeta {
            position,
            id: EventId(Ulid(1_000 + u128::from(position))),
            recorded_at: format!("{recorded}T02:00:00.000Z").parse().unwrap(),
            command_id: CommandId(Ulid(2_000 + u128::from(position))),
            actor: "local:county".to_owned(),
            role: Role::Local,
            on_behalf_of: Authority::Place(code(COUNTY)),
            effective_date: day(effective),
            decided_on: None,
            document,
            decided_by: None,
            override_: None,
            warnings: Vec::new(),
            simulated: true,
            scope: Scope { county: Some(code(COUNTY)), township: None },
        };
        self.events.push(Event { meta, body });
    }

    pub(super) fn place(&mut self, digits: &str, name: &str, parent: Option<&str>) {
        self.place_ahead(("2018-01-01", "2018-01-01"), digits, name, parent);
    }

    /// Registers a place on a day before, or after, the one from which it is in force.
    pub(super) fn place_ahead(
        &mut self,
        (effective, recorded): (&str, &str),
        digits: &str,
        name: &str,
        parent: Option<&str>,
    ) {
        let number = |digits: &str| PlaceId(Ulid(digits.parse().unwrap()));
        let own = code(digits);
        let body = PlaceRegistered {
            place: number(digits),
            name: text(name),
            level: own.level(),
            parent: parent.map(number),
            parent_code: parent.map(code),
            kind: (own.level() == Level::Village).then(|| own.village_kind()),
            code: own,
        };
        self.later(effective, recorded, EventBody::PlaceRegistered(body));
    }

    pub(super) fn policy(
        &mut self,
        (effective, recorded): (&str, &str),
        jurisdiction: &str,
        figures: ThresholdChanges,
    ) {
        let body = PolicyIssued {
            policy: PolicyId(Ulid(51)),
            level: code(jurisdiction).level(),
            jurisdiction: code(jurisdiction),
            figures,
            code_lists: Default::default(),
            reason: None,
        };
        self.later(effective, recorded, EventBody::PolicyIssued(body));
    }

    fn organization(&mut self, id: OrganizationId, name: &str, place: &str, host_kind: HostKind) {
        let location = PlaceId(Ulid(place.parse().unwrap()));
        let body = OrganizationRegistered {
            organization: id,
            name: text(name),
            form: OrganizationForm::Branch,
            form_kind: None,
            host_place: host_kind.is_place().then_some(location),
            host: text(if host_kind.is_place() { place } else { name }),
            host_kind,
            location,
            superior: None,
            formal_members: 8,
            probationary_members: 0,
        };
        self.then("2018-01-02", EventBody::OrganizationRegistered(body));
    }

    /// The deciding organ of a county.
    pub(super) fn register_organ(&mut self, county: &str) {
        self.organization(OrganizationId(Ulid(0x0A6)), "中共昭化区委员会", county, HostKind::County);
        let registered = self.events.last_mut().map(|event| &mut event.body);
        if let Some(EventBody::OrganizationRegistered(data)) = registered {
            data.form = OrganizationForm::Organ;
        }
    }

    /// An account that never ends.
    pub(super) fn issue_account(&mut self, account: AccountId, role: Role, scope: &str) {
        let holder_commitment = Commitment(String::new());
        let (scope, holder, expires_on) = (code(scope), None, None);
        let issued = AccountIssued { account, role, scope, holder_commitment, holder, expires_on };
        self.then("2019-05-01", EventBody::AccountIssued(issued));
    }

    fn propose(
        &mut self,
        on: &str,
        id: JointBranchId,
        arrangement: Arrangement,
        members: [OrganizationId; 2],
    ) {
        let lead = if arrangement == Arrangement::Merger { BAIGUO } else { YUANBA };
        let (mode, form) = match arrangement {
            Arrangement::Merger => (Mode::RichPoor, Form::Branch),
            Arrangement::Pairing => (Mode::ResidentUnit, Form::GeneralBranch),
        };
        let body = JointBranchProposed {
            joint_branch: id,
            name: text("联合党组织"),
            arrangement,
            mode,
            form,
            form_kind: None,
            members: members.to_vec(),
            lead_township: PlaceId(Ulid(lead.parse().unwrap())),
            justification: Justification {
                geography: text("相邻"),
                industry: text("相近"),
                governance: text("相融"),
            },
            base_village: None,
            industry: None,
            mode_reason: None,
            superior_decision: None,
            overridden: Vec::new(),
        };
        self.then(on, EventBody::JointBranchProposed(body));
    }

    fn establish(
        &mut self,
        on: &str,
        id: JointBranchId,
        arrangement: Arrangement,
        members: &[OrganizationId],
    ) {
        let body = JointBranchEstablished {
            joint_branch: id,
            arrangement,
            level: Level::Township,
            survey: None,
            consents: Vec::new(),
            reason: None,
        };
        self.then(on, EventBody::JointBranchEstablished(body));
        if arrangement == Arrangement::Merger {
            for organization in members {
                let body = OrganizationSuspended { organization: *organization, joint_branch: id };
                self.then(on, EventBody::OrganizationSuspended(body));
            }
        }
    }

    fn survey(&mut self, on: &str, id: JointBranchId) {
        let village = |digits: u128| SurveyResult {
            village: PlaceId(Ulid(digits)),
            asked: 100,
            in_favour: 90,
            method: text("入户"),
            date: day(on),
        };
        let villages = vec![village(510_811_210_205), village(510_811_210_206)];
        let body = JointBranchSurveyed { joint_branch: id, survey: CommandId(Ulid(31)), villages };
        self.then(on, EventBody::JointBranchSurveyed(body));
    }

    pub(super) fn evaluate(&mut self, effective: &str, recorded: &str, quarter: &str, grade: Grade) {
        let body = QuarterEvaluated {
            joint_branch: MERGER,
            quarter: quarter.parse().unwrap(),
            grade,
            findings: Vec::new(),
            indicators: Default::default(),
        };
        self.later(effective, recorded, EventBody::QuarterEvaluated(body));
    }

    pub(super) fn correct(&mut self, on: &str, quarter: &str, grade: Grade, corrected: &str) {
        let body = EvaluationCorrected {
            joint_branch: MERGER,
            quarter: quarter.parse().unwrap(),
            grade,
            earlier_grade: Grade::Good,
            corrected_position: 1,
            corrected_effective_date: day(corrected),
            findings: Vec::new(),
            indicators: Default::default(),
            reason: text("录入有误"),
        };
        self.then(on, EventBody::EvaluationCorrected(body));
    }

    fn end_merger(&mut self) {
        let satisfaction = Satisfaction { asked: 10, satisfied: 2 };
        let reviewed = RectificationReviewed {
            joint_branch: MERGER,
            improved: false,
            members: satisfaction.clone(),
            villagers: satisfaction,
            satisfied: false,
            termination_due: true,
        };
        self.then("2019-11-05", EventBody::RectificationReviewed(reviewed));
        let relieved = SecretaryRelieved { joint_branch: MERGER, person: SECRETARY, reason_commitment: None };
        self.then("2019-12-20", EventBody::SecretaryRelieved(relieved));
        let ground = Ground::RectificationFailed;
        let dissolved =
            JointBranchDissolved { joint_branch: MERGER, ground, level: Level::Township, superior: None };
        self.then("2019-12-20", EventBody::JointBranchDissolved(dissolved));
        for organization in [SHIZI, TIANYAN] {
            let restored = OrganizationRestored { organization, joint_branch: MERGER };
            self.then("2019-12-20", EventBody::OrganizationRestored(restored));
        }
    }

    /// Places, organizations, and the merger up to its secretary.
    fn beginning() -> Self {
        let mut life = Self::default();
        life.place("510811", "昭化区", None);
        life.place("510811210", "白果乡", Some(COUNTY));
        life.place("510811100", "元坝镇", Some(COUNTY));
        life.place("510811210205", "狮子村", Some(BAIGUO));
        life.place("510811210206", "田岩村", Some(BAIGUO));
        life.place("510811210001", "白果社区", Some(BAIGUO));
        life.place("510811100210", "五一村", Some(YUANBA));
        life.organization(SHIZI, "狮子村党支部", "510811210205", HostKind::Village);
        life.organization(TIANYAN, "田岩村党支部", "510811210206", HostKind::Village);
        life.organization(WUYI, "五一村党支部", "510811100210", HostKind::Village);
        life.organization(BUREAU, "区住建局机关党支部", "510811100", HostKind::Unit);
        life.propose("2019-01-05", MERGER, Arrangement::Merger, [SHIZI, TIANYAN]);
        life.survey("2019-01-20", MERGER);
        life.establish("2019-02-01", MERGER, Arrangement::Merger, &[SHIZI, TIANYAN]);
        let assigned = SecretaryAssigned {
            joint_branch: MERGER,
            person: SECRETARY,
            source: text("强村党组织负责人"),
            term_start: day("2019-02-10"),
            term_end: day("2024-02-09"),
            monthly_pay_commitment: None,
        };
        life.then("2019-02-10", EventBody::SecretaryAssigned(assigned));
        life
    }

    /// The whole life.
    pub(super) fn whole() -> Self {
        let mut life = Self::beginning();
        life.propose("2019-03-01", PAIRING, Arrangement::Pairing, [WUYI, BUREAU]);
        life.evaluate("2019-04-10", "2019-04-12", "2019Q1", Grade::Good);
        life.establish("2019-04-15", PAIRING, Arrangement::Pairing, &[]);
        let functions = vec![Function(text("industry")), Function(text("党课"))];
        let moved = FunctionsMoved { joint_branch: PAIRING, functions: functions.clone(), from: vec![WUYI] };
        life.then("2019-05-01", EventBody::FunctionsTransferred(moved.clone()));
        life.correct("2019-05-20", "2019Q1", Grade::Fair, "2019-04-10");
        life.evaluate("2019-07-12", "2019-07-20", "2019Q2", Grade::Poor);
        let ordered = RectificationOrdered {
            joint_branch: MERGER,
            deadline: day("2019-10-31"),
            items: vec![text("补齐台账")],
            quarters: vec!["2019Q2".parse().unwrap()],
        };
        life.then("2019-07-25", EventBody::RectificationOrdered(ordered));
        let returned = FunctionsMoved { functions: functions[1..].to_vec(), ..moved };
        life.then("2019-08-01", EventBody::FunctionsReturned(returned));
        let updated = OrganizationUpdated {
            organization: SHIZI,
            formal_members: Some(9),
            probationary_members: None,
            profile: Default::default(),
        };
        life.then("2019-09-01", EventBody::OrganizationUpdated(updated));
        life.propose("2019-10-01", PROPOSAL, Arrangement::Pairing, [WUYI, TIANYAN]);
        life.end_merger();
        life
    }

    /// The whole life and then the facts that it lacks.
    pub(super) fn with_other_endings() -> Self {
        let mut life = Self::whole();
        let commitment = Commitment("0".repeat(64));
        life.register_secretary();
        let account = AccountId(Ulid(41));
        let issued = AccountIssued {
            account,
            role: Role::CountyOfficer,
            scope: code(COUNTY),
            holder_commitment: commitment,
            holder: None,
            expires_on: None,
        };
        life.then("2020-01-01", EventBody::AccountIssued(issued));
        let renewed = AccountRenewed { account, expires_on: day("2021-01-01"), holder: None };
        life.then("2020-01-01", EventBody::AccountRenewed(renewed));
        let reset = SecondFactorReset { account, reason: text("手机遗失") };
        life.then("2020-01-01", EventBody::SecondFactorReset(reset));
        life.then("2020-01-01", EventBody::AccountRevoked(AccountRevoked { account }));
        let (organization, successor) = (TIANYAN, SHIZI);
        let abolished = OrganizationAbolished { organization, joint_branch: MERGER, successor };
        life.then("2020-01-02", EventBody::OrganizationAbolished(abolished));
        let withdrawn = ProposalEnded { joint_branch: PROPOSAL, reason: None };
        life.then("2020-01-03", EventBody::JointBranchWithdrawn(withdrawn));
        let rejected = JointBranchId(Ulid(4));
        life.propose("2020-01-04", rejected, Arrangement::Pairing, [WUYI, SHIZI]);
        let ended = ProposalEnded { joint_branch: rejected, reason: None };
        life.then("2020-01-05", EventBody::JointBranchRejected(ended));
        let dissolved = JointBranchDissolved {
            superior: None,
            joint_branch: PAIRING,
            ground: Ground::PurposeAchieved,
            level: Level::County,
        };
        life.then("2020-01-06", EventBody::JointBranchDissolved(dissolved));
        let figures = ThresholdChanges { late_entry_days: Some(3), ..ThresholdChanges::default() };
        life.policy(("2020-01-07", "2020-01-07"), COUNTY, figures);
        life
    }

    pub(super) fn register_secretary(&mut self) {
        let registered = PersonRegistered {
            person: SECRETARY,
            organization: SHIZI,
            formal_member_since: Some(day("2010-07-01")),
            name_commitment: Commitment("0".repeat(64)),
        };
        self.then("2020-01-01", EventBody::PersonRegistered(registered));
    }

    /// The life as it had been recorded by the end of a day.
    pub(super) fn until(date: &str) -> Self {
        let mut life = Self::whole();
        life.events.retain(|event| event.meta.recorded_at.day() <= day(date));
        life
    }

    pub(super) fn state(&self) -> CityState {
        let mut state = CityState::new(code("5108"));
        self.events.iter().for_each(|event| evolve(&mut state, event));
        state
    }

    /// All rows, made at once.
    pub(super) fn views(&self) -> Views {
        let mut replay = crate::Replay::new(code("5108"), crate::Moment::default());
        for event in &self.events {
            assert_eq!(replay.fold(event), ControlFlow::Continue(()));
        }
        replay.views()
    }

    /// The events from the position on, as the log stores them.
    pub(super) fn bytes_from(&self, position: u64) -> Vec<NewEvent> {
        let extra = CommandTrace {
            command_digest: "0".repeat(64),
            command_index: 0,
            command_count: 1,
            scope_sequence: 1,
            traceparent: None,
        };
        let tail = self.events.iter().filter(|event| event.meta.position >= position);
        let stored = tail
            .map(|event| NewEvent { subject: String::new(), body: encode("5108", event, &extra).unwrap() });
        stored.collect()
    }

    /// A log that holds the life.
    pub(super) async fn log(&self, directory: &Path) -> EmbeddedLog {
        let log = EmbeddedLog::open(directory, "5108").unwrap();
        log.append(0, self.bytes_from(1)).await.unwrap();
        log
    }
}

/// Views read on a day under a policy.
pub(super) fn reading<'a>(views: &'a Views, policies: &'a PolicyCalendar, on: &str) -> Reading<'a> {
    Reading { views, policies, on: day(on) }
}
