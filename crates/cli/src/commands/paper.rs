//! `paper`: a paper 公文 made from the record, written as a Word document.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use domain::ids::PersonId;
use domain::place::{Level, PlaceCode};
use domain::quarter::Quarter;
use domain::say::Language;
use domain::{Policy, PolicyCalendar};
use papers::{About, Paper, PaperKind, Record, Subject, county_of, docx, draft, needed, template};
use projections::{Moment, Reading, replay};
use serde::Deserialize;
use service::names::NAME_POINTER;

use super::list::event;
use super::show::{When, check_position};
use crate::exit::Failure;
use crate::local::DataDirectory;
use crate::new_file::NewFile;
use crate::output::Output;
use crate::remote::ServerOptions;

/// The largest document that is taken from a server.
const MAX_DOCUMENT_BYTES: u64 = 16 << 20;
/// What is written is its owner's, as all that the program writes.
const MODE: u32 = 0o600;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 公文种类：request 请示、approval 批复、election-report 选举结果报告、term-reminder 换届提醒函、rectification-notice 整改通知书、supervision-slip 督办单、meeting-minutes 会议纪要、circular 通报 / which paper
    #[arg(value_name = "KIND")]
    kind: PaperKind,
    /// 联合党组织、督办或联系会议的编号；通报为县(区)代码 / the id of a joint branch, a supervision or a coordination meeting; for a circular the code of a county
    #[arg(value_name = "ID")]
    id: String,
    /// 写到哪个 .docx 文件；已有的不覆盖 / the file to write; one that is there is not overwritten
    #[arg(long, value_name = "FILE.docx")]
    out: PathBuf,
    /// 通报的季度，默认为最近一个已结束的季度 / the quarter of a circular; the last one that has ended where absent
    #[arg(long, value_name = "QUARTER")]
    quarter: Option<Quarter>,
    #[command(flatten)]
    when: When,
    /// 以 JSON 输出写了什么、待填哪些 / say as JSON what was written and what is to be filled in
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    directory: DataDirectory,
    #[command(flatten)]
    server: ServerOptions,
}

/// What is told of a paper, besides its file.
#[derive(Deserialize)]
struct Told {
    title: Vec<Words>,
    missing: Vec<String>,
}

#[derive(Deserialize)]
struct Words {
    text: String,
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let (bytes, title, missing) = match arguments.server.connect()? {
        Some(server) => {
            let bytes = server.get_bytes(&arguments.path("docx"), MAX_DOCUMENT_BYTES)?;
            let told = server.get(&arguments.path("json"))?;
            let told: Told = serde_json::from_str(&told).map_err(|error| server.unreachable(error))?;
            (bytes, told.title.into_iter().map(|words| words.text).collect(), told.missing)
        }
        None => {
            let paper = here(arguments)?;
            let bytes = docx(&paper).map_err(Failure::internal)?;
            (bytes, paper.title(), paper.missing)
        }
    };
    let written = |cause| Failure::Input { path: arguments.out.clone(), cause };
    let mut file = NewFile::begin(&arguments.out, MODE).map_err(written)?;
    file.file().write_all(&bytes).map_err(written)?;
    file.finish().map_err(written)?;
    tell(arguments, &title, &missing, language)
}

/// Says what was written, and which facts the record does not tell.
fn tell(arguments: &Arguments, title: &str, missing: &[String], language: Language) -> Result<(), Failure> {
    let mut output = Output::new();
    let path = arguments.out.display();
    if arguments.json {
        let told = serde_json::json!({
            "file": path.to_string(), "kind": arguments.kind.code(), "title": title, "missing": missing
        });
        output.json(&told)?;
        return output.flush();
    }
    output.line(language.pick(format!("已写入 {path}：{title}"), format!("{path} was written: {title}")))?;
    let mut counted = BTreeMap::<&str, usize>::new();
    for name in missing {
        *counted.entry(name).or_default() += 1;
    }
    let named = counted.into_iter().map(|(name, count)| match count {
        1 => name.to_owned(),
        count => format!("{name}×{count}"),
    });
    let named = named.collect::<Vec<_>>().join(language.pick("、", ", "));
    output.line(match missing.len() {
        0 => language.pick("所需内容均见于记录。", "all that it states is on record.").to_owned(),
        count => language.pick(
            format!("记录未载明的 {count} 处已标为待填：{named}"),
            format!(
                "{count} places are marked to be filled in, since the record does not tell them: {named}"
            ),
        ),
    })?;
    output.flush()
}

impl Arguments {
    fn path(&self, form: &str) -> String {
        let of = match self.kind.about() {
            About::JointBranch => "joint-branches",
            About::Supervision => "supervisions",
            About::Meeting => "meetings",
            About::County => "counties",
        };
        let mut path = format!("/api/v1/{of}/{}/papers/{}.{form}", self.id, self.kind.code());
        path.push_str(&self.when.query());
        if let Some(quarter) = self.quarter {
            let mark = if path.contains('?') { '&' } else { '?' };
            path.push_str(&format!("{mark}quarter={quarter}"));
        }
        path
    }

    fn subject(&self, on: domain::date::Date) -> Result<Subject, Failure> {
        let refused = || {
            Failure::usage(
                format!("{} 不是所需的编号或代码", self.id),
                format!("{} is not the id or code that is needed", self.id),
            )
        };
        Ok(match self.kind.about() {
            About::JointBranch => Subject::JointBranch(self.id.parse().map_err(|_| refused())?),
            About::Supervision => Subject::Supervision(self.id.parse().map_err(|_| refused())?),
            About::Meeting => Subject::Meeting(self.id.parse().map_err(|_| refused())?),
            About::County => {
                let code: PlaceCode = self.id.parse().map_err(|_| refused())?;
                if code.level() != Level::County {
                    return Err(refused());
                }
                let ended = || Quarter::of(on).previous();
                Subject::County(code, self.quarter.unwrap_or_else(ended))
            }
        })
    }
}

/// The paper from the log that lies here, by the code that the server makes it with.
fn here(arguments: &Arguments) -> Result<Paper, Failure> {
    let place = arguments.directory.location()?;
    let _lock = place.lock_existing()?;
    let stores = place.open_existing()?;
    let log = &*stores.log;
    let when = arguments.when;
    check_position(log, when.at)?;
    let city: PlaceCode = log.city().parse().map_err(Failure::internal)?;
    let moment = Moment { as_of: when.as_of, at: when.at, known_at: when.known_at };
    let views = replay(log, city, moment)?;
    let policy = Policy::defaults().map_err(Failure::internal)?;
    let policies = PolicyCalendar::new(&policy, views.policies());
    let on = when.day(log)?;
    let subject = arguments.subject(on)?;
    let reading = Reading { views: &views, policies: &policies, on };
    let positions = needed(&views, &subject);
    let events = positions.into_iter().map(|position| event(log, position)).collect::<Result<Vec<_>, _>>()?;
    let name = |id: PersonId| stores.control.value_of(&id.to_string(), NAME_POINTER).ok().flatten();
    let county = county_of(&views, &subject);
    let template = template(&place.data, county.as_ref(), arguments.kind)
        .map_err(|error| Failure::Usage { message: error.say() })?;
    let record = Record { reading, defaults: &policy, name: &name };
    draft(arguments.kind, &record, &subject, &events, &template)
        .map_err(|error| Failure::Usage { message: error.say() })
}
