//! The word of another body: its organ and its document.

use crate::document_number::Document;
use crate::ids::OrganizationId;

data! {
    /// The word of another body, such as the township committee of a member outside the lead township.
    pub struct Consent {
        /// The organ, such as a 乡镇党委.
        pub organization: OrganizationId,
        /// Its document.
        pub document: Document,
    }
}
