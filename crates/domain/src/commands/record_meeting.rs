//! `record-meeting` 联系会议: what the coordination meeting of a city or county decided, by whom and by when it is carried out.

use crate::case::Case;
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::meetings::{MeetingItem, MeetingRecorded};
use crate::ids::{MeetingId, OrganizationId};
use crate::mechanism::Mechanism;
use crate::meeting::{MAX_ATTENDED, MAX_ITEMS, MAX_MEETINGS};
use crate::place::{Level, Place, PlaceCode};
use crate::recall::Recorded;
use crate::rejection::{MeetingRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 联系会议的一项议题，及其议定事项 / an item of the coordination meeting, and what was decided on it
    pub struct ItemDecided {
        /// 会议讨论的议题 / the matter that the meeting discussed
        pub topic: Text,
        /// 会议议定的事项 / what the meeting decided to have done
        pub decided: Text,
        /// 责任单位：市、县(区)或乡镇(街道)的代码 / the code of the city, county or township that carries it out
        pub carrier: PlaceCode,
        /// 办理期限的最后一日；不限期的不填 / the last day to carry it out, where there is one
        pub finish_by: Option<Date>,
    }

    /// 登记联系会议及其议定事项 / records a coordination meeting and what it decided
    pub struct RecordMeeting {
        /// 自定的记录编号；不填则用指令的编号 / the id to give it; the command's own id where absent
        pub id: Option<MeetingId>,
        /// 当年第几次会议 / which meeting of its year it was
        #[schemars(range(min = 1, max = MAX_MEETINGS))]
        pub session: u32,
        /// 开会日期 / the day on which it was held
        pub met_on: Date,
        /// 主持会议的党组织 / the organization that presided
        pub presided_by: OrganizationId,
        /// 出席会议的党组织，主持单位不重复填写 / the organizations that attended, besides the one that presided
        pub attended: Vec<OrganizationId>,
        /// 其他参会单位和职务（不写姓名）；没有则不填 / which other offices and posts attended, without names; absent where none did
        pub also_attended: Option<Text>,
        /// 议题和议定事项，至少一项，按会议的次序 / the items with what was decided, one at least, in the order of the meeting
        pub agenda: Vec<ItemDecided>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "record-meeting",
    title: say("登记联系会议", "Record a coordination meeting"),
    group: Group::Supervision,
    mechanisms: &[Mechanism::Meetings],
    givers: Givers::CountyOrCity,
    exceptions: &[],
    fits: None,
    yields: &["meeting.recorded"],
    along: &[],
    refused_when: "no minutes, or those of another meeting; recorded already; nothing decided; to be carried out by whoever does not lie there, or before the meeting",
    rules: &[
        "document-required",
        "meeting-once",
        "meeting-long",
        "meeting-carrier",
        "meeting-due",
        "decision-due",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2019-08-12",
  "on_behalf_of": "01J8KQ2M000000000000000016",
  "document": {"number": "广联会纪〔2019〕3号", "issued": "2019-08-12"},
  "data": {
    "id": "01J8KQ2M0000000000000000MT",
    "session": 3,
    "met_on": "2019-08-08",
    "presided_by": "01J8KQ2M000000000000000016",
    "attended": ["01J8KQ2M000000000000000005"],
    "also_attended": "市民政局、市农业农村局分管负责同志",
    "agenda": [{"topic": "联合党组织运行情况", "decided": "对上半年季度评估逐一核查，问题清单报市委组织部", "carrier": "510811", "finish_by": "2019-09-30"}]
  }
}"#,
    example_follows: &[],
};

pub(crate) fn entity(_: &RecordMeeting) -> Option<Entity> {
    None
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RecordMeeting) -> Result<Vec<EventBody>, Rejection> {
    let place = convener(case)?;
    check_minutes(case, data, place)?;
    check_attendance(case, data)?;
    let agenda = agenda(case, data, place)?;
    let id = data.id.unwrap_or(MeetingId(case.command.id.0));
    if case.state.meetings.contains_key(&id) {
        return Err(Rejection::IdInUse { id: id.to_string(), pointer: "/data/id" });
    }
    let mut attended = Vec::new();
    for organization in data.attended.iter().filter(|found| **found != data.presided_by) {
        if !attended.contains(organization) {
            attended.push(*organization);
        }
    }
    Ok(vec![EventBody::MeetingRecorded(MeetingRecorded {
        meeting: id,
        place: place.id,
        session: data.session,
        met_on: data.met_on,
        presided_by: data.presided_by,
        attended,
        also_attended: data.also_attended.clone(),
        agenda,
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RecordMeeting> {
    let EventBody::MeetingRecorded(MeetingRecorded {
        meeting,
        place: _,
        session,
        met_on,
        presided_by,
        attended,
        also_attended,
        agenda,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    let decided = |MeetingItem { topic, decided, carrier, finish_by }| {
        Some(ItemDecided { topic, decided, carrier: recorded.code(carrier)?, finish_by })
    };
    let agenda = agenda.into_iter().map(decided).collect::<Option<_>>()?;
    let id = Some(meeting);
    Some(RecordMeeting { id, session, met_on, presided_by, attended, also_attended, agenda })
}

/// The city or county whose organ records it.
fn convener<'a>(case: &Case<'a>) -> Result<&'a Place, Rejection> {
    let organ = case.require_organization()?;
    let no_organ = || Rejection::DecidingBody { found: organ.name.to_string(), needed: Level::County };
    let place = case.state.places.get(&organ.location).ok_or_else(no_organ)?;
    case.require_organ(Level::County, place)?;
    Ok(place)
}

/// The minutes are written after the meeting and are no other's, and so is its number of the year.
fn check_minutes(case: &Case<'_>, data: &RecordMeeting, place: &Place) -> Result<(), Rejection> {
    let document = case.required_document()?;
    case.not_after(say("开会日期", "the meeting"), data.met_on, document.issued)?;
    let own = || case.state.meetings.values().filter(|found| found.place == place.id);
    let year = data.met_on.year();
    if let Some(known) = own().find(|found| (found.met_on.year(), found.session) == (year, data.session)) {
        let document = known.document.clone();
        case.refuse(MeetingRejection::OnFile { year, session: data.session, document })?;
    }
    match own().find(|found| found.document == document.number.as_str()) {
        Some(known) => {
            let number = document.number.clone();
            case.refuse(MeetingRejection::Minutes { number, meeting: known.name() })
        }
        None => Ok(()),
    }
}

fn check_attendance(case: &Case<'_>, data: &RecordMeeting) -> Result<(), Rejection> {
    case.organization(data.presided_by, "/data/presided_by")?;
    let (found, pointer) = (data.attended.len(), "/data/attended");
    if found > MAX_ATTENDED {
        let what = say("出席的党组织", "organizations");
        case.refuse(MeetingRejection::Long { what, found, allowed: MAX_ATTENDED, pointer })?;
    }
    for (index, organization) in data.attended.iter().enumerate() {
        case.organization(*organization, &format!("{pointer}/{index}"))?;
    }
    Ok(())
}

fn agenda(case: &Case<'_>, data: &RecordMeeting, place: &Place) -> Result<Vec<MeetingItem>, Rejection> {
    let (found, allowed) = (data.agenda.len(), usize::try_from(MAX_ITEMS).unwrap_or(usize::MAX));
    if found == 0 {
        case.refuse(Rejection::EmptyList { what: say("议题和议定事项", "the agenda") })?;
    }
    if found > allowed {
        let what = say("议定事项", "items");
        case.refuse(MeetingRejection::Long { what, found, allowed, pointer: "/data/agenda" })?;
    }
    let numbered = data.agenda.iter().enumerate();
    numbered.map(|(index, item)| checked(case, data.met_on, place, index, item)).collect()
}

/// A decision has who carries it out there, and no day before the meeting.
fn checked(
    case: &Case<'_>,
    met_on: Date,
    place: &Place,
    index: usize,
    item: &ItemDecided,
) -> Result<MeetingItem, Rejection> {
    let pointer = format!("/data/agenda/{index}/carrier");
    let carrier = case.place(&item.carrier, &pointer)?;
    let lies_there = case.state.ancestor(carrier.id, place.level).is_some_and(|above| above.id == place.id);
    if carrier.level == Level::Village || !lies_there {
        let (found, place) = (item.carrier.clone(), place.code.clone());
        case.refuse(MeetingRejection::Carrier { item: index + 1, found, place, pointer })?;
    }
    if let Some(due) = item.finish_by.filter(|due| *due < met_on) {
        let pointer = format!("/data/agenda/{index}/finish_by");
        case.refuse(MeetingRejection::Due { item: index + 1, due, met_on, pointer })?;
    }
    let (topic, decided) = (item.topic.clone(), item.decided.clone());
    Ok(MeetingItem { topic, decided, carrier: carrier.id, finish_by: item.finish_by })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::city::{CITY_ORGAN, COUNTY_ORGAN, LEAD, TOWNSHIP_ORGAN, place};
    use crate::testing::drafts::meetings::{MEETING, deciding, meet, meeting};
    use crate::testing::drafts::{clerk, officer, text};
    use crate::testing::{City, date};

    #[test]
    fn a_meeting_is_on_file_with_what_it_decided() {
        let attended = vec![COUNTY_ORGAN, COUNTY_ORGAN, CITY_ORGAN];
        let data = RecordMeeting { attended, ..meeting(vec![deciding("510811"), deciding(LEAD)]) };
        let item = |to: &str| MeetingItem {
            topic: text("联合党组织运行情况"),
            decided: text("对季度评估逐一核查"),
            carrier: place(to),
            finish_by: Some(date("2019-09-30")),
        };
        let after = City::merged().when(meet(data)).then(&[EventBody::MeetingRecorded(MeetingRecorded {
            meeting: MEETING,
            place: place("5108"),
            session: 3,
            met_on: date("2019-08-08"),
            presided_by: CITY_ORGAN,
            attended: vec![COUNTY_ORGAN],
            also_attended: None,
            agenda: vec![item("510811"), item(LEAD)],
        })]);
        let found = &after.state.meetings[&MEETING];
        assert_eq!((found.document.as_str(), found.agenda.len()), ("广联会纪〔2019〕3号", 2));
        let unnamed = RecordMeeting { id: None, ..meeting(vec![deciding("5108")]) };
        let after = City::merged().when(meet(unnamed)).accepted();
        assert!(after.state.meetings.contains_key(&MeetingId(after.last_command().0)));
    }

    #[test]
    fn a_county_meets_about_its_own_and_nobody_below() {
        let by_county =
            |to: &str| meet(meeting(vec![deciding(to)])).by(officer("officer-1")).behalf(COUNTY_ORGAN);
        City::merged().when(by_county(LEAD)).accepted();
        for (found, index) in [("5108", 0), ("510811100201", 0)] {
            let refused = MeetingRejection::Carrier {
                item: 1,
                found: found.parse().unwrap(),
                place: "510811".parse().unwrap(),
                pointer: format!("/data/agenda/{index}/carrier"),
            };
            City::merged().when(by_county(found)).refused(refused.into());
        }
        let draft = || meet(meeting(vec![deciding(LEAD)]));
        let refused = Rejection::RoleForbids { role: "township_clerk", command: "record-meeting" };
        City::merged().when(draft().by(clerk()).behalf(TOWNSHIP_ORGAN)).refused(refused);
        City::merged()
            .when(draft().by(officer("officer-1")).behalf(TOWNSHIP_ORGAN))
            .refused_by("deciding-body");
        City::merged().when(draft().behalf_of_place("5108")).refused_by("authority-is-organization");
    }

    #[test]
    fn its_minutes_are_written_after_it_and_are_of_no_other() {
        let draft = || meet(meeting(vec![deciding(LEAD)]));
        City::merged().when(draft().no_paper()).refused(Rejection::DocumentMissing);
        City::merged().when(draft().paper("广联会纪〔2019〕3号", "2019-08-07")).refused(
            Rejection::DateAfter {
                what: say("开会日期", "the meeting"),
                date: date("2019-08-08"),
                limit: date("2019-08-07"),
            },
        );
        City::merged().when(draft().on("2026-07-01")).refused_by("effective-future");
        let met = City::merged().given(draft());
        let (year, session, document) = (2019, 3, "广联会纪〔2019〕3号".into());
        let again = draft().paper("广联会纪〔2019〕4号", "2019-08-12");
        met.when(again.clone()).refused(MeetingRejection::OnFile { year, session, document }.into());
        let fourth = || meet(RecordMeeting { session: 4, ..meeting(vec![deciding(LEAD)]) });
        let refused = MeetingRejection::Minutes {
            number: "广联会纪〔2019〕3号".parse().unwrap(),
            meeting: crate::meeting::name(2019, 3),
        };
        met.when(fourth()).refused(refused.into());
        let refused = Rejection::IdInUse { id: MEETING.to_string(), pointer: "/data/id" };
        met.when(fourth().paper("广联会纪〔2019〕4号", "2019-08-12")).refused(refused);
    }

    #[test]
    fn every_item_decides_something_within_limits() {
        let with = |items| meet(meeting(items));
        City::merged()
            .when(with(Vec::new()))
            .refused(Rejection::EmptyList { what: say("议题和议定事项", "the agenda") });
        let refused =
            |what, found, allowed, pointer| MeetingRejection::Long { what, found, allowed, pointer };
        City::merged()
            .when(with(vec![deciding(LEAD); 51]))
            .refused(refused(say("议定事项", "items"), 51, 50, "/data/agenda").into());
        City::merged().when(with(vec![deciding(LEAD); 50])).accepted();
        let crowded = RecordMeeting { attended: vec![COUNTY_ORGAN; 101], ..meeting(vec![deciding(LEAD)]) };
        City::merged()
            .when(meet(crowded))
            .refused(refused(say("出席的党组织", "organizations"), 101, 100, "/data/attended").into());
        let nobody = OrganizationId(ulid::Ulid(7));
        let of_nobody = RecordMeeting { attended: vec![nobody], ..meeting(vec![deciding(LEAD)]) };
        let unknown = Case::unknown(say("党组织", "organization"), &nobody, "/data/attended/0");
        City::merged().when(meet(of_nobody)).refused(unknown);
    }

    #[test]
    fn nothing_is_to_be_done_before_the_meeting() {
        let due = |day: &str| ItemDecided { finish_by: Some(date(day)), ..deciding(LEAD) };
        City::merged().when(meet(meeting(vec![due("2019-08-08")]))).accepted();
        let refused = MeetingRejection::Due {
            item: 2,
            due: date("2019-08-07"),
            met_on: date("2019-08-08"),
            pointer: "/data/agenda/1/finish_by".into(),
        };
        let items = vec![deciding(LEAD), due("2019-08-07")];
        City::merged().when(meet(meeting(items))).refused(refused.into());
    }
}
