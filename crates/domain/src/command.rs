//! A command as it is decided: what is asked, by whom, when, on whose authority and on which document.

use crate::command_header::CommandHeader;
use crate::commands::CommandBody;

/// A command.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// Who gives it, when, on whose authority and on which document.
    pub header: CommandHeader,
    /// What is asked.
    pub body: CommandBody,
}
