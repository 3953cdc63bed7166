//! Which villages of a township are joined with which: a group for each live joint branch, with its members, and beside them
//! the villages that stand alone. It is drawn of headings and lists, so that it reads aloud as it looks.

use domain::place::PlaceCode;
use domain::quarter::Quarter;
use labels as w;
use maud::{Markup, html};
use projections::rows::MemberRow;
use projections::{LedgerEntry, VillageEntry};

use super::grade_cells::grade_cell;
use super::lists::{phase_class, village_name, word};
use super::table::{content, grouped};
use super::visit::Visit;

/// What the picture shows.
pub(crate) struct Joined<'a> {
    /// The township.
    pub(crate) code: &'a PlaceCode,
    /// Its ledger.
    pub(crate) entries: &'a [LedgerEntry],
    /// Its villages and communities.
    pub(crate) villages: &'a [VillageEntry],
    /// Names of places.
    pub(crate) place_name: &'a dyn Fn(&PlaceCode) -> String,
}

/// The picture; nothing where there is neither a joint branch nor a village.
pub(crate) fn picture(visit: &Visit, joined: &Joined<'_>) -> Markup {
    let live: Vec<_> = joined.entries.iter().filter(|entry| entry.row.is_live()).collect();
    let alone: Vec<_> = joined.villages.iter().filter(|village| village.joint_branches.is_empty()).collect();
    html! {
        @if !joined.villages.is_empty() || !live.is_empty() {
            section.joined aria-label=(visit.say(w::JOINED)) {
                h2 { (visit.say(w::JOINED)) " " small.note { (counts(visit, joined, live.len(), alone.len())) } }
                div.groups {
                    @for entry in &live { (group(visit, joined, entry)) }
                    @if !alone.is_empty() {
                        div.group.alone {
                            h3 { (visit.say(w::STANDS_ALONE)) " " small { (grouped(alone.len())) } }
                            ul { @for village in &alone { li {
                                a href=(visit.link(&format!("/villages/{}", village.code))) { (village_name(&village.name, village.kind)) }
                            } } }
                        }
                    }
                }
            }
        }
    }
}

fn counts(visit: &Visit, joined: &Joined<'_>, live: usize, alone: usize) -> String {
    let (all, together) = (grouped(joined.villages.len()), grouped(joined.villages.len() - alone));
    let live = grouped(live);
    visit.language.pick(
        format!("{all} 个村（社区）中 {together} 个已联建，组成 {live} 个联合党组织"),
        format!("{together} of {all} villages are joined, in {live} joint branches"),
    )
}

/// A joint branch with its members: coloured by its state, with the grade of the last quarter.
fn group(visit: &Visit, joined: &Joined<'_>, entry: &LedgerEntry) -> Markup {
    let row = &entry.row;
    let quarter = visit.on.map(|on| Quarter::of(on).previous());
    let grade = quarter.map(|quarter| grade_cell(visit, &entry.last_grades, &entry.obligations, quarter));
    html! {
        div.group.(phase_class(row.phase)) {
            h3 { a href=(visit.link(&format!("/joint-branches/{}", row.id))) { (row.name) } }
            p.note {
                (word(visit, "Arrangement", &row.arrangement)) " · "
                span class=(phase_class(row.phase)) { (word(visit, "Phase", &row.phase)) }
                @if let (Some(quarter), Some(grade)) = (quarter, &grade) {
                    " · " (visit.say(&quarter.year_and_quarter().1)) " " (content(grade))
                }
            }
            ul { @for member in host_first(joined, entry) { li { (member_name(visit, joined, entry, member)) } } }
        }
    }
}

/// The members: the base village first, then those of this township, each in the order of the proposal.
fn host_first<'a>(joined: &Joined<'_>, entry: &'a LedgerEntry) -> Vec<&'a MemberRow> {
    let mut members: Vec<_> = entry.row.members.iter().collect();
    members.sort_by_key(|member| (!is_base(entry, member), member.township.as_ref() != Some(joined.code)));
    members
}

fn is_base(entry: &LedgerEntry, member: &MemberRow) -> bool {
    let base = entry.row.base_village.as_ref().map(|place| place.id);
    base.is_some() && member.village.as_ref().map(|place| place.id) == base
}

/// A member by its village's name, or its own where it is no village; of another township with that township's name.
fn member_name(visit: &Visit, joined: &Joined<'_>, entry: &LedgerEntry, member: &MemberRow) -> Markup {
    let (name, path) = match &member.village {
        Some(place) => (village_name(&place.name, member.village_kind), format!("/villages/{}", place.code)),
        None => (member.name.to_string(), format!("/organizations/{}", member.organization)),
    };
    let elsewhere = member.township.as_ref().filter(|township| *township != joined.code);
    // What lies outside the reader's place has no page for the reader.
    let lies_in = member.township.as_ref().or(entry.row.county.as_ref().map(|county| &county.code));
    let own = visit.principal.as_ref().map(|principal| &principal.scope);
    let is_readable = lies_in.zip(own).is_some_and(|(place, own)| place.is_within(own));
    html! {
        @if is_readable { a href=(visit.link(&path)) { (name) } } @else { (name) }
        @if is_base(entry, member) { " " small { (visit.say(w::BASE_VILLAGE)) } }
        @if let Some(township) = elsewhere { " " small { ((joined.place_name)(township)) } }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::say::Language;
    use serde_json::json;

    use super::*;
    use crate::pages::visit::tests::visit;

    fn village(code: &str, name: &str, joint_branches: serde_json::Value) -> VillageEntry {
        serde_json::from_value(json!({
            "code": code, "name": name, "kind": "village", "township": "510811210", "joint_branches": joint_branches
        }))
        .unwrap()
    }

    fn member(code: &str, name: &str, township: &str) -> serde_json::Value {
        json!({
            "organization": format!("01J8KQ2M000000{code}"), "name": format!("{name}支部"), "host_kind": "village",
            "village": {"id": format!("01J8KQ2M000000{code}"), "code": code, "name": format!("{name}村民委员会")},
            "village_kind": "village", "township": township, "status": "active", "formal_members": 3, "hosted": null,
            "funding": {}
        })
    }

    fn entry() -> LedgerEntry {
        let mut row = crate::pages::joint_branch::tests::row();
        row.phase = domain::joint_branch::Phase::Rectifying;
        row.members = serde_json::from_value(json!([
            member("510811100210", "五一", "510811100"),
            member("510811210205", "狮子", "510811210"),
            member("510811210206", "田岩", "510811210")
        ]))
        .unwrap();
        row.base_village = row.members[2].village.clone();
        LedgerEntry {
            row: Arc::new(row),
            names: projections::CodeNames::default(),
            phase_zh: "整改中".into(),
            latest_grade: None,
            last_grades: serde_json::from_value(
                json!([{"quarter": "2019Q1", "grade": "poor", "corrected": false}]),
            )
            .unwrap(),
            late_evaluations: Vec::new(),
            late_entries: 0,
            obligations: Vec::new(),
            rotation: Vec::new(),
        }
    }

    fn drawn(entries: &[LedgerEntry], villages: &[VillageEntry], language: Language) -> String {
        let code = "510811210".parse().unwrap();
        let joined = Joined { code: &code, entries, villages, place_name: &|_| "元坝镇".to_owned() };
        picture(&visit(language, &[]), &joined).into_string()
    }

    #[test]
    fn members_stand_in_their_group_the_base_village_first_and_the_rest_alone() {
        let membership = json!([{"id": "01J8KQ2M000000000000000001", "name": "联合党支部", "phase": "rectifying", "phase_zh": "整改中"}]);
        let villages = [
            village("510811210205", "狮子村民委员会", membership.clone()),
            village("510811210206", "田岩村民委员会", membership),
            village("510811210207", "白果村民委员会", json!([])),
        ];
        let page = drawn(&[entry()], &villages, Language::Zh);
        let (together, alone) = page.split_once("class=\"group alone\"").unwrap();
        let place = |name: &str| together.find(name).unwrap_or_else(|| panic!("{name}: {together}"));
        assert!(place(">田岩村<") < place(">狮子村<") && place(">狮子村<") < place(">五一村<"));
        assert!(
            together.contains("group state-warn")
                && together.contains("g g-poor")
                && together.contains("中心村")
        );
        assert!(together.contains("元坝镇") && together.contains("3 个村（社区）中 2 个已联建"));
        assert!(alone.contains("/villages/510811210207") && !alone.contains("狮子村"));
        assert!(drawn(&[entry()], &villages, Language::En).contains("2 of 3 villages are joined"));
    }

    #[test]
    fn what_has_ended_joins_nobody_and_nothing_is_drawn_of_nothing() {
        let mut ended = entry();
        Arc::make_mut(&mut ended.row).phase = domain::joint_branch::Phase::Dissolved;
        assert!(
            !drawn(&[ended], &[village("510811210207", "白果村民委员会", json!([]))], Language::Zh)
                .contains("联合党支部<")
        );
        assert!(drawn(&[], &[], Language::Zh).is_empty());
    }
}
