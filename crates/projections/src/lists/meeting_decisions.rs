//! 议定事项: what coordination meetings decided, who carries it out by when, and where it stands.

use domain::place::Level;
use domain::say::{Say, say};

use super::list_of::{Found, ListOf, Spec, Year};
use super::scope::ListScope;
pub use crate::meetings::DecisionEntry;
use crate::meetings::{DecisionState, decisions_of};
use crate::number::Unit;
use crate::table::{About, Column, Mark, Shown, Words};

type Own = Column<DecisionEntry>;

/// The rows hold it all.
pub(super) struct MeetingDecisions;

impl ListOf for MeetingDecisions {
    type Row = DecisionEntry;
    type Line = DecisionEntry;

    const SPEC: Spec = Spec {
        name: "meeting-decisions",
        title: say("联系会议议定事项", "Decisions of coordination meetings"),
        purpose: say(
            "历次联系会议的议定事项：责任单位、办理期限、督办和销号",
            "what coordination meetings decided: who carries it out by when, its supervision and its closing",
        ),
        year: Year::None,
    };

    const COLUMNS: &'static [Column<DecisionEntry>] = &[
        Own::choice("meeting", say("会议", "Meeting"), |row| {
            Shown::from(Words::Said(domain::meeting::name(row.met_on.year(), row.session)))
                .about(About::Page(format!("/meetings/{}/papers/meeting-minutes", row.meeting)))
        })
        .brief(),
        Own::choice("place", say("召开单位", "Held by"), |row| Shown::place(row.place.as_ref())),
        Own::text("met_on", say("开会日期", "Held on"), |row| Shown::text(row.met_on)),
        Own::text("document", say("会议纪要", "Minutes"), |row| Shown::text(&row.document)),
        Own::number("item", say("序号", "Item"), |row| Shown::count(row.item)).brief(),
        Own::text("topic", say("议题", "Topic"), |row| Shown::text(&row.topic)),
        Own::text("decided", say("议定事项", "Decision"), |row| Shown::text(&row.decided)).brief(),
        Own::choice("carrier", say("责任单位", "Carried out by"), |row| {
            Shown::place(row.carrier.as_ref())
        })
        .brief(),
        Own::text("finish_by", say("办理期限", "Due"), |row| {
            row.finish_by.map_or_else(|| Words::Said(say("不限期", "no day")).into(), Shown::text)
        })
        .brief(),
        Own::choice("state", say("办理情况", "State"), state).brief(),
        Own::number("days_left", say("剩余天数", "Days left"), |row| {
            row.days_left.map_or_else(Shown::empty, |days| Shown {
                number: Some(f64::from(days)),
                ..Shown::text(days)
            })
        }),
        Own::text("supervised_on", say("督办日期", "Supervised on"), |row| {
            let issued = row.supervised_on.map(Shown::text);
            let slip = |id| About::Page(format!("/supervisions/{id}/papers/supervision-slip"));
            match (issued, row.supervision) {
                (Some(issued), Some(id)) => issued.about(slip(id)),
                _ => ask(row),
            }
        }),
        Own::text("answered_on", say("答复日期", "Answered on"), |row| Shown::day(row.answered_on)),
        Own::text("closed_on", say("销号日期", "Closed on"), |row| {
            Shown::day(row.closed.as_ref().map(|closed| closed.on))
        }),
        Own::text("result", say("办结情况", "Result"), |row| {
            Shown::or_empty(row.closed.as_ref().map(|closed| &closed.result))
        }),
    ];

    fn begin(_: &ListScope<'_>) -> Self {
        Self
    }

    fn finish(self, scope: &ListScope<'_>) -> Found<DecisionEntry> {
        let mut rows: Vec<_> = decisions_of(scope.reading, &scope.code).collect();
        rows.sort_by_key(|row| {
            (
                row.state,
                row.finish_by.is_none(),
                row.finish_by,
                std::cmp::Reverse(row.met_on),
                row.meeting,
                row.item,
            )
        });
        let figure = |name, wanted: DecisionState, zh: &str, en: &str| {
            let count = rows.iter().filter(|row| row.state == wanted).count();
            (name, count.into(), Unit::Decisions, Say::of(zh, en))
        };
        let figures = [
            figure(
                "decisions_in_progress",
                DecisionState::InProgress,
                "办理中的议定事项",
                "decisions being carried out",
            ),
            figure(
                "decisions_overdue",
                DecisionState::Overdue,
                "办理期限已过、尚未办结的议定事项",
                "decisions whose day has passed",
            ),
            figure(
                "decisions_to_close",
                DecisionState::ToClose,
                "督办已答复、待销号的议定事项",
                "decisions whose supervision is answered, to be closed",
            ),
            figure(
                "decisions_closed",
                DecisionState::Closed,
                "已销号的议定事项",
                "decisions that are closed",
            ),
        ];
        Found::new(figures, rows)
    }

    fn lines(row: DecisionEntry) -> Vec<DecisionEntry> {
        vec![row]
    }
}

/// Where it stands, with the way to close it.
fn state(row: &DecisionEntry) -> Shown {
    let shown = Shown::term("DecisionState", &row.state);
    let close = || About::Page(format!("/work/close-decision?meeting={}&item={}", row.meeting, row.item));
    match row.state {
        DecisionState::Closed => shown.marked(Mark::Quiet),
        DecisionState::ToClose => shown.marked(Mark::Warn).about(close()),
        DecisionState::Overdue => shown.marked(Mark::Bad).about(close()),
        DecisionState::InProgress => shown.about(close()),
    }
}

/// The way to a supervision, where one may be issued.
fn ask(row: &DecisionEntry) -> Shown {
    let asked = row.carrier.as_ref().filter(|to| to.code.level() != Level::City && row.closed.is_none());
    asked.map_or_else(Shown::empty, |to| {
        let path =
            format!("/work/issue-supervision?to={}&meeting={}&item={}", to.code, row.meeting, row.item);
        Shown::from(Words::Said(say("发出督办", "supervise"))).about(About::Page(path))
    })
}
