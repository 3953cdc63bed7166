//! First secretaries: on the list with the days that are left, with their village, and on its joint branch.

use super::life::later::ALLIANCE;
use super::life::{COUNTY, Life, WUYI, policy, reading};
use super::lists::{asked, figure, rows};
use crate::{ListName, joint_branch_view, organization_view};

#[test]
fn a_list_says_how_long_each_posting_still_runs_and_whose_is_over() {
    let mut life = Life::alliance();
    life.send("2020-05-01");
    let listed = |life: &Life, on: &str| {
        let list = asked(life, (ListName::FirstSecretaries, COUNTY, None), on, None).unwrap();
        let days: Vec<_> = rows(life, &list).iter().map(|row| row["days_left"].as_i64().unwrap()).collect();
        (days, figure(&list, "first_secretaries_over"))
    };
    assert_eq!(listed(&life, "2020-05-02"), (vec![729], 0));
    assert_eq!(listed(&life, "2022-05-01"), (vec![0], 0));
    assert_eq!(listed(&life, "2022-05-02"), (vec![-1], 1));
    life.call_back("2022-05-10");
    assert_eq!(listed(&life, "2022-05-10"), (vec![], 0));
}

#[test]
fn who_was_sent_is_shown_with_the_village_and_on_its_joint_branch() {
    let mut life = Life::alliance();
    life.send("2020-05-01");
    let (views, policies) = (life.views(), policy());
    let reading = reading(&views, &policies, "2020-06-01");
    let own = organization_view(reading, WUYI).unwrap().rows.remove(0);
    let sent = own.row.first_secretary.clone().unwrap();
    assert_eq!(sent.until.to_string(), "2022-05-01");
    let joint_branch = joint_branch_view(reading, ALLIANCE).unwrap().rows.remove(0);
    let member = joint_branch.row.members.iter().find(|member| member.organization == WUYI).unwrap();
    assert_eq!(member.first_secretary, Some(sent));
}
