//! The tree of figures: made from the rows of a city, and the ways through it that prove a place, a row or an absence.

use std::collections::BTreeMap;

use super::error::FigureError;
use super::line::{Line, NOWHERE, Tier, half};
use super::proof::{Step, Way};

/// A row that the views count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureRow {
    /// The county in which it lies; nothing where none is known.
    pub county: Option<String>,
    /// The township in which it lies.
    pub township: Option<String>,
    /// Its kind and id, which no other row has.
    pub key: String,
    /// What it counts, in the order of the figures.
    pub counts: Vec<u64>,
    /// What it is, in words that the tree commits to.
    pub text: String,
}

/// A place with what lies in it, in the order of the keys.
struct Place<Inner> {
    code: String,
    inner: Inner,
    lines: Vec<Line>,
    /// Its own node.
    line: Line,
}

/// The texts of a township's rows, in the order of their lines.
type Township = Place<Vec<String>>;
type County = Place<Vec<Township>>;

/// The tree of figures of a city.
pub struct FigureTree {
    city: Place<Vec<County>>,
}

impl<Inner> Place<Inner> {
    fn of(
        tier: Tier,
        code: String,
        lines: Vec<Line>,
        inner: Inner,
        figures: usize,
    ) -> Result<Self, FigureError> {
        let all = Line::join_all(&lines)?;
        let line = Line::of_place(tier, &code, all.as_ref(), figures)?;
        Ok(Self { code, inner, lines, line })
    }

    /// The step from what lies in a place to the place.
    fn enter(&self) -> Step {
        Step::Enter { tier: self.line.tier, code: self.code.clone() }
    }

    /// From one of its lines up to the place.
    fn climb(&self, index: usize) -> Vec<Step> {
        let mut steps = Vec::new();
        path(&self.lines, index, &mut steps);
        steps.push(self.enter());
        steps
    }
}

impl County {
    fn codes(&self) -> impl Iterator<Item = &str> {
        self.inner.iter().map(|township| township.code.as_str())
    }
}

impl FigureTree {
    /// The tree over all rows. Places in which nothing lies stand in it too, so that their nothing is proved.
    pub fn new(
        city: &str,
        places: impl IntoIterator<Item = (Option<String>, Option<String>)>,
        rows: impl IntoIterator<Item = FigureRow>,
        figures: usize,
    ) -> Result<Self, FigureError> {
        let or_nowhere = |code: Option<String>| code.unwrap_or_else(|| NOWHERE.to_owned());
        let mut gathered: BTreeMap<String, BTreeMap<String, Vec<FigureRow>>> = BTreeMap::new();
        for (county, township) in places {
            let townships = gathered.entry(or_nowhere(county)).or_default();
            if let Some(township) = township {
                townships.entry(township).or_default();
            }
        }
        for row in rows {
            let townships = gathered.entry(or_nowhere(row.county.clone())).or_default();
            townships.entry(or_nowhere(row.township.clone())).or_default().push(row);
        }
        let mut counties = Vec::new();
        for (code, townships) in gathered {
            let townships = townships.into_iter().map(|(code, rows)| township(code, rows, figures));
            let townships = townships.collect::<Result<Vec<Township>, FigureError>>()?;
            let lines = townships.iter().map(|township| township.line.clone()).collect();
            counties.push(Place::of(Tier::County, code, lines, townships, figures)?);
        }
        // A township that lay in two counties would have two figures.
        let mut codes: Vec<&str> =
            counties.iter().flat_map(Place::codes).filter(|code| *code != NOWHERE).collect();
        codes.sort_unstable();
        if let Some(twice) = codes.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(FigureError::Order { left: twice[0].to_owned(), right: twice[1].to_owned() });
        }
        let lines = counties.iter().map(|county| county.line.clone()).collect();
        Ok(Self { city: Place::of(Tier::City, city.to_owned(), lines, counties, figures)? })
    }

    /// The city's node.
    pub fn city(&self) -> &Line {
        &self.city.line
    }

    /// How many joint branches and villages there are.
    pub fn rows(&self) -> usize {
        let townships = self.city.inner.iter().flat_map(|county| &county.inner);
        townships.map(|township| township.lines.len()).sum()
    }

    /// The way from a place up to the city: of a city or county from all that it consists of.
    pub fn of_place(&self, scope: &str) -> Result<Way, FigureError> {
        if scope == self.city.code {
            return Ok(Way { begin: self.city.lines.clone(), steps: vec![self.city.enter()] });
        }
        for (index, county) in self.city.inner.iter().enumerate() {
            if scope == county.code {
                let steps = std::iter::once(county.enter()).chain(self.city.climb(index)).collect();
                return Ok(Way { begin: county.lines.clone(), steps });
            }
            if let Some(at) = county.inner.iter().position(|township| scope == township.code) {
                let steps = county.climb(at).into_iter().chain(self.city.climb(index)).collect();
                return Ok(Way { begin: vec![county.lines[at].clone()], steps });
            }
        }
        Err(FigureError::UnknownScope { scope: scope.to_owned() })
    }

    /// The way from a row up to the city with its text, where it lies within the scope; nothing where there is no such row.
    pub fn of_row(&self, key: &str, scope: &str) -> Result<Option<(Way, String)>, FigureError> {
        for (index, county) in self.city.inner.iter().enumerate() {
            for (at, township) in county.inner.iter().enumerate() {
                let Ok(place) = township.lines.binary_search_by(|line| line.first.as_str().cmp(key)) else {
                    continue;
                };
                if ![&self.city.code, &county.code, &township.code].iter().any(|code| *code == scope) {
                    return Ok(None);
                }
                let steps = [township.climb(place), county.climb(at), self.city.climb(index)].concat();
                let way = Way { begin: vec![township.lines[place].clone()], steps };
                return Ok(Some((way, township.inner[place].clone())));
            }
        }
        Ok(None)
    }

    /// The way that shows that a township has no such row.
    pub fn absence(&self, key: &str, scope: &str) -> Result<Way, FigureError> {
        for (index, county) in self.city.inner.iter().enumerate() {
            let Some(at) = county.codes().position(|code| code == scope) else { continue };
            let (township, mut way) = (&county.inner[at], Way::default());
            gap(&township.lines, key, &mut way)?;
            way.steps.push(township.enter());
            way.steps.extend(county.climb(at).into_iter().chain(self.city.climb(index)));
            return Ok(way);
        }
        let (key, scope) = (key.to_owned(), scope.to_owned());
        let is_known = self.of_place(&scope).is_ok();
        Err(if is_known {
            FigureError::Elsewhere { key, scope }
        } else {
            FigureError::UnknownScope { scope }
        })
    }
}

fn township(code: String, mut rows: Vec<FigureRow>, figures: usize) -> Result<Township, FigureError> {
    rows.sort_by(|one, other| one.key.cmp(&other.key));
    if rows.iter().any(|row| row.counts.len() != figures) {
        return Err(FigureError::Counts);
    }
    let rows = rows.into_iter().map(|row| (Line::of_row(row.key, row.counts, &row.text), row.text));
    let (lines, texts) = rows.unzip();
    Place::of(Tier::Township, code, lines, texts, figures)
}

/// The siblings on the way from one of the lines to the node of all, the lowest first.
fn path(lines: &[Line], index: usize, steps: &mut Vec<Step>) {
    if lines.len() < 2 {
        return;
    }
    let (left, right) = lines.split_at(half(lines.len()));
    if index < left.len() {
        path(left, index, steps);
        steps.extend(joined(right).map(Step::Right));
    } else {
        path(right, index - left.len(), steps);
        steps.extend(joined(left).map(Step::Left));
    }
}

/// The node of lines that were joined before, and so can be again.
fn joined(lines: &[Line]) -> Option<Line> {
    Line::join_all(lines).ok().flatten()
}

/// The two neighbours between which a key would stand, and the way from them to the node of all; where it would stand
/// before or behind all, that node alone.
fn gap(lines: &[Line], key: &str, way: &mut Way) -> Result<(), FigureError> {
    let is_inside = lines.first().is_some_and(|line| line.first.as_str() < key)
        && lines.last().is_some_and(|line| line.last.as_str() > key);
    if !is_inside {
        way.begin.extend(Line::join_all(lines)?);
        return Ok(());
    }
    let (left, right) = lines.split_at(half(lines.len()));
    let ends_before = left.last().is_some_and(|line| line.last.as_str() < key);
    let begins_behind = right.first().is_some_and(|line| line.first.as_str() > key);
    match (ends_before, begins_behind) {
        (true, true) => way.begin.extend(joined(left).into_iter().chain(joined(right))),
        (true, false) => {
            gap(right, key, way)?;
            way.steps.extend(joined(left).map(Step::Left));
        }
        (false, _) => {
            gap(left, key, way)?;
            way.steps.extend(joined(right).map(Step::Right));
        }
    }
    Ok(())
}
