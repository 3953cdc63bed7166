//! Words for arrangement, mode and form, as ledgers write them.

use domain::joint_branch::{Arrangement, Form};
use domain::say::Say;

use super::Reading;
use crate::words::fold;

/// The arrangements and their words.
pub const ARRANGEMENTS: [(Arrangement, &str, &str); 2] =
    [(Arrangement::Merger, "合建", "merger"), (Arrangement::Pairing, "共建", "pairing")];
/// The forms, their words and their names on the wire.
pub const FORMS: [(Form, &str, &str); 4] = [
    (Form::Branch, "党支部", "branch"),
    (Form::GeneralBranch, "党总支", "general_branch"),
    (Form::Committee, "党委", "committee"),
    (Form::None, "结对（不设组织）", "none"),
];
/// The modes: the name on the wire, the word, what it is recognised by, and which arrangement it is.
pub const MODES: [(&str, &str, &[&str], Option<Arrangement>); 7] = [
    ("rich_poor", "贫富村合建", &["贫富", "富村带", "以富带贫", "先富带"], Some(Arrangement::Merger)),
    (
        "similar_industry",
        "产业趋同村合建",
        &["产业趋同", "产业相近", "产业相似", "同产业", "产业相同"],
        Some(Arrangement::Merger),
    ),
    ("large_small", "大小村合建", &["大小村", "大村带", "大小"], Some(Arrangement::Merger)),
    ("strong_weak", "强弱村结对", &["强弱", "强村带", "以强带弱"], Some(Arrangement::Pairing)),
    (
        "resident_unit",
        "驻区单位共建",
        &["驻区", "驻地单位", "单位共建", "村企", "企地", "校地", "机关结对"],
        Some(Arrangement::Pairing),
    ),
    ("other", "其他方式", &["其他", "其它"], None),
    ("not_stated", "未写明", &["未写明", "未注明"], None),
];

/// Whether a text says 合建 or 共建; a mode says it too.
pub fn arrangement(text: &str) -> Option<Reading<Arrangement>> {
    let folded = fold(text);
    if let Some((found, ..)) = ARRANGEMENTS.iter().find(|(_, zh, en)| folded == *zh || folded == *en) {
        return Some(Reading::certain(*found));
    }
    let (merger, pairing) = (
        folded.contains("合建") || folded.contains("撤并"),
        folded.contains("共建") || folded.contains("结对"),
    );
    let found = match (merger, pairing) {
        (true, false) => Arrangement::Merger,
        (false, true) => Arrangement::Pairing,
        // 合建共建 together is the name of the whole matter.
        _ => mode(text).and_then(|(_, arrangement)| arrangement)?,
    };
    let why = Say::of(format!("据“{text}”"), format!("from `{text}`"));
    Some(Reading::likely(found, why))
}

/// The mode that a text names: its name on the wire, and the arrangement that it is.
pub fn mode(text: &str) -> Option<(&'static str, Option<Arrangement>)> {
    let folded = fold(text);
    let exact = MODES.iter().find(|(wire, word, ..)| folded == *wire || folded == *word);
    let found = exact
        .or_else(|| MODES.iter().find(|(_, _, marks, _)| marks.iter().any(|mark| folded.contains(mark))));
    found.map(|(wire, _, _, arrangement)| (*wire, *arrangement))
}

/// The mode as the sheet writes it.
pub fn mode_word(wire: &str) -> &'static str {
    MODES.iter().find(|(own, ..)| *own == wire).map_or("", |(_, word, ..)| word)
}

/// The form that a text names.
pub fn form(text: &str) -> Option<Reading<Form>> {
    let folded = fold(text);
    let exact = FORMS.iter().find(|(_, zh, en)| folded == fold(zh) || folded == *en);
    let bare = folded.strip_prefix("联合").unwrap_or(&folded);
    let exact = exact.or_else(|| FORMS.iter().find(|(_, zh, _)| bare == fold(zh)));
    if let Some((found, ..)) = exact {
        return Some(Reading::certain(*found));
    }
    let found = form_of_name(text).or_else(|| folded.contains("结对").then_some(Form::None))?;
    Some(Reading::likely(found, Say::of(format!("据“{text}”"), format!("from `{text}`"))))
}

/// What ledgers call a form in which the members keep their superior, and which only a policy can list.
const FUNCTIONAL: [&str; 2] = ["片区联合党委", "联村党委"];

/// Whether a text says such a form; why it cannot be taken before a policy lists it.
pub fn functional(text: &str) -> Option<(&'static str, Say)> {
    let folded = fold(text);
    let word = FUNCTIONAL.into_iter().find(|word| folded.contains(word))?;
    let why = Say::of(
        format!(
            "“{word}”须先由市或县(区)以文号发布政策，列入“形式”代码表并写明为功能型（不改变成员隶属关系），列入后再登记；也可改写为所列的形式"
        ),
        format!(
            "`{word}` is registered once a policy of the city or the county lists it among the forms, as functional (its members keep their superior): issue that first, or write one of the forms listed"
        ),
    );
    Some((word, why))
}

/// The form that a name ends with.
pub fn form_of_name(name: &str) -> Option<Form> {
    let folded = fold(name);
    [
        ("总支", Form::GeneralBranch),
        ("支部", Form::Branch),
        ("党委", Form::Committee),
        ("委员会", Form::Committee),
    ]
    .into_iter()
    .find(|(word, _)| folded.contains(word))
    .map(|(_, form)| form)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Confidence;

    #[test]
    fn arrangements_are_read_from_their_words_and_from_modes() {
        assert_eq!(arrangement("合建"), Some(Reading::certain(Arrangement::Merger)));
        assert_eq!(arrangement("贫富村合建").unwrap().value, Arrangement::Merger);
        assert_eq!(arrangement("强弱村").unwrap().value, Arrangement::Pairing);
        assert_eq!(arrangement("合建共建"), None);
        assert_eq!(mode("富村带贫村"), Some(("rich_poor", Some(Arrangement::Merger))));
        assert_eq!(mode("村企共建").unwrap().0, "resident_unit");
        assert_eq!(mode("某种"), None);
    }

    #[test]
    fn forms_are_read_from_their_words_and_from_names() {
        assert_eq!(form("联合党支部"), Some(Reading::certain(Form::Branch)));
        assert_eq!(form("党总支"), Some(Reading::certain(Form::GeneralBranch)));
        let named = form("清水乡艺丰共建党总支").unwrap();
        assert_eq!((named.value, named.confidence), (Form::GeneralBranch, Confidence::Likely));
        assert_eq!(form("好"), None);
    }
}
