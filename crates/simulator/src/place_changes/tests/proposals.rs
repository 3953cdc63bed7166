//! What is proposed for one change, what a file may say, and every way in which it is refused.

use domain::say::Language;

use super::*;
use crate::place_changes::file::{self, ProposalsError};

const TOWN: (&str, &str) = ("510811100", "元坝镇");
const NEXT: (&str, &str) = ("510811101", "卫子镇");

/// Compares two lists and gives the proposals in short.
fn check(old: &[(&str, &str)], new: &[(&str, &str)]) -> Vec<(Kind, String, String, Confidence)> {
    let city = City::of(&list(old), "2018-01-01");
    let short = |one: Proposal| {
        let to: Vec<_> = one.new_codes.iter().map(ToString::to_string).collect();
        (one.kind, one.code.to_string(), to.join(";"), one.confidence)
    };
    city.compare(&list(new)).proposals.into_iter().map(short).collect()
}

fn one(kind: Kind, code: &str, to: &str, confidence: Confidence) -> (Kind, String, String, Confidence) {
    (kind, code.to_owned(), to.to_owned(), confidence)
}

#[test]
fn each_change_is_known_by_its_marks() {
    use Confidence::{Certain, High, Low, Medium};
    let a = "510811100201";
    let rename = |old: &str, new: &str| check(&[TOWN, (a, old)], &[TOWN, (a, new)]);
    assert_eq!(rename("白山村民委员会", "白山村村民委员会"), [one(Kind::Rename, a, "", Certain)]);
    assert_eq!(rename("元坝镇白山村民委员会", "白山村村民委员会"), [one(Kind::Rename, a, "", Certain)]);
    assert_eq!(rename("石清村民委员会", "石青村民委员会"), [one(Kind::Rename, a, "", Medium)]);
    assert_eq!(rename("元坝镇社区居民委员会", "金印社区居民委员会"), [one(Kind::Rename, a, "", Medium)]);
    assert_eq!(rename("元坝村民委员会", "金花村民委员会"), [one(Kind::Rename, a, "", Low)]);
    assert_eq!(rename("白山村民委员会", "白山村民委员会"), []);
    // Another code in the township, and another township.
    let b = "510811100207";
    assert_eq!(check(&[TOWN, (a, "白山村")], &[TOWN, (b, "白山村")]), [one(Kind::Recode, a, b, Certain)]);
    let c = "510811101201";
    assert_eq!(
        check(&[TOWN, NEXT, (a, "白山村")], &[TOWN, NEXT, (c, "白山村")]),
        [one(Kind::Move, a, c, High)]
    );
    // 撤乡设镇, and the villages with it.
    let (old, new) = (("510811205", "青牛乡"), ("510811111", "青牛镇"));
    assert_eq!(
        check(&[old, ("510811205200", "青牛村")], &[new, ("510811111200", "青牛村")]),
        [
            one(Kind::Recode, old.0, new.0, Certain),
            one(Kind::Recode, "510811205200", "510811111200", Certain)
        ]
    );
}

#[test]
fn a_code_that_another_village_bears_now_tells_where_the_first_went() {
    let (a, b) = ("510811100201", "510811100202");
    let found = check(&[TOWN, (a, "玉皇村"), (b, "青光村")], &[TOWN, (a, "青光村")]);
    assert_eq!(
        found,
        [one(Kind::Merge, a, a, Confidence::High), one(Kind::Recode, b, a, Confidence::Certain)]
    );
    let mut city = City::of(&list(&[TOWN, (a, "玉皇村"), (b, "青光村")]), "2018-01-01");
    let comparison = city.compare(&list(&[TOWN, (a, "青光村")]));
    city.apply(&comparison.proposals, "2019-01-01");
    assert_eq!(city.places(), rows_of(&list(&[TOWN, (a, "青光村")])));
}

#[test]
fn a_township_goes_where_most_of_its_villages_went_and_the_rest_is_a_guess() {
    let old = [
        TOWN,
        NEXT,
        ("510811102", "王家镇"),
        ("510811101201", "红旗村"),
        ("510811101202", "青山村"),
        ("510811101203", "石沟村"),
    ];
    let new = [TOWN, ("510811102", "王家镇"), ("510811102301", "红旗村"), ("510811102302", "青山村")];
    let found = check(&old, &new);
    assert_eq!(found[0], one(Kind::Merge, NEXT.0, "510811102", Confidence::High));
    assert_eq!(found[1], one(Kind::Move, "510811101201", "510811102301", Confidence::Certain));
    assert_eq!((found[3].0, found[3].3), (Kind::Merge, Confidence::Low));
}

/// The proposals of a village that ended, as a file.
fn written(new: &[(&str, &str)]) -> (City, String) {
    let city =
        City::of(&list(&[TOWN, NEXT, ("510811100201", "一村"), ("510811100202", "二村")]), "2018-01-01");
    let bytes = file::text(&city.compare(&list(new)).proposals, 7, Language::Zh).unwrap();
    (city, String::from_utf8(bytes).unwrap())
}

/// Reads and plans a file.
fn planned(city: &City, text: &str) -> Result<Plan, Vec<LineProblem>> {
    match file::read_bytes(text.as_bytes()) {
        Ok((proposals, position)) => {
            assert_eq!(position, 7);
            city.plan(&proposals, "2019-01-01")
        }
        Err(ProposalsError::Lines { listed, .. }) => Err(listed),
        Err(other) => panic!("{other}"),
    }
}

fn refused(text: &str) -> Vec<(u64, &'static str)> {
    let (city, _) = written(&[TOWN, NEXT]);
    let problems =
        planned(&city, &format!("采纳,事项,代码,名称,新代码,把握,理由,日志位置\n{text}")).unwrap_err();
    problems.into_iter().map(|problem| (problem.line, problem.column)).collect()
}

#[test]
fn a_file_reads_back_as_it_was_written_in_either_language_and_encoding() {
    let new = [TOWN, NEXT, ("510811100201", "一心村"), ("510811101201", "=新村")];
    let (city, text) = written(&new);
    assert!(
        text.starts_with("\u{feff}采纳,事项,代码")
            && text.contains("\t510811100202")
            && text.contains("\t=新村")
    );
    let comparison = city.compare(&list(&new));
    let (read, position) = file::read_bytes(text.as_bytes()).unwrap();
    assert_eq!(position, 7);
    let short =
        |one: &Proposal| (one.accepted, one.kind, one.code.clone(), one.name.clone(), one.new_codes.clone());
    assert_eq!(
        read.iter().map(short).collect::<Vec<_>>(),
        comparison.proposals.iter().map(short).collect::<Vec<_>>()
    );
    let english = file::text(&comparison.proposals, 7, Language::En).unwrap();
    assert_eq!(file::read_bytes(&english).unwrap().0, read);
    let (encoded, _, lost) = encoding_rs::GB18030.encode(text.trim_start_matches('\u{feff}'));
    assert!(!lost);
    assert_eq!(file::read_bytes(&encoded).unwrap().0, read);
}

#[test]
fn a_file_that_was_edited_wrongly_is_refused_line_by_line() {
    assert_eq!(refused("也许,更名,510811100201,一心村,,较低,,7\n"), [(2, "accept")]);
    assert_eq!(refused("是,改名,510811100201,一心村,,较低,,7\n"), [(2, "kind")]);
    assert_eq!(refused("是,更名,5.10811E+11,一心村,,较低,,7\n"), [(2, "code")]);
    assert_eq!(refused("是,更名,510811100201,,,较低,,7\n"), [(2, "name")]);
    assert_eq!(refused("是,并入,510811100201,一村,,较低,,7\n"), [(2, "new_codes")]);
    assert_eq!(refused("是,拆分,510811100201,一村,510811100202,较低,,7\n"), [(2, "new_codes")]);
    assert_eq!(refused("是,并入,510811100201,一村,510811101,较低,,7\n"), [(2, "new_codes")]);
    assert_eq!(refused("是,更名,510811100201,一心村,,较低,,\n"), [(2, "position")]);
    assert_eq!(refused("是,更名,510811100201,一心村,,较低,7\n"), [(2, "position")]);
    let two = "是,更名,510811100201,一心村,,较低,,7\n是,更名,510811100202,二心村,,较低,,8\n";
    assert_eq!(refused(two), [(3, "position")]);
}

#[test]
fn codes_that_nobody_bears_or_two_would_are_refused() {
    // A code that is nobody's, a place named twice, a successor that is none.
    assert_eq!(refused("是,更名,510811100299,某村,,较低,,7\n"), [(2, "code")]);
    let twice = "是,更名,510811100201,一心村,,较低,,7\n是,并入,510811100201,一村,510811100202,较低,,7\n";
    assert_eq!(refused(twice), [(3, "code")]);
    assert_eq!(refused("是,并入,510811100201,一村,510811100299,较低,,7\n"), [(2, "new_codes")]);
    assert_eq!(refused("是,并入,510811100201,一村,510811100201,较低,,7\n"), [(2, "new_codes")]);
    // A code that is still somebody's, and a township that is not there.
    assert_eq!(refused("是,新设,510811100202,三村,,较高,,7\n"), [(2, "code")]);
    assert_eq!(refused("是,换码,510811100201,一村,510811100202,较高,,7\n"), [(2, "new_codes")]);
    assert_eq!(refused("是,新设,510811300202,三村,,较高,,7\n"), [(2, "new_codes")]);
    // Each merged into the other.
    let circle =
        "是,并入,510811100201,一村,510811100202,较低,,7\n是,并入,510811100202,二村,510811100201,较低,,7\n";
    assert_eq!(refused(circle), [(2, "new_codes"), (3, "new_codes")]);
    // Each with the other's code; and each taking the other's place as a new village.
    let exchange =
        "是,换码,510811100201,一村,510811100202,较低,,7\n是,换码,510811100202,二村,510811100201,较低,,7\n";
    assert_eq!(refused(exchange), [(2, "new_codes"), (3, "new_codes")]);
    let replaced = "是,代码另用,510811100201,新一村,510811100202,较低,,7\n是,代码另用,510811100202,新二村,510811100201,较低,,7\n";
    assert!(refused(replaced).contains(&(2, "new_codes")));
}

#[test]
fn rejected_proposals_change_nothing_and_a_code_may_pass_to_another_village() {
    let (mut city, _) = written(&[TOWN, NEXT]);
    let text = "采纳,事项,代码,名称,新代码,把握,理由,日志位置\n\
        否,并入,510811100202,二村,510811100201,较低,,7\n\
        是,代码另用,510811100201,新村,510811100202,较低,,7\n";
    let (proposals, _) = file::read_bytes(text.as_bytes()).unwrap();
    city.apply(&proposals, "2019-01-01");
    let names: Vec<_> = city.places().into_values().map(|(name, _)| name).collect();
    assert_eq!(names, ["广元市", "昭化区", "元坝镇", "新村", "二村", "卫子镇"]);
    let now = city.state.place_by_code(&"510811100201".parse().unwrap()).unwrap();
    let ended = city.state.places.values().find(|place| place.name.as_str() == "一村").unwrap();
    let into = &city.state.places[&ended.successors[0]];
    assert_eq!((now.id == ended.id, into.name.as_str()), (false, "二村"));
}

#[test]
fn the_same_file_gives_the_same_commands_and_another_comparison_others() {
    let (city, text) = written(&[TOWN, NEXT, ("510811100201", "一心村")]);
    let (proposals, _) = file::read_bytes(text.replace(",否,", ",是,").as_bytes()).unwrap();
    let proposals: Vec<_> = proposals.into_iter().map(|one| Proposal { accepted: true, ..one }).collect();
    let ids = |position: u64| {
        let occasion = Occasion { position, ..city.occasion("2019-01-01") };
        let plan = plan(&city.known(), &proposals, &occasion).unwrap();
        plan.commands.iter().map(|command| command.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(7), ids(7));
    assert!(ids(7).iter().all(|id| !ids(8).contains(id)) && !ids(7).is_empty());
}
