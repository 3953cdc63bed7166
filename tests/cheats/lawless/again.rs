//! Commands given by who could give them, on papers that fit, that their rules would have refused: found by deciding again.

use serde_json::{Value, json};

use super::{Log, Operator, append, first, rewrite};

/// Puts a value into the data of an event of that type, whose command it is alone.
fn with(log: &mut Log, event_type: &str, field: &str, value: Value) -> usize {
    let full = format!("cn.lianjian.{event_type}.v1");
    rewrite(log, event_type, |event| {
        if event["type"] == full.as_str() {
            event["data"][field] = value.clone();
        }
    })
}

/// Figures, quarters, terms and surveys that no rule lets pass.
pub(super) fn figures_and_days(operator: &mut Operator) {
    let broken = "rule-broken";
    operator.decided_again("merged without naming a survey", "decided-otherwise", |log| {
        rewrite(log, "joint-branch.established", |event| {
            if let Some(data) = event["data"].as_object_mut() {
                data.remove("survey");
            }
        })
    });
    for quarter in ["2031Q4", "2001Q1"] {
        operator.decided_again(&format!("a grade of {quarter}"), broken, |log| {
            with(log, "joint-branch.evaluated", "quarter", quarter.into())
        });
    }
    operator.decided_again("one household asked, and merged", broken, |log| {
        rewrite(log, "joint-branch.surveyed", |event| {
            for village in event["data"]["villages"].as_array_mut().unwrap() {
                village["asked"] = 1.into();
                village["in_favour"] = 1.into();
            }
        });
        first(log, "joint-branch.established")
    });
    operator.decided_again("a survey of one village, and merged", broken, |log| {
        rewrite(log, "joint-branch.surveyed", |event| {
            event["data"]["villages"].as_array_mut().unwrap().truncate(1);
        })
    });
    operator.decided_again("more in favour than were asked", broken, |log| {
        rewrite(log, "joint-branch.surveyed", |event| {
            event["data"]["villages"][0]["in_favour"] = 99_999.into()
        })
    });
    operator.decided_again("a term of forty years, of which nothing warns", "decided-otherwise", |log| {
        with(log, "joint-branch.secretary-assigned", "term_end", "2058-06-01".into())
    });
    operator.decided_again("a survey by which one in a hundred suffices", broken, |log| {
        with(log, "policy.issued", "figures", json!({"survey_favour_percent": 1}))
    });
    operator.decided_again("a base that is cut to one fen", broken, |log| {
        append(log, "place.funded", |event| event["data"]["base"]["amount"] = 1.into())
    });
    operator.decided_again("a quarter that is graded twice", broken, |log| {
        append(log, "joint-branch.evaluated", |event| event["data"]["grade"] = "good".into())
    });
}

/// What follows from the state, said otherwise.
pub(super) fn what_follows(operator: &mut Operator) {
    operator.decided_again("money for a merger that is not said to be one's", "decided-otherwise", |log| {
        let full = "cn.lianjian.place.funded.v1";
        rewrite(log, "place.funded", |event| {
            if event["type"] == full {
                event["data"].as_object_mut().unwrap().remove("joint_branch");
            }
        })
    });
    operator.decided_again("a warning that nothing asked for", "decided-otherwise", |log| {
        rewrite(log, "joint-branch.evaluated", |event| {
            let warned = json!([{
                "rule": "three-units", "message": "三个单位", "message_en": "three units",
                "citation": {"document": "联建规则手册", "version": "1", "article": "1"},
            }]);
            event["warnings"] = warned.to_string().into();
        })
    });
}
