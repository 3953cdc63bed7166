//! 通报: how the joint branches of a county were graded in a quarter.

use std::collections::BTreeMap;

use domain::joint_branch::Grade;
use domain::place::PlaceCode;
use domain::quarter::Quarter;
use projections::rows::JointBranchRow;
use projections::{Detail, RegisterEntry, ViewError, register_view};

use crate::fields::{Facts, Field, block, day, inline, numbered, share};
use crate::paper::Piece;
use crate::record::Record;

/// What its template may name.
pub(crate) const FIELDS: &[Field] = &[
    inline("通报季度"),
    inline("应评个数"),
    inline("已评个数"),
    inline("评为好个数"),
    inline("评为一般个数"),
    inline("评为较差个数"),
    inline("评为好比例"),
    inline("评为较差比例"),
    inline("未评个数"),
    inline("评估依据"),
    block("各乡镇情况表"),
    block("评为较差名单"),
    block("未评名单"),
    block("整改名单"),
];

/// How many of a township's joint branches have which grade.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    good: u64,
    fair: u64,
    poor: u64,
    ungraded: u64,
}

impl Counts {
    fn graded(self) -> u64 {
        self.good + self.fair + self.poor
    }

    fn add(&mut self, grade: Option<Grade>) {
        match grade {
            Some(Grade::Good) => self.good += 1,
            Some(Grade::Fair) => self.fair += 1,
            Some(Grade::Poor) => self.poor += 1,
            None => self.ungraded += 1,
        }
    }

    fn cells(self) -> Vec<Piece> {
        let whole = self.graded() + self.ungraded;
        let all = [whole, self.graded(), self.good, self.fair, self.poor, self.ungraded];
        all.map(|count| Piece::known(count.to_string())).into()
    }
}

/// What the record tells of the fields; nothing where the quarter was to be graded nowhere.
pub(crate) fn facts(
    record: &Record<'_>,
    code: &PlaceCode,
    quarter: Quarter,
) -> Result<Option<Facts>, ViewError> {
    let register = register_view(record.reading, code)?;
    let counted: Vec<_> =
        register.rows.iter().filter_map(|entry| of_quarter(record, entry, quarter)).collect();
    if counted.is_empty() {
        return Ok(None);
    }
    let mut all = Counts::default();
    let mut by_township = BTreeMap::<(String, String), Counts>::new();
    for (row, grade) in &counted {
        all.add(*grade);
        let township = row.lead_township.as_ref();
        let key = township.map(|place| (place.code.to_string(), place.name.to_string())).unwrap_or_default();
        by_township.entry(key).or_default().add(*grade);
    }
    let mut facts = Facts::default();
    record.of_document(&mut facts, None);
    let issuer = record.organ_of(code).map(|found| found.name.to_string());
    facts.stated("发文机关", issuer);
    facts.missing("主送机关");
    facts.stated("县区", record.reading.views.place_by_code(code).map(|place| &place.name));
    facts.stated("通报季度", Some(quarter.say().zh));
    facts.stated("应评个数", Some(counted.len()));
    facts.stated("已评个数", Some(all.graded()));
    facts.stated("评为好个数", Some(all.good));
    facts.stated("评为一般个数", Some(all.fair));
    facts.stated("评为较差个数", Some(all.poor));
    facts.if_any("评为好比例", share(all.good, all.graded()));
    facts.if_any("评为较差比例", share(all.poor, all.graded()));
    facts.if_any("未评个数", (all.ungraded > 0).then_some(all.ungraded));
    facts.stated("评估依据", Some(record.citation("evaluation-due")));
    let lines = by_township.into_iter().enumerate().map(|(index, ((_, name), counts))| {
        let begin = [(index + 1).to_string(), name].map(Piece::known);
        begin.into_iter().chain(counts.cells()).collect()
    });
    let head = ["序号", "乡镇（街道）", "应评", "已评", "好", "一般", "较差", "未评"];
    facts.table("各乡镇情况表", &head, lines.collect());
    let names = |wanted: Option<Grade>| {
        let found = counted.iter().filter(move |(_, grade)| *grade == wanted);
        numbered(found.map(|(row, _)| named(row)))
    };
    facts.paragraphs("评为较差名单", names(Some(Grade::Poor)));
    facts.paragraphs("未评名单", names(None));
    let rectifying = counted.iter().filter_map(|(row, _)| {
        let order = row.rectification.as_ref()?;
        Some(format!("{}，整改期限{}", named(row), day(order.deadline)))
    });
    facts.paragraphs("整改名单", numbered(rectifying));
    Ok(Some(facts))
}

/// A joint branch with its grade of the quarter; nothing where none was owed then.
fn of_quarter<'a>(
    record: &Record<'a>,
    entry: &RegisterEntry,
    quarter: Quarter,
) -> Option<(&'a JointBranchRow, Option<Grade>)> {
    let row = record.reading.views.joint_branch(entry.id)?;
    let grade = row.evaluations.get(&quarter).map(|found| found.grade);
    let is_owed = entry.obligations.iter().any(|owed| owed.detail == Detail::Ungraded { quarter });
    (grade.is_some() || is_owed).then_some((&**row, grade))
}

fn named(row: &JointBranchRow) -> String {
    match &row.lead_township {
        Some(township) => format!("{}（{}）", row.name, township.name),
        None => row.name.to_string(),
    }
}
