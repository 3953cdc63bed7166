//! The words of forms: of one command, of many at a time, and of an office's ledger.

use domain::say::{Say, say};

words! {
    OPTIONAL = "选填", "optional";
    CHOOSE = "请选择", "choose";
    CHECKS = "此次将检查", "What will be checked";
    CHECKS_NOTE = "按现在的记录和已填的内容判断，尚未记录。", "Judged by the record as it stands and by what is filled in; nothing is recorded.";
    CHECK_MET = "符合", "met";
    CHECK_NOT_MET = "不符合", "not met";
    CHECK_OPEN = "待填", "to be filled in";
    CHECK_LATER = "待前项符合后判断", "judged once what stands above is met";
    CHECK_REMINDS = "提醒", "reminder";
    CHECKS_MET = "已符合", "Met";
    ANOTHER_ONE = "换一个", "another one";
    LAST_GRADE = "上次评估", "Last grade";
    COLON = "：", ": ";
    LIST_COMMA = "、", ", ";
    YES = "是", "yes";
    NO = "否", "no";
    KEY_LABEL = "项目", "Item";
    MORE_ROWS = "增加几行", "More rows";
    PREVIEW = "预览", "Preview";
    RECORD = "确认并记录", "Confirm and record";
    RECORD_AT_ONCE = "直接记录", "Record at once";
    LEDGER_IMPORT = "由原有清单办理存量登记", "Register what existed from a ledger";
    LEDGER_IMPORT_HINT = "上传本单位原来的清单，保持原样即可：列的次序、表头叫法、合并单元格都不用改。系统逐项给出建议，写明把握、理由和原文；核对后试算，再记录。没有依据的记“档案未见”，不必编写。",
        "Send the ledger that the office has kept, as it is: the order of its columns, its headings and merged cells may stay. Every value is proposed with how sure it is, why, and what the ledger says; go through it, try it, record it. What has no source is said to be not on file.";
    LEDGER_SEND = "第一步：上传清单", "First: send the ledger";
    LEDGER_FILE = "清单（.xlsx 或 .csv）", "Ledger (.xlsx or .csv)";
    LEDGER_PROPOSE = "给出建议", "Propose";
    LEDGER_LIMITS = "最多 5000 行、64 列、10 MB。电话、身份证号不会读入。", "At most 5,000 rows, 64 columns and 10 MB. Telephone and identity numbers are not read.";
    LEDGER_SEND_BACK = "第二步：上传核对过的建议工作簿", "Second: send the workbook that was gone through";
    LEDGER_WORKBOOK = "下载建议工作簿，在表格软件中核对", "Download the workbook, to go through it in a spreadsheet";
    LEDGER_LOOK_AT = "待定各项，请在此核对", "Values that are open: look at them here";
    LEDGER_NONE_OPEN = "没有待定的项。", "Nothing is open.";
    LEDGER_PLACE = "位置", "Where";
    LEDGER_ACCEPTED = "采纳", "Accepted";
    LEDGER_WHY = "理由", "Why";
    LEDGER_ORIGIN = "原文", "The ledger says";
    LEDGER_ROWS = "联合党组织", "Joint branches";
    LEDGER_ORGANIZATIONS = "一并登记的党组织", "Organizations registered along";
    LEDGER_PERSONS = "一并登记的人员", "Persons registered along";
    LEDGER_LEFT_OUT = "不登记的行", "Rows left out";
    LEDGER_NEW = "新记录的条数", "Commands recorded";
    LEDGER_BEFORE = "此前已记录的条数", "Commands that were there";
    LEDGER_MISSING = "档案未见", "Not on file";
    LEDGER_THERE = "（已在册）", "(registered already)";
    LEDGER_AGAIN = "返回上传", "Back to the upload";
    LEDGER_GOOD = "试算通过，尚未记录。", "Everything passes; nothing is recorded yet.";
    LEDGER_RECORDED = "已全部记录；经县级确认后计入。", "All of it is recorded; it counts once the county confirms it.";
    FORMAL_MEMBERS_COUNT = "正式党员数", "Formal members";
    BULK = "批量办理（Excel）", "Many at a time (Excel)";
    BULK_HINT = "下载模板，在示例行下面每行填一项，每次最多 200 行，再上传试办。到期应办的各行已列出，名称可从下拉列表中选；只有预填内容的行不记录。各行一并记录，有一行不能记录，就一行也不记录。", "Download the template, fill in one a row below the example, at most 200, and try it. Rows that are due stand there already, and names are chosen from lists; a row left as it was prepared is not recorded. The rows are recorded together, all or none.";
    BULK_TEMPLATE = "下载模板", "Download the template";
    BULK_FILE = "填好的工作簿", "Filled workbook";
    BULK_TRY = "试办", "Try";
    BULK_GOOD = "各行均可记录，尚未记录。请核对下面读到的内容后确认。", "Every row passes; nothing is recorded yet. Compare what was read below, then confirm.";
    BULK_BAD = "以下各处未通过，没有记录任何内容", "These are refused; nothing was recorded";
    BULK_NOTHING = "工作簿里没有填写任何一行，请在示例行下面填写后再上传。", "No row of the workbook is filled in: fill in below the example, and send it again.";
    BULK_RECORDED = "已一并记录下列各项。", "These are recorded, all together.";
    BULK_MORE = "继续办理", "Do more of these";
    BULK_READ = "读到的内容", "What was read";
    BULK_ROW = "表中行号", "Row";
    BULK_HIDDEN = "（隐藏）", "(hidden)";
    EDIT = "返回修改", "Back to the form";
    PREVIEW_TITLE = "将要记录的内容", "What will be recorded";
    PREVIEW_NOTE = "尚未记录。请核对后确认。", "Nothing is recorded yet. Check it, then confirm.";
    REFUSED = "未通过，没有记录任何内容", "Refused; nothing was recorded";
    RULE = "规则", "Rule";
    FOUND = "现为", "found";
    ALLOWED = "要求", "allowed";
    CITATION = "依据", "Source";
    OVERRIDE_HINT = "这是提醒性规定：确有特殊情况并经批准的，请在下方“特殊情况（经批准）”栏填写理由和文号后再预览。", "This rule can be overridden: fill in the reason and document under Override below, then preview again.";
    MEETING_PART = "决定与文件", "Decision and document";
    DATA_PART = "内容", "What is asked";
    DOCUMENT_HELP = "例：昭委组〔2019〕18号，即机关代字、〔年份〕、序号；方括号、圆括号和全角数字会自动规范。", "Such as 昭委组〔2019〕18号: the office's characters, the year in brackets, a number. Other brackets and full-width digits are put right.";
    DOCUMENT_PREFIX = "机关代字", "Office";
    SCAN = "扫描件", "Scan";
    NOT_SCANNED = "无扫描件", "no scan";
    SCAN_FILE = "上传扫描件（PDF、JPEG、PNG 或 OFD，不超过 20 MB）；校验值由系统计算，不必填写", "Upload the scan (a PDF, JPEG, PNG or OFD of at most 20 MB): the service computes the hash";
    SCAN_COMPUTED = "浏览器算得：", "Computed by this browser: ";
    SCAN_STORED = "扫描件已收到", "The scan has arrived";
    SCAN_AGREES = "系统与浏览器算得的校验值一致", "the service and the browser have computed the same hash";
    SCAN_BY_SERVICE = "校验值由系统计算", "the hash was computed by the service";
    DOCUMENT_YEAR = "年份", "Year";
    DOCUMENT_SERIAL = "序号", "Number";
    EXPIRED_FORM = "表单已失效（登录已变更或超时），没有记录任何内容。请返回首页重新打开表单。", "The form is no longer valid (you signed in again, or it is too old); nothing was recorded. Open it again from the first page.";
    CROSS_SITE = "请求来自其他网站，已拒绝。", "The request came from another site and was refused.";
}

/// What is said of a field that was filled in and that the answer chosen does not use.
pub fn unused_field(zh: &str, en: &str) -> Say {
    Say::of(
        format!("所选的一项不用填写「{zh}」：请清空，或改选"),
        format!("the answer chosen does not use `{en}`: clear it, or choose another answer"),
    )
}

/// Said in a preview whose day followed its document or meeting.
pub fn day_followed(on: &Say) -> Say {
    let Say { zh, en } = on;
    Say::of(
        format!("生效日期已随文件或会议的日期改为{zh}；如另有生效日期，请返回修改"),
        format!("the effective date follows the document or the meeting: {en}; go back where it is another"),
    )
}

/// Said in a preview after which something owed cannot be recorded on its own day.
pub fn closes_the_past(on: &Say, lost: &str) -> Say {
    let Say { zh, en } = on;
    Say::of(
        format!("记录后，{zh}以前的下列事项不能再按当时的日期补录：{lost}。请先补录，或把生效日期改早"),
        format!(
            "afterwards these cannot be recorded any more on a day before {en}: {lost}. Record them first, or choose an earlier effective date"
        ),
    )
}

/// Said in the preview of a survey that does not carry the decision that it is for.
pub fn weak_survey(why: &Say) -> Say {
    let Say { zh, en } = why;
    Say::of(format!("凭此次调查还不能批准：{zh}"), format!("no decision can rest on this survey yet: {en}"))
}
