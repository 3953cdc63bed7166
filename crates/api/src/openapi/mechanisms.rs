//! The views that the README's table of mechanisms names are served, and every list stands there.

use std::collections::BTreeSet;

use domain::mechanism::Mechanism;
use projections::ListName;

use super::routes::ROUTES;

#[test]
fn every_view_in_the_table_is_served_and_every_list_stands_there() {
    let listed: BTreeSet<_> = Mechanism::ALL.iter().flat_map(|mechanism| mechanism.views()).collect();
    let lists: BTreeSet<_> = ListName::ALL.iter().map(|name| format!("lists/{name}")).collect();
    let served: BTreeSet<_> =
        ROUTES.iter().filter_map(|route| route.path.strip_prefix("/api/v1/")).map(str::to_owned).collect();
    for view in &listed {
        assert!(served.contains(**view) || lists.contains(**view), "{view}");
    }
    for list in &lists {
        assert!(listed.contains(&list.as_str()), "{list}");
    }
}
