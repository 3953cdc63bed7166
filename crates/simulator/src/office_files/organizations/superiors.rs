//! What stands above each organization of a list: by its id or name, among what is there and the rows of the list.

use std::collections::BTreeMap;

use domain::organization::OrganizationForm;
use domain::place::PlaceCode;

use super::naming::{form_in_name, place_in_name};
use super::{Doubt, Entry, Field, Superior};
use crate::office_files::headed_table::{CellProblem, Row, Table};
use crate::office_files::register::{Confidence, Found, KnownPlace, Register, plain};

/// Finds it for each entry, the nearest first.
pub(super) fn find(
    table: &Table<Field>,
    register: &Register,
    entries: &mut [Entry],
    problems: &mut Vec<CellProblem>,
) {
    let rows: Vec<Candidate> = register
        .organizations()
        .iter()
        .map(|known| Candidate {
            superior: Superior::There(known.id),
            key: register.organization_key(&known.name, Some(&known.location)),
            is_organ: known.form == OrganizationForm::Organ,
            location: Some(known.location.clone()),
        })
        .chain(entries.iter().filter(|entry| entry.there.is_none()).map(|entry| Candidate {
            superior: Superior::InRow(entry.line),
            key: entry.key.clone(),
            is_organ: entry.form == Some(OrganizationForm::Organ),
            location: entry.location.clone(),
        }))
        .collect();
    let mut by_key: BTreeMap<&str, Vec<&Candidate>> = BTreeMap::new();
    rows.iter().for_each(|one| by_key.entry(&one.key).or_default().push(one));
    let organs: Vec<&Candidate> = rows.iter().filter(|one| one.is_organ).collect();
    let by_line: BTreeMap<u64, &Row<Field>> = table.rows.iter().map(|row| (row.line, row)).collect();
    for entry in entries.iter_mut() {
        let Some(row) = by_line.get(&entry.line) else { continue };
        let Some(text) = row.get(Field::Superior) else { continue };
        let found = superior(text, entry, (&by_key, &organs), register);
        if found.as_ref().is_ok_and(|(superior, _)| *superior == Superior::InRow(entry.line)) {
            let (chinese, english) = ("上级不能是自己".to_owned(), "it cannot stand above itself".to_owned());
            problems.push(table.problem(row, Field::Superior, chinese, english));
            continue;
        }
        match found {
            Ok((superior, Confidence::Sure)) => entry.superior = Some(superior),
            Ok((superior, confidence)) => {
                entry.superior = Some(superior);
                entry.doubts.push(Doubt {
                    field: Field::Superior,
                    confidence,
                    chinese: format!("上级「{text}」按所在地认定，名称不尽相同"),
                    english: format!("the organization above, `{text}`, is found by its place; its name is written otherwise"),
                });
            }
            Err(0) => entry.doubts.push(Doubt {
                field: Field::Superior,
                confidence: Confidence::Open,
                chinese: format!("未登记、本清单中也没有上级「{text}」"),
                english: format!("`{text}` is neither registered nor in this list"),
            }),
            Err(count) => entry.doubts.push(Doubt {
                field: Field::Superior,
                confidence: Confidence::Open,
                chinese: format!("叫「{text}」的党组织有 {count} 个，请填编号"),
                english: format!("{count} organizations are called `{text}`: give the id"),
            }),
        }
    }
}

/// What may stand above.
struct Candidate {
    superior: Superior,
    key: String,
    is_organ: bool,
    location: Option<PlaceCode>,
}

/// What a text names, or how many it may be.
fn superior(
    text: &str,
    entry: &Entry,
    (by_key, organs): (&BTreeMap<&str, Vec<&Candidate>>, &[&Candidate]),
    register: &Register,
) -> Result<(Superior, Confidence), usize> {
    if let Ok(id) = plain(text).parse() {
        let known = register.organizations().iter().any(|known| known.id == id);
        return if known { Ok((Superior::There(id), Confidence::Sure)) } else { Err(0) };
    }
    // The places in front of its name lie around the entry too.
    let keys = register.organization_keys(text, entry.location.as_ref());
    let named = keys.iter().find_map(|key| by_key.get(key.as_str()));
    if let Some(found) = named.and_then(|named| nearest(named, entry, register)) {
        return found.map(|one| (one.superior.clone(), Confidence::Sure));
    }
    // By the place whose organ it must be: 元坝镇党委 is 中共元坝镇委员会.
    let Some((OrganizationForm::Organ, Some(level))) = form_in_name(text) else { return Err(0) };
    let own = entry.location.as_ref().and_then(|code| register.place(code));
    let inside = place_in_name(text);
    let is_bare = inside.chars().count() <= 1;
    let is_meant = |one: &&&Candidate| {
        let place = one.location.as_ref().and_then(|code| register.place(code));
        let holds_own = |place: &KnownPlace| own.is_some_and(|own| register.lies_within(own, &place.code));
        let Some(place) = place.filter(|place| place.code.level() == level && holds_own(place)) else {
            return false;
        };
        is_bare || matches!(register.find_place(level, &inside, Some(&place.code)), Found::One(..))
    };
    let organs: Vec<&Candidate> = organs.iter().filter(is_meant).copied().collect();
    nearest(&organs, entry, register)
        .map_or(Err(0), |found| found.map(|one| (one.superior.clone(), Confidence::Likely)))
}

/// The one of several that lies around the entry; nothing where there is none at all.
fn nearest<'a>(
    found: &[&'a Candidate],
    entry: &Entry,
    register: &Register,
) -> Option<Result<&'a Candidate, usize>> {
    match found {
        [] => return None,
        [only] => return Some(Ok(only)),
        _ => {}
    }
    let own = entry.location.as_ref().and_then(|code| register.place(code));
    let is_around = |one: &&&Candidate| {
        own.zip(one.location.as_ref()).is_some_and(|(own, outer)| register.lies_within(own, outer))
    };
    let around: Vec<&&Candidate> = found.iter().filter(is_around).collect();
    Some(match around.as_slice() {
        [only] => Ok(only),
        _ => Err(found.len()),
    })
}
