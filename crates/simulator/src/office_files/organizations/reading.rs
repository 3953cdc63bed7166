//! One row of a list of organizations: each cell read on its own, and what is not sure said with its reason.

use domain::organization::{HostKind, OrganizationForm};
use domain::place::{Level, PlaceCode};
use domain::text::Text;

use super::naming::{
    form_in_name, form_of, host_kind_of, names_a_committee, place_in_name, tier_kind, tier_of, unit_kind,
};
use super::{Doubt, Entry, Field};
use crate::office_files::headed_table::{CellProblem, Row, Table, whole_number};
use crate::office_files::register::{Confidence, Found, KnownOrganization, KnownPlace, Register, plain};

/// How many candidates a sentence names.
const MAX_NAMED: usize = 5;
const PEOPLE: [&str; 4] = ["人", "名", "位", "个"];
const HOUSEHOLDS: [&str; 1] = ["户"];

/// A row in the reading.
struct Reader<'a> {
    row: &'a Row<Field>,
    register: &'a Register,
    doubts: Vec<Doubt>,
}

/// What a row says by itself; a row without a lawful name is a problem.
pub(super) fn entry(
    table: &Table<Field>,
    row: &Row<Field>,
    register: &Register,
    problems: &mut Vec<CellProblem>,
) -> Option<Entry> {
    let name = match row.get(Field::Name).map(Text::try_from) {
        Some(Ok(name)) => name,
        Some(Err(error)) => {
            let say = error.say();
            problems.push(table.problem(row, Field::Name, say.zh.into_owned(), say.en.into_owned()));
            return None;
        }
        None => {
            problems.push(table.problem(row, Field::Name, "缺少名称".into(), "the name is missing".into()));
            return None;
        }
    };
    let mut reader = Reader { row, register, doubts: Vec::new() };
    let within = reader.within();
    let (form, tier) = reader.form(&name, &within);
    let kind = reader.kind();
    let hosted = match form {
        Some(OrganizationForm::Organ) => {
            reader.organ_host(&name, kind.as_ref().and_then(tier_of).or(tier), &within)
        }
        _ => reader.host(&name, kind, within.last()),
    };
    let (formal_members, probationary_members) = reader.members(form);
    let households = reader.number(Field::Households, &HOUSEHOLDS);
    let population = reader.number(Field::Population, &PEOPLE);
    let is_village = hosted.kind == Some(HostKind::Village);
    for field in [Field::Households, Field::Population] {
        if row.get(field).is_some() && hosted.kind.is_some() && !is_village {
            reader.doubt(
                field,
                Confidence::Open,
                "户数、人口只属于村（社区）的党组织",
                "only organizations of villages have households and people",
            );
        }
    }
    let key = register.organization_key(name.as_str(), hosted.location.as_ref());
    let is_there = |known: &&KnownOrganization| {
        Some(&known.location) == hosted.location.as_ref()
            && register.organization_key(&known.name, hosted.location.as_ref()) == key
    };
    let there = register.organizations().iter().find(is_there).map(|known| known.id);
    Some(Entry {
        line: row.line,
        original: row.original.clone(),
        name,
        key,
        form,
        host_kind: hosted.kind,
        host: hosted.host,
        location: hosted.location,
        superior: None,
        formal_members,
        probationary_members,
        households: households.filter(|_| is_village),
        population: population.filter(|_| is_village),
        there,
        doubts: reader.doubts,
    })
}

/// What an organization belongs to, as far as it was found.
#[derive(Default)]
struct Hosted {
    kind: Option<HostKind>,
    host: Option<String>,
    location: Option<PlaceCode>,
}

impl Hosted {
    fn at(place: &KnownPlace) -> Self {
        Self {
            kind: Some(tier_kind(place.code.level())),
            host: Some(place.code.to_string()),
            location: Some(place.code.clone()),
        }
    }
}

impl Reader<'_> {
    fn doubt(
        &mut self,
        field: Field,
        confidence: Confidence,
        chinese: impl Into<String>,
        english: impl Into<String>,
    ) {
        self.doubts.push(Doubt { field, confidence, chinese: chinese.into(), english: english.into() });
    }

    /// The county and the township that the row names, the wider first.
    fn within(&mut self) -> Vec<PlaceCode> {
        let mut found: Vec<PlaceCode> = Vec::new();
        for (field, level) in [(Field::County, Level::County), (Field::Township, Level::Township)] {
            let Some(text) = self.row.get(field) else { continue };
            if let Some(place) = self.place(field, level, text, found.last()) {
                found.push(place.code.clone());
            }
        }
        found
    }

    /// A place by its name or code; what is not sure of it is noted.
    fn place(
        &mut self,
        field: Field,
        level: Level,
        text: &str,
        within: Option<&PlaceCode>,
    ) -> Option<KnownPlace> {
        let found = self.register.find_place(level, text, within);
        let place = match found {
            Found::One(place, _) => Some(place.clone()),
            _ => None,
        };
        if let Some((confidence, chinese, english)) = self.unsure(level, text, &found) {
            self.doubt(field, confidence, chinese, english);
        }
        place
    }

    /// Why what was found for a text is not sure.
    fn unsure(
        &self,
        level: Level,
        text: &str,
        found: &Found<&KnownPlace>,
    ) -> Option<(Confidence, String, String)> {
        let (tier, tier_en) = (level.chinese(), level.as_str());
        Some(match found {
            Found::One(_, Confidence::Sure) => return None,
            Found::One(place, _) => {
                let name = self.register.full_name(place);
                (
                    Confidence::Likely,
                    format!("「{text}」应是{name}，名称不尽相同"),
                    format!("`{text}` is likely {name}, which is written otherwise"),
                )
            }
            Found::Several(places) => {
                let names: Vec<String> =
                    places.iter().take(MAX_NAMED).map(|place| self.register.full_name(place)).collect();
                (
                    Confidence::Open,
                    format!(
                        "叫「{text}」的{tier}有 {} 个：{}；请填代码，或加县(区)、乡镇列",
                        places.len(),
                        names.join("、")
                    ),
                    format!(
                        "{} places of the tier `{tier_en}` are called `{text}`: {}; give the code, or columns for county and township",
                        places.len(),
                        names.join(", ")
                    ),
                )
            }
            Found::None => (
                Confidence::Open,
                format!("区划中没有{tier}「{text}」"),
                format!("there is no {tier_en} `{text}` on the register of places"),
            ),
        })
    }

    /// The form that its cell says, or else its name; a committee that belongs to a township, county or city is its organ.
    fn form(&mut self, name: &Text, within: &[PlaceCode]) -> (Option<OrganizationForm>, Option<Level>) {
        let by_name = form_in_name(name.as_str());
        let said = self.row.get(Field::Form);
        let by_cell = said.and_then(form_of);
        if let (Some(text), None) = (said, by_cell) {
            let chinese =
                format!("「{text}」不是形式；可填：党支部、党总支、党委、机关、乡镇党委、县委、组织部");
            let english = format!("`{text}` is no form: branch, general_branch, committee, organ");
            self.doubt(Field::Form, Confidence::Open, chinese, english);
            return (None, None);
        }
        let is_lower = |form| matches!(form, OrganizationForm::Branch | OrganizationForm::GeneralBranch);
        match (by_cell.or(by_name), by_cell.and_then(|(_, tier)| tier)) {
            (Some((form, _)), _) if is_lower(form) => (Some(form), None),
            (Some((form, _)), Some(tier)) => (Some(form), Some(tier)),
            (found, None) => {
                let is_committee = found.is_some() || names_a_committee(name.as_str());
                let tier = is_committee.then(|| self.tier_around(name, within)).flatten();
                match (tier, found) {
                    (Some(tier), _) => (Some(OrganizationForm::Organ), Some(tier)),
                    (None, Some((form, tier))) => (Some(form), tier),
                    (None, None) => {
                        self.doubt(
                            Field::Form,
                            Confidence::Open,
                            "缺少形式：党支部、党总支、党委，或乡镇党委、县委、组织部等机关",
                            "the form is missing: branch, general_branch, committee or organ",
                        );
                        (None, None)
                    }
                }
            }
            (None, Some(_)) => (None, None),
        }
    }

    /// The tier of the place that the host, or else the name, is word for word, where that is no village.
    fn tier_around(&self, name: &Text, within: &[PlaceCode]) -> Option<Level> {
        let inside = place_in_name(name.as_str());
        let text = self.row.get(Field::Host).unwrap_or(&inside);
        let is_sure = |level| {
            let found = self.register.find_place(level, text, around(level, within));
            matches!(found, Found::One(_, Confidence::Sure) | Found::Several(_))
        };
        let tiers = [Level::City, Level::County, Level::Township];
        tiers.into_iter().find(|level| is_sure(*level)).filter(|_| !is_sure(Level::Village))
    }

    fn kind(&mut self) -> Option<HostKind> {
        let text = self.row.get(Field::HostKind)?;
        let kind = host_kind_of(text);
        if kind.is_none() {
            self.doubt(
                Field::HostKind,
                Confidence::Open,
                format!("「{text}」不是所属类别；可填：村、机关企事业单位、合作社、协会、园区、乡镇、县、市"),
                format!("`{text}` is no kind of host: village, unit, cooperative, association, park, township, county, city"),
            );
        }
        kind
    }

    /// The place that an organ decides for.
    fn organ_host(&mut self, name: &Text, tier: Option<Level>, within: &[PlaceCode]) -> Hosted {
        let tiers: Vec<Level> = match tier {
            Some(level) => vec![level],
            None => vec![Level::City, Level::County, Level::Township],
        };
        if let Some(text) = self.row.get(Field::Host) {
            let place = match tiers.as_slice() {
                [level] => self.place(Field::Host, *level, text, around(*level, within)),
                _ => self.at_any_tier(Field::Host, text, &tiers, within),
            };
            return place.map_or_else(Hosted::default, |place| Hosted::at(&place));
        }
        let text = place_in_name(name.as_str());
        // 县委 or 区委 alone is that of the county of the row, and so on.
        if let [level] = tiers.as_slice() {
            let named = within.iter().find(|code| code.level() == *level);
            let is_bare = plain(&text).chars().count() <= 1;
            let place = match level {
                Level::City if is_bare => self.register.city(),
                _ => named.and_then(|code| self.register.place(code)),
            };
            if let Some(place) = place.filter(|_| is_bare || named.is_some()) {
                return Hosted::at(&place.clone());
            }
        }
        let place = self.at_any_tier(Field::Name, &text, &tiers, within);
        place.map_or_else(Hosted::default, |place| Hosted::at(&place))
    }

    /// The one place of some tiers; where none or several are found, that is noted.
    fn at_any_tier(
        &mut self,
        field: Field,
        text: &str,
        tiers: &[Level],
        within: &[PlaceCode],
    ) -> Option<KnownPlace> {
        let found = tiers
            .iter()
            .map(|level| (*level, self.register.find_place(*level, text, around(*level, within))));
        let mut found: Vec<_> = found.filter(|(_, found)| *found != Found::None).collect();
        let sure = found.iter().position(|(_, found)| matches!(found, Found::One(_, Confidence::Sure)));
        let at = sure.or(if found.is_empty() { None } else { Some(0) });
        let (level, found) = match at {
            Some(at) => found.swap_remove(at),
            None => (tiers.last().copied().unwrap_or(Level::Township), Found::None),
        };
        if let Some((confidence, chinese, english)) = self.unsure(level, text, &found) {
            self.doubt(field, confidence, chinese, english);
        }
        match found {
            Found::One(place, _) => Some(place.clone()),
            _ => None,
        }
    }

    /// What an organization that decides nothing belongs to: a village, or a unit by its name.
    fn host(&mut self, name: &Text, kind: Option<HostKind>, within: Option<&PlaceCode>) -> Hosted {
        let Some(text) = self.row.get(Field::Host) else { return self.host_in_name(name, kind, within) };
        let is_of_village = kind == Some(HostKind::Village);
        let found = self.register.find_place(Level::Village, text, within);
        let says_village = ["村", "社区", "村委会", "居委会", "村民委员会", "居民委员会"];
        let looks_like_one = says_village.iter().any(|word| plain(text).ends_with(word))
            || plain(text).bytes().all(|byte| byte.is_ascii_digit());
        if is_of_village || kind.is_none() && (found != Found::None || looks_like_one) {
            let place = self.place(Field::Host, Level::Village, text, within);
            return place.map_or(Hosted { kind: Some(HostKind::Village), ..Hosted::default() }, |place| {
                Hosted::at(&place)
            });
        }
        let is_said = kind.is_some();
        let kind = kind.unwrap_or_else(|| unit_kind(text));
        if !is_said && kind == HostKind::Unit {
            self.doubt(
                Field::Host,
                Confidence::Likely,
                format!("区划中没有村「{text}」，作机关企事业单位"),
                format!("there is no village `{text}`: taken for a unit"),
            );
        }
        let location = self.location(within);
        Hosted { kind: Some(kind), host: Some(text.to_owned()), location }
    }

    /// Where no cell says it: the village inside the name.
    fn host_in_name(&mut self, name: &Text, kind: Option<HostKind>, within: Option<&PlaceCode>) -> Hosted {
        let text = place_in_name(name.as_str());
        let found = self.register.find_place(Level::Village, &text, within);
        if let (Found::One(place, confidence), None | Some(HostKind::Village)) = (&found, &kind) {
            if *confidence != Confidence::Sure {
                let full = self.register.full_name(place);
                self.doubt(
                    Field::Name,
                    Confidence::Likely,
                    format!("所在村未填，按名称应是{full}"),
                    format!("the host is not given; by its name it is likely {full}"),
                );
            }
            return Hosted::at(place);
        }
        if let (Found::Several(_), None | Some(HostKind::Village)) = (&found, &kind)
            && let Some((_, chinese, english)) = self.unsure(Level::Village, &text, &found)
        {
            self.doubt(Field::Name, Confidence::Open, chinese, english);
            return Hosted { kind: Some(HostKind::Village), ..Hosted::default() };
        }
        self.doubt(
            Field::Name,
            Confidence::Open,
            "所在村或单位未填，从名称中也看不出",
            "the host is not given, and the name does not tell it",
        );
        Hosted { kind, ..Hosted::default() }
    }

    /// Where a unit lies.
    fn location(&mut self, within: Option<&PlaceCode>) -> Option<PlaceCode> {
        if let Some(text) = self.row.get(Field::Location) {
            let tiers = [Level::Township, Level::County, Level::Village, Level::City];
            return self.at_any_tier(Field::Location, text, &tiers, &[]).map(|place| place.code);
        }
        if within.is_none() {
            self.doubt(
                Field::Host,
                Confidence::Open,
                "单位所在地未填：请加「乡镇」「县(区)」或「所在地」列",
                "where the unit lies is not given: add a column for township, county or location",
            );
        }
        within.cloned()
    }

    fn number(&mut self, field: Field, units: &[&str]) -> Option<u32> {
        let text = self.row.get(field)?;
        let number = whole_number(text, units);
        if number.is_none() {
            let (chinese, english) = (format!("「{text}」不是整数"), format!("`{text}` is no whole number"));
            self.doubt(field, Confidence::Open, chinese, english);
        }
        number
    }

    /// Formal and probationary members. A list that only has all members says so: nobody counts one for the other.
    fn members(&mut self, form: Option<OrganizationForm>) -> (Option<u32>, u32) {
        let formal = self.number(Field::Formal, &PEOPLE);
        let probationary = self.number(Field::Probationary, &PEOPLE);
        let all = self.number(Field::Members, &PEOPLE);
        let has_formal = self.row.get(Field::Formal).is_some();
        match (formal, probationary, all) {
            (Some(formal), probationary, Some(all)) if formal + probationary.unwrap_or(0) != all => {
                self.doubt(
                    Field::Members,
                    Confidence::Open,
                    format!("党员数 {all} 不等于正式 {formal} 加预备 {}", probationary.unwrap_or(0)),
                    format!(
                        "{all} members are not {formal} formal and {} probationary",
                        probationary.unwrap_or(0)
                    ),
                );
            }
            (None, Some(probationary), Some(all)) if !has_formal && probationary <= all => {
                return (Some(all - probationary), probationary);
            }
            (None, None, Some(all)) if !has_formal => {
                self.doubt(
                    Field::Members,
                    Confidence::Likely,
                    format!("只有党员数，未分正式与预备：{all} 名全部作正式党员"),
                    format!("formal and probationary members are not told apart: all {all} taken as formal"),
                );
                return (Some(all), 0);
            }
            (None, _, None) if !has_formal && form == Some(OrganizationForm::Organ) => {
                return (Some(0), probationary.unwrap_or(0));
            }
            (None, _, _) if !has_formal => {
                self.doubt(
                    Field::Name,
                    Confidence::Open,
                    "缺少正式党员数",
                    "the number of formal members is missing",
                );
            }
            _ => {}
        }
        (formal, probationary.unwrap_or(0))
    }
}

/// Inside which place one of a tier is looked for.
fn around(level: Level, within: &[PlaceCode]) -> Option<&PlaceCode> {
    within.iter().rev().find(|code| code.level() > level)
}
