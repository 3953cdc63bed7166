//! What a command says of itself. Who may give it, its button, its form's title, its documentation and its place in the
//! description of the interface are derived from this: nothing about a command stands in a list elsewhere.

use crate::account::Role;
use crate::joint_branch::JointBranch;
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::say::{Say, say};

/// The description of a command, in the command's own file.
#[derive(Debug)]
pub struct Spec {
    /// The name on the wire.
    pub name: &'static str,
    /// The title of its button and its form.
    pub title: Say,
    /// The heading of the work page that it stands under.
    pub group: Group,
    /// The mechanisms of the law that it belongs to.
    pub mechanisms: &'static [Mechanism],
    /// Who may give it.
    pub givers: Givers,
    /// What it may do that most commands may not.
    pub exceptions: &'static [Exception],
    /// For a command on a joint branch: whether the phase and what the branch holds let it be given. Its button is shown then.
    pub fits: Option<fn(&JointBranch) -> bool>,
    /// The types of the events of which it yields one: each says what the command was about.
    pub yields: &'static [&'static str],
    /// The types of the events that may be recorded along with it, since they follow from it.
    pub along: &'static [&'static str],
    /// When it is refused, besides wrong state, scope or shape.
    pub refused_when: &'static str,
    /// The rules that refuse it, or that warn or remind of what it does.
    pub rules: &'static [&'static str],
    /// What is chosen first, since other fields depend on it.
    pub choices: &'static [Choice],
    /// A complete request, as JSON.
    pub example: &'static str,
    /// The commands whose examples are given before this example, in this order.
    pub example_follows: &'static [&'static str],
}

impl Spec {
    /// Whether it is about accounts: the security administrator's.
    pub fn is_of_accounts(&self) -> bool {
        self.givers == Givers::SecurityAdministrator
    }

    /// Whether it is about accounts, or about how the log is kept. Such a command makes a log neither simulated nor real.
    pub fn is_operational(&self) -> bool {
        self.is_of_accounts() || self.givers == Givers::Machine
    }

    /// Whether it is given over HTTP; what is said of the log itself is said where the log is kept.
    pub fn is_over_http(&self) -> bool {
        self.givers != Givers::Machine
    }

    /// Whether it rests on a document; where only the day, the mode or the ground asks for one, too.
    pub fn needs_document(&self) -> bool {
        self.rules.contains(&"document-required")
    }

    /// Whether a meeting decides it, as its example says.
    pub fn needs_meeting(&self) -> bool {
        self.example.contains("\n  \"decided_by\": ")
    }

    /// The fields of `data` that depend on that one: each once.
    pub fn dependents(&self, chosen: &str) -> Vec<&'static str> {
        let of = |choice: &&Choice| matches!(choice, Choice::Of { field, .. } if *field == chosen);
        let uses = self.choices.iter().find(of).map_or(&[][..], |choice| choice.uses());
        let mut fields: Vec<_> = uses.iter().map(|own| own.field).collect();
        fields.dedup();
        fields
    }

    /// On which field of `data` that one depends, and for which of its answers.
    pub fn rows_of(&self, dependent: &str) -> Option<(&'static str, Vec<&'static Use>)> {
        self.choices.iter().find_map(|choice| match choice {
            Choice::Of { field, uses } => {
                let own: Vec<_> = uses.iter().filter(|own| own.field == dependent).collect();
                (!own.is_empty()).then_some((*field, own))
            }
            Choice::OneOf(_) => None,
        })
    }

    /// Whether it has the exception.
    pub fn has(&self, exception: Exception) -> bool {
        self.exceptions.contains(&exception)
    }
}

/// A choice on which other fields of `data` depend; names of fields are those on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The answer to one field decides which others are used.
    Of {
        /// The field.
        field: &'static str,
        /// The fields that only some answers use.
        uses: &'static [Use],
    },
    /// Exactly one of these fields says what the command is about.
    OneOf(&'static [&'static str]),
}

impl Choice {
    /// The fields that only some answers use.
    fn uses(&self) -> &'static [Use] {
        match self {
            Self::Of { uses, .. } => uses,
            Self::OneOf(_) => &[],
        }
    }
}

/// For which answers a field is used. A field may stand in more than one row: needed for some answers, open for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// The field that depends.
    pub field: &'static str,
    answers: &'static [&'static str],
    is_except: bool,
    /// Whether the command is refused without it.
    pub is_needed: bool,
}

impl Use {
    /// Needed for these answers.
    pub(crate) const fn must(field: &'static str, answers: &'static [&'static str]) -> Self {
        Self { field, answers, is_except: false, is_needed: true }
    }

    /// Open for these answers.
    pub(crate) const fn may(field: &'static str, answers: &'static [&'static str]) -> Self {
        Self { field, answers, is_except: false, is_needed: false }
    }

    /// Open for every answer but these, those that a policy adds too.
    pub(crate) const fn except(field: &'static str, answers: &'static [&'static str]) -> Self {
        Self { field, answers, is_except: true, is_needed: false }
    }

    /// Whether the answer uses the field.
    pub fn is_by(&self, answer: &str) -> bool {
        self.answers.contains(&answer) != self.is_except
    }
}

/// What a command may do that most commands may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exception {
    /// It may take effect after the day of recording.
    FutureDate,
    /// It may be part of the first import, after which a real log takes no local command.
    FirstImport,
}

/// Who may give a command; where they may give it is decided by their scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Givers {
    /// Township clerks and county officers.
    Township,
    /// As `Township`, and the city office, which reviews the posts of counties.
    TownshipToCity,
    /// County officers; township clerks too, where the policy lets the township establish and dissolve.
    DecidingTier,
    /// County officers.
    County,
    /// County officers and the city office, which guides and inspects.
    CountyOrCity,
    /// County officers, and the city office for the organs of its own tier, on whose word counties decide.
    CountyOrCityForItsOrgans,
    /// The security administrator.
    SecurityAdministrator,
    /// Only who acts on the machine that keeps the log.
    Machine,
}

impl Givers {
    /// Whether a role is among them. A command that registers an organ of the city is the city office's too.
    pub fn include(self, role: Role, is_organ_of_city: bool, deciding_level: Level) -> bool {
        match role {
            Role::Local => true,
            Role::SecurityAdmin => self == Self::SecurityAdministrator,
            Role::CountyOfficer => !matches!(self, Self::SecurityAdministrator | Self::Machine),
            Role::TownshipClerk => match self {
                Self::Township | Self::TownshipToCity => true,
                Self::DecidingTier => deciding_level <= Level::Township,
                Self::County
                | Self::CountyOrCity
                | Self::CountyOrCityForItsOrgans
                | Self::SecurityAdministrator
                | Self::Machine => false,
            },
            // The city guides and supervises: it asks a county, reviews its posts, and inspects; beyond its policy it
            // decides nothing in a county's stead.
            Role::CityOffice => match self {
                Self::CountyOrCity | Self::TownshipToCity => true,
                Self::CountyOrCityForItsOrgans => is_organ_of_city,
                Self::Township
                | Self::DecidingTier
                | Self::County
                | Self::SecurityAdministrator
                | Self::Machine => false,
            },
            Role::Subscriber | Role::Auditor | Role::SystemAdmin => false,
        }
    }
}

/// The headings of the work page, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// 提出与成立.
    Establishing,
    /// 班子.
    Posts,
    /// 日常工作.
    EverydayWork,
    /// 评估与整改.
    Evaluation,
    /// 成员与变更.
    Changes,
    /// 登记.
    Registering,
    /// 帐号.
    Accounts,
    /// 督办与政策.
    Supervision,
    /// 日志保管.
    LogKeeping,
}

impl Group {
    /// Every heading, in the order of the page.
    pub const ALL: [Self; 9] = [
        Self::Establishing,
        Self::Posts,
        Self::EverydayWork,
        Self::Evaluation,
        Self::Changes,
        Self::Registering,
        Self::Accounts,
        Self::Supervision,
        Self::LogKeeping,
    ];

    /// The heading.
    pub fn title(self) -> Say {
        match self {
            Self::Establishing => say("提出与成立", "Proposing and establishing"),
            Self::Posts => say("班子", "Posts"),
            Self::EverydayWork => say("日常工作", "Everyday work"),
            Self::Evaluation => say("评估与整改", "Evaluation and rectification"),
            Self::Changes => say("成员与变更", "Members and changes"),
            Self::Registering => say("登记", "Registering"),
            Self::Accounts => say("帐号", "Accounts"),
            Self::Supervision => say("督办与政策", "Supervision and policy"),
            Self::LogKeeping => say("日志保管", "Keeping the log"),
        }
    }
}
