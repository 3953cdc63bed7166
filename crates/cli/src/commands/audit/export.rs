//! `audit export`: one file with events, signed head, keys, schemas and hashes, for whoever verifies without us.

use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use audit::bundle::{BundleSource, ExportError, Manifest, Visit, write_bundle};
use audit::bundle_names::OpenedName;
use audit::checkpoint::origin;
use audit::tree::{Tree, leaf_hash};
use clap::Args;
use domain::place::PlaceCode;
use domain::say::Language;
use event_log::envelope::decode;
use event_log::{ControlStore, EventLog};
use serde_json::Value;
use simulator::place_changes::file::ProposalsError;

use super::remote_events::Events;
use super::signed_tree::{SignedTree, control_store, leaves_of_server};
use crate::exit::Failure;
use crate::local::DataDirectory;
use crate::new_file::NewFile;
use crate::output::Output;
use crate::progress::Progress;
use crate::remote::{Server, ServerOptions};

#[derive(Debug, Args)]
pub struct Arguments {
    /// 写出的文件，须尚不存在 / the file to write, which must not be there yet
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// 第一条事件的位置 / the position of the first event
    #[arg(long, value_name = "POSITION")]
    from: Option<u64>,
    /// 最后一条事件的位置 / the position of the last event
    #[arg(long, value_name = "POSITION")]
    to: Option<u64>,
    /// 只导出与该县(区)有关的事件 / only what concerns this county
    #[arg(long, value_name = "CODE")]
    scope: Option<PlaceCode>,
    /// 附上姓名等可删除的内容及其盐值：属个人信息，须按规定保管 / with names and what else may be erased, and their salts: personal data, to be kept as such
    #[arg(long, conflicts_with = "server")]
    names: bool,
    /// 以 JSON 输出清单 / the manifest as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    directory: DataDirectory,
    #[command(flatten)]
    server: ServerOptions,
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let manifest = match arguments.server.connect()? {
        Some(server) => remote(&server, arguments, language)?,
        None => local(arguments, language)?,
    };
    let mut output = Output::new();
    if arguments.json {
        output.json(&manifest)?;
        return output.flush();
    }
    let file = arguments.file.display();
    let Manifest { events, first, last, size, .. } = &manifest;
    output.line(language.pick(
        format!("{file}：{events} 个事件（第 {first} 至 {last} 条），检查点覆盖 {size} 条"),
        format!("{file}: {events} events (positions {first} to {last}) under a checkpoint of {size}"),
    ))?;
    if manifest.note.is_some() {
        output.line(language.pick(audit::bundle::NOT_WITNESSED.0, audit::bundle::NOT_WITNESSED.1))?;
    }
    output.flush()
}

fn local(arguments: &Arguments, language: Language) -> Result<Manifest, Failure> {
    let place = arguments.directory.location()?;
    let log = place.open_log()?;
    let control = control_store(&place)?;
    let signed_tree = control
        .as_ref()
        .map_or_else(|| Ok(SignedTree::default()), |control| SignedTree::of_store(&**control))?;
    let size = signed_tree.head()?.size;
    let mut progress = Progress::begin(language, "读取日志", "reading the log", Some(size));
    let mut tree = Tree::default();
    log.scan(0, size, &mut |stored| {
        tree.push(leaf_hash(stored.body));
        progress.at(stored.position);
        ControlFlow::Continue(())
    })?;
    progress.end();
    let (first, last) = arguments.span(size)?;
    let scope = arguments.scope.as_ref().map(|code| county(code, log.city())).transpose()?;
    let control = control.filter(|_| arguments.names);
    let names = control.map_or(Ok(Vec::new()), |control| names(&*log, &*control, (first, last)))?;
    let show = &mut |visit: &mut Visit<'_>| show_here(&*log, (first, last), scope, visit);
    arguments.write(&signed_tree, log.city(), &tree, &names, show)
}

/// What the events of the span commit to, as far as it is still kept.
fn names(
    log: &dyn EventLog,
    control: &dyn ControlStore,
    (first, last): (u64, u64),
) -> Result<Vec<OpenedName>, Failure> {
    let (mut names, mut failed) = (Vec::new(), None);
    log.scan(first - 1, last, &mut |stored| {
        let decoded = decode(stored.body).map_err(Failure::internal);
        let found = decoded.and_then(|decoded| OpenedName::of(control, &decoded.event).map_err(Failure::Log));
        match found {
            Ok(found) => names.extend(found),
            Err(failure) => failed = Some(failure),
        }
        if failed.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    failed.map_or(Ok(names), Err)
}

fn show_here(
    log: &dyn EventLog,
    (first, last): (u64, u64),
    scope: Option<&str>,
    visit: &mut Visit<'_>,
) -> Result<(), ExportError> {
    let mut failed = None;
    log.scan(first - 1, last, &mut |stored| {
        let shown = if concerns(scope, stored.body) { visit(stored.position, stored.body) } else { Ok(()) };
        match shown {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    failed.map_or(Ok(()), Err)
}

fn remote(server: &Server, arguments: &Arguments, language: Language) -> Result<Manifest, Failure> {
    let signed_tree = SignedTree::of_server(server)?;
    let head = signed_tree.head()?;
    let city = head.origin.strip_prefix(&origin("")).unwrap_or_default().to_owned();
    let mut progress = Progress::begin(language, "读取哈希", "reading hashes", Some(head.size));
    let tree = leaves_of_server(server, head.size, &mut |position| progress.at(position))?;
    progress.end();
    let (first, last) = arguments.span(head.size)?;
    let scope = arguments.scope.as_ref().map(|code| county(code, &city)).transpose()?;
    // The failure on the way is the server's, not the bundle's.
    let mut failed = None;
    let written = arguments.write(&signed_tree, &city, &tree, &[], &mut |visit| {
        let mut events = match Events::open(server, first - 1) {
            Ok(events) => events,
            Err(failure) => {
                failed = Some(failure);
                return Ok(());
            }
        };
        loop {
            match events.next() {
                Ok(Some((position, body))) if position <= last => {
                    if concerns(scope, &body) {
                        visit(position, &body)?;
                    }
                }
                Ok(_) => return Ok(()),
                Err(failure) => {
                    failed = Some(failure);
                    return Ok(());
                }
            }
        }
    });
    let is_cut = failed.is_some();
    let manifest = match (failed, written) {
        (Some(failure), _) => Err(failure),
        (None, written) => written,
    };
    let is_short = |manifest: &Manifest| manifest.scope.is_none() && manifest.events != last + 1 - first;
    let manifest = manifest.and_then(|manifest| match is_short(&manifest) {
        true => Err(Failure::usage(
            "此令牌只能读取部分事件：请加 --scope 县(区)代码",
            "this token reads a part of the events only: add --scope and the county's code",
        )),
        false => Ok(manifest),
    });
    if manifest.is_err() && (is_cut || arguments.file.exists()) {
        // What was written is no bundle of what was asked for.
        let _ = std::fs::remove_file(&arguments.file);
    }
    manifest
}

/// Whether an event is of the county, or of none.
fn concerns(scope: Option<&str>, body: &[u8]) -> bool {
    let Some(scope) = scope else { return true };
    let event: Value = serde_json::from_slice(body).unwrap_or_default();
    event["county"].as_str().is_none_or(|county| county == scope)
}

/// The county asked for; the whole city is no part of it.
fn county<'a>(code: &'a PlaceCode, city: &str) -> Result<&'a str, Failure> {
    let code = code.as_str();
    if code.len() == city.len() + 2 && code.starts_with(city) {
        return Ok(code);
    }
    Err(Failure::usage(
        format!("--scope 须为本市 {city} 的县(区)代码"),
        format!("--scope must be the code of a county of the city {city}"),
    ))
}

impl Arguments {
    /// The positions asked for, within what is signed for.
    fn span(&self, size: u64) -> Result<(u64, u64), Failure> {
        let (first, last) = (self.from.unwrap_or(1), self.to.unwrap_or(size));
        if 1 <= first && first <= last && last <= size {
            return Ok((first, last));
        }
        Err(Failure::usage(
            format!("--from、--to 须在 1 至 {size}（签名检查点所覆盖）之间"),
            format!("--from and --to must lie between 1 and {size}, which the signed checkpoint covers"),
        ))
    }

    /// Writes the file, and takes it back where that fails.
    fn write(
        &self,
        signed_tree: &SignedTree,
        city: &str,
        tree: &Tree,
        names: &[OpenedName],
        show: &mut dyn FnMut(&mut Visit<'_>) -> Result<(), ExportError>,
    ) -> Result<Manifest, Failure> {
        let head = signed_tree.head()?;
        let (first, last) = self.span(head.size)?;
        // A part lies under one root alone: that which a witness has signed proves more.
        let is_part = self.scope.is_some() || (first, last) != (1, head.size);
        let witnessed = signed_tree.newest_witnessed().filter(|witnessed| is_part && witnessed.size >= last);
        let checkpoint = witnessed.unwrap_or(head);
        let keys = signed_tree.all_keys();
        let source = BundleSource {
            city,
            checkpoint,
            witnessed: &signed_tree.witnessed,
            keys: &keys,
            tree,
            first,
            last,
            scope: self.scope.as_ref().map(PlaceCode::as_str),
            names,
        };
        // Names are for whoever asked for them.
        let mode = if self.names { 0o600 } else { 0o666 };
        let mut file = NewFile::begin(&self.file, mode).map_err(|cause| self.unwritable(cause))?;
        let mut buffered = BufWriter::with_capacity(1 << 20, file.file());
        let manifest = write_bundle(&mut buffered, &source, show)?;
        buffered.flush().map_err(|cause| self.unwritable(cause))?;
        drop(buffered);
        file.finish().map_err(|cause| self.unwritable(cause))?;
        Ok(manifest)
    }

    fn unwritable(&self, cause: io::Error) -> Failure {
        let path = self.file.clone();
        match cause.kind() {
            io::ErrorKind::AlreadyExists => ProposalsError::Exists { path }.into(),
            _ => ProposalsError::File { path, cause }.into(),
        }
    }
}
