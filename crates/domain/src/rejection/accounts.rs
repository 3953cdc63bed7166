//! Rejections of the commands about accounts.

use crate::ids::AccountId;

/// Why an account is not issued or renewed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountRejection {
    #[error(
        "account-roles¦此人已有角色 {held} 的有效帐号 {account}，与角色 {asked} 互斥：请先撤销该帐号，或换人¦this person holds the valid account {account} of role {held}, which excludes the role {asked}: revoke it first, or choose another person"
    )]
    Excluded { held: &'static str, asked: &'static str, account: AccountId },
    #[error(
        "account-second¦此人已有有效帐号 {account}：再发一个须写明授权文件的文号；同名的另一人请在姓名后注明单位以示区别¦this person holds the valid account {account}: a second one needs the document that authorizes it; tell another person of the same name apart by their unit"
    )]
    Second { account: AccountId },
}
