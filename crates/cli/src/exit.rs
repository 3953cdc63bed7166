//! How the program ends: the exit statuses, and the one place that maps every error to one of them.

use domain::errors;
use domain::say::{Language, Say};
use std::fmt::Display;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use audit::archive::ArchiveError;
use audit::bundle::ExportError;
use event_log::jetstream_county::CountyError;
use event_log::{AppendError, CopyError, LockError, LogError, NatsAddressError};
use ledger::LedgerError;
use projections::{DiffError, ListError, RebuildError, RehearsalError, ReplayError, StoreError, ViewError};
use service::accounts::AccountError;
use service::figures::FigureProofError;
use service::folded_state::FoldError;
use service::mirror::MirrorError;
use service::proposed_policy::ProposalError;
use service::secrets::NoRandomness;
use service::service::{OpenError, StartFailure};
use service::stores::StoresError;
use service::submit_error::SubmitError;
use service::witness::WitnessError;
use simulator::demo::DemoError;
use simulator::office_files::headed_table::TableError;
use simulator::place_changes::file::ProposalsError;
use simulator::places_file::PlacesFileError;

use crate::backup_files::BackupError;
use crate::nats_directory::DirectoryError;
use crate::nats_reload::ReloadError;

/// The status with which the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(u8);

impl Status {
    /// Everything was done.
    pub const DONE: Self = Self(0);
    /// Something that should not happen did: a fault of the program or of the system.
    pub const UNEXPECTED: Self = Self(1);
    /// The program was called wrongly: an option, a file or an id that does not exist.
    pub const USAGE: Self = Self(2);
    /// The rules refused a command; nothing of it was recorded.
    pub const REJECTED: Self = Self(3);
    /// Somebody else was first: the directory is held, the entity changed, or the key was used with another body.
    pub const CONFLICT: Self = Self(4);
    /// A verification failed: what is recorded is not what it should be, or cannot be shown to be.
    pub const VERIFICATION_FAILED: Self = Self(5);
    /// The log or the server cannot be reached, read or written.
    pub const UNREACHABLE: Self = Self(6);
    /// The account, or the lack of one, does not allow it.
    pub const NOT_ALLOWED: Self = Self(7);
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status.0)
    }
}

errors! {
    /// Why a subcommand did not do what was asked.
    #[derive(Debug)]
    pub enum Failure {
        /// Called wrongly.
        #[zh("{}", message.zh)]
        #[en("{}", message.en)]
        Usage {
            /// What is wrong and what to do.
            message: Say,
        },
        /// A file given on the command line cannot be read.
        #[zh("无法读取 {}：{cause}", path.display())]
        #[en("{} cannot be read: {cause}", path.display())]
        Input {
            /// Which file.
            path: PathBuf,
            /// The system's reason.
            cause: io::Error,
        },
        /// Standard output failed; a reader that left is no failure.
        #[zh("无法输出：{cause}")]
        #[en("the output cannot be written: {cause}")]
        Output(cause: io::Error),
        /// Already told on standard output; only the status is left to say.
        #[zh("")]
        #[en("")]
        Told(status: Status),
        /// It ended before everything was done, and what was done stands.
        #[zh("{}", message.zh)]
        #[en("{}", message.en)]
        Ended {
            /// How it ended.
            status: Status,
            /// What was done, and what to do.
            message: Say,
        },
        /// Nothing is signed for the log, or what is signed is not it.
        #[zh("{}", message.zh)]
        #[en("{}", message.en)]
        NotCovered {
            /// What is missing or wrong.
            message: Say,
        },
        /// The address to listen on is not to be had.
        #[zh("无法监听 {address}：{cause}")]
        #[en("cannot listen on {address}: {cause}")]
        Listen {
            /// Which address.
            address: String,
            /// The system's reason.
            cause: io::Error,
        },
        /// The server cannot be reached.
        #[zh("无法访问 {address}：{}", detail.zh)]
        #[en("{address} cannot be reached: {}", detail.en)]
        ServerUnreachable {
            /// Its address.
            address: String,
            /// Why.
            detail: Say,
        },
        /// The server refused.
        #[zh("{}", message.zh)]
        #[en("{}", message.en)]
        ServerRefused {
            /// The HTTP status.
            status: u16,
            /// The last part of the problem's type.
            slug: String,
            /// What it said.
            message: Say,
        },
        /// The runtime, or a task in it.
        #[zh("程序内部出错：{}", detail.zh)]
        #[en("an internal error: {}", detail.en)]
        Internal {
            /// What went wrong.
            detail: Say,
        },
        #[zh("无法读取归档包：{}", cause.say().zh)]
        #[en("the bundle cannot be read: {}", cause.say().en)]
        Archive(#[from] cause: ArchiveError),
    } of {
        /// The service did not become ready.
        Start(#[from] StartFailure),
        Log(#[from] LogError),
        Lock(#[from] LockError),
        Stores(#[from] StoresError),
        Fold(#[from] FoldError),
        Open(#[from] OpenError),
        Submit(Box<SubmitError>),
        Account(#[from] AccountError),
        NoRandomness(#[from] NoRandomness),
        View(#[from] ViewError),
        Replay(#[from] ReplayError),
        Diff(#[from] DiffError),
        /// What is proposed cannot be rehearsed.
        Proposal(#[from] ProposalError),
        /// A rehearsal could not be finished.
        Rehearsal(#[from] RehearsalError),
        Store(#[from] StoreError),
        Rebuild(#[from] RebuildError),
        Demo(#[from] DemoError),
        NatsAddress(#[from] NatsAddressError),
        Copy(#[from] CopyError),
        Backup(#[from] BackupError),
        PlacesFile(#[from] PlacesFileError),
        OfficeFile(#[from] TableError),
        Export(#[from] ExportError),
        Figure(#[from] FigureProofError),
        Witness(#[from] WitnessError),
        Mirror(#[from] MirrorError),
        Proposals(#[from] ProposalsError),
        Ledger(#[from] LedgerError),
        NatsDirectory(#[from] DirectoryError),
        County(#[from] CountyError),
        Reload(#[from] ReloadError),
    }
}

impl From<SubmitError> for Failure {
    fn from(error: SubmitError) -> Self {
        Self::Submit(Box::new(error))
    }
}

impl From<ListError> for Failure {
    fn from(error: ListError) -> Self {
        match error {
            ListError::View(error) => error.into(),
            ListError::Replay(error) => error.into(),
        }
    }
}

impl Failure {
    /// Called wrongly.
    pub fn usage(zh: impl AsRef<str>, en: impl AsRef<str>) -> Self {
        Self::Usage { message: Say::of(zh.as_ref(), en.as_ref()) }
    }

    /// A fault of ours.
    pub fn internal(detail: impl Display) -> Self {
        Self::Internal { detail: Say::same(detail) }
    }

    /// The status of this failure.
    pub fn status(&self) -> Status {
        match self {
            Self::Usage { .. } | Self::Input { .. } | Self::NatsAddress(_) => Status::USAGE,
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Status::DONE,
            Self::Output(_) | Self::Internal { .. } | Self::NoRandomness(_) | Self::Demo(_) => {
                Status::UNEXPECTED
            }
            Self::Told(status) | Self::Ended { status, .. } => *status,
            Self::NotCovered { .. } | Self::Export(ExportError::NotCovered { .. }) => {
                Status::VERIFICATION_FAILED
            }
            Self::Export(ExportError::Log(error)) => of_log(error),
            Self::Export(ExportError::Archive(ArchiveError::Io(_))) | Self::Archive(ArchiveError::Io(_)) => {
                Status::USAGE
            }
            Self::Export(ExportError::Archive(_)) | Self::Archive(_) => Status::VERIFICATION_FAILED,
            Self::Figure(FigureProofError::Differs { .. } | FigureProofError::Policy(_)) => {
                Status::UNEXPECTED
            }
            Self::Mirror(error) => of_mirror(error),
            Self::Witness(_) | Self::Figure(_) => Status::USAGE,
            Self::Listen { cause, .. } if cause.kind() == io::ErrorKind::AddrInUse => Status::CONFLICT,
            Self::Listen { .. } => Status::USAGE,
            Self::Start(failure) if failure.is_broken_history => Status::VERIFICATION_FAILED,
            Self::Start(_) | Self::ServerUnreachable { .. } => Status::UNREACHABLE,
            Self::ServerRefused { status, slug, .. } => of_answer(*status, slug),
            Self::Log(error) => of_log(error),
            Self::Lock(error) | Self::Open(OpenError::Held(error)) => of_lock(error),
            Self::Stores(error) | Self::Open(OpenError::Stores(error)) => of_stores(error),
            Self::Fold(error) => of_fold(error),
            Self::Submit(error) => of_submit(error),
            Self::Account(AccountError::NoRandomness(_)) => Status::UNEXPECTED,
            Self::Account(AccountError::Store(error)) => of_log(error),
            Self::View(ViewError::Unwritable { .. }) => Status::UNEXPECTED,
            Self::View(_) => Status::USAGE,
            Self::Replay(ReplayError::Log(error))
            | Self::Diff(DiffError::Replay(ReplayError::Log(error)))
            | Self::Rehearsal(RehearsalError::Replay(ReplayError::Log(error)))
            | Self::Rebuild(RebuildError::Replay(ReplayError::Log(error))) => of_log(error),
            Self::Diff(DiffError::TooMany { .. }) => Status::USAGE,
            Self::Proposal(ProposalError::NothingSince { .. }) => Status::USAGE,
            Self::Proposal(_) => Status::REJECTED,
            Self::Rehearsal(RehearsalError::View(_)) => Status::UNEXPECTED,
            Self::Replay(ReplayError::Unreadable(_))
            | Self::Diff(DiffError::Replay(ReplayError::Unreadable(_)))
            | Self::Rehearsal(RehearsalError::Replay(ReplayError::Unreadable(_)))
            | Self::Rebuild(RebuildError::Replay(ReplayError::Unreadable(_))) => Status::UNREACHABLE,
            Self::Store(_) | Self::Rebuild(RebuildError::Store(_)) => Status::UNREACHABLE,
            Self::Copy(error) => of_copy(error),
            Self::Backup(BackupError::Store(error)) => of_log(error),
            Self::Backup(BackupError::Changed { .. }) => Status::VERIFICATION_FAILED,
            Self::Backup(BackupError::KeptChanging) => Status::CONFLICT,
            Self::Backup(_) => Status::USAGE,
            Self::PlacesFile(PlacesFileError::Rows { .. })
            | Self::OfficeFile(TableError::Cells { .. })
            | Self::Proposals(ProposalsError::Lines { .. }) => Status::REJECTED,
            Self::NatsDirectory(DirectoryError::Busy { .. }) => Status::CONFLICT,
            Self::County(CountyError::Log(error)) => of_log(error),
            Self::Reload(ReloadError::NotInForce) => Status::UNREACHABLE,
            Self::Ledger(LedgerError::Cells { .. }) => Status::REJECTED,
            Self::PlacesFile(_)
            | Self::OfficeFile(_)
            | Self::Ledger(_)
            | Self::Proposals(_)
            | Self::NatsDirectory(_)
            | Self::County(_)
            | Self::Reload(_) => Status::USAGE,
        }
    }

    /// Says it on standard error, unless it was told or nobody listens any more.
    pub fn tell(&self, language: Language) {
        if matches!(self.status(), Status::DONE) || matches!(self, Self::Told(_)) {
            return;
        }
        let said = self.say();
        let text = match self {
            Self::Submit(error) => match &**error {
                SubmitError::Rejected { rejection, .. } => {
                    format!("{} [{}]", said.in_language(language), rejection.rule())
                }
                _ => said.in_language(language).to_owned(),
            },
            _ => said.in_language(language).to_owned(),
        };
        // Where standard error is closed there is nobody left to tell.
        let _ = io::Write::write_all(&mut io::stderr(), format!("lianjian: {text}\n").as_bytes());
    }
}

/// The status of an answer of the server.
pub fn of_answer(status: u16, slug: &str) -> Status {
    match status {
        401 | 403 => Status::NOT_ALLOWED,
        404 => Status::USAGE,
        409 | 412 => Status::CONFLICT,
        422 if slug == "key-reused" => Status::CONFLICT,
        400 | 413 | 415 | 422 => Status::REJECTED,
        408 | 429 | 502 | 503 | 504 => Status::UNREACHABLE,
        _ => Status::UNEXPECTED,
    }
}

fn of_log(error: &LogError) -> Status {
    match error {
        LogError::WrongCity { .. } => Status::USAGE,
        LogError::Credentials { .. } => Status::USAGE,
        // Damage, which no repetition mends.
        LogError::NamesMissing { .. }
        | LogError::Foreign { .. }
        | LogError::Corrupt { .. }
        | LogError::HalfRestored { .. } => Status::VERIFICATION_FAILED,
        LogError::NotMade { .. } => Status::NOT_ALLOWED,
        LogError::ScanTooLong { .. } => Status::USAGE,
        LogError::NotFound { .. }
        | LogError::NotAnswering { .. }
        | LogError::Unsafe { .. }
        | LogError::Unreachable { .. }
        | LogError::Busy { .. }
        | LogError::Full { .. }
        | LogError::ReadOnly { .. }
        | LogError::NewerFormat { .. } => Status::UNREACHABLE,
    }
}

fn of_copy(error: &CopyError) -> Status {
    match error {
        CopyError::OtherCity { .. } | CopyError::TooShort { .. } => Status::USAGE,
        CopyError::Grew => Status::CONFLICT,
        CopyError::Differs { .. } => Status::VERIFICATION_FAILED,
        CopyError::Unreadable { .. } => Status::UNREACHABLE,
        CopyError::Log(error)
        | CopyError::Append(
            AppendError::Unavailable { cause: error } | AppendError::OutcomeUnknown { cause: error },
        ) => of_log(error),
        CopyError::Append(_) => Status::UNEXPECTED,
    }
}

fn of_mirror(error: &MirrorError) -> Status {
    match error {
        MirrorError::NotOneLog | MirrorError::NoMirror { .. } | MirrorError::Key(_) => Status::USAGE,
        MirrorError::Damaged { .. } => Status::VERIFICATION_FAILED,
        MirrorError::Signing(_) => Status::UNEXPECTED,
        MirrorError::Lock(error) => of_lock(error),
        MirrorError::Log(error)
        | MirrorError::Append(
            AppendError::Unavailable { cause: error } | AppendError::OutcomeUnknown { cause: error },
        ) => of_log(error),
        // Somebody else writes into the mirror's log.
        MirrorError::Append(AppendError::Conflict { .. }) => Status::CONFLICT,
        MirrorError::Append(_) => Status::VERIFICATION_FAILED,
    }
}

fn of_lock(error: &LockError) -> Status {
    match error {
        LockError::HeldByServer { .. } | LockError::HeldByCommand { .. } => Status::CONFLICT,
        LockError::Unreachable { .. } => Status::UNREACHABLE,
        LockError::Exposed { .. } => Status::USAGE,
    }
}

fn of_stores(error: &StoresError) -> Status {
    match error {
        StoresError::Log(error) => of_log(error),
        StoresError::Fold(error) => of_fold(error),
        StoresError::Policy(_) => Status::UNEXPECTED,
        StoresError::City { .. } => Status::UNREACHABLE,
    }
}

fn of_fold(error: &FoldError) -> Status {
    match error {
        FoldError::Log(error) => of_log(error),
        FoldError::Event { .. } => Status::UNREACHABLE,
        FoldError::Lawless(_) => Status::VERIFICATION_FAILED,
    }
}

fn of_submit(error: &SubmitError) -> Status {
    match error {
        SubmitError::UnknownCommand { .. }
        | SubmitError::Shape { .. }
        | SubmitError::Rejected { .. }
        | SubmitError::TooLarge { .. }
        | SubmitError::TooMuchTogether { .. } => Status::REJECTED,
        SubmitError::KeyReused { .. } | SubmitError::InFlight { .. } | SubmitError::Precondition { .. } => {
            Status::CONFLICT
        }
        SubmitError::Busy { .. }
        | SubmitError::ClockBehind { .. }
        | SubmitError::ClockAhead { .. }
        | SubmitError::Stopped { .. }
        | SubmitError::ClockLeapt { .. }
        | SubmitError::Unavailable { .. } => Status::UNREACHABLE,
    }
}

#[cfg(test)]
mod naming;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(failure: impl Into<Failure>, status: Status) {
        let failure = failure.into();
        assert_eq!(failure.status(), status, "{failure}");
    }

    #[test]
    fn every_kind_of_failure_has_the_status_of_the_contract() {
        let store = || "log.db".to_owned();
        check(Failure::usage("用法", "usage"), Status::USAGE);
        check(LogError::NotFound { store: store() }, Status::UNREACHABLE);
        check(LogError::Full { store: store() }, Status::UNREACHABLE);
        check(LogError::Foreign { store: store(), detail: Say::same("text") }, Status::VERIFICATION_FAILED);
        let damaged = LogError::Corrupt { store: store(), position: Some(3), detail: Say::same("a gap") };
        check(StoresError::Log(damaged.clone()), Status::VERIFICATION_FAILED);
        check(damaged, Status::VERIFICATION_FAILED);
        check(
            LogError::WrongCity { store: store(), found: "5101".into(), expected: "5108".into() },
            Status::USAGE,
        );
        let held =
            LockError::HeldByServer { directory: "data".into(), address: "http://127.0.0.1:8080".into() };
        check(held.clone(), Status::CONFLICT);
        check(OpenError::Held(held), Status::CONFLICT);
        check(StoresError::Log(LogError::ReadOnly { store: store() }), Status::UNREACHABLE);
        check(SubmitError::UnknownCommand { name: "dance".into() }, Status::REJECTED);
        check(SubmitError::KeyReused { id: "1".into() }, Status::CONFLICT);
        check(SubmitError::Busy { retry_after_seconds: 1 }, Status::UNREACHABLE);
        check(Failure::Told(Status::VERIFICATION_FAILED), Status::VERIFICATION_FAILED);
        check(Failure::Output(io::ErrorKind::BrokenPipe.into()), Status::DONE);
        check(Failure::Output(io::ErrorKind::StorageFull.into()), Status::UNEXPECTED);
        let in_use =
            Failure::Listen { address: "127.0.0.1:8080".into(), cause: io::ErrorKind::AddrInUse.into() };
        check(in_use, Status::CONFLICT);
    }

    #[test]
    fn an_answer_of_the_server_ends_as_the_same_refusal_here_would() {
        for (answer, slug, status) in [
            (401, "unauthorized", Status::NOT_ALLOWED),
            (403, "forbidden", Status::NOT_ALLOWED),
            (404, "not-found", Status::USAGE),
            (409, "in-flight", Status::CONFLICT),
            (412, "precondition-failed", Status::CONFLICT),
            (422, "key-reused", Status::CONFLICT),
            (422, "rejected", Status::REJECTED),
            (422, "schema", Status::REJECTED),
            (413, "too-large", Status::REJECTED),
            (503, "unavailable", Status::UNREACHABLE),
            (500, "internal", Status::UNEXPECTED),
        ] {
            assert_eq!(of_answer(answer, slug), status, "{answer} {slug}");
        }
    }
}
