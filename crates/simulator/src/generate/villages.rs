//! What villages have of their own, whatever becomes of their joint branch: money, figures, names, places that change.

use domain::date::Date;
use domain::ids::OrganizationId;
use domain::joint_branch::Arrangement;
use domain::money::Money;
use domain::organization::OrganizationStatus;
use domain::place::{Place, PlaceCode};
use serde_json::{Value, json};

use super::GenerateError;
use super::history::{History, Task};
use super::script::{Draft, Script};

/// In a hundred villages of a merger, how many get a supplement in a year.
const SUPPLEMENT_PERCENT: u32 = 50;
/// In a hundred villages, of how many a settlement is recorded in a year.
const SETTLED_PERCENT: u32 = 15;
/// In a hundred groups, in how many an inspection holds somebody's record.
const HELD_PERCENT: u32 = 4;
/// In a hundred groups, in how many an organization is renamed.
const RENAMED_PERCENT: u32 = 5;
/// In a hundred townships with villages of no group, in how many these change.
const PLACES_CHANGE_PERCENT: u32 = 40;
/// What a household brings a village in a year, in fen.
const BASE_FEN_PER_HOUSEHOLD: u64 = 20_000;
/// What every made-up figure names as its source.
const SOURCE: &str = "模拟数据";

impl History {
    /// What falls due in villages over the years.
    pub(super) fn note_lasting_tasks(&mut self, script: &mut Script<'_>, index: usize) {
        let (from, end) = (self.from, self.end);
        for year in from.year()..=end.year() {
            if let Some(begin) = Date::new(year, 2, 1).ok().map(|begin| begin.max(from)) {
                self.note_between(script, index, begin, (0, 40), Task::Fund(year));
                self.note_between(script, index, begin, (60, 200), Task::Supplement(year));
                self.note_between(script, index, begin, (280, 320), Task::Settle(year));
            }
        }
        let days = u32::try_from(end.days_since(from)).unwrap_or(0);
        self.note_between(script, index, from, (1, 25), Task::UpdateProfile);
        self.note_between(script, index, from, (days * 7 / 10, days), Task::UpdateProfile);
        if script.random().percent(RENAMED_PERCENT) {
            self.note_between(script, index, from, (100, days), Task::RenameOrganization);
        }
        if script.random().percent(HELD_PERCENT) {
            self.note_between(script, index, from, (days / 4, days), Task::Hold);
        }
        self.note_first_secretary(index);
        self.note_premises(script, index);
        let group = &self.lives[index].group;
        let (is_pairing, has_leftovers) =
            (group.arrangement == Arrangement::Pairing, !group.leftovers.is_empty());
        if group.cooperative.is_some() && is_pairing {
            self.note_between(script, index, from, (days / 2, days), Task::AbolishCooperative);
        }
        if has_leftovers && script.random().percent(PLACES_CHANGE_PERCENT) {
            self.note_between(script, index, from, (days / 3, days), Task::ChangePlaces);
        }
    }

    /// The base of every village of the group, a little above the last one.
    pub(super) fn fund(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        year: i16,
    ) -> Result<(), GenerateError> {
        let committee = self.lives[index].group.organs.committee.clone();
        for (code, households) in self.villages(index) {
            let last = place(script, &code).and_then(|place| place.funding.values().next_back()?.base);
            let first = u64::from(households) * BASE_FEN_PER_HOUSEHOLD;
            let base = last.map_or(first, |base| {
                u64::from(base.amount) * u64::from(script.random().between(100, 104)) / 100
            });
            let data = line(&code, year, "base", fen(base)?, "村级组织运转经费（模拟）");
            script.by_clerk(&committee, Draft::new("record-funding", on, data))?;
        }
        Ok(())
    }

    /// The county adds something for villages in a live merger.
    pub(super) fn supplement(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        year: i16,
    ) -> Result<(), GenerateError> {
        let department = self.lives[index].group.organs.department.clone();
        let merged: Vec<PlaceCode> = self.lives[index]
            .group
            .members
            .iter()
            .filter(|member| {
                let found = script.state().organizations.get(&member.organization);
                found.is_some_and(|found| found.merger.is_some())
            })
            .filter_map(|member| member.village.as_ref().map(|(code, _)| code.clone()))
            .collect();
        for code in merged {
            if script.random().percent(SUPPLEMENT_PERCENT) {
                let amount = u64::from(script.random().between(10, 60)) * 10_000;
                let data = line(&code, year, "supplement", fen(amount)?, "联建项目补助（模拟）");
                script.by_officer(&department, Draft::new("record-funding", on, data))?;
            }
        }
        Ok(())
    }

    pub(super) fn settle(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        year: i16,
    ) -> Result<(), GenerateError> {
        let department = self.lives[index].group.organs.department.clone();
        for (code, _) in self.villages(index) {
            if script.random().percent(SETTLED_PERCENT) {
                let amount = u64::from(script.random().between(5, 50)) * 10_000;
                let data = line(&code, year, "settled", fen(amount)?, "项目结算（模拟）");
                script.by_officer(&department, Draft::new("record-funding", on, data))?;
            }
        }
        Ok(())
    }

    /// Income of the villages, once before and once since.
    pub(super) fn update_profile(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let group = &self.lives[index].group;
        let committee = group.organs.committee.clone();
        // A small village's branch that went over into the base has no figures of its own any more.
        let goes_on = |id: &OrganizationId| {
            let found = script.state().organizations.get(id);
            found.is_some_and(|found| !matches!(found.status, OrganizationStatus::Abolished { .. }))
        };
        let villages = group.members.iter().filter(|member| member.village.is_some());
        let villages = villages.filter(|member| goes_on(&member.organization));
        let organizations: Vec<OrganizationId> = villages.map(|member| member.organization).collect();
        let (days, whole) = (on.days_since(self.from).max(0), self.end.days_since(self.from).max(1));
        // Made up: what they earn grows by up to a half over the years.
        let grown = u32::try_from(100 + 50 * days / whole).unwrap_or(100);
        for organization in organizations {
            let random = script.random();
            let income = random.between(3, 30) * grown / 100;
            let per_head = random.between(6_000, 11_000) * grown / 100;
            let figure = |value: u32, unit: &str| json!({ "value": value, "unit": unit, "period": (on.year() - 1).to_string(), "source": SOURCE });
            let data = json!({ "organization": organization, "profile": {
                "collective_income": figure(income, "万元"), "income_per_head": figure(per_head, "元")
            }});
            script.by_clerk(&committee, Draft::new("update-organization", on, data))?;
        }
        Ok(())
    }

    pub(super) fn rename_organization(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let group = &self.lives[index].group;
        let first =
            group.members.first().and_then(|member| script.state().organizations.get(&member.organization));
        let first = first.filter(|found| !matches!(found.status, OrganizationStatus::Abolished { .. }));
        let Some(found) = first else { return Ok(()) };
        let data = json!({ "organization": found.id, "name": format!("{}（模拟更名）", found.name) });
        let draft = Draft::new("change-organization", on, data).documented().decided();
        script.by_officer(&group.organs.department, draft)?;
        Ok(())
    }

    /// The cooperative's branch goes over into that of the first village.
    pub(super) fn abolish_cooperative(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let group = &self.lives[index].group;
        let first =
            group.members.first().and_then(|member| script.state().organizations.get(&member.organization));
        let successor =
            first.filter(|found| found.status == OrganizationStatus::Active).map(|found| found.id);
        let (Some(organization), Some(successor)) = (group.cooperative, successor) else { return Ok(()) };
        let data =
            json!({ "organization": organization, "successor": successor, "reason": "合作社注销（模拟）" });
        let draft = Draft::new("abolish-organization", on, data).documented().decided();
        script.by_officer(&group.organs.department, draft)?;
        Ok(())
    }

    /// Villages of no group: the first is renamed, the second recoded, the third goes over into the first.
    pub(super) fn change_places(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let group = &self.lives[index].group;
        let county = group.organs.county.place.clone();
        let township = group.organs.committee.place.clone();
        let leftovers = group.leftovers.clone();
        let mut changes = Vec::new();
        if let Some((code, name)) = leftovers.first() {
            let name = format!("{}（模拟更名）", name.trim_end_matches("民委员会"));
            changes.push(json!({ "place": code, "change": "rename", "name": name }));
        }
        if let (Some((code, _)), Some(free)) = (leftovers.get(1), free_code(script, &township)) {
            changes.push(json!({ "place": code, "change": "recode", "code": free }));
        }
        if let (Some((into, _)), Some((code, _))) = (leftovers.first(), leftovers.get(2)) {
            changes.push(json!({ "place": code, "change": "merge", "successors": [into] }));
        }
        for data in changes {
            script.by_county(&county, Draft::new("change-place", on, data))?;
        }
        Ok(())
    }

    /// The villages of a group that have not ended, with their households.
    fn villages(&self, index: usize) -> Vec<(PlaceCode, u32)> {
        let group = &self.lives[index].group;
        group.members.iter().chain(&group.spare).filter_map(|member| member.village.clone()).collect()
    }
}

fn place<'a>(script: &'a Script<'_>, code: &PlaceCode) -> Option<&'a Place> {
    script.state().place_by_code(code).map(AsRef::as_ref)
}

/// The last code of a village in the township that nobody has borne.
fn free_code(script: &Script<'_>, township: &PlaceCode) -> Option<PlaceCode> {
    let state = script.state();
    let codes = (300..400).rev().filter_map(|number| format!("{township}{number}").parse().ok());
    codes.into_iter().find(|code: &PlaceCode| {
        !state.places_by_code.contains_key(code) && !state.past_codes.contains_key(code)
    })
}

fn line(village: &PlaceCode, year: i16, field: &str, money: Money, purpose: &str) -> Value {
    let mut data = json!({ "village": village, "fiscal_year": year, "purpose": purpose });
    data[field] = json!(money);
    data
}

fn fen(amount: u64) -> Result<Money, GenerateError> {
    let amount = amount.try_into().map_err(|error| GenerateError::Fault { detail: format!("{error}") })?;
    Ok(Money::fen(amount))
}
