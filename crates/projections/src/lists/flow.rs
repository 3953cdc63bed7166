//! 历年进出: how many joint branches came and went in each year, and how many organizations of villages with them.

use std::collections::{BTreeMap, BTreeSet};

use domain::date::Date;
use domain::ids::{JointBranchId, OrganizationId};
use domain::organization::HostKind;
use domain::say::{Say, say};
use domain::{Event, EventBody};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_of::{Found, ListOf, Spec, Year};
use super::scope::ListScope;
use crate::number::Unit;
use crate::person::HasSecretary;
use crate::table::{About, Column, Shown, Words};

/// The most years that are told: more than any register has been kept.
const MOST_YEARS: usize = 250;

type Own = Column<FlowRow>;

/// What was noted of the log: the turns in the lives of joint branches, in the order of their days.
#[derive(Default)]
pub(super) struct Flow {
    /// Each under its day and position, so that a record of the past counts in the year in which it took effect.
    turns: BTreeMap<(Date, u64), (JointBranchId, Turn)>,
}

/// A turn in the life of a joint branch.
enum Turn {
    /// It was proposed, with these members.
    Proposed(Vec<OrganizationId>),
    /// It was registered as it stood, with these members.
    Registered(Vec<OrganizationId>),
    Established,
    Confirmed,
    Refused,
    Ordered,
    Passed,
    Failed,
    Dissolved,
    Joined(OrganizationId),
    Left(OrganizationId),
}

/// 一年的进出 / what came and went in a year
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct FlowRow {
    /// 所统计的年度，按生效日期 / the year that is counted, by the day on which each event took effect
    pub year: i16,
    /// 提出的合建共建请示数 / how many joint branches were proposed
    pub proposed: u64,
    /// 未予批准、撤回或退回的 / how many proposals and registrations were rejected, withdrawn or sent back
    pub refused: u64,
    /// 批准成立的个数 / how many were established
    pub established: u64,
    /// 存量登记经确认入册的个数 / how many that existed before were confirmed and came onto the register
    pub confirmed: u64,
    /// 下达整改的次数 / how many orders of rectification were given
    pub ordered: u64,
    /// 整改通过的次数 / how many rectifications passed their review
    pub passed: u64,
    /// 整改未通过的次数 / how many rectifications failed their review
    pub failed: u64,
    /// 终止的个数 / how many were dissolved
    pub dissolved: u64,
    /// 年末运行的个数，当年为截至查询日 / how many were at work at the end of the year, or on the day of the reading
    pub live: u64,
    /// 新参加联建的村党组织数 / how many organizations of villages came into a live joint branch
    pub villages_in: u64,
    /// 不再参加任何联建的村党组织数 / how many organizations of villages were in none any more
    pub villages_out: u64,
    /// 年末参加联建的村党组织数 / how many organizations of villages were in one at the end of the year
    pub villages: u64,
    /// 年末运行各联合党组织的页面 / the page that lists those at work at the end of the year
    pub page: String,
}

impl HasSecretary for FlowRow {}

impl ListOf for Flow {
    type Row = FlowRow;
    type Line = FlowRow;

    const SPEC: Spec = Spec {
        name: "flow",
        title: say("历年进出", "Flow over the years"),
        purpose: say(
            "历年提出、批准、整改、终止的联合党组织数和参加、退出的村党组织数，按生效日期；上年末加当年进、减当年出即当年末",
            "how many joint branches were proposed, established, rectified and dissolved in each year, and how many organizations of villages came and went, by the day on which it took effect; the end of a year is that of the last with what came and without what went",
        ),
        year: Year::None,
    };

    const COLUMNS: &'static [Own] = &[
        Own::text("year", say("年度", "Year"), |row| {
            Words::Said(Say::of(format!("{}年", row.year), row.year.to_string())).into()
        })
        .brief(),
        Own::number("proposed", say("提出", "Proposed"), |row| Shown::count(row.proposed)).brief(),
        Own::number("refused", say("未批准", "Not approved"), |row| Shown::count(row.refused)),
        Own::number("established", say("批准成立", "Established"), |row| Shown::count(row.established))
            .brief(),
        Own::number("confirmed", say("存量入册", "Registered as they stood"), |row| {
            Shown::count(row.confirmed)
        })
        .brief(),
        Own::number("ordered", say("下达整改", "Rectification ordered"), |row| Shown::count(row.ordered)),
        Own::number("passed", say("整改通过", "Passed"), |row| Shown::count(row.passed)),
        Own::number("failed", say("整改未通过", "Failed"), |row| Shown::count(row.failed)),
        Own::number("dissolved", say("终止", "Dissolved"), |row| Shown::count(row.dissolved)).brief(),
        Own::number("live", say("年末运行", "At work at its end"), |row| {
            Shown::count(row.live).about(About::Page(row.page.clone()))
        })
        .brief(),
        Own::number("villages_in", say("新进村党组织", "Villages in"), |row| {
            Shown::count(row.villages_in)
        }),
        Own::number("villages_out", say("退出村党组织", "Villages out"), |row| {
            Shown::count(row.villages_out)
        }),
        Own::number("villages", say("年末村党组织", "Villages at its end"), |row| {
            Shown::count(row.villages)
        }),
    ];

    const READS: Option<fn(&Event) -> bool> = Some(|event| turn(&event.body).is_some());

    fn begin(_: &ListScope<'_>) -> Self {
        Self::default()
    }

    fn note(&mut self, _: &ListScope<'_>, event: &Event) {
        if let Some((id, turn)) = turn(&event.body) {
            self.turns.insert((event.meta.effective_date, event.meta.position), (id, turn));
        }
    }

    fn finish(self, scope: &ListScope<'_>) -> Found<FlowRow> {
        let own = self.turns.into_iter().filter(|(_, (id, _))| scope.led_one(*id).is_some());
        let mut counting = Counting {
            scope,
            rows: Vec::new(),
            members: BTreeMap::new(),
            live: BTreeSet::new(),
            joined: BTreeMap::new(),
        };
        for ((day, _), (id, turn)) in own.filter(|((day, _), _)| *day <= scope.reading.on) {
            counting.take(day.year(), id, turn);
        }
        let rows = counting.until(scope.reading.on.year());
        let sum = |of: fn(&FlowRow) -> u64| rows.iter().map(of).sum::<u64>();
        let last = rows.last();
        let figures = [
            (
                "flow_established",
                sum(|row| row.established + row.confirmed).into(),
                Unit::JointBranches,
                say("历年批准成立和存量入册的", "established, or confirmed as they stood, in all years"),
            ),
            (
                "flow_dissolved",
                sum(|row| row.dissolved).into(),
                Unit::JointBranches,
                say("历年终止的", "dissolved in all years"),
            ),
            (
                "flow_live",
                last.map_or(0, |row| row.live).into(),
                Unit::JointBranches,
                say(
                    "查询日运行的，为上两项之差",
                    "at work on the day of the reading: the difference of the two",
                ),
            ),
            (
                "flow_villages",
                last.map_or(0, |row| row.villages).into(),
                Unit::Organizations,
                say("查询日参加联建的村党组织", "organizations of villages that are in one on that day"),
            ),
        ];
        Found::new(figures, rows)
    }

    fn lines(row: FlowRow) -> Vec<FlowRow> {
        vec![row]
    }
}

/// The turn that an event is; nothing where it is none.
fn turn(body: &EventBody) -> Option<(JointBranchId, Turn)> {
    Some(match body {
        EventBody::JointBranchProposed(data) => (data.joint_branch, Turn::Proposed(data.members.clone())),
        EventBody::JointBranchRegistered(data) => (data.joint_branch, Turn::Registered(data.members.clone())),
        EventBody::JointBranchEstablished(data) => (data.joint_branch, Turn::Established),
        EventBody::RegistrationConfirmed(data) => (data.joint_branch, Turn::Confirmed),
        EventBody::JointBranchRejected(data) | EventBody::JointBranchWithdrawn(data) => {
            (data.joint_branch, Turn::Refused)
        }
        EventBody::RegistrationRejected(data) => (data.joint_branch, Turn::Refused),
        EventBody::RectificationOrdered(data) => (data.joint_branch, Turn::Ordered),
        EventBody::RectificationReviewed(data) => {
            (data.joint_branch, if data.improved && data.satisfied { Turn::Passed } else { Turn::Failed })
        }
        EventBody::JointBranchDissolved(data) => (data.joint_branch, Turn::Dissolved),
        EventBody::MemberAdmitted(data) => (data.joint_branch, Turn::Joined(data.organization)),
        EventBody::MemberReleased(data) => (data.joint_branch, Turn::Left(data.organization)),
        _ => return None,
    })
}

/// The years so far, and who is in what at the moment.
struct Counting<'a, 's> {
    scope: &'s ListScope<'a>,
    rows: Vec<FlowRow>,
    /// The organizations of villages in each joint branch, proposed ones too.
    members: BTreeMap<JointBranchId, BTreeSet<OrganizationId>>,
    live: BTreeSet<JointBranchId>,
    /// In how many live joint branches each of them is; none that is in none.
    joined: BTreeMap<OrganizationId, usize>,
}

impl Counting<'_, '_> {
    /// The row of a year, after those of the years before it: each begins with what the last one ended with.
    fn year(&mut self, year: i16) -> Option<&mut FlowRow> {
        let first = self.rows.last().map_or(year, |last| last.year.saturating_add(1));
        for next in (first..=year).take(MOST_YEARS) {
            let (live, villages) = self.rows.last().map_or((0, 0), |last| (last.live, last.villages));
            let page = page(self.scope, next);
            self.rows.push(FlowRow { year: next, live, villages, page, ..FlowRow::default() });
        }
        self.rows.last_mut()
    }

    fn take(&mut self, year: i16, id: JointBranchId, turn: Turn) {
        let (mut came, mut went) = (0, 0);
        match &turn {
            Turn::Proposed(members) | Turn::Registered(members) => {
                let villages = members.iter().copied().filter(|member| self.is_of_village(*member));
                self.members.insert(id, villages.collect());
            }
            Turn::Established | Turn::Confirmed => {
                if self.live.insert(id) {
                    came = self.each_member(id, Self::enter);
                }
            }
            Turn::Dissolved => {
                if self.live.remove(&id) {
                    went = self.each_member(id, Self::leave);
                }
            }
            Turn::Joined(member) => {
                let is_new =
                    self.is_of_village(*member) && self.members.entry(id).or_default().insert(*member);
                came = if is_new && self.live.contains(&id) { self.enter(*member) } else { 0 };
            }
            Turn::Left(member) => {
                let was_in = self.members.entry(id).or_default().remove(member);
                went = if was_in && self.live.contains(&id) { self.leave(*member) } else { 0 };
            }
            Turn::Refused | Turn::Ordered | Turn::Passed | Turn::Failed => {}
        }
        let (live, villages) = (self.live.len() as u64, self.joined.len() as u64);
        let Some(row) = self.year(year) else { return };
        let counter = match turn {
            Turn::Proposed(_) => Some(&mut row.proposed),
            Turn::Established => Some(&mut row.established),
            Turn::Confirmed => Some(&mut row.confirmed),
            Turn::Refused => Some(&mut row.refused),
            Turn::Ordered => Some(&mut row.ordered),
            Turn::Passed => Some(&mut row.passed),
            Turn::Failed => Some(&mut row.failed),
            Turn::Dissolved => Some(&mut row.dissolved),
            Turn::Registered(_) | Turn::Joined(_) | Turn::Left(_) => None,
        };
        counter.into_iter().for_each(|count| *count += 1);
        row.villages_in += came;
        row.villages_out += went;
        (row.live, row.villages) = (live, villages);
    }

    fn each_member(&mut self, id: JointBranchId, moved: fn(&mut Self, OrganizationId) -> u64) -> u64 {
        let members = self.members.get(&id).cloned().unwrap_or_default();
        members.into_iter().map(|member| moved(self, member)).sum()
    }

    /// Counts somebody into one more; 1 where it is the first.
    fn enter(&mut self, member: OrganizationId) -> u64 {
        let count = self.joined.entry(member).or_default();
        *count += 1;
        u64::from(*count == 1)
    }

    /// Counts somebody out of one; 1 where it was the last.
    fn leave(&mut self, member: OrganizationId) -> u64 {
        let Some(count) = self.joined.get_mut(&member) else { return 0 };
        *count -= 1;
        if *count > 0 {
            return 0;
        }
        self.joined.remove(&member);
        1
    }

    fn is_of_village(&self, id: OrganizationId) -> bool {
        self.scope.reading.views.organization(id).is_some_and(|row| row.host_kind == HostKind::Village)
    }

    /// The rows up to a year.
    fn until(mut self, year: i16) -> Vec<FlowRow> {
        if !self.rows.is_empty() {
            self.year(year);
        }
        self.rows
    }
}

/// The joint branches at work at the end of a year; of the running year those of the day.
fn page(scope: &ListScope<'_>, year: i16) -> String {
    let path = format!("/figures/{}/joint_branches", scope.code);
    if year >= scope.reading.on.year() { path } else { format!("{path}?as_of={year}-12-31") }
}
