//! Recorded decisions by the document that they rest on: what a correction of a 文号 needs to know of each.

use std::collections::BTreeSet;

use imbl::OrdMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Authority;
use crate::document_number::{Document, DocumentNumber};
use crate::entity::Entity;
use crate::ids::{CommandId, JointBranchId};
use crate::recording::Recording;

/// A decision that rests on a document: all events of one command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedDecision {
    /// What its first event is about.
    pub subject: Entity,
    /// The joint branches that its events are about: each remembers the decisions taken on it by their document.
    pub joint_branches: BTreeSet<JointBranchId>,
    /// Who issued the document.
    pub issuer: Authority,
    /// Its number as it should read.
    pub number: DocumentNumber,
    /// Who recorded the decision and who corrected its document, with the first event.
    pub recorded: Recording,
}

/// 决定所依据文件的更正：录入时的写法与现行写法 / the document of a decision as it was recorded and as it reads now
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CorrectedDocument {
    /// 录入时的文件 / the document as it was recorded
    pub recorded: Document,
    /// 更正后的文件 / the document as it should read
    pub now: Document,
}

/// The decisions of which the document was corrected, by their command.
pub type CorrectedDocuments = OrdMap<CommandId, CorrectedDocument>;
