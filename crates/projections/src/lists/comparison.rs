//! Figures of the members before and since their joint branch, each with its period and source.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::ids::{JointBranchId, OrganizationId};
use domain::organization::{Figure, FigureValue, Profile, ProfileFigure};
use domain::text::Text;
use domain::{Event, EventBody};
use serde::Serialize;
use serde_json::Value;

use super::scope::ListScope;
use super::{List, ListRow};
use crate::reading::{Bilingual, ViewError, json, json_rows};
use crate::rows::{JointBranchRow, PlaceLabel};
use crate::views::Views;

/// The most events that the comparison of one joint branch asks for: what its members stated last.
const MAX_STATEMENTS: usize = 500;

/// A figure, and the event that states it.
#[derive(Debug, Clone, Serialize)]
struct Stated {
    #[serde(flatten)]
    figure: Figure,
    effective_date: Date,
    position: u64,
}

/// The last figure stated before a joint branch, and the last since.
#[derive(Default)]
struct Pair {
    before: Option<Stated>,
    since: Option<Stated>,
}

/// A member of a joint branch, and the time that it has been one.
struct Member {
    joint_branch: JointBranchId,
    established_on: Date,
    dissolved_on: Option<Date>,
    figures: BTreeMap<ProfileFigure, Pair>,
}

/// What was noted of the log: two figures of a kind of each member, however often they were stated.
pub(super) struct Comparison {
    members: BTreeMap<OrganizationId, Vec<Member>>,
}

#[derive(Serialize)]
struct Row<'a> {
    joint_branch: JointBranchId,
    name: Option<&'a Text>,
    established_on: Date,
    organization: OrganizationId,
    organization_name: Option<&'a Text>,
    village: Option<&'a PlaceLabel>,
    figure: ProfileFigure,
    before: Option<Stated>,
    since: Option<Stated>,
    /// By how much it has grown, where both are numbers of one unit.
    change: Option<f64>,
}

impl Comparison {
    /// The members of joint branches, those that have ended too.
    pub(super) fn new<'a>(joint_branches: impl IntoIterator<Item = &'a JointBranchRow>) -> Self {
        let mut members: BTreeMap<OrganizationId, Vec<Member>> = BTreeMap::new();
        for row in joint_branches {
            let Some(establishment) = &row.establishment else { continue };
            for member in &row.members {
                members.entry(member.organization).or_default().push(Member {
                    joint_branch: row.id,
                    established_on: establishment.effective_date,
                    dissolved_on: row.dissolved_on,
                    figures: BTreeMap::new(),
                });
            }
        }
        Self { members }
    }

    pub(super) fn note(&mut self, event: &Event) {
        match &event.body {
            EventBody::OrganizationUpdated(data) => {
                let (day, position) = (event.meta.effective_date, event.meta.position);
                for member in self.members.get_mut(&data.organization).into_iter().flatten() {
                    member.state(&data.profile, day, position);
                }
            }
            EventBody::OrganizationCorrected(data) => {
                for member in self.members.get_mut(&data.organization).into_iter().flatten() {
                    member.correct(&data.profile, data.corrected_position);
                }
            }
            _ => {}
        }
    }

    fn rows(self, views: &Views) -> Vec<Row<'_>> {
        let mut rows = Vec::new();
        for (organization, members) in self.members {
            let organization_row = views.organization(organization);
            for member in members {
                let joint_branch = views.joint_branch(member.joint_branch);
                let own = joint_branch
                    .and_then(|row| row.members.iter().find(|found| found.organization == organization));
                for (figure, pair) in member.figures {
                    rows.push(Row {
                        joint_branch: member.joint_branch,
                        name: joint_branch.map(|row| &row.name),
                        established_on: member.established_on,
                        organization,
                        organization_name: organization_row.map(|row| &row.name),
                        village: own.and_then(|member| member.village.as_ref()),
                        figure,
                        change: change(&pair),
                        before: pair.before,
                        since: pair.since,
                    });
                }
            }
        }
        rows.sort_by_key(|row| (row.joint_branch, row.village.map(|place| &place.code), row.organization));
        rows
    }

    pub(super) fn list(self, scope: &ListScope<'_>) -> Result<List, ViewError> {
        let rows = self.rows(scope.reading.views);
        let both = rows.iter().filter(|row| row.before.is_some() && row.since.is_some()).count();
        let grown = rows.iter().filter(|row| row.change.is_some_and(|change| change > 0.0)).count();
        let unit = "项 (figures)";
        let figures = [
            (
                "compared",
                both.into(),
                unit,
                Bilingual::new(
                    "成员党组织在联建生效前、后都有记录的指标（取联建生效当日及以前、以后各自最近一次）",
                    "figures of members stated both by the day of establishing and after it, the last of each",
                ),
            ),
            (
                "grown",
                grown.into(),
                unit,
                Bilingual::new("其中单位相同且数值增加的", "of them those that grew, in one unit"),
            ),
            (
                "not_compared",
                (rows.len() - both).into(),
                unit,
                Bilingual::new("只有联建前或联建后记录的", "figures stated only before, or only since"),
            ),
        ];
        let rows = rows.iter().map(|row| json(row).map(ListRow::Ready)).collect::<Result<_, _>>()?;
        Ok(scope.list(figures, rows))
    }
}

/// The positions of the events from which one joint branch's figures before and since are told, in log order: a few for
/// each member, where the whole list reads the log.
pub fn statements(views: &Views, id: JointBranchId) -> Vec<u64> {
    let members = views.joint_branch(id).into_iter().flat_map(|row| &row.members);
    let entries = members.flat_map(|member| views.timelines().profile_entries(member.organization));
    let mut positions: Vec<u64> = entries.map(|entry| entry.position).collect();
    positions.sort_unstable();
    positions.split_off(positions.len().saturating_sub(MAX_STATEMENTS))
}

/// The rows of the list of figures for one joint branch, from those events.
pub fn compared(views: &Views, id: JointBranchId, statements: &[Event]) -> Result<Vec<Value>, ViewError> {
    let mut comparison = Comparison::new(views.joint_branch(id).map(AsRef::as_ref));
    statements.iter().for_each(|event| comparison.note(event));
    json_rows(comparison.rows(views))
}

impl Member {
    fn state(&mut self, profile: &Profile, day: Date, position: u64) {
        for (name, figure) in profile {
            let stated = Stated { figure: figure.clone(), effective_date: day, position };
            let pair = self.figures.entry(*name).or_default();
            if day <= self.established_on {
                pair.before = Some(stated);
            } else if self.dissolved_on.is_none_or(|dissolved| day <= dissolved) {
                pair.since = Some(stated);
            }
        }
        self.figures.retain(|_, pair| pair.before.is_some() || pair.since.is_some());
    }

    /// The corrected event states the figure still, or it is none of the two.
    fn correct(&mut self, profile: &Profile, corrected_position: u64) {
        for (name, figure) in profile {
            let Some(pair) = self.figures.get_mut(name) else { continue };
            for stated in [&mut pair.before, &mut pair.since].into_iter().flatten() {
                if stated.position == corrected_position {
                    stated.figure = figure.clone();
                }
            }
        }
    }
}

fn change(pair: &Pair) -> Option<f64> {
    let (before, since) = (&pair.before.as_ref()?.figure, &pair.since.as_ref()?.figure);
    let number = |figure: &Figure| match &figure.value {
        FigureValue::Number(number) => number.as_f64(),
        FigureValue::Text(_) => None,
    };
    (before.unit == since.unit).then(|| Some(number(since)? - number(before)?))?
}
