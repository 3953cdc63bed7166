//! Why a command was not recorded, as the problem that its caller reads.

use domain::Rejection;
use domain::policy::Citation;
use domain::rejection::RejectionKind;
use domain::say::Say;
use service::body_schema::MAX_SHAPE_ERRORS;
use service::submit_error::SubmitError;

use super::{AlsoRefused, Kind, Outcome, Problem, clock};

impl From<SubmitError> for Problem {
    fn from(error: SubmitError) -> Self {
        let log = error.to_string();
        match error {
            SubmitError::UnknownCommand { name } => {
                let name: String = name.chars().take(60).collect();
                let en = format!("there is no command {name}");
                Self::new(Kind::NotFound, format!("没有指令 {name}"), en)
            }
            SubmitError::Shape { errors } => {
                let at = errors.first().map(|error| error.pointer.clone());
                let (mut zh, mut en) = (
                    "请按 /schemas/commands 中的定义改正所列字段".to_owned(),
                    "correct the fields listed; /schemas/commands has the definition".to_owned(),
                );
                if errors.len() == MAX_SHAPE_ERRORS {
                    zh.push_str(&format!("（只列出前 {MAX_SHAPE_ERRORS} 处）"));
                    en.push_str(&format!(" (the first {MAX_SHAPE_ERRORS} are listed)"));
                }
                Self::new(Kind::Schema, zh, en).at(at.as_deref()).with_errors(errors)
            }
            SubmitError::KeyReused { id } => {
                let zh = format!("幂等键 {id} 已用于另一请求；新请求请换新键");
                let en = format!("the key {id} was used with another body; give a new request a new key");
                Self::new(Kind::KeyReused, zh, en)
            }
            SubmitError::InFlight { id } => {
                let zh = format!("幂等键 {id} 的请求正在处理，请稍后重复");
                let en = format!("the request with the key {id} is being worked on; repeat it later");
                Self::new(Kind::InFlight, zh, en).retry_after(1)
            }
            SubmitError::Rejected { rejection, citation, overridable, others } => {
                let others = others.iter().map(|(other, citation)| AlsoRefused::of(other, citation.clone()));
                of_rejection(&rejection, *citation, overridable).and_by(others.collect())
            }
            SubmitError::Precondition { expected, found } => of_precondition(expected, found),
            SubmitError::TooLarge { bytes, limit } => {
                let zh = format!("所生成的事件有 {bytes} 字节，上限为 {limit} 字节；请缩短文字");
                let en = format!("an event of it has {bytes} bytes, the limit is {limit}; shorten its texts");
                Self::new(Kind::TooLarge, zh, en)
            }
            SubmitError::TooMuchTogether { commands, events } => {
                let zh = format!(
                    "一并记录的内容过多（每次最多 {commands} 条、共 {events} 条事件），没有记录任何内容；请分开办理"
                );
                let en = format!(
                    "at most {commands} at a time, with {events} events in all: nothing was recorded; do it in parts"
                );
                Self::new(Kind::TooLarge, zh, en)
            }
            SubmitError::Busy { retry_after_seconds } => {
                let zh = "排队的指令已满，没有记录任何内容；请稍后重试";
                let en = "the queue is full, nothing was recorded; try again later";
                let busy = Self::new(Kind::Busy, zh, en).with_outcome(Outcome::NothingRecorded);
                busy.retry_after(retry_after_seconds.into())
            }
            SubmitError::ClockBehind { behind_seconds } => clock::behind(behind_seconds).logged(log),
            SubmitError::ClockAhead { ahead_seconds } => clock::ahead(ahead_seconds).logged(log),
            SubmitError::ClockLeapt { days } => clock::leapt(days).logged(log),
            SubmitError::Stopped { raised } => {
                let said = raised.say();
                let zh = format!("{}没有记录任何内容。", said.zh);
                let en = format!("{}; nothing was recorded", said.en);
                let stopped = Self::new(Kind::Unavailable, zh, en).with_outcome(Outcome::NothingRecorded);
                stopped.retry_after(STOPPED_RETRY_SECONDS)
            }
            SubmitError::Unavailable { outcome_unknown, retry_after_seconds, .. } => {
                of_unavailable(outcome_unknown).retry_after(retry_after_seconds.into()).logged(log)
            }
        }
    }
}

/// When to come back once somebody has mended what is wrong.
const STOPPED_RETRY_SECONDS: u64 = 60;

fn of_rejection(rejection: &Rejection, citation: Citation, overridable: bool) -> Problem {
    let kind = match rejection.kind() {
        RejectionKind::Refused => Kind::Rejected,
        RejectionKind::Forbidden => Kind::Forbidden,
        RejectionKind::IdInUse => Kind::IdInUse,
    };
    let Say { zh, en } = rejection.say();
    Problem::new(kind, zh, en)
        .of_rule(rejection.rule().to_owned(), citation, overridable)
        .at(rejection.pointer())
        .between(rejection.found_and_allowed())
}

fn of_precondition(expected: u64, found: Option<u64>) -> Problem {
    let found = found.map_or_else(|| "-".to_owned(), |position| position.to_string());
    let zh = format!("对象的最近事件在位置 {found}，不是 If-Match 所写的 {expected}；请重新读取后再提交");
    let en = format!("the entity's last event is at {found}, not at {expected}; read it again first");
    Problem::new(Kind::PreconditionFailed, zh, en)
}

fn of_unavailable(outcome_unknown: bool) -> Problem {
    if outcome_unknown {
        let zh = "日志未能确认，是否已记录尚不确定；请用同一幂等键重复，即知结果";
        let en = "the log did not confirm: it is unknown whether this was recorded, and a repeat with the same key will tell";
        return Problem::new(Kind::Unavailable, zh, en).with_outcome(Outcome::Unknown);
    }
    let zh = "日志暂不可用，没有记录任何内容；请稍后重试";
    let en = "the log is unavailable, nothing was recorded; try again later";
    Problem::new(Kind::Unavailable, zh, en).with_outcome(Outcome::NothingRecorded)
}

#[cfg(test)]
mod tests {
    use service::condition::{Condition, Raised};

    use super::*;

    #[test]
    fn what_the_log_says_of_a_failing_disk_stays_there() {
        let failing = |outcome_unknown| SubmitError::Unavailable {
            detail: Say::same("/srv/data/log.db: EIO"),
            outcome_unknown,
            retry_after_seconds: 5,
        };
        for (unknown, outcome) in [(true, "unknown"), (false, "nothing-recorded")] {
            let problem = Problem::from(failing(unknown));
            let body = String::from_utf8(problem.body().unwrap()).unwrap();
            assert!(body.contains(outcome) && !body.contains("log.db"), "{body}");
            assert!(problem.0.log.unwrap().contains("log.db"));
        }
    }

    #[test]
    fn each_refusal_has_its_status() {
        let citation =
            Citation {
                document: "规则".into(), version: "1".into(), article: "1".into(), checked_on: None
            };
        let rejected = |rejection: Rejection| SubmitError::Rejected {
            others: Vec::new(),
            rejection: rejection.into(),
            citation: citation.clone().into(),
            overridable: false,
        };
        let check = |error: SubmitError, status: u16, slug: &str| {
            let kind = Problem::from(error).kind();
            assert_eq!((kind.status().as_u16(), kind.slug()), (status, slug));
        };
        check(SubmitError::UnknownCommand { name: "x".into() }, 404, "not-found");
        check(SubmitError::Shape { errors: Vec::new() }, 422, "schema");
        check(SubmitError::KeyReused { id: "x".into() }, 422, "key-reused");
        check(SubmitError::InFlight { id: "x".into() }, 409, "in-flight");
        check(SubmitError::Precondition { expected: 1, found: None }, 412, "precondition-failed");
        check(SubmitError::TooLarge { bytes: 2, limit: 1 }, 413, "too-large");
        check(SubmitError::TooMuchTogether { commands: 2, events: 1 }, 413, "too-large");
        check(SubmitError::Busy { retry_after_seconds: 1 }, 503, "busy");
        check(SubmitError::ClockBehind { behind_seconds: 400 }, 503, "clock-behind");
        check(SubmitError::ClockAhead { ahead_seconds: 400 }, 503, "clock-ahead");
        check(SubmitError::ClockLeapt { days: 31 }, 503, "clock-leapt");
        let raised = Raised { condition: Condition::LogUnreadable, detail: None };
        check(SubmitError::Stopped { raised: raised.into() }, 503, "unavailable");
        check(rejected(Rejection::DocumentMissing), 422, "rejected");
        check(rejected(Rejection::IdInUse { id: "x".into(), pointer: "/data/id" }), 422, "id-in-use");
        check(rejected(Rejection::LocalForbidden), 403, "forbidden");
    }
}
