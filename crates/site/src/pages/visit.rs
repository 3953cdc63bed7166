//! A visit: who looks, in which language, at which address and which past. What every page needs to know.

use api::auth::Principal;
use domain::date::Date;
use domain::place::PlaceCode;
use domain::say::{Language, Say};
use service::condition::Raised;

use super::assets::Asset;

/// What stands above a page besides its own matter.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notices {
    /// What is wrong with the service, the worst first.
    pub(crate) conditions: Vec<Raised>,
    /// Whether what is shown is made up.
    pub(crate) simulated: bool,
    /// Whether no witness outside the city's machines has signed yet.
    pub(crate) not_witnessed: bool,
    /// Whether the office has decided nothing yet, and begins with the start list.
    pub(crate) begins: bool,
    /// How many witnesses have signed the newest head that any has signed.
    pub(crate) witnesses: usize,
}

/// Somebody whom the visitor of a demonstration may be.
#[derive(Debug, Clone)]
pub(crate) struct DemoRole {
    /// The number under which it is asked for.
    pub(crate) number: usize,
    /// Who that is.
    pub(crate) name: Say,
    /// Whether the visitor is.
    pub(crate) is_current: bool,
}

/// One visit to a page.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    /// The language.
    pub(crate) language: Language,
    /// Whether its address asks for that language, which then is kept.
    pub(crate) asks_language: bool,
    /// Who looks; nobody before signing in.
    pub(crate) principal: Option<Principal>,
    /// The name of the place that the principal's scope is.
    pub(crate) scope_name: String,
    /// The name of whoever looks, where it is known.
    pub(crate) holder: Option<String>,
    /// Whether the day shown is yet to come.
    pub(crate) is_ahead: bool,
    /// The places around what is shown, the widest first, each with its page where the reader may see it; then what is shown.
    pub(crate) trail: Vec<(String, Option<String>)>,
    /// What a form of this session must carry.
    pub(crate) form_token: String,
    /// The path of the page.
    pub(crate) path: String,
    /// The filled parameters of its address, in their order, without `lang`.
    pub(crate) parameters: Vec<(String, String)>,
    /// What stands above.
    pub(crate) notices: Notices,
    /// Up to which position of the log it holds; 0 where it shows nothing of the log.
    pub(crate) position: u64,
    /// The day for which it is counted.
    pub(crate) on: Option<Date>,
    /// The looks of its sheet on paper, where that is another than upright.
    pub(crate) sheet: Option<&'static Asset>,
    /// Who else a visitor of a demonstration may be; nobody elsewhere.
    pub(crate) roles: Vec<DemoRole>,
}

/// The parameters that say which past is looked at and how: every link keeps them.
const KEPT: [&str; 4] = ["as_of", "known_at", "at", "view"];

impl Visit {
    /// A text in the language of the page.
    pub(crate) fn say<'a>(&self, text: &'a Say) -> &'a str {
        text.in_language(self.language)
    }

    /// Whether a place lies where the reader reads.
    pub(crate) fn may_see(&self, place: &PlaceCode) -> bool {
        self.principal.as_ref().is_some_and(|reader| place.is_within(&reader.scope))
    }

    /// A parameter of the address.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether it is shown for a projector.
    pub(crate) fn is_projected(&self) -> bool {
        self.parameter("view") == Some("projector")
    }

    /// Whether it shows a past.
    pub(crate) fn is_past(&self) -> bool {
        KEPT[..3].iter().any(|name| self.parameter(name).is_some())
    }

    /// Another page, in the same past.
    pub(crate) fn link(&self, path: &str) -> String {
        let kept = self.parameters.iter().filter(|(name, _)| KEPT.contains(&name.as_str()));
        with_query(path, kept.map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// This page with some parameters set, or removed where they are empty.
    pub(crate) fn here(&self, changed: &[(&str, &str)]) -> String {
        let is_changed = |name: &str| changed.iter().any(|(own, _)| *own == name);
        let kept = self.parameters.iter().filter(|(name, _)| !is_changed(name));
        let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
        let changed = changed.iter().copied().filter(|(_, value)| !value.is_empty());
        with_query(&self.path, kept.chain(changed))
    }
}

/// A path with a query.
pub(crate) fn with_query<'a>(path: &str, parameters: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let mut is_empty = true;
    for (name, value) in parameters {
        query.append_pair(name, value);
        is_empty = false;
    }
    if is_empty {
        return path.to_owned();
    }
    let separator = if path.contains('?') { '&' } else { '?' };
    format!("{path}{separator}{}", query.finish())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A visit of the city's office, as tests of pages make it.
    pub(crate) fn visit(language: Language, parameters: &[(&str, &str)]) -> Visit {
        Visit {
            language,
            asks_language: false,
            principal: Some(Principal::of_session("5108".parse().unwrap())),
            scope_name: "广元市".into(),
            holder: None,
            is_ahead: false,
            trail: Vec::new(),
            form_token: "token".into(),
            path: "/".into(),
            parameters: parameters.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            notices: Notices::default(),
            position: 7,
            on: "2019-06-30".parse().ok(),
            sheet: None,
            roles: Vec::new(),
        }
    }

    #[test]
    fn links_keep_the_past_and_nothing_else() {
        let visit = visit(Language::Zh, &[("as_of", "2019-06-30"), ("q", "紫云"), ("view", "projector")]);
        assert_eq!(visit.link("/obligations"), "/obligations?as_of=2019-06-30&view=projector");
        assert_eq!(visit.link("/x?figure=poor"), "/x?figure=poor&as_of=2019-06-30&view=projector");
        assert_eq!(visit.here(&[("q", ""), ("sort", "name")]), "/?as_of=2019-06-30&view=projector&sort=name");
        assert!(visit.is_past() && visit.is_projected());
    }
}
