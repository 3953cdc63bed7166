//! The two checkers against each other: `lianjian audit verify` and `docs/verify/verify.py` are shown the same honest and
//! forged bundles, files of trusted keys and kept checkpoints, and must come to the same verdict.

use std::io::{BufRead, BufReader, Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::date::Timestamp;
use serde_json::{Value, json};

use crate::Clock;
use crate::bundle_check::{Bundle, CheckError};
use crate::checkpoint::Checkpoint;
use crate::trust::Trust;
use crate::verdict::{Evidence, Requirements, judge};
use crate::verifier::Depth;

mod cases;
mod forge;
mod random;

/// What is verified: the bytes of files, and the verifier's clock in milliseconds.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) name: String,
    pub(super) bundle: Vec<u8>,
    pub(super) trust: Option<Vec<u8>>,
    pub(super) since: Option<Vec<u8>>,
    pub(super) now: i64,
}

/// The program's verdict: a word, or `usage` where it refuses to answer.
fn ours(case: &Case) -> String {
    let usage = || "usage".to_owned();
    let Ok(trust) = case.trust.as_deref().map(Trust::parse).transpose() else { return usage() };
    let Ok(since) = case.since.as_deref().map(Checkpoint::parse).transpose() else { return usage() };
    let requirements = Requirements { trust: trust.as_ref(), since: since.as_ref(), self_consistent: false };
    let Ok(bundle) = Bundle::open(Cursor::new(&case.bundle)).unwrap() else { return "failed".to_owned() };
    let clock = Clock::At(Timestamp::from_milliseconds(case.now));
    let mut checked = match bundle.verify(Depth::Log, requirements, clock, &mut |_| {}) {
        Ok(checked) => checked,
        Err(CheckError::OtherSize) => return usage(),
        Err(CheckError::Archive(error)) => panic!("{}: {error}", case.name),
    };
    let evidence =
        Evidence { head: checked.head.as_ref(), witnessed: &checked.witnessed, keys: &checked.keys };
    let (verdict, _) = judge(requirements, evidence, &mut checked.report);
    let verdict = serde_json::to_value(verdict).unwrap();
    let verdict = verdict.as_str().unwrap().to_owned();
    match checked.report.first_finding() {
        Some(finding) if std::env::var_os("LIANJIAN_TELL").is_some() => {
            format!("{verdict} {} {} {}", finding.position, finding.kind.slug(), finding.detail)
        }
        _ => verdict,
    }
}

/// A checker in another language, which answers line by line.
pub(super) struct Checker {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

const LOOP: &str = r#"
import base64, json, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import lawful, verify
# Who gave which command the program judges with `--deep` alone; here the file is looked at.
lawful.check = lambda *asked: None
for line in sys.stdin:
    case = json.loads(line)
    read = lambda name: None if case[name] is None else base64.b64decode(case[name])
    try:
        verdict = verify.judge(read("bundle"), read("trust"), read("since"), case["now"])[0]
    except verify.Usage:
        verdict = "usage"
    first = sorted(verify.findings, key=lambda finding: finding[0])[:1]
    print(json.dumps({"verdict": verdict, "first": [str(word) for word in first[0]] if first else []}), flush=True)
"#;

impl Checker {
    pub(super) fn start() -> Self {
        Self::running(LOOP)
    }

    /// A script that answers each line with a line; the folder of the checkers is its first argument.
    pub(super) fn running(script: &str) -> Self {
        let mut command = Command::new("python3");
        command.arg("-B").arg("-c").arg(script).arg(folder());
        Self::speaking(command)
    }

    /// A script for Node, in the same manner.
    pub(super) fn running_in_node(script: &str) -> Self {
        let mut command = Command::new("node");
        command.arg("-e").arg(script).arg(folder());
        Self::speaking(command)
    }

    fn speaking(mut command: Command) -> Self {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{command:?} is missing: {error}"));
        let (ask, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, ask, answers }
    }

    /// Its answer.
    pub(super) fn answer(&mut self, asked: &Value) -> Value {
        writeln!(self.ask, "{asked}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("no answer"))
    }

    /// Its verdict, with what it found first.
    fn judge(&mut self, case: &Case) -> (String, String) {
        let encoded = |bytes: &Option<Vec<u8>>| bytes.as_ref().map(|bytes| BASE64_STANDARD.encode(bytes));
        let said = self.answer(&json!({
            "bundle": BASE64_STANDARD.encode(&case.bundle),
            "trust": encoded(&case.trust),
            "since": encoded(&case.since),
            "now": case.now,
        }));
        (said["verdict"].as_str().unwrap().to_owned(), said["first"].to_string())
    }

    /// What both say.
    #[track_caller]
    pub(super) fn both(&mut self, case: &Case) -> String {
        let own = ours(case);
        let (theirs, first) = self.judge(case);
        assert_eq!(own.split(' ').next().unwrap(), theirs, "{}: {own}; {first}", case.name);
        theirs
    }
}

/// Where the checkers lie.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify")
}

impl Drop for Checker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn both_checkers_come_to_the_verdict_that_the_table_says() {
    let (mut python, mut count, mut caught) = (Checker::start(), 0, 0);
    let mut wrong = Vec::new();
    for (case, expected) in cases::all() {
        let own = ours(&case);
        let (theirs, first) = python.judge(&case);
        let word = own.split(' ').next().unwrap();
        if word != expected || theirs != expected {
            wrong.push(format!("{}: expected {expected}; {own}; {theirs} {first}", case.name));
        }
        count += 1;
        caught += usize::from(!["verified", "continues_checkpoint"].contains(&expected));
    }
    println!("{count} cases, {caught} of them refused, by both checkers");
    assert_eq!(wrong, Vec::<String>::new());
}
