//! The word of another body: its organ and its document.

use crate::document_number::Document;
use crate::ids::OrganizationId;

data! {
    /// 另一单位同意的文件，如牵头乡镇以外成员所属乡镇党委 / the consent of another body, such as the township committee of a member outside the lead township
    pub struct Consent {
        /// 表示同意的单位，如乡镇党委 / the body that consents, such as a township committee
        pub organization: OrganizationId,
        /// 该单位同意的文件 / the document by which that body consents
        pub document: Document,
    }
}
