//! What the events of accounts say: who may act or read, until when, and no more.

use crate::account::Role;
use crate::date::Date;
use crate::ids::{AccountId, Commitment, HolderId};
use crate::place::PlaceCode;
use crate::text::Text;

data! {
    /// An account may act or read.
    pub struct AccountIssued {
        /// The account.
        pub account: AccountId,
        /// What it may do.
        pub role: Role,
        /// Where.
        pub scope: PlaceCode,
        /// The commitment to the holder's name.
        pub holder_commitment: Commitment,
        /// Whose account it is, where the holder has others; absent: a holder of that account's own id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub holder: Option<HolderId>,
        /// The last day on which it is valid.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub expires_on: Option<Date>,
    }

    /// An account may act until another day; its token is a new one and the old one worthless.
    pub struct AccountRenewed {
        /// Which.
        pub account: AccountId,
        /// The last day on which it is valid.
        pub expires_on: Date,
        /// Whose account it is from now on, where it joins the others of its name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub holder: Option<HolderId>,
    }

    /// An account may do nothing any more.
    pub struct AccountRevoked {
        /// The account.
        pub account: AccountId,
    }

    /// The second factor of an account is gone: its holder sets up another one.
    pub struct SecondFactorReset {
        /// Which.
        pub account: AccountId,
        /// Why.
        pub reason: Text,
    }
}
