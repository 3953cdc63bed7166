//! Rejections of the commands of coordination meetings 联系会议.

use crate::date::Date;
use crate::document_number::DocumentNumber;
use crate::meeting::name;
use crate::place::PlaceCode;
use crate::say::Say;

rejections! {
    /// Why something about a coordination meeting or its decisions is refused.
    pub enum MeetingRejection {
        #[rule("meeting-once")]
        #[zh("{}已登记（{document}），请核对会议次数和日期", name(*year, *session).zh)]
        #[en("{} is on file ({document}): check its number and its day", name(*year, *session).en)]
        OnFile { year: i16, session: u32, document: String } => (),
        #[rule("document-once")]
        #[zh("文号 {number} 已是{}的会议纪要", meeting.zh)]
        #[en("the document {number} is already the minutes of {}", meeting.en)]
        Minutes { number: DocumentNumber, meeting: Say } => (),
        #[rule("meeting-long")]
        #[zh("{}共 {found} 项，一次会议最多登记 {allowed} 项", what.zh)]
        #[en("there are {found} {}, and a meeting has {allowed} at most", what.en)]
        Long { what: Say, found: usize, allowed: usize, pointer: &'static str } => (found, allowed),
        #[rule("meeting-carrier")]
        #[zh("第{item}项议定事项的责任单位 {found} 不在 {place} 范围内，或不是市、县(区)、乡镇(街道)")]
        #[en("item {item}: {found} does not lie in {place}, or is no city, county or township to carry a decision out")]
        Carrier { item: usize, found: PlaceCode, place: PlaceCode, pointer: String } => (),
        #[rule("meeting-due")]
        #[zh("第{item}项议定事项的办理期限 {due} 早于开会日期 {met_on}")]
        #[en("item {item} is to be carried out by {due}, before the meeting of {met_on}")]
        Due { item: usize, due: Date, met_on: Date, pointer: String } => (due, met_on),
        #[rule("supervision-decision")]
        #[zh("议定事项须同时写明联系会议和事项序号")]
        #[en("a decision is named by its meeting and the number of its item, both")]
        Unnamed,
        #[rule("supervision-decision")]
        #[zh("第{item}项议定事项由 {carrier} 办理，督办须发给该单位或其所在的县(区)，不能发给 {to}")]
        #[en("item {item} is carried out by {carrier}: its supervision goes there, or to the county in which that lies, not to {to}")]
        OfOther { item: u32, carrier: PlaceCode, to: PlaceCode } => (),
        #[rule("supervision-decision")]
        #[zh("第{item}项议定事项已于 {on} 发出督办，不得重复督办")]
        #[en("a supervision was issued on item {item} on {on}, and a decision has one only")]
        Supervised { item: u32, on: Date } => (),
        #[rule("decision-closed")]
        #[zh("第{item}项议定事项已于 {on} 销号")]
        #[en("item {item} was closed on {on}, and is closed once only")]
        Closed { item: u32, on: Date } => (),
        #[rule("decision-answer")]
        #[zh("第{item}项议定事项的督办尚未答复（期限 {due}），答复后方可销号")]
        #[en("the supervision on item {item}, due on {due}, is not answered: the decision is closed after its answer")]
        Unanswered { item: u32, due: Date } => (),
    }
}
