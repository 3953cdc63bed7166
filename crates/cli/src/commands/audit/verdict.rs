//! The verdict: what the report comes to, in one sentence, and the status with which the program ends.

use audit::Report;
use serde::Serialize;

use crate::exit::{Failure, Status};
use crate::language::Language;
use crate::output::Output;

/// How many findings are told on a terminal; JSON has more.
const FINDINGS_TOLD: usize = 20;
/// Until a witness outside the city's machines has signed, this is said with every verdict.
const NOT_WITNESSED: (&str, &str) =
    ("未经见证：运营者本可单方重写此日志", "not witnessed: the operator alone could have rewritten this");

/// What a report comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Something is wrong.
    Failed,
    /// Nothing is wrong, and nobody signed for it.
    ConsistentSignerNotEstablished,
    /// Nothing is wrong, and no more was asked.
    SelfConsistent,
}

impl Verdict {
    /// The verdict on a log without a signature.
    pub fn of(report: &Report, self_consistent: bool) -> Self {
        match (report.is_consistent(), self_consistent) {
            (false, _) => Self::Failed,
            (true, false) => Self::ConsistentSignerNotEstablished,
            (true, true) => Self::SelfConsistent,
        }
    }

    /// How the program ends with it.
    pub fn end(self) -> Result<(), Failure> {
        match self {
            Self::SelfConsistent => Ok(()),
            Self::Failed | Self::ConsistentSignerNotEstablished => {
                Err(Failure::Told(Status::VERIFICATION_FAILED))
            }
        }
    }

    fn sentence(self, language: Language) -> &'static str {
        match self {
            Self::Failed => language.pick("核验未通过", "verification failed"),
            Self::ConsistentSignerNotEstablished => language.pick(
                "自洽，但未能确定签名者（如只需核验自洽，请加 --self-consistent）",
                "consistent, signer not established (if consistency is enough, add --self-consistent)",
            ),
            Self::SelfConsistent => language
                .pick("自洽，未要求确定签名者", "consistent, signer not established: none was asked for"),
        }
    }
}

#[derive(Serialize)]
struct Told<'a> {
    verdict: Verdict,
    witnessed: bool,
    sentence: &'a str,
    note: Option<&'a str>,
    #[serde(flatten)]
    report: &'a Report,
}

/// Prints the report with its verdict.
pub fn tell(
    report: &Report,
    verdict: Verdict,
    note: Option<String>,
    as_json: bool,
    language: Language,
) -> Result<(), Failure> {
    let mut output = Output::new();
    let not_witnessed = language.pick(NOT_WITNESSED.0, NOT_WITNESSED.1);
    let note = note.as_deref().map(|note| language.half(note));
    if as_json {
        let sentence = &format!("{}; {not_witnessed}", verdict.sentence(language));
        output.json(&Told { verdict, witnessed: false, sentence, note, report })?;
        return output.flush();
    }
    let (events, commands, local) = (report.events, report.commands, report.local_events);
    let last = report.last_position;
    let kind = match report.simulated {
        Some(true) => language.pick("模拟", "simulated"),
        Some(false) => language.pick("正式", "real"),
        None => language.pick("未定", "neither yet"),
    };
    output.line(language.pick(
        format!("城市 {}：{events} 个事件（第 1 至 {last} 条），{commands} 条指令，本机录入 {local} 个，日志类别：{kind}", report.city),
        format!("city {}: {events} events (positions 1 to {last}) of {commands} commands, {local} recorded locally; kind of log: {kind}", report.city),
    ))?;
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
    output.line(verdict.sentence(language))?;
    output.line(not_witnessed)?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use audit::{Depth, Verifier};

    use super::*;

    #[test]
    fn a_log_without_a_signature_passes_only_where_none_is_asked_for() {
        let honest = Verifier::new(Some("5108"), Depth::Log).finish();
        assert!(Verdict::of(&honest, true).end().is_ok());
        let unsigned = Verdict::of(&honest, false).end().unwrap_err();
        assert_eq!(unsigned.status(), Status::VERIFICATION_FAILED);
        let mut verifier = Verifier::new(Some("5108"), Depth::Log);
        verifier.check(2, b"nonsense").unwrap();
        assert_eq!(Verdict::of(&verifier.finish(), true), Verdict::Failed);
    }
}
