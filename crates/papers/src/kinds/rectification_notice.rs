//! 整改通知书: what is to be put right after a poor grade, and by when.

use domain::event::EventMeta;
use domain::event_data::cycle::RectificationOrdered;
use domain::text::Text;
use projections::LedgerEntry;

use crate::fields::{Facts, Field, block, day, inline, numbered};
use crate::record::Record;

/// What its template may name besides what every paper on a joint branch has.
pub(crate) const FIELDS: &[Field] = &[
    inline("评估季度"),
    inline("整改期限"),
    inline("整改天数"),
    inline("满意率下限"),
    inline("整改依据"),
    block("整改事项"),
    block("评估意见"),
];

/// What the record tells of the fields; `findings` are those of the grades that the order answers.
pub(crate) fn facts(
    record: &Record<'_>,
    entry: &LedgerEntry,
    (meta, data): (&EventMeta, &RectificationOrdered),
    findings: &[Text],
) -> Facts {
    let (mut facts, row) = (Facts::default(), &*entry.row);
    record.of_document(&mut facts, Some(meta));
    record.of_joint_branch(&mut facts, row, &entry.names);
    let county = row.county.as_ref().map(|place| &place.code);
    let thresholds = record.reading.policies.thresholds(county, meta.effective_date);
    let quarters: Vec<_> = data.quarters.iter().map(|quarter| quarter.say().zh.into_owned()).collect();
    facts.stated("主送机关", Some(&row.name));
    facts.stated("评估季度", Some(quarters.join("、")));
    facts.stated("整改期限", Some(day(data.deadline)));
    facts.stated("整改天数", Some(data.deadline.days_since(meta.effective_date)));
    facts.stated("满意率下限", Some(format!("{}%", thresholds.satisfaction_floor_percent)));
    facts.stated("整改依据", Some(record.citation("order-due")));
    facts.paragraphs("整改事项", numbered(&data.items));
    facts.paragraphs("评估意见", numbered(findings));
    facts
}
