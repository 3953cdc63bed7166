//! The lists 专项清单: what each is called and what it is for.

use projections::ListName;

use super::Words;

/// The title of a list.
pub fn title(name: ListName) -> Words {
    let english = match name {
        ListName::Upgrades => "Upgrades due",
        ListName::YellowCards => "Yellow cards",
        ListName::YearlyReviews => "Yearly reviews",
        ListName::Funding => "Funding of villages",
        ListName::Figures => "Before and since",
        ListName::Rotation => "Rotation of hosts",
        ListName::Documents => "Register of documents",
        ListName::LateEntries => "Late entries",
        ListName::Overrides => "Rules set aside",
        ListName::Corrections => "Corrections",
        ListName::Cadence => "Duties by month, quarter and year",
    };
    Words(name.chinese(), english)
}

/// What a list is for.
pub fn purpose(name: ListName) -> Words {
    match name {
        ListName::Upgrades => Words(
            "党员人数已到、应升格为党总支或党委的党组织和联合党组织",
            "organizations and joint branches that by their members should have become a general branch or a committee",
        ),
        ListName::YellowCards => Words(
            "一年内季度评价、整改复核逾期次数够黄牌的乡镇，以及每次逾期",
            "townships that missed too many deadlines of a year, and each deadline that they missed",
        ),
        ListName::YearlyReviews => Words(
            "书记年度述职评议用表：任职、各季度考评、评议等次和未了事项，可按县、按乡镇打印",
            "the sheet for the yearly review of secretaries: post, grades, class and what is still owed; prints by county and township",
        ),
        ListName::Funding => Words(
            "各村本年度经费基数与上次基数的对照，县补和决算",
            "each village's base of the year against the one before, the county's supplement, and what was settled",
        ),
        ListName::Figures => Words(
            "成员党组织联建前、后最近一次的村情数字，附时期和来源",
            "the last figures of member organizations before and since their joint branch, with period and source",
        ),
        ListName::Rotation => {
            Words("活动上次由哪村承办、下次轮到哪村", "which village hosted last, and whose turn is next")
        }
        ListName::Documents => Words(
            "各机关的文号登记簿：日期顺序、扫描件、被哪些记录引用",
            "each office's register of document numbers: their order, their scans, and the records that cite them",
        ),
        ListName::LateEntries => {
            Words("生效之后迟录的记录（补录）", "records entered late after they took effect")
        }
        ListName::Overrides => Words(
            "豁免提醒性规则的记录，附理由和批准文件",
            "records that set a warning aside, with the reason and the document",
        ),
        ListName::Corrections => {
            Words("对已有记录的更正，按县和经办人", "corrections of records, by county and actor")
        }
        ListName::Cadence => Words(
            "责任清单的落实：每月推进、每季督查、每年述职评议，以及督办",
            "what each place did of its duties: monthly push, quarterly inspection, yearly review, supervisions",
        ),
    }
}
