//! What was looked at, in words: the pages of the site and the questions of the interface, by the first part of their address.

use domain::say::{Say, say};

words! {
    ACCESSES = "访问记录", "Who looked at what";
    ACCESSES_HINT = "谁在何时看过什么。可按人、按内容、按日查找；查看本页也会记录。", "Who looked at what, and when. Search by person, by what was looked at, by day; looking at this page is noted too.";
    WHO_LOOKED = "访问人", "Who";
    LOOKED_AT = "内容", "What";
    ABOUT = "所看内容的名称", "What was looked at, by its name";
    ABOUT_HINT = "联合党组织、党组织、区划的名称，或区划代码", "a joint branch, an organization or a place by its name, or a division code";
    LOOKED_WHEN = "时间", "Time";
    LOOKED_HOW = "结果", "Outcome";
    LOOKED_FROM = "来源地址", "Address";
    WHO_LOOKED_HERE = "谁看过", "Who looked at this";
    NOTHING_OF_THAT_NAME = "没有这一名称的联合党组织、党组织或区划", "There is no joint branch, organization or place of that name";
    BY_INTERFACE = "接口", "by the interface";
    LOOKED_BACK = "回看", "as of";
    SEEN = "已看到", "shown";
    NOT_ALLOWED = "无权，未看到", "not allowed, nothing shown";
    NOT_SHOWN = "未成功", "not shown";
    THE_SERVICE = "本服务", "the service itself";
    STARTED = "启动", "started";
    STOPPED = "停止", "stopped";
    NOT_SIGNED_IN = "未登录", "not signed in";
    EARLIER_ACCESSES = "更早的", "Earlier ones";
}

/// What stands behind the first part of an address.
static PLACES: [(&str, Say); 40] = [
    ("", say("首页", "the home page")),
    ("access-log", say("访问记录", "who looked at what")),
    ("accesses", say("访问记录", "who looked at what")),
    ("accounts", say("帐号", "accounts")),
    ("brief", say("简报", "brief")),
    ("calendar", say("月历", "calendar")),
    ("check", say("回执核验", "check of a receipt")),
    ("cities", say("全市情况", "the city")),
    ("commands", say("办理", "recording")),
    ("compare", say("两日对照", "two days compared")),
    ("components", say("页面样式", "page components")),
    ("counties", say("县(区)情况", "county")),
    ("demo-role", say("演示角色", "role of the demonstration")),
    ("events", say("记录", "records")),
    ("figures", say("指标", "figures")),
    ("find", say("查找", "a search")),
    ("joint-branches", say("联合党组织", "joint branch")),
    ("lists", say("清单", "list")),
    ("log", say("记录查询", "search of the records")),
    ("meeting", say("联系会议", "coordination meeting")),
    ("meetings", say("联系会议", "coordination meeting")),
    ("my-sign-in", say("登录方式", "own sign-in")),
    ("obligations", say("待办", "obligations")),
    ("organizations", say("党组织", "organization")),
    ("papers", say("公文", "paper")),
    ("places", say("区划", "places")),
    ("policies", say("规则与政策", "rules and policies")),
    ("receipts", say("回执", "receipt")),
    ("rules", say("规则与政策", "rules and policies")),
    ("scans", say("扫描件", "scan")),
    ("sign-in", say("登录", "sign-in")),
    ("sign-out", say("退出", "sign-out")),
    ("start", say("启用清单", "start list")),
    ("supervisions", say("督办", "supervision")),
    ("tile", say("日志哈希", "hashes of the log")),
    ("policy-rehearsals", say("试行", "rehearsal of a policy")),
    ("townships", say("乡镇情况", "township")),
    ("trials", say("试办", "a trial")),
    ("villages", say("村情况", "village")),
    ("work", say("办理", "a form")),
];

/// What stands behind the first part of an address; nothing for what has no words.
pub fn place(first: &str) -> Option<&'static Say> {
    // A file of a page stands under its name with an ending.
    let name = first.split('.').next().unwrap_or_default();
    PLACES.iter().find(|(known, _)| *known == name).map(|(_, words)| words)
}
