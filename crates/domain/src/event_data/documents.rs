//! What the event says by which the document of a recorded decision is corrected.

use crate::actor::Authority;
use crate::date::Date;
use crate::document_number::Document;
use crate::entity::Entity;
use crate::ids::CommandId;
use crate::text::Text;

data! {
    /// 决定所依据的文件已更正 / the document of a recorded decision was corrected
    pub struct DocumentCorrected {
        /// 该决定的对象，如 `joint-branch/<编号>` / what the decision is about, such as `joint-branch/<id>`
        pub subject: Entity,
        /// 被更正决定的指令编号 / the id of the command that recorded the decision
        pub decision: CommandId,
        /// 被更正记录的位置 / the position of the event that was corrected
        pub corrected_position: u64,
        /// 被更正记录的生效日期，各项统计自该日起按更正计 / the effective date of the corrected event: views show the correction from that day on
        pub corrected_effective_date: Date,
        /// 发文机关：党组织的编号，或区划代码 / the body that issued the document: an organization's id or a place's code
        pub issuer: Authority,
        /// 更正后的文件 / the document as it should read
        pub document: Document,
        /// 更正前的文件 / the document before the correction
        pub earlier_document: Document,
        /// 理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        pub reason: Text,
    }
}
