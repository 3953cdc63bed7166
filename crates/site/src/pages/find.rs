//! What a search from the head of a page found, by kind.

use domain::say::Say;
use labels as w;
use maud::{Markup, html};

use super::layout::form_token;
use super::visit::Visit;

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Joint branches, whatever became of them.
    JointBranches,
    /// Villages and communities.
    Villages,
    /// Party organizations.
    Organizations,
    /// Records that cite a document.
    Documents,
    /// Persons in posts, and those who acted.
    Persons,
}

impl Kind {
    fn title(self) -> &'static Say {
        match self {
            Self::JointBranches => w::JOINT_BRANCH,
            Self::Villages => w::VILLAGES,
            Self::Organizations => w::ORGANIZATION,
            Self::Documents => w::FOUND_DOCUMENT,
            Self::Persons => w::FOUND_PERSONS,
        }
    }
}

/// One thing that was found.
pub(crate) struct Hit {
    /// Its name.
    pub(crate) name: String,
    /// What tells it from others of that name.
    pub(crate) note: Vec<String>,
    /// Where it leads.
    pub(crate) link: String,
}

/// What was found of a kind.
pub(crate) struct Found {
    /// The kind.
    pub(crate) kind: Kind,
    /// The first of them.
    pub(crate) hits: Vec<Hit>,
    /// How many there are in all.
    pub(crate) count: usize,
}

/// The field in the head of every page; one page leads to what it finds.
pub(crate) fn field(visit: &Visit) -> Markup {
    html! {
        form.find role="search" method="post" action=(visit.link("/find")) {
            (form_token(visit))
            input type="search" name="q" required maxlength="60" aria-label=(visit.say(w::FIND_HINT)) placeholder=(visit.say(w::FIND_HINT));
            button type="submit" { (visit.say(w::SEARCH)) }
        }
    }
}

/// The page's matter.
pub(crate) fn page(visit: &Visit, sought: &str, found: &[Found]) -> Markup {
    let named = found.iter().filter(|kind| kind.count > 0);
    html! {
        @if found.iter().all(|kind| kind.count == 0) { p { (visit.say(w::NOTHING_FOUND)) "：" (sought) } }
        @for kind in named {
            section {
                h2 { (visit.say(kind.kind.title())) " " small { (kind.count) } }
                ul.found {
                    @for hit in &kind.hits {
                        li { a href=(hit.link) { (hit.name) } @if !hit.note.is_empty() { " " span.note { (hit.note.join(" · ")) } } }
                    }
                }
                @if kind.count > kind.hits.len() { p.note { (visit.say(w::FOUND_MORE)) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::say::Language;

    use super::*;
    use crate::pages::visit::tests::visit;

    #[test]
    fn each_kind_says_how_many_there_are_and_that_not_all_are_shown() {
        let hit =
            Hit { name: "紫云联合党支部".into(), note: vec!["运行中".into()], link: "/x".into() };
        let found = [
            Found { kind: Kind::JointBranches, hits: vec![hit], count: 40 },
            Found { kind: Kind::Persons, hits: Vec::new(), count: 0 },
        ];
        let said = page(&visit(Language::Zh, &[]), "紫云", &found).into_string();
        for words in ["紫云联合党支部", "<small>40</small>", "运行中", w::FOUND_MORE.zh.as_ref()] {
            assert!(said.contains(words), "{words}: {said}");
        }
        assert!(!said.contains(w::FOUND_PERSONS.zh.as_ref()));
        assert!(page(&visit(Language::Zh, &[]), "<b>", &found[1..]).into_string().contains("：&lt;b&gt;"));
    }
}
