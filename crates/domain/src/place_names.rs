//! Names of places as they are compared: without the office at their end, and without the places above in front.

use crate::place::Level;

/// What the list writes for the office of a village or community.
const OFFICES: [&str; 7] =
    ["村民委员会", "居民委员会", "虚拟村委会", "虚拟生活区", "委员会", "村委会", "居委会"];
/// What stands before the office.
const VILLAGE_WORDS: [&str; 2] = ["社区", "村"];
/// What a township is called by its kind.
const TOWNSHIP_WORDS: [&str; 6] = ["街道办事处", "管理办公室", "办事处", "街道", "乡", "镇"];
/// What a county is called by its kind.
const COUNTY_WORDS: [&str; 3] = ["县", "区", "市"];

/// The name itself: 白山 of 白山村民委员会 and of 白山村村民委员会. This is the test for "another village under the same
/// number": the names without the words for the office differ.
pub fn stem(level: Level, name: &str) -> &str {
    match level {
        Level::Village => {
            let name = OFFICES.iter().find_map(|office| without(name, office)).unwrap_or(name);
            without_all(name, &VILLAGE_WORDS)
        }
        Level::Township => without_all(name, &TOWNSHIP_WORDS),
        Level::County => COUNTY_WORDS.iter().find_map(|word| without(name, word)).unwrap_or(name),
        Level::City => name,
    }
}

/// A village or community as people call it: 狮子村 of 狮子村民委员会. Its committee joins nothing and decides nothing of the
/// Party's, so where a Party organization or the village itself is meant the committee is not named.
pub fn called(name: &str) -> String {
    let (rest, word) = match without_office(name) {
        (rest, Some("村民委员会" | "村委会")) => (rest, "村"),
        (rest, Some("居民委员会" | "居委会")) => (rest, "社区"),
        _ => return name.to_owned(),
    };
    match VILLAGE_WORDS.iter().any(|known| rest.ends_with(known)) {
        true => rest.to_owned(),
        false => format!("{rest}{word}"),
    }
}

/// The name without the words for the office of a village or community at its end, and those words.
pub fn without_office(name: &str) -> (&str, Option<&'static str>) {
    let found = OFFICES.iter().find_map(|office| Some((without(name, office)?, *office)));
    found.map_or((name, None), |(rest, office)| (rest, Some(office)))
}

/// The stem of a name that may begin with the names of the places above, the highest first: 龙潭乡驿地河社区.
pub fn inner_stem<'a>(level: Level, name: &'a str, above: &[&str]) -> &'a str {
    let mut rest = name;
    for place in above {
        rest = rest.strip_prefix(place).filter(|rest| !stem(level, rest).is_empty()).unwrap_or(rest);
    }
    stem(level, rest)
}

/// Something is left where the word ends a name.
fn without<'a>(name: &'a str, word: &str) -> Option<&'a str> {
    name.strip_suffix(word).filter(|rest| !rest.is_empty())
}

fn without_all<'a>(name: &'a str, words: &[&str]) -> &'a str {
    let mut name = name;
    while let Some(shorter) = words.iter().find_map(|word| without(name, word)) {
        name = shorter;
    }
    name
}

/// Whether two stems differ in one character only, as those of one place that is written in another way do.
pub fn is_respelling(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if short.len() < 2 || long.len() - short.len() > 1 {
        return false;
    }
    let same_before = short.iter().zip(&long).take_while(|(a, b)| a == b).count();
    let same_after = short.iter().rev().zip(long.iter().rev()).take_while(|(a, b)| a == b).count();
    // What is common in front and behind covers all but one character of the longer one.
    same_before + same_after + 1 >= long.len()
}

/// How many characters two stems share.
pub fn shared_characters(one: &str, other: &str) -> usize {
    one.chars().filter(|character| other.contains(*character)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_office_at_the_end_is_no_part_of_the_name() {
        for (name, expected) in [
            ("白山村民委员会", "白山"),
            ("白山村村民委员会", "白山"),
            ("大巴口社区居委会", "大巴口"),
            ("凉华村社区村民委员会", "凉华"),
            ("三溪口林场虚拟生活区", "三溪口林场"),
            ("村民委员会", "村民"),
            ("社区", "社区"),
        ] {
            assert_eq!(stem(Level::Village, name), expected, "{name}");
        }
        assert_eq!(stem(Level::Township, "东坝街道办事处"), stem(Level::Township, "东坝街道"));
        assert_eq!(stem(Level::Township, "青牛乡"), stem(Level::Township, "青牛镇"));
        assert_eq!(stem(Level::County, "昭化区"), "昭化");
    }

    #[test]
    fn a_village_is_called_without_its_committee() {
        for (name, expected) in [
            ("白山村民委员会", "白山村"),
            ("白山村村民委员会", "白山村"),
            ("大巴口社区居民委员会", "大巴口社区"),
            ("大巴口居委会", "大巴口社区"),
            ("三溪口林场虚拟生活区", "三溪口林场虚拟生活区"),
            ("白果乡", "白果乡"),
        ] {
            assert_eq!(called(name), expected, "{name}");
        }
    }

    #[test]
    fn the_places_above_in_front_are_no_part_of_it_either() {
        let above = ["广元市", "朝天区", "沙河镇"];
        let stem = |name| inner_stem(Level::Village, name, &above);
        assert_eq!(stem("广元市朝天区沙河镇飞仙关社区居民委员会"), stem("飞仙关社区居民委员会"));
        assert_eq!(stem("沙河镇社区居民委员会"), "社区");
    }

    #[test]
    fn one_character_is_a_respelling_and_two_are_none() {
        for (one, other, expected) in [
            ("石清", "石青", true),
            ("青白", "清白", true),
            ("竹园", "竹园坝", true),
            ("孙家坪", "孙坪", true),
            ("元坝", "金花", false),
            ("三锅场镇", "三锅石", false),
            ("东", "西", false),
        ] {
            assert_eq!(is_respelling(one, other), expected, "{one} {other}");
        }
    }
}
