//! 批复: the decision that establishes a joint branch, as it is written to whoever asked.

use domain::consent::Consent;
use domain::event::EventMeta;
use domain::event_data::joint_branches::JointBranchEstablished;
use domain::joint_branch::{Arrangement, Form};
use projections::LedgerEntry;

use crate::fields::{Facts, Field, block, day, inline, numbered};
use crate::record::Record;

/// What its template may name besides what every paper on a joint branch has.
pub(crate) const FIELDS: &[Field] = &[
    inline("请示文号"),
    inline("批准日期"),
    inline("批复事项"),
    inline("隶属关系"),
    inline("备注"),
    block("成员情况表"),
    block("有关乡镇党委意见"),
];

/// What the record tells of the fields.
pub(crate) fn facts(
    record: &Record<'_>,
    entry: &LedgerEntry,
    (meta, data): (&EventMeta, &JointBranchEstablished),
    asked: Option<&EventMeta>,
) -> Facts {
    let (mut facts, row) = (Facts::default(), &*entry.row);
    record.of_document(&mut facts, Some(meta));
    record.of_joint_branch(&mut facts, row, &entry.names);
    let asking = asked.and_then(|meta| record.authority(meta));
    let asking = asking.or_else(|| record.township_organ(row)).map(|row| row.name.to_string());
    facts.stated("主送机关", asking);
    facts.stated("请示文号", asked.and_then(|meta| record.document(meta)).map(|document| &document.number));
    facts.stated("批准日期", Some(day(meta.effective_date)));
    let members: Vec<_> = row.members.iter().map(|member| member.name.as_str()).collect();
    facts
        .stated("批复事项", Some(matter(row.name.as_str(), &members.join("、"), data.arrangement, row.form)));
    facts.stated("隶属关系", Some(standing(data.arrangement)));
    facts.if_any("备注", data.reason.as_ref());
    record.members(&mut facts, "成员情况表", row);
    let consent = |found: &Consent| {
        let name = record.organization(found.organization)?;
        Some(format!("{name}同意（{}）", found.document.number))
    };
    facts.paragraphs("有关乡镇党委意见", numbered(data.consents.iter().filter_map(consent)));
    facts
}

/// What is approved.
fn matter(name: &str, members: &str, arrangement: Arrangement, form: Form) -> String {
    match (arrangement, form) {
        (Arrangement::Merger, _) => format!("同意{members}合建，成立{name}"),
        (Arrangement::Pairing, Form::None) => format!("同意{members}结对共建（{name}），不设组织"),
        (Arrangement::Pairing, _) => format!("同意{members}共建，成立{name}"),
    }
}

/// What becomes of the members.
fn standing(arrangement: Arrangement) -> &'static str {
    match arrangement {
        Arrangement::Merger => {
            "合建后，原党组织停止履行职责，由联合党组织承接；各村建制、村民自治主体和集体资产权属不变"
        }
        Arrangement::Pairing => "共建后，各成员党组织的设置、隶属关系和党员组织关系不变",
    }
}
