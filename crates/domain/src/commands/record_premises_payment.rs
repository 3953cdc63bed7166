//! `record-premises-payment` 拨付场所款: the county pays for a village's premises in three, as they are built (3:3:4).

use crate::case::Case;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::funding::PremisesPaid;
use crate::mechanism::Mechanism;
use crate::money::Money;
use crate::place::{Level, Place, PlaceCode};
use crate::premises::{Milestone, Premises};
use crate::recall::Recorded;
use crate::rejection::{Rejection, WorkRejection};
use crate::say::{Say, say};
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 登记场所项目的一笔拨付 / records a payment for the premises of a village
    pub struct RecordPremisesPayment {
        /// 项目所属的村(社区)的代码 / the code of the village or community whose premises they are
        pub village: PlaceCode,
        /// 项目名称，如“党群服务中心新建” / the name of the project, such as a new service centre
        pub project: Text,
        /// 立项村当时的代码，仅用于从并入的村承接、且与别的项目同名的 / the code that the village bore in which the project began: needed only for one taken over with a village that went over into this one, where another has the same name
        pub begun_in: Option<PlaceCode>,
        /// 项目总额，各次拨付一致 / the total of the project, the same in every payment
        pub total: Money,
        /// 拨付节点：开工、主体完工、验收，依次各一次 / the milestone that is paid: start, structure and acceptance, in this order and once each
        pub milestone: Milestone,
        /// 本次拨付的金额 / the amount that is paid
        pub amount: Money,
        /// 备注；没有则不填 / a note, where there is one
        pub note: Option<Text>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "record-premises-payment",
    title: say("拨付场所款", "Record a payment for premises"),
    group: Group::EverydayWork,
    mechanisms: &[Mechanism::Premises],
    givers: Givers::County,
    exceptions: &[],
    fits: None,
    yields: &["place.premises-paid"],
    along: &[],
    refused_when: "no village; another total than before; a milestone out of order or paid already; no document; more than the shares up to the milestone without an override",
    rules: &[
        "document-required",
        "premises-village",
        "premises-project",
        "premises-total",
        "premises-milestone",
        "premises-share",
        "place-ended",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2019-06-10",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭财〔2019〕18号", "issued": "2019-06-06"},
  "data": {"village": "510811210206", "project": "党群服务中心新建", "total": {"amount": 40000000, "unit": "fen"}, "milestone": "start", "amount": {"amount": 12000000, "unit": "fen"}}
}"#,
    example_follows: &[],
};

pub(crate) fn entity(_: &RecordPremisesPayment) -> Option<Entity> {
    None
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RecordPremisesPayment) -> Result<Vec<EventBody>, Rejection> {
    let village = case.place(&data.village, "/data/village")?;
    if village.level != Level::Village {
        case.refuse(WorkRejection::PremisesVillage { found: data.village.clone() })?;
    }
    case.require_scope(&case.state.scope_of_place(village.id), data.village.as_str())?;
    case.require_organ(Level::County, village)?;
    if case.command.document.is_none() {
        case.refuse(Rejection::DocumentMissing)?;
    }
    if [data.total, data.amount].contains(&Money::default()) {
        case.refuse(Rejection::NothingToRecord)?;
    }
    let known = project(case, village, data)?;
    if let Some(known) = known {
        check_known(case, known, data)?;
    }
    check_milestone(case, known, data)?;
    check_share(case, known, data)?;
    Ok(vec![EventBody::PremisesPaid(PremisesPaid {
        village: village.id,
        begun_in: known.map_or(village.id, |known| known.begun_in),
        project: known.map_or(&data.project, |known| &known.project).clone(),
        total: data.total,
        milestone: data.milestone,
        amount: data.amount,
        note: data.note.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RecordPremisesPayment> {
    let EventBody::PremisesPaid(PremisesPaid { village, begun_in, project, total, milestone, amount, note }) =
        recorded.lead.clone()
    else {
        return None;
    };
    let paid = &recorded.state.places.get(&village)?.premises;
    let is_known = paid.iter().any(|found| (found.begun_in, &found.project) == (begun_in, &project));
    // What begins with this payment is nowhere yet.
    let begun_in = recorded.code_where_named(is_known.then_some(begun_in))?;
    let village = recorded.code(village)?;
    Some(RecordPremisesPayment { village, project, begun_in, total, milestone, amount, note })
}

/// The village's project of that name; nothing where it begins now. Villages that went over into this one may have had
/// another of the same name.
fn project<'a>(
    case: &Case<'_>,
    village: &'a Place,
    data: &RecordPremisesPayment,
) -> Result<Option<&'a Premises>, Rejection> {
    let place = |premises: &Premises| case.state.places.get(&premises.begun_in);
    let began_there = |premises: &&Premises| {
        data.begun_in.as_ref().is_none_or(|code| place(premises).is_some_and(|found| found.bore(code)))
    };
    let called = village.premises.iter().filter(|found| found.project.reads_as(&data.project));
    let named: Vec<_> = called.filter(began_there).collect();
    let project = || data.project.to_string();
    match (named.as_slice(), &data.begun_in) {
        ([], Some(begun_in)) => {
            Err(WorkRejection::PremisesElsewhere { project: project(), begun_in: begun_in.clone() }.into())
        }
        ([], None) => Ok(None),
        ([found], _) => Ok(Some(found)),
        (several, _) => {
            let codes = several.iter().filter_map(|found| place(found)).map(|found| found.code.to_string());
            let codes = codes.collect::<Vec<_>>().join(" ");
            Err(WorkRejection::PremisesSeveral { project: project(), codes }.into())
        }
    }
}

/// The total stays, and nothing is paid before what was paid last.
fn check_known(case: &Case<'_>, known: &Premises, data: &RecordPremisesPayment) -> Result<(), Rejection> {
    if known.total != data.total {
        let (found, allowed) = (data.total.to_string(), known.total.to_string());
        let project = known.project.to_string();
        case.refuse(WorkRejection::PremisesTotal { project, found, allowed })?;
    }
    known.payments.last().map_or(Ok(()), |last| case.require_order(known.project.as_str(), last.on))
}

/// Each milestone is paid once, after the one before it.
fn check_milestone(
    case: &Case<'_>,
    known: Option<&Premises>,
    data: &RecordPremisesPayment,
) -> Result<(), Rejection> {
    let next = known.map_or(Some(Milestone::Start), Premises::next);
    if next == Some(data.milestone) {
        return Ok(());
    }
    let due = match next.map(Milestone::say) {
        Some(next) => Say::of(
            format!("下一笔应为{}款", next.zh),
            format!("the next payment is that of its {}", next.en),
        ),
        None => say("三笔均已拨付", "all three were paid"),
    };
    let project = data.project.to_string();
    case.refuse(WorkRejection::PremisesMilestone { project, milestone: data.milestone, due })
}

/// As a rule no more is paid than the shares up to the milestone.
fn check_share(
    case: &mut Case<'_>,
    known: Option<&Premises>,
    data: &RecordPremisesPayment,
) -> Result<(), Rejection> {
    let paid = known.map_or(data.amount, |known| known.paid().plus(data.amount));
    let percent = case.policy.thresholds.premises_percent_up_to(data.milestone);
    if !paid.is_over(percent, data.total) {
        return Ok(());
    }
    let (project, milestone) = (data.project.to_string(), data.milestone);
    let (found, total) = (paid.to_string(), data.total.to_string());
    case.breach(WorkRejection::PremisesShare { project, found, total, percent, milestone }.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::ChangePlace;
    use crate::commands::change_place::PlaceChange;
    use crate::event::EventBody;
    use crate::testing::city::{LEAD, TOWNSHIP_ORGAN, V1, place};
    use crate::testing::drafts::places::{change_place, changing, merged, new_village, share_of};
    use crate::testing::drafts::work::{fen, pay, paying};
    use crate::testing::drafts::{Draft, clerk};
    use crate::testing::{City, date};

    const FIRST: &str = "510811100201";
    const SECOND: &str = "510811100202";
    const THIRD: &str = "510811100203";
    const CENTRE: &str = "党群服务中心新建";

    fn money(yuan: u64) -> Money {
        fen(yuan * 100).unwrap()
    }

    /// So many yuan of 100,000 for a milestone of the first village's service centre.
    fn paid(milestone: Milestone, yuan: u64) -> RecordPremisesPayment {
        RecordPremisesPayment { milestone, amount: money(yuan), ..paying(FIRST) }
    }

    fn begun() -> City {
        City::new().given(pay(paid(Milestone::Start, 30_000)))
    }

    fn next(yuan: u64) -> Draft {
        pay(paid(Milestone::Structure, yuan))
    }

    #[test]
    fn premises_are_paid_in_three_up_to_the_whole() {
        let event = |milestone, yuan| {
            EventBody::PremisesPaid(PremisesPaid {
                village: place(FIRST),
                begun_in: place(FIRST),
                project: CENTRE.parse().unwrap(),
                total: money(100_000),
                milestone,
                amount: money(yuan),
                note: None,
            })
        };
        let start =
            City::new().when(pay(paid(Milestone::Start, 30_000))).then(&[event(Milestone::Start, 30_000)]);
        let spaced = RecordPremisesPayment {
            project: "党群 服务中心新建".parse().unwrap(),
            ..paid(Milestone::Structure, 30_000)
        };
        let structure = start.when(pay(spaced)).then(&[event(Milestone::Structure, 30_000)]);
        let whole = structure
            .when(pay(paid(Milestone::Acceptance, 40_000)))
            .then(&[event(Milestone::Acceptance, 40_000)]);
        let found = &whole.state.places[&place(FIRST)].premises[..];
        assert_eq!((found.len(), found[0].next(), found[0].paid()), (1, None, money(100_000)));
        assert_eq!(found[0].payments[0].on, date("2020-03-01"));
    }

    #[test]
    fn each_milestone_is_paid_once_and_in_order() {
        let refused = |milestone: Milestone, due: Say| {
            Rejection::from(WorkRejection::PremisesMilestone { project: CENTRE.into(), milestone, due })
        };
        let due = |zh, en| say(zh, en);
        let start = || due("下一笔应为开工款", "the next payment is that of its start");
        for milestone in [Milestone::Structure, Milestone::Acceptance] {
            City::new().when(pay(paid(milestone, 1))).refused(refused(milestone, start()));
        }
        let structure = || due("下一笔应为主体完工款", "the next payment is that of its structure");
        for milestone in [Milestone::Start, Milestone::Acceptance] {
            begun().when(pay(paid(milestone, 1))).refused(refused(milestone, structure()));
        }
        let whole = begun().given(next(1)).given(pay(paid(Milestone::Acceptance, 1)));
        let over = due("三笔均已拨付", "all three were paid");
        whole.when(pay(paid(Milestone::Acceptance, 1))).refused(refused(Milestone::Acceptance, over));
        // Another project begins anew.
        let other =
            RecordPremisesPayment { project: "文化广场".parse().unwrap(), ..paid(Milestone::Start, 1) };
        whole.when(pay(other)).accepted();
    }

    #[test]
    fn a_later_payment_is_not_before_the_one_before_it() {
        begun()
            .when(next(1).on("2020-02-29").paper("昭财〔2020〕1号", "2020-02-29"))
            .refused_by("effective-order");
        begun().when(next(1)).accepted();
    }

    #[test]
    fn more_than_the_shares_up_to_the_milestone_needs_an_override() {
        let over = |found: &str, percent, milestone: Milestone| {
            Rejection::from(WorkRejection::PremisesShare {
                project: CENTRE.into(),
                found: found.into(),
                total: "100000.00".into(),
                percent,
                milestone,
            })
        };
        let start = |fen_paid: u64| {
            let amount = fen(fen_paid).unwrap();
            pay(RecordPremisesPayment { amount, ..paid(Milestone::Start, 0) })
        };
        City::new().when(start(3_000_000)).accepted();
        City::new().when(start(3_000_001)).refused(over("30000.01", 30, Milestone::Start));
        City::new().when(start(3_000_001).overriding()).warns(&["premises-share"]);
        // What was not paid before may be paid later, and what was overpaid counts.
        City::new().given(start(1_000_000)).when(next(50_000)).accepted();
        begun().when(next(30_001)).refused(over("60001.00", 60, Milestone::Structure));
        let structure = begun().given(next(30_000));
        structure.when(pay(paid(Milestone::Acceptance, 40_000))).accepted();
        let refused = over("100001.00", 100, Milestone::Acceptance);
        structure.when(pay(paid(Milestone::Acceptance, 40_001))).refused(refused);
    }

    #[test]
    fn the_shares_are_those_of_the_policy_in_force() {
        let city = City::new().with_policy(|policy| policy.thresholds.premises_start_percent = 20);
        city.when(pay(paid(Milestone::Start, 20_000))).accepted();
        city.when(pay(paid(Milestone::Start, 20_001))).refused_by("premises-share");
    }

    #[test]
    fn the_total_stays_and_both_are_amounts() {
        let total = RecordPremisesPayment { total: money(100_001), ..paid(Milestone::Structure, 1) };
        begun().when(pay(total)).refused(
            WorkRejection::PremisesTotal {
                project: CENTRE.into(),
                found: "100001.00".into(),
                allowed: "100000.00".into(),
            }
            .into(),
        );
        begun().when(next(0)).refused(Rejection::NothingToRecord);
        let nothing = RecordPremisesPayment { total: money(0), ..paid(Milestone::Start, 1) };
        City::new().when(pay(nothing)).refused(Rejection::NothingToRecord);
    }

    #[test]
    fn the_county_pays_on_a_document_for_a_village() {
        let start = || pay(paid(Milestone::Start, 1));
        City::new().when(start().no_paper()).refused(Rejection::DocumentMissing);
        let refused = Rejection::DecidingBody { found: "元坝镇党委".into(), needed: Level::County };
        City::new().when(start().behalf(TOWNSHIP_ORGAN)).refused(refused);
        City::new().when(start().by(clerk()).behalf(TOWNSHIP_ORGAN)).refused_by("role");
        let township = RecordPremisesPayment { village: LEAD.parse().unwrap(), ..paid(Milestone::Start, 1) };
        let found = LEAD.parse().unwrap();
        City::new().when(pay(township)).refused(WorkRejection::PremisesVillage { found }.into());
        let abroad =
            RecordPremisesPayment { village: "510824100230".parse().unwrap(), ..paid(Milestone::Start, 1) };
        City::new().when(pay(abroad)).refused_by("scope");
    }

    #[test]
    fn a_village_that_has_ended_is_paid_nothing_and_its_project_goes_on_where_it_went() {
        let gone = begun().given(change_place(merged(FIRST, THIRD)));
        gone.when(next(1).on("2020-03-02").paper("昭财〔2020〕7号", "2020-03-02")).refused_by("place-ended");
        assert!(gone.state.places[&place(FIRST)].premises.is_empty());
        let there = |begun_in: Option<&str>, milestone| {
            let begun_in = begun_in.map(|code| code.parse().unwrap());
            let data =
                RecordPremisesPayment { village: THIRD.parse().unwrap(), begun_in, ..paid(milestone, 1) };
            pay(data).on("2020-03-02").paper("昭财〔2020〕7号", "2020-03-02")
        };
        let after = gone.when(there(None, Milestone::Structure)).accepted();
        let found = &after.state.places[&place(THIRD)].premises;
        assert_eq!((found.len(), found[0].begun_in, found[0].payments.len()), (1, place(FIRST), 2));
        gone.when(there(Some(FIRST), Milestone::Structure)).accepted();
        let refused =
            WorkRejection::PremisesElsewhere { project: CENTRE.into(), begun_in: SECOND.parse().unwrap() };
        gone.when(there(Some(SECOND), Milestone::Structure)).refused(refused.into());
    }

    #[test]
    fn of_several_projects_of_one_name_a_payment_says_in_which_village_it_began() {
        let own = RecordPremisesPayment { village: THIRD.parse().unwrap(), ..paid(Milestone::Start, 1) };
        let both = begun().given(pay(own.clone())).given(change_place(merged(FIRST, THIRD)));
        let structure = |begun_in: Option<&str>| {
            let begun_in = begun_in.map(|code| code.parse().unwrap());
            let data = RecordPremisesPayment { milestone: Milestone::Structure, begun_in, ..own.clone() };
            pay(data).on("2020-03-02").paper("昭财〔2020〕7号", "2020-03-02")
        };
        let codes = format!("{THIRD} {FIRST}");
        let several = WorkRejection::PremisesSeveral { project: CENTRE.into(), codes };
        both.when(structure(None)).refused(several.into());
        for code in [FIRST, THIRD] {
            let after = both.when(structure(Some(code))).accepted();
            let paid = after.state.places[&place(THIRD)].premises.iter().find(|one| one.payments.len() == 2);
            assert_eq!(paid.unwrap().begun_in, place(code));
        }
    }

    #[test]
    fn where_a_village_is_split_the_project_goes_with_its_organization() {
        let new = "510811100301";
        let split = |successors: [&str; 2]| ChangePlace {
            successors: successors.iter().map(|code| code.parse().unwrap()).collect(),
            shares: vec![share_of(None, Some(V1), None, new)],
            ..changing(FIRST, PlaceChange::Split)
        };
        for successors in [[new, SECOND], [SECOND, new]] {
            let city = begun().given(new_village(new, "2020-03-01"));
            let after = city.when(change_place(split(successors))).accepted();
            let seat = after.state.place_by_code(&new.parse().unwrap()).unwrap();
            assert_eq!(seat.premises.len(), 1);
            assert!(after.state.places[&place(SECOND)].premises.is_empty());
        }
    }
}
