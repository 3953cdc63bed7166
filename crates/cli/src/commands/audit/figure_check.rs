//! Verifying a proof of a figure, and saying in words what it shows.

use std::path::Path;

use audit::bundle::NOT_WITNESSED;
use audit::figures::check::{Shown, check, establish};
use audit::figures::proof::{Proof, Subject};
use audit::trust::Trust;
use audit::verdict::Verdict;
use domain::date::Date;
use domain::say::{Language, Say, say};
use event_log::regular_file;
use serde::Serialize;

use super::figure::recounted;
use super::verdict;
use crate::commands::show::figure_name;
use crate::exit::Failure;
use crate::local::DataLocation;
use crate::output::Output;

/// What is told as JSON.
#[derive(Serialize)]
struct Json<'a> {
    verdict: Verdict,
    sentence: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    wrong: Option<String>,
    #[serde(flatten)]
    shown: Option<Told<'a>>,
}

#[derive(Serialize)]
struct Told<'a> {
    figure: &'a str,
    scope: &'a str,
    as_of: Date,
    position: u64,
    count: u64,
    of: u64,
    whole: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Part<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    joint_branch: Option<&'a str>,
    /// What the joint branch adds; nothing where it is shown to be absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    own: Option<u64>,
    origin: &'a str,
    root: String,
    policy: String,
    witnesses: usize,
    recounted: bool,
}

#[derive(Serialize)]
struct Part<'a> {
    code: &'a str,
    count: u64,
}

/// Verifies the proof in a file; where a place is given, the figures are counted again from its log.
pub fn run(
    path: &Path,
    trust: Option<&Trust>,
    place: Option<&DataLocation>,
    as_json: bool,
    language: Language,
) -> Result<(), Failure> {
    let bytes =
        regular_file::read_small(path).map_err(|cause| Failure::Input { path: path.to_owned(), cause })?;
    let checked = Proof::parse(&bytes).and_then(|proof| {
        let (shown, verdict) = (check(&proof)?, establish(&proof, trust)?);
        Ok((proof, shown, verdict))
    });
    let (found, mut verdict, mut wrong) = match checked {
        Ok((proof, shown, verdict)) => (Some((proof, shown)), verdict, None),
        Err(error) => (None, Verdict::Failed, Some(error.say())),
    };
    if let (Some((proof, shown)), Some(place)) = (&found, place) {
        let figures = recounted(&*place.open_log()?, &proof.head, shown.day())?;
        if *figures.statement() != shown.statement {
            verdict = Verdict::Failed;
            wrong = Some(say(
                "由日志重新统计，得到的不是所签署的数字",
                "counted again from the log, the figures are not those that were signed",
            ));
        }
    }
    let mut output = Output::new();
    if as_json {
        let shown = found.as_ref().map(|(proof, shown)| told(proof, shown, place.is_some()));
        let wrong = wrong.map(|wrong| wrong.in_language(language).to_owned());
        let sentence = sentence(verdict).in_language(language).to_owned();
        output.json(&Json { verdict, sentence, wrong, shown })?;
    } else {
        if let Some((proof, shown)) = &found {
            tell(shown, language, &mut output)?;
            if proof.head.cosigners() == 0 {
                output.line(language.pick(NOT_WITNESSED.0, NOT_WITNESSED.1))?;
            }
        }
        if let Some(wrong) = wrong {
            output.line(wrong.in_language(language))?;
        }
        output.line(sentence(verdict).in_language(language))?;
    }
    output.flush()?;
    verdict::end(verdict)
}

fn told<'a>(proof: &'a Proof, shown: &'a Shown, recounted: bool) -> Told<'a> {
    let joint_branch = match &shown.subject {
        Subject::Place => None,
        Subject::Counted { id, .. } | Subject::Absent { id } => Some(id.as_str()),
    };
    Told {
        figure: &shown.figure,
        scope: &shown.scope,
        as_of: shown.day(),
        position: shown.position(),
        count: shown.count,
        of: shown.of,
        whole: &shown.whole,
        parts: shown.parts.iter().map(|(code, count)| Part { code, count: *count }).collect(),
        joint_branch,
        own: shown.own,
        origin: &shown.statement.log,
        root: shown.statement.city.hash.to_string(),
        policy: shown.policy().to_string(),
        witnesses: proof.head.cosigners(),
        recounted,
    }
}

/// How many, of how many, from which parts, and what of the joint branch.
fn tell(shown: &Shown, language: Language, output: &mut Output) -> Result<(), Failure> {
    let [figure, whole] = [&shown.figure, &shown.whole].map(|name| figure_name(name, language));
    let Shown { scope, count, of, .. } = shown;
    let (day, position, log) = (shown.day(), shown.position(), &shown.statement.log);
    output.line(language.pick(
        format!("{scope} {figure}：{count}，{whole}：{of}（{day}，依据 {log} 第 1 至 {position} 条记录）"),
        format!(
            "{figure} of {scope}: {count} of {of} ({whole}), on {day}, from events 1 to {position} of {log}"
        ),
    ))?;
    for (code, count) in &shown.parts {
        output.line(format!("  {code}  {count}"))?;
    }
    match (&shown.subject, shown.own) {
        (Subject::Counted { id, text }, Some(own)) => {
            let (name, events) = text.split_once('\n').unwrap_or((text, ""));
            output.line(language.pick(
                format!("{name}（{id}）已计入，计 {own}；依据第 {events} 条记录"),
                format!("{name} ({id}) is counted, with {own}, from its events {events}"),
            ))
        }
        (Subject::Absent { id }, _) => output.line(language.pick(
            format!("{scope} 没有编号为 {id} 的联合党组织"),
            format!("no joint branch {id} is counted in {scope}"),
        )),
        _ => output.line(language.pick(
            "各级数字逐级相加，等于所签署的全市总数：没有遗漏，也没有重复",
            "the counts add up, place by place, to the totals that were signed: none is missing and none is counted twice",
        )),
    }
}

fn sentence(verdict: Verdict) -> Say {
    match verdict {
        Verdict::Verified => say("核验通过：由可信公钥签名", "verified: signed by a key you trust"),
        Verdict::WitnessesMissing => say(
            "签名可信，但见证人未达信任文件要求的法定数",
            "signed by a key you trust, but by fewer witnesses than the file of trusted keys asks for",
        ),
        Verdict::Failed => say("核验未通过", "verification failed"),
        _ => say(
            "自洽，但未能确定签名者（用 --trust 给出可信公钥）",
            "consistent, signer not established (name the keys you trust with --trust)",
        ),
    }
}
