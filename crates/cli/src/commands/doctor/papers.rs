//! Whether the templates of papers that a city and its counties have put in the place of the product's can be used.

use std::path::Path;

use ::papers::{DIRECTORY, check};

use super::Check;

const NAME: &str = "papers";

/// Every template of the data directory, each that is wrong by name and line.
pub fn papers(data: &Path) -> Check {
    match check(data) {
        (0, wrong) if wrong.is_empty() => Check::ok(
            NAME,
            format!("公文均用产品自带的模板（自己的放在 {DIRECTORY}/ 下）"),
            format!("papers are made by the product's own templates (put others under {DIRECTORY}/)"),
        ),
        (count, wrong) if wrong.is_empty() => Check::ok(
            NAME,
            format!("本地的公文模板 {count} 个，均可用"),
            format!("{count} own templates of papers, all good"),
        ),
        (_, wrong) => {
            let (zh, en): (Vec<_>, Vec<_>) =
                wrong.iter().map(|error| error.say()).map(|said| (said.zh, said.en)).unzip();
            Check::fail(NAME, zh.join("；"), en.join("; "))
        }
    }
}
