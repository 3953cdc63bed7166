//! Every word of the pages, in both languages: the one place to read when a term is disputed.

pub mod events;
pub mod fields;
pub mod figures;
pub mod glossary;
pub mod policy;
pub mod terms;

use domain::quarter::Quarter;

/// A text in both languages: plain Chinese first, complete English second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words(pub &'static str, pub &'static str);

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// 中文, unless the reader asks for English.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The language of that code.
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "zh" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// The code that the switch and the cookie carry.
    pub fn code(self) -> &'static str {
        self.pick("zh", "en")
    }

    /// The value of `lang` in HTML.
    pub fn html(self) -> &'static str {
        self.pick("zh-CN", "en")
    }

    /// The text in this language.
    pub fn of(self, words: Words) -> &'static str {
        self.pick(words.0, words.1)
    }

    /// A quarter such as `2026Q3`: 2026年第三季度. What is none stays as it is.
    pub fn quarter(self, text: &str) -> String {
        match (self, text.parse::<Quarter>()) {
            (Self::Chinese, Ok(quarter)) => quarter.chinese(),
            _ => text.to_owned(),
        }
    }

    /// The same in two parts, the year and the quarter in it: 2026年, 第三季度.
    pub fn quarter_in_year(self, text: &str) -> (String, String) {
        let said = self.quarter(text);
        let at = said.find(['第', 'Q']).unwrap_or(0);
        (said[..at].to_owned(), said[at..].to_owned())
    }

    /// One of two texts.
    pub fn pick<T>(self, chinese: T, english: T) -> T {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }
}

macro_rules! words {
    ($($name:ident = $zh:literal, $en:literal;)+) => {
        $(pub const $name: Words = Words($zh, $en);)+
    };
}

words! {
    PRODUCT = "农村党支部合建共建", "Joint Party branches across villages";
    SHORT = "联建", "Lianjian";
    SKIP = "跳到正文", "Skip to the content";
    HOME = "首页", "Home";
    REGISTER = "清单", "Register";
    LEDGER = "台账", "Ledger";
    OBLIGATIONS = "待办", "Obligations";
    WORK = "办理", "Work";
    LOG = "记录查询", "Search the records";
    COMPARE = "两日对照", "Two days compared";
    COMPONENTS = "界面组件", "Components";
    OTHER_LANGUAGE = "English", "中文";
    SIGN_IN = "登录", "Sign in";
    SIGN_OUT = "退出登录", "Sign out";
    TOKEN = "令牌", "Token";
    TOKEN_HINT = "安全管理员签发的令牌，以 lj_ 开头", "The token that the security administrator issued; it begins with lj_";
    SIGN_IN_LINK = "演示服务（--demo）也可使用启动时在终端打印的一次性登录链接；链接只能用一次，登录后 12 小时内有效，只能查看。",
        "The one-time link that a demonstration (`--demo`) prints at its start works as well: once, for 12 hours, and for reading only.";
    TOKEN_REFUSED = "令牌无效、已到期或已撤销，请向安全管理员申领。", "The token is unknown, expired or revoked; ask the security administrator for one.";
    LINK_REFUSED_TITLE = "登录链接无效", "The sign-in link is not valid";
    LINK_REFUSED = "此链接已用过、已过期或不完整。请重新启动演示以取得新链接，或用令牌登录。",
        "This link has been used, is too old, or is incomplete. Start the demonstration again for a new one, or sign in with a token.";
    NO_BUSINESS_DATA = "此角色不查看业务数据，页面仅供业务人员和审计人员使用。", "This role reads no business data: the pages are for offices and auditors.";
    ACCOUNTS = "帐号", "Accounts";
    ACCOUNTS_HINT = "令牌只在签发或续期时显示一次；续期保留帐号，换发新令牌，旧令牌立即失效。同名的另一人请在姓名后注明单位。",
        "A token is shown once, when an account is issued or renewed. Renewing keeps the account; the old token is worthless at once. Tell another person of the same name apart by their unit.";
    HOLDER = "持有人", "Holder";
    ROLE = "角色", "Role";
    SCOPE_OF = "管辖范围", "Scope";
    VALID_UNTIL = "有效至", "Valid until";
    NEVER_ENDS = "不到期（请续期以定期限）", "never ends (renew it to set a day)";
    STATE_OF = "状态", "State";
    OTHER_ACCOUNTS = "同一人的其他帐号", "Other accounts of this person";
    ACCOUNT_ID = "帐号编号", "Id of the account";
    TOKEN_ONCE = "新令牌只在此显示一次，请现在抄录并当面交给持有人；离开本页后无法再次查看，遗失须续期换发。",
        "The new token is shown here once: copy it now and hand it to its holder. It cannot be shown again; one that is lost is replaced by renewing.";
    MY_SIGN_IN = "我的登录", "My sign-in";
    SECOND_FACTOR = "动态口令", "Second factor";
    SECOND_FACTOR_ON = "已启用：用令牌登录本系统页面时须同时输入动态口令。更换手机请联系安全管理员重置。",
        "On: signing in to the pages takes the one-time password beside the token. For another telephone ask the security administrator to reset it.";
    SECOND_FACTOR_OFF = "未启用。启用后，仅凭令牌不能登录页面。请用手机上的身份验证器（支持 TOTP）扫描二维码或手工录入密钥。",
        "Off. Once it is on, a token alone signs nobody in to the pages. Scan the picture with an authenticator (TOTP) on your telephone, or type the key.";
    SECOND_FACTOR_NEEDED = "您的角色须先启用动态口令，才能查看其他页面。", "Your role sees nothing else before the second factor is on.";
    SECOND_FACTOR_SET = "已启用", "on";
    SECOND_FACTOR_UNSET = "未启用", "off";
    BEGIN_SECOND_FACTOR = "开始设置", "Begin";
    CONFIRM_SECOND_FACTOR = "确认启用", "Turn it on";
    SECRET_KEY = "密钥（手工录入）", "Key (to be typed)";
    SECRET_ADDRESS = "密钥地址", "Address of the key";
    SECRET_PICTURE = "二维码：扫描后录入身份验证器", "Picture of the key, for an authenticator";
    ONE_TIME_PASSWORD = "动态口令（6 位数字）", "One-time password (six digits)";
    ONE_TIME_HINT = "已启用动态口令的帐号须填写", "For accounts with a second factor";
    ONE_TIME_WANTED = "此帐号已启用动态口令，请一并填写。", "This account has a second factor: enter its one-time password too.";
    UNAVAILABLE = "暂时无法显示", "Not available at the moment";
    BACK_HOME = "回到首页", "Back to the first page";
    AS_OF = "某日的情况", "As it was on";
    KNOWN_AT = "某日所知的情况", "As it was known on";
    SHOW = "查看", "Show";
    TODAY = "回到今天", "Back to today";
    PAST_NOTICE = "您在查看过去的情况，不是今天的。", "You are looking at the past, not at today.";
    SIMULATED = "模拟数据：本页用于演示，不是任何单位的真实记录。", "Simulated data: this page is for trying out; it is no office's record.";
    PRINT_HINT = "可直接打印（A4）", "Prints on A4";
    PROJECTOR = "投影视图", "Projector view";
    ORDINARY_VIEW = "普通视图", "Ordinary view";
    FIGURES = "数字", "Figures";
    FIGURE = "项目", "Figure";
    VALUE = "数值", "Value";
    DEFINITION = "口径", "Definition";
    CODE = "代码", "Code";
    NAME = "名称", "Name";
    COUNTIES = "各县(区)", "By county";
    TOWNSHIPS = "各乡镇(街道)", "By township";
    VILLAGES = "各村(社区)", "By village";
    TILE_MAP = "各县(区)覆盖率示意图（非地理边界）", "Coverage by county, as tiles (no geographic borders)";
    TREND = "近八个季度", "The last eight quarters";
    GRADES = "各季度考评", "Grades by quarter";
    GRADES_NOTE = "含已撤销的联合党组织当时的考评", "with the grades that dissolved joint branches had at the time";
    QUARTER = "季度", "Quarter";
    GOOD = "好", "good";
    FAIR = "一般", "fair";
    POOR = "较差", "poor";
    MISSING = "未考评", "not evaluated";
    MOVEMENT = "较上季度", "Against the quarter before";
    ATTENTION = "需要会议关注的事项", "What needs the meeting's attention";
    ATTENTION_NOTE = "已逾期的待办，最要紧的在前", "Overdue obligations, the most pressing first";
    NOTHING_OVERDUE = "没有逾期事项。", "Nothing is overdue.";
    ALL_OBLIGATIONS = "全部待办", "All obligations";
    NO_ROWS = "没有符合条件的行。", "No row fits.";
    SEARCH = "搜索", "Search";
    FILTER = "筛选", "Filter";
    ALL = "全部", "All";
    ROWS = "行", "rows";
    COLUMNS = "隐藏的列", "Columns to hide";
    NEXT_PAGE = "下一页", "Next page";
    PREVIOUS_PAGE = "上一页", "Previous page";
    CLEAR = "清除", "Clear";
    DOWNLOAD = "下载", "Download";
    CSV_UTF8 = "CSV（UTF-8）", "CSV (UTF-8)";
    CSV_GB18030 = "CSV（GB18030）", "CSV (GB18030)";
    XLSX = "Excel 工作簿", "Excel workbook";
    BRIEF = "会议简报（Word）", "Meeting brief (Word)";
    PHASE = "状态", "State";
    ARRANGEMENT = "合建/共建", "Arrangement";
    MODE = "方式", "Mode";
    FORM = "形式", "Form";
    LEAD_TOWNSHIP = "牵头乡镇", "Lead township";
    COUNTY = "县(区)", "County";
    MEMBERS = "成员", "Members";
    SECRETARY = "书记", "Secretary";
    VACANT_SINCE = "空缺自", "vacant since";
    NAME_ERASED = "（姓名不显示）", "(name not shown)";
    ESTABLISHED_ON = "成立日期", "Established";
    DOCUMENT = "文号", "Document";
    LAST_GRADES = "近四次考评", "Last four grades";
    OPEN_OBLIGATIONS = "未了事项", "Open obligations";
    OVERDUE = "逾期", "Overdue";
    DUE = "到期日", "Due";
    KIND = "类别", "Kind";
    OWNER = "责任单位", "Owner";
    OVERDUE_DAYS = "逾期天数", "Days overdue";
    DETAIL = "说明", "Detail";
    JOINT_BRANCH = "联合党组织", "Joint branch";
    LIFE_LINE = "发展历程", "Life line";
    LEADERSHIP = "班子", "Leadership";
    COMMITTEE = "委员会", "Committee";
    COMMITMENTS = "四项承诺", "Commitments";
    POWERS = "下放的权力", "Delegated powers";
    TERM = "任期", "Term";
    SOURCE = "来源", "Source";
    SINCE = "自", "Since";
    FUNCTIONS = "四项职能由谁行使", "Who holds the four functions";
    FUNCTIONS_NOTE = "箭头表示已划转到联合党组织的职能", "An arrow is a function that has passed to the joint branch";
    ORIGINAL = "原党组织", "Original organization";
    HELD_JOINTLY = "联合", "joint";
    HELD_ITSELF = "自行", "itself";
    NO_ORGAN = "结对，不设书记", "pairing without an organ, no secretary";
    FORMAL_MEMBERS = "正式党员", "Formal members";
    VILLAGE = "村", "Village";
    STATUS = "状况", "Status";
    FUNDING = "各村经费（元）", "Funding of each village (yuan)";
    FUNDING_NOTE = "每笔经费只属于一个村；联合党组织没有自己的账户", "Every line names one village; the joint branch has no account of its own";
    FISCAL_YEAR = "年度", "Year";
    BASE = "基数", "Base";
    SUPPLEMENT = "县补", "County supplement";
    SETTLED = "决算", "Settled";
    ROTATION = "活动轮值", "Rotation of hosts";
    ROTATION_NOTE = "下一次由排在最前的村承办", "The village on top hosts next";
    TIMES = "承办次数", "Times hosted";
    LAST_HOSTED = "上次承办", "Last hosted";
    TIMELINE = "大事记", "Timeline";
    TIMELINE_LATEST = "只显示最近的记录；全部记录见接口 timeline。", "Only the latest entries; the interface `timeline` has them all.";
    EVENT = "事项", "What happened";
    EFFECTIVE = "生效日期", "Effective";
    RECORDED = "记录时间", "Recorded";
    RECORDED_LATE = "补录", "recorded late";
    ACTOR = "经办", "Actor";
    ON_BEHALF_OF = "以何名义", "On behalf of";
    POSITION = "位置", "Position";
    SURVEYS = "群众意愿调查", "Will surveys";
    ASKED = "征求户数", "Asked";
    IN_FAVOUR = "同意户数", "In favour";
    DATE = "日期", "Date";
    JUSTIFICATION = "合建共建理由", "Justification";
    GEOGRAPHY = "地域相邻", "Geography";
    INDUSTRY = "产业相近", "Industry";
    GOVERNANCE = "治理相融", "Governance";
    ACTIONS = "可以办理", "What can be done";
    RECTIFICATION = "整改", "Rectification";
    DEADLINE = "期限", "Deadline";
    EVENT_FIELDS = "内容", "What it says";
    RECORDED_NOW = "已记录。", "Recorded.";
    RECORDED_WITH = "同一次办理的其他记录", "Recorded by the same command";
    AS_STORED = "按存储原样（JSON）", "As it is stored (JSON)";
    WARNINGS = "警示", "Warnings";
    OVERRIDE = "豁免", "Override";
    CHOOSE_COMMAND = "选择要办理的事项", "Choose what to do";
    NO_COMMANDS = "当前登录只能查看，不能办理。办理须用令牌登录。", "You are signed in for reading only; to do the work, sign in with a token.";
    OPTIONAL = "选填", "optional";
    CHOOSE = "请选择", "choose";
    YES = "是", "yes";
    NO = "否", "no";
    KEY_LABEL = "项目", "Item";
    MORE_ROWS = "增加几行", "More rows";
    PREVIEW = "预览", "Preview";
    RECORD = "确认并记录", "Confirm and record";
    BULK = "批量办理（Excel）", "Many at a time (Excel)";
    BULK_HINT = "下载模板，第三行起每行填一项，每次最多 200 行，再上传试办；各行一并记录，有一行不能记录，就一行也不记录。", "Download the template, fill in one a row from the third on, at most 200, and try it; the rows are recorded together, all or none.";
    BULK_TEMPLATE = "下载模板", "Download the template";
    BULK_FILE = "填好的工作簿", "Filled workbook";
    BULK_TRY = "试办", "Try";
    BULK_GOOD = "各行均可记录，尚未记录。", "Every row passes; nothing is recorded yet.";
    BULK_BAD = "以下各处未通过，没有记录任何内容", "These are refused; nothing was recorded";
    EDIT = "返回修改", "Back to the form";
    PREVIEW_TITLE = "将要记录的内容", "What will be recorded";
    PREVIEW_NOTE = "尚未记录。请核对后确认。", "Nothing is recorded yet. Check it, then confirm.";
    REFUSED = "未通过，没有记录任何内容", "Refused; nothing was recorded";
    RULE = "规则", "Rule";
    FOUND = "现为", "found";
    ALLOWED = "要求", "allowed";
    CITATION = "依据", "Source";
    OVERRIDE_HINT = "此规则可以豁免：请在下方“豁免”栏填写理由和文号后再预览。", "This rule can be overridden: fill in the reason and document under Override below, then preview again.";
    MEETING_PART = "决定与文件", "Decision and document";
    DATA_PART = "内容", "What is asked";
    DOCUMENT_HELP = "例：昭委组〔2019〕18号，即机关代字、〔年份〕、序号；方括号、圆括号和全角数字会自动规范。", "Such as 昭委组〔2019〕18号: the office's characters, the year in brackets, a number. Other brackets and full-width digits are put right.";
    DOCUMENT_PREFIX = "机关代字", "Office";
    DOCUMENT_YEAR = "年份", "Year";
    DOCUMENT_SERIAL = "序号", "Number";
    EXPIRED_FORM = "表单已失效（登录已变更或超时），没有记录任何内容。请返回首页重新打开表单。", "The form is no longer valid (you signed in again, or it is too old); nothing was recorded. Open it again from the first page.";
    CROSS_SITE = "请求来自其他网站，已拒绝。", "The request came from another site and was refused.";
    FROM = "从", "From";
    TO = "到", "To";
    TYPE = "类型", "Type";
    ENTITY = "对象编号", "Entity id";
    PERSON = "经办或任职人员编号", "Actor or person id";
    FIRST_DAY = "第一日", "First day";
    SECOND_DAY = "第二日", "Second day";
    DIFFERENCE = "变化", "Change";
    ORGANIZATION = "党组织", "Organization";
    HOUSED = "合署办公", "Co-location";
    BREAKDOWNS = "按方式和形式", "By mode and form";
    COUNT = "个数", "Count";
    EARLIER = "继续查找更早的记录", "Search earlier records";
    SEARCHED = "已查找的位置", "Positions searched";
    CHECK_TITLE = "核对凭据", "Check a receipt";
    CHECK_INTRODUCTION = "由您的浏览器重新计算散列和签名：事件是否在已签署的日志中，未被改动。核对时不向服务器询问任何内容。", "Your browser computes the hashes and signatures again: whether the event is, unaltered, in the log that was signed. It asks the server nothing while it checks.";
    CHECK_WITHOUT_SCRIPTS = "浏览器未启用脚本。请保存凭据，用 lianjian audit verify --receipt 核验。", "Scripts are off in this browser. Save the receipt and verify it with lianjian audit verify --receipt.";
    TRUSTED_KEYS = "您信任的公钥", "Public keys that you trust";
    TRUSTED_KEYS_HINT = "日志和见证人的公钥，一行一把，应另行取得（如会议纪要），不取自本页；填写后保存在本浏览器中。", "Of the log and of witnesses, one a line, had from elsewhere than this page, such as the minutes; they are kept in this browser.";
    RECEIPT = "凭据", "Receipt";
    RECEIPT_FILE = "或选择凭据文件", "Or a file with a receipt";
    CHECK = "核对", "Check";
    SAVE_RECEIPT = "保存凭据", "Save the receipt";
    BACK_TO_RECORD = "返回记录", "Back to the record";
    CHECK_SCRIPT = "核对程序也由本服务器给出。不愿信任它的，用另行取得的 docs/verify/browser/check.html 从磁盘打开核对。本页脚本的 SHA-256：", "The script comes from this server too. Who does not want to trust it opens docs/verify/browser/check.html, had from elsewhere, from a disk. SHA-256 of this page's script:";
    BRIEF_TITLE = "联系会议简报", "Brief for the coordination meeting";
    LISTS = "专项清单", "Lists";
    ALL_LISTS = "全部专项清单", "All lists";
    LIST = "清单", "List";
    PURPOSE = "用途", "What it is for";
    LIST_CUT = "本页只列出最近的 2000 行，请缩小范围到县或乡镇。", " the page holds the newest 2,000; choose a county or township.";
    BY_ACTOR = "按县和经办人", "By county and actor";
    PLACE = "地方", "Place";
    TOWNSHIP = "乡镇(街道)", "Township";
    DUE_FORM = "应为", "Due form";
    PROBATIONARY_MEMBERS = "预备党员", "Probationary members";
    ALL_PARTY_MEMBERS = "党员合计", "Members in all";
    FROM_MEMBERS = "达到人数", "Due from";
    IN_POST_SINCE = "任职自", "In post since";
    YEAR_GRADES = "本年度考评", "Grades of the year";
    REVIEW_CLASS = "评议等次", "Class";
    REVIEW_LEVEL = "评议层级", "Tier";
    FILLED_BY_OFFICE = "填表单位（盖章）", "Office (seal)";
    FILLED_BY = "填表人", "Filled in by";
    CHECKED_BY = "审核人", "Checked by";
    PROFILE_FIGURE = "指标", "Figure";
    BEFORE_AND_SINCE = "联建前后对比", "Before and since";
    BEFORE_AND_SINCE_NOTE = "取联建生效当日及以前、以后各自最近一次记录的数字；点数字可看出处", "The last figures stated by the day of establishing and after it; a figure leads to the record that states it";
    BEFORE = "联建前", "Before";
    SINCE_THEN = "联建后", "Since";
    PERIOD = "时期", "Period";
    LAST_HOST = "上次承办村", "Last host";
    NEXT_HOST = "下次承办村", "Next host";
    MISSES = "全年逾期次数", "Missed in the year";
    FROM_MISSES = "黄牌次数", "Card from";
    DONE_ON = "补办日期", "Done on";
    NOT_YET = "尚未补办", "not yet";
    EVALUATION_DUE = "季度评价", "evaluation of a quarter";
    REVIEW_DUE = "整改复核", "review of a rectification";
    BASE_YUAN = "基数（元）", "Base (yuan)";
    LAST_BASE_YUAN = "对照基数（元）", "Measured by (yuan)";
    LAST_BASE_YEAR = "对照年度", "Of year";
    BELOW_LAST = "低于对照", "Below it";
    SUPPLEMENT_YUAN = "县补（元）", "Supplement (yuan)";
    SETTLED_YUAN = "决算（元）", "Settled (yuan)";
    MERGER = "合建", "Merger";
    MONTHS_MET = "按月推进（月）", "Months met";
    MONTHS_MISSED = "未推进的月份", "Months missed";
    QUARTERS_GRADED = "已评季度", "Quarters graded";
    QUARTERS_LATE = "迟评", "Late";
    QUARTERS_MISSING = "缺评", "Missing";
    REVIEWS_OWED = "应述职", "Reviews owed";
    REVIEWS_DONE = "已述职", "Reviewed";
    SUPERVISIONS_ISSUED = "督办", "Supervisions";
    SUPERVISIONS_ANSWERED = "已答复", "Answered";
    ISSUER = "发文机关", "Issuer";
    ISSUED_ON = "发文日期", "Issued on";
    OUT_OF_ORDER = "日期倒序", "Out of order";
    SCANNED = "有扫描件", "Scanned";
    CITATIONS = "引用次数", "Citations";
    CITED_BY = "引用的记录", "Cited by";
    CONCERNS = "对象", "Concerns";
    DELAY_DAYS = "迟录天数", "Days late";
    REASON = "理由", "Reason";
    OVERRIDE_REASON = "豁免理由", "Reason of the override";
    OVERRIDE_DOCUMENT = "批准文件", "Document that allows it";
    CORRECTED_RECORD = "所更正的记录", "Record corrected";
    NAME_SEARCH = "按人员姓名查找", "Search by a person's name";
    NAME_SEARCH_HINT = "姓名只用于查找人员编号，不进入网址和访问日志；查到的人员编号会留在网址中。",
        "The name is only used to find the person's id; it enters neither the address nor the access log, the ids do.";
    NOBODY_FOUND = "您的管辖范围内没有此姓名的人员。", "Nobody of that name in your scope.";
    PERSONS_SOUGHT = "正在查找的人员", "Persons sought";
    POST = "职务", "Post";
    COMMITTEE_MEMBER = "委员", "Committee member";
    VILLAGE_HEAD = "村委会主任（一肩挑）", "Head of a village";
    CROSS_POSTING = "交叉任职", "Cross-posting";
}
