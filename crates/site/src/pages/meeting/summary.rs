//! The whole in two sentences, as the first slide and the brief say it: what there is, and how the last quarter was graded.

use domain::say::Language;
use projections::{GradeCounts, ObligationKind};

use super::matter::Matter;

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Words.
    Said(String),
    /// A figure.
    Figure(String),
    /// A figure that is a reason for concern, above zero.
    Alarm(String),
}

impl Piece {
    /// What it says.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Said(text) | Self::Figure(text) | Self::Alarm(text) => text,
        }
    }

    fn alarm(count: u64) -> Self {
        if count > 0 { Self::Alarm(count.to_string()) } else { Self::Figure(count.to_string()) }
    }
}

/// The sentences on one line. Chinese papers set no spaces around figures.
pub(crate) fn plain(language: Language, pieces: &[Piece]) -> String {
    let whole: String = pieces.iter().map(Piece::text).collect();
    language.pick(whole.replace(' ', ""), whole)
}

/// The sentences.
pub(crate) fn summary(matter: &Matter<'_>) -> Vec<Piece> {
    let (all, villages, share) =
        (matter.count("joint_branches"), matter.count("villages_covered"), matter.figure("coverage_ratio"));
    let (said, figure) = (|text: &str| Piece::Said(text.to_owned()), |value: String| Piece::Figure(value));
    let mut pieces = match matter.visit.language {
        Language::Zh => vec![
            said("运行中的联合党组织 "),
            figure(all.to_string()),
            said(" 个，覆盖 "),
            figure(villages.to_string()),
            said(" 个行政村（"),
            figure(format!("{share}%")),
            said("）。"),
        ],
        Language::En => vec![
            figure(all.to_string()),
            said(if all == 1 { " joint branch at work covers " } else { " joint branches at work cover " }),
            figure(villages.to_string()),
            said(if villages == 1 { " village (" } else { " villages (" }),
            figure(format!("{share}%")),
            said("). "),
        ],
    };
    pieces.extend(grades(matter));
    pieces.extend(ends(matter));
    pieces
}

/// Whether anything was graded, or should have been.
fn is_known(counts: GradeCounts) -> bool {
    counts != GradeCounts::default()
}

/// How the last quarter was graded, and how that compares with the quarter before, where there is one to compare.
fn grades(matter: &Matter<'_>) -> Vec<Piece> {
    let quarter = matter.last_quarter();
    let (now, before) = (matter.grades(quarter), matter.grades(quarter.previous()));
    let language = matter.visit.language;
    let named = quarter.say();
    let said = |zh: &str, en: &str| Piece::Said(language.pick(zh, en).to_owned());
    if !is_known(now) {
        let text =
            language.pick(format!("{}尚无评估", named.zh), format!("Nothing is graded for {} yet", named.en));
        return vec![Piece::Said(text)];
    }
    let mut pieces = match language {
        Language::Zh => {
            vec![Piece::Said(format!("{}评为较差 ", named.zh)), Piece::alarm(now.poor), said(" 个", "")]
        }
        Language::En => vec![
            Piece::Said(format!("In {} ", named.en)),
            Piece::alarm(now.poor),
            said("", if now.poor == 1 { " was graded poor" } else { " were graded poor" }),
        ],
    };
    if is_known(before) {
        pieces.extend(match i128::from(now.poor) - i128::from(before.poor) {
            0 => vec![said("，与上季度持平", ", as many as in the quarter before")],
            more if more > 0 => vec![
                said("，比上季度多 ", ", "),
                Piece::Alarm(more.to_string()),
                said(" 个", " more than in the quarter before"),
            ],
            fewer => vec![
                said("，比上季度少 ", ", "),
                Piece::Figure((-fewer).to_string()),
                said(" 个", " fewer than in the quarter before"),
            ],
        });
    }
    if now.missing > 0 {
        pieces.push(said("，另有 ", "; "));
        pieces.push(Piece::alarm(now.missing));
        pieces.push(said(
            " 个逾期未评",
            if now.missing == 1 { " has no grade in time" } else { " have no grade in time" },
        ));
    }
    pieces
}

/// What must end, and how much of it is overdue.
fn ends(matter: &Matter<'_>) -> Vec<Piece> {
    let language = matter.visit.language;
    let said = |zh: &str, en: &str| Piece::Said(language.pick(zh, en).to_owned());
    let is_late = |owed: &&projections::Obligation| owed.kind == ObligationKind::Dissolution && owed.overdue;
    let (due, late) = (matter.count("termination_due"), matter.owed.iter().filter(is_late).count() as u64);
    if due == 0 {
        return vec![said("；没有应予终止的。", "; no end is due.")];
    }
    let mut pieces = match language {
        Language::Zh => vec![said("；", ""), Piece::alarm(due), said(" 个应予终止", "")],
        Language::En => vec![said("", "; the end of "), Piece::alarm(due), said("", " is due")],
    };
    if late > 0 {
        pieces.push(said("，其中 ", ", of "));
        pieces.push(Piece::alarm(late));
        pieces.push(said(" 个逾期", " overdue"));
    }
    pieces.push(said("。", "."));
    pieces
}
