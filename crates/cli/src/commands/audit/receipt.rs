//! `audit receipt`: a text that proves, offline, that one event is in the log under a signed checkpoint.

use std::ops::ControlFlow;

use audit::checkpoint::Checkpoint;
use audit::receipt::Receipt;
use audit::tree::{Tree, leaf_hash};
use clap::Args;
use domain::say::say;

use super::signed_tree::{SignedTree, control_store};
use crate::exit::Failure;
use crate::local::DataDirectory;
use crate::output::Output;
use crate::remote::ServerOptions;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 事件的位置 / the position of the event
    #[arg(value_name = "POSITION")]
    position: u64,
    #[command(flatten)]
    directory: DataDirectory,
    #[command(flatten)]
    server: ServerOptions,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let text = match arguments.server.connect()? {
        Some(server) => server.get(&format!("/api/v1/receipts/{}", arguments.position))?,
        None => local(arguments)?,
    };
    let mut output = Output::new();
    output.writer().write_all(text.as_bytes()).map_err(Failure::Output)?;
    output.flush()
}

fn local(arguments: &Arguments) -> Result<String, Failure> {
    let place = arguments.directory.location()?;
    let log = place.open_log()?;
    let signed_tree = control_store(&place)?
        .map_or_else(|| Ok(SignedTree::default()), |control| SignedTree::of_store(&*control))?;
    let head = signed_tree.head()?;
    let position = arguments.position;
    // The newest head that a witness has signed proves more than the newest.
    let witnessed = signed_tree.newest_witnessed().filter(|head| head.size >= position);
    let head = Checkpoint::parse(&witnessed.unwrap_or(head).to_bytes()).map_err(Failure::internal)?;
    let (mut tree, mut event) = (Tree::default(), None);
    log.scan(0, head.size, &mut |stored| {
        tree.push(leaf_hash(stored.body));
        if stored.position == position {
            event = Some(stored.body.to_vec());
        }
        ControlFlow::Continue(())
    })?;
    let size = head.size;
    let outside = || {
        Failure::usage(
            format!("签名检查点覆盖第 1 至 {size} 条，不含第 {position} 条"),
            format!("the signed checkpoint covers 1 to {size}, not {position}"),
        )
    };
    let receipt = Receipt::of(&tree, head, position.wrapping_sub(1), event.ok_or_else(outside)?);
    let receipt = receipt.filter(Receipt::is_included).ok_or_else(|| Failure::NotCovered {
        message: say(
            "日志与签名检查点不符：请运行 audit verify",
            "the log is not the one under the signed checkpoint: run audit verify",
        ),
    })?;
    Ok(receipt.to_string())
}
