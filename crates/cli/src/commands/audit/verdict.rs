//! The verdict: what the report comes to, in one sentence, and the status with which the program ends.

use audit::bundle::NOT_WITNESSED;
use audit::checkpoint::Checkpoint;
use audit::verdict::{Established, Verdict};
use audit::{ClockChange, Report};
use domain::say::{Language, Say};
use event_log::LogError;
use serde::Serialize;
use service::scans::Standing;

use crate::exit::{Failure, Status};
use crate::output::Output;

/// How many findings are told on a terminal; JSON has more.
const FINDINGS_TOLD: usize = 20;

/// How the program ends with a verdict.
pub fn end(verdict: Verdict) -> Result<(), Failure> {
    if verdict.is_good() { Ok(()) } else { Err(Failure::Told(Status::VERIFICATION_FAILED)) }
}

/// The verdict in a sentence. `up_to` is the last event that a signature covers.
fn sentence(verdict: Verdict, up_to: u64, language: Language) -> String {
    let plain = |zh: &str, en: &str| language.pick(zh, en).to_owned();
    match verdict {
        Verdict::Failed => plain("核验未通过", "verification failed"),
        Verdict::ConsistentSignerNotEstablished => plain(
            "自洽，但未能确定签名者（用 --trust 给出可信公钥；如只需核验自洽，请加 --self-consistent）",
            "consistent, signer not established (name the keys you trust with --trust; if consistency is enough, add --self-consistent)",
        ),
        Verdict::SelfConsistent => {
            plain("自洽，未要求确定签名者", "consistent, signer not established: none was asked for")
        }
        Verdict::ContinuesCheckpoint => language.pick(
            format!("自洽，且是所持检查点的延续，由其签名公钥签名：核验至第 {up_to} 条"),
            format!("verified up to event {up_to}: consistent, and it continues the checkpoint that you hold, under a key that signed that one"),
        ),
        Verdict::ContinuesSignerNotEstablished => plain(
            "自洽，且是所持检查点的延续，但其签名者未签署新的检查点，未能确定签名者（用 --trust 给出可信公钥）",
            "it continues the checkpoint that you hold, signer not established: whoever signed that one did not sign the new one (name the keys you trust with --trust)",
        ),
        Verdict::WitnessesMissing => plain(
            "签名可信，但见证人未达信任文件要求的法定数",
            "signed by a key you trust, but by fewer witnesses than the file of trusted keys asks for",
        ),
        Verdict::Verified => language.pick(
            format!("核验通过：第 1 至 {up_to} 条由可信公钥签名"),
            format!("verified up to event {up_to}: signed by a key you trust"),
        ),
    }
}

/// What is told.
pub struct Conclusion<'a> {
    pub verdict: Verdict,
    pub checkpoint: Option<&'a Checkpoint>,
    pub established: Option<&'a Established>,
    pub note: Option<Say>,
    /// Whether it is what concerns one county.
    pub is_of_scope: bool,
    /// How the scans beside the log stand, which no signature covers but by their hashes.
    pub scans: Option<&'a Result<Standing, LogError>>,
    pub report: &'a Report,
}

#[derive(Serialize)]
struct Json<'a> {
    verdict: Verdict,
    verified_up_to: Option<u64>,
    witnessed: bool,
    sentence: &'a str,
    note: Option<&'a str>,
    checkpoint: Option<Head>,
    established: Option<&'a Established>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scans: Option<&'a Standing>,
    #[serde(flatten)]
    report: &'a Report,
}

#[derive(Serialize)]
struct Head {
    origin: String,
    size: u64,
    root: String,
}

impl Conclusion<'_> {
    /// The last event that is there and signed.
    fn up_to(&self) -> u64 {
        self.checkpoint.map_or(0, |head| head.size.min(self.report.last_position))
    }

    fn is_witnessed(&self) -> bool {
        self.established.is_some_and(|established| !established.witnessed.is_empty())
    }
}

/// Prints the report with its verdict.
pub fn tell(told: Conclusion<'_>, as_json: bool, language: Language) -> Result<(), Failure> {
    let mut output = Output::new();
    let not_witnessed = language.pick(NOT_WITNESSED.0, NOT_WITNESSED.1);
    let note = told.note.as_ref().map(|note| note.in_language(language));
    let (verdict, report) = (told.verdict, told.report);
    if as_json {
        let witnessed = told.is_witnessed();
        let sentence = sentence(verdict, told.up_to(), language);
        let verified_up_to = verdict.is_signed().then_some(told.up_to());
        let sentence = if witnessed { sentence } else { format!("{sentence}; {not_witnessed}") };
        let checkpoint = told.checkpoint.map(|head| Head {
            origin: head.origin.clone(),
            size: head.size,
            root: head.root.to_string(),
        });
        let (sentence, established) = (&sentence, told.established);
        output.json(&Json {
            verdict,
            verified_up_to,
            witnessed,
            sentence,
            note,
            checkpoint,
            established,
            scans: told.scans.and_then(|scans| scans.as_ref().ok()),
            report,
        })?;
        return output.flush();
    }
    let (events, commands, local) = (report.events, report.commands, report.local_events);
    let (first, last) = (report.first_position, report.last_position);
    let kind = match report.simulated {
        Some(true) => language.pick("模拟", "simulated"),
        Some(false) => language.pick("正式", "real"),
        None => language.pick("未定", "neither yet"),
    };
    output.line(language.pick(
        format!("城市 {}：{events} 个事件（第 {first} 至 {last} 条），{commands} 条指令，服务器导入 {local} 个，日志类别：{kind}", report.city),
        format!("city {}: {events} events (positions {first} to {last}) of {commands} commands, {local} recorded locally; kind of log: {kind}", report.city),
    ))?;
    if !report.rules.is_empty() {
        let rules = report.rules.iter().map(|rule| rule.slug()).collect::<Vec<_>>().join(", ");
        output.line(language.pick(
            format!("逐条指令核对的规则：{rules}"),
            format!("rules by which each command was judged: {rules}"),
        ))?;
    }
    tell_findings(report, language, &mut output)?;
    if let Some(note) = note {
        output.line(note)?;
    }
    if let Some(scans) = told.scans {
        let said = match scans {
            Ok(scans) => scans.say(),
            Err(error) => {
                let Say { zh, en } = error.say();
                Say::of(format!("扫描件未能核对：{zh}"), format!("the scans could not be looked at: {en}"))
            }
        };
        output.line(said.in_language(language))?;
    }
    tell_scopes(&told, language, &mut output)?;
    tell_signatures(&told, language, &mut output)?;
    output.line(sentence(verdict, told.up_to(), language))?;
    if !told.is_witnessed() {
        output.line(not_witnessed)?;
    }
    output.flush()
}

/// What is wrong, and what could not be opened.
fn tell_findings(report: &Report, language: Language, output: &mut Output) -> Result<(), Failure> {
    for finding in report.findings.iter().take(FINDINGS_TOLD) {
        let Say { zh, en } = finding.kind.meaning();
        let meaning = language.pick(zh, en);
        let (position, slug, detail) = (finding.position, finding.kind.slug(), &finding.detail);
        output.line(language.pick(
            format!("第 {position} 条：{meaning}（{slug}）{detail}"),
            format!("event {position}: {meaning} ({slug}) {detail}"),
        ))?;
    }
    let more = report.finding_count.saturating_sub(FINDINGS_TOLD as u64);
    if more > 0 {
        output.line(language.pick(format!("另有 {more} 处"), format!("and {more} more")))?;
    }
    for ClockChange { position, from, to } in report.clock_changes.iter().take(FINDINGS_TOLD) {
        output.line(language.pick(
            format!("第 {position} 条：有人确认时钟，记录时间由 {from} 改为 {to}"),
            format!("event {position}: somebody accepted the clock; recorded time leaps from {from} to {to}"),
        ))?;
    }
    for unopened in &report.unopened {
        let (position, subject, pointer) = (unopened.position, &unopened.subject, &unopened.pointer);
        output.line(language.pick(
            format!("无法打开的承诺值：{subject} {pointer}（第 {position} 条）"),
            format!("a commitment that cannot be opened: {subject} {pointer} (event {position})"),
        ))?;
    }
    if report.names_absent > 0 {
        let count = report.names_absent;
        output.line(language.pick(
            format!("{count} 项姓名、报酬和理由不在此处：日志来自镜像，镜像不存这些内容；承诺值未打开"),
            format!("{count} names, pays and reasons are not here: the log came from a mirror, which holds none; their commitments stay unopened"),
        ))?;
    }
    Ok(())
}

/// Of a county's part, its last numbers: whoever holds a later one sees that the end was left out.
fn tell_scopes(told: &Conclusion<'_>, language: Language, output: &mut Output) -> Result<(), Failure> {
    let numbers = told.report.scope_sequences.iter().filter(|_| told.is_of_scope);
    for (scope, number) in numbers {
        let zh = match scope.as_str() {
            "_" => format!("不属于任何县（区）的事件：最后序号 {number}"),
            county => format!("{county} 的事件：最后序号 {number}"),
        };
        let en = match scope.as_str() {
            "_" => format!("events of no county: the last number is {number}"),
            county => format!("events of {county}: the last number is {number}"),
        };
        output.line(language.pick(zh, en))?;
    }
    Ok(())
}

/// Under which head it lies, who signed that, and what is not under it.
fn tell_signatures(told: &Conclusion<'_>, language: Language, output: &mut Output) -> Result<(), Failure> {
    let Some(head) = told.checkpoint else {
        return output.line(language.pick("尚无签名检查点", "there is no signed checkpoint"));
    };
    let (size, root, origin) = (head.size, head.root, &head.origin);
    output.line(language.pick(
        format!("检查点：{origin}，第 1 至 {size} 条，根 {root}"),
        format!("checkpoint: {origin}, events 1 to {size}, root {root}"),
    ))?;
    let last = told.report.last_position;
    if last > size {
        let first = size + 1;
        output.line(language.pick(
            format!("第 {first} 至 {last} 条尚未签署"),
            format!("events {first} to {last} are not signed yet"),
        ))?;
    }
    let Some(established) = told.established else { return Ok(()) };
    if let Some(key) = &established.signed_by {
        output.line(language.pick(format!("签名公钥：{key}"), format!("signed by {key}")))?;
    }
    let mut first = 1;
    for seen in &established.witnessed {
        let (up_to, time, by) = (seen.up_to, seen.time, &seen.by);
        output.line(language.pick(
            format!("第 {first} 至 {up_to} 条：最早由 {by} 于 {time} 见证"),
            format!("events {first} to {up_to}: first witnessed by {by} at {time}"),
        ))?;
        first = up_to + 1;
    }
    if let Some(up_to) = established.quorum_up_to.filter(|up_to| *up_to < size) {
        let first = up_to + 1;
        output.line(language.pick(
            format!("第 {first} 条起的见证未达法定数"),
            format!("from event {first} on the witnesses are fewer than asked for"),
        ))?;
    }
    Ok(())
}
