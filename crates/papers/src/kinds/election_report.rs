//! 选举结果报告: who was elected with how many votes, as the joint branch reports it.

use domain::event::EventMeta;
use domain::event_data::posts::ElectionHeld;
use domain::post::{Elected, ElectedPost};
use projections::LedgerEntry;

use crate::fields::{Facts, Field, block, day, inline, share};
use crate::paper::Piece;
use crate::record::Record;

/// What its template may name besides what every paper on a joint branch has.
pub(crate) const FIELDS: &[Field] = &[
    inline("选举日期"),
    inline("正式党员人数"),
    inline("应到会人数"),
    inline("不计入应到会人数"),
    inline("同意不计入的文号"),
    inline("实到会人数"),
    inline("到会比例"),
    inline("任期起日"),
    inline("任期止日"),
    inline("当选书记"),
    inline("当选副书记"),
    inline("当选人数"),
    block("当选名单"),
];

/// What the record tells of the fields.
pub(crate) fn facts(
    record: &Record<'_>,
    entry: &LedgerEntry,
    (meta, data): (&EventMeta, &ElectionHeld),
) -> Facts {
    let (mut facts, row) = (Facts::default(), &*entry.row);
    record.of_document(&mut facts, Some(meta));
    record.of_joint_branch(&mut facts, row, &entry.names);
    // The joint branch reports, whoever recorded it, to the committee of the township that leads it.
    facts.stated("发文机关", Some(&row.name));
    facts.stated("主送机关", record.township_organ(row).map(|found| found.name.to_string()));
    facts.stated("选举日期", Some(day(data.held_on)));
    facts.stated("正式党员人数", Some(data.formal_members));
    facts.stated("应到会人数", Some(data.entitled));
    let left_out = data.not_counted.as_ref();
    facts.if_any("不计入应到会人数", left_out.map(|found| found.number));
    let consent = left_out.and_then(|found| found.document.as_ref());
    facts.if_any("同意不计入的文号", consent.map(|document| &document.number));
    facts.stated("实到会人数", Some(data.present));
    facts.stated("到会比例", share(data.present.into(), data.entitled.into()));
    facts.stated("任期起日", Some(day(data.term_start)));
    facts.stated("任期止日", Some(day(data.term_end)));
    let of_post = |post: ElectedPost| data.elected.iter().filter(move |found| found.post == post);
    let named = |found: &Elected| record.person(found.person).text;
    facts.if_any("当选书记", of_post(ElectedPost::Secretary).map(named).next());
    facts.if_any(
        "当选副书记",
        Some(of_post(ElectedPost::DeputySecretary).map(named).collect::<Vec<_>>().join("、")),
    );
    facts.stated("当选人数", Some(data.elected.len()));
    let line = |(index, found): (usize, &Elected)| {
        vec![
            Piece::known((index + 1).to_string()),
            record.person(found.person),
            Piece::known(post(found.post)),
            Piece::known(found.votes.to_string()),
            Piece::known(share(found.votes.into(), data.present.into()).unwrap_or_default()),
        ]
    };
    let head = ["序号", "姓名", "当选职务", "赞成票", "占实到会人数"];
    facts.table("当选名单", &head, data.elected.iter().enumerate().map(line).collect());
    facts
}

fn post(post: ElectedPost) -> &'static str {
    match post {
        ElectedPost::Secretary => "书记",
        ElectedPost::DeputySecretary => "副书记",
        ElectedPost::CommitteeMember => "委员",
    }
}
