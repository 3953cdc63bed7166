//! The README's table of mechanisms says what the code does: its commands and views are those that there are.

use std::collections::BTreeSet;

use projections::ListName;
use service::command_schemas as commands;

use super::routes::ROUTES;

const PAGE: &str = include_str!("../../../../README.md");

/// The words in backquotes of a column of the table, rows in their order.
fn column(index: usize) -> Vec<Vec<&'static str>> {
    let rows = PAGE.lines().skip_while(|line| !line.starts_with("| Mechanism |")).skip(2);
    let rows = rows.take_while(|line| line.starts_with("| "));
    let cells = rows.map(|line| line.trim_matches('|').split('|').nth(index).unwrap());
    cells.map(|cell| cell.split('`').skip(1).step_by(2).collect()).collect()
}

#[test]
fn every_command_stands_in_the_table_and_every_one_there_exists() {
    let rows = column(1);
    assert!(rows.iter().all(|commands| !commands.is_empty()));
    let listed: BTreeSet<_> = rows.into_iter().flatten().collect();
    assert_eq!(listed, commands::names().collect());
}

#[test]
fn every_view_in_the_table_is_served_and_every_list_stands_there() {
    let rows = column(2);
    assert!(rows.iter().all(|views| !views.is_empty()));
    let listed: BTreeSet<_> = rows.into_iter().flatten().collect();
    let lists: BTreeSet<_> = ListName::ALL.map(|name| format!("lists/{name}")).into();
    let served: BTreeSet<_> =
        ROUTES.iter().filter_map(|route| route.path.strip_prefix("/api/v1/")).map(str::to_owned).collect();
    for view in &listed {
        assert!(served.contains(*view) || lists.contains(*view), "{view}");
    }
    for list in &lists {
        assert!(listed.contains(list.as_str()), "{list}");
    }
}
