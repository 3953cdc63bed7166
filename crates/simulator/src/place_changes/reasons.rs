//! Why a place is taken for a row of the list, in plain words.

use super::Reason;
use super::matching::{Ground, Matching, Side};
use domain::place_names::stem;

pub(super) struct Reasons<'a, 'b> {
    pub(super) matching: &'b Matching<'a>,
}

impl Reasons<'_, '_> {
    pub(super) fn of_match(&self, old: &Side<'_>, row: &Side<'_>, ground: Ground) -> Reason {
        let (from, to) = (old.name, row.name);
        let (chinese, english) = match ground {
            Ground::CodeAndName if stem(old.level, from) == stem(row.level, to) => {
                ("代码与名称相同".to_owned(), "the same code and name".to_owned())
            }
            Ground::CodeAndName => (
                "代码相同，名称只差前面的上级地名".to_owned(),
                "the same code; the names differ only by the places above in front".to_owned(),
            ),
            Ground::CodeAndRespelling => (
                format!("代码相同，「{from}」与「{to}」只差一字，多为改字；若实为另一村，请改为「代码另用」"),
                format!(
                    "the same code; {from} and {to} differ in one character, mostly another spelling; if it is another village, make it `replace`"
                ),
            ),
            Ground::CodeOfUnnamed => (
                format!("代码相同，原名「{from}」只是上级地名加社区，现定名「{to}」"),
                format!("the same code; {from} was only the name of the place above, now it is {to}"),
            ),
            Ground::CodeOnly => (
                format!(
                    "代码相同而名称不同：「{from}」可能更名「{to}」，也可能另一村沿用此代码；若是后者，请改为「代码另用」并填写原村并入何处"
                ),
                format!(
                    "the same code, another name: {from} may be called {to} now, or another village may bear its code; if so, make it `replace` and say where {from} went"
                ),
            ),
            Ground::NameInTownship => (
                format!("同名，且在原乡镇或承接其的乡镇内仅此一处；原代码 {}", old.code),
                format!(
                    "the only one of its name in its township or in the one that goes on for it; its code was {}",
                    old.code
                ),
            ),
            Ground::NameInCounty => (
                format!("同名，全县两份名录各仅一处；原代码 {}", old.code),
                format!("the only one of its name in the county in both lists; its code was {}", old.code),
            ),
            Ground::NameAndVillages => (
                format!("同名（只改类别或代码），同一上级之下；原代码 {}", old.code),
                format!(
                    "the same name under the same place above, but for its kind or code; its code was {}",
                    old.code
                ),
            ),
        };
        Reason { chinese, english }
    }

    pub(super) fn of_new(&self, row: usize) -> Reason {
        let code = self.matching.new[row].code;
        let is_reused = self.matching.old.iter().any(|place| place.code == code);
        let (chinese, english) = if is_reused {
            (
                "原代码的村另有去向，新名录以此代码列出另一名称",
                "the place that bore the code is elsewhere now; the list has another name under it",
            )
        } else {
            (
                "新名录所列，原名录没有同代码或可辨认的同名者",
                "in the list only: nothing bore the code, and nothing of its name was found",
            )
        };
        Reason { chinese: chinese.to_owned(), english: english.to_owned() }
    }
}
