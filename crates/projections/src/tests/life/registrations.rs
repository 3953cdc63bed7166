//! Another county, which opens its register and takes onto it what existed before.

use domain::EventBody;
use domain::event_data::registrations::{
    JointBranchRegistered, RegisterOpened, RegistrationCompleted, RegistrationConfirmed, RegistrationRejected,
};
use domain::function::Function;
use domain::ids::{JointBranchId, OrganizationId, PlaceId};
use domain::joint_branch::{Arrangement, Form, Grade};
use domain::on_file::OnFile;
use domain::organization::HostKind;
use domain::registration::{FactName, Facts, PastGrade, Source};
use ulid::Ulid;

use super::{Life, day, text};

pub(in super::super) const COUNTY: &str = "510813";
pub(in super::super) const TOWNSHIP: &str = "510813100";
pub(in super::super) const STANDING: JointBranchId = JointBranchId(Ulid(91));
pub(in super::super) const WAITING: JointBranchId = JointBranchId(Ulid(92));

fn place(digits: &str) -> PlaceId {
    PlaceId(Ulid(digits.parse().unwrap()))
}

fn organization(number: u128) -> OrganizationId {
    OrganizationId(Ulid(90 + number))
}

fn source() -> Source {
    Source { title: text("2016年清单"), archive_number: None, page: Some(text("第3行")), note: None }
}

impl Life {
    /// A county with four village branches.
    pub(in super::super) fn county_with_a_past(&mut self) {
        self.place(COUNTY, "青川县", None);
        self.place(TOWNSHIP, "乔庄镇", Some(COUNTY));
        for number in 1..=4 {
            let village = format!("{TOWNSHIP}20{number}");
            self.place(&village, &format!("{number}村"), Some(TOWNSHIP));
            self.organization(
                organization(number),
                &format!("{number}村党支部"),
                &village,
                HostKind::Village,
            );
        }
    }

    /// It opens its register on that day.
    pub(in super::super) fn open_register(&mut self, on: &str) {
        let (from, closes_on) = (day(on), day(on).plus_months(12));
        self.then(on, EventBody::RegisterOpened(RegisterOpened { county: place(COUNTY), from, closes_on }));
    }

    /// A merger of 2016 is registered, with one grade on file and its document not.
    pub(in super::super) fn register(&mut self, on: &str, id: JointBranchId, members: [u128; 2]) {
        let graded = PastGrade { quarter: "2018Q1".parse().unwrap(), grade: Grade::Poor };
        let facts = Facts {
            form: Some(OnFile::Value(Form::Branch)),
            established: Some(OnFile::Value("2016-05".parse().unwrap())),
            approval: Some(OnFile::NotOnFile(text("发文簿缺失"))),
            grades: Some(OnFile::Value(vec![graded])),
            ..Facts::default()
        };
        let registered = JointBranchRegistered {
            joint_branch: id,
            name: text("老联合党支部"),
            arrangement: Arrangement::Merger,
            members: members.map(organization).to_vec(),
            lead_township: place(TOWNSHIP),
            form_kind: None,
            source: source(),
            facts,
        };
        self.then(on, EventBody::JointBranchRegistered(registered));
    }

    pub(in super::super) fn confirm(&mut self, on: &str, id: JointBranchId) {
        let functions = Function::FOUR.iter().map(|name| Function(text(name))).collect();
        self.then(
            on,
            EventBody::RegistrationConfirmed(RegistrationConfirmed { joint_branch: id, functions }),
        );
    }

    pub(in super::super) fn complete(&mut self, on: &str, id: JointBranchId) {
        let approval = serde_json::from_value(serde_json::json!({"number": "青委组〔2016〕9号"})).unwrap();
        let facts = Facts { approval: Some(OnFile::Value(approval)), ..Facts::default() };
        let completed =
            RegistrationCompleted { joint_branch: id, field: FactName::Approval, facts, source: source() };
        self.then(on, EventBody::RegistrationCompleted(completed));
    }

    /// One is confirmed and completed, another sent back.
    pub(super) fn registrations(&mut self) {
        self.county_with_a_past();
        self.open_register("2021-05-06");
        self.register("2021-05-10", STANDING, [1, 2]);
        self.register("2021-05-10", WAITING, [3, 4]);
        self.confirm("2021-05-20", STANDING);
        self.complete("2021-05-21", STANDING);
        let reason = text("成员不符");
        let rejected = RegistrationRejected { joint_branch: WAITING, reason };
        self.then("2021-05-22", EventBody::RegistrationRejected(rejected));
    }
}
