//! 第一书记: who was sent to which village, by which unit, and how long the posting still runs.

use domain::date::Date;
use domain::ids::{OrganizationId, PersonId};
use domain::place::PlaceCode;
use domain::say::{Say, say};
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_of::{Found, ListOf, Spec, Year};
use super::organizations::{is_of, standing};
use super::scope::ListScope;
use crate::number::Unit;
use crate::person::{HasSecretary, PersonLabel, PersonName};
use crate::rows::{OrganizationRow, PlaceLabel};
use crate::table::{About, Column, Shown};

type Own = Column<FirstSecretaryRow>;

/// The list: nothing is noted of the log.
pub(super) struct FirstSecretaries;

/// 一名现任第一书记 / a first secretary in post
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FirstSecretaryRow {
    /// 党组织编号 / the id of the organization
    pub organization: OrganizationId,
    /// 党组织的名称 / the name of the organization
    pub name: Text,
    /// 派驻的村(社区) / the village or community to which the person was sent
    pub village: Option<PlaceLabel>,
    /// 所在的县（区） / the county in which it lies
    pub county: Option<PlaceCode>,
    /// 所在的乡镇（街道） / the township in which it lies
    pub township: Option<PlaceCode>,
    /// 现任第一书记 / the first secretary in post
    pub first_secretary: PersonLabel,
    /// 派出单位的名称 / the name of the unit that sent the person
    pub sending_unit: Text,
    /// 任职日期 / the first day in post
    pub since: Date,
    /// 计划期满日期 / the day on which the posting is planned to end
    pub until: Date,
    /// 距计划期满的天数，已过的为负数 / how many days are left until then; negative where it is over
    pub days_left: i32,
}

impl HasSecretary for FirstSecretaryRow {
    fn secretary(&mut self) -> Option<(PersonId, &mut Option<PersonName>)> {
        Some((self.first_secretary.person, &mut self.first_secretary.name))
    }
}

impl ListOf for FirstSecretaries {
    type Row = FirstSecretaryRow;
    type Line = FirstSecretaryRow;

    const SPEC: Spec = Spec {
        name: "first-secretaries",
        title: say("第一书记", "First secretaries"),
        purpose: say(
            "各村(社区)现任的第一书记：派出单位、任职起日、计划期满日和剩余天数",
            "the first secretaries in post in the villages: who sent them, since when, until when, and how many days are left",
        ),
        year: Year::None,
    };

    const COLUMNS: &'static [Own] = &[
        Own::text("village", say("村(社区)", "Village"), |row| Shown::place(row.village.as_ref())).brief(),
        Own::text("name", say("党组织", "Organization"), |row| {
            Shown::text(&row.name).about(About::Organization(row.organization))
        }),
        Own::choice("county", say("县(区)", "County"), |row| Shown::place_code(row.county.as_ref())),
        Own::choice("township", say("乡镇(街道)", "Township"), |row| {
            Shown::place_code(row.township.as_ref())
        }),
        Own::text("first_secretary", say("第一书记", "First secretary"), |row| {
            Shown::secretary(Some(&row.first_secretary), None, None)
        })
        .brief(),
        Own::choice("sending_unit", say("派出单位", "Sent by"), |row| Shown::text(&row.sending_unit)).brief(),
        Own::text("since", say("任职日期", "Since"), |row| Shown::text(row.since)).brief(),
        Own::text("until", say("计划期满", "Planned end"), |row| Shown::text(row.until)).brief(),
        Own::number("days_left", say("剩余天数", "Days left"), |row| Shown {
            number: Some(f64::from(row.days_left)),
            ..Shown::text(row.days_left)
        })
        .brief(),
        Own::choice("over", say("期满未轮换", "Over"), |row| Shown::flag(row.days_left < 0)).brief(),
    ];

    fn begin(_: &ListScope<'_>) -> Self {
        Self
    }

    fn finish(self, scope: &ListScope<'_>) -> Found<FirstSecretaryRow> {
        let own = standing(scope).filter(|row| is_of(scope, row));
        let mut rows: Vec<_> = own.filter_map(|organization| row(scope, organization)).collect();
        rows.sort_by_key(|row| {
            (row.until, row.village.as_ref().map(|place| place.code.clone()), row.organization)
        });
        let over = rows.iter().filter(|row| row.days_left < 0).count();
        let figures = [
            (
                "first_secretaries",
                rows.len().into(),
                Unit::Secretaries,
                Say::of("现任第一书记", "first secretaries in post"),
            ),
            (
                "first_secretaries_over",
                over.into(),
                Unit::Secretaries,
                Say::of(
                    "其中计划期满已过、未轮换也未续派的",
                    "those among them whose planned end is over, and who were neither replaced nor sent again",
                ),
            ),
        ];
        Found::new(figures, rows)
    }

    fn lines(row: FirstSecretaryRow) -> Vec<FirstSecretaryRow> {
        vec![row]
    }
}

fn row(scope: &ListScope<'_>, organization: &OrganizationRow) -> Option<FirstSecretaryRow> {
    let found = organization.first_secretary.as_ref()?;
    Some(FirstSecretaryRow {
        organization: organization.id,
        name: organization.name.clone(),
        village: organization.location.clone(),
        county: organization.county.clone(),
        township: organization.township.clone(),
        first_secretary: PersonLabel::new(found.person),
        sending_unit: found.sending_unit.clone(),
        since: found.since,
        until: found.until,
        days_left: found.until.days_since(scope.reading.on),
    })
}
