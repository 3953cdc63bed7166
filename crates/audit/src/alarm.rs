//! Alarms: what a standing watch over a log tells at once, in plain words, with what proves it.

use domain::date::Timestamp;
use domain::errors;

use crate::finding::Finding;

errors! {
    /// What is wrong with a log that is watched, or with how it is kept.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Alarm {
        /// No key that is trusted signed the head that is shown.
        #[zh("所示的日志头（{size} 条）没有可信公钥的签名")]
        #[en("no key you trust signed the head that is shown, of {size} events")]
        NotSigned {
            /// How many events it covers.
            size: u64,
        },
        /// Another log than the one that was watched here.
        #[zh("此处原为 {watched} 的日志，现在出示的是 {shown} 的")]
        #[en("the log of {watched} was watched here, and that of {shown} is shown now")]
        OtherLog {
            /// The origin that was watched.
            watched: String,
            /// The one that is shown.
            shown: String,
        },
        /// Two signed heads that cannot be of one history.
        #[zh("日志分叉：经签名的两个日志头（{} 条、{} 条）不属于同一部历史", sizes[0], sizes[1])]
        #[en("the log forks: two signed heads, of {} and {} events, are not of one history", sizes[0], sizes[1])]
        Fork {
            /// How many events each covers.
            sizes: [u64; 2],
            /// The two heads as they were signed: they prove it to anybody.
            heads: [String; 2],
        },
        /// The head went back.
        #[zh("日志变短：曾核验至第 {verified} 条，现在只出示 {shown} 条")]
        #[en("the log became shorter: it was verified up to event {verified}, and {shown} are shown now")]
        Shorter {
            /// Up to where it was verified.
            verified: u64,
            /// How many are shown.
            shown: u64,
        },
        /// Somebody else was shown a later head.
        #[zh("有所隐匿：他处持有 {elsewhere} 条的签名日志头，这里只出示 {shown} 条")]
        #[en("something is withheld: elsewhere a signed head of {elsewhere} events is held, and {shown} are shown here")]
        Behind {
            /// How many events the other head covers.
            elsewhere: u64,
            /// How many are shown.
            shown: u64,
        },
        /// A signed event that is not handed over.
        #[zh("第 {position} 条已经签名，却没有交出")]
        #[en("event {position} is signed and is not handed over")]
        Withheld {
            /// Which.
            position: u64,
        },
        /// The hashes that are shown are not those under the head.
        #[zh("所示的哈希瓦片不在签名的日志头（{size} 条）之下")]
        #[en("the hashes that are shown are not those under the signed head of {size} events")]
        WrongHashes {
            /// How many events the head covers.
            size: u64,
        },
        /// An event that is not the one that was signed.
        #[zh("第 {position} 条不是经签名的事件")]
        #[en("event {position} is not the one that was signed")]
        Changed {
            /// Which.
            position: u64,
        },
        /// An event that no honest service could have recorded.
        #[zh("第 {} 条：{}（{}）", finding.position, finding.kind.meaning().zh, finding.kind.slug())]
        #[en("event {}: {} ({})", finding.position, finding.kind.meaning().en, finding.kind.slug())]
        Lawless {
            /// What, and where.
            finding: Finding,
        },
        /// Events wait for a signature.
        #[zh("签名停止：第 {position} 条于 {recorded_at} 记录，至今未签名")]
        #[en("the signer has stopped: event {position} was recorded at {recorded_at} and is not signed")]
        SignerStopped {
            /// The first of them.
            position: u64,
            /// When it was recorded.
            recorded_at: Timestamp,
        },
        /// Witnesses have not seen for too long what was signed.
        #[zh("见证逾期：第 {position} 条于 {recorded_at} 记录，见证人未在 {hours} 小时内达到法定数")]
        #[en("witnesses are late: event {position} was recorded at {recorded_at}, and no quorum of them signed within {hours} hours")]
        WitnessLate {
            /// The first event that no quorum has seen.
            position: u64,
            /// When it was recorded.
            recorded_at: Timestamp,
            /// How long they have.
            hours: u32,
        },
        /// The server does not answer, or not with what was asked.
        #[zh("服务无法访问：{detail}")]
        #[en("the server cannot be reached: {detail}")]
        Unreachable {
            /// Why.
            detail: String,
        },
    }
}

impl Alarm {
    /// Its name in JSON and in metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotSigned { .. } => "not-signed",
            Self::OtherLog { .. } => "other-log",
            Self::Fork { .. } => "fork",
            Self::Shorter { .. } => "shorter",
            Self::Behind { .. } => "behind",
            Self::Withheld { .. } => "withheld",
            Self::WrongHashes { .. } => "wrong-hashes",
            Self::Changed { .. } => "changed",
            Self::Lawless { .. } => "lawless",
            Self::SignerStopped { .. } => "signer-stopped",
            Self::WitnessLate { .. } => "witness-late",
            Self::Unreachable { .. } => "unreachable",
        }
    }

    /// Where in the log, for those that are about an event or a head.
    pub fn position(&self) -> Option<u64> {
        match self {
            Self::NotSigned { size } | Self::WrongHashes { size } => Some(*size),
            Self::Fork { sizes, .. } => sizes.iter().min().copied(),
            Self::Shorter { shown, .. } | Self::Behind { shown, .. } => Some(*shown),
            Self::Withheld { position }
            | Self::Changed { position }
            | Self::SignerStopped { position, .. }
            | Self::WitnessLate { position, .. } => Some(*position),
            Self::Lawless { finding } => Some(finding.position),
            Self::OtherLog { .. } | Self::Unreachable { .. } => None,
        }
    }

    /// Whether it stands for good: what somebody signed cannot be unsigned. The others end when their cause does.
    pub fn is_lasting(&self) -> bool {
        matches!(self, Self::Fork { .. } | Self::Changed { .. } | Self::Lawless { .. })
    }

    /// The signed heads that prove it, where there are such.
    pub fn evidence(&self) -> &[String] {
        match self {
            Self::Fork { heads, .. } => heads,
            _ => &[],
        }
    }
}
