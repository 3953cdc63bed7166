//! What the event of a document's scan says.

use crate::consent::Consent;
use crate::document_number::{DocumentNumber, Sha256Hex};
use crate::ids::OrganizationId;
use crate::person::ErasureGround;

data! {
    /// 文件的扫描件已按规定删除，校验值仍在；各处副本据此删除，也不再从备份恢复 / the scans of a document are gone while their hashes stay; every copy forgets them on this event, also one that a backup brings back
    pub struct ScanErased {
        /// 该文件的发文机关 / the organization that issued the document
        pub issuer: OrganizationId,
        /// 该文件的文号 / the number of the document
        pub number: DocumentNumber,
        /// 被删除的扫描件的校验值 / the hashes of the scans that were erased
        pub scans: Vec<Sha256Hex>,
        /// 删除的法定事由 / the ground of the law for the erasure
        pub ground: ErasureGround,
        /// 另一级党委同意删除的文件 / the document of a second tier that consents to the erasure
        pub consent: Consent,
    }
}
