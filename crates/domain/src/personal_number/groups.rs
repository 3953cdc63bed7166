//! Digits of a text in groups: what breaks them, what stands before and behind them.

/// The most characters of a number, with the country's code: longer spans are not looked at.
const MAX_CHARACTERS: usize = 18;
/// The most characters that may stand between two groups of one number, as in ` - `.
const MAX_GAP: usize = 3;
/// How far before a number its word may stand, as in 电话（办）：.
const MAX_BEFORE_WORD: usize = 4;
/// Units behind a figure that is counted.
const COUNTED: &str = "户人元万亿亩年月日次个%吨公米平斤千百组名件项头只株尾羽套间张份家村岁期场台辆条处座口";
/// Units behind a figure that may have eleven digits.
const AMOUNTS: [&str; 9] = ["元", "万", "亿", "美元", "立方", "千瓦", "吨", "斤", "度"];
/// What may stand inside a number as people write it down.
const JOINTS: &str = "-_+()·•~./\\*#:|,、\u{ad}\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2212}";

/// A group of digits.
#[derive(Debug)]
struct Group {
    digits: String,
    /// Its first character, and the one behind its last.
    at: (usize, usize),
    /// Whether an X follows, as at the end of an identity number.
    has_x: bool,
}

/// Neighbouring groups that may be one number.
pub(super) struct Span<'a> {
    text: &'a [char],
    groups: Vec<String>,
    digits: String,
    /// The first character, and the one behind the last.
    at: (usize, usize),
    /// What stands between each two groups.
    gaps: Vec<&'a [char]>,
    has_x: bool,
    is_whole_run: bool,
}

/// Every sequence of neighbouring groups that is not longer than a number can be.
pub(super) fn spans_of(text: &[char]) -> impl Iterator<Item = Span<'_>> {
    runs_of(text).into_iter().flat_map(move |run| {
        let count = run.len();
        let ends = (0..count).flat_map(move |first| (first + 1..=count).map(move |end| (first, end)));
        let spans =
            ends.filter_map(move |(first, end)| span(text, run.get(first..end)?, end - first == count));
        spans.collect::<Vec<_>>()
    })
}

fn span<'a>(text: &'a [char], groups: &[Group], is_whole_run: bool) -> Option<Span<'a>> {
    let (first, last) = (groups.first()?, groups.last()?);
    let length: usize = groups.iter().map(|group| group.digits.len()).sum();
    // An X ends a number.
    if length > MAX_CHARACTERS || groups.iter().rev().skip(1).any(|group| group.has_x) {
        return None;
    }
    Some(Span {
        text,
        digits: groups.iter().map(|group| group.digits.as_str()).collect(),
        groups: groups.iter().map(|group| group.digits.clone()).collect(),
        at: (first.at.0, last.at.1),
        gaps: groups.windows(2).filter_map(|pair| text.get(pair[0].at.1..pair[1].at.0)).collect(),
        has_x: last.has_x,
        is_whole_run,
    })
}

/// Groups that only blanks, hyphens and the like keep apart.
fn runs_of(text: &[char]) -> Vec<Vec<Group>> {
    let mut runs: Vec<Vec<Group>> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let Some(group) = group_at(text, at) else {
            at += 1;
            continue;
        };
        at = group.at.1;
        let goes_on = runs
            .last()
            .and_then(|run| run.last())
            .is_some_and(|before| !before.has_x && text.get(before.at.1..group.at.0).is_some_and(is_gap));
        match runs.last_mut().filter(|_| goes_on) {
            Some(run) => run.push(group),
            None => runs.push(vec![group]),
        }
    }
    runs
}

fn group_at(text: &[char], at: usize) -> Option<Group> {
    let digits: String = text.get(at..)?.iter().take_while(|character| character.is_ascii_digit()).collect();
    let end = at + digits.len();
    let rest = text.get(end..).unwrap_or_default();
    let before_x = rest.iter().take_while(|character| is_joint(**character)).take(MAX_GAP).count();
    let is_x = rest.get(before_x) == Some(&'x')
        && !rest.get(before_x + 1).is_some_and(|next| next.is_ascii_alphanumeric());
    (!digits.is_empty()).then_some(Group { digits, at: (at, end), has_x: is_x })
}

fn is_gap(between: &[char]) -> bool {
    (1..=MAX_GAP).contains(&between.len()) && between.iter().all(|character| is_joint(*character))
}

fn is_joint(character: char) -> bool {
    character.is_whitespace() || JOINTS.contains(character)
}

/// Eight digits that are a day of our times.
pub(super) fn is_day(digits: &str) -> bool {
    let number = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<u16>().ok());
    number(0..4).is_some_and(|year| (1900..2100).contains(&year))
        && number(4..6).is_some_and(|month| (1..=12).contains(&month))
        && number(6..8).is_some_and(|day| (1..=31).contains(&day))
}

impl Span<'_> {
    pub(super) fn digits(&self) -> &str {
        &self.digits
    }

    pub(super) fn groups(&self) -> &[String] {
        &self.groups
    }

    pub(super) fn lengths(&self) -> Vec<usize> {
        self.groups.iter().map(String::len).collect()
    }

    /// Whether an X follows.
    pub(super) fn has_x(&self) -> bool {
        self.has_x
    }

    pub(super) fn is_whole_run(&self) -> bool {
        self.is_whole_run
    }

    pub(super) fn breaks(&self) -> usize {
        self.gaps.len()
    }

    /// Whether none of its groups is kept apart by blanks alone.
    pub(super) fn is_hyphenated(&self) -> bool {
        self.gaps.iter().all(|gap| gap.iter().any(|character| !character.is_whitespace()))
    }

    /// Whether a dot or a stroke stands between groups: then two groups are a figure or a fraction.
    pub(super) fn has_dots(&self) -> bool {
        self.gaps
            .iter()
            .any(|gap| gap.iter().any(|character| matches!(character, '.' | '/' | '\\' | '*' | ':' | '|')))
    }

    /// Whether marks of a list stand between groups: they part numbers, unless a word says that it is one.
    pub(super) fn is_listed(&self) -> bool {
        self.gaps.iter().any(|gap| gap.iter().any(|character| matches!(character, ',' | '、')))
    }

    /// Whether it is the decimals of a figure.
    pub(super) fn is_fraction(&self) -> bool {
        let before = self.text.get(..self.at.0).unwrap_or_default();
        matches!(before, [.., digit, '.'] if digit.is_ascii_digit())
    }

    /// Whether what breaks it is everywhere the same where it has dots or single digits, as figures in a row have not.
    pub(super) fn is_evenly_broken(&self) -> bool {
        let must_be_even = self.has_dots() || self.groups.iter().all(|group| group.len() == 1);
        let is_even = self.gaps.windows(2).all(|pair| pair[0] == pair[1]);
        !must_be_even || (is_even && self.gaps.len() >= 2)
    }

    /// Whether one of these words stands right before it.
    pub(super) fn follows(&self, words: &[&str]) -> bool {
        let before: String = self.text.get(..self.at.0).unwrap_or_default().iter().collect();
        words.iter().any(|word| {
            before.rfind(word).is_some_and(|at| {
                let between = before.get(at + word.len()..).unwrap_or_default();
                between.chars().count() <= MAX_BEFORE_WORD
                    && !between.contains(['，', '。', '；', '、', ',', ';'])
                    && !between.chars().any(|character| character.is_ascii_digit())
            })
        })
    }

    /// Whether a unit follows, so that its last group is a count.
    pub(super) fn is_counted(&self) -> bool {
        self.behind().chars().next().is_some_and(|next| COUNTED.contains(next))
    }

    /// Whether a unit follows that goes with a figure of eleven digits.
    pub(super) fn is_amount(&self) -> bool {
        let behind = self.behind();
        AMOUNTS.iter().any(|unit| behind.starts_with(unit))
    }

    /// What stands behind it, past its decimals and a blank.
    fn behind(&self) -> String {
        let mut rest = self.text.get(self.at.1..).unwrap_or_default();
        if let [point, after, ..] = rest
            && *point == '.'
            && after.is_ascii_digit()
        {
            let decimals = rest[1..].iter().take_while(|character| character.is_ascii_digit()).count();
            rest = &rest[1 + decimals..];
        }
        let blanks = rest.iter().take_while(|character| character.is_whitespace()).count();
        rest[blanks..].iter().take(3).collect()
    }
}
