//! `audit keys`: the public keys of a log, a line each; once compared with what was handed over, a file for `--trust`.

use clap::Args;

use super::sealed::{Sealed, control_store};
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
    let sealed = match arguments.server.connect()? {
        Some(server) => Sealed::there(&server)?,
        None => {
            let control = control_store(&arguments.directory.place()?)?;
            control.as_deref().map_or_else(|| Ok(Sealed::default()), Sealed::here)?
        }
    };
    let mut output = Output::new();
    sealed.keys.iter().try_for_each(|key| output.line(key.to_string()))?;
    output.flush()
}
