//! 启用清单: what an office needs before its first decision, how much of it is there, and what does the rest.
//!
//! Most of it stands in the log. Whether keys were copied and backups made does not: whoever has the data directory fills that in
//! (`Upkeep`), and until then it is not known.

use domain::say::{Say, say};
use domain::{Event, EventBody};

use super::list_of::{Found, ListOf, Spec, Year};
use super::scope::ListScope;
use crate::number::Unit;
use crate::table::{About, Column, Mark, Shown, Words};

mod counting;
mod item;
mod noted;
mod row;

pub use item::StartItem;
use noted::Noted;
use row::StartSource;
pub use row::{StartRow, StartState, Upkeep};

type Own = Column<StartRow>;

/// The list: the accounts and registers that were noted of the log.
pub(super) struct Start(Noted);

impl ListOf for Start {
    type Row = StartRow;
    type Line = StartRow;

    const SPEC: Spec = Spec {
        name: "start",
        title: say("启用清单", "Start list"),
        purpose: say(
            "正式启用前要办齐的事项：已有多少、还缺什么、在哪里办；日志以外的事项写明从何得知",
            "what an office needs before its first decision: how much is there, what is missing, and what does it; of what the log does not tell, how it is known",
        ),
        year: Year::None,
    };

    const COLUMNS: &'static [Column<StartRow>] = &[
        Own::text("item", say("事项", "Item"), |row| Words::Said(row.item.title()).into()).brief(),
        Own::choice("state", say("情况", "State"), |row| state(row.state)).brief(),
        Own::number("done", say("已有", "There"), |row| row.done.map_or(Words::Dash.into(), Shown::count))
            .brief(),
        Own::number("total", say("应有", "Of"), |row| row.total.map_or(Words::Dash.into(), Shown::count))
            .brief(),
        Own::text("missing", say("还缺", "Missing"), missing).brief(),
        Own::text("page", say("办理", "Do it"), |row| match &row.page {
            Some(page) => Shown::from(Words::Said(say("去办理", "Open"))).about(About::Page(page.clone())),
            None => Shown::empty(),
        }),
        Own::text("command", say("命令", "Command"), |row| Shown::or_empty(row.command.as_ref())),
        Own::text("known_from", say("依据", "Known from"), known_from),
    ];

    const READS: Option<fn(&Event) -> bool> = Some(|event| {
        matches!(
            event.body,
            EventBody::AccountIssued(_) | EventBody::AccountRenewed(_) | EventBody::AccountRevoked(_)
        )
    });

    fn begin(_: &ListScope<'_>) -> Self {
        Self(Noted::default())
    }

    fn note(&mut self, scope: &ListScope<'_>, event: &Event) {
        self.0.note(scope, event);
    }

    fn finish(self, scope: &ListScope<'_>) -> Found<StartRow> {
        let rows = counting::rows(scope, &self.0);
        let count = |states: &[StartState]| rows.iter().filter(|row| states.contains(&row.state)).count();
        let figures = [
            ("items", rows.len().into(), Unit::Items, say("启用事项", "items of the start list")),
            (
                "items_done",
                count(&[StartState::Done]).into(),
                Unit::Items,
                say("已齐备的事项", "items that are done"),
            ),
            (
                "items_open",
                count(&[StartState::Partly, StartState::Open]).into(),
                Unit::Items,
                say(
                    "部分已有或尚未办理的事项，不含日志以外的",
                    "items that are open or partly done, as far as the log tells",
                ),
            ),
        ];
        Found::new(figures, rows)
    }

    fn lines(row: StartRow) -> Vec<StartRow> {
        vec![row]
    }
}

fn state(state: StartState) -> Shown {
    let (words, mark) = match state {
        StartState::Done => (say("齐备", "done"), Mark::Quiet),
        StartState::Partly => (say("部分", "partly"), Mark::Warn),
        StartState::Open => (say("未办", "open"), Mark::Bad),
        StartState::NotYet => (say("暂无", "not yet"), Mark::Quiet),
        StartState::Unknown => (say("不掌握", "not known"), Mark::Warn),
    };
    Shown::from(Words::Said(words)).marked(mark)
}

/// The first few by name, and how many more.
fn missing(row: &StartRow) -> Shown {
    let mut names: Vec<Words> = row.missing.iter().map(|gap| Words::Text(gap.name.to_string())).collect();
    let more = row.missing_count.saturating_sub(row.missing.len() as u64);
    if more > 0 && !names.is_empty() {
        names.push(Words::Said(Say::of(format!("另 {more} 个"), format!("{more} more"))));
    }
    Words::Names(names).into()
}

fn known_from(row: &StartRow) -> Shown {
    let source = match (row.known_from, row.state) {
        (StartSource::Log, _) => say("日志", "the log"),
        (StartSource::BackupMark, StartState::Unknown) => say(
            "数据目录中没有备份标记，手工备份的无从得知",
            "no mark of a backup in the data directory; one made by hand is not known",
        ),
        (StartSource::BackupMark, _) => say(
            "备份留下的标记；副本是否还在，须自行核对",
            "the mark that a backup left; look yourself whether the copy is still there",
        ),
        (StartSource::Witnesses, _) => say("见证人的签名", "the signatures of witnesses"),
    };
    let mut words = vec![Words::Said(source)];
    words.extend(row.at.map(Words::Time));
    words.extend(
        row.position
            .map(|last| Words::Said(Say::of(format!("至第 {last} 条"), format!("up to event {last}")))),
    );
    Words::Run(words).into()
}

/// Whether something was ever done with the log: an office that has decided nothing yet begins with this list.
pub fn is_before_the_first_decision(views: &crate::Views) -> bool {
    let city = views.city();
    city.simulated != Some(true) && views.readable_by(&city.city).next().is_none()
}
