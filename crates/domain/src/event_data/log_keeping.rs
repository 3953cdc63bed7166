//! What the events say of how the log itself is kept: access log, storage, clock.

use crate::date::Timestamp;
use crate::document_number::Sha256Hex;
use crate::ids::InstanceId;
use crate::text::Text;

/// The most keys that sign a log at once: the one in use and those that take its place.
pub const MAX_SIGNING_KEYS: usize = 4;

data! {
    /// 访问日志已登记至此，此前内容不能再暗中删改 / the access log of an instance is anchored: nothing of it up to here can be cut off or changed unseen
    pub struct AccessLogAnchored {
        /// 所属的服务实例 / the instance of the service whose access log it is
        pub instance: InstanceId,
        /// 末一条访问记录的序号 / the number of the last entry
        pub count: u64,
        /// 末一条的校验值，覆盖此前全部 / the hash of the last entry, which covers all before it
        pub head: Sha256Hex,
        /// 每条访问记录保存的天数；早期版本未记 / for how many days an entry is kept; earlier programs did not say
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub kept_days: Option<u32>,
    }

    /// 声明日志所用的可能丢失已确认事件的设置；没有即为安全 / declares the settings under which acknowledged events may be lost; none: the log is kept safely
    pub struct DurabilityDeclared {
        /// 有风险的设置，写作 名称=值，并注明服务器 / each unsafe setting as `name=value`, with the server where it is one's
        pub unsafe_settings: Vec<Text>,
    }

    /// 声明自此签署日志的公钥，取代此前所列 / declares the public keys that sign the log from here on, in the place of those before
    pub struct SigningKeysDeclared {
        /// 公钥，C2SP signed-note 的写法，按文字排序 / the public keys, as C2SP signed-note writes them, in the order of their texts
        pub keys: Vec<Text>,
    }

    /// 确认机器时钟无误；只有此事件可早于上一事件的记录时间 / the machine's clock is right although it leaps: the only event that may be recorded earlier than the one before it, which was recorded under a clock that was ahead
    pub struct ClockAccepted {
        /// 上一事件的记录时间 / the time at which the event before was recorded
        pub previous: Timestamp,
        /// 为何确认时钟无误 / why the clock is known to be right
        pub reason: Text,
    }
}
