//! What the document says of each operation beyond its title.

use domain::say::{Say, say};
use domain::spec::{Givers, Spec};

use super::routes::Endpoint;

/// The description of a route that is no command.
#[expect(clippy::too_many_lines, reason = "a closed match: a sentence for each route")]
pub(super) fn of_route(endpoint: Endpoint) -> Say {
    match endpoint {
        Endpoint::Command | Endpoint::Trial => say(
            "每行一条指令，按当前帐号逐条试算，前一条的结果计入后一条；不记录任何内容。",
            "Decides commands, a line each, as the account of the token would give them; each sees what those before it would have done, and nothing is recorded.",
        ),
        Endpoint::City => say(
            "全市的各项指标，每县一行；给出 figure 时，改列该指标所计的行。",
            "The figures of the city, with a row a county; with `figure`, the rows that the figure counts instead.",
        ),
        Endpoint::County => say(
            "一县的各项指标，每个乡镇一行；给出 figure 时，改列该指标所计的行。",
            "The figures of a county, with a row a township; with `figure`, the rows that the figure counts instead.",
        ),
        Endpoint::Register => say(
            "一县的联合党组织清单，每个一行；给出 figure 时，改列该指标所计的行。",
            "The register of a county, with a row a joint branch; with `figure`, the rows that the figure counts instead.",
        ),
        Endpoint::LedgerProposal => say(
            "读出本单位原有清单（.xlsx 或 CSV，最多 5000 行、64 列、10 MB）的内容，给出逐项写明把握、理由和原文的建议工作簿；不记录任何内容。由该县(区)经办使用。",
            "Reads an office's own ledger (.xlsx or CSV, at most 5,000 rows, 64 columns and 10 MB) and gives a workbook of proposals with how sure each value is, why, and what the ledger says; nothing is recorded. For the county's officer.",
        ),
        Endpoint::LedgerAcceptance => say(
            "核对过的建议工作簿：先全部试算，有一处不合格则不记录任何内容；记录中断的，再提交同一文件即可接续。由该县(区)经办使用。",
            "Takes a workbook of proposals that somebody has gone through: all of it is tried first, and one cell that is wrong keeps everything from being recorded; one that was cut off is completed by sending the same file again. For the county's officer.",
        ),
        Endpoint::ScanUpload => say(
            "存入一份扫描件：PDF、JPEG、PNG 或 OFD，不超过 20 MB，按内容判断；空文件、其他格式、含脚本或附件的 PDF 一律拒绝，不予存入。得到的 sha256 填入指令的文件；24 小时内没有记录引用的，自动清除。",
            "Stores a scan: a PDF, JPEG, PNG or OFD of at most 20 MB, told by its content; what is empty, of another kind, or a PDF with a script or another file in it is refused and not stored. The hash goes into the document of a command; what no record names within 24 hours is swept.",
        ),
        Endpoint::Scan => say(
            "扫描件本身，总是作为附件保存，不在页面内打开；只有能查看引用它的记录的人可以取得，每次取得都记入访问日志。已按规定删除的，答复 404 并说明。",
            "The scan itself, always as an attachment to be saved and never opened within a page; for whoever may read a record that names it, and each time noted in the access log. One that was erased by a decision is answered 404, which says so.",
        ),
        Endpoint::Township => say(
            "一个乡镇的各项指标，每村一行；给出 figure 时，改列该指标所计的行。",
            "The figures of a township, with a row a village; with `figure`, the rows that the figure counts instead.",
        ),
        Endpoint::Ledger => say(
            "一个乡镇的台账，每个联合党组织一行；给出 figure 时，改列该指标所计的行。",
            "The ledger of a township, with a row a joint branch; with `figure`, the rows that the figure counts instead.",
        ),
        Endpoint::JointBranch => {
            say("一个联合党组织的全部情况，只有一行。", "All that is known of a joint branch, in one row.")
        }
        Endpoint::Timeline => say(
            "一个联合党组织自提出以来的大事，按记录先后。",
            "What happened to a joint branch since it was proposed, in the order of recording.",
        ),
        Endpoint::Life => say(
            "一个联合党组织的发展历程，只有一行：各项决定、历任书记、成员进出、历次整改，每一点都写明其记录的位置；由其大事记得出，故各次评估见联合党组织本身。",
            "The life of a joint branch, in one row: decisions, each secretary's time in post, members that joined and left, and cases of rectification, each point with the position of its record. It is told by the timeline; grades stand with the joint branch itself.",
        ),
        Endpoint::JointBranchPaper => say(
            "由记录起草的一件公文（.docx 或其内容 .json），可按任一日或当时所知起草；记录未载明的处所标为待填并计数。记录中没有依据的，答复 404 并说明。",
            "A paper made from the record, as a Word document or as what it says, as of any day or as known then; what the record does not tell is marked and counted. 404 says what is not on record.",
        ),
        Endpoint::SupervisionPaper => say(
            "由记录起草的督办单，已答复的含答复。",
            "The slip of a supervision, with its answer where there is one.",
        ),
        Endpoint::MeetingPaper => say(
            "由记录起草的联系会议纪要，含任务分工和办理情况；承办其议定事项的县（区）、乡镇也可查阅。",
            "The minutes of a coordination meeting, with who carries out what and where that stands; who carries out one of its decisions reads them too.",
        ),
        Endpoint::CountyPaper => {
            say("由记录起草的一个县（区）一个季度的通报。", "A county's circular on the grades of a quarter.")
        }
        Endpoint::Organization => {
            say("一个党组织的全部情况，只有一行。", "All that is known of an organization, in one row.")
        }
        Endpoint::Places => say(
            "行政区划：给出 code 时只有承接该代码的一处，否则为管辖范围内及其上级的全部。",
            "Places: with `code`, the one that answers to it; without, all in the reader's scope and those above it.",
        ),
        Endpoint::Obligations => say(
            "到期和逾期的待办事项，未给 scope 时为读取者自己的管辖范围。",
            "What is owed and by when; without `scope`, in the reader's own.",
        ),
        Endpoint::Policies => say(
            "一地现行的规则、限额和代码表，及其依据；未给 scope 时为读取者自己的县或市。",
            "The rules, thresholds and code lists in force at a place, with their sources; without `scope`, at the reader's own.",
        ),
        Endpoint::PolicyRehearsal => say(
            "以指令 issue-policy 的内容为拟议政策，假定自 since 起施行，逐条重新判断其范围内已记录的指令，并对比各项期限和指标；只作推算，不记录任何内容。由可查看该市或该县的县(区)经办、市级、审计使用。",
            "Takes the data of the command `issue-policy` as a proposed policy, decides every recorded command within its jurisdiction once more as if it had been in force since that day, and compares deadlines and figures; a calculation that records nothing. For county officers, the city's office and auditors who may read that county or city.",
        ),
        Endpoint::List => say(
            "一份清单；未给 scope 时为读取者自己的管辖范围。",
            "A list; without `scope`, of the reader's own.",
        ),
        Endpoint::Accounts => say(
            "全部帐号，供安全管理员和审计员查看。",
            "Every account, for the security administrator and auditors.",
        ),
        Endpoint::AccessLog => say(
            "审计员管辖范围内的访问记录，每条含其前一条的哈希。",
            "The accesses of an auditor's scope; each entry holds the hash of the one before it.",
        ),
        Endpoint::Events => say(
            "读取者管辖范围内的事件，与日志所存逐字节相同；按 Accept 以行或数组给出。",
            "The events of the reader's scope, exactly as they are stored; `Accept` chooses lines or an array.",
        ),
        Endpoint::EventStream => say(
            "读取者管辖范围内的事件，随记录随发；断线后从 Last-Event-ID 续传。",
            "The events of the reader's scope as they are recorded; after a break it resumes from `Last-Event-ID`.",
        ),
        Endpoint::Checkpoint => say("当前的签名检查点。", "The signed checkpoint of the moment."),
        Endpoint::Witnessed => {
            say("见证人已共签的最近检查点。", "The newest checkpoint that a witness has cosigned.")
        }
        Endpoint::Keys => say(
            "核对检查点所用的公钥。",
            "The public keys by which a checkpoint is verified; establish them by another way too.",
        ),
        Endpoint::Tile => say(
            "哈希树的一块，路径按 C2SP tlog-tiles。",
            "A tile of the hash tree; its path is that of C2SP tlog-tiles.",
        ),
        Endpoint::EntryBundle => say(
            "至多 256 条事件的原文，路径按 C2SP tlog-tiles。",
            "Up to 256 events as they are stored; the path is that of C2SP tlog-tiles.",
        ),
        Endpoint::Receipt => say(
            "证明一条事件在签名检查点之下，可离线核对。",
            "Proves that an event is under a signed checkpoint; it is verified offline.",
        ),
        Endpoint::FigureProof => say(
            "证明一项指标：多少、占多少、无一遗漏；可离线核对。joint_branch 证明该组织已计入，或不在该乡镇。证明中可见同级各地的合计数。",
            "Proves a figure: how many, of how many, and that none is missing; it is verified offline. With `joint_branch` it \
             proves that this one is counted, or is not in that township. It shows the totals of neighbouring places.",
        ),
        Endpoint::Healthz => say("进程存活即答复。", "Answers for as long as the process lives."),
        Endpoint::Readyz => say(
            "能读取、能办理时为 200，否则为 503；两种答复都列出全部异常。",
            "200 while reads and commands are answered, else 503; both answers list all that is wrong.",
        ),
        Endpoint::Metrics => {
            say("运行指标，供系统管理员监控。", "The service's own metrics, for the system administrator.")
        }
        Endpoint::OpenApi => say("本接口的说明（OpenAPI）。", "This document, which is OpenAPI 3.1."),
        Endpoint::AsyncApi => {
            say("事件订阅的说明（AsyncAPI）。", "How events are subscribed to, as AsyncAPI.")
        }
        Endpoint::Schemas => say("全部 JSON Schema 的路径。", "The paths of all JSON Schemas."),
        Endpoint::CommandSchema => say(
            "一个指令的 JSON Schema，含完整的例子。",
            "The JSON Schema of a command, with a complete example.",
        ),
        Endpoint::EventSchema => say(
            "一种事件的 JSON Schema，含完整的例子；类型可不写前缀和版本。",
            "The JSON Schema of an event type, with a complete example; prefix and version may be left out.",
        ),
    }
}

/// The description of a command: who may give it, what it yields and which rules it is held to.
pub(super) fn of_command(spec: &Spec) -> Say {
    let Say { zh, en } = givers(spec.givers);
    let (yields, rules) = (quoted(spec.yields), quoted(spec.rules));
    let (mut zh, mut en) =
        (format!("办理：{zh}。产生事件：{yields}。"), format!("Given by: {en}. Yields: {yields}."));
    if !rules.is_empty() {
        zh.push_str(&format!("适用规则：{rules}。"));
        en.push_str(&format!(" Rules: {rules}."));
    }
    Say::of(zh, en)
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" ")
}

fn givers(givers: Givers) -> Say {
    match givers {
        Givers::Township => say("乡镇(街道)、县(区)", "township, county"),
        Givers::TownshipToCity => say("乡镇(街道)、县(区)、市", "township, county, city"),
        Givers::DecidingTier => {
            say("县(区)；规则允许时乡镇(街道)", "county; township where the policy says so")
        }
        Givers::County => say("县(区)", "county"),
        Givers::CountyOrCity => say("县(区)、市", "county, city"),
        Givers::CountyOrCityForItsOrgans => {
            say("县(区)；市级机关由市办理", "county; city, for its own organs")
        }
        Givers::SecurityAdministrator => say("安全管理员", "security administrator"),
        Givers::Machine => say("保管日志的人员，在其机器上", "whoever keeps the log, on its machine"),
    }
}
