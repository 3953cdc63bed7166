//! 请示: what a township asks its superior to decide on, from the proposal.

use domain::event::EventMeta;
use domain::event_data::joint_branches::JointBranchProposed;
use domain::joint_branch::Phase;
use domain::place_names::called;
use projections::LedgerEntry;
use projections::rows::{JointBranchRow, MemberRow, ResolutionRow, VillageSurveyRow};

use crate::fields::{Facts, Field, block, cell, day, inline, share};
use crate::paper::Piece;
use crate::record::Record;

/// What its template may name besides what every paper on a joint branch has.
pub(crate) const FIELDS: &[Field] = &[
    inline("地缘理由"),
    inline("产业理由"),
    inline("治理理由"),
    inline("中心村"),
    inline("共同产业"),
    inline("方式说明"),
    inline("上级决定文号"),
    inline("特殊情况理由"),
    inline("特殊情况批准文号"),
    block("成员情况表"),
    block("群众意愿调查表"),
    block("党员大会决议表"),
];

/// What the record tells of the fields.
pub(crate) fn facts(
    record: &Record<'_>,
    entry: &LedgerEntry,
    (meta, data): (&EventMeta, &JointBranchProposed),
    decided: Option<&EventMeta>,
) -> Facts {
    let (mut facts, row) = (Facts::default(), &*entry.row);
    record.of_document(&mut facts, Some(meta));
    record.of_joint_branch(&mut facts, row, &entry.names);
    // It goes to whoever decided it, before that to the superior of whoever asks, or else to the county's organ.
    let superior = || record.organization(record.authority(meta)?.superior?);
    let of_county = || Some(record.organ_of(&row.county.as_ref()?.code)?.name.to_string());
    let deciding = decided.and_then(|meta| record.authority(meta)).map(|row| row.name.to_string());
    facts.stated("主送机关", deciding.or_else(superior).or_else(of_county));
    facts.stated("地缘理由", Some(&data.justification.geography));
    facts.stated("产业理由", Some(&data.justification.industry));
    facts.stated("治理理由", Some(&data.justification.governance));
    facts.if_any("中心村", row.base_village.as_ref().map(|place| called(place.name.as_str())));
    facts.if_any("共同产业", data.industry.as_ref());
    facts.if_any("方式说明", data.mode_reason.as_ref());
    facts.if_any("上级决定文号", data.superior_decision.as_ref());
    facts.if_any("特殊情况理由", meta.override_.as_ref().map(|found| &found.reason));
    facts.if_any("特殊情况批准文号", meta.override_.as_ref().map(|found| &found.document));
    record.members(&mut facts, "成员情况表", row);
    surveys(&mut facts, row.surveys.last().map(Vec::as_slice), row.lacks_survey());
    resolutions(&mut facts, row);
    facts
}

/// What the members of each organization resolved. Of a proposal that waits for its decision, one that has not resolved
/// yet is missing.
fn resolutions(facts: &mut Facts, row: &JointBranchRow) {
    let waits = row.phase == Phase::Proposed;
    let resolved = |member: &MemberRow| {
        let found = row.resolutions.iter().find(|found| found.organization == member.organization);
        let cells = |found: Option<&ResolutionRow>| {
            vec![
                Piece::known(member.name.as_str()),
                cell("党员大会日期", found.map(|found| day(found.date))),
                cell("应到人数", found.map(|found| found.entitled)),
                cell("实到人数", found.map(|found| found.present)),
                cell("赞成人数", found.map(|found| found.in_favour)),
            ]
        };
        (found.is_some() || waits).then(|| cells(found))
    };
    let head = ["党组织", "党员大会日期", "应到", "实到", "赞成"];
    facts.table("党员大会决议表", &head, row.members.iter().filter_map(resolved).collect());
}

/// The latest survey, a village a row. Where villages are to be asked and none was, that is missing.
fn surveys(facts: &mut Facts, latest: Option<&[VillageSurveyRow]>, is_lacking: bool) {
    if is_lacking {
        facts.missing("群众意愿调查表");
        return;
    }
    let row = |village: &VillageSurveyRow| {
        vec![
            cell("村名", village.village.as_ref().map(|place| called(place.name.as_str()))),
            Piece::known(day(village.held_on)),
            cell("总户数", village.households),
            Piece::known(village.asked.to_string()),
            Piece::known(village.in_favour.to_string()),
            cell("同意比例", share(village.in_favour.into(), village.asked.into())),
        ]
    };
    let head = ["村", "调查日期", "总户数", "征求户数", "同意户数", "同意比例"];
    facts.table("群众意愿调查表", &head, latest.unwrap_or_default().iter().map(row).collect());
}
