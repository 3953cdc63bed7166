//! 督办单: what a tier asks of the tier below, until when, and the answer where there is one.

use domain::event::EventMeta;
use projections::rows::SupervisionRow;

use crate::fields::{Facts, Field, day, inline};
use crate::record::Record;

/// What its template may name.
pub(crate) const FIELDS: &[Field] = &[
    inline("督办对象"),
    inline("督办事项"),
    inline("督办日期"),
    inline("办结期限"),
    inline("涉及联合党组织"),
    inline("答复内容"),
    inline("答复日期"),
    inline("是否逾期"),
];

/// What the record tells of the fields.
pub(crate) fn facts(record: &Record<'_>, row: &SupervisionRow, meta: &EventMeta) -> Facts {
    let (mut facts, views) = (Facts::default(), record.reading.views);
    record.of_document(&mut facts, Some(meta));
    let county = row.county.as_ref().and_then(|code| views.place_by_code(code));
    let addressed = row.to.as_ref().and_then(|place| record.organ_of(&place.code));
    facts.stated("县区", county.map(|place| &place.name));
    facts.stated("主送机关", addressed.map(|found| found.name.to_string()));
    facts.stated("督办对象", row.to.as_ref().map(|place| &place.name));
    facts.stated("督办事项", Some(&row.matter));
    facts.stated("督办日期", Some(day(row.issued_on)));
    facts.stated("办结期限", Some(day(row.due)));
    let about = row.joint_branch.and_then(|id| views.joint_branch(id));
    facts.if_any("涉及联合党组织", about.map(|found| &found.name));
    let answer = row.answer.as_ref();
    facts.if_any("答复内容", answer.map(|answer| &answer.text));
    facts.if_any("答复日期", answer.map(|answer| day(answer.answered_on)));
    // A deadline is met by the day of recording.
    let met_on = answer.map_or(record.reading.on, |answer| answer.recorded_on);
    let late = met_on.days_since(row.due);
    facts.if_any("是否逾期", (late > 0).then(|| format!("逾期{late}日")));
    facts
}
