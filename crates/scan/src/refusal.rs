//! Why a scan is not taken: a sentence for whoever uploads it.

use domain::errors;
use domain::say::{Say, say};

use crate::Kind;

/// What of a PDF could act by itself when somebody opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acting {
    /// A script.
    Script,
    /// It starts a program.
    Launch,
    /// It brings another file along.
    Attachment,
    /// Something that plays or runs.
    RichMedia,
    /// A form that sends or fetches.
    Form,
}

impl Acting {
    /// In words.
    pub fn say(self) -> Say {
        match self {
            Self::Script => say("脚本（JavaScript）", "a script (JavaScript)"),
            Self::Launch => say("启动程序的动作", "an action that starts a program"),
            Self::Attachment => say("附带的其他文件", "another file inside"),
            Self::RichMedia => say("可运行的多媒体内容", "media that play or run"),
            Self::Form => say("会自动收发数据的表单", "a form that sends or fetches data"),
        }
    }
}

errors! {
    /// Why a scan is not taken. Nothing of it is stored.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum ScanRefusal {
        /// Nothing was sent.
        #[zh("文件是空的：请重新选择扫描件")]
        #[en("the file is empty: choose the scan again")]
        Empty {},
        /// Longer than any that is kept.
        #[zh("扫描件有 {bytes} 字节，上限为 {limit} 字节（20 MB）：请降低分辨率或分成几件")]
        #[en("the scan has {bytes} bytes, the limit is {limit} (20 MB): scan it with fewer dots, or in parts")]
        TooLong {
            /// How long it is.
            bytes: usize,
            /// [`crate::MAX_BYTES`].
            limit: usize,
        },
        /// It begins as none of the four.
        #[zh("不是 PDF、JPEG、PNG 或 OFD 文件（按内容判断，不看文件名）：请用扫描仪另存为其中一种")]
        #[en("it is no PDF, JPEG, PNG or OFD, by its content and whatever its name says: save the scan as one of these")]
        OtherKind {},
        /// A ZIP file, such as a .docx.
        #[zh("是压缩包（如 .zip、.docx），但不是 OFD：其中没有 OFD.xml。请上传扫描件本身")]
        #[en("it is a ZIP file, such as a .docx, and no OFD: there is no OFD.xml in it. Upload the scan itself")]
        NotOfd {},
        /// It is a ZIP file as well.
        #[zh("文件以 {} 开头，末尾却是压缩包：一个文件只能是一种，请重新扫描", kind.name())]
        #[en("it begins as {} and ends as a ZIP file: it must be one thing. Scan the paper again", kind.name())]
        ZipInside {
            /// What it begins as.
            kind: Kind,
        },
        /// Cut off, damaged, or with something behind its end.
        #[zh("{} 文件不完整或已损坏（{}）：请重新扫描", kind.name(), detail.zh)]
        #[en("the {} is cut off or damaged ({}): scan the paper again", kind.name(), detail.en)]
        Broken {
            /// What it begins as.
            kind: Kind,
            /// What is wrong.
            detail: Say,
        },
        /// It could do something when it is opened.
        #[zh("PDF 中有{}，扫描件不应含有：请将纸质文件重新扫描为 PDF", acting.say().zh)]
        #[en("the PDF holds {}, which no scan does: scan the paper again", acting.say().en)]
        Acts {
            /// What it holds.
            acting: Acting,
        },
        /// Its objects cannot be looked at.
        #[zh("PDF 无法检查（{}）：请将纸质文件重新扫描，或另存为不加密的普通 PDF", detail.zh)]
        #[en("the PDF cannot be looked into ({}): scan the paper again, or save it as a plain PDF", detail.en)]
        Hidden {
            /// What stands in the way.
            detail: Say,
        },
    }
}
