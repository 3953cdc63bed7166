//! `audit figure`: a figure with the proof of how many, of how many, and that none is missing; or the check of one.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;

use audit::checkpoint::Checkpoint;
use audit::figures::proof::{MAX_PROOF_BYTES, Proof};
use audit::tree::{Tree, leaf_hash};
use clap::Args;
use domain::Policy;
use domain::date::Date;
use domain::ids::JointBranchId;
use domain::place::PlaceCode;
use domain::say::{Language, say};
use event_log::EventLog;
use projections::{Moment, replay};
use service::figures::{FigureQuestion, StatedFigures, sign};
use service::signing_key::{self, SIGNING_KEY_VARIABLE};
use service::system_clock;

use super::figure_check;
use super::signed_tree::{self, SignedTree, control_store};
use crate::exit::Failure;
use crate::local::{DataDirectory, DataLocation};
use crate::new_file::NewFile;
use crate::output::Output;
use crate::remote::ServerOptions;

/// Who may read the file: it holds figures and names of joint branches, none of persons.
const MODE: u32 = 0o644;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 指标名称，与视图 figures 中的相同，如 poor、coverage_ratio / the name of a figure as the views have it, such as poor or coverage_ratio
    #[arg(value_name = "NAME", required_unless_present = "verify", requires = "scope")]
    name: Option<String>,
    /// 市、县(区)或乡镇(街道)的代码 / the code of a city, county or township
    #[arg(long, value_name = "CODE")]
    scope: Option<PlaceCode>,
    /// 统计日期，默认今天 / the day for which it is counted; today where absent
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// 证明该联合党组织已计入，或不在该乡镇 / prove that this joint branch is counted, or that it is not in that township
    #[arg(long, value_name = "ID", requires = "name")]
    joint_branch: Option<JointBranchId>,
    /// 写入文件，不写则输出到终端 / write it to this file, not to standard output
    #[arg(long, value_name = "FILE", conflicts_with = "verify")]
    out: Option<PathBuf>,
    /// 核验 audit figure 写出的证明，不联网 / verify a proof that audit figure wrote, offline
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "scope", "as_of", "server"])]
    verify: Option<PathBuf>,
    /// 可信公钥文件：日志、见证人和法定数（C2SP tlog-policy） / a file of trusted keys: logs, witnesses, quorum
    #[arg(long, value_name = "KEYS", requires = "verify", conflicts_with = "name")]
    trust: Option<PathBuf>,
    /// 另由 --data 的整部日志重新统计，须得同一结果 / also count again from the whole log at --data: the same must come out
    #[arg(long, requires = "verify", conflicts_with = "name")]
    recount: bool,
    /// 核验结果以 JSON 输出 / the verdict as JSON
    #[arg(long, requires = "verify", conflicts_with = "name")]
    json: bool,
    #[command(flatten)]
    directory: DataDirectory,
    #[command(flatten)]
    server: ServerOptions,
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    if let Some(file) = &arguments.verify {
        let trust = arguments.trust.as_deref().map(signed_tree::trust).transpose()?;
        let place = arguments.recount.then(|| arguments.directory.location()).transpose()?;
        return figure_check::run(file, trust.as_ref(), place.as_ref(), arguments.json, language);
    }
    let (Some(figure), Some(scope)) = (arguments.name.clone(), arguments.scope.clone()) else {
        return Err(Failure::usage("请写明指标名称和 --scope", "name a figure and its --scope"));
    };
    let question = FigureQuestion { figure, scope, joint_branch: arguments.joint_branch };
    let text = match arguments.server.connect()? {
        Some(server) => {
            let FigureQuestion { figure, scope, joint_branch } = &question;
            let day = arguments.as_of.map(|day| format!("&as_of={day}")).unwrap_or_default();
            let row = joint_branch.map(|id| format!("&joint_branch={id}")).unwrap_or_default();
            let path = format!("/api/v1/figures/{figure}/proof?scope={scope}{day}{row}");
            let bytes = server.get_bytes(&path, MAX_PROOF_BYTES as u64)?;
            String::from_utf8(bytes).map_err(|error| server.unreachable(error))?
        }
        None => local(&arguments.directory.location()?, question, arguments.as_of)?.to_string(),
    };
    let Some(path) = &arguments.out else {
        let mut output = Output::new();
        output.writer().write_all(text.as_bytes()).map_err(Failure::Output)?;
        return output.flush();
    };
    let unwritable = |cause| Failure::Input { path: path.clone(), cause };
    let mut file = NewFile::begin(path, MODE).map_err(unwritable)?;
    file.file().write_all(text.as_bytes()).map_err(unwritable)?;
    file.finish().map_err(unwritable)
}

/// From the log that lies here, signed with the key beside it.
fn local(place: &DataLocation, question: FigureQuestion, as_of: Option<Date>) -> Result<Proof, Failure> {
    let log = place.open_log()?;
    let signed_tree = control_store(place)?
        .map_or_else(|| Ok(SignedTree::default()), |control| SignedTree::of_store(&*control))?;
    let head = signed_tree.head()?;
    let witnessed = signed_tree.witnessed.iter().filter(|seen| seen.size == head.size);
    let copied = head.copied().ok_or_else(|| Failure::internal("checkpoint"))?;
    let head = witnessed.fold(copied, |head, seen| head.joined(seen).unwrap_or(head));
    let figures = recounted(&*log, &head, as_of.unwrap_or_else(|| system_clock().day()))?;
    let secret = std::env::var(SIGNING_KEY_VARIABLE).ok();
    let keys = signing_key::load(secret.as_deref(), &place.data, log.city());
    let keys = keys.map_err(|error| Failure::Usage { message: error.say() })?.unwrap_or_default();
    let keys: Vec<_> = keys.into_iter().filter(|key| signed_tree.keys.contains(&key.public())).collect();
    Ok(figures.prove(question, head, |statement| sign(statement, &keys))?)
}

/// The figures of a day, counted from the events that lie under a head.
pub fn recounted(log: &dyn EventLog, head: &Checkpoint, day: Date) -> Result<StatedFigures, Failure> {
    let mut tree = Tree::default();
    log.scan(0, head.size, &mut |stored| {
        tree.push(leaf_hash(stored.body));
        ControlFlow::Continue(())
    })?;
    if tree.root(head.size) != Some(head.root) {
        let message = say(
            "日志与签名检查点不符：请运行 audit verify",
            "the log is not the one under the signed checkpoint: run audit verify",
        );
        return Err(Failure::NotCovered { message });
    }
    let city: PlaceCode = log.city().parse().map_err(Failure::internal)?;
    let views = replay(log, city, Moment { as_of: Some(day), at: Some(head.size), known_at: None })?;
    let policy = Policy::defaults().map_err(Failure::internal)?;
    Ok(StatedFigures::new(&views, &policy, day, head)?)
}
