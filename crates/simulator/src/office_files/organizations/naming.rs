//! What words say of an organization: its form, the tier that an organ belongs to, what kind of unit a host is, and the
//! name of the place inside its own.

use domain::organization::{HostKind, OrganizationForm};
use domain::place::Level;

use crate::office_files::register::plain;

/// What the cell of the form says: the form, and for an organ its tier where the word names one.
pub(super) fn form_of(text: &str) -> Option<(OrganizationForm, Option<Level>)> {
    let text = plain(text).to_lowercase();
    let form = match text.as_str() {
        "branch" | "党支部" | "支部" | "支部委员会" | "党支部委员会" | "村党支部" | "社区党支部" => {
            OrganizationForm::Branch
        }
        "general_branch" | "党总支" | "总支" | "总支部" | "党总支部" | "总支部委员会" | "村党总支"
        | "社区党总支" => OrganizationForm::GeneralBranch,
        "committee" | "党委" | "基层党委" | "村党委" | "社区党委" | "基层委员会" => {
            OrganizationForm::Committee
        }
        "organ" | "机关" | "决策机关" | "党委机关" | "党委机关(有决定权)" | "组织部" | "党工委" | "工委" => {
            OrganizationForm::Organ
        }
        "乡镇党委"
        | "镇党委"
        | "乡党委"
        | "街道党工委"
        | "街道党委"
        | "乡镇(街道)党委"
        | "乡镇(街道)党(工)委" => {
            return Some((OrganizationForm::Organ, Some(Level::Township)));
        }
        "县委" | "区委" | "县区委" | "县(区)委" | "县委组织部" | "区委组织部" | "县(区)委组织部" =>
        {
            return Some((OrganizationForm::Organ, Some(Level::County)));
        }
        "市委" | "市委组织部" => return Some((OrganizationForm::Organ, Some(Level::City))),
        _ => return None,
    };
    Some((form, None))
}

/// What an organization's own name says of its form.
pub(super) fn form_in_name(name: &str) -> Option<(OrganizationForm, Option<Level>)> {
    let name = plain(name);
    let ends = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
    if ends(&["党总支", "总支部", "总支部委员会", "总支", "党总支委员会"]) {
        return Some((OrganizationForm::GeneralBranch, None));
    }
    if ends(&["支部", "支部委员会"]) {
        return Some((OrganizationForm::Branch, None));
    }
    let tier = if ends(&["市委", "市委组织部"]) {
        Some(Level::City)
    } else if ends(&["县委", "区委", "县委组织部", "区委组织部"]) {
        Some(Level::County)
    } else if ends(&["镇党委", "乡党委", "街道党工委", "街道党委", "镇委员会", "乡委员会", "街道工作委员会"])
    {
        Some(Level::Township)
    } else if ends(&["县委员会", "区委员会"]) {
        Some(Level::County)
    } else if ends(&["市委员会"]) {
        Some(Level::City)
    } else {
        None
    };
    match tier {
        Some(tier) => Some((OrganizationForm::Organ, Some(tier))),
        None if ends(&["组织部", "工委"]) => Some((OrganizationForm::Organ, None)),
        None if ends(&["党委"]) => Some((OrganizationForm::Committee, None)),
        None => None,
    }
}

/// Whether a name ends as those of committees do.
pub(super) fn names_a_committee(name: &str) -> bool {
    let name = plain(name);
    ["委员会", "党委", "工委", "委", "组织部"].iter().any(|word| name.ends_with(word))
}

/// The words that an organization's name has behind the name of its place.
const BEHIND: [&str; 24] = [
    "党总支委员会",
    "总支部委员会",
    "党支部委员会",
    "支部委员会",
    "工作委员会",
    "党总支部",
    "总支部",
    "党总支",
    "党支部",
    "总支",
    "支部",
    "委员会组织部",
    "委组织部",
    "组织部",
    "党工委",
    "工委",
    "党委",
    "委员会",
    "农村",
    "综合",
    "联合",
    "基层",
    "党",
    "委",
];

/// The name of the place inside the name of an organization: 狮子村 of 中共元坝镇狮子村支部委员会 keeps the township, which the
/// register of places strips.
pub(super) fn place_in_name(name: &str) -> String {
    let name = plain(name);
    let name = name.strip_prefix("中国共产党").or_else(|| name.strip_prefix("中共")).unwrap_or(&name);
    let mut rest = name;
    while let Some(shorter) = BEHIND.iter().find_map(|word| rest.strip_suffix(word)) {
        rest = shorter;
    }
    rest.to_owned()
}

/// What the cell of the kind of host says.
pub(super) fn host_kind_of(text: &str) -> Option<HostKind> {
    Some(match plain(text).to_lowercase().as_str() {
        "village" | "村" | "村(社区)" | "社区" | "行政村" => HostKind::Village,
        "unit" | "机关企事业单位" | "单位" | "机关" | "企业" | "事业单位" | "学校" | "国有企业" => {
            HostKind::Unit
        }
        "cooperative" | "合作社" | "专业合作社" => HostKind::Cooperative,
        "association" | "协会" => HostKind::Association,
        "park" | "园区" | "产业园" | "产业园区" => HostKind::Park,
        "township" | "乡镇" | "乡镇(街道)" | "街道" => HostKind::Township,
        "county" | "县" | "县(区)" | "区" => HostKind::County,
        "city" | "市" => HostKind::City,
        _ => return None,
    })
}

/// What kind of unit a name is that is no place's.
pub(super) fn unit_kind(name: &str) -> HostKind {
    let has = |word: &str| name.contains(word);
    if has("合作社") {
        HostKind::Cooperative
    } else if has("协会") {
        HostKind::Association
    } else if has("园区") || name.ends_with('园') || has("产业园") {
        HostKind::Park
    } else {
        HostKind::Unit
    }
}

/// The kind of host that an organ of a tier has.
pub(super) fn tier_kind(level: Level) -> HostKind {
    match level {
        Level::City => HostKind::City,
        Level::County => HostKind::County,
        Level::Township => HostKind::Township,
        Level::Village => HostKind::Village,
    }
}

/// The tier of a kind of host that is a place.
pub(super) fn tier_of(kind: &HostKind) -> Option<Level> {
    match kind {
        HostKind::Village => Some(Level::Village),
        HostKind::Township => Some(Level::Township),
        HostKind::County => Some(Level::County),
        HostKind::City => Some(Level::City),
        _ => None,
    }
}
