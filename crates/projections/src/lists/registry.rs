//! The lists that there are: a row each.

use std::fmt;
use std::str::FromStr;

use domain::Event;
use domain::ids::PersonId;
use domain::recorded_decision::CorrectedDocuments;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use super::list_of::{Found, ListOf, Spec};
use super::records::RecordRow;
use super::scope::ListScope;
use super::start::StartRow;
use crate::person::{HasSecretary, PersonName};
use crate::table::{Column, Head, Shown};
use crate::view::{Page, ViewError};

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident($rows:ident::$row:ident) = $module:ident;)+) => {
        /// A list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ListName { $($(#[$doc])* $name,)+ }

        /// 清单的一行 / a row of a list
        #[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
        #[serde(untagged)]
        pub enum ListRow { $($(#[$doc])* $name(super::$rows::$row),)+ }

        /// A list in the making: what was noted of the log.
        pub(super) enum Gatherer { $($name(super::$module::$name),)+ }

        impl ListName {
            /// Every list.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// What the list says of itself.
            pub fn spec(self) -> Spec {
                match self { $(Self::$name => <super::$module::$name as ListOf>::SPEC,)+ }
            }

            /// Which events of the log the list is gathered from too.
            pub(super) fn reads(self) -> Option<fn(&Event) -> bool> {
                match self { $(Self::$name => <super::$module::$name as ListOf>::READS,)+ }
            }

            /// The lists that are gathered from an event, a bit each.
            pub(crate) fn all_that_read(event: &Event) -> u32 {
                let mut found = 0;
                $(if let Some(reads) = <super::$module::$name as ListOf>::READS && reads(event) {
                    found |= Self::$name.bit();
                })+
                found
            }

            /// The row of an event; nothing for a list whose rows are no events.
            pub(super) fn row_of(self, event: &Event, documents: &CorrectedDocuments) -> Option<ListRow> {
                match self { $(Self::$name => <super::$module::$name as ListOf>::row_of(event, documents).map(ListRow::$name),)+ }
            }

            /// What stands above the columns of the list's table.
            pub fn heads(self) -> Vec<&'static Head> {
                match self { $(Self::$name => <super::$module::$name as ListOf>::COLUMNS.iter().map(|own| &own.head).collect(),)+ }
            }

            /// The schema of a page of the list.
            pub fn page_schema(self, generator: &mut SchemaGenerator) -> Schema {
                match self { $(Self::$name => generator.subschema_for::<Page<super::$rows::$row>>(),)+ }
            }

            /// Reads a page of the list as the interface gives it.
            pub fn read(self, json: &str) -> Result<Page<ListRow>, serde_json::Error> {
                match self {
                    $(Self::$name => {
                        let Page { mut view, next_cursor } = serde_json::from_str::<Page<super::$rows::$row>>(json)?;
                        let rows = std::mem::take(&mut view.rows);
                        let rows = rows.into_iter().map(ListRow::$name).collect();
                        Ok(Page { view: view.with_rows(rows), next_cursor })
                    })+
                }
            }
        }

        impl ListRow {
            /// The lines of the row in the list's table, each as long as the columns.
            pub fn lines(self) -> Vec<Vec<Shown>> {
                match self { $(Self::$name(row) => cells(<super::$module::$name as ListOf>::COLUMNS, &<super::$module::$name as ListOf>::lines(row)),)+ }
            }
        }

        impl HasSecretary for ListRow {
            fn secretary(&mut self) -> Option<(PersonId, &mut Option<PersonName>)> {
                match self { $(Self::$name(row) => row.secretary(),)+ }
            }
        }

        impl Gatherer {
            pub(super) fn begin(name: ListName, scope: &ListScope<'_>) -> Self {
                match name { $(ListName::$name => Self::$name(super::$module::$name::begin(scope)),)+ }
            }

            pub(super) fn note(&mut self, scope: &ListScope<'_>, event: &Event) {
                match self { $(Self::$name(list) => list.note(scope, event),)+ }
            }

            pub(super) fn finish(self, scope: &ListScope<'_>) -> Found<ListRow> {
                match self {
                    $(Self::$name(list) => {
                        let Found { figures, rows, by_actor } = list.finish(scope);
                        let rows = rows.into_iter().map(|kept| kept.map(ListRow::$name)).collect();
                        Found { figures, rows, by_actor }
                    })+
                }
            }
        }
    };
}

lists! {
    /// 提格升级：人数已到、应升格的组织 / organizations that by their members should have become more
    Upgrades(upgrades::UpgradeRow) = upgrades;
    /// 黄牌：已亮牌和逾期达到次数而拟亮牌的单位 / who has a yellow card, and who is proposed for one
    YellowCards(yellow_cards::WarnedRow) = yellow_cards;
    /// 联系会议议定事项：责任单位、期限、督办和销号 / what coordination meetings decided, who carries it out, and where it stands
    MeetingDecisions(meeting_decisions::DecisionEntry) = meeting_decisions;
    /// 述职评议：书记年度述职评议用表 / the sheet of the yearly reviews of secretaries
    YearlyReviews(yearly_reviews::YearlyReviewRow) = yearly_reviews;
    /// 第一书记：派驻各村的现任第一书记和期满日 / the first secretaries in post in the villages, and until when
    FirstSecretaries(first_secretaries::FirstSecretaryRow) = first_secretaries;
    /// 各村经费：本年度基数与上次的对照 / money of each village against its base of the year before
    Funding(funding::FundingRow) = funding;
    /// 场所项目：按开工、主体完工、验收三个节点的拨付 / projects of premises, and what was paid of them at which milestone
    Premises(premises::PremisesRow) = premises;
    /// 联建前后对比：成员的村情数字 / figures of the members before and since their joint branch
    Figures(figures::FigureRow) = figures;
    /// 活动轮值：上次和下次由哪村承办 / which village hosted last, and which is next
    Rotation(rotation::RotationRow) = rotation;
    /// 文号登记簿：各机关的文件 / the register of documents of each issuer
    Documents(documents::DocumentRow) = documents;
    /// 补录：逾期录入的记录 / what was recorded late
    LateEntries(records::RecordRow) = late_entries;
    /// 特殊情况（经批准）：经批准未按提醒性规定办理的记录 / records that set a rule aside
    Overrides(records::RecordRow) = overrides;
    /// 更正：对已有记录的更正 / records that were corrected
    Corrections(records::RecordRow) = corrections;
    /// 存量待补：档案未见的事项 / what is not on file of joint branches that existed before
    Unregistered(unregistered::UnregisteredRow) = unregistered;
    /// 责任清单：每月、每季、每年的落实 / what each place does monthly, quarterly and yearly
    Cadence(cadence::CadenceRow) = cadence;
    /// 党组织名册：在册的党组织和机关 / organizations and organs on the register
    Organizations(organizations::ListedOrganization) = organizations;
    /// 清单台账：县级清单、乡镇台账的全部栏目 / a county's register and a township's ledger with all their columns
    Register(register::RegisterLine) = register;
    /// 历年进出：各年提出、批准、整改、终止的个数 / how many joint branches came and went in each year
    Flow(flow::FlowRow) = flow;
    /// 党内统计取数：第24、25表可从登记取得的数字 / what the Party statistics can take from the register
    Statistics(statistics::StatisticsRow) = statistics;
    /// 启用清单：正式启用前要办齐的事项 / what an office needs before its first decision
    Start(start::StartRow) = start;
}

fn cells<Line>(columns: &[Column<Line>], lines: &[Line]) -> Vec<Vec<Shown>> {
    lines.iter().map(|line| columns.iter().map(|column| (column.get)(line)).collect()).collect()
}

impl ListRow {
    /// The item of the start list, where the row is one: what the log does not tell is filled in by whoever knows it.
    pub fn start_mut(&mut self) -> Option<&mut StartRow> {
        match self {
            Self::Start(row) => Some(row),
            _ => None,
        }
    }

    /// The record, where the row is one: the name of who acted is joined for those who may see it.
    pub fn record_mut(&mut self) -> Option<&mut RecordRow> {
        match self {
            Self::LateEntries(row) | Self::Overrides(row) | Self::Corrections(row) => Some(row),
            _ => None,
        }
    }
}

impl ListName {
    /// The list in a set of them; there are fewer than bits.
    pub(crate) fn bit(self) -> u32 {
        1 << (self as u32)
    }
}

impl fmt::Display for ListName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.spec().name)
    }
}

impl FromStr for ListName {
    type Err = ViewError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|name| name.spec().name == text);
        found.copied().ok_or_else(|| ViewError::UnknownList {
            name: text.chars().filter(|character| !character.is_control()).take(60).collect(),
            known: Self::ALL.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        })
    }
}
