//! Figures of the members before and since their joint branch, each with its period and source.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::ids::{JointBranchId, OrganizationId};
use domain::organization::{Figure, FigureValue, Profile, ProfileFigure};
use domain::place_names::called;
use domain::say::{Say, say};
use domain::text::Text;
use domain::{Event, EventBody};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_of::{Found, ListOf, Spec, Year};
use super::scope::ListScope;
use crate::number::Unit;
use crate::person::HasSecretary;
use crate::rows::{JointBranchRow, PlaceLabel};
use crate::table::{About, Column, Shown, Words, term};
use crate::timeline::states_figures;
use crate::views::Views;

type Own = Column<FigureRow>;

/// The most events that the comparison of one joint branch asks for: what its members stated last.
const MAX_STATEMENTS: usize = 500;

/// 一次记录的数字 / a figure, and the event that states it
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stated {
    #[serde(flatten)]
    pub figure: Figure,
    /// 生效日期 / the day on which it took effect
    pub effective_date: Date,
    /// 记录的位置 / the position of the event that states it
    pub position: u64,
}

/// 一个成员党组织的一项指标在联建前、后的数字 / a figure of a member before and since its joint branch
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FigureRow {
    /// 联合党组织编号 / the id of the joint branch
    pub joint_branch: JointBranchId,
    /// 联合党组织名称 / the name of the joint branch
    pub name: Option<Text>,
    /// 联合党组织成立日期 / the day on which it was established
    pub established_on: Date,
    /// 成员党组织编号 / the id of the member organization
    pub organization: OrganizationId,
    /// 成员党组织名称 / the name of the member organization
    pub organization_name: Option<Text>,
    /// 成员所属的村（社区） / the village of the member
    pub village: Option<PlaceLabel>,
    /// 村情指标的名称 / which figure of the profile it is
    pub figure: ProfileFigure,
    /// 联建前最近一次的数字 / the last figure stated by the day of establishing
    pub before: Option<Stated>,
    /// 联建后最近一次的数字 / the last figure stated since
    pub since: Option<Stated>,
    /// 增减，单位相同且均为数值时才有 / by how much it has grown, where both are numbers of one unit
    pub change: Option<f64>,
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
pub(super) struct Figures {
    members: BTreeMap<OrganizationId, Vec<Member>>,
}

impl HasSecretary for FigureRow {}

impl ListOf for Figures {
    type Row = FigureRow;
    type Line = FigureRow;

    const SPEC: Spec = Spec {
        name: "figures",
        title: say("联建前后对比", "Before and since"),
        purpose: say(
            "成员党组织联建前、后最近一次的村情数字，附时期和来源",
            "the last figures of member organizations before and since their joint branch, with period and source",
        ),
        year: Year::None,
    };

    const COLUMNS: &'static [Column<FigureRow>] = &[
        Own::text("name", say("联合党组织", "Joint branch"), |row| {
            Shown::or_empty(row.name.as_ref()).about(About::JointBranch(row.joint_branch))
        })
        .brief(),
        Own::text("established_on", say("成立日期", "Established"), |row| {
            Shown::text(row.established_on)
        }),
        Own::text("organization", say("党组织", "Organization"), |row| {
            Shown::or_empty(row.organization_name.as_ref()).about(About::Organization(row.organization))
        })
        .brief(),
        Own::text("village", say("村", "Village"), |row| {
            Shown::or_empty(row.village.as_ref().map(|place| called(place.name.as_str())))
        }),
        Own::choice("figure", say("指标", "Figure"), |row| Shown::term("ProfileFigure", &row.figure)).brief(),
        Own::number("before", say("联建前", "Before"), |row| value(row.before.as_ref())).brief(),
        Own::text("before_period", say("时期", "Period"), |row| period(row.before.as_ref())).brief(),
        Own::text("before_source", say("来源", "Source"), |row| source(row.before.as_ref())),
        Own::number("since", say("联建后", "Since"), |row| value(row.since.as_ref())).brief(),
        Own::text("since_period", say("时期", "Period"), |row| period(row.since.as_ref())).brief(),
        Own::text("since_source", say("来源", "Source"), |row| source(row.since.as_ref())).brief(),
        Own::number("change", say("变化", "Change"), change_of),
    ];

    const READS: Option<fn(&Event) -> bool> = Some(|event| states_figures(&event.body));

    /// The members of joint branches led from there, those that have ended too.
    fn begin(scope: &ListScope<'_>) -> Self {
        Self::of_members(scope.led())
    }

    fn note(&mut self, _: &ListScope<'_>, event: &Event) {
        self.take(event);
    }

    fn finish(self, scope: &ListScope<'_>) -> Found<FigureRow> {
        let rows = self.rows(scope.reading.views);
        let both = rows.iter().filter(|row| row.before.is_some() && row.since.is_some()).count();
        let grown = rows.iter().filter(|row| row.change.is_some_and(|change| change > 0.0)).count();
        let figures = [
            (
                "compared",
                both.into(),
                Unit::Figures,
                Say::of(
                    "成员党组织在联建生效前、后都有记录的指标（取联建生效当日及以前、以后各自最近一次）",
                    "figures of members stated both by the day of establishing and after it, the last of each",
                ),
            ),
            (
                "grown",
                grown.into(),
                Unit::Figures,
                Say::of("其中单位相同且数值增加的", "of them those that grew, in one unit"),
            ),
            (
                "not_compared",
                (rows.len() - both).into(),
                Unit::Figures,
                Say::of("只有联建前或联建后记录的", "figures stated only before, or only since"),
            ),
        ];
        Found::new(figures, rows)
    }

    fn lines(row: FigureRow) -> Vec<FigureRow> {
        vec![row]
    }
}

/// A stated figure with its unit and bound, leading to the record that states it; a dash where none is.
fn value(stated: Option<&Stated>) -> Shown {
    let Some(Stated { figure, position, .. }) = stated else { return Words::Dash.into() };
    let (text, number) = match &figure.value {
        FigureValue::Number(number) => (number.to_string(), number.as_f64()),
        FigureValue::Text(text) => (text.to_string(), None),
    };
    let unit = if figure.unit.as_str() == "-" { String::new() } else { format!(" {}", figure.unit) };
    let said = match &figure.value {
        // A word of the rules, such as `rich`, is said as people say it; another stays as it is.
        FigureValue::Text(word) if unit.is_empty() => term("ProfileValue", word),
        FigureValue::Text(_) | FigureValue::Number(_) => Words::Text(format!("{text}{unit}")),
    };
    let words = match &figure.bound {
        Some(bound) => Words::Bounded(Box::new((said, term("Bound", bound)))),
        None => said,
    };
    Shown { number, ..Shown::from(words) }.about(About::Event(*position))
}

fn period(stated: Option<&Stated>) -> Shown {
    Shown::or_empty(stated.map(|found| &found.figure.period))
}

fn source(stated: Option<&Stated>) -> Shown {
    Shown::or_empty(stated.map(|found| &found.figure.source))
}

fn change_of(row: &FigureRow) -> Shown {
    let text = row.change.map(|change| format!("{:+}", (change * 100.0).round() / 100.0));
    Shown { number: row.change, ..Shown::or_dash(text) }
}

impl Figures {
    /// The members of joint branches, those that have ended too.
    fn of_members<'a>(joint_branches: impl IntoIterator<Item = &'a JointBranchRow>) -> Self {
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

    fn take(&mut self, event: &Event) {
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

    fn rows(self, views: &Views) -> Vec<FigureRow> {
        let mut rows = Vec::new();
        for (organization, members) in self.members {
            let organization_row = views.organization(organization);
            for member in members {
                let joint_branch = views.joint_branch(member.joint_branch);
                let own = joint_branch
                    .and_then(|row| row.members.iter().find(|found| found.organization == organization));
                for (figure, pair) in member.figures {
                    rows.push(FigureRow {
                        joint_branch: member.joint_branch,
                        name: joint_branch.map(|row| row.name.clone()),
                        established_on: member.established_on,
                        organization,
                        organization_name: organization_row.map(|row| row.name.clone()),
                        village: own.and_then(|member| member.village.clone()),
                        figure,
                        change: change(&pair),
                        before: pair.before,
                        since: pair.since,
                    });
                }
            }
        }
        let order = |row: &FigureRow| {
            (row.joint_branch, row.village.as_ref().map(|place| place.code.clone()), row.organization)
        };
        rows.sort_by_key(order);
        rows
    }
}

/// The positions of the events from which one joint branch's figures before and since are told, in log order: a few for
/// each member, where the whole list reads the log.
pub fn statements(views: &Views, id: JointBranchId) -> Vec<u64> {
    let members = views.joint_branch(id).into_iter().flat_map(|row| &row.members);
    let entries = members.flat_map(|member| views.timelines().entries_of_organization(member.organization));
    let stating = entries.filter(|entry| entry.states_figures);
    let mut positions: Vec<u64> = stating.map(|entry| entry.position).collect();
    positions.sort_unstable();
    positions.split_off(positions.len().saturating_sub(MAX_STATEMENTS))
}

/// The rows of the list of figures for one joint branch, from those events.
pub fn compared(views: &Views, id: JointBranchId, statements: &[Event]) -> Vec<FigureRow> {
    let mut figures = Figures::of_members(views.joint_branch(id).map(AsRef::as_ref));
    statements.iter().for_each(|event| figures.take(event));
    figures.rows(views)
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
