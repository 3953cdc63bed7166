//! The life after the endings: a second merger, with everything that its posts, its work and its oversight bring.

use domain::EventBody;
use domain::consent::Consent;
use domain::document_number::Document;
use domain::event_data::activities::{ActivityRecorded, CoLocated};
use domain::event_data::establishing::{
    AgreementRecorded, MembersResolved, ProposalResubmitted, ProposalReturned,
};
use domain::event_data::filings::{FiledWithCounty, OrganizationFiled};
use domain::event_data::functions::PowersMoved;
use domain::event_data::funding::{PremisesPaid, VillageFunded};
use domain::event_data::joint_branches::{
    JointBranchChanged, JointBranchDissolved, MemberAdmitted, MemberReleased,
};
use domain::event_data::links::OrganizationLinked;
use domain::event_data::log_keeping::{
    AccessLogAnchored, ClockAccepted, DurabilityDeclared, SigningKeysDeclared,
};
use domain::event_data::organizations::{OrganizationChanged, OrganizationClosed, OrganizationPlacedUnder};
use domain::event_data::persons::YearlyReviewed;
use domain::event_data::persons::{HoldChanged, PersonErased};
use domain::event_data::places::{
    PlaceClosed, PlaceLeft, PlaceMerged, PlaceMoved, PlaceRecoded, PlaceRenamed, PlaceSplit, SplitPart,
};
use domain::event_data::policies::RuleBookAdopted;
use domain::event_data::posts::{
    CommitmentMade, CommitteeAppointed, ElectionHeld, FirstSecretaryAssigned, FirstSecretaryRelieved,
    OrganizationElectionHeld, TermRenewed, VillageHeadElected,
};
use domain::event_data::posts::{SecretaryAssigned, SecretaryRelieved};
use domain::event_data::scans::ScanErased;
use domain::filing::FilingMatter;
use domain::function::Function;
use domain::ids::{InstanceId, JointBranchId, OrganizationId, PersonId, PlaceId};
use domain::joint_branch::{Arrangement, Ground};
use domain::link::LinkKind;
use domain::money::Money;
use domain::organization::OrganizationForm;
use domain::person::ErasureGround;
use domain::place::Level;
use domain::post::{CommitmentKind, CommitteeMember, Elected, ElectedPost, ElectionKind};
use domain::premises::Milestone;
use domain::resolution::MembersResolution;
use domain::rule_book::RuleBook;
use ulid::Ulid;

use super::{Life, SECRETARY, SHIZI, WUYI, day, text};

/// The second merger.
pub(in super::super) const ALLIANCE: JointBranchId = JointBranchId(Ulid(5));
pub(in super::super) const SHIZI_VILLAGE: PlaceId = PlaceId(Ulid(510_811_210_205));
pub(in super::super) const WUYI_VILLAGE: PlaceId = PlaceId(Ulid(510_811_100_210));
const TOWNSHIP_COMMITTEE: OrganizationId = OrganizationId(Ulid(15));

impl Life {
    /// A life in which every type of event occurs.
    pub(in super::super) fn with_every_event() -> Self {
        let mut life = Self::with_other_endings();
        let declared = DurabilityDeclared { unsafe_settings: vec![text("sync_interval")] };
        life.then("2020-01-10", EventBody::DurabilityDeclared(declared));
        let (instance, head) = (InstanceId(Ulid(61)), "a".repeat(64).try_into().unwrap());
        let anchored = AccessLogAnchored { instance, count: 7, head, kept_days: None };
        life.then("2020-01-10", EventBody::AccessLogAnchored(anchored));
        let accepted =
            ClockAccepted { previous: "2020-01-10T02:00:00.000Z".parse().unwrap(), reason: text("校时") };
        life.then("2020-01-10", EventBody::ClockAccepted(accepted));
        let keys = vec![text("lianjian.cn/cities/5108+00000000+AQ")];
        life.then("2020-01-10", EventBody::SigningKeysDeclared(SigningKeysDeclared { keys }));
        life.adopt_rule_book();
        life.elect_alone();
        life.file_alone();
        life.establish_alliance();
        life.posts();
        life.beside();
        life.work();
        life.oversight();
        life.changes();
        life.places();
        life.registrations();
        life
    }

    /// The edition of this program, said once more.
    fn adopt_rule_book(&mut self) {
        let rule_book = Box::new(RuleBook::edition(RuleBook::latest()).unwrap().clone());
        let (program, checker_sha256) = (text("lianjian 0.2"), "a".repeat(64).try_into().unwrap());
        let adopted = RuleBookAdopted { program, checker_sha256, rule_book };
        self.then("2020-01-10", EventBody::RuleBookAdopted(adopted));
    }

    /// What stands beside a proposal, and under a joint branch.
    fn beside(&mut self) {
        let joint_branch = ALLIANCE;
        let resolution = MembersResolution {
            organization: WUYI,
            entitled: 9,
            present: 8,
            in_favour: 7,
            date: day("2020-05-01"),
        };
        let resolved = MembersResolved { joint_branch, resolutions: vec![resolution] };
        self.then("2020-05-01", EventBody::MembersResolved(resolved));
        let (date, until) = (day("2020-05-01"), day("2023-04-30"));
        let items = vec![text("每季度联合开展一次主题党日")];
        let agreed = AgreementRecorded { joint_branch, date, until, items };
        self.then("2020-05-01", EventBody::AgreementRecorded(agreed));
        let returned = ProposalReturned { joint_branch, missing: vec![text("党员大会决议")] };
        self.then("2020-05-01", EventBody::ProposalReturned(returned));
        let again = ProposalResubmitted { joint_branch, reply: None, superior_decision: None };
        self.then("2020-05-01", EventBody::ProposalResubmitted(again));
        self.send("2020-05-01");
        self.call_back("2020-05-01");
        self.send("2020-05-01");
        let placed = OrganizationPlacedUnder { organization: super::BUREAU, joint_branch };
        self.then("2020-05-01", EventBody::OrganizationPlacedUnder(placed));
    }

    /// A first secretary goes to a village for two years.
    pub(in super::super) fn send(&mut self, on: &str) {
        let (since, until) = (day(on), day(on).plus_months(24));
        let (organization, person, sending_unit) = (WUYI, SECRETARY, text("区农业农村局"));
        let sent = FirstSecretaryAssigned { organization, person, since, until, sending_unit };
        self.then(on, EventBody::FirstSecretaryAssigned(sent));
    }

    pub(in super::super) fn call_back(&mut self, on: &str) {
        let left = FirstSecretaryRelieved { organization: WUYI, person: SECRETARY, reason: None };
        self.then(on, EventBody::FirstSecretaryRelieved(left));
    }

    /// The second merger from the beginning to its secretary, and nothing after.
    pub(in super::super) fn alliance() -> Self {
        let mut life = Self::whole();
        life.establish_alliance();
        life
    }

    pub(in super::super) fn establish_alliance(&mut self) {
        self.propose("2020-02-01", ALLIANCE, Arrangement::Merger, [WUYI, SHIZI]);
        self.establish("2020-03-01", ALLIANCE, Arrangement::Merger, &[WUYI, SHIZI]);
        let assigned = SecretaryAssigned {
            joint_branch: ALLIANCE,
            person: SECRETARY,
            source: text("致富能手"),
            term_start: day("2020-03-10"),
            term_end: day("2025-03-09"),
            monthly_pay_commitment: None,
        };
        self.then("2020-03-10", EventBody::SecretaryAssigned(assigned));
    }

    /// The election of an original that the first merger gave back.
    pub(in super::super) fn elect_alone(&mut self) {
        let held = OrganizationElectionHeld {
            organization: SHIZI,
            held_on: day("2020-01-20"),
            kind: Some(ElectionKind::Renewal),
            entitled: 9,
            not_counted: None,
            present: 8,
            formal_members: 9,
            elected: vec![Elected { person: SECRETARY, post: ElectedPost::Secretary, votes: 8 }],
            term_start: day("2020-01-20"),
            term_end: day("2025-01-19"),
        };
        self.then("2020-01-20", EventBody::OrganizationElectionHeld(held));
    }

    /// Its filing with the county.
    pub(in super::super) fn file_alone(&mut self) {
        let filed = OrganizationFiled {
            organization: SHIZI,
            matter: FilingMatter::Election,
            filed_position: self.events.len() as u64,
            number: text("昭备2020-2"),
            filed_on: day("2020-01-25"),
        };
        self.then("2020-01-25", EventBody::OrganizationFiled(filed));
    }

    pub(in super::super) fn file(&mut self, on: &str, matter: FilingMatter, filed_position: u64) {
        let filed = FiledWithCounty {
            joint_branch: ALLIANCE,
            matter,
            filed_position,
            number: text("昭备2020-1"),
            filed_on: day(on),
        };
        self.then(on, EventBody::FiledWithCounty(filed));
    }

    pub(in super::super) fn commit(&mut self, on: &str, kind: CommitmentKind, year: Option<i16>) {
        let made = CommitmentMade {
            joint_branch: ALLIANCE,
            person: SECRETARY,
            kind,
            year,
            content: text("按期完成"),
            made_on: day(on),
            to: TOWNSHIP_COMMITTEE,
        };
        self.then(on, EventBody::CommitmentMade(made));
    }

    pub(in super::super) fn head_village(&mut self, on: &str, person: PersonId) {
        let elected = VillageHeadElected {
            joint_branch: ALLIANCE,
            person,
            village: SHIZI_VILLAGE,
            elected_on: day(on),
            term_end: day(on).plus_months(60).plus_days(-1),
        };
        self.then(on, EventBody::VillageHeadElected(elected));
    }

    /// A regular election of the second merger makes a person secretary.
    pub(in super::super) fn elect(&mut self, on: &str, person: PersonId) {
        let held = ElectionHeld {
            joint_branch: ALLIANCE,
            held_on: day(on),
            kind: Some(ElectionKind::Renewal),
            entitled: 17,
            not_counted: None,
            present: 16,
            formal_members: 17,
            elected: vec![Elected { person, post: ElectedPost::Secretary, votes: 15 }],
            term_start: day(on),
            term_end: day(on).plus_months(60).plus_days(-1),
        };
        self.then(on, EventBody::ElectionHeld(held));
    }

    /// The committee above approves.
    pub(in super::super) fn approve(&mut self, on: &str, person: PersonId) {
        let assigned = SecretaryAssigned {
            joint_branch: ALLIANCE,
            person,
            source: text("致富能手"),
            term_start: day(on),
            term_end: day(on).plus_months(59),
            monthly_pay_commitment: None,
        };
        self.then(on, EventBody::SecretaryAssigned(assigned));
    }

    pub(in super::super) fn relieve(&mut self, on: &str, person: PersonId) {
        let relieved = SecretaryRelieved { joint_branch: ALLIANCE, person, reason_commitment: None };
        self.then(on, EventBody::SecretaryRelieved(relieved));
    }

    pub(in super::super) fn posts(&mut self) {
        let filed_position = self.events.len() as u64 - 3;
        self.file("2020-03-20", FilingMatter::Establishing, filed_position);
        self.commit("2020-03-21", CommitmentKind::Integrity, None);
        let members = vec![CommitteeMember { person: SECRETARY, duty: text("书记") }];
        let appointed = CommitteeAppointed { joint_branch: ALLIANCE, members };
        self.then("2020-03-22", EventBody::CommitteeAppointed(appointed));
        self.head_village("2020-04-01", SECRETARY);
        let held = ElectionHeld {
            joint_branch: ALLIANCE,
            held_on: day("2020-04-10"),
            kind: None,
            entitled: 17,
            not_counted: None,
            present: 16,
            formal_members: 17,
            elected: vec![Elected { person: SECRETARY, post: ElectedPost::Secretary, votes: 15 }],
            term_start: day("2020-04-10"),
            term_end: day("2025-04-09"),
        };
        self.then("2020-04-12", EventBody::ElectionHeld(held));
        let renewed = TermRenewed {
            joint_branch: ALLIANCE,
            term_end: day("2025-10-09"),
            earlier_end: day("2025-04-09"),
            reason: None,
        };
        self.then("2020-05-01", EventBody::TermRenewed(renewed));
    }

    pub(in super::super) fn act(&mut self, on: &str, host: PlaceId) {
        let recorded = ActivityRecorded {
            joint_branch: ALLIANCE,
            function: Function(text("industry")),
            kind: text("training"),
            date: day(on),
            host_village: host,
            attendance: 40,
        };
        self.then(on, EventBody::ActivityRecorded(recorded));
    }

    pub(in super::super) fn fund(&mut self, on: &str, village: PlaceId, year: i16, fen: u64) {
        let funded = VillageFunded {
            village,
            joint_branch: Some(ALLIANCE),
            fiscal_year: year,
            base: fen.try_into().ok().map(Money::fen),
            supplement: None,
            settled: None,
            purpose: text("运转经费"),
        };
        self.then(on, EventBody::VillageFunded(funded));
    }

    /// So many fen of 1,000 yuan, paid to a village for what began in another one or in itself.
    pub(in super::super) fn pay_premises(
        &mut self,
        on: &str,
        (village, begun_in): (PlaceId, PlaceId),
        milestone: Milestone,
        fen: u64,
    ) {
        let money = |fen: u64| Money::fen(fen.try_into().unwrap());
        let (project, total, amount) = (text("党群服务中心新建"), money(100_000), money(fen));
        let paid = PremisesPaid { village, begun_in, project, total, milestone, amount, note: None };
        self.then(on, EventBody::PremisesPaid(paid));
    }

    pub(in super::super) fn co_locate(&mut self, on: &str) {
        let located = CoLocated { joint_branch: ALLIANCE, place: SHIZI_VILLAGE, date: day(on) };
        self.then(on, EventBody::CoLocated(located));
    }

    pub(in super::super) fn dissolve_alliance(&mut self, on: &str) {
        let ground = Ground::SuperiorDecision;
        let dissolved =
            JointBranchDissolved { joint_branch: ALLIANCE, ground, level: Level::County, superior: None };
        self.then(on, EventBody::JointBranchDissolved(dissolved));
    }

    fn work(&mut self) {
        let powers = vec![text("personnel"), text("supervision")];
        let moved = PowersMoved { joint_branch: ALLIANCE, powers, reason: None };
        self.then("2020-05-02", EventBody::PowersDelegated(moved.clone()));
        let back = PowersMoved { powers: vec![text("personnel")], ..moved };
        self.then("2020-05-03", EventBody::PowersRevoked(back));
        let linked = OrganizationLinked {
            organization: super::BUREAU,
            kind: LinkKind::Guides,
            joint_branch: Some(ALLIANCE),
            other: None,
            person: None,
            post: None,
        };
        self.then("2020-05-04", EventBody::OrganizationLinked(linked.clone()));
        let other = OrganizationLinked { joint_branch: None, other: Some(WUYI), ..linked };
        self.then("2020-05-05", EventBody::OrganizationLinked(other));
        self.act("2020-05-06", SHIZI_VILLAGE);
        self.co_locate("2020-05-07");
        self.fund("2020-05-08", SHIZI_VILLAGE, 2020, 5_000_000);
        self.pay_premises("2020-05-09", (SHIZI_VILLAGE, SHIZI_VILLAGE), Milestone::Start, 30_000);
    }

    pub(in super::super) fn review_year(&mut self, on: &str, year: i16) {
        let reviewed = YearlyReviewed { person: SECRETARY, year, level: Level::Village, class: text("good") };
        self.then(on, EventBody::YearlyReviewed(reviewed));
    }

    fn oversight(&mut self) {
        self.meet("2020-05-08", "2020-06-30");
        self.supervise("2020-05-09", "2020-06-09");
        self.answer("2020-06-01");
        self.card("2020-06-02");
        self.lift("2020-06-20");
        self.close_decision("2020-06-21", 1);
        self.review_year("2021-01-10", 2020);
        let held = HoldChanged { person: SECRETARY, level: Level::County };
        self.then("2021-01-11", EventBody::HoldPlaced(held.clone()));
        self.then("2021-01-12", EventBody::HoldLifted(held));
        let document =
            Document {
                number: "昭委〔2021〕9号".parse().unwrap(), issued: day("2021-01-12"), sha256: None
            };
        let erased = PersonErased {
            person: SECRETARY,
            ground: ErasureGround::RetentionEnded,
            consent: Consent { organization: SHIZI, document },
        };
        self.then("2021-01-13", EventBody::PersonErased(erased.clone()));
        let erased = ScanErased {
            issuer: SHIZI,
            number: "白委〔2020〕2号".parse().unwrap(),
            scans: vec!["a".repeat(64).try_into().unwrap()],
            ground: ErasureGround::RetentionEnded,
            consent: erased.consent,
        };
        self.then("2021-01-14", EventBody::ScanErased(erased));
    }

    fn changes(&mut self) {
        let admitted = MemberAdmitted {
            joint_branch: ALLIANCE,
            organization: super::BUREAU,
            level: Level::County,
            survey: None,
            consents: Vec::new(),
            superior_decision: None,
        };
        self.then("2021-02-01", EventBody::MemberAdmitted(admitted));
        let released = MemberReleased {
            joint_branch: ALLIANCE,
            organization: super::BUREAU,
            successor: super::BUREAU,
            level: Level::County,
            survey: None,
        };
        self.then("2021-02-02", EventBody::MemberReleased(released));
        let changed = JointBranchChanged {
            joint_branch: ALLIANCE,
            level: Level::County,
            name: Some(text("新联合党支部")),
            lead_township: Some(PlaceId(Ulid(510_811_100))),
            form: None,
            form_kind: None,
            consents: Vec::new(),
        };
        self.then("2021-02-03", EventBody::JointBranchChanged(changed));
        let changed = OrganizationChanged {
            organization: SHIZI,
            name: Some(text("狮子村总支")),
            form: Some(OrganizationForm::GeneralBranch),
            form_kind: None,
            host_kind: None,
            host_place: None,
            host: None,
            location: None,
            superior: None,
        };
        self.then("2021-02-04", EventBody::OrganizationChanged(changed));
        let closed = OrganizationClosed { organization: super::BUREAU, successor: WUYI, reason: None };
        self.then("2021-02-05", EventBody::OrganizationClosed(closed));
        self.correct_names();
    }

    fn places(&mut self) {
        let number = |digits: &str| PlaceId(Ulid(digits.parse().unwrap()));
        let code = super::code;
        self.place("510812", "朝天区", None);
        self.place("510811210207", "新村", Some(super::BAIGUO));
        self.place("510811210208", "又一村", Some(super::BAIGUO));
        let place = number("510811210206");
        let (name, earlier_name) = (text("田岩新村"), text("田岩村"));
        self.then("2021-04-01", EventBody::PlaceRenamed(PlaceRenamed { place, name, earlier_name }));
        let (new, earlier_code) = (code("510811210299"), code("510811210206"));
        let recoded = PlaceRecoded { place, code: new, earlier_code, numbered_after: None };
        self.then("2021-04-02", EventBody::PlaceRecoded(recoded));
        let moved = PlaceMoved {
            consent: None,
            place,
            parent: number(super::YUANBA),
            parent_code: code(super::YUANBA),
            code: code("510811100299"),
            earlier_code: code("510811210299"),
        };
        self.then("2021-04-03", EventBody::PlaceMoved(moved));
        self.merge_village("2021-04-04", SHIZI_VILLAGE, number("510811210207"));
        let part = |digits: &str| SplitPart {
            successor: number(digits),
            places: Vec::new(),
            organizations: Vec::new(),
            joint_branches: Vec::new(),
        };
        let parts =
            vec![SplitPart { organizations: vec![SHIZI], ..part("510811210208") }, part("510811210001")];
        let split = PlaceSplit { place: number("510811210207"), parts };
        self.then("2021-04-05", EventBody::PlaceSplit(split));
        let closed = PlaceClosed { place: number("510811210001") };
        self.then("2021-04-06", EventBody::PlaceClosed(closed));
        let left = PlaceLeft {
            place: number(super::YUANBA),
            code: code(super::YUANBA),
            to_county: code("510812"),
            consent: None,
        };
        self.then("2021-04-07", EventBody::PlaceLeft(left));
        let received = PlaceMoved {
            consent: None,
            place: number(super::YUANBA),
            parent: number("510812"),
            parent_code: code("510812"),
            code: code("510812100"),
            earlier_code: code(super::YUANBA),
        };
        self.then("2021-04-07", EventBody::PlaceReceived(received));
    }

    pub(in super::super) fn merge_village(&mut self, on: &str, place: PlaceId, into: PlaceId) {
        self.then(on, EventBody::PlaceMerged(PlaceMerged { place, into }));
    }
}
