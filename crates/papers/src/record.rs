//! What papers are made from: the views of a moment, the figures of that day, and names by right.

use std::sync::Arc;

use domain::actor::Authority;
use domain::document_number::Document;
use domain::event::EventMeta;
use domain::ids::{OrganizationId, PersonId};
use domain::organization::{Figure, HostKind, OrganizationForm, OrganizationStatus, ProfileFigure};
use domain::place::PlaceCode;
use domain::place_names::called;
use domain::policy::{Citation, Policy};
use domain::say::Language;
use labels::terms::term;
use projections::rows::{JointBranchRow, MemberRow, OrganizationRow};
use projections::{CodeNames, Reading};

use crate::fields::{Facts, Field, cell, day, inline};
use crate::paper::Piece;

/// How a county's department that decides in its committee's name is called.
const DEPARTMENT: &str = "组织部";

/// What a rule rests on that is in no regulation.
const LOCAL_CUSTOM: &str = "本地惯例";

/// What a paper is made from.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    /// The views, looked at on a day.
    pub reading: Reading<'a>,
    /// The rules where nothing else was issued.
    pub defaults: &'a Policy,
    /// The name of a person, where whoever asks may know it and it was not erased.
    pub name: &'a dyn Fn(PersonId) -> Option<String>,
}

/// The fields of every paper that rests on a document.
pub(crate) const OF_DOCUMENT: &[Field] = &[
    inline("发文机关"),
    inline("发文字号"),
    inline("签发人"),
    inline("主送机关"),
    inline("成文日期"),
    inline("会议名称"),
    inline("会议日期"),
    inline("县区"),
    inline("统计日期"),
];

/// The fields of every paper on a joint branch.
pub(crate) const OF_JOINT_BRANCH: &[Field] = &[
    inline("联合党组织"),
    inline("合建或共建"),
    inline("合建共建方式"),
    inline("组织形式"),
    inline("牵头乡镇"),
    inline("成员党组织"),
    inline("成员个数"),
    inline("正式党员合计"),
];

impl Record<'_> {
    /// The name of an organization.
    pub(crate) fn organization(&self, id: OrganizationId) -> Option<String> {
        self.reading.views.organization(id).map(|found| found.name.to_string())
    }

    /// The body on whose authority something was done.
    pub(crate) fn authority(&self, meta: &EventMeta) -> Option<Arc<OrganizationRow>> {
        match &meta.on_behalf_of {
            Authority::Organization(id) => self.reading.views.organization(*id).cloned(),
            Authority::Place(code) => self.organ_of(code),
        }
    }

    /// The deciding organ of a township, county or city. A county has two: its organization department writes for it.
    pub(crate) fn organ_of(&self, code: &PlaceCode) -> Option<Arc<OrganizationRow>> {
        let is_organ = |row: &&Arc<OrganizationRow>| {
            let lies_there = row.location.as_ref().is_some_and(|place| place.code == *code);
            let decides = matches!(row.host_kind, HostKind::Township | HostKind::County | HostKind::City);
            let works = !matches!(row.status, OrganizationStatus::Abolished { .. });
            row.form == OrganizationForm::Organ && lies_there && decides && works
        };
        let organs: Vec<_> = self.reading.views.organizations().filter(is_organ).collect();
        let department = organs.iter().find(|row| row.name.as_str().ends_with(DEPARTMENT));
        match (organs.as_slice(), department) {
            ([only], _) => Some(Arc::clone(only)),
            (_, found) => found.map(|row| Arc::clone(row)),
        }
    }

    /// The organ of the township that leads a joint branch.
    pub(crate) fn township_organ(&self, row: &JointBranchRow) -> Option<Arc<OrganizationRow>> {
        self.organ_of(&row.lead_township.as_ref()?.code)
    }

    /// Where a rule comes from, as a paper cites it.
    pub(crate) fn citation(&self, rule: &str) -> String {
        let Citation { document, article, .. } = self.defaults.citation(rule);
        match article.as_str() {
            _ if document.starts_with(LOCAL_CUSTOM) => LOCAL_CUSTOM.to_owned(),
            // A rule of the handbook is its own article.
            own if own == rule || own.is_empty() => format!("《{document}》"),
            article => format!("《{document}》{article}"),
        }
    }

    /// A person as a cell, named where it may be.
    pub(crate) fn person(&self, id: PersonId) -> Piece {
        cell("姓名", (self.name)(id))
    }

    /// The document that an event rests on, as it should read where it was corrected since.
    pub(crate) fn document<'a>(&'a self, meta: &'a EventMeta) -> Option<&'a Document> {
        let corrected = self.reading.views.corrected_documents().get(&meta.command_id);
        corrected.map(|found| &found.now).or(meta.document.as_ref())
    }

    /// Says what a paper states that rests on the document of an event, or that has no event yet.
    pub(crate) fn of_document(&self, facts: &mut Facts, meta: Option<&EventMeta>) {
        let issuer = meta.and_then(|meta| self.authority(meta));
        let document = meta.and_then(|meta| self.document(meta));
        let meeting = meta.and_then(|meta| meta.decided_by.as_ref());
        facts.stated("发文机关", issuer.map(|row| row.name.to_string()));
        facts.stated("发文字号", document.map(|document| &document.number));
        facts.stated("成文日期", document.map(|document| day(document.issued)));
        facts.if_any("会议名称", meeting.map(|meeting| &meeting.meeting));
        facts.if_any("会议日期", meeting.map(|meeting| day(meeting.date)));
        facts.stated("统计日期", Some(day(self.reading.on)));
        // Who signs a paper is in no record.
        facts.missing("签发人");
    }

    /// Says what every paper on a joint branch states.
    pub(crate) fn of_joint_branch(&self, facts: &mut Facts, row: &JointBranchRow, names: &CodeNames) {
        let members: Vec<_> = row.members.iter().map(|member| member.name.as_str()).collect();
        let said = |list: &str, code: &str| term(Language::Zh, list, code);
        let form = names.form_kind_name.as_ref().map(|name| name.zh.to_string());
        let mode = names.mode_name.as_ref().map(|name| name.zh.to_string());
        let own_mode = projections::wire_code(&row.mode).filter(|code| code != "not_stated");
        let form = form.or_else(|| Some(said("Form", &projections::wire_code(&row.form)?)));
        facts.stated("联合党组织", Some(&row.name));
        facts.stated(
            "合建或共建",
            projections::wire_code(&row.arrangement).map(|code| said("Arrangement", &code)),
        );
        facts.stated("合建共建方式", mode.or_else(|| Some(said("Mode", &own_mode?))));
        facts.stated("组织形式", form);
        facts.stated("牵头乡镇", row.lead_township.as_ref().map(|place| &place.name));
        facts.stated("县区", row.county.as_ref().map(|place| &place.name));
        facts.stated("成员党组织", Some(members.join("、")));
        facts.stated("成员个数", Some(members.len()));
        facts.stated(
            "正式党员合计",
            Some(row.members.iter().map(|own| u64::from(own.formal_members)).sum::<u64>()),
        );
    }

    /// The members as a table: what each belongs to, and how many there are.
    pub(crate) fn members(&self, facts: &mut Facts, name: &'static str, row: &JointBranchRow) {
        let line = |(index, member): (usize, &MemberRow)| {
            let found = self.reading.views.organization(member.organization);
            let figure = |name| found.and_then(|row| row.profile.get(&name)).and_then(Figure::whole);
            let unit = || found.and_then(|row| row.unit.as_ref()).map(ToString::to_string);
            let village = member.village.as_ref().map(|place| called(place.name.as_str()));
            let of_village = |field, value: Option<u32>| match member.village {
                Some(_) => cell(field, value),
                None => Piece::known("—"),
            };
            vec![
                Piece::known((index + 1).to_string()),
                Piece::known(member.name.as_str()),
                cell("所属单位", village.or_else(unit)),
                Piece::known(member.formal_members.to_string()),
                of_village("户数", figure(ProfileFigure::Households)),
                of_village("人口", figure(ProfileFigure::Population)),
            ]
        };
        let head = ["序号", "党组织", "所属村（单位）", "正式党员", "户数", "人口"];
        facts.table(name, &head, row.members.iter().enumerate().map(line).collect());
    }
}
