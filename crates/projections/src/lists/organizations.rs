//! 党组织名册: every organization of a place that has not ended, with its host, its members and what stands above it.

use domain::ids::OrganizationId;
use domain::organization::{Figure, HostKind, OrganizationForm, OrganizationStatus, ProfileFigure};
use domain::place::{Level, PlaceCode};
use domain::say::say;
use domain::scope::Scope;
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_of::{Found, ListOf, Spec, Year};
use super::scope::ListScope;
use crate::number::Unit;
use crate::person::HasSecretary;
use crate::rows::{OrganizationRow, PlaceLabel};
use crate::table::{About, Column, Shown, Words};

type Own = Column<ListedOrganization>;

/// The list: nothing is noted of the log.
pub(super) struct Organizations;

/// 名册上的一个党组织 / an organization as the list has it
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListedOrganization {
    /// 党组织编号 / the id of the organization
    pub organization: OrganizationId,
    /// 党组织的名称 / the name of the organization
    pub name: Text,
    /// 党组织的组织形式 / the form of the Party organization
    pub form: OrganizationForm,
    /// 所属单位的类别 / the kind of its host
    pub host_kind: HostKind,
    /// 所属单位的名称，属于村（社区）的为空 / the host's name, where it is no place
    pub unit: Option<Text>,
    /// 所属的地方，所属单位不是地方的为单位所在地 / the host, where it is a place, and otherwise the place in which it lies
    pub location: Option<PlaceLabel>,
    /// 所在的县（区） / the county in which it lies
    pub county: Option<PlaceCode>,
    /// 所在的乡镇（街道） / the township in which it lies
    pub township: Option<PlaceCode>,
    /// 上级党组织的编号 / the id of the organization above
    pub superior: Option<OrganizationId>,
    /// 上级党组织的名称 / the name of the organization above
    pub superior_name: Option<Text>,
    /// 正式党员数 / how many formal members it has
    pub formal_members: u32,
    /// 预备党员数 / how many probationary members it has
    pub probationary_members: u32,
    /// 村的户数，未登记则为空 / the households of its village; absent where none are on file
    pub households: Option<u32>,
    /// 村的人口，未登记则为空 / the population of its village; absent where none is on file
    pub population: Option<u32>,
    /// 状况：正常、已由合建承接或已撤销 / whether it works, is suspended by a merger, or was abolished
    pub status: OrganizationStatus,
}

impl HasSecretary for ListedOrganization {}

impl ListOf for Organizations {
    type Row = ListedOrganization;
    type Line = ListedOrganization;

    const SPEC: Spec = Spec {
        name: "organizations",
        title: say("党组织名册", "Organizations"),
        purpose: say(
            "在册的党组织和机关，附所在村或单位、上级和党员人数；上级机关一并列出",
            "organizations and organs on the register with their hosts, superiors and members, and the organs above them",
        ),
        year: Year::None,
    };

    const COLUMNS: &'static [Column<ListedOrganization>] = &[
        Own::text("name", say("名称", "Name"), |row| {
            Shown::text(&row.name).about(About::Organization(row.organization))
        })
        .brief(),
        Own::choice("form", say("形式", "Form"), |row| Shown::term("OrganizationForm", &row.form)).brief(),
        Own::text("host", say("所在村/单位", "Host"), |row| match &row.unit {
            Some(unit) => Shown::text(unit),
            None => Shown::place(row.location.as_ref()),
        })
        .brief(),
        Own::choice("county", say("县(区)", "County"), |row| Shown::place_code(row.county.as_ref())),
        Own::choice("township", say("乡镇(街道)", "Township"), |row| {
            Shown::place_code(row.township.as_ref())
        }),
        Own::text("superior", say("上级", "Superior"), |row| match (row.superior, &row.superior_name) {
            (Some(id), Some(name)) => Shown::text(name).about(About::Organization(id)),
            _ => Words::Dash.into(),
        }),
        Own::number("formal_members", say("正式党员数", "Formal members"), |row| {
            Shown::count(row.formal_members)
        })
        .brief(),
        Own::number("probationary_members", say("预备党员数", "Probationary members"), |row| {
            Shown::count(row.probationary_members)
        }),
        Own::number("households", say("户数", "Households"), |row| {
            row.households.map_or(Words::Dash.into(), Shown::count)
        })
        .brief(),
        Own::number("population", say("人口", "Population"), |row| {
            row.population.map_or(Words::Dash.into(), Shown::count)
        }),
        Own::choice("status", say("状况", "Status"), |row| {
            Words::Term("Status", row.status.code().to_owned()).into()
        }),
    ];

    fn begin(_: &ListScope<'_>) -> Self {
        Self
    }

    fn finish(self, scope: &ListScope<'_>) -> Found<ListedOrganization> {
        let mut rows: Vec<ListedOrganization> = standing(scope)
            .filter(|row| is_of(scope, row) || is_above(scope, row))
            .map(|row| entry(scope, row))
            .collect();
        let place = |row: &ListedOrganization| row.location.as_ref().map(|place| place.code.clone());
        rows.sort_by_cached_key(|row| (place(row), row.form != OrganizationForm::Organ, row.name.clone()));
        let own = || standing(scope).filter(|row| is_of(scope, row));
        let figures = [
            (
                "organizations",
                own().count().into(),
                Unit::Organizations,
                say(
                    "在册的党组织和机关，不含上级机关",
                    "organizations and organs on the register, without those above",
                ),
            ),
            (
                "organs",
                own().filter(|row| row.form == OrganizationForm::Organ).count().into(),
                Unit::Organizations,
                say("其中的审批单位", "the deciding organs among them"),
            ),
        ];
        Found::new(figures, rows)
    }

    fn lines(row: ListedOrganization) -> Vec<ListedOrganization> {
        vec![row]
    }
}

/// Those that have not ended.
pub(super) fn standing<'a>(scope: &ListScope<'a>) -> impl Iterator<Item = &'a OrganizationRow> {
    let rows = scope.reading.views.organizations().map(AsRef::as_ref);
    rows.filter(|row| !matches!(row.status, OrganizationStatus::Abolished { .. }))
}

/// Those that lie there.
pub(super) fn is_of(scope: &ListScope<'_>, row: &OrganizationRow) -> bool {
    scope.holds(&Scope { county: row.county.clone(), township: row.township.clone() })
}

/// The organs of the places around: what lies there may stand under them.
fn is_above(scope: &ListScope<'_>, row: &OrganizationRow) -> bool {
    let place = scope.reading.views.place_by_code(&scope.code);
    let is_around = |outer: &Option<PlaceCode>| {
        outer.is_none() || place.is_some_and(|own| own.county == *outer || own.township == *outer)
    };
    row.form == OrganizationForm::Organ
        && scope.code.level() < Level::City
        && is_around(&row.county)
        && row.township.is_none()
}

fn entry(scope: &ListScope<'_>, row: &OrganizationRow) -> ListedOrganization {
    let superior = row.superior.and_then(|id| scope.reading.views.organization(id));
    let figure = |name| row.profile.get(&name).and_then(Figure::whole);
    ListedOrganization {
        organization: row.id,
        name: row.name.clone(),
        form: row.form,
        host_kind: row.host_kind.clone(),
        unit: row.unit.clone(),
        location: row.location.clone(),
        county: row.county.clone(),
        township: row.township.clone(),
        superior: row.superior,
        superior_name: superior.map(|above| above.name.clone()),
        formal_members: row.formal_members,
        probationary_members: row.probationary_members,
        households: figure(ProfileFigure::Households),
        population: figure(ProfileFigure::Population),
        status: row.status.clone(),
    }
}
