//! 清单台账: a joint branch a line, with the columns of an office's own register 清单 and ledger 台账.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::document_number::DocumentNumber;
use domain::filing::FilingMatter;
use domain::ids::{JointBranchId, PersonId};
use domain::joint_branch::{Arrangement, Form, Grade, Mode, Phase};
use domain::organization::{Figure, ProfileFigure};
use domain::place::PlaceCode;
use domain::place_names::called;
use domain::post::{ApprovalOwed, CommitteeMember};
use domain::quarter::Quarter;
use domain::say::{Say, say};
use domain::text::Text;
use domain::{Event, EventBody};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_of::{Found, ListOf, Spec, Year};
use super::scope::ListScope;
use crate::code_names::CodeNames;
use crate::number::Unit;
use crate::person::{HasSecretary, PersonLabel, PersonName};
use crate::rows::{JointBranchRow, MemberRow, PlaceLabel};
use crate::table::{Column, Mark, Shown, Words};

type Own = Column<RegisterLine>;

/// What was noted of the log: the filings of each joint branch.
#[derive(Default)]
pub(super) struct Register(BTreeMap<JointBranchId, Vec<RegisterFiling>>);

/// 清单台账中的一个联合党组织 / a joint branch as a line of the register has it
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegisterLine {
    /// 行的序号，从 1 起 / the number of the line, from 1 on
    pub number: u64,
    /// 联合党组织编号 / the id of the joint branch
    pub joint_branch: JointBranchId,
    /// 联合党组织的名称 / the name of the joint branch
    pub name: Text,
    /// 牵头乡镇所在的县（区） / the county in which the lead township lies
    pub county: Option<PlaceCode>,
    /// 牵头的乡镇（街道） / the township that leads it
    pub lead_township: Option<PlaceLabel>,
    /// 所处的阶段，如运行中、整改中 / the phase of its life, such as operating or rectifying
    pub phase: Phase,
    /// 合建或共建 / whether the organizations merge or pair
    pub arrangement: Arrangement,
    /// 合建共建的方式 / the mode, one of the five ways or one that a policy has added
    pub mode: Mode,
    /// 联合党组织的形式 / the form of the joint branch
    pub form: Form,
    #[serde(flatten)]
    pub names: Box<CodeNames>,
    /// 成员党组织的名称 / the names of the organizations that are its members
    pub members: Vec<Text>,
    /// 成员的正式党员合计 / how many formal members its members have together
    pub formal_members: u64,
    /// 成员村的户数合计；有村未登记则为空 / the households of its villages together; absent where a village has none on file
    pub households: Option<u64>,
    /// 成员村的人口合计；有村未登记则为空 / the population of its villages together; absent where a village has none on file
    pub population: Option<u64>,
    /// 现任书记 / the secretary in post
    pub secretary: Option<PersonLabel>,
    /// 书记空缺起始日期 / since when the post of secretary is vacant
    pub vacant_since: Option<Date>,
    /// 已当选书记、待上级批复的人员；没有则为空 / whom an election made secretary and the committee above has not approved yet; absent where nobody waits
    pub approval_owed: Option<ApprovalOwed>,
    /// 书记来源，政策代码表 `secretary_sources` 中的代码 / where the secretary comes from, a code of the policy's list `secretary_sources`
    pub secretary_source: Option<String>,
    /// 书记担任村民委员会主任的成员村（一肩挑） / the member villages whose villagers' committee the secretary heads
    pub heads: Vec<PlaceLabel>,
    /// 委员会成员及分工 / the members of the committee with their duties
    pub committee: Vec<CommitteeMember>,
    /// 任期届满日期；没有任期记录则为空 / the last day of the term; absent where none is on file
    pub term_end: Option<Date>,
    /// 成立日期；只知年月或档案未见的为空 / the day on which it was established; absent where only a month or a year is known, or nothing
    pub established_on: Option<Date>,
    /// 批准成立的文号 / the number of the document that established it
    pub document: Option<DocumentNumber>,
    /// 历次备案，最早的在前 / what was filed with the county, the oldest first
    pub filings: Vec<RegisterFiling>,
    /// 合署办公的地方 / the place in which its people work together
    pub co_located_in: Option<PlaceLabel>,
    /// 历次季度评估，最近的在前 / the grades of all quarters, the newest first
    pub grades: Vec<RegisterGrade>,
    /// 需要注明的情况 / what is to be remarked on it
    pub remarks: Vec<Say>,
}

/// 一次备案 / a filing with the county
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegisterFiling {
    /// 备案的事项 / the matter that was filed
    pub matter: FilingMatter,
    /// 备案号，由县（区）编 / the filing number that the county gave
    pub number: Text,
    /// 备案的日期 / the day on which it was filed
    pub filed_on: Date,
}

/// 一个季度的评估等次 / the grade of a quarter
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegisterGrade {
    /// 评估的季度 / the quarter that was graded
    pub quarter: Quarter,
    /// 评估等次：好、一般、较差 / the grade of the quarter: good, fair or poor
    pub grade: Grade,
}

impl HasSecretary for RegisterLine {
    fn secretary(&mut self) -> Option<(PersonId, &mut Option<PersonName>)> {
        self.secretary.as_mut().map(|found| (found.person, &mut found.name))
    }
}

impl ListOf for Register {
    type Row = RegisterLine;
    type Line = RegisterLine;

    const SPEC: Spec = Spec {
        name: "register",
        title: say("清单台账", "Register and ledger"),
        purpose: say(
            "县级清单、乡镇台账的全部栏目：党员、户数人口、班子分工、书记来源、一肩挑、任期、备案号、合署办公、历次评估、备注",
            "all columns of a county's register and a township's ledger: members, households and population, committee and duties, secretary, term, filings, co-location, all grades, remarks",
        ),
        year: Year::None,
    };

    const COLUMNS: &'static [Own] = &[
        Own::number("number", say("序号", "No."), |row| Shown::count(row.number)).brief(),
        Own::text("name", say("名称", "Name"), |row| Shown::joint_branch(row.joint_branch, &row.name))
            .brief(),
        Own::choice("county", say("县(区)", "County"), |row| Shown::place_code(row.county.as_ref())),
        Own::choice("lead_township", say("牵头乡镇", "Lead township"), |row| {
            Shown::place(row.lead_township.as_ref())
        })
        .brief(),
        Own::choice("phase", say("运行状态", "State"), |row| Shown::term("Phase", &row.phase)).brief(),
        Own::choice("arrangement", say("合建/共建", "Arrangement"), |row| {
            Shown::term("Arrangement", &row.arrangement)
        }),
        Own::choice("mode", say("方式", "Mode"), |row| match &row.names.mode_name {
            Some(name) => Words::Said(name.clone()).into(),
            None => Shown::term("Mode", &row.mode),
        }),
        Own::choice("form", say("形式", "Form"), |row| match &row.names.form_kind_name {
            Some(name) => Words::Said(name.clone()).into(),
            None => Shown::term("Form", &row.form),
        }),
        Own::text("members", say("成员党组织", "Members"), |row| {
            Words::Names(row.members.iter().map(|name| Words::Text(name.to_string())).collect()).into()
        }),
        Own::number("formal_members", say("正式党员数", "Formal members"), |row| {
            Shown::count(row.formal_members)
        })
        .brief(),
        Own::number("households", say("户数", "Households"), |row| known(row.households)),
        Own::number("population", say("人口", "Population"), |row| known(row.population)),
        Own::text("secretary", say("书记", "Secretary"), |row| {
            Shown::secretary(row.secretary.as_ref(), row.approval_owed, row.vacant_since)
        })
        .brief(),
        Own::choice("secretary_source", say("书记来源", "Source"), |row| match &row.secretary_source {
            Some(code) if !code.is_empty() => Words::Named(code.clone()).into(),
            _ => Shown::empty(),
        }),
        Own::text("heads", say("一肩挑", "Heads a village"), |row| {
            Words::Names(row.heads.iter().map(|place| Words::Text(called(place.name.as_str()))).collect())
                .into()
        }),
        Own::text("committee", say("班子成员及分工", "Committee and duties"), |row| {
            let member = |found: &CommitteeMember| {
                let duty = Words::Text(found.duty.to_string());
                Words::Bounded(Box::new((Words::Named(found.person.to_string()), duty)))
            };
            Words::Items(row.committee.iter().map(member).collect()).into()
        }),
        Own::text("term_end", say("任期届满", "Term ends"), |row| Shown::day(row.term_end)).brief(),
        Own::text("established_on", say("成立日期", "Established on"), |row| {
            Shown::day(row.established_on)
        }),
        Own::text("document", say("批准文号", "Document"), |row| Shown::or_empty(row.document.as_ref())),
        Own::text("filings", say("备案号", "Filed as"), |row| {
            let filing = |found: &RegisterFiling| {
                let matter = crate::table::term("FilingMatter", &found.matter);
                Words::Labelled(Box::new((matter, Words::Text(found.number.to_string()))))
            };
            Words::Items(row.filings.iter().map(filing).collect()).into()
        }),
        Own::text("co_located_in", say("合署办公", "Co-located in"), |row| {
            Shown::or_empty(row.co_located_in.as_ref().map(|place| called(place.name.as_str())))
        }),
        Own::text("grades", say("历次评估", "Grades"), |row| {
            let grade = |found: &RegisterGrade| {
                let said = crate::table::term("Grade", &found.grade);
                Words::Labelled(Box::new((Words::Quarter(found.quarter), said)))
            };
            Words::Items(row.grades.iter().map(grade).collect()).into()
        }),
        Own::text("remarks", say("备注", "Remarks"), |row| {
            let remarks = row.remarks.iter().cloned().map(Words::Said).collect::<Vec<_>>();
            let shown = Shown::from(Words::Items(remarks));
            if row.remarks.is_empty() { shown } else { shown.marked(Mark::Warn) }
        }),
    ];

    const READS: Option<fn(&Event) -> bool> =
        Some(|event| matches!(event.body, EventBody::FiledWithCounty(_)));

    fn begin(_: &ListScope<'_>) -> Self {
        Self::default()
    }

    fn note(&mut self, _: &ListScope<'_>, event: &Event) {
        if let EventBody::FiledWithCounty(data) = &event.body {
            let filing =
                RegisterFiling { matter: data.matter, number: data.number.clone(), filed_on: data.filed_on };
            self.0.entry(data.joint_branch).or_default().push(filing);
        }
    }

    fn finish(mut self, scope: &ListScope<'_>) -> Found<RegisterLine> {
        // A township has those of its villages in its ledger, wherever they are led from.
        let mut found: Vec<&JointBranchRow> =
            scope.reading.views.readable_by(&scope.code).map(AsRef::as_ref).collect();
        found.retain(|row| !matches!(row.phase, Phase::Rejected | Phase::Withdrawn | Phase::SentBack));
        let lead = |row: &JointBranchRow| row.lead_township.as_ref().map(|place| place.code.clone());
        found.sort_by_cached_key(|row| (!row.is_live(), lead(row), row.id));
        let live = found.iter().filter(|row| row.is_live()).count();
        let rows: Vec<_> = (1..)
            .zip(found)
            .map(|(number, row)| line(scope, number, row, self.0.remove(&row.id).unwrap_or_default()))
            .collect();
        let figures = [
            (
                "listed",
                rows.len().into(),
                Unit::JointBranches,
                say(
                    "本清单所列的联合党组织，含已终止的和请示中的；乡镇的含有本乡镇成员的",
                    "joint branches on the list, ended ones and proposals too; of a township those with a member in it too",
                ),
            ),
            (
                "listed_live",
                live.into(),
                Unit::JointBranches,
                say("其中运行中的", "the live ones among them"),
            ),
        ];
        Found::new(figures, rows)
    }

    fn lines(row: RegisterLine) -> Vec<RegisterLine> {
        vec![row]
    }
}

/// A count that is on file, or a dash.
fn known(count: Option<u64>) -> Shown {
    count.map_or(Words::Dash.into(), Shown::count)
}

fn line(
    scope: &ListScope<'_>,
    number: u64,
    row: &JointBranchRow,
    filings: Vec<RegisterFiling>,
) -> RegisterLine {
    let secretary = row.secretary.as_ref();
    let is_day_known = row.registration.as_ref().is_none_or(|found| {
        let known = found.facts.established.as_ref().and_then(|fact| fact.value());
        known.is_some_and(|date| matches!(date, domain::partial_date::PartialDate::On(_)))
    });
    let establishment = row.establishment.as_ref();
    let grade = |(quarter, found): (&Quarter, &crate::rows::EvaluationRow)| RegisterGrade {
        quarter: *quarter,
        grade: found.grade,
    };
    RegisterLine {
        number,
        joint_branch: row.id,
        name: row.name.clone(),
        county: row.county.as_ref().map(|place| place.code.clone()),
        lead_township: row.lead_township.clone(),
        phase: row.phase,
        arrangement: row.arrangement,
        mode: row.mode.clone(),
        form: row.form,
        names: Box::new(CodeNames::of_joint_branch(scope.reading, row)),
        members: row.members.iter().map(|member| member.name.clone()).collect(),
        formal_members: row.members.iter().map(|member| u64::from(member.formal_members)).sum(),
        households: of_villages(scope, row, ProfileFigure::Households),
        population: of_villages(scope, row, ProfileFigure::Population),
        secretary: secretary.map(|found| PersonLabel::new(found.person)),
        vacant_since: row.vacant_since,
        approval_owed: row.approval_owed,
        secretary_source: secretary.map(|found| found.source.clone()),
        heads: row.village_heads.iter().map(|head| head.village.clone()).collect(),
        committee: row.committee.clone(),
        term_end: row.term.as_ref().map(|term| term.end).or(secretary.and_then(|found| found.term_end)),
        established_on: establishment.filter(|_| is_day_known).map(|decision| decision.effective_date),
        document: establishment.and_then(|decision| decision.document.clone()),
        filings,
        co_located_in: row.co_location.as_ref().and_then(|found| found.place.clone()),
        grades: row.evaluations.iter().rev().map(grade).collect(),
        remarks: remarks(row),
    }
}

/// A figure of all its villages together; nothing where one of them has none on file, or where it has no village.
fn of_villages(scope: &ListScope<'_>, row: &JointBranchRow, name: ProfileFigure) -> Option<u64> {
    let of_member = |member: &MemberRow| {
        let found = scope.reading.views.organization(member.organization)?;
        found.profile.get(&name).and_then(Figure::whole).map(u64::from)
    };
    let villages: Vec<_> = row.members.iter().filter(|member| member.village.is_some()).collect();
    if villages.is_empty() { None } else { villages.into_iter().map(of_member).sum() }
}

/// What a reader of the line should know besides.
fn remarks(row: &JointBranchRow) -> Vec<Say> {
    let mut found = Vec::new();
    if row.registration.is_some() {
        found.push(say("存量登记", "registered as it stood"));
    }
    if let Some(since) = row.place_changed_since {
        found
            .push(Say::of(format!("{since} 成员村区划变化"), format!("a member village changed on {since}")));
    }
    if let Some(order) = &row.rectification {
        let deadline = order.deadline;
        found.push(Say::of(format!("整改期限 {deadline}"), format!("rectification until {deadline}")));
    }
    if let Some(since) = row.termination_due_since {
        found.push(Say::of(format!("{since} 起应予终止"), format!("its termination is due since {since}")));
    }
    if let Some(on) = row.dissolved_on {
        found.push(Say::of(format!("{on} 终止"), format!("dissolved on {on}")));
    }
    found
}
