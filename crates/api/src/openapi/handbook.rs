//! Documents written from what the commands say of themselves: `docs/commands.md`, the README's table of mechanisms, and
//! the tables of the checker in Python. They are written by the run that writes `schemas/`, and a test holds them.

use domain::account::Role;
use domain::commands::CommandKind;
use domain::mechanism::Mechanism;
use domain::place::Level;
use domain::spec::{Exception, Givers, Group, Spec};

use super::tests::{hold, repository};

const PREFACE: &str = "# Commands

Every command under its heading of the work page: who may give it, the events that it yields, when it is refused (besides
what holds for all commands: role, scope, documents, dates, state and shape), and the rules that say so. A rule's severity,
figure and source stand in [`policy.json`](../crates/domain/src/policy.json); a refusal shows them. A rule that ends in `-due`
stops nothing: it makes an obligation.

This page is written from the `SPEC` in each command's file by `LIANJIAN_BLESS=1 cargo test --workspace --lib -- openapi`.
";

const TABLE_OF_MECHANISMS: &str = "| Mechanism | Commands | Seen in |\n|---|---|---|\n";

/// `docs/commands.md`.
fn page_of_commands() -> String {
    let mut page = PREFACE.to_owned();
    for group in Group::ALL {
        let title = group.title();
        page.push_str(&format!("\n## {} / {}\n\n", title.zh, title.en));
        page.push_str("| Command | Given by | Events | Refused when | Rules |\n|---|---|---|---|---|\n");
        let specs = CommandKind::ALL.iter().map(|kind| kind.spec());
        specs.filter(|spec| spec.group == group).for_each(|spec| page.push_str(&row(spec)));
    }
    page
}

fn row(spec: &Spec) -> String {
    let Spec { name, title, givers, yields, along, refused_when, rules, .. } = spec;
    format!(
        "| `{name}` {} | {} | {} | {refused_when} | {} |\n",
        title.zh,
        given_by(*givers),
        quoted(&[*yields, *along].concat()),
        quoted(rules)
    )
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ")
}

fn given_by(givers: Givers) -> &'static str {
    match givers {
        Givers::Township => "township, county",
        Givers::TownshipToCity => "township, county, city",
        Givers::DecidingTier => "county; township where the policy says so",
        Givers::County => "county",
        Givers::CountyOrCity => "county, city",
        Givers::CountyOrCityForItsOrgans => "county; city, for its own organs",
        Givers::SecurityAdministrator => "security administrator",
        Givers::Machine => "whoever keeps the log, on its machine",
    }
}

/// `docs/verify/commands.py`: the tables by which the checker in Python knows the commands.
fn tables_of_the_checker() -> String {
    let mut file = "\"\"\"Which command an event leads, and who may give it. Written from what the commands say of themselves by
`LIANJIAN_BLESS=1 cargo test --workspace --lib -- openapi`; lawful.py judges by it.
\"\"\"
# What is not here only follows from another event. Merging and pairing are one for who may give them.
COMMANDS = {
"
    .to_owned();
    let specs: Vec<&Spec> = CommandKind::ALL.iter().map(|kind| kind.spec()).collect();
    for spec in &specs {
        let entry = |event_type: &&str| format!("    \"{event_type}\": \"{}\",\n", checked_as(spec));
        let entries: Vec<_> = spec.yields.iter().map(entry).filter(|entry| !file.contains(entry)).collect();
        file.push_str(&entries.concat());
    }
    file.push_str("}\n");
    let mut table = |name: &str, is_of_it: &dyn Fn(&Spec) -> bool| {
        let mut names = Vec::new();
        for spec in specs.iter().filter(|spec| is_of_it(spec)) {
            let line = format!("    \"{}\",\n", checked_as(spec));
            if !names.contains(&line) {
                names.push(line);
            }
        }
        file.push_str(&format!("{name} = {{\n{}}}\n", names.concat()));
    };
    table("OF_ACCOUNTS", &Spec::is_of_accounts);
    table("OF_SERVICE", &Spec::is_operational);
    table("OF_IMPORT", &|spec| spec.has(Exception::FirstImport));
    table("BY_DECIDING_LEVEL", &|spec| spec.givers == Givers::DecidingTier);
    let by_clerk = |spec: &Spec| spec.givers.include(Role::TownshipClerk, false, Level::Township);
    table("COUNTY_ALONE", &|spec| !spec.is_operational() && !by_clerk(spec));
    table("OF_CITY_OFFICE", &|spec| spec.givers.include(Role::CityOffice, false, Level::County));
    file
}

fn checked_as(spec: &Spec) -> &'static str {
    match spec.name {
        "merge-branches" | "pair-branches" => "establish",
        name => name,
    }
}

/// The README with its table of mechanisms written anew.
fn readme(text: &str) -> String {
    let (before, after) = text.split_once(TABLE_OF_MECHANISMS).expect("the README has a table of mechanisms");
    let rest: Vec<_> = after.split_inclusive('\n').skip_while(|line| line.starts_with("| ")).collect();
    let rows = Mechanism::ALL.iter().map(|mechanism| {
        let of_it = CommandKind::ALL.iter().map(|kind| kind.spec());
        let of_it = of_it.filter(|spec| spec.mechanisms.contains(mechanism));
        let commands: Vec<_> = of_it.map(|spec| spec.name).collect();
        assert!(!commands.is_empty(), "{mechanism:?} has no command");
        format!("| {} | {} | {} |\n", mechanism.text(), quoted(&commands), quoted(mechanism.views()))
    });
    format!("{before}{TABLE_OF_MECHANISMS}{}{}", rows.collect::<String>(), rest.concat())
}

#[test]
fn the_documents_beside_openapi_say_what_the_commands_say_of_themselves() {
    hold("docs/commands.md", &page_of_commands());
    hold("docs/verify/commands.py", &tables_of_the_checker());
    hold("README.md", &readme(&std::fs::read_to_string(repository("README.md")).unwrap()));
}
