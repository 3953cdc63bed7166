//! `audit keys`: the public keys of a log, a line each; once compared with what was handed over, a file for `--trust`.

use clap::Args;

use super::signed_tree::{SignedTree, control_store};
use crate::exit::Failure;
use crate::local::DataDirectory;
use crate::output::Output;
use crate::remote::ServerOptions;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    directory: DataDirectory,
    #[command(flatten)]
    server: ServerOptions,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let signed_tree = match arguments.server.connect()? {
        Some(server) => SignedTree::of_server(&server)?,
        None => {
            let control = control_store(&arguments.directory.location()?)?;
            control.as_deref().map_or_else(|| Ok(SignedTree::default()), SignedTree::of_store)?
        }
    };
    let mut output = Output::new();
    signed_tree.keys.iter().try_for_each(|key| output.line(key.to_string()))?;
    output.flush()
}
