//! Names of townships, villages and branches in a ledger, found among those that the log knows: exactly one, likely one,
//! several, or none.

use domain::ids::OrganizationId;
use domain::organization::HostKind;
use domain::place::Level;
use domain::place_names::{is_respelling, stem};
use domain::say::{Say, say};

use crate::known::Known;
use crate::values::Reading;
use crate::words::{fold, shortened, without_brackets};

/// What the name of an organization ends with besides its place, the longest first.
const ORGANIZATIONS: [&str; 12] = [
    "党支部委员会",
    "党总支委员会",
    "支部委员会",
    "总支部委员会",
    "党总支部",
    "联合党支部",
    "党支部",
    "党总支",
    "党委",
    "支部",
    "总支",
    "党组织",
];
/// What a unit's name ends with, and what kind of host that is.
const UNITS: [(&str, HostKind); 20] = [
    ("专业合作社", HostKind::Cooperative),
    ("合作社", HostKind::Cooperative),
    ("联合社", HostKind::Cooperative),
    ("家庭农场", HostKind::Unit),
    ("协会", HostKind::Association),
    ("商会", HostKind::Association),
    ("园区", HostKind::Park),
    ("园区管委会", HostKind::Park),
    ("公司", HostKind::Unit),
    ("企业", HostKind::Unit),
    ("机关", HostKind::Unit),
    ("局", HostKind::Unit),
    ("学校", HostKind::Unit),
    ("小学", HostKind::Unit),
    ("中学", HostKind::Unit),
    ("医院", HostKind::Unit),
    ("卫生院", HostKind::Unit),
    ("银行", HostKind::Unit),
    ("信用社", HostKind::Unit),
    ("供电所", HostKind::Unit),
];

/// What a name was found to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Found<T> {
    /// One, with how sure it is.
    One(Reading<T>),
    /// Several that it may be.
    Several(Vec<T>),
    /// None.
    None,
}

/// A member as a ledger names it.
#[derive(Debug, Clone, PartialEq)]
pub enum Member {
    /// An organization that is registered.
    Known(OrganizationId),
    /// A village whose branch is not registered yet.
    Village {
        /// Which village.
        village: usize,
        /// What the branch is called.
        name: String,
    },
    /// A unit whose organization is not registered yet.
    Unit {
        /// What the organization is called.
        name: String,
        /// The unit.
        host: String,
        /// What kind of unit.
        kind: HostKind,
    },
}

/// The township of a name.
pub fn township(known: &Known, text: &str) -> Found<usize> {
    let (plain, inside) = without_brackets(text);
    if let Some(at) =
        inside.iter().chain([&plain]).find_map(|code| known.township_of_code(fold(code).as_str()))
    {
        return Found::One(Reading::certain(at));
    }
    let plain = plain.strip_prefix(known.county.name.as_str()).unwrap_or(&plain);
    let whole = without_suffix(&fold(plain), &["党委", "委员会", "党工委"]);
    let own = fold(stem(Level::Township, &whole));
    if own.is_empty() {
        return Found::None;
    }
    let same = |name: &str| fold(stem(Level::Township, name)) == own;
    let found: Vec<usize> =
        (0..known.townships.len()).filter(|at| same(&known.townships[*at].name)).collect();
    match found.as_slice() {
        [only] => {
            let name = &known.townships[*only].name;
            if fold(name) == whole || own == whole {
                return Found::One(Reading::certain(*only));
            }
            let why = Say::of(
                format!("原文“{}”，现为{name}", text.trim()),
                format!("`{}` is {name} now", text.trim()),
            );
            return Found::One(Reading::likely(*only, why));
        }
        // 元坝镇 and 元坝乡 side by side: the whole name decides.
        [_, ..] => {
            let exact: Vec<usize> =
                found.iter().copied().filter(|at| fold(&known.townships[*at].name) == whole).collect();
            return match exact.as_slice() {
                [only] => Found::One(Reading::certain(*only)),
                _ => Found::Several(found),
            };
        }
        [] => {}
    }
    let mut before: Vec<_> = known.former_townships.iter().filter(|former| same(&former.name)).collect();
    before.sort_by_key(|former| (former.now, std::cmp::Reverse(former.until)));
    before.dedup_by_key(|former| former.now);
    match before.as_slice() {
        [only] => {
            let now = &known.townships[only.now].name;
            let why = Say::of(
                format!("{}自{}起由{now}承接", only.name, only.until),
                format!("{now} goes on for {} since {}", only.name, only.until),
            );
            Found::One(Reading::likely(only.now, why))
        }
        [] => Found::None,
        several => Found::Several(several.iter().map(|former| former.now).collect()),
    }
}

fn without_suffix(text: &str, endings: &[&str]) -> String {
    endings
        .iter()
        .find_map(|ending| text.strip_suffix(ending))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(text)
        .to_owned()
}

/// The member that a text names, within a township where it is known.
pub fn member(known: &Known, township: Option<usize>, text: &str) -> Found<Member> {
    let (plain, inside) = without_brackets(text);
    let coded = inside.iter().chain([&plain]).find_map(|code| known.village_of_code(fold(code).as_str()));
    let plain = fold(&plain);
    // An organization's own name says it best.
    let named: Vec<usize> = known
        .organizations_named(&plain)
        .iter()
        .copied()
        .filter(|at| coded.is_none() || known.organizations[*at].village == coded)
        .collect();
    let here: Vec<usize> =
        named.iter().copied().filter(|at| known.organizations[*at].township == township).collect();
    match (named.as_slice(), here.as_slice()) {
        (_, [only]) | ([only], [])
            if township.is_none() || known.organizations[*only].township == township =>
        {
            return Found::One(Reading::certain(Member::Known(known.organizations[*only].id)));
        }
        _ => {}
    }
    if let Some(village) = coded {
        return of_village(known, Reading::certain(village), text);
    }
    match village(known, township, text) {
        Found::One(reading) => of_village(known, reading, text),
        Found::Several(villages) => {
            Found::Several(villages.into_iter().map(|village| new_branch(known, village, text)).collect())
        }
        Found::None => match named.as_slice() {
            [only] => {
                let own = &known.organizations[*only];
                let why =
                    say("同名党组织在其他乡镇", "the organization of that name lies in another township");
                Found::One(Reading::likely(Member::Known(own.id), why))
            }
            [] => unit(text),
            several => {
                Found::Several(several.iter().map(|at| Member::Known(known.organizations[*at].id)).collect())
            }
        },
    }
}

/// The village of a name: in the township, else the only one of the county.
pub fn village(known: &Known, township: Option<usize>, text: &str) -> Found<usize> {
    let (plain, _) = without_brackets(text);
    let bare = bare(known, township, &plain);
    if bare.is_empty() {
        return Found::None;
    }
    let lies_here = |at: &usize| township.is_none_or(|township| known.villages[*at].township == township);
    let of_county = known.villages_of_stem(&bare);
    let here: Vec<usize> = of_county.iter().copied().filter(lies_here).collect();
    match here.as_slice() {
        [only] => return Found::One(Reading::certain(*only)),
        [_, ..] => return one_of_its_kind(known, here, &plain),
        [] => {}
    }
    if let Some(found) = former(known, township, &bare) {
        return found;
    }
    let alike: Vec<usize> = (0..known.villages.len())
        .filter(lies_here)
        .filter(|at| {
            township.is_some() && is_respelling(&fold(stem(Level::Village, &known.villages[*at].name)), &bare)
        })
        .collect();
    match (alike.as_slice(), of_county) {
        ([only], _) => {
            let name = known.tell(*only);
            let why = Say::of(
                format!("本乡镇没有“{}”，字形相近的只有{name}", text.trim()),
                format!("only {name} is spelt alike"),
            );
            Found::One(Reading::likely(*only, why))
        }
        ([_, ..], _) => Found::Several(alike),
        ([], [only]) => {
            let name = known.tell(*only);
            let why = Say::of(
                format!("不在本乡镇，全县只有{name}同名"),
                format!("not in the township; in the county only {name} bears the name"),
            );
            Found::One(Reading::likely(*only, why))
        }
        ([], []) => Found::None,
        ([], several) => Found::Several(several.to_vec()),
    }
}

/// 狮子村 and 狮子社区 in one township: the ending decides where it is written.
fn one_of_its_kind(known: &Known, here: Vec<usize>, plain: &str) -> Found<usize> {
    let is_community = plain.contains("社区") || plain.contains("居");
    let of_kind: Vec<usize> = here
        .iter()
        .copied()
        .filter(|at| {
            (known.villages[*at].name.contains("社区") || known.villages[*at].name.contains("居"))
                == is_community
        })
        .collect();
    match of_kind.as_slice() {
        [only] => Found::One(Reading::certain(*only)),
        _ => Found::Several(here),
    }
}

/// The name of a village without its office, its branch and the places above.
fn bare(known: &Known, township: Option<usize>, plain: &str) -> String {
    let mut rest = fold(plain);
    for _ in 0..2 {
        let shorter =
            ORGANIZATIONS.iter().find_map(|ending| rest.strip_suffix(ending)).filter(|rest| !rest.is_empty());
        let Some(shorter) = shorter else { break };
        rest = shorter.to_owned();
    }
    let mut above = vec![fold(&known.county.name)];
    above.extend(township.and_then(|at| known.townships.get(at)).map(|township| fold(&township.name)));
    for place in above {
        let shorter =
            rest.strip_prefix(place.as_str()).filter(|rest| !fold(stem(Level::Village, rest)).is_empty());
        rest = shorter.unwrap_or(&rest).to_owned();
    }
    stem(Level::Village, &rest).to_owned()
}

/// A village by a name that it no longer bears, or that went over into another.
fn former(known: &Known, township: Option<usize>, bare: &str) -> Option<Found<usize>> {
    let is_here = |now: usize| township.is_none_or(|township| known.villages[now].township == township);
    let same = known.former_villages.iter().filter(|former| fold(stem(Level::Village, &former.name)) == bare);
    let mut found: Vec<_> = same.filter(|former| is_here(former.now)).collect();
    found.sort_by_key(|former| (former.now, std::cmp::Reverse(former.until)));
    found.dedup_by_key(|former| former.now);
    match found.as_slice() {
        [] => None,
        [only] => {
            let now = known.tell(only.now);
            let why = Say::of(
                format!("{}{}自{}起由{now}承接", only.above, only.name, only.until),
                format!("{now} goes on for {}{} since {}", only.above, only.name, only.until),
            );
            Some(Found::One(Reading::likely(only.now, why)))
        }
        several => Some(Found::Several(several.iter().map(|former| former.now).collect())),
    }
}

/// The branch of a village: the one that is registered, or a new one.
fn of_village(known: &Known, reading: Reading<usize>, text: &str) -> Found<Member> {
    let village = reading.value;
    let all: Vec<_> = known.organizations_of(village).collect();
    let working: Vec<_> = all.iter().filter(|it| it.is_active).collect();
    match (all.as_slice(), working.as_slice()) {
        ([only], _) => Found::One(reading.map(|_| Member::Known(only.id))),
        (_, [only]) => Found::One(reading.map(|_| Member::Known(only.id))),
        ([], _) => Found::One(reading.map(|_| new_branch(known, village, text))),
        (several, _) => Found::Several(several.iter().map(|it| Member::Known(it.id)).collect()),
    }
}

fn new_branch(known: &Known, village: usize, text: &str) -> Member {
    let registered = known.organizations_of(village).collect::<Vec<_>>();
    if let [only] = registered.as_slice() {
        return Member::Known(only.id);
    }
    let (plain, _) = without_brackets(text);
    let folded = fold(&plain);
    let is_named = folded.ends_with("支部") || folded.ends_with("总支") || folded.ends_with("党委");
    let own = known.villages.get(village).map_or("", |village| village.name.as_str());
    let stem = stem(Level::Village, own);
    let kind = if own.contains("社区") || own.contains("居民") { "社区" } else { "村" };
    let name = if is_named && !folded.starts_with(&fold(&known.county.name)) && folded.contains("党") {
        plain.trim().to_owned()
    } else {
        format!("{stem}{kind}党支部")
    };
    Member::Village { village, name }
}

/// A unit that is no place.
fn unit(text: &str) -> Found<Member> {
    let (plain, _) = without_brackets(text);
    let plain = plain.trim().to_owned();
    let host = ORGANIZATIONS
        .iter()
        .find_map(|ending| plain.strip_suffix(ending))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(&plain);
    let Some((_, kind)) = UNITS.iter().find(|(ending, _)| host.ends_with(ending)) else { return Found::None };
    let name = if host.len() == plain.len() { format!("{plain}党支部") } else { plain.clone() };
    let host = host.strip_suffix("机关").filter(|rest| rest.ends_with('局')).unwrap_or(host).to_owned();
    let why =
        say("未登记的单位党组织，按单位名称新登记", "the organization of a unit that is not registered");
    Found::One(Reading::likely(Member::Unit { name, host, kind: kind.clone() }, why))
}

/// The parts of a cell that names several members, and what stands there besides.
pub fn split_members(text: &str) -> (Vec<String>, bool) {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    for character in text.chars() {
        match character {
            '(' | '（' | '[' | '【' | '〔' => depth += 1,
            ')' | '）' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let divides = matches!(
            character,
            '、' | ',' | '，' | ';' | '；' | '\n' | '\r' | '+' | '＋' | '/' | '／' | '|' | '&' | '＆'
        );
        if divides && depth == 0 {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(character);
        }
    }
    let parts: Vec<String> = parts.iter().flat_map(|part| split_words(part)).collect();
    let is_open = parts.iter().any(|part| fold(part).ends_with('等') || fold(part).contains("等村"));
    let parts = parts.into_iter().map(|part| without_count(&part)).filter(|part| !part.is_empty());
    (parts.collect(), is_open)
}

/// Blanks and 和 divide where a village's or branch's word ends before them.
fn split_words(part: &str) -> Vec<String> {
    let ends = |text: &str| {
        let folded = fold(text);
        folded.ends_with('村')
            || folded.ends_with("社区")
            || folded.ends_with("支部")
            || folded.ends_with("总支")
    };
    let mut found = Vec::new();
    let mut own = String::new();
    let mut characters = part.chars().peekable();
    while let Some(character) = characters.next() {
        let is_blank = character.is_whitespace();
        let is_joining = matches!(character, '和' | '与' | '及') && characters.peek().is_some();
        if (is_blank || is_joining)
            && ends(&own)
            && !matches!(characters.peek(), Some('（' | '(' | '党' | '支'))
        {
            found.push(std::mem::take(&mut own));
        } else {
            own.push(character);
        }
    }
    found.push(own);
    found
}

/// Without 1. or ① in front.
fn without_enumerator(text: &str) -> &str {
    let circled = text.trim_start_matches(|it: char| matches!(it, '①'..='⑳'));
    let digits = circled.chars().take_while(char::is_ascii_digit).count();
    match circled[digits..].strip_prefix(['.', '．', '、', ')', '）']) {
        Some(rest) if (1..=2).contains(&digits) => rest,
        _ => circled,
    }
}

/// Without 等3个村 and the like at the end, and without a number in front.
fn without_count(part: &str) -> String {
    let plain = part.trim().trim_end_matches('。');
    let plain = without_enumerator(plain);
    let cut = plain.find('等').filter(|at| {
        let rest = &plain[*at..];
        rest.chars()
            .skip(1)
            .all(|it| it.is_numeric() || matches!(it, '个' | '村' | '两' | '几' | '党' | '支' | '部' | '共'))
    });
    let plain = cut.map_or(plain, |at| &plain[..at]).trim();
    let counted = fold(plain);
    let is_count = counted.ends_with("个村") || counted.ends_with("个支部") || counted.ends_with("个党支部");
    if is_count && counted.starts_with(|it: char| it.is_numeric() || matches!(it, '共' | '等' | '两')) {
        return String::new();
    }
    // 田岩村2个村 counts what stands before it.
    let uncounted = ["个村", "个支部", "个党支部", "个村党支部"].iter().find_map(|unit| {
        let rest = plain
            .strip_suffix(unit)?
            .trim_end_matches(|it: char| it.is_numeric() || matches!(it, '两' | '共'));
        (rest.ends_with('村') || rest.ends_with("支部")).then_some(rest)
    });
    uncounted.unwrap_or(plain).to_owned()
}

/// A member as a person is told of it.
pub fn tell(known: &Known, member: &Member) -> String {
    match member {
        Member::Known(id) => known.organization(*id).map_or_else(String::new, |own| {
            let code =
                own.village.and_then(|village| known.villages.get(village)).map(|village| &village.code);
            code.map_or_else(|| own.name.clone(), |code| format!("{}（{code}）", own.name))
        }),
        Member::Village { village, name } => {
            known.villages.get(*village).map_or_else(|| name.clone(), |own| format!("{name}（{}）", own.code))
        }
        Member::Unit { name, .. } => shortened(name, 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_a_cell_are_divided_by_whatever_divides_them() {
        for text in [
            "狮子村、田岩村",
            "狮子村,田岩村",
            "狮子村；田岩村",
            "狮子村\n田岩村",
            "狮子村+田岩村",
            "狮子村 田岩村",
            "狮子村和田岩村",
            "1.狮子村 2.田岩村",
            "狮子村、田岩村2个村",
            "狮子村、田岩村等2个村",
        ] {
            let (parts, _) = split_members(text);
            assert_eq!(parts.first().map(String::as_str), Some("狮子村"), "{text}");
            assert!(parts.get(1).is_some_and(|part| part.starts_with("田岩村")), "{text}: {parts:?}");
            assert_eq!(parts.len(), 2, "{text}: {parts:?}");
        }
        assert_eq!(split_members("和平村、狮子、田岩").0, ["和平村", "狮子", "田岩"]);
        assert_eq!(split_members("狮子村（主村、富村）").0, ["狮子村（主村、富村）"]);
        assert!(split_members("狮子村、田岩村等").1);
    }
}
