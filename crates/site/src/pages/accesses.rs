//! Who looked at what, in words: a row for each access, found by person, by what was looked at, and by day.

use domain::CommandKind;
use labels as w;
use labels::accesses as said;
use labels::terms::term;
use maud::{Markup, html};
use projections::ListName;
use service::access_log::{AccessNote, Act};

use super::entries::{Names, china_time};
use super::table::{Cell, Table, choice, text};
use super::visit::Visit;

/// The longest address that is shown where it has no words.
const MAX_ADDRESS_CHARACTERS: usize = 80;

/// An access, and who it was by name.
pub(crate) struct Access {
    pub(crate) note: AccessNote,
    pub(crate) name: Option<String>,
}

/// Somebody who may be looked for: an account, its holder and office.
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) words: String,
}

/// The form of the search.
pub(crate) fn form(visit: &Visit, people: &[Person], is_unknown: bool) -> Markup {
    let value = |name: &str| visit.parameter(name).unwrap_or_default();
    html! {
        p { (visit.say(said::ACCESSES_HINT)) }
        form.controls method="get" action=(visit.path) {
            label { (visit.say(said::WHO_LOOKED)) " "
                select name="who" {
                    option value="" { (visit.say(w::ALL)) }
                    @for person in people { option value=(person.id) selected[value("who") == person.id] { (person.words) } }
                }
            }
            label { (visit.say(said::ABOUT)) " " input type="text" name="about" value=(value("about")) aria-describedby="about-hint"; }
            label { (visit.say(w::FROM)) " " input type="date" name="from" value=(value("from")); }
            label { (visit.say(w::TO)) " " input type="date" name="to" value=(value("to")); }
            button type="submit" { (visit.say(w::SEARCH)) }
            p.note #about-hint { (visit.say(said::ABOUT_HINT)) }
        }
        @if is_unknown { p.notice.past role="status" { (visit.say(said::NOTHING_OF_THAT_NAME)) } }
    }
}

/// What was found, the newest first.
pub(crate) fn table(visit: &Visit, found: &[Access], names: Names<'_>) -> Table {
    let columns = [
        text("time", said::LOOKED_WHEN),
        text("who", said::WHO_LOOKED),
        choice("role", w::ROLE),
        text("what", said::LOOKED_AT),
        choice("outcome", said::LOOKED_HOW),
        text("address", said::LOOKED_FROM),
    ];
    let mut table = Table::new("accesses", visit.say(said::ACCESSES), &columns);
    table.rows = found.iter().map(|access| row(visit, access, names)).collect();
    table
}

fn row(visit: &Visit, access: &Access, names: Names<'_>) -> Vec<Cell> {
    let note = &access.note;
    let who = access.name.clone().unwrap_or_else(|| match note.act {
        Act::Service => visit.say(said::THE_SERVICE).to_owned(),
        _ if note.role.is_none() => visit.say(said::NOT_SIGNED_IN).to_owned(),
        _ => "—".to_owned(),
    });
    let role = note.role.map(|role| term(visit.language, "Role", role.as_str()));
    let place = note
        .scope
        .as_ref()
        .map(|code| names(code.as_str()).map_or_else(|| code.to_string(), |named| named.text));
    let office = [place, role].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let what = Cell::text(match note.act {
        Act::Service if note.path == "start" => visit.say(said::STARTED).to_owned(),
        Act::Service => visit.say(said::STOPPED).to_owned(),
        _ => seen(visit, &note.path, names),
    });
    let leads = note.path.starts_with('/') && !note.path.starts_with("/api/") && note.act == Act::Read;
    vec![
        Cell::text(china_time(note.time)),
        Cell::text(who),
        Cell::text(office),
        if leads { what.to(note.path.clone()) } else { what },
        Cell::text(outcome(visit, note)),
        Cell::or_empty(note.address.as_ref()),
    ]
}

fn outcome(visit: &Visit, note: &AccessNote) -> String {
    match note.status {
        0 => "—".to_owned(),
        401 | 403 => visit.say(said::NOT_ALLOWED).to_owned(),
        status if status < 400 => visit.say(said::SEEN).to_owned(),
        status => format!("{}（{status}）", visit.say(said::NOT_SHOWN)),
    }
}

/// What stands behind an address, in words: which page, of what, as of which day, and whether a program asked.
fn seen(visit: &Visit, address: &str, names: Names<'_>) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let of_interface = path.strip_prefix("/api/v1");
    let mut parts = of_interface.unwrap_or(path).trim_start_matches('/').split('/');
    let Some(place) = parts.next().and_then(said::place) else {
        return address.chars().take(MAX_ADDRESS_CHARACTERS).collect();
    };
    let mut words = vec![visit.say(place).to_owned()];
    words.extend(parts.filter_map(|part| part_words(visit, part, names)));
    let asked = query.split('&').filter_map(|pair| pair.split_once('='));
    for (name, value) in asked {
        match name {
            "scope" | "code" | "joint_branch" | "organization" | "village" => {
                words.extend(names(value).map(|named| named.text));
            }
            "as_of" => words.push(format!("{} {value}", visit.say(said::LOOKED_BACK))),
            _ => {}
        }
    }
    words.extend(of_interface.map(|_| format!("（{}）", visit.say(said::BY_INTERFACE))));
    words.join(" ")
}

/// A further part of an address: an id or code by its name, a list or a form by its title.
fn part_words(visit: &Visit, part: &str, names: Names<'_>) -> Option<String> {
    let named = names(part).map(|named| named.text);
    let list = || part.parse::<ListName>().ok().map(|name| visit.say(&name.spec().title).to_owned());
    let form = || CommandKind::named_over_http(part).map(|kind| visit.say(&kind.spec().title).to_owned());
    let position = || part.parse::<u64>().ok().map(|position| format!("#{position}"));
    named.or_else(list).or_else(form).or_else(position)
}
