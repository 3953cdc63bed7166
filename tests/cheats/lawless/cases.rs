//! The lawless events, by the rule that each breaks.

use serde_json::{Value, json};

use super::{Log, Operator, append, first, key, log, rewrite};

/// An event of which somebody else is said to be the actor.
fn by(actor: &Value, role: &str) -> impl Fn(&mut Value) + use<> {
    let (actor, role) = (actor.clone(), role.to_owned());
    move |event| {
        event["actor"] = actor.clone();
        event["actorrole"] = role.as_str().into();
    }
}

fn remove(event: &mut Value, attributes: &[&str]) {
    for attribute in attributes {
        event.as_object_mut().unwrap().remove(*attribute);
    }
}

/// Roles that may not give the command at all.
pub(super) fn roles(operator: &mut Operator) {
    for (who, role) in [
        ("auditor", "auditor"),
        ("subscriber", "subscriber"),
        ("security", "security_admin"),
        ("system", "system_admin"),
        ("city", "city_office"),
    ] {
        operator.caught(&format!("{role} changes member counts"), "role-forbidden", |operator, log| {
            append(log, "organization.updated", |event| {
                by(&operator.account(who), role)(event);
                event["onbehalfof"] = "5108".into();
            })
        });
    }
    for (event_type, what) in [
        ("joint-branch.established", "clerk establishes"),
        ("policy.issued", "clerk issues a policy"),
        ("organization.registered", "clerk registers an organization"),
    ] {
        operator.caught(what, "role-forbidden", |operator, log| {
            rewrite_last(log, event_type, by(&operator.account("clerk"), "township_clerk"))
        });
    }
    operator.caught("officer issues an account", "role-forbidden", |operator, log| {
        append(log, "account.issued", |event| {
            by(&operator.account("officer"), "county_officer")(event);
            event["onbehalfof"] = "510811".into();
            event["data"]["account"] = key().into();
        })
    });
    operator.caught("clerk settles money", "county-alone", |_, log| {
        append(log, "place.funded", |event| event["data"]["settled"] = event["data"]["base"].clone())
    });
    operator.caught("clerk raises a poor grade", "county-alone", |_, log| {
        let position = first(log, "joint-branch.evaluated") + 1;
        append(log, "joint-branch.evaluated", |event| raised(event, position))
    });
    operator.caught("county raises a poor grade without a document", "document-missing", |operator, log| {
        let (position, organ) =
            (first(log, "joint-branch.evaluated") + 1, operator.desk.office.county_organ.clone());
        append(log, "joint-branch.evaluated", |event| {
            raised(event, position);
            by(&operator.account("second"), "county_officer")(event);
            event["onbehalfof"] = organ.into();
        })
    });
}

/// Makes a correction of a grade of it.
fn raised(event: &mut Value, position: usize) {
    event["type"] = "cn.lianjian.joint-branch.evaluation-corrected.v1".into();
    let data = &mut event["data"];
    data["grade"] = "good".into();
    data["earlier_grade"] = "poor".into();
    data["corrected_position"] = position.into();
    data["corrected_effective_date"] = "2018-07-09".into();
    data["reason"] = "复核".into();
}

/// The command of the last event of that type is somebody else's.
fn rewrite_last(log: &mut Log, event_type: &str, edit: impl Fn(&mut Value)) -> usize {
    let full = format!("cn.lianjian.{event_type}.v1");
    let command = log.iter().rfind(|event| event["type"] == full.as_str()).unwrap()["commandid"].clone();
    log.iter_mut().filter(|event| event["commandid"] == command).for_each(edit);
    log.iter().position(|event| event["commandid"] == command).unwrap()
}

/// Accounts that never were, or were no longer.
pub(super) fn accounts(operator: &mut Operator) {
    let nobody: Value = key().into();
    operator.caught("an account that never was", "actor-unknown", |_, log| {
        append(log, "organization.updated", by(&nobody, "county_officer"))
    });
    operator.caught("an actor without an account", "actor-unknown", |_, log| {
        append(log, "organization.updated", by(&"demo-officer-510811".into(), "county_officer"))
    });
    operator.caught("a revoked account", "actor-unknown", |operator, log| {
        let now = log.last().unwrap()["time"].clone();
        // It was revoked long ago.
        log.iter_mut().for_each(|event| event["time"] = "2026-01-01T00:00:00.000Z".into());
        append(log, "organization.updated", |event| {
            by(&operator.account("revoked"), "county_officer")(event);
            event["time"] = now;
        })
    });
    operator.caught("an expired account", "actor-unknown", |operator, log| {
        let officer = operator.account("officer");
        let issued = log.iter_mut().find(|event| event["data"]["account"] == officer).unwrap();
        issued["data"]["expires_on"] = "2018-01-01".into();
        first_by(log, &officer)
    });
    operator.caught("a role that is not the account's", "actor-unknown", |operator, log| {
        append(log, "organization.updated", by(&operator.account("auditor"), "county_officer"))
    });
    operator.caught("an account before it was issued", "actor-unknown", |operator, log| {
        let officer = operator.account("officer");
        let issued = log.iter().position(|event| event["data"]["account"] == officer).unwrap();
        let event = log.remove(issued);
        let last = log.last().unwrap()["time"].clone();
        log.push(event);
        log.last_mut().unwrap()["time"] = last;
        first_by(log, &officer)
    });
    operator.caught("the machine itself on a real log", "local-forbidden", |_, log| {
        append(log, "organization.updated", by(&"local:county".into(), "local"))
    });
    operator.caught("an account that says it is the machine", "actor-unknown", |operator, log| {
        append(log, "account.issued", |event| {
            by(&operator.account("officer"), "local")(event);
            event["data"]["account"] = key().into();
        })
    });
}

fn first_by(log: &Log, actor: &Value) -> usize {
    log.iter().position(|event| event["actor"] == *actor).unwrap()
}

/// Places, organizations and joint branches of others.
pub(super) fn scopes(operator: &mut Operator) {
    operator.caught("officer of another county, on this one's behalf", "outside-scope", |operator, log| {
        append(log, "organization.updated", by(&operator.account("abroad"), "county_officer"))
    });
    operator.caught("officer of another county, on its own behalf", "outside-scope", |operator, log| {
        append(log, "organization.updated", |event| {
            by(&operator.account("abroad"), "county_officer")(event);
            event["onbehalfof"] = "510812".into();
        })
    });
    operator.caught("clerk of the next township grades", "outside-scope", |operator, log| {
        append(log, "joint-branch.evaluated", |event| {
            by(&operator.account("next"), "township_clerk")(event);
            event["data"]["quarter"] = "2018Q3".into();
            event["effectivedate"] = "2018-10-09".into();
        })
    });
    operator.caught("clerk of the next township registers a person", "outside-scope", |operator, log| {
        append(log, "person.registered", |event| {
            by(&operator.account("next"), "township_clerk")(event);
            event["onbehalfof"] = "510811211".into();
            event["data"]["person"] = key().into();
        })
    });
    operator.caught("an organization that does not exist", "unknown-reference", |_, log| {
        append(log, "organization.updated", |event| event["onbehalfof"] = key().into())
    });
    operator.caught("a place that does not exist", "unknown-reference", |_, log| {
        append(log, "organization.updated", |event| event["onbehalfof"] = "510811999".into())
    });
    operator.caught("county officer issues the city's policy", "outside-scope", |_, log| {
        append(log, "policy.issued", |event| {
            event["data"]["policy"] = key().into();
            event["data"]["jurisdiction"] = "5108".into();
            remove(event, &["county", "township"]);
        })
    });
}

/// Decisions of no body that takes them, of no meeting, on no document.
pub(super) fn bodies(operator: &mut Operator) {
    let office = operator.desk.office.township_organ.clone();
    operator.caught("township decides where the county does", "deciding-body", |_, log| {
        rewrite(log, "joint-branch.established", |event| {
            event["onbehalfof"] = office.as_str().into();
            if event["data"]["level"].is_string() {
                event["data"]["level"] = "township".into();
            }
        })
    });
    let branch = operator.desk.office.branches[2].clone();
    for (event_type, what) in [
        ("joint-branch.established", "a village branch establishes"),
        ("joint-branch.proposed", "a village branch proposes"),
        ("joint-branch.evaluated", "a village branch grades"),
        ("joint-branch.secretary-assigned", "a village branch assigns a secretary"),
    ] {
        operator.caught(what, "deciding-body", |_, log| {
            rewrite(log, event_type, |event| event["onbehalfof"] = branch.as_str().into())
        });
    }
    for (event_type, place, what) in [
        ("joint-branch.established", "510811", "a place establishes"),
        ("joint-branch.proposed", "510811210", "a place proposes"),
        ("policy.issued", "510811", "a place issues a policy"),
    ] {
        operator.caught(what, "deciding-body", |_, log| {
            rewrite(log, event_type, |event| event["onbehalfof"] = place.into())
        });
    }
    for event_type in ["joint-branch.established", "joint-branch.secretary-assigned", "policy.issued"] {
        operator.caught(&format!("{event_type} without a meeting"), "decision-missing", |_, log| {
            rewrite(log, event_type, |event| remove(event, &["decidedmeeting", "decideddate"]))
        });
    }
    operator.caught("a meeting after the decision took effect", "decision-missing", |_, log| {
        rewrite(log, "joint-branch.established", |event| event["decideddate"] = "2018-06-02".into())
    });
    for own in ["2018-06-01", "2030-01-01"] {
        operator.caught(
            &format!("decided for {own}, which is not before it took effect"),
            "decided-on",
            |_, log| {
                rewrite(log, "joint-branch.established", |event| {
                    event["effectivedate"] = "2018-06-01".into();
                    event["decidedon"] = own.into();
                })
            },
        );
    }
    operator.caught("a meeting after the day for which it was decided", "decision-missing", |_, log| {
        rewrite(log, "joint-branch.established", |event| event["decidedon"] = "2018-01-01".into())
    });
    for event_type in ["joint-branch.established", "policy.issued"] {
        operator.caught(&format!("{event_type} without a document"), "document-missing", |_, log| {
            let attributes = ["documentnumber", "documentissued", "documentsha256"];
            rewrite(log, event_type, |event| remove(event, &attributes))
        });
    }
    operator.caught("an organ that is not registered yet", "deciding-body", |operator, log| {
        let organ = operator.desk.office.county_organ.clone();
        let of_organ = |event: &&mut Value| event["data"]["organization"] == organ.as_str();
        log.iter_mut().find(of_organ).unwrap()["effectivedate"] = "2019-01-01".into();
        first(log, "joint-branch.established")
    });
}

/// One person where two are asked for.
pub(super) fn four_eyes(operator: &mut Operator) {
    operator.caught("who proposed establishes", "four-eyes", |operator, log| {
        rewrite(log, "joint-branch.proposed", by(&operator.account("officer"), "county_officer"));
        first(log, "joint-branch.established")
    });
    operator.caught("who surveyed establishes", "four-eyes", |operator, log| {
        rewrite(log, "joint-branch.surveyed", by(&operator.account("officer"), "county_officer"));
        first(log, "joint-branch.established")
    });
    operator.caught("who recorded the households establishes", "four-eyes", |operator, log| {
        let officer = operator.account("officer");
        // Since the proposal, and before the villages were asked.
        let (proposed, at) = (first(log, "joint-branch.proposed"), first(log, "joint-branch.surveyed"));
        let members = log[proposed]["data"]["members"].clone();
        let is_members = |event: &Value| members.as_array().unwrap().contains(&event["data"]["organization"]);
        let mut changed = log[..at]
            .iter()
            .rfind(|event| event["data"]["profile"]["households"].is_object() && is_members(event))
            .unwrap()
            .clone();
        (changed["id"], changed["commandid"]) = (key().into(), key().into());
        changed["time"] = log[at]["time"].clone();
        by(&officer, "county_officer")(&mut changed);
        log.insert(at, changed);
        first(log, "joint-branch.established")
    });
    operator.caught("who changed the counts since the proposal establishes", "four-eyes", |operator, log| {
        let member = log[first(log, "joint-branch.proposed")]["data"]["members"][0].clone();
        let at = first(log, "joint-branch.surveyed");
        let mut counted = log[first(log, "organization.updated")].clone();
        (counted["id"], counted["commandid"]) = (key().into(), key().into());
        counted["data"] = json!({"organization": member, "formal_members": 21});
        by(&operator.account("officer"), "county_officer")(&mut counted);
        counted["time"] = log[at]["time"].clone();
        log.insert(at, counted);
        first(log, "joint-branch.established")
    });
    operator.caught("who graded corrects the grade", "four-eyes", |operator, log| {
        rewrite(log, "joint-branch.evaluated", by(&operator.account("second"), "county_officer"));
        let (position, organ) =
            (first(log, "joint-branch.evaluated") + 1, operator.desk.office.county_organ.clone());
        append(log, "joint-branch.established", |event| {
            event["data"] = json!({"joint_branch": event["data"]["joint_branch"], "quarter": "2018Q2"});
            raised(event, position);
            by(&operator.account("second"), "county_officer")(event);
            event["effectivedate"] = "2018-07-10".into();
            event["onbehalfof"] = organ.into();
        })
    });
}

/// Events that no command yields, or not together, and digests that are none.
pub(super) fn shapes(operator: &mut Operator) {
    for digest in ["0".repeat(64), "ff".repeat(32), "A".repeat(64), "abc".to_owned(), String::new()] {
        operator.caught(&format!("digest {:.4}…", digest), "command-digest", |_, log| {
            append(log, "organization.updated", |event| event["commanddigest"] = digest.as_str().into())
        });
    }
    operator.caught("a merger that does not suspend a member", "no-command", |_, log| {
        let suspended = first(log, "organization.suspended");
        log.remove(suspended);
        let command = log[first(log, "joint-branch.established")]["commandid"].clone();
        let mut left = log.iter_mut().filter(|event| event["commandid"] == command).collect::<Vec<_>>();
        let count = left.len();
        for (index, event) in left.iter_mut().enumerate() {
            (event["commandindex"], event["commandcount"]) = (index.into(), count.into());
        }
        first(log, "joint-branch.established")
    });
    for (event_type, what) in [
        ("organization.suspended", "a suspension on its own"),
        ("joint-branch.functions-transferred", "functions of a merger moved on their own"),
        ("joint-branch.established", "a merger without what follows"),
    ] {
        operator.caught(what, "no-command", |_, log| append(log, event_type, |_| {}));
    }
    operator.caught("a merger dissolved without restoring its members", "no-command", |operator, log| {
        append(log, "joint-branch.established", |event| {
            event["type"] = "cn.lianjian.joint-branch.dissolved.v1".into();
            let data = json!({"joint_branch": event["data"]["joint_branch"], "ground": "superior_decision", "level": "county"});
            event["data"] = data;
            by(&operator.account("second"), "county_officer")(event);
        })
    });
    operator.caught("money for a township", "no-command", |_, log| {
        let township = log.iter().find(|event| event["data"]["code"] == "510811210").unwrap();
        let township = township["data"]["place"].clone();
        append(log, "place.funded", |event| event["data"]["village"] = township)
    });
    premises(operator);
    operator.caught("a correction of an event that states something else", "no-command", |operator, log| {
        let other = log[first(log, "joint-branch.evaluated")]["id"].clone();
        append(log, "joint-branch.established", |event| {
            event["type"] = "cn.lianjian.joint-branch.corrected.v1".into();
            event["data"] = json!({
                "joint_branch": event["data"]["joint_branch"], "corrected_event": other, "corrected_position": 1,
                "corrected_effective_date": "2018-06-01", "name": "别名", "earlier_name": "狮子田岩联合党支部", "reason": "笔误"
            });
            by(&operator.account("second"), "county_officer")(event);
        })
    });
}

/// Payments for premises that no command records: after the start was paid, only the structure of the same total is due.
fn premises(operator: &mut Operator) {
    let paid = |field: &'static str, value: Value| {
        move |event: &mut Value| {
            event["data"]["milestone"] = "structure".into();
            event["data"][field] = value;
        }
    };
    let [start, acceptance, other]: [Value; 3] = ["start".into(), "acceptance".into(), "另一项目".into()];
    for (what, field, value) in [
        ("premises paid twice for one milestone", "milestone", start),
        ("premises accepted before they stand", "milestone", acceptance),
        ("premises of another total", "total", json!({"amount": 40_000_001, "unit": "fen"})),
        ("premises that no village began", "project", other),
    ] {
        operator.caught(what, "no-command", |_, log| append(log, "place.premises-paid", paid(field, value)));
    }
    operator.caught("premises of a township", "no-command", |_, log| {
        let township = log.iter().find(|event| event["data"]["code"] == "510811210").unwrap();
        let township = township["data"]["place"].clone();
        append(log, "place.premises-paid", |event| {
            (event["data"]["village"], event["data"]["begun_in"]) = (township.clone(), township);
        })
    });
    operator.caught("premises paid by a township", "deciding-body", |operator, log| {
        let organ = operator.desk.office.township_organ.clone();
        append(log, "place.premises-paid", |event| {
            event["data"]["milestone"] = "structure".into();
            event["onbehalfof"] = organ.into();
        })
    });
    operator.caught("premises paid without a document", "document-missing", |_, log| {
        append(log, "place.premises-paid", |event| {
            event["data"]["milestone"] = "structure".into();
            remove(event, &["documentnumber", "documentissued", "documentsha256"]);
        })
    });
    operator.caught("premises paid to a village that has ended", "no-command", |_, log| {
        let village = |code: &str| {
            let registered = log.iter().find(|event| event["data"]["code"] == code).unwrap();
            registered["data"]["place"].clone()
        };
        let (gone, into) = (village("510811210205"), village("510811210206"));
        append(log, "place.premises-paid", |event| {
            event["type"] = "cn.lianjian.place.merged.v1".into();
            event["data"] = json!({"place": gone, "into": into});
        });
        append(log, "place.premises-paid", |event| event["data"]["milestone"] = "structure".into())
    });
}

/// The same log as a made-up one, in which desks act that the log knows by their ids.
pub(super) fn simulated(operator: &mut Operator) {
    let desks = [("officer", "demo-officer-510811"), ("clerk", "demo-clerk-510811210")];
    let made_up = |operator: &Operator| {
        let mut log = log(&operator.whole);
        // What is said of the log itself before anything else makes it neither.
        let begun = log.iter().position(|event| event["type"] == "cn.lianjian.place.registered.v1").unwrap();
        for event in &mut log[begun..] {
            event["simulated"] = true.into();
            for (account, desk) in desks {
                if event["actor"] == operator.account(account) {
                    event["actor"] = desk.into();
                }
            }
        }
        log
    };
    assert_eq!(operator.judge(made_up(operator)), [Vec::<String>::new(), Vec::new()]);
    let cases: [(&str, &str, &str, &str); 8] = [
        ("ghost", "county_officer", "a ghost on a simulated log", "actor-unknown"),
        (
            "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "county_officer",
            "an account that never was, simulated",
            "actor-unknown",
        ),
        ("demo-officer-510899", "county_officer", "a desk of a county that is not there", "actor-unknown"),
        ("demo-officer-510811210", "county_officer", "a desk of another tier than its role", "actor-unknown"),
        ("demo-officer-510812", "county_officer", "a desk of another county", "outside-scope"),
        ("demo-clerk-510811211", "township_clerk", "a desk of the next township", "outside-scope"),
        ("demo-auditor-5108", "auditor", "a simulated auditor changes counts", "role-forbidden"),
        ("local:subscriber", "subscriber", "a simulated subscriber changes counts", "role-forbidden"),
    ];
    for (actor, role, cheat, rule) in cases {
        let mut forged = made_up(operator);
        let index = append(&mut forged, "organization.updated", by(&actor.into(), role));
        operator.caught_in(cheat, rule, forged, index);
    }
    let mut forged = made_up(operator);
    rewrite(&mut forged, "joint-branch.proposed", by(&"demo-officer-510811".into(), "county_officer"));
    let index = first(&forged, "joint-branch.established");
    operator.caught_in("who proposed establishes, simulated", "four-eyes", forged, index);
}
