//! What the columns of ledgers are called: a table that every office can extend.

use std::collections::BTreeMap;

use domain::say::{Say, say};

use crate::words::fold;

/// The table that comes with the program.
const TABLE: &str = include_str!("../data/headings.csv");
/// The most rows that an office's own table may have.
pub const MAX_ALIASES: usize = 2_000;

macro_rules! fields {
    ($($(#[doc = $doc:literal])* $name:ident = $wire:literal, $zh:literal, $en:literal;)+) => {
        /// What a column of a ledger is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field { $($(#[doc = $doc])* $name,)+ }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name in the table of headings.
            pub fn wire(self) -> &'static str {
                match self { $(Self::$name => $wire,)+ }
            }

            /// What people call it.
            pub fn title(self) -> Say {
                match self { $(Self::$name => say($zh, $en),)+ }
            }
        }
    };
}

fields! {
    /// 序号.
    Serial = "serial", "序号", "number of the row";
    /// The county of the row.
    County = "county", "县(区)", "county";
    /// The township that leads.
    Township = "township", "乡镇", "township";
    /// The name of the joint branch.
    Name = "name", "联合党组织名称", "name of the joint branch";
    /// 合建 or 共建.
    Arrangement = "arrangement", "合建/共建", "arrangement";
    /// One of the five ways.
    Mode = "mode", "方式", "mode";
    /// 党支部, 党总支, 党委.
    Form = "form", "组织形式", "form";
    /// Villages or branches that are joined.
    Members = "members", "成员", "members";
    /// The member round which the others are joined.
    LeadMember = "lead_member", "中心村", "village in the middle";
    /// Since when it exists.
    Established = "established", "成立时间", "day of establishing";
    /// The document that approved it.
    Approval = "approval", "批准文号", "approval";
    /// The day of that document.
    ApprovalDay = "approval_day", "批准日期", "day of the approval";
    /// The will survey.
    Survey = "survey", "群众意愿调查", "will survey";
    /// The secretary's name.
    Secretary = "secretary", "书记", "secretary";
    /// Since when.
    SecretarySince = "secretary_since", "书记任职时间", "secretary since";
    /// When the term ends.
    TermEnd = "term_end", "任期届满", "end of the term";
    /// Who else is on the committee.
    Committee = "committee", "班子成员", "committee";
    /// A quarter's grade.
    Grade = "grade", "评估等次", "grade";
    /// What a pairing coordinates.
    Functions = "functions", "职能", "functions";
    /// 合署办公.
    CoLocation = "co_location", "合署办公", "co-location";
    /// Formal members of the branch of the row.
    FormalMembers = "formal_members", "正式党员数", "formal members";
    /// Probationary members.
    ProbationaryMembers = "probationary_members", "预备党员数", "probationary members";
    /// Both together.
    AllMembers = "all_members", "党员数", "members in all";
    /// The file in the archive.
    Archive = "archive", "档案号", "archive number";
    /// The page of the source.
    Page = "page", "页码", "page";
    /// What is noted besides.
    Remark = "remark", "备注", "remarks";
    /// What identifies or reaches a person, and is never read.
    Personal = "personal", "联系电话、身份证号", "telephone and identity numbers";
}

/// A table of headings.
#[derive(Debug, Clone)]
pub struct Aliases(BTreeMap<String, Field>);

impl Default for Aliases {
    fn default() -> Self {
        let mut table = Self(BTreeMap::new());
        for (field, heading) in TABLE.lines().skip(1).filter_map(|line| line.split_once(',')) {
            let field = Field::ALL.iter().find(|known| known.wire() == field);
            if let Some(field) = field {
                table.0.insert(key(heading), *field);
            }
        }
        table
    }
}

impl Aliases {
    /// Adds an office's own headings, each with the field that it is: by its name in the table, what people call it, or a
    /// heading that is known already. Gives back the number of the first row that says neither.
    pub fn extend(&mut self, rows: &[(String, String)]) -> Result<(), usize> {
        for (at, (field, heading)) in rows.iter().take(MAX_ALIASES).enumerate() {
            if heading.trim().is_empty() && field.trim().is_empty() {
                continue;
            }
            let known =
                Field::ALL.iter().find(|own| own.wire() == field.trim() || own.title().zh == field.trim());
            let known = known.copied().or_else(|| self.exact(field)).ok_or(at)?;
            self.0.insert(key(heading), known);
        }
        Ok(())
    }

    /// The field of a heading; `false` beside it where the heading only holds a known one.
    pub fn field(&self, heading: &str) -> Option<(Field, bool)> {
        if let Some(field) = self.exact(heading) {
            return Some((field, true));
        }
        let folded = key(heading);
        // A sentence is no heading.
        if folded.chars().count() > 16 {
            return None;
        }
        let end_of = |alias: &str| folded.rfind(alias).map(|at| at + alias.len());
        let inside = self.0.iter().filter(|(alias, _)| alias.chars().count() >= 3);
        let inside = inside.filter_map(|(alias, field)| Some((end_of(alias)?, alias.len(), *field)));
        // What stands last is what it is about: 书记任职时间 is no secretary.
        inside.max_by_key(|(end, length, _)| (*end, *length)).map(|(_, _, field)| (field, false))
    }

    fn exact(&self, heading: &str) -> Option<Field> {
        let whole = key(heading);
        self.0.get(&whole).copied().or_else(|| {
            let (plain, _) = crate::words::without_brackets(heading);
            self.0.get(&key(&plain)).filter(|_| !key(&plain).is_empty()).copied()
        })
    }
}

/// A heading as it is compared.
fn key(heading: &str) -> String {
    fold(heading).chars().filter(|it| !matches!(it, '*' | ':' | '.' | '。' | '"' | '“' | '”' | '_')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_names_a_field_and_no_heading_two() {
        let mut seen = BTreeMap::new();
        for line in TABLE.lines().skip(1) {
            let (field, heading) = line.split_once(',').unwrap();
            assert!(Field::ALL.iter().any(|known| known.wire() == field), "{line}");
            assert_eq!(seen.insert(key(heading), field), None, "{line}");
        }
        for field in Field::ALL {
            assert!(seen.values().any(|known| known == &field.wire()), "{field:?}");
        }
    }

    #[test]
    fn a_heading_is_known_in_other_widths_with_blanks_and_with_more_round_it() {
        let aliases = Aliases::default();
        assert_eq!(aliases.field(" 备 注 "), Some((Field::Remark, true)));
        assert_eq!(aliases.field("乡镇（街道）"), Some((Field::Township, true)));
        assert_eq!(aliases.field("成立时间（年月）"), Some((Field::Established, true)));
        assert_eq!(aliases.field("联合党组织书记任职时间"), Some((Field::SecretarySince, false)));
        assert_eq!(aliases.field("主导产业"), None);
    }

    #[test]
    fn an_office_adds_its_own() {
        let mut aliases = Aliases::default();
        let pair = |field: &str, heading: &str| (field.to_owned(), heading.to_owned());
        aliases
            .extend(&[pair("书记", "掌舵人"), pair("members", "抱团村"), pair("批复文号", "红头")])
            .unwrap();
        assert_eq!(aliases.field("掌舵人"), Some((Field::Secretary, true)));
        assert_eq!(aliases.field("抱团村"), Some((Field::Members, true)));
        assert_eq!(aliases.field("红头"), Some((Field::Approval, true)));
        assert_eq!(aliases.extend(&[pair("颜色", "色")]), Err(0));
    }
}
