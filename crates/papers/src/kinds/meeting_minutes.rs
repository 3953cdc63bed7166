//! 会议纪要: what a coordination meeting decided, who carries each decision out by when, and where it stands.

use domain::event::EventMeta;
use projections::rows::{MeetingItemRow, MeetingRow};

use crate::fields::{Facts, Field, block, cell, day, inline, numbered};
use crate::paper::Piece;
use crate::record::Record;

/// What its template may name.
pub(crate) const FIELDS: &[Field] = &[
    inline("召开单位"),
    inline("会议年度"),
    inline("会议次数"),
    inline("开会日期"),
    inline("主持单位"),
    inline("出席单位"),
    inline("其他参会单位和职务"),
    inline("议定事项个数"),
    block("议定事项"),
    block("任务分工表"),
];

/// What the record tells of the fields.
pub(crate) fn facts(record: &Record<'_>, row: &MeetingRow, meta: &EventMeta) -> Facts {
    let (mut facts, views) = (Facts::default(), record.reading.views);
    record.of_document(&mut facts, Some(meta));
    let county = row.county.as_ref().and_then(|code| views.place_by_code(code));
    facts.if_any("县区", county.map(|place| &place.name));
    facts.missing("主送机关");
    facts.stated("召开单位", row.place.as_ref().map(|place| &place.name));
    facts.stated("会议年度", Some(row.met_on.year()));
    facts.stated("会议次数", Some(row.session));
    facts.stated("开会日期", Some(day(row.met_on)));
    facts.stated("主持单位", record.organization(row.presided_by));
    let attended: Vec<_> = row.attended.iter().filter_map(|id| record.organization(*id)).collect();
    facts.if_any("出席单位", Some(attended.join("、")));
    facts.if_any("其他参会单位和职务", row.also_attended.as_ref());
    facts.stated("议定事项个数", Some(row.agenda.len()));
    facts.paragraphs("议定事项", numbered(row.agenda.iter().map(decided)));
    let head = ["序号", "议定事项", "责任单位", "办理期限", "办理情况"];
    let lines = row.agenda.iter().enumerate().map(|(index, item)| line(record, index, item)).collect();
    facts.table("任务分工表", &head, lines);
    facts
}

/// What was discussed and decided, as one sentence each.
fn decided(item: &MeetingItemRow) -> String {
    let end = |text: &str| text.trim_end_matches(['。', '；', '.', ';']).to_owned();
    format!("关于{}。会议议定，{}。", end(item.topic.as_str()), end(item.decided.as_str()))
}

fn line(record: &Record<'_>, index: usize, item: &MeetingItemRow) -> Vec<Piece> {
    let asked = item.supervision.and_then(|id| record.reading.views.supervision(id));
    let state = match (&item.closed, asked) {
        (Some(closed), _) => format!("{}销号：{}", day(closed.on), closed.result),
        (None, Some(asked)) if asked.answer.is_some() => "督办已答复，待销号".to_owned(),
        (None, Some(asked)) => format!("{}督办", day(asked.issued_on)),
        (None, None) => "办理中".to_owned(),
    };
    vec![
        Piece::known((index + 1).to_string()),
        Piece::known(item.decided.as_str()),
        cell("责任单位", item.carrier.as_ref().map(|place| &place.name)),
        Piece::known(item.finish_by.map_or_else(|| "不限期".to_owned(), day)),
        Piece::known(state),
    ]
}
