//! `audit verify`: every event of a log, a bundle or a receipt, held against the rules of the log and the signed tree.

use std::path::PathBuf;

use audit::tree::{Tree, leaf_hash};
use audit::verdict::{Evidence, Requirements, judge};
use audit::{
    Clock, Commitments, Depth, Finding, FindingKind, Part, Report, Verifier, check_access_log,
    missing_access_logs, verify_log,
};
use clap::Args;
use domain::date::Timestamp;
use domain::place::PlaceCode;
use domain::say::Language;
use domain::scan::{NamedScans, note_scans};
use event_log::{AccessStore, COPIED_ENTRY, ControlStore, LogLocation, names_absent_up_to};
use service::checkpointer::load_leaves;
use service::scans::standing;
use service::service::VIEWS_FOLDER;

use super::remote_events::Events;
use super::signed_tree::{self, SignedTree, control_store, leaves_of_server};
use super::verified::{Question, Verified};
use super::{files, verdict, views};
use crate::exit::{Failure, Status};
use crate::local::{DataDirectory, DataLocation, runtime};
use crate::progress::Progress;
use crate::remote::{Server, ServerOptions};

#[derive(Debug, Args)]
pub struct Arguments {
    /// 另查 JSON Schema、各指令由谁办理、承诺值和读模型 / also check schemas, who gave each command, commitments and the read models
    ///
    /// 由日志本身逐条指令重新核对：摘要为 SHA-256 值；这些事件确为某一指令所生；角色可下达该指令；帐号当时有效、角色与所发一致；
    /// 正式日志不收本机指令（首次导入除外）；对象与行文单位在经办人管辖范围之内；行文（决定）单位有权决定；有会议、有文号；
    /// 四眼原则；县(区)专办事项。再由事件还原每条指令，按当日的政策重新裁决：数字、日期、调查、任期等须仍被准许，所得事件与提醒须一致。
    /// Judged again for each command from the log alone: the digest is a SHA-256; these events are what some command
    /// yields; the role may give it; the account was valid then, in that role; a real log takes no local command after its
    /// first import; the entity and the authority lie in the actor's scope; the authority is a body that decides this; a
    /// meeting and a document where they are needed; four eyes; what is the county's alone. Then each command is
    /// recalled from its events and decided again under the policy of its day: figures, days, surveys, terms must be allowed
    /// still, and the events and warnings must be the same.
    #[arg(long)]
    deep: bool,
    /// 核验 audit export 写出的归档包 / verify a bundle that audit export wrote
    #[arg(long, value_name = "FILE", conflicts_with_all = ["receipt", "server", "data"])]
    bundle: Option<PathBuf>,
    /// 核验 audit receipt 写出的回执 / verify a receipt that audit receipt wrote
    #[arg(long, value_name = "FILE", conflicts_with_all = ["server", "data", "deep"])]
    receipt: Option<PathBuf>,
    /// 可信公钥文件：日志、见证人和法定数（C2SP tlog-policy） / a file of trusted keys: logs, witnesses, quorum
    #[arg(long, value_name = "KEYS")]
    trust: Option<PathBuf>,
    /// 先前保存的检查点：日志须是它的延续 / a checkpoint kept from earlier, which the log must continue
    #[arg(long, value_name = "CHECKPOINT_FILE")]
    since: Option<PathBuf>,
    /// 不要求证明签名者：只核验自洽 / be content with consistency: nobody's signature is asked for
    #[arg(long)]
    self_consistent: bool,
    /// 以此时刻代替本机时钟（如 2026-11-30T04:00:00Z），用于重复一次核验 / by this time instead of the machine's clock, to repeat a verification
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
    /// 以 JSON 输出 / as JSON
    #[arg(long)]
    json: bool,
    /// 服务所管城市的代码，默认 5108 / the code of the server's city; 5108 where absent
    #[arg(long, value_name = "CODE", requires = "server")]
    city: Option<PlaceCode>,
    /// 令牌只能读取一个县(区)时：核验与该县有关的事件 / with a token of one county: verify what concerns it
    #[arg(long, value_name = "CODE", requires = "server")]
    scope: Option<PlaceCode>,
    #[command(flatten)]
    directory: DataDirectory,
    #[command(flatten)]
    server: ServerOptions,
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let trust = arguments.trust.as_deref().map(signed_tree::trust).transpose()?;
    let since = arguments.since.as_deref().map(signed_tree::checkpoint).transpose()?;
    let self_consistent = arguments.self_consistent;
    let requirements = Requirements { trust: trust.as_ref(), since: since.as_ref(), self_consistent };
    let question = Question { requirements, clock: arguments.now.map_or(Clock::System, Clock::At) };
    let Verified { mut report, checkpoint, witnessed, keys, is_of_scope, compared, scans } =
        match arguments.server.connect()? {
            Some(server) => remote(&server, arguments, question, language)?,
            None => match (&arguments.bundle, &arguments.receipt) {
                (Some(file), _) => files::bundle(file, arguments.deep, question, language)?,
                (None, Some(file)) => files::receipt(file, question)?,
                (None, None) => local(&arguments.directory.location()?, arguments.deep, question, language)?,
            },
        };
    let views = match compared {
        Some(Ok(comparison)) => {
            comparison.differences.into_iter().for_each(|finding| report.add(finding));
            Ok(comparison.note)
        }
        Some(Err(failure)) => Err(failure),
        None => Ok(None),
    };
    let (note, held) = match views {
        Ok(note) => (note, None),
        // Told in the report too: a verdict without the views must say so.
        Err(failure) => (Some(failure.say()), Some(failure)),
    };
    let evidence = Evidence { head: checkpoint.as_ref(), witnessed: &witnessed, keys: &keys };
    let (verdict, established) = judge(requirements, evidence, &mut report);
    let (checkpoint, established) = (checkpoint.as_ref(), established.as_ref());
    let told = verdict::Conclusion {
        verdict,
        checkpoint,
        established,
        note,
        is_of_scope,
        scans: scans.as_ref(),
        report: &report,
    };
    verdict::tell(told, arguments.json, language)?;
    if scans.is_some_and(|scans| scans.is_ok_and(|scans| !scans.is_sound())) {
        return Err(Failure::Told(Status::VERIFICATION_FAILED));
    }
    match held {
        // The log is as it should be, and the rest could not be looked at.
        Some(failure) if report.is_consistent() => Err(failure),
        Some(failure) => {
            failure.tell(language);
            verdict::end(verdict)
        }
        None => verdict::end(verdict),
    }
}

/// A log that lies here, or on NATS.
pub fn local(
    place: &DataLocation,
    is_deep: bool,
    question: Question<'_>,
    language: Language,
) -> Result<Verified, Failure> {
    let log = place.open_log()?;
    let control = control_store(place)?;
    let depth = match (is_deep, &control) {
        (false, _) => Depth::Log,
        (true, Some(control)) => Depth::Deep(match names_absent_up_to(&**control)? {
            Some(absent_up_to) => Commitments::StoreAfterLoss { store: &**control, absent_up_to },
            None => Commitments::Store(&**control),
        }),
        (true, None) => Depth::Deep(Commitments::Gone),
    };
    // The head first: what is recorded meanwhile lies after it.
    let signed_tree = control.as_deref().map_or_else(|| Ok(SignedTree::default()), SignedTree::of_store)?;
    let last = runtime()?.block_on(log.last_position())?;
    let mut progress = Progress::begin(language, "核验", "verifying", Some(last));
    let verifier = question.put(Verifier::new(Some(log.city()), depth), &signed_tree);
    let city: PlaceCode = log.city().parse().map_err(Failure::internal)?;
    let mut folding = is_deep.then(|| views::Folding::new(city));
    let mut named = NamedScans::new();
    let verifier = verifier.showing(|event| {
        note_scans(&mut named, event);
        if let Some(folding) = &mut folding {
            folding.event(event);
        }
    });
    let mut tree = Tree::default();
    let mut report = verify_log(&*log, verifier, &mut |position, body| {
        tree.push(leaf_hash(body));
        progress.at(position);
    })?;
    progress.end();
    let remembered = signed_tree.checkpoint.as_ref().and_then(|head| load_leaves(&place.data, head));
    let found = signed_tree.against(&tree, remembered.as_ref(), log.city(), question.requirements.since);
    found.into_iter().for_each(|finding| report.add(finding));
    let found = access_findings(place, &report, control.as_deref(), question.clock)?;
    found.into_iter().for_each(|finding| report.add(finding));
    // Rows folded from a log that is not consistent say nothing.
    let folding = folding.filter(|_| report.is_consistent());
    let compared = folding.map(|folding| folding.compare_local(&place.data, &*log));
    // The log is what is verified: scans that nobody answers for are said to be so, and hide nothing of it.
    let scans = place.log.open_scans(&place.data).and_then(|store| standing(&*store, &named, is_deep));
    let SignedTree { checkpoint, witnessed, keys, .. } = signed_tree;
    let scans = Some(scans);
    Ok(Verified { report, checkpoint, witnessed, keys, is_of_scope: false, compared, scans })
}

/// The access logs that lie here against their anchors. Where a log is served from its own directory, the access logs of
/// all that ever served it lie there; a mere copy, and an instance of a shared log, have not those of others.
pub fn access_findings(
    place: &DataLocation,
    report: &Report,
    control: Option<&dyn ControlStore>,
    clock: Clock,
) -> Result<Vec<Finding>, Failure> {
    if !place.data.is_dir() {
        return Ok(Vec::new());
    }
    let stores = AccessStore::open_all_read_only(&place.data)?;
    let mut findings = Vec::new();
    for store in &stores {
        findings.extend(check_access_log(store, &report.anchors, clock)?);
    }
    let is_served = !stores.is_empty() || place.data.join(VIEWS_FOLDER).exists();
    if place.log == LogLocation::Embedded && is_served {
        let copied = control.map_or(Ok(None), |control| control.get(COPIED_ENTRY))?;
        let copied = copied.and_then(|text| String::from_utf8(text).ok()?.parse().ok()).unwrap_or(0);
        let own = report.anchors.iter().filter(|anchor| anchor.position > copied).cloned();
        findings.extend(missing_access_logs(&own.collect::<Vec<_>>(), &stores));
    }
    Ok(findings)
}

fn remote(
    server: &Server,
    arguments: &Arguments,
    question: Question<'_>,
    language: Language,
) -> Result<Verified, Failure> {
    let default = "5108".parse().map_err(Failure::internal);
    let city: PlaceCode = arguments.city.clone().map_or(default, Ok)?;
    let part = if arguments.scope.is_some() { Part::Scope { from: 1 } } else { Part::Whole };
    let depth = if arguments.deep { Depth::Deep(Commitments::NotAtHand) } else { Depth::Log };
    let signed_tree = SignedTree::of_server(server)?;
    let (size, since) =
        (signed_tree.checkpoint.as_ref().map_or(0, |head| head.size), question.requirements.since);
    let mut progress = Progress::begin(language, "核验", "verifying", None);
    let hashes = leaves_of_server(server, size, &mut |_| {})?;
    let verifier = question.put(Verifier::of_part(part, Some(city.as_str()), depth), &signed_tree);
    let is_deep = arguments.deep && part == Part::Whole;
    let mut folding = is_deep.then(|| views::Folding::new(city.clone()));
    let mut verifier = verifier.showing(|event| {
        if let Some(folding) = &mut folding {
            folding.event(event);
        }
    });
    let mut events = match part {
        Part::Whole => Events::of_city(server, &city)?,
        Part::Range { .. } | Part::Scope { .. } => Events::open(server, 0)?,
    };
    let (mut last, mut tree, mut differing) = (0, Tree::default(), None);
    while let Some((position, body)) = events.next()? {
        last = position;
        verifier.check(position, &body)?;
        let leaf = leaf_hash(&body);
        if position <= size && hashes.leaf(position.saturating_sub(1)) != Some(leaf) {
            differing.get_or_insert(position);
        }
        tree.push(leaf);
        progress.at(position);
    }
    progress.end();
    let mut report = verifier.finish()?;
    // Of the others' events only the hashes are known; under the root they prove one's own.
    let found = match part {
        Part::Whole => signed_tree.against(&tree, Some(&hashes), city.as_str(), since),
        Part::Range { .. } | Part::Scope { .. } => {
            let mut found = signed_tree.against(&hashes, None, city.as_str(), since);
            let kind = FindingKind::Leaf;
            found.extend(differing.map(|position| Finding { position, kind, detail: String::new() }));
            found
        }
    };
    found.into_iter().for_each(|finding| report.add(finding));
    let compared =
        folding.filter(|_| report.is_consistent()).map(|folding| folding.compare_remote(server, last));
    let SignedTree { checkpoint, witnessed, keys, .. } = signed_tree;
    let is_of_scope = part != Part::Whole;
    Ok(Verified { report, checkpoint, witnessed, keys, is_of_scope, compared, scans: None })
}
