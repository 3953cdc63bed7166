//! 换届提醒函: a township's committee reminds a joint branch that its term ends.

use domain::post::{CommitteeMember, Term};
use projections::LedgerEntry;

use crate::fields::{Facts, Field, block, day, inline};
use crate::paper::Piece;
use crate::record::Record;

/// What its template may name besides what every paper on a joint branch has.
pub(crate) const FIELDS: &[Field] = &[
    inline("任期起日"),
    inline("任期止日"),
    inline("距届满"),
    inline("提醒月数"),
    inline("任期年数"),
    inline("提醒依据"),
    inline("任期依据"),
    inline("现任书记"),
    block("班子成员及分工"),
];

/// What the record tells of the fields.
pub(crate) fn facts(record: &Record<'_>, entry: &LedgerEntry, term: &Term) -> Facts {
    let (mut facts, row, on) = (Facts::default(), &*entry.row, record.reading.on);
    // A letter that is yet to be written has neither number nor day.
    record.of_document(&mut facts, None);
    record.of_joint_branch(&mut facts, row, &entry.names);
    let county = row.county.as_ref().map(|place| &place.code);
    let thresholds = record.reading.policies.thresholds(county, on);
    facts.stated("发文机关", record.township_organ(row).map(|found| found.name.to_string()));
    facts.stated("主送机关", Some(&row.name));
    facts.stated("任期起日", Some(day(term.start)));
    facts.stated("任期止日", Some(day(term.end)));
    facts.stated("距届满", Some(until(term.end.days_since(on))));
    facts.stated("提醒月数", Some(thresholds.term_reminder_months));
    facts.stated("任期年数", Some(thresholds.term_years));
    facts.stated("提醒依据", Some(record.citation("term-reminder")));
    facts.stated("任期依据", Some(record.citation("term")));
    facts.if_any("现任书记", row.secretary.as_ref().map(|found| record.person(found.person).text));
    let member =
        |found: &CommitteeMember| vec![record.person(found.person), Piece::known(found.duty.as_str())];
    facts.table("班子成员及分工", &["姓名", "分工"], row.committee.iter().map(member).collect());
    facts
}

fn until(days: i32) -> String {
    match days {
        0 => "今日届满".to_owned(),
        1.. => format!("距届满还有{days}日"),
        _ => format!("已届满{}日", -days),
    }
}

#[cfg(test)]
mod tests {
    use super::until;

    #[test]
    fn the_end_of_a_term_lies_ahead_today_or_behind() {
        assert_eq!([1, 0, -3].map(until), ["距届满还有1日", "今日届满", "已届满3日"]);
    }
}
