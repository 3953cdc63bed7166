//! Beside which field a rule's refusal is shown, where the refusal itself names none.

/// Rules by the field that they are mostly about.
const FIELDS: &[(&str, &[&str])] = &[
    ("/effective_date", &["effective-order", "effective-future", "place-in-force", "late-entry"]),
    ("/decided_on", &["decided-on"]),
    (
        "/on_behalf_of",
        &[
            "deciding-body",
            "authority-is-organization",
            "approver-level",
            "commitment-to",
            "county-alone",
            "scope",
            "supervision-answerer",
        ],
    ),
    (
        "/document/number",
        &["account-apart", "document-required", "document-once", "document-consistent", "secretary-approval"],
    ),
    ("/document/issued", &["document-year"]),
    ("/decided_by/meeting", &["decided-by"]),
    ("/override/reason", &["override-needed", "override-by-county"]),
    (
        "/data/members",
        &[
            "branch-minimum",
            "branch-maximum",
            "joint-branch-units",
            "one-merger",
            "joint-members",
            "one-county",
            "member-once",
            "member-active",
            "member-is-branch",
            "failed-history",
            "satisfaction-base",
            "satisfaction-counts",
            "satisfaction-over-base",
            "committee-size",
            "committee-usual-size",
            "committee-maximum-size",
            "committee-formal-members",
        ],
    ),
    (
        "/data/resolutions",
        &[
            "resolution-counts",
            "resolution-members",
            "resolution-required",
            "resolution-quorum",
            "resolution-majority",
        ],
    ),
    ("/data/until", &["agreement-dates", "agreement-in-force"]),
    ("/data/organization", &["superior-joint", "first-secretary-of"]),
    ("/data/superior_decision", &["superior-decision"]),
    ("/data/mode", &["mode"]),
    ("/data/arrangement", &["arrangement"]),
    (
        "/data/form",
        &["form", "general-branch-members", "committee-members", "committee-approval", "form-vacates"],
    ),
    ("/data/villages", &["survey-counts", "survey-villages", "survey-over-base", "survey-base"]),
    ("/data/survey", &["survey-required", "survey-favour", "survey-age", "survey-named"]),
    ("/data/consents", &["member-consent"]),
    ("/data/ends_pairings", &["pairing-ends-first", "ends-pairings"]),
    (
        "/data/person",
        &[
            "formal-member",
            "party-standing",
            "one-secretary-post",
            "post-occupied",
            "not-in-post",
            "no-post",
            "post-person",
            "first-secretary-elsewhere",
        ],
    ),
    ("/data/term_end", &["term", "term-shift", "term-on-file", "village-term"]),
    ("/data/until", &["first-secretary-term"]),
    ("/data/replaces", &["first-secretary-once"]),
    ("/data/quarter", &["quarter-ended", "quarter-lived", "evaluated-once", "nothing-to-correct"]),
    ("/data/grade", &["poor-standing"]),
    ("/data/deadline", &["rectification-deadline"]),
    ("/data/improved", &["review-before-deadline"]),
    ("/data/ground", &["ground"]),
    ("/data/superior/organization", &["ground-superior"]),
    ("/data/consent/organization", &["move-consent"]),
    ("/data/successors", &["successors"]),
    ("/data/successor", &["successors", "place-successor"]),
    ("/data/reason", &["reason-required"]),
    ("/data/functions", &["merger-is-whole", "function-once", "function-not-held"]),
    ("/data/from", &["not-a-member"]),
    ("/data/powers", &["power-once", "power-not-held", "power-holder"]),
    (
        "/data/village",
        &["funding-village", "member-village", "one-villagers-committee", "premises-village", "place-ended"],
    ),
    ("/data/begun_in", &["premises-project"]),
    ("/data/total", &["premises-total"]),
    ("/data/milestone", &["premises-milestone"]),
    ("/data/amount", &["premises-share"]),
    ("/data/host_village", &["member-village"]),
    ("/data/base", &["funding-base"]),
    ("/data/supplement", &["funding-merger"]),
    ("/data/fiscal_year", &["funding-year", "funding-once"]),
    ("/data/attendance", &["attendance"]),
    ("/data/year", &["commitment-year", "review-year", "review-once"]),
    ("/data/due", &["supervision-due"]),
    ("/data/to", &["supervision-tier", "supervision-scope", "yellow-card-tier", "yellow-card-scope"]),
    ("/data/deadline", &["yellow-card-deadline"]),
    ("/data/matter", &["yellow-card-once"]),
    ("/data/yellow_card", &["yellow-card-lifted"]),
    ("/data/meeting", &["supervision-decision"]),
    ("/data/session", &["meeting-once"]),
    ("/data/agenda", &["meeting-carrier", "meeting-due"]),
    ("/data/item", &["decision-closed", "decision-answer"]),
    ("/data/number", &["filing-once"]),
    ("/data/matter", &["filing-named"]),
    (
        "/data/joint_branch",
        &[
            "phase",
            "four-eyes",
            "members-in-cycle",
            "dissolve-instead",
            "place-changed",
            "at-work-then",
            "agreement-required",
            "agreement-pairing",
            "proposal-returned",
            "proposal-not-returned",
        ],
    ),
    ("/data/role", &["account-scope", "account-roles"]),
    ("/data/expires_on", &["account-life"]),
    ("/data/account", &["account-state", "account-own"]),
    ("/data/holder", &["account-second", "account-own"]),
    ("/data/code", &["code-in-use", "place-level", "other-city"]),
    ("/data/present", &["election-quorum", "election-over-base"]),
    ("/data/elected", &["election-majority", "election-votes"]),
];

/// The pointers beside which the rule may be shown, in their order.
pub(crate) fn pointers(rule: &str) -> impl Iterator<Item = &'static str> {
    FIELDS.iter().filter(move |(_, rules)| rules.contains(&rule)).map(|(pointer, _)| *pointer)
}

#[cfg(test)]
mod tests {
    use super::FIELDS;

    #[test]
    fn every_rule_named_here_is_a_rule_of_the_policy() {
        let policy = domain::Policy::defaults().unwrap();
        for rule in FIELDS.iter().flat_map(|(_, rules)| *rules) {
            assert!(policy.rules.contains_key(*rule), "{rule}");
        }
    }
}
