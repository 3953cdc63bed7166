//! Made-up cities whose lists change at random: what is proposed always applies, and gives the new list exactly.

use proptest::prelude::*;

use super::*;

/// Few names, so that many places share one.
const NAMES: [&str; 10] = ["红旗", "清水", "石龙", "大坝", "青山", "石清", "石青", "双河", "龙凤", "元坝"];
const OFFICES: [&str; 3] = ["村民委员会", "村村民委员会", "社区居民委员会"];

/// A village of a list: county, township, number, name and office.
type Village = (u8, u8, u16, usize, usize);

/// A change of the list.
#[derive(Debug, Clone)]
enum Change {
    Drop(usize),
    Rename(usize, usize, usize),
    Recode(usize, u8, u16),
    Exchange(usize, usize),
    Add(Village),
    DropTownship(u8, u8, u8),
    RenameTownship(u8, u8, usize),
    RecodeTownship(u8, u8, u8),
}

/// What a list is made of: townships by county and number with their names, and villages.
#[derive(Debug, Clone)]
struct Sketch {
    townships: BTreeMap<(u8, u8), usize>,
    villages: Vec<Village>,
}

impl Sketch {
    fn list(&self) -> Vec<PlaceLine> {
        let mut text = "6101,某市,city,61\n610102,甲区,county,6101\n610103,乙县,county,6101\n".to_owned();
        for ((county, township), name) in &self.townships {
            let (code, name) = (format!("61010{county}1{township:02}"), NAMES[*name]);
            text.push_str(&format!("{code},{name}镇,township,61010{county}\n"));
        }
        let mut codes = std::collections::BTreeSet::new();
        for (county, township, number, name, office) in &self.villages {
            let above = format!("61010{county}1{township:02}");
            let code = format!("{above}{number:03}");
            if self.townships.contains_key(&(*county, *township)) && codes.insert(code.clone()) {
                text.push_str(&format!("{code},{}{},village,{above}\n", NAMES[*name], OFFICES[*office]));
            }
        }
        lines(&text)
    }

    fn apply(&mut self, change: Change) {
        let count = self.villages.len().max(1);
        match change {
            Change::Add(village) => self.villages.push(village),
            Change::DropTownship(county, from, to) if self.townships.len() > 1 => {
                // Its villages pass to another township of the county, as in a merger.
                if from != to && self.townships.contains_key(&(county, to)) {
                    self.townships.remove(&(county, from));
                    for village in self.villages.iter_mut().filter(|own| (own.0, own.1) == (county, from)) {
                        village.1 = to;
                    }
                }
            }
            Change::DropTownship(..) => {}
            Change::RenameTownship(county, township, name) => {
                self.townships.entry((county, township)).and_modify(|own| *own = name);
            }
            Change::RecodeTownship(county, from, to) => {
                if !self.townships.contains_key(&(county, to))
                    && let Some(name) = self.townships.remove(&(county, from))
                {
                    self.townships.insert((county, to), name);
                    for village in self.villages.iter_mut().filter(|own| (own.0, own.1) == (county, from)) {
                        village.1 = to;
                    }
                }
            }
            _ if self.villages.is_empty() => {}
            Change::Drop(at) => drop(self.villages.remove(at % count)),
            Change::Rename(at, name, office) => {
                let own = &mut self.villages[at % count];
                (own.3, own.4) = (name, office);
            }
            Change::Recode(at, township, number) => {
                let own = &mut self.villages[at % count];
                (own.1, own.2) = (township, number);
            }
            Change::Exchange(one, other) => {
                let (one, other) = (one % count, other % count);
                let names = (self.villages[one].3, self.villages[other].3);
                (self.villages[other].3, self.villages[one].3) = names;
            }
        }
    }
}

fn village() -> impl Strategy<Value = Village> {
    (2_u8..4, 0_u8..4, 198_u16..204, 0..NAMES.len(), 0..OFFICES.len())
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let townships = prop::collection::btree_map((2_u8..4, 0_u8..4), 0..NAMES.len(), 3..8);
    (townships, prop::collection::vec(village(), 0..30)).prop_map(|(mut townships, villages)| {
        // Every county has one, so that no list leaves a county out.
        townships.entry((2, 0)).or_insert(0);
        townships.entry((3, 0)).or_insert(1);
        Sketch { townships, villages }
    })
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (0_usize..50).prop_map(Change::Drop),
        (0_usize..50, 0..NAMES.len(), 0..OFFICES.len())
            .prop_map(|(at, name, office)| Change::Rename(at, name, office)),
        (0_usize..50, 0_u8..4, 198_u16..204)
            .prop_map(|(at, township, number)| Change::Recode(at, township, number)),
        (0_usize..50, 0_usize..50).prop_map(|(one, other)| Change::Exchange(one, other)),
        village().prop_map(Change::Add),
        (2_u8..4, 0_u8..4, 0_u8..4).prop_map(|(county, from, to)| Change::DropTownship(county, from, to)),
        (2_u8..4, 0_u8..4, 0..NAMES.len())
            .prop_map(|(county, township, name)| Change::RenameTownship(county, township, name)),
        (2_u8..4, 0_u8..4, 0_u8..4).prop_map(|(county, from, to)| Change::RecodeTownship(county, from, to)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_proposed_gives_the_list(
        first in sketch(),
        changes in prop::collection::vec(change(), 1..25),
        unrelated in sketch(),
        is_related in prop::bool::weighted(0.8),
    ) {
        let mut second = first.clone();
        for change in changes {
            second.apply(change);
        }
        let second = if is_related { second.list() } else { unrelated.list() };
        let mut city = City::of(&first.list(), "2018-01-01");
        let comparison = city.compare(&second);
        prop_assert_eq!(comparison.not_in_list.len(), 0);
        // What is accepted before anybody has looked at it applies too.
        City { state: city.state.clone() }.apply(&comparison.proposals, "2019-01-01");
        city.apply(&all_accepted(&comparison), "2019-01-01");
        prop_assert_eq!(city.places(), rows_of(&second));
        prop_assert_eq!(city.compare(&second).proposals, vec![]);
    }
}
