//! The policy in force in a jurisdiction on a day: every rule with its figures, and which policy set them.

use std::collections::BTreeMap;

use domain::Policy;
use domain::figures::Figures;
use domain::place::{Level, PlaceCode};
use domain::policy::{Citation, Severity};
use domain::policy_book::IssuedPolicy;
use serde::Serialize;
use serde_json::{Value, json as value};

use crate::figures::FigureView;
use crate::reading::{Bilingual, Reading, View, ViewError, json};

#[derive(Serialize)]
struct RuleEntry<'a> {
    kind: &'static str,
    rule: &'a str,
    severity: Severity,
    /// Whether there is such a rule on the day of the reading: 「无此规则」 where not.
    on_file: bool,
    zh: &'a str,
    en: &'a str,
    citation: &'a Citation,
    valid_from: Option<domain::date::Date>,
    valid_to: Option<domain::date::Date>,
    figures: Vec<Value>,
}

/// Rules, code lists, and the policies issued for the city or county, later ones too. `defaults` is the file of them.
pub fn policies_view(reading: Reading<'_>, defaults: &Policy, scope: &PlaceCode) -> Result<View, ViewError> {
    let is_city = *scope == reading.views.city().city;
    if !is_city && reading.views.place_by_code(scope).is_none_or(|place| place.level != Level::County) {
        let (tier, tier_name) = (Level::County.chinese(), Level::County.as_str());
        return Err(ViewError::UnknownPlace { code: scope.clone(), tier, tier_name });
    }
    let county = scope.county();
    let book = reading.views.policies();
    let policy = book.resolve(defaults, reading.on, county.as_ref());
    let mut rows = Vec::new();
    for (id, rule) in &*policy.rules {
        let figures = rule.figures.iter().map(|name| {
            let set_by = book.setter(defaults, reading.on, county.as_ref(), name);
            figure(&policy, name, set_by)
        });
        rows.push(json(&RuleEntry {
            kind: "rule",
            rule: id,
            severity: rule.severity,
            on_file: rule.is_on_file(reading.on),
            zh: &rule.zh,
            en: &rule.en,
            citation: &rule.citation,
            valid_from: rule.valid_from,
            valid_to: rule.valid_to,
            figures: figures.collect::<Result<_, _>>()?,
        })?);
    }
    for (list, codes) in &*policy.code_lists {
        rows.push(value!({ "kind": "code_list", "list": list, "codes": json(codes)? }));
    }
    let here = book.issued().filter(|issued| {
        issued.jurisdiction.level() == Level::City || Some(&issued.jurisdiction) == county.as_ref()
    });
    let mut in_force = 0;
    for issued in here {
        let holds = issued.from <= reading.on;
        in_force += usize::from(holds);
        let mut row = json(issued)?;
        row["kind"] = "policy".into();
        row["in_force"] = holds.into();
        rows.push(row);
    }
    let mut view = reading.view(scope, rows);
    let definition = Bilingual::new("当日有效的市县政策", "policies of city and county that hold on the day");
    let path = format!("/api/v1/policies?scope={scope}");
    let counted = FigureView { value: in_force.into(), unit: "项 (policies)", definition, rows: path };
    view.figures = BTreeMap::from([("policies", counted)]);
    Ok(view)
}

/// A figure with its bound and where it comes from.
fn figure(policy: &Policy, name: &str, set_by: Option<&IssuedPolicy>) -> Result<Value, ViewError> {
    let of = |figures: &Figures| Ok::<_, ViewError>(json(figures)?.get(name).cloned().unwrap_or_default());
    let regulation = json(&policy.regulation)?.get(name).cloned();
    let set_by = set_by.map(|issued| {
        value!({
            "policy": issued.id, "jurisdiction": issued.jurisdiction, "from": issued.from, "document": issued.document
        })
    });
    let bounds = policy.bounds.get(name).map(json).transpose()?;
    Ok(value!({
        "name": name, "value": of(&policy.figures)?, "regulation": regulation, "bounds": bounds, "set_by": set_by
    }))
}
