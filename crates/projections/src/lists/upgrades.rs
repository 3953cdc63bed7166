//! 提格升级: organizations and joint branches that by their numbers should have become 党总支 or 党委.

use domain::ids::{JointBranchId, OrganizationId};
use domain::joint_branch::{Arrangement, Form};
use domain::organization::{OrganizationForm, OrganizationStatus};
use domain::place::PlaceCode;
use domain::policy::{FORMS, LegalEffect};
use domain::say::{Say, say};
use domain::scope::Scope;
use domain::text::Text;
use domain::thresholds::Thresholds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_of::{Found, ListOf, Spec, Year};
use super::scope::ListScope;
use crate::number::Unit;
use crate::person::HasSecretary;
use crate::rows::JointBranchRow;
use crate::table::{About, Column, Mark, Shown, Words};

type Own = Column<UpgradeRow>;

/// The list: nothing is noted of the log.
pub(super) struct Upgrades;

/// 应升格的党组织或联合党组织 / what an organization or joint branch is, and what it should be
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UpgradeRow {
    #[serde(flatten)]
    pub whose: Upgraded,
    /// 党组织或联合党组织的名称 / the name of the organization or joint branch
    pub name: Text,
    /// 所在的县（区） / the county in which it lies
    pub county: Option<PlaceCode>,
    /// 所在的乡镇（街道） / the township in which it lies
    pub township: Option<PlaceCode>,
    /// 现有组织形式 / the form that it has
    pub form: OrganizationForm,
    /// 应有组织形式 / the form that it should have
    pub due_form: OrganizationForm,
    /// 正式党员数 / how many formal members it has
    pub formal_members: u32,
    /// 预备党员数 / how many probationary members it has
    pub probationary_members: u32,
    /// 党员合计 / how many members it has in all
    pub members: u32,
    /// 达到该人数即应升格 / from how many members on it is due
    pub from_members: u32,
}

/// 党组织或联合党组织及其编号 / an organization or a joint branch, by its id
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Upgraded {
    /// 单独设置的党组织 / an organization, by its id
    Organization(OrganizationId),
    /// 联合党组织的编号 / a joint branch, by its id
    JointBranch(JointBranchId),
}

impl HasSecretary for UpgradeRow {}

impl ListOf for Upgrades {
    type Row = UpgradeRow;
    type Line = UpgradeRow;

    const SPEC: Spec = Spec {
        name: "upgrades",
        title: say("提格升级", "Upgrades due"),
        purpose: say(
            "党员人数已到、应升格为党总支或党委的党组织和联合党组织",
            "organizations and joint branches that by their members should have become a general branch or a committee",
        ),
        year: Year::None,
    };

    const COLUMNS: &'static [Column<UpgradeRow>] = &[
        Own::text("name", say("名称", "Name"), |row| Shown::text(&row.name).about(row.whose.about())).brief(),
        Own::choice("kind", say("类别", "Kind"), |row| Words::Said(row.whose.kind()).into()),
        Own::choice("county", say("县(区)", "County"), |row| Shown::place_code(row.county.as_ref())),
        Own::choice("township", say("乡镇(街道)", "Township"), |row| {
            Shown::place_code(row.township.as_ref())
        })
        .brief(),
        Own::choice("form", say("形式", "Form"), |row| Shown::term("OrganizationForm", &row.form)).brief(),
        Own::choice("due_form", say("应为", "Due form"), |row| {
            Shown::term("OrganizationForm", &row.due_form).marked(Mark::Warn)
        })
        .brief(),
        Own::number("formal_members", say("正式党员", "Formal members"), |row| {
            Shown::count(row.formal_members)
        }),
        Own::number("probationary_members", say("预备党员", "Probationary members"), |row| {
            Shown::count(row.probationary_members)
        }),
        Own::number("members", say("党员合计", "Members in all"), |row| Shown::count(row.members)).brief(),
        Own::number("from_members", say("达到人数", "Due from"), |row| Shown::count(row.from_members)),
    ];

    fn begin(_: &ListScope<'_>) -> Self {
        Self
    }

    fn finish(self, scope: &ListScope<'_>) -> Found<UpgradeRow> {
        let mut due: Vec<UpgradeRow> = organizations(scope).chain(joint_branches(scope)).collect();
        due.sort_by(|one, other| {
            other.members.cmp(&one.members).then_with(|| one.whose.id().cmp(&other.whose.id()))
        });
        let count = |form| due.iter().filter(|found| found.due_form == form).count();
        let figures = scope.reading.figures_in(&scope.code);
        let (over, from) = (figures.general_branch_over_members, figures.committee_minimum_members);
        let figures = [
            (
                "general_branches_due",
                count(OrganizationForm::GeneralBranch).into(),
                Unit::Organizations,
                Say::of(
                    format!("党员超过{over}名、仍为党支部的党组织和联合党组织"),
                    format!("branches with more than {over} members that should be general branches"),
                ),
            ),
            (
                "committees_due",
                count(OrganizationForm::Committee).into(),
                Unit::Organizations,
                Say::of(
                    format!("党员{from}名以上、尚未设党委的党组织和联合党组织（须报县级批准）"),
                    format!(
                        "those with {from} members or more that may be committees, with the county's approval"
                    ),
                ),
            ),
        ];
        Found::new(figures, due)
    }

    fn lines(row: UpgradeRow) -> Vec<UpgradeRow> {
        vec![row]
    }
}

impl Upgraded {
    fn about(self) -> About {
        match self {
            Self::Organization(id) => About::Organization(id),
            Self::JointBranch(id) => About::JointBranch(id),
        }
    }

    fn kind(self) -> Say {
        match self {
            Self::Organization(_) => say("党组织", "Organization"),
            Self::JointBranch(_) => say("联合党组织", "Joint branch"),
        }
    }

    fn id(self) -> String {
        match self {
            Self::Organization(id) => id.to_string(),
            Self::JointBranch(id) => id.to_string(),
        }
    }
}

/// Those that stand alone: what a merger has taken over counts with the joint branch.
fn organizations(scope: &ListScope<'_>) -> impl Iterator<Item = UpgradeRow> {
    let all = scope.reading.views.organizations().filter(|row| row.status == OrganizationStatus::Active);
    all.filter_map(|row| {
        let lies_in = Scope { county: row.county.clone(), township: row.township.clone() };
        let members = (row.formal_members, row.probationary_members);
        if !scope.holds(&lies_in) {
            return None;
        }
        upgrade(
            scope.figures_of(&lies_in),
            (Upgraded::Organization(row.id), &row.name),
            row.form,
            members,
            &lies_in,
        )
    })
}

fn joint_branches(scope: &ListScope<'_>) -> impl Iterator<Item = UpgradeRow> {
    let views = scope.reading.views;
    // A functional body joins nobody's members: a pairing that is a branch or committee, or of a kind that says so.
    let policies = views.policies();
    let is_functional = move |row: &JointBranchRow| {
        let kind = row.form_kind.as_ref().and_then(|kind| policies.added_code(FORMS, kind.as_str()));
        let by_shape = row.arrangement == Arrangement::Pairing && row.form == Form::Branch;
        by_shape || kind.is_some_and(|kind| kind.effect == Some(LegalEffect::Functional))
    };
    scope.led().filter(|row| row.is_live()).filter_map(move |row| {
        if is_functional(row) {
            return None;
        }
        let form = match row.form {
            Form::Branch => OrganizationForm::Branch,
            Form::GeneralBranch => OrganizationForm::GeneralBranch,
            Form::Committee | Form::None | Form::NotStated => return None,
        };
        let members = row.members.iter().filter_map(|member| views.organization(member.organization));
        let members = members.fold((0_u32, 0_u32), |(formal, probationary), member| {
            (
                formal.saturating_add(member.formal_members),
                probationary.saturating_add(member.probationary_members),
            )
        });
        let lies_in = Scope {
            county: row.county.as_ref().map(|place| place.code.clone()),
            township: row.lead_township.as_ref().map(|place| place.code.clone()),
        };
        let figures = scope.figures_of(&lies_in);
        upgrade(figures, (Upgraded::JointBranch(row.id), &row.name), form, members, &lies_in)
    })
}

fn upgrade(
    figures: &Thresholds,
    (whose, name): (Upgraded, &Text),
    form: OrganizationForm,
    (formal_members, probationary_members): (u32, u32),
    lies_in: &Scope,
) -> Option<UpgradeRow> {
    let members = formal_members.saturating_add(probationary_members);
    let (over, from) = (figures.general_branch_over_members, figures.committee_minimum_members);
    let may_be_committee = matches!(form, OrganizationForm::Branch | OrganizationForm::GeneralBranch);
    let (due_form, from_members) = if may_be_committee && members >= from {
        (OrganizationForm::Committee, from)
    } else if form == OrganizationForm::Branch && members > over {
        (OrganizationForm::GeneralBranch, over + 1)
    } else {
        return None;
    };
    Some(UpgradeRow {
        whose,
        name: name.clone(),
        county: lies_in.county.clone(),
        township: lies_in.township.clone(),
        form,
        due_form,
        formal_members,
        probationary_members,
        members,
        from_members,
    })
}
