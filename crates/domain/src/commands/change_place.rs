//! `change-place`: a place is renamed, recoded or moved, or it ends: merged, split or closed (`end_place`).

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::account::Role;
use crate::actor::Authority;
use crate::case::Case;
use crate::commands::end_place::{self, SplitShare};
use crate::consent::Consent;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::places::{
    PlaceClosed, PlaceLeft, PlaceMerged, PlaceMoved, PlaceRecoded, PlaceRenamed, PlaceSplit,
};
use crate::ids::PlaceId;
use crate::mechanism::Mechanism;
use crate::place::{Level, Place, PlaceCode};
use crate::place_name::PlaceName;
use crate::place_ref::PlaceRef;
use crate::recall::Recorded;
use crate::rejection::{PlaceRejection, Rejection};
use crate::say::say;
use crate::spec::{Choice, Exception, Givers, Group, Spec, Use};
use crate::text::Text;

/// 行政区划的变更方式 / what happens to the place
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceChange {
    /// 更名，代码不变 / it bears another name and keeps its code
    Rename,
    /// 换代码，名称不变 / it bears another code and keeps its name
    Recode,
    /// 整体并入另一区划 / it goes over into one successor as a whole
    Merge,
    /// 拆分，由几个区划分别承接 / it is split, and several successors take its parts
    Split,
    /// 划归另一上级区划 / it passes to another place above
    Move,
    /// 撤销，辖内已无党组织和下级区划 / it ends, and nothing is left in it
    Close,
}

data! {
    /// 变更行政区划：更名、换代码、并入、拆分、划归或撤销 / changes a place: its name or code, or it merges, splits, moves or ends
    pub struct ChangePlace {
        /// 变更的行政区划：记录编号或代码 / the place that changes, by its id or its code
        pub place: PlaceRef,
        /// 变更方式 / which change happens to the place
        pub change: PlaceChange,
        /// 新代码：换代码时填，划归他处须换代码的也填 / the new code, for `recode` and where a `move` needs one
        pub code: Option<PlaceCode>,
        /// 新名称：更名时填 / the new name, for `rename`
        pub name: Option<PlaceName>,
        /// 新的上级区划的代码：划归他处时填 / the code of the new place above, for `move`
        pub parent: Option<PlaceCode>,
        /// 跨县(区)划转：接收县(区)同意的文件，或市级机关的文件 / for a `move` to another county: the consent of the receiving county's organ, beside the document of the county that gives, or that of the city's organ
        pub consent: Option<Consent>,
        /// 承接区划的代码：并入填一个，拆分至少两个 / the codes of the successors: one for `merge`, at least two for `split`
        #[serde(default)]
        pub successors: Vec<PlaceCode>,
        /// 拆分归属：辖内党组织、联合党组织、下级区划各由谁承接，不得遗漏 / for `split`: who takes what, with nothing that lies in the place left out
        #[serde(default)]
        pub shares: Vec<SplitShare>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "change-place",
    title: say("变更行政区划", "Change a place"),
    group: Group::Registering,
    mechanisms: &[Mechanism::Places],
    givers: Givers::County,
    exceptions: &[Exception::FirstImport],
    fits: None,
    yields: &[
        "place.renamed",
        "place.recoded",
        "place.moved",
        "place.left",
        "place.merged",
        "place.split",
        "place.closed",
    ],
    along: &["place.received"],
    refused_when: "the place has ended; the new code is in use; a successor is of another tier or county, or has ended; a split forgets something; a place that closes is not empty; to another county without both counties' documents or the city's",
    rules: &[
        "place-ended",
        "change-shape",
        "move-consent",
        "place-successor",
        "split-complete",
        "split-share",
        "place-not-empty",
        "code-in-use",
        "place-level",
    ],
    choices: &[Choice::Of {
        field: "change",
        uses: &[
            Use::must("name", &["rename"]),
            Use::must("parent", &["move"]),
            Use::must("code", &["recode"]),
            Use::may("code", &["move"]),
            Use::may("consent", &["move"]),
            Use::must("successors", &["merge", "split"]),
            Use::may("shares", &["split"]),
        ],
    }],
    example: r#"{
  "effective_date": "2020-03-20",
  "on_behalf_of": "510811",
  "document": null,
  "data": {"place": "510811210206", "change": "merge", "successors": ["510811210205"]}
}"#,
    example_follows: &["register-place"],
};

pub(crate) fn entity(data: &ChangePlace) -> Option<Entity> {
    match &data.place {
        PlaceRef::Id(id) => Some(Entity::Place(*id)),
        PlaceRef::Code(_) => None,
    }
}

pub(crate) fn decide(case: &mut Case<'_>, data: &ChangePlace) -> Result<Vec<EventBody>, Rejection> {
    let place = find(case, &data.place)?;
    case.require_scope(&case.state.scope_of_place(place.id), place.code.as_str())?;
    case.require_order(place.name.as_str(), place.in_force_from)?;
    check_shape(data)?;
    match data.change {
        PlaceChange::Rename => rename(place, data),
        PlaceChange::Recode => recode(case, place, data),
        PlaceChange::Move => move_to(case, place, data),
        PlaceChange::Merge => end_place::merge(case, place, &data.successors),
        PlaceChange::Split => end_place::split(case, place, &data.successors, &data.shares),
        PlaceChange::Close => end_place::close(case, place),
    }
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<ChangePlace> {
    let asked = |place, change| ChangePlace {
        place: PlaceRef::Id(place),
        change,
        code: None,
        name: None,
        parent: None,
        consent: None,
        successors: Vec::new(),
        shares: Vec::new(),
    };
    Some(match recorded.lead.clone() {
        EventBody::PlaceRenamed(PlaceRenamed { place, name, earlier_name: _ }) => {
            ChangePlace { name: Some(PlaceName::recorded(name)), ..asked(place, PlaceChange::Rename) }
        }
        EventBody::PlaceRecoded(PlaceRecoded { place, code, earlier_code: _, numbered_after: _ }) => {
            ChangePlace { code: Some(code), ..asked(place, PlaceChange::Recode) }
        }
        EventBody::PlaceMoved(moved) => moved_to(moved, asked),
        EventBody::PlaceLeft(_) => match recorded.events.last() {
            Some(EventBody::PlaceReceived(moved)) => moved_to(moved.clone(), asked),
            _ => return None,
        },
        EventBody::PlaceMerged(PlaceMerged { place, into }) => {
            ChangePlace { successors: vec![recorded.code(into)?], ..asked(place, PlaceChange::Merge) }
        }
        EventBody::PlaceSplit(PlaceSplit { place, parts }) => {
            let successors = parts.iter().map(|part| recorded.code(part.successor)).collect::<Option<_>>()?;
            let shares = end_place::recall_shares(recorded, parts)?;
            ChangePlace { successors, shares, ..asked(place, PlaceChange::Split) }
        }
        EventBody::PlaceClosed(PlaceClosed { place }) => asked(place, PlaceChange::Close),
        _ => return None,
    })
}

fn moved_to(moved: PlaceMoved, asked: impl Fn(PlaceId, PlaceChange) -> ChangePlace) -> ChangePlace {
    let PlaceMoved { place, parent: _, parent_code, code, earlier_code: _, consent } = moved;
    ChangePlace { code: Some(code), parent: Some(parent_code), consent, ..asked(place, PlaceChange::Move) }
}

fn find<'a>(case: &Case<'a>, named: &PlaceRef) -> Result<&'a Arc<Place>, Rejection> {
    let id = match named {
        PlaceRef::Code(code) => return case.place(code, "/data/place"),
        PlaceRef::Id(id) => id,
    };
    let found = case.state.places.get(id);
    let place = found.ok_or_else(|| Case::unknown(say("行政区划", "place"), id, "/data/place"))?;
    match place.ended_on {
        Some(on) => Err(case.ended(place, on)),
        None => Ok(place),
    }
}

/// Each change brings what it needs and nothing else.
fn check_shape(data: &ChangePlace) -> Result<(), Rejection> {
    let brings = [
        data.name.is_some(),
        data.code.is_some(),
        data.parent.is_some(),
        !data.successors.is_empty(),
        !data.shares.is_empty(),
    ];
    if data.consent.is_some() && data.change != PlaceChange::Move {
        let detail = say("不写同意机关", "brings no `consent`");
        return Err(PlaceRejection::Shape { detail }.into());
    }
    let refused = |zh, en| Err(PlaceRejection::Shape { detail: say(zh, en) }.into());
    match (data.change, brings) {
        (PlaceChange::Rename, [true, false, false, false, false])
        | (PlaceChange::Recode, [false, true, false, false, false])
        | (PlaceChange::Move, [false, _, true, false, false])
        | (PlaceChange::Merge, [false, false, false, true, false])
        | (PlaceChange::Split, [false, false, false, true, _])
        | (PlaceChange::Close, [false, false, false, false, false]) => Ok(()),
        (PlaceChange::Rename, _) => refused("须且只须写明新名称", "brings `name` and nothing else"),
        (PlaceChange::Recode, _) => refused("须且只须写明新代码", "brings `code` and nothing else"),
        (PlaceChange::Move, _) => {
            refused("须写明新的上级，可写明新代码", "brings `parent`, and `code` where it changes")
        }
        (PlaceChange::Merge, _) => {
            refused("须且只须写明一个承接的区划", "brings one of `successors` and nothing else")
        }
        (PlaceChange::Split, _) => refused("须写明承接的区划与拆分归属", "brings `successors` and `shares`"),
        (PlaceChange::Close, _) => refused("不写其他字段", "brings nothing else"),
    }
}

fn rename(place: &Place, data: &ChangePlace) -> Result<Vec<EventBody>, Rejection> {
    let name = data
        .name
        .clone()
        .map(Text::from)
        .filter(|name| *name != place.name)
        .ok_or(Rejection::NothingToRecord)?;
    Ok(vec![EventBody::PlaceRenamed(PlaceRenamed {
        place: place.id,
        name,
        earlier_name: place.name.clone(),
    })])
}

fn recode(case: &Case<'_>, place: &Place, data: &ChangePlace) -> Result<Vec<EventBody>, Rejection> {
    let code = data.code.clone().filter(|code| *code != place.code).ok_or(Rejection::NothingToRecord)?;
    let parent = place.parent.and_then(|id| case.state.places.get(&id));
    let above = parent.map_or(&case.state.city, |parent| &parent.code);
    check_code(case, place, &code, above)?;
    Ok(vec![EventBody::PlaceRecoded(PlaceRecoded {
        place: place.id,
        numbered_after: case.state.scope_sequences.get(code.as_str()).copied(),
        code,
        earlier_code: place.code.clone(),
    })])
}

/// The code fits the tier, begins with the code above, and nobody bears it on that day or later.
fn check_code(case: &Case<'_>, place: &Place, code: &PlaceCode, above: &PlaceCode) -> Result<(), Rejection> {
    if code.level() != place.level || !code.is_within(above) {
        case.refuse(Rejection::PlaceLevel {
            code: code.clone(),
            level: place.level.as_str(),
            parent: above.to_string(),
        })?;
    }
    case.code_is_free(code)
}

/// Another place above, one tier up; another county is left and receives.
fn move_to(case: &Case<'_>, place: &Place, data: &ChangePlace) -> Result<Vec<EventBody>, Rejection> {
    let Some(parent_code) = &data.parent else { return Err(Rejection::NothingToRecord) };
    let parent = case.place(parent_code, "/data/parent")?;
    let expected = match place.level {
        Level::Village => Level::Township,
        Level::Township => Level::County,
        Level::County | Level::City => {
            let detail = say("只适用于村与乡镇", "is of villages and townships only");
            return Err(PlaceRejection::Shape { detail }.into());
        }
    };
    if parent.level != expected {
        let (code, level) = (place.code.clone(), place.level.as_str());
        case.refuse(Rejection::PlaceLevel { code, level, parent: parent_code.to_string() })?;
    }
    if place.parent == Some(parent.id) {
        return Err(Rejection::NothingToRecord);
    }
    let county = |id| case.state.ancestor(id, Level::County);
    let (old, new) = (county(place.id), county(parent.id));
    let crosses = old.map(|found| found.id) != new.map(|found| found.id);
    check_consent(case, data, old, new.filter(|_| crosses))?;
    let code = match &data.code {
        Some(code) if *code != place.code => {
            check_code(case, place, code, &parent.code)?;
            code.clone()
        }
        // A code of the old county would go on meaning the old county's scope; one of the new county's may stay, as
        // where a township left and a village of it did not.
        _ if crosses && !place.code.is_within(&parent.code) => {
            let detail = say("划归另一县须写明新代码", "to another county brings a new `code`");
            return Err(PlaceRejection::Shape { detail }.into());
        }
        _ => place.code.clone(),
    };
    let moved = PlaceMoved {
        place: place.id,
        parent: parent.id,
        parent_code: parent.code.clone(),
        code,
        earlier_code: place.code.clone(),
        consent: data.consent.clone(),
    };
    match new.filter(|_| crosses) {
        None => Ok(vec![EventBody::PlaceMoved(moved)]),
        Some(county) => {
            let left = PlaceLeft {
                place: place.id,
                code: place.code.clone(),
                to_county: county.code.clone(),
                consent: data.consent.clone(),
            };
            Ok(vec![EventBody::PlaceLeft(left), EventBody::PlaceReceived(moved)])
        }
    }
}

/// A county gives nothing away, and takes nothing, on the word of one of its officers: the document of the one that gives
/// stands in the command, that of the one that receives in `consent`; or the city's alone stands there. The first import
/// of a real log knows no organ yet.
fn check_consent(
    case: &Case<'_>,
    data: &ChangePlace,
    giving: Option<&Arc<Place>>,
    receiving: Option<&Arc<Place>>,
) -> Result<(), Rejection> {
    let refused = |zh, en| Err(PlaceRejection::MoveConsent { detail: say(zh, en) }.into());
    let (receiving, consent) = match (receiving, &data.consent) {
        (None, None) => return Ok(()),
        (None, Some(_)) => return refused("县内划转不写同意机关", "within a county no consent is named"),
        (Some(_), None) if case.command.actor.role == Role::Local => return Ok(()),
        (Some(_), None) => {
            return refused(
                "没有写明接收县或市级党组织及其文号",
                "`consent` names neither the receiving county's organ nor the city's",
            );
        }
        (Some(receiving), Some(consent)) => (receiving, consent),
    };
    match case.organ_of_document(consent, "/data/consent")? {
        Some((Level::City, _)) => Ok(()),
        Some((Level::County, place)) if place == receiving.id => check_giving(case, giving),
        _ => refused(
            "同意机关须是接收县或市的、仍在的党委（或其组织部门）",
            "who consents is an organ at work of the receiving county or of the city",
        ),
    }
}

/// The document in the command is one of the county that gives, not of a township of it.
fn check_giving(case: &Case<'_>, giving: Option<&Arc<Place>>) -> Result<(), Rejection> {
    let issuer = match &case.command.on_behalf_of {
        Authority::Organization(id) => case.state.organizations.get(id).map(|found| found.location),
        Authority::Place(code) => case.state.place_by_code(code).map(|found| found.id),
    };
    if case.command.document.is_some() && issuer.is_some() && issuer == giving.map(|found| found.id) {
        return Ok(());
    }
    let detail = say(
        "没有原属县（以县的名义）的文号",
        "the document of the county that gives, on that county's behalf, is missing",
    );
    Err(PlaceRejection::MoveConsent { detail }.into())
}

#[cfg(test)]
mod tests;
