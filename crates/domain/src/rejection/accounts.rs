//! Rejections of the commands about accounts.

use crate::date::Date;
use crate::ids::AccountId;

rejections! {
    /// Why an account is not issued or renewed.
    pub enum AccountRejection {
        #[rule("account-roles")]
        #[zh("此人已有角色 {held} 的有效帐号 {account}，与角色 {asked} 互斥：请先撤销该帐号，或换人")]
        #[en("this person holds the valid account {account} of role {held}, which excludes the role {asked}: revoke it first, or choose another person")]
        Excluded { held: &'static str, asked: &'static str, account: AccountId } => (),
        #[rule("account-second")]
        #[zh("此人已有有效帐号 {account}：再发一个须写明授权文件的文号；同名的另一人请在姓名后注明单位以示区别")]
        #[en("this person holds the valid account {account}: a second one needs the document that authorizes it; tell another person of the same name apart by their unit")]
        Second { account: AccountId } => (),
        #[rule("account-own")]
        #[zh("不能为自己签发或续期帐号：请另一位安全管理员办理，或由本机管理员用 token 命令办理")]
        #[en("nobody issues or renews an account of their own: ask another security administrator, or whoever administers the machine")]
        Own,
        #[rule("account-apart")]
        #[zh("审计、安全管理、系统管理三类帐号的签发须写明授权文件的文号")]
        #[en("an account of an auditor or administrator is issued on the document that authorizes it")]
        Apart,
        #[rule("account-of-ended-place")]
        #[zh("此帐号所属的「{name}」自 {on} 起已不存在（现为：{successors}），帐号已停用，只能查阅原有记录：请安全管理员办理交接，为此帐号续期（由一个区划承接的），或另发承接地的帐号")]
        #[en("the place of this account, {name}, is no more since {on} (now: {successors}); the account is suspended and reads only its own past: ask the security administrator to hand over, by renewing this account where one place goes on, or by issuing another one there")]
        PlaceEnded { name: String, on: Date, successors: String } => (),
        #[rule("account-successor")]
        #[zh("此帐号所属的「{name}」已不存在，且没有唯一的承接地（{successors}）：不能续期，请在承接地另发帐号")]
        #[en("the place of this account, {name}, is no more, and no one place goes on for it ({successors}): issue another account there instead")]
        NoSuccessor { name: String, successors: String } => (),
        #[rule("account-life")]
        #[zh("帐号有效期至 {found}，应在 {earliest} 至 {latest} 之间（最长 {months} 个月）")]
        #[en("the account would be valid until {found}; that day lies between {earliest} and {latest} ({months} months at most)")]
        Life { found: Date, earliest: Date, latest: Date, months: i32 } => (),
    }
}
