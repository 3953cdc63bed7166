//! 存量待补: what is not on file of the joint branches that existed before the register was opened.

use std::borrow::Cow;

use domain::ids::JointBranchId;
use domain::joint_branch::Phase;
use domain::on_file::OnFile;
use domain::registration::{FactName, Source};
use domain::say::{Say, say};
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_of::{Found, ListOf, Spec, Year};
use super::scope::ListScope;
use crate::number::Unit;
use crate::person::HasSecretary;
use crate::rows::{JointBranchRow, PlaceLabel, RegistrationRow};
use crate::table::{Column, Mark, Shown, Words};

type Own = Column<UnregisteredRow>;

/// The list: nothing is noted of the log.
pub(super) struct Unregistered;

/// 一个联合党组织缺的一项 / a fact of a joint branch that is not on file
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UnregisteredRow {
    /// 联合党组织编号 / the id of the joint branch
    pub joint_branch: JointBranchId,
    /// 联合党组织的名称 / the name of the joint branch
    pub name: Text,
    /// 所在的县（区） / the county in which it lies
    pub county: Option<PlaceLabel>,
    /// 牵头的乡镇（街道） / the township that leads it
    pub lead_township: Option<PlaceLabel>,
    /// 所处的阶段：待确认或运行中 / the phase of its life: waiting for confirmation, or live
    pub phase: Phase,
    /// 缺的事项 / which of the facts it is
    pub field: FactName,
    /// 缺的事项，中文 / which of the facts it is, in Chinese
    pub field_zh: Cow<'static, str>,
    /// 档案未见的缘由；未说明的没有 / why it is not on file; absent where nothing was said
    pub reason: Option<Text>,
    /// 登记所依据的台账或档案 / the ledger or file that the registration rests on
    pub source: Source,
}

impl HasSecretary for UnregisteredRow {}

impl ListOf for Unregistered {
    type Row = UnregisteredRow;
    type Line = UnregisteredRow;

    const SPEC: Spec = Spec {
        name: "unregistered",
        title: say("存量待补", "Not on file"),
        purpose: say(
            "经存量登记的联合党组织中，档案未见、有待补记的事项",
            "facts that are not on file of joint branches that were registered as they stood",
        ),
        year: Year::None,
    };

    const COLUMNS: &'static [Column<UnregisteredRow>] = &[
        Own::text("name", say("联合党组织", "Joint branch"), |row| {
            Shown::joint_branch(row.joint_branch, &row.name)
        })
        .brief(),
        Own::choice("county", say("县(区)", "County"), |row| Shown::place(row.county.as_ref())),
        Own::choice("township", say("牵头乡镇", "Lead township"), |row| {
            Shown::place(row.lead_township.as_ref())
        })
        .brief(),
        Own::choice("phase", say("状态", "State"), |row| Shown::term("Phase", &row.phase)).brief(),
        Own::choice("field", say("待补事项", "Not on file"), |row| {
            Words::Said(row.field.title().clone()).into()
        })
        .brief(),
        Own::text("reason", say("缘由", "Why"), |row| match &row.reason {
            Some(reason) => Shown::text(reason),
            None => Shown::from(Words::Said(say("未说明", "not said"))).marked(Mark::Warn),
        })
        .brief(),
        Own::text("source", say("登记依据", "Source"), |row| Shown::text(&row.source.title)),
        Own::text("archive_number", say("档号", "Archive number"), |row| {
            Shown::or_empty(row.source.archive_number.as_ref())
        }),
        Own::text("page", say("页码", "Page"), |row| Shown::or_empty(row.source.page.as_ref())),
    ];

    fn begin(_: &ListScope<'_>) -> Self {
        Self
    }

    fn finish(self, scope: &ListScope<'_>) -> Found<UnregisteredRow> {
        let stands = |row: &&JointBranchRow| row.is_live() || row.phase == Phase::AwaitingConfirmation;
        let registered = scope.led().filter(stands).filter_map(|row| Some((row, row.registration.as_ref()?)));
        let mut registered: Vec<_> = registered.collect();
        registered
            .sort_by_key(|(row, _)| (row.lead_township.as_ref().map(|place| place.code.clone()), row.id));
        let waiting = registered.iter().filter(|(row, _)| row.phase == Phase::AwaitingConfirmation).count();
        let rows: Vec<_> = registered.into_iter().flat_map(|(row, found)| rows(row, found)).collect();
        let figures = [
            (
                "not_on_file",
                rows.len().into(),
                Unit::Facts,
                Say::of(
                    "存量登记中档案未见或未说明、尚未补记的事项",
                    "facts of registrations that are not on file, or were not said, and have not been added since",
                ),
            ),
            (
                "awaiting_confirmation",
                waiting.into(),
                Unit::JointBranches,
                Say::of(
                    "已作存量登记、待县级确认的联合党组织，不计入其他统计",
                    "joint branches that were registered and wait for the county; nothing else counts them",
                ),
            ),
        ];
        Found::new(figures, rows)
    }

    fn lines(row: UnregisteredRow) -> Vec<UnregisteredRow> {
        vec![row]
    }
}

fn rows(row: &JointBranchRow, found: &RegistrationRow) -> Vec<UnregisteredRow> {
    let missing = found.missing.iter().map(|field| UnregisteredRow {
        joint_branch: row.id,
        name: row.name.clone(),
        county: row.county.clone(),
        lead_township: row.lead_township.clone(),
        phase: row.phase,
        field: *field,
        field_zh: field.title().zh.clone(),
        reason: match found.facts.state_of(*field) {
            Some(OnFile::NotOnFile(reason)) => Some(reason),
            _ => None,
        },
        source: found.source.clone(),
    });
    missing.collect()
}
