//! The verdict: what the report comes to, in one sentence, and the status with which the program ends.

use audit::Report;
use audit::bundle::NOT_WITNESSED;
use audit::checkpoint::Checkpoint;
use audit::trust::Trust;
use serde::Serialize;

use super::establish::Established;
use crate::exit::{Failure, Status};
use crate::language::Language;
use crate::output::Output;

/// How many findings are told on a terminal; JSON has more.
const FINDINGS_TOLD: usize = 20;

/// What a report comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Something is wrong.
    Failed,
    /// Nothing is wrong, and nobody who is trusted signed for it.
    ConsistentSignerNotEstablished,
    /// Nothing is wrong, and no more was asked.
    SelfConsistent,
    /// Nothing is wrong, and it continues a checkpoint that was kept from earlier.
    ContinuesCheckpoint,
    /// A trusted key signed for it, and too few of the witnesses that are asked for.
    WitnessesMissing,
    /// A trusted key signed for it, and as many witnesses as are asked for.
    Verified,
}

impl Verdict {
    /// The verdict on a report. `continues` says that it was held against an older checkpoint and no keys were given.
    pub fn of(
        report: &Report,
        established: Option<(&Trust, &Established)>,
        continues: bool,
        self_consistent: bool,
    ) -> Self {
        match established {
            _ if !report.is_consistent() => Self::Failed,
            Some((trust, Established { signed_by: Some(_), quorum_up_to, .. })) => {
                if trust.asks_for_witnesses() && quorum_up_to.is_none() {
                    Self::WitnessesMissing
                } else {
                    Self::Verified
                }
            }
            None if continues => Self::ContinuesCheckpoint,
            _ if self_consistent => Self::SelfConsistent,
            _ => Self::ConsistentSignerNotEstablished,
        }
    }

    /// How the program ends with it.
    pub fn end(self) -> Result<(), Failure> {
        match self {
            Self::SelfConsistent | Self::ContinuesCheckpoint | Self::Verified => Ok(()),
            Self::Failed | Self::ConsistentSignerNotEstablished | Self::WitnessesMissing => {
                Err(Failure::Told(Status::VERIFICATION_FAILED))
            }
        }
    }

    fn sentence(self, language: Language) -> &'static str {
        match self {
            Self::Failed => language.pick("核验未通过", "verification failed"),
            Self::ConsistentSignerNotEstablished => language.pick(
                "自洽，但未能确定签名者（用 --trust 给出可信公钥；如只需核验自洽，请加 --self-consistent）",
                "consistent, signer not established (name the keys you trust with --trust; if consistency is enough, add --self-consistent)",
            ),
            Self::SelfConsistent => language
                .pick("自洽，未要求确定签名者", "consistent, signer not established: none was asked for"),
            Self::ContinuesCheckpoint => {
                language.pick("自洽，且是所持检查点的延续", "consistent, and it continues the checkpoint that you hold")
            }
            Self::WitnessesMissing => language.pick(
                "签名可信，但见证人未达信任文件要求的法定数",
                "signed by a key you trust, but by fewer witnesses than the file of trusted keys asks for",
            ),
            Self::Verified => language.pick("核验通过：由可信公钥签名", "verified: signed by a key you trust"),
        }
    }
}

/// What is told.
pub struct Told<'a> {
    pub verdict: Verdict,
    pub checkpoint: Option<&'a Checkpoint>,
    pub established: Option<&'a Established>,
    pub note: Option<String>,
    pub report: &'a Report,
}

#[derive(Serialize)]
struct Json<'a> {
    verdict: Verdict,
    witnessed: bool,
    sentence: &'a str,
    note: Option<&'a str>,
    checkpoint: Option<Head>,
    established: Option<&'a Established>,
    #[serde(flatten)]
    report: &'a Report,
}

#[derive(Serialize)]
struct Head {
    origin: String,
    size: u64,
    root: String,
}

impl Told<'_> {
    fn is_witnessed(&self) -> bool {
        self.established.is_some_and(|established| !established.witnessed.is_empty())
    }
}

/// Prints the report with its verdict.
pub fn tell(told: Told<'_>, as_json: bool, language: Language) -> Result<(), Failure> {
    let mut output = Output::new();
    let not_witnessed = language.pick(NOT_WITNESSED.0, NOT_WITNESSED.1);
    let note = told.note.as_deref().map(|note| language.half(note));
    let (verdict, report) = (told.verdict, told.report);
    if as_json {
        let witnessed = told.is_witnessed();
        let sentence = verdict.sentence(language).to_owned();
        let sentence = if witnessed { sentence } else { format!("{sentence}; {not_witnessed}") };
        let checkpoint = told.checkpoint.map(|head| Head {
            origin: head.origin.clone(),
            size: head.size,
            root: head.root.to_string(),
        });
        let (sentence, established) = (&sentence, told.established);
        output.json(&Json { verdict, witnessed, sentence, note, checkpoint, established, report })?;
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
        format!("城市 {}：{events} 个事件（第 {first} 至 {last} 条），{commands} 条指令，本机录入 {local} 个，日志类别：{kind}", report.city),
        format!("city {}: {events} events (positions {first} to {last}) of {commands} commands, {local} recorded locally; kind of log: {kind}", report.city),
    ))?;
    if !report.rules.is_empty() {
        let rules = report.rules.iter().map(|rule| rule.slug()).collect::<Vec<_>>().join(", ");
        output.line(language.pick(
            format!("逐条指令核对的规则：{rules}"),
            format!("rules by which each command was judged: {rules}"),
        ))?;
    }
    for finding in report.findings.iter().take(FINDINGS_TOLD) {
        let (zh, en) = finding.kind.meaning();
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
    for unopened in &report.unopened {
        let (position, subject, pointer) = (unopened.position, &unopened.subject, unopened.pointer);
        output.line(language.pick(
            format!("无法打开的承诺值：{subject} {pointer}（第 {position} 条）"),
            format!("a commitment that cannot be opened: {subject} {pointer} (event {position})"),
        ))?;
    }
    if let Some(note) = note {
        output.line(note)?;
    }
    tell_signatures(&told, language, &mut output)?;
    output.line(verdict.sentence(language))?;
    if !told.is_witnessed() {
        output.line(not_witnessed)?;
    }
    output.flush()
}

/// Under which head it lies, who signed that, and what is not under it.
fn tell_signatures(told: &Told<'_>, language: Language, output: &mut Output) -> Result<(), Failure> {
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

#[cfg(test)]
mod tests {
    use audit::{Depth, Verifier};

    use super::*;

    #[test]
    fn a_log_without_a_trusted_signature_passes_only_where_none_is_asked_for() {
        let honest = Report::of_nothing();
        let of = |report: &Report, established: Option<(&Trust, &Established)>, self_consistent| {
            Verdict::of(report, established, false, self_consistent)
        };
        assert!(of(&honest, None, true).end().is_ok());
        let unsigned = of(&honest, None, false).end().unwrap_err();
        assert_eq!(unsigned.status(), Status::VERIFICATION_FAILED);
        assert_eq!(Verdict::of(&honest, None, true, false), Verdict::ContinuesCheckpoint);
        let nobody = Established { signed_by: None, quorum_up_to: None, witnessed: Vec::new() };
        let trust = Trust::default();
        assert_eq!(of(&honest, Some((&trust, &nobody)), false), Verdict::ConsistentSignerNotEstablished);
        let signed = Established { signed_by: Some("key".to_owned()), ..nobody };
        assert_eq!(of(&honest, Some((&trust, &signed)), false), Verdict::Verified);
        let mut verifier = Verifier::new(Some("5108"), Depth::Log);
        verifier.check(2, b"nonsense").unwrap();
        assert_eq!(of(&verifier.finish().unwrap(), Some((&trust, &signed)), true), Verdict::Failed);
    }
}
