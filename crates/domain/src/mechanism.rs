//! The mechanisms that the product carries out: the rows of the README's table, which is written from this list.

macro_rules! mechanisms {
    ($($variant:ident = $text:literal seen in $views:expr;)+) => {
        /// Something that the law or its practice knows, and that commands carry out.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Mechanism {
            $(#[doc = $text] $variant,)+
        }

        impl Mechanism {
            /// Every mechanism, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// What it is.
            pub fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// Where what it yields is read: paths under `/api/v1/`.
            pub fn views(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &$views,)+ }
            }
        }
    };
}

mechanisms! {
    Places = "The register of places 区划 and its changes" seen in ["places", "lists/start"];
    Organizations = "Organizations 党组织, their counts and village profiles" seen in ["lists/organizations", "organizations/{id}", "lists/figures"];
    Upgrades = "提格升级: branches that should have become more" seen in ["lists/upgrades"];
    OrganizationEnds = "Organizations that end 撤并" seen in ["organizations/{id}"];
    Persons = "Persons, by opaque ids; holds for an inspection; what may be forgotten" seen in ["joint-branches/{id}"];
    Registration = "存量登记: what existed before a county opened its register, as its own papers say" seen in ["lists/unregistered", "counties/{code}/register"];
    Proposal = "Proposal 提出, with its justification" seen in ["counties/{code}/register"];
    WillSurvey = "群众意愿调查 will survey" seen in ["joint-branches/{id}", "obligations"];
    Resolutions = "党员大会决议: what the members of each organization resolve" seen in ["joint-branches/{id}"];
    Agreements = "结对共建协议书: what the parties of a pairing agree on, and until when" seen in ["joint-branches/{id}", "obligations"];
    Merger = "合建 merger: suspended originals, all functions go over" seen in ["cities/{code}", "counties/{code}"];
    Pairing = "共建 pairing: only the functions named" seen in ["joint-branches/{id}"];
    Filing = "备案 filing" seen in ["obligations", "lists/register"];
    Secretary = "书记 secretary, elected or assigned" seen in ["cities/{code}"];
    FirstSecretary = "第一书记 first secretaries, sent to villages beside their own secretaries" seen in ["lists/first-secretaries", "organizations/{id}"];
    Elections = "换届 elections and terms" seen in ["obligations", "lists/statistics"];
    Committee = "支部委员会 committee" seen in ["joint-branches/{id}"];
    VillageHead = "一肩挑: elected head of the villagers' committee" seen in ["cities/{code}"];
    Commitments = "四项承诺 four commitments" seen in ["obligations"];
    Powers = "四项权力 four powers" seen in ["joint-branches/{id}"];
    Links = "Guidance by parks, cross postings 交叉任职" seen in ["organizations/{id}"];
    Activities = "活动轮值 activities in rotation" seen in ["lists/rotation", "townships/{code}/ledger"];
    CoLocation = "合署办公 one office" seen in ["cities/{code}"];
    Funding = "Money of each village 经费" seen in ["lists/funding"];
    Premises = "场所 premises of a village, paid for in three as they are built" seen in ["lists/premises"];
    Evaluation = "季度评估 quarterly grades" seen in ["townships/{code}/ledger"];
    Rectification = "整改 rectification" seen in ["obligations"];
    YellowCards = "黄牌 yellow cards, issued and lifted; the count of missed deadlines proposes them" seen in ["lists/yellow-cards", "townships/{code}"];
    Dissolution = "撤销 dissolution, with successors" seen in ["joint-branches/{id}/timeline", "lists/flow"];
    Membership = "Members that join and leave" seen in ["joint-branches/{id}/timeline"];
    Corrections = "更正 corrections, counted by county and actor" seen in ["lists/corrections"];
    Supervision = "督办 supervision" seen in ["obligations", "townships/{code}"];
    Meetings = "联系会议 coordination meetings: what they decided, supervised and closed item by item 销号" seen in ["lists/meeting-decisions", "obligations"];
    YearlyReview = "述职评议 yearly review" seen in ["lists/yearly-reviews"];
    Responsibilities = "责任清单: monthly push, quarterly inspection, yearly review" seen in ["lists/cadence"];
    Policy = "Rules as dated data; powers, functions, modes, hosts, kinds of forms and other codes that a jurisdiction adds" seen in ["policies"];
    Accounts = "Accounts 帐号, their holders and second factors" seen in ["accounts"];
    Documents = "文号 documents, 补录 late entries, rules set aside" seen in ["lists/documents", "lists/late-entries", "lists/overrides"];
}
