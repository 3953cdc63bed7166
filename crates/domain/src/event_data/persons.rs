//! What the events of a person say. Values that the law lets a person have erased are commitments.

use crate::consent::Consent;
use crate::date::Date;
use crate::ids::{Commitment, OrganizationId, PersonId};
use crate::person::ErasureGround;
use crate::place::Level;
use crate::text::Text;

data! {
    /// 人员已登记，姓名另存 / a person was registered; the name is kept apart
    pub struct PersonRegistered {
        /// 人员的记录编号 / the id of the person who was registered
        pub person: PersonId,
        /// 党员所在的党组织 / the organization of which the person is a member
        pub organization: OrganizationId,
        /// 转为正式党员的日期；预备党员和群众没有 / the day of formal membership; absent for a probationary member or none
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub formal_member_since: Option<Date>,
        /// 姓名的承诺值 / the commitment to the name of the person
        pub name_commitment: Commitment,
    }

    /// 书记述职评议已登记 / a person's year was reviewed
    pub struct YearlyReviewed {
        /// 被评议的人员 / the person who was reviewed
        pub person: PersonId,
        /// 评议的年度，如 2019 / the year that was reviewed, such as 2019
        pub year: i16,
        /// 被评议职务的层级 / the tier of the post that was reviewed
        pub level: Level,
        /// 评议等次：政策代码表中的代码 / the class of the review: a code of the policy's list `review_classes`
        pub class: Text,
    }

    /// 个人记录已保全、暂停删除，或已解除保全 / a person's record was put under an inspection hold, or the hold was lifted
    pub struct HoldChanged {
        /// 记录被保全或解除保全的人员 / the person whose record is held or released
        pub person: PersonId,
        /// 作出决定的层级 / the tier of the body that decided
        pub level: Level,
    }

    /// 人员信息已依法删除，各处副本据此删除 / a person's erasable values are gone; every copy of the erasable store forgets them on this event
    pub struct PersonErased {
        /// 信息被删除的人员 / the person whose data was erased
        pub person: PersonId,
        /// 删除的法定事由 / the ground of the law for the erasure
        pub ground: ErasureGround,
        /// 另一级党委同意删除的文件 / the document of a second tier that consents to the erasure
        pub consent: Consent,
    }
}
