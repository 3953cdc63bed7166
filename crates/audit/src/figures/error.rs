//! Why a figure is not proved.

use domain::errors;

use crate::checkpoint::CheckpointError;

/// The first line of a proof.
pub const HEADING: &str = "lianjian.cn/figures-proof@v1";
/// The longest proof that is read: some seven times what a proof has, with room for signatures of witnesses.
pub const MAX_PROOF_BYTES: usize = 64 << 10;

errors! {
    /// Why a figure is not proved.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum FigureError {
        /// Longer than any proof.
        #[zh("文件过长：数字证明不超过 {} 字节", MAX_PROOF_BYTES)]
        #[en("it is too long: a proof of a figure has at most {} bytes", MAX_PROOF_BYTES)]
        Size,
        /// No proof of a figure.
        #[zh("不是数字证明的格式（{}）", HEADING)]
        #[en("it is not the form of a proof of a figure ({})", HEADING)]
        Form,
        /// A later program's.
        #[zh("由更新版本的程序出具（{found}），本程序只认 {}：请用较新的程序核验", HEADING)]
        #[en("it is of a later program ({found}); this one knows {} only: verify it with a newer one", HEADING)]
        Version {
            /// What it calls itself.
            found: String,
        },
        /// A line that says nothing, or says it in another spelling.
        #[zh("此行有误：{line}")]
        #[en("this line is wrong: {line}")]
        Line {
            /// Its beginning.
            line: String,
        },
        /// Two nodes that overlap, stand in the wrong order or are of different tiers.
        #[zh("相邻两段重叠、次序有误或不是同一层级：{left} 与 {right}")]
        #[en("two neighbours overlap, stand in the wrong order or are of different tiers: {left} and {right}")]
        Order {
            /// The last key of the one.
            left: String,
            /// The first key of the other.
            right: String,
        },
        /// More than can be counted, or another number of counts.
        #[zh("各项数字相加超出范围，或项数不符")]
        #[en("the counts add up to more than there can be, or are of another number")]
        Counts,
        /// What was added up is not what was signed.
        #[zh("逐级相加的结果不是所签署的：{}", tier)]
        #[en("what was added up is not what was signed: {tier}")]
        Root {
            /// The line that was reached.
            tier: String,
        },
        /// The statement names no such figure.
        #[zh("所签署的数字中没有 {name}")]
        #[en("there is no figure {name} among those that were signed")]
        UnknownFigure {
            /// The figure.
            name: String,
        },
        /// The way does not lead through the place, or not as this kind of proof does.
        #[zh("证明没有经过 {scope}，或不是该处的完整一级")]
        #[en("the proof does not lead through {scope}, or not with the whole of its tier")]
        Scope {
            /// The place.
            scope: String,
        },
        /// The row is not the one that was counted.
        #[zh("记录与所计入的不符：{key}")]
        #[en("the record is not the one that was counted: {key}")]
        Row {
            /// Its key.
            key: String,
        },
        /// The key may lie there after all.
        #[zh("不能证明 {key} 不在其中")]
        #[en("it is not shown that {key} is not among them")]
        NotAbsent {
            /// Which.
            key: String,
        },
        /// Statement and checkpoint are not of one log, or of one moment.
        #[zh("数字声明与检查点不是同一日志的同一位置")]
        #[en("the statement and the checkpoint are not of one log at one position")]
        Head,
        /// No such place, or none of a tier.
        #[zh("没有代码为 {scope} 的市、县(区)或乡镇(街道)")]
        #[en("no city, county or township bears the code {scope}")]
        UnknownScope {
            /// Which.
            scope: String,
        },
        /// It stands in another place.
        #[zh("{key} 不在 {scope}，要证明它不在某乡镇，请写明乡镇代码")]
        #[en("{key} is not in {scope}; to prove that it is not in a township, name the township")]
        Elsewhere {
            /// Which.
            key: String,
            /// Where it was looked for.
            scope: String,
        },
    } of {
        /// Statement or checkpoint.
        Checkpoint(#[from] CheckpointError),
    }
}
