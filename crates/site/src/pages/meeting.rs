//! The slides of the coordination meeting 联系会议: six screens, each with an address of its own, turned by links and keys.

use domain::place::PlaceCode;
use domain::say::{Say, say};
use labels as w;
use maud::{DOCTYPE, Markup, html};

use super::assets::{MEETING_STYLE, STYLE};
use super::layout::{head, html_language, past_notice};
use super::visit::Visit;
use matter::Matter;

pub(crate) mod matter;
pub(crate) mod summary;

mod charts;
mod counties;
mod decisions;
mod grades;
mod overview;
mod posts;
mod rectification;

/// A slide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slide {
    /// Everything on one screen.
    Overview,
    /// The counties beside one another.
    Counties,
    /// The grades of each county, by quarter.
    Grades,
    /// What is being put right, and what should end.
    Rectification,
    /// Secretaries, committees and terms.
    Posts,
    /// What this meeting must decide.
    Decisions,
}

impl Slide {
    /// In the order in which a meeting goes through them.
    pub(crate) const ALL: [Self; 6] =
        [Self::Overview, Self::Counties, Self::Grades, Self::Rectification, Self::Posts, Self::Decisions];

    /// Its name in an address.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Counties => "counties",
            Self::Grades => "grades",
            Self::Rectification => "rectification",
            Self::Posts => "posts",
            Self::Decisions => "decisions",
        }
    }

    /// The slide of that name.
    pub(crate) fn named(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|slide| slide.slug() == slug)
    }

    fn title(self) -> Say {
        match self {
            Self::Overview => say("总览", "Overview"),
            Self::Counties => say("各县(区)", "Counties"),
            Self::Grades => say("评估", "Grades"),
            Self::Rectification => say("整改与终止", "Rectification"),
            Self::Posts => say("班子与任期", "Posts and terms"),
            Self::Decisions => say("需要决定的事项", "To decide"),
        }
    }
}

/// The whole page of a slide.
pub(crate) fn document(matter: &Matter<'_>, slide: Slide) -> String {
    let visit = matter.visit;
    let at = Slide::ALL.iter().position(|one| *one == slide).unwrap_or(0);
    let neighbour = |to: Option<usize>| {
        to.and_then(|to| Slide::ALL.get(to)).map(|slide| path(visit, matter.code, *slide))
    };
    let (before, after) = (neighbour(at.checked_sub(1)), neighbour(Some(at + 1)));
    let title = format!("{} · {}", matter.name, visit.say(&slide.title()));
    let page = html! {
        (DOCTYPE)
        html.slides lang=(html_language(visit.language)) {
            head { (head(visit, &title, &[&STYLE, &MEETING_STYLE])) }
            body.slide data-before=[before.as_deref()] data-after=[after.as_deref()] {
                a.skip href="#main" { (visit.say(w::SKIP)) }
                header.slide-head {
                    div.slide-name { a href=(visit.link("/")) { (matter.name) (visit.say(w::MEETING_TITLE)) } }
                    nav aria-label=(visit.say(w::MEETING_SLIDES)) {
                        span { (visit.say(w::MEETING_AS_OF)) " " (visit.say(&matter.view.as_of.say())) }
                        @for (number, one) in Slide::ALL.into_iter().enumerate() {
                            " " a href=(path(visit, matter.code, one)) aria-current=[(one == slide).then_some("page")] { (number + 1) " " (visit.say(&one.title())) }
                        }
                    }
                }
                main #main { h1.hidden { (title) } (drawn(matter, slide)) }
                (foot(matter, before.as_deref(), after.as_deref()))
            }
        }
    };
    page.into_string()
}

fn drawn(matter: &Matter<'_>, slide: Slide) -> Markup {
    match slide {
        Slide::Overview => overview::slide(matter),
        Slide::Counties => counties::slide(matter),
        Slide::Grades => grades::slide(matter),
        Slide::Rectification => rectification::slide(matter),
        Slide::Posts => posts::slide(matter),
        Slide::Decisions => decisions::slide(matter),
    }
}

/// What is made up says so; then how to go on.
fn foot(matter: &Matter<'_>, before: Option<&str>, after: Option<&str>) -> Markup {
    let visit = matter.visit;
    html! {
        footer.slide-foot {
            span {
                @if visit.notices.simulated { strong { (visit.say(w::SIMULATED)) } " · " }
                @if visit.is_past() { strong { (visit.say(past_notice(visit))) } " · " }
                (visit.say(w::MEETING_FIGURES)) " · " a href=(visit.link("/")) { (visit.say(w::HOME)) }
            }
            span.screen {
                @if let Some(before) = before { a rel="prev" href=(before) { "← " (visit.say(w::MEETING_BEFORE)) } " " }
                @if let Some(after) = after { a rel="next" href=(after) { (visit.say(w::MEETING_AFTER)) " →" } }
                " · " (visit.say(w::MEETING_KEYS))
            }
        }
    }
}

/// The address of a slide; the first one has the meeting's own.
fn path(visit: &Visit, code: &PlaceCode, slide: Slide) -> String {
    match slide {
        Slide::Overview => visit.link(&format!("/meeting/{code}")),
        other => visit.link(&format!("/meeting/{code}/{}", other.slug())),
    }
}

#[cfg(test)]
mod tests;
