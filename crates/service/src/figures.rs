//! Proofs of figures: the tree is made of what the views count, stated under a head of the log, and signed.

use audit::Hash;
use audit::checkpoint::{Checkpoint, CheckpointError};
use audit::figures::FigureError;
use audit::figures::line::{JOINT_BRANCH, VILLAGE};
use audit::figures::proof::{Proof, Subject};
use audit::figures::statement::Statement;
use audit::figures::tree::{FigureRow, FigureTree};
use audit::key::SecretKey;
use domain::errors;
use domain::ids::JointBranchId;
use domain::place::PlaceCode;
use domain::{Policy, PolicyCalendar, date::Date};
use projections::{
    Countable, CountableId, Reading, Views, countable, countable_figures, countable_places, counted_by_view,
    counts_of_figure,
};
use sha2::{Digest, Sha256};

errors! {
    /// Why there is no proof.
    #[derive(Debug)]
    pub enum FigureProofError {
        /// No such figure, or one that no rows add up to.
        #[zh("没有可证明的指标 {name}；可证明的有：{known}")]
        #[en("there is no figure `{name}` that can be proved; there are: {known}")]
        UnknownFigure {
            /// What was asked for.
            name: String,
            /// The names of those that there are.
            known: String,
        },
        /// The views count otherwise: a fault of ours, under which nothing is signed.
        #[zh("{scope} 的视图与逐行相加的结果不同，未出具证明：请运行 audit verify --deep 并告知维护人员")]
        #[en("the view of {scope} counts otherwise than its rows add up to, so nothing was signed: run audit verify --deep and tell who maintains this")]
        Differs {
            /// Whose view.
            scope: PlaceCode,
        },
        /// The rules cannot be written down.
        #[zh("规则无法写出：{cause}")]
        #[en("the rules cannot be written: {cause}")]
        Policy(#[from] cause: serde_json::Error),
        /// Nothing to sign with.
        #[zh("本实例没有日志的签名密钥，不能签署数字证明：请向签署日志的服务索取（--server）")]
        #[en("this instance has no key of the log's and signs no proofs: ask the service that signs the log (--server)")]
        NoKey,
    } of {
        /// The tree, or the way through it.
        Figure(#[from] FigureError),
        /// The signature.
        Checkpoint(#[from] CheckpointError),
    }
}

/// Which proof is asked for.
#[derive(Debug, Clone)]
pub struct FigureQuestion {
    /// The figure, by the name of the views.
    pub figure: String,
    /// Whose figure.
    pub scope: PlaceCode,
    /// A joint branch that is counted in it, or is not.
    pub joint_branch: Option<JointBranchId>,
}

/// The figures of a city on a day, by the events up to a head: a function of these alone.
pub struct StatedFigures {
    tree: FigureTree,
    statement: Statement,
}

impl StatedFigures {
    /// Makes the tree of what the views count. They must be those of what was in effect on the day, at the head.
    pub fn new(
        views: &Views,
        policy: &Policy,
        on: Date,
        head: &Checkpoint,
    ) -> Result<Self, FigureProofError> {
        let policies = PolicyCalendar::new(policy, views.policies());
        let reading = Reading { views, policies: &policies, on };
        let names = countable_figures();
        let code = |code: Option<PlaceCode>| code.map(|code| code.to_string());
        let places = countable_places(reading).into_iter();
        let places = places.map(|(county, township)| (code(county), code(township)));
        let rows = countable(reading).into_iter().map(figure_row);
        let city = &views.city().city;
        let tree = FigureTree::new(city.as_str(), places, rows, names.len())?;
        // Whoever has the whole log and this program finds the same rules.
        let rules = serde_json::to_vec(&(policy.thresholds, views.policies()))?;
        let statement = Statement {
            log: head.origin.clone(),
            size: head.size,
            root: head.root,
            day: on,
            policy: Hash(Sha256::digest(rules).into()),
            names: names.into_iter().map(ToOwned::to_owned).collect(),
            city: tree.city().clone(),
        };
        let figures = Self { tree, statement };
        figures.check_view(reading, city)?;
        Ok(figures)
    }

    /// What is signed.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.tree.rows()
    }

    /// The proof that is asked for; `sign` signs the statement.
    pub fn prove(
        &self,
        question: FigureQuestion,
        head: Checkpoint,
        sign: impl FnOnce(&Statement) -> Result<Checkpoint, FigureProofError>,
    ) -> Result<Proof, FigureProofError> {
        let FigureQuestion { figure, scope, joint_branch } = question;
        let (figure, whole) = counts_of_figure(&figure).ok_or_else(|| FigureProofError::UnknownFigure {
            name: figure.chars().take(60).collect(),
            known: countable_figures().join(", "),
        })?;
        let place = scope.as_str();
        let (way, subject) = match joint_branch.map(|id| id.to_string()) {
            None => (self.tree.of_place(place)?, Subject::Place),
            Some(id) => {
                let key = format!("{JOINT_BRANCH}{id}");
                match self.tree.of_row(&key, place)? {
                    Some((way, text)) => (way, Subject::Counted { id, text }),
                    None => (self.tree.absence(&key, place)?, Subject::Absent { id }),
                }
            }
        };
        let (figure, whole, scope) = (figure.to_owned(), whole.to_owned(), scope.to_string());
        let statement = sign(&self.statement)?;
        Ok(Proof { figure, whole, scope, subject, way, statement, head })
    }

    /// Nothing is signed that a view does not say.
    fn check_view(&self, reading: Reading<'_>, scope: &PlaceCode) -> Result<(), FigureProofError> {
        if self.statement.city.counts.get(1..) == Some(counted_by_view(reading, scope).as_slice()) {
            Ok(())
        } else {
            Err(FigureProofError::Differs { scope: scope.clone() })
        }
    }
}

/// Signs a statement with every key given.
pub fn sign(statement: &Statement, keys: &[SecretKey]) -> Result<Checkpoint, FigureProofError> {
    if keys.is_empty() { Err(FigureProofError::NoKey) } else { Ok(statement.sign(keys)?) }
}

fn figure_row(row: Countable) -> FigureRow {
    let key = match row.id {
        CountableId::JointBranch(id) => format!("{JOINT_BRANCH}{id}"),
        CountableId::Village(id) => format!("{VILLAGE}{id}"),
    };
    let numbers: Vec<String> = row.numbers.iter().map(ToString::to_string).collect();
    FigureRow {
        county: row.county.map(|code| code.to_string()),
        township: row.township.map(|code| code.to_string()),
        key,
        counts: row.counts,
        text: format!("{}\n{}", row.name, numbers.join(" ")),
    }
}
