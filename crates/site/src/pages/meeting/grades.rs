//! The third slide: the grades of each county, quarter by quarter, all on one scale.

use labels as w;
use maud::{Markup, html};

use super::charts::small_stack;
use super::matter::Matter;

/// How many quarters each county shows.
const QUARTERS: usize = 12;

/// The slide.
pub(super) fn slide(matter: &Matter<'_>) -> Markup {
    let (visit, quarters) = (matter.visit, matter.quarters(QUARTERS));
    let counted: Vec<_> = matter
        .view
        .rows
        .iter()
        .map(|county| {
            let grades = matter.grades_of(&county.code);
            let counts = quarters.iter().map(|quarter| grades.get(quarter).copied().unwrap_or_default());
            (county, counts.collect::<Vec<_>>())
        })
        .collect();
    let most =
        counted.iter().flat_map(|(_, counts)| counts).map(|counts| counts.iter().sum()).max().unwrap_or(0);
    let (first, last) = (quarters.first(), quarters.last());
    html! {
        h2 {
            (visit.say(w::GRADES)) " "
            @if let (Some(first), Some(last)) = (first, last) { span.note { (visit.say(&first.say())) " – " (visit.say(&last.say())) " · " (visit.say(w::GRADES_SCALE)) } }
        }
        div.multiples {
            @for (county, counts) in &counted {
                @let [good, fair, poor] = counts.last().copied().unwrap_or_default();
                figure {
                    figcaption {
                        a href=(matter.link(&format!("/counties/{}", county.code))) { (county.name) } " "
                        span.note { (visit.say(w::GOOD)) " " (good) " · " (visit.say(w::FAIR)) " " (fair) " · " (visit.say(w::POOR)) " " b.(if poor > 0 { "alarm" } else { "calm" }) { (poor) } }
                    }
                    (small_stack(county.name.as_str(), counts, most))
                }
            }
        }
        p.note { span.key-good {} " " (visit.say(w::GOOD)) "  " span.key-fair {} " " (visit.say(w::FAIR)) "  " span.key-poor {} " " (visit.say(w::POOR)) }
    }
}
