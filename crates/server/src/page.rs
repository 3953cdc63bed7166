//! The first page: the city's figures from the real read model, Chinese first; readable without scripts, and on paper.

use std::fmt::Write;

use projections::{FigureView, View};
use serde_json::Value;

/// The page's looks.
pub const STYLE: &str = include_str!("page.css");

/// The columns of the table by county, with their short names.
const COLUMNS: [(&str, &str, &str); 8] = [
    ("joint_branches", "联合党组织", "Joint branches"),
    ("mergers", "合建", "Mergers"),
    ("pairings", "共建", "Pairings"),
    ("villages", "行政村", "Villages"),
    ("villages_covered", "覆盖村", "Covered"),
    ("coverage_ratio", "覆盖率", "Coverage"),
    ("evaluations_missing", "未考评", "Not evaluated"),
    ("rectifications_open", "整改中", "Rectifying"),
];

/// The figures of the city, the first ones first; what is not named here follows by name.
const FIGURES: [(&str, &str, &str); 22] = [
    ("joint_branches", "联合党组织", "Joint branches"),
    ("mergers", "合建", "Mergers"),
    ("pairings", "共建", "Pairings"),
    ("villages", "行政村", "Villages"),
    ("villages_covered", "覆盖的行政村", "Villages covered"),
    ("coverage_ratio", "覆盖率", "Coverage"),
    ("proposals_open", "待批准的提议", "Proposals open"),
    ("good", "考评“好”", "Graded good"),
    ("fair", "考评“一般”", "Graded fair"),
    ("poor", "考评“较差”", "Graded poor"),
    ("evaluations_missing", "逾期未考评", "Evaluations missing"),
    ("evaluations_late", "迟录的考评", "Evaluations recorded late"),
    ("evaluations_corrected", "更正的考评", "Evaluations corrected"),
    ("rectifications_open", "整改中", "Rectifications open"),
    ("rectifications_overdue", "整改逾期", "Rectifications overdue"),
    ("termination_due", "应予终止", "Termination due"),
    ("dissolved", "已撤销", "Dissolved"),
    ("secretaries_vacant", "书记空缺", "Secretaries vacant"),
    ("terms_expiring", "任期将满", "Terms expiring"),
    ("co_located", "合署办公", "Co-located"),
    ("late_entries", "补录", "Late entries"),
    ("local_events", "本机录入的事件", "Events recorded locally"),
];

/// What stands above the figures besides.
#[derive(Debug, Default)]
pub struct Notices {
    /// Since when the log has not answered.
    pub log_unreachable_since: Option<String>,
    /// Settings under which acknowledged events may be lost, and which somebody answers for.
    pub unsafe_settings: Vec<String>,
    /// Whether no witness outside the city's machines has signed yet.
    pub not_witnessed: bool,
}

/// The page of the city.
pub fn city(city: &str, view: &View, notices: &Notices) -> String {
    let mut body = notices.render();
    if view.simulated {
        body.push_str(
            "<p class=\"notice\" role=\"note\"><strong>模拟数据：本页用于演示，不是任何单位的真实记录。</strong><br><span lang=\"en\">Simulated data: \
             this page is for trying out; it is no office's record.</span></p>\n",
        );
    }
    let (as_of, position) = (view.as_of, view.position);
    // Writing to a String cannot fail.
    let _ = writeln!(
        body,
        "<p>截至 <time datetime=\"{as_of}\">{as_of}</time>，依据日志第 1 至 {position} 条事件。<br><span lang=\"en\">As of {as_of}, from the events 1 to {position} of the log.</span></p>"
    );
    body.push_str(&figures(view));
    body.push_str(&counties(view));
    document(&format!("{city} 农村党支部合建共建"), "Joint Party branches across villages", &body)
}

/// The page for whoever has not signed in.
pub fn sign_in_note() -> String {
    document(
        "农村党支部合建共建",
        "Joint Party branches across villages",
        "<p>尚未登录。请使用启动服务时在终端打印的一次性登录链接；链接只能使用一次，登录后 12 小时内有效。如链接已用过，请重新启动服务，或用令牌访问接口（见 <a href=\"/openapi.json\">接口说明</a>）。</p>\n\
         <p lang=\"en\">You have not signed in. Use the one-time link that the server printed when it started; it works once, and you stay signed in for 12 hours. If it has been used, start the server again, or use a token with the interface (see its <a href=\"/openapi.json\">description</a>).</p>\n",
    )
}

/// The page for a link that does not sign in.
pub fn sign_in_refused() -> String {
    document(
        "登录链接无效",
        "The sign-in link is not valid",
        "<p>此链接已用过、已过期或不完整。请重新启动服务以取得新链接。<a href=\"/\">回到首页</a></p>\n\
         <p lang=\"en\">This link has been used, is too old, or is incomplete. Start the server again for a new one. <a href=\"/\">Back to the page</a></p>\n",
    )
}

/// The page while the views catch up, or when something is wrong.
pub fn unavailable(chinese: &str, english: &str) -> String {
    let body = format!("<p>{}</p>\n<p lang=\"en\">{}</p>\n", escape(chinese), escape(english));
    document("暂时无法显示", "Not available at the moment", &body)
}

impl Notices {
    fn render(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        if let Some(since) = self.log_unreachable_since.as_deref().map(escape) {
            let _ = writeln!(
                text,
                "<p class=\"notice\" role=\"alert\"><strong>日志服务器自 {since} 起没有应答：本页为此前的情况，暂不能录入。</strong><br><span lang=\"en\">The log has not answered since {since}: this page is as old as that, and nothing can be recorded.</span></p>"
            );
        }
        if !self.unsafe_settings.is_empty() {
            let settings = escape(&self.unsafe_settings.join(", "));
            let _ = writeln!(
                text,
                "<p class=\"notice\" role=\"alert\"><strong>日志的存储设置不安全（{settings}）：已确认的事件可能丢失。</strong><br><span lang=\"en\">The log is kept under unsafe settings ({settings}): acknowledged events may be lost.</span></p>"
            );
        }
        if self.not_witnessed {
            let (zh, en) = audit::bundle::NOT_WITNESSED;
            let _ = writeln!(
                text,
                "<p class=\"notice\" role=\"note\">{zh}。<br><span lang=\"en\">{en}</span></p>"
            );
        }
        text
    }
}

fn figures(view: &View) -> String {
    let named = FIGURES.iter().filter_map(|(name, zh, en)| Some((*zh, *en, view.figures.get(name)?)));
    let is_named = |name: &str| FIGURES.iter().any(|(known, ..)| *known == name);
    let others =
        view.figures.iter().filter(|(name, _)| !is_named(name)).map(|(name, figure)| (*name, *name, figure));
    let mut table = String::from(
        "<h2>全市数字 <span lang=\"en\">Figures of the city</span></h2>\n<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">项目 <span lang=\"en\">Figure</span></th>\
         <th scope=\"col\">数值 <span lang=\"en\">Value</span></th><th scope=\"col\">口径 <span lang=\"en\">Definition</span></th></tr></thead>\n<tbody>\n",
    );
    for (zh, en, figure) in named.chain(others) {
        table.push_str(&figure_row(zh, en, figure));
    }
    table.push_str("</tbody></table></div>\n");
    table
}

fn figure_row(zh: &str, en: &str, figure: &FigureView) -> String {
    let (chinese, english) = (escape(&figure.definition.zh), escape(&figure.definition.en));
    let (value, unit, rows) = (value(&figure.value), escape(figure.unit), escape(&figure.rows));
    format!(
        "<tr><th scope=\"row\">{zh}<br><span lang=\"en\">{en}</span></th><td class=\"number\"><a href=\"{rows}\">{value}</a> <small>{unit}</small></td>\
         <td>{chinese}<br><span lang=\"en\">{english}</span></td></tr>\n"
    )
}

fn counties(view: &View) -> String {
    let mut table = String::from(
        "<h2>各县(区) <span lang=\"en\">By county</span></h2>\n<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">代码 <span lang=\"en\">Code</span></th>\
         <th scope=\"col\">名称 <span lang=\"en\">Name</span></th>",
    );
    for (_, zh, en) in COLUMNS {
        let _ = write!(table, "<th scope=\"col\">{zh} <span lang=\"en\">{en}</span></th>");
    }
    table.push_str("</tr></thead>\n<tbody>\n");
    for row in &view.rows {
        let text = |name: &str| escape(row[name].as_str().unwrap_or_default());
        let _ = write!(table, "<tr><td>{}</td><th scope=\"row\">{}</th>", text("code"), text("name"));
        for (name, ..) in COLUMNS {
            let _ = write!(table, "<td class=\"number\">{}</td>", value(&row[name]));
        }
        table.push_str("</tr>\n");
    }
    table.push_str("</tbody></table></div>\n");
    table
}

/// A number as it stands; what is not known is a dash, never a zero.
fn value(value: &Value) -> String {
    match value {
        Value::Null => "—".to_owned(),
        Value::String(text) => escape(text),
        other => escape(&other.to_string()),
    }
}

fn document(title: &str, subtitle: &str, body: &str) -> String {
    let (title, subtitle) = (escape(title), escape(subtitle));
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} · 联建</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n<header>\n<h1>{title}<br><span lang=\"en\">{subtitle}</span></h1>\n</header>\n\
         <main>\n{body}</main>\n</body>\n</html>\n"
    )
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            plain => escaped.push(plain),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use domain::date::Date;
    use domain::{Policy, PolicyCalendar};
    use projections::{Reading, Views, city_view};
    use serde_json::json;

    use super::*;

    fn view() -> View {
        let views = Views::new("5108".parse().unwrap());
        let policies = PolicyCalendar::new(&Policy::defaults().unwrap(), views.policies());
        let on: Date = "2019-06-30".parse().unwrap();
        city_view(Reading { views: &views, policies: &policies, on }, None).unwrap()
    }

    #[test]
    fn what_is_wrong_with_the_log_stands_above_the_figures() {
        let notices = Notices {
            log_unreachable_since: Some("2026-11-25T12:00:00.000Z".into()),
            unsafe_settings: vec!["sync_interval=120s (n1)".into()],
            not_witnessed: true,
        };
        let page = city("广元市", &view(), &notices);
        assert!(page.contains("has not answered since 2026-11-25T12:00:00.000Z"));
        assert!(page.contains("not witnessed: the operator alone could have rewritten this"));
        assert!(page.contains("unsafe settings (sync_interval=120s (n1))"));
        assert!(!city("广元市", &view(), &Notices::default()).contains("role=\"alert\""));
    }

    #[test]
    fn the_page_shows_every_figure_with_its_definition_day_and_position() {
        let view = view();
        let page = city("广元市", &view, &Notices::default());
        for figure in view.figures.values() {
            assert!(
                page.contains(&escape(&figure.definition.zh))
                    && page.contains(&escape(&figure.definition.en)),
                "{figure:?}"
            );
        }
        assert!(page.contains("截至 <time datetime=\"2019-06-30\">") && page.contains("1 至 0 条"));
        assert!(!page.contains("模拟数据"));
    }

    #[test]
    fn made_up_data_is_marked() {
        let page = city("广元市", &View { simulated: true, ..view() }, &Notices::default());
        assert!(page.contains("模拟数据") && page.contains("Simulated data"));
    }

    #[test]
    fn names_from_the_log_cannot_become_markup() {
        let rows = vec![json!({"code": "510811", "name": "<script>alert(1)</script>", "joint_branches": 3})];
        let page = city("<b>", &View { rows, ..view() }, &Notices::default());
        assert!(!page.contains("<script>") && !page.contains("<b>"));
        assert!(
            page.contains("&lt;script&gt;")
                && page.contains("<td class=\"number\">3</td><td class=\"number\">—</td>")
        );
    }

    #[test]
    fn no_page_has_scripts_or_styles_of_its_own() {
        let city = city("广元市", &view(), &Notices::default());
        for page in [city, sign_in_note(), sign_in_refused(), unavailable("忙", "busy")] {
            assert!(!page.contains("<script") && !page.contains("style=") && !page.contains("<style"));
            assert!(
                page.contains("<html lang=\"zh-CN\">") && page.contains("<h1>") && page.contains("<main>")
            );
        }
    }
}
