//! What the log knows when a list is read: places and organizations, found by code or by the names that people write.

use std::collections::BTreeMap;

use domain::ids::OrganizationId;
use domain::organization::{HostKind, OrganizationForm};
use domain::place::{Level, PlaceCode};
use unicode_normalization::UnicodeNormalization;

use domain::place_names::{inner_stem, without_office};

/// How sure a reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Nobody can say: several fit, or none.
    Open,
    /// One fits, not word for word.
    Likely,
    /// It is what was written.
    Sure,
}

impl Confidence {
    /// In Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Open => ("待定", "open"),
            Self::Likely => ("较可能", "likely"),
            Self::Sure => ("确定", "sure"),
        }
    }
}

/// A place that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPlace {
    pub code: PlaceCode,
    pub name: String,
    pub parent: Option<PlaceCode>,
}

/// An organization that is there and has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownOrganization {
    pub id: OrganizationId,
    pub name: String,
    pub form: OrganizationForm,
    pub host_kind: HostKind,
    /// The code of a place or the name of a unit.
    pub host: String,
    /// The place that it belongs to or lies in.
    pub location: PlaceCode,
    pub formal_members: u32,
    pub probationary_members: u32,
    /// The last figures of its village, where there are any.
    pub households: Option<u32>,
    pub population: Option<u32>,
}

/// What was found for a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<T> {
    /// One.
    One(T, Confidence),
    /// Several, none better than the others.
    Several(Vec<T>),
    /// None.
    None,
}

/// Everything that is there.
#[derive(Debug, Clone, Default)]
pub struct Register {
    places: BTreeMap<PlaceCode, KnownPlace>,
    organizations: Vec<KnownOrganization>,
    /// By tier and a place around them, or none: a list asks for thousands of names within theirs.
    inside: BTreeMap<(Level, Option<PlaceCode>), Vec<Named>>,
}

/// A place by what its name is compared by.
#[derive(Debug, Clone)]
struct Named {
    code: PlaceCode,
    /// In one width, without blanks.
    plain: String,
    /// Without the word for what it is, and that word.
    stem: String,
    kind: Option<&'static str>,
}

impl Register {
    /// Of these places and organizations.
    pub fn new(
        places: impl IntoIterator<Item = KnownPlace>,
        organizations: impl IntoIterator<Item = KnownOrganization>,
    ) -> Self {
        let mut register = Self {
            places: places.into_iter().map(|place| (place.code.clone(), place)).collect(),
            organizations: organizations.into_iter().collect(),
            inside: BTreeMap::new(),
        };
        let mut inside: BTreeMap<(Level, Option<PlaceCode>), Vec<Named>> = BTreeMap::new();
        for place in register.places.values() {
            let level = place.code.level();
            let named = Named {
                code: place.code.clone(),
                plain: plain(&place.name),
                stem: inner_stem(level, &place.name, &register.above(place)).to_owned(),
                kind: kind_word(&place.name),
            };
            inside.entry((level, None)).or_default().push(named.clone());
            let mut at = Some(place);
            while let Some(around) = at {
                inside.entry((level, Some(around.code.clone()))).or_default().push(named.clone());
                at = around.parent.as_ref().and_then(|above| register.places.get(above));
            }
        }
        register.inside = inside;
        register
    }

    /// The place that bears the code.
    pub fn place(&self, code: &PlaceCode) -> Option<&KnownPlace> {
        self.places.get(code)
    }

    /// The organizations.
    pub fn organizations(&self) -> &[KnownOrganization] {
        &self.organizations
    }

    /// The city.
    pub fn city(&self) -> Option<&KnownPlace> {
        self.places.values().find(|place| place.code.level() == Level::City)
    }

    /// The place of a tier by its code or its name, among those that lie within another.
    pub fn find_place(&self, level: Level, text: &str, within: Option<&PlaceCode>) -> Found<&KnownPlace> {
        if let Some(code) = code_of(text) {
            let place = self.places.get(&code).filter(|place| place.code.level() == level);
            return place.map_or(Found::None, |place| Found::One(place, Confidence::Sure));
        }
        let text = plain(text);
        // A county's place above may be missing where the city itself was never registered.
        let outer = within.filter(|outer| outer.level() != Level::City).cloned();
        let named = self.inside.get(&(level, outer)).map(Vec::as_slice).unwrap_or_default();
        let places = |found: Vec<&Named>| -> Vec<&KnownPlace> {
            found.into_iter().filter_map(|named| self.places.get(&named.code)).collect()
        };
        let ends_alike = |one: &&Named| text.ends_with(&one.plain) && self.is_called(one, &text);
        let exact: Vec<&Named> = named.iter().filter(ends_alike).collect();
        if !exact.is_empty() {
            return one_of(places(exact), Confidence::Sure);
        }
        let is_like =
            |one: &&Named| !one.stem.is_empty() && text.contains(&one.stem) && self.is_like(one, &text);
        let alike: Vec<&Named> = named.iter().filter(is_like).collect();
        let kind = kind_word(&text);
        let same_kind: Vec<&Named> = alike.iter().copied().filter(|one| one.kind == kind).collect();
        let sure = if level == Level::Village { Confidence::Sure } else { Confidence::Likely };
        match same_kind.len() {
            1 => one_of(places(same_kind), sure),
            _ => one_of(places(alike), Confidence::Likely),
        }
    }

    /// What the name of an organization at a place is compared by: without the places above in front of it.
    pub fn organization_key(&self, name: &str, location: Option<&PlaceCode>) -> String {
        self.organization_keys(name, location).pop().unwrap_or_default()
    }

    /// The same with fewer and fewer of the places above in front, the whole name first.
    pub fn organization_keys(&self, name: &str, location: Option<&PlaceCode>) -> Vec<String> {
        let mut keys = vec![name_key(name)];
        let place = location.and_then(|code| self.places.get(code));
        for above in place.map(|place| self.above(place)).into_iter().flatten() {
            let rest = keys.last().and_then(|key| key.strip_prefix(above));
            if let Some(rest) = rest.filter(|rest| rest.chars().count() > 2).map(str::to_owned) {
                keys.push(rest);
            }
        }
        keys
    }

    /// Whether a place is another or lies in it.
    pub fn lies_within(&self, place: &KnownPlace, outer: &PlaceCode) -> bool {
        let mut at = Some(place);
        while let Some(place) = at {
            if place.code == *outer {
                return true;
            }
            at = place.parent.as_ref().and_then(|above| self.places.get(above));
        }
        // A county's place above may be missing where the city itself was never registered.
        outer.level() == Level::City
    }

    /// The names of the places above, the highest first.
    fn above(&self, place: &KnownPlace) -> Vec<&str> {
        let mut names = Vec::new();
        let mut at = place.parent.as_ref().and_then(|above| self.places.get(above));
        while let Some(place) = at {
            names.push(place.name.as_str());
            at = place.parent.as_ref().and_then(|above| self.places.get(above));
        }
        names.reverse();
        names
    }

    /// Its name, with any of the places above in front of it.
    fn is_called(&self, named: &Named, text: &str) -> bool {
        let mut rest = text;
        let above = self.places.get(&named.code).map(|place| self.above(place)).unwrap_or_default();
        for above in above {
            if rest == named.plain {
                return true;
            }
            rest = rest.strip_prefix(above).unwrap_or(rest);
        }
        rest == named.plain
    }

    /// The same but for the word for what it is.
    fn is_like(&self, named: &Named, text: &str) -> bool {
        let above = self.places.get(&named.code).map(|place| self.above(place)).unwrap_or_default();
        inner_stem(named.code.level(), text, &above) == named.stem
    }

    /// A place as a sentence names it: its name and what lies above.
    pub fn full_name(&self, place: &KnownPlace) -> String {
        let above: Vec<&str> = self.above(place).into_iter().skip(1).collect();
        format!("{}{}（{}）", above.concat(), place.name, place.code)
    }
}

fn one_of<T>(mut found: Vec<T>, confidence: Confidence) -> Found<T> {
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Found::One(only, confidence),
        (Some(last), false) => {
            found.push(last);
            Found::Several(found)
        }
        (None, _) => Found::None,
    }
}

/// A code in any width; an official one of 12 digits ends in zeros above the village.
pub(super) fn code_of(text: &str) -> Option<PlaceCode> {
    let digits: String = text.nfkc().filter(|letter| !letter.is_whitespace()).collect();
    let is_code = digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_code {
        return None;
    }
    let trimmed = match digits.len() {
        12 if digits.ends_with("00000000") => &digits[..4],
        12 if digits.ends_with("000000") => &digits[..6],
        12 if digits.ends_with("000") => &digits[..9],
        6 if digits.ends_with("00") => &digits[..4],
        _ => digits.as_str(),
    };
    trimmed.parse().ok()
}

/// One width, no blanks.
pub(super) fn plain(text: &str) -> String {
    text.nfkc().filter(|letter| !letter.is_whitespace()).collect()
}

/// What names of organizations are compared by: 中共 in front says nothing, nor do blanks and width, and 支部委员会 is 党支部.
pub(super) fn name_key(name: &str) -> String {
    let name = plain(name);
    let name = name.strip_prefix("中国共产党").or_else(|| name.strip_prefix("中共")).unwrap_or(&name);
    const SAME: [(&str, &str); 7] = [
        ("总支部委员会", "总支"),
        ("支部委员会", "支部"),
        ("党总支部", "总支"),
        ("总支部", "总支"),
        ("党总支", "总支"),
        ("党支部", "支部"),
        ("街道工作委员会", "街道党工委"),
    ];
    let name = SAME.iter().fold(name.to_owned(), |name, (one, other)| name.replace(one, other));
    let ends = [("县委员会", "县委"), ("区委员会", "区委"), ("市委员会", "市委"), ("委员会", "党委")];
    let end = ends.iter().find_map(|(one, other)| Some((name.strip_suffix(one)?, other)));
    end.map_or_else(|| name.clone(), |(rest, other)| format!("{rest}{other}"))
}

/// Whether a name says village or community: by its office, or by the word itself.
fn kind_word(name: &str) -> Option<&'static str> {
    let (_, office) = without_office(name);
    match office {
        Some("村民委员会" | "村委会") => Some("村"),
        Some("居民委员会" | "居委会") => Some("社区"),
        _ => {
            ["村", "社区", "街道", "镇", "乡", "县", "区", "市"].into_iter().find(|word| name.ends_with(word))
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn register() -> Register {
        let place = |code: &str, name: &str, parent: &str| KnownPlace {
            code: code.parse().unwrap(),
            name: name.into(),
            parent: parent.parse().ok(),
        };
        Register::new(
            [
                place("5108", "广元市", ""),
                place("510811", "昭化区", "5108"),
                place("510812", "朝天区", "5108"),
                place("510811100", "元坝镇", "510811"),
                place("510811101", "狮子乡", "510811"),
                place("510812100", "元坝镇", "510812"),
                place("510811100201", "狮子村村民委员会", "510811100"),
                place("510811100001", "狮子社区居民委员会", "510811100"),
                place("510811100202", "青松村委会", "510811100"),
                place("510811101201", "青松村民委员会", "510811101"),
                place("510812100201", "白山村村民委员会", "510812100"),
            ],
            [],
        )
    }

    fn code(found: Found<&KnownPlace>) -> (String, Option<Confidence>) {
        match found {
            Found::One(place, confidence) => (place.code.to_string(), Some(confidence)),
            Found::Several(places) => (format!("{} places", places.len()), None),
            Found::None => ("-".into(), None),
        }
    }

    #[test]
    fn a_village_is_found_by_its_name_within_its_township_or_by_its_code() {
        let register = register();
        let yuanba = "510811100".parse().ok();
        let found =
            |text: &str, within: Option<&PlaceCode>| code(register.find_place(Level::Village, text, within));
        let sure = Some(Confidence::Sure);
        for (text, expected) in [
            ("狮子村", ("510811100201", sure)),
            ("狮子社区", ("510811100001", sure)),
            ("元坝镇狮子村", ("510811100201", sure)),
            ("昭化区元坝镇 狮子村", ("510811100201", sure)),
            ("狮子村村民委员会", ("510811100201", sure)),
            ("５１０８１１１００２０１", ("510811100201", sure)),
            ("狮子", ("2 places", None)),
            ("青松村", ("510811100202", sure)),
            ("青松", ("510811100202", Some(Confidence::Likely))),
            ("白山村", ("-", None)),
            ("510811100999", ("-", None)),
        ] {
            let (place, confidence) = expected;
            assert_eq!(found(text, yuanba.as_ref()), (place.to_owned(), confidence), "{text}");
        }
        assert_eq!(found("青松村", "510811".parse().ok().as_ref()).0, "2 places");
    }

    #[test]
    fn tiers_above_are_found_by_name_or_by_any_official_code() {
        let register = register();
        let found = |level, text: &str| code(register.find_place(level, text, None)).0;
        assert_eq!(found(Level::Township, "元坝镇"), "2 places");
        assert_eq!(found(Level::Township, "朝天区元坝镇"), "510812100");
        assert_eq!(found(Level::Township, "510811100000"), "510811100");
        assert_eq!(found(Level::County, "510811000000"), "510811");
        assert_eq!(found(Level::County, "昭化"), "510811");
        assert_eq!(found(Level::City, "510800"), "5108");
        assert_eq!(found(Level::City, "广元市"), "5108");
    }
}
