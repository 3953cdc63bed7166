//! What the events of accounts say: who may act or read, until when, and no more.

use crate::account::Role;
use crate::date::Date;
use crate::ids::{AccountId, Commitment, HolderId};
use crate::place::PlaceCode;
use crate::text::Text;

data! {
    /// 帐号已签发 / an account was issued, which may act or read
    pub struct AccountIssued {
        /// 签发的帐号 / the account that was issued
        pub account: AccountId,
        /// 帐号的角色 / the role of the account: what it may do and read
        pub role: Role,
        /// 管辖范围：市、县(区)或乡镇的代码 / the scope of the account: the code of a city, county or township
        pub scope: PlaceCode,
        /// 持有人姓名的承诺值 / the commitment to the name of the holder
        pub holder_commitment: Commitment,
        /// 持有人已有其他帐号时，其编号；不填即以本帐号编号为准 / the holder, where they have other accounts; absent: a holder of that account's own id
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub holder: Option<HolderId>,
        /// 有效期的最后一日 / the last day on which the account is valid
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub expires_on: Option<Date>,
    }

    /// 帐号已续期，新令牌启用，旧令牌作废 / an account was renewed: its new token works and the old one is worthless
    pub struct AccountRenewed {
        /// 续期的帐号 / the account that was renewed
        pub account: AccountId,
        /// 有效期的最后一日 / the last day on which the account is valid
        pub expires_on: Date,
        /// 自此归入的持有人（与同名的其他帐号合并时） / the holder from now on, where the account joins the others of its name
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub holder: Option<HolderId>,
    }

    /// 帐号已撤销，不能再用 / an account was revoked and may do nothing any more
    pub struct AccountRevoked {
        /// 撤销的帐号 / the account that was revoked
        pub account: AccountId,
    }

    /// 帐号的动态口令（第二因素）已重置，由持有人重新设置 / the second factor of an account was taken away; its holder sets up another one
    pub struct SecondFactorReset {
        /// 重置动态口令的帐号 / the account whose second factor was reset
        pub account: AccountId,
        /// 理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        pub reason: Text,
    }
}
