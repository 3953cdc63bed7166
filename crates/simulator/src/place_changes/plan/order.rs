//! The order of the steps of one tier: nobody takes a code before who bears it is gone, nobody goes over into what is
//! not there yet.

use std::collections::{BTreeMap, BTreeSet};

use domain::place::PlaceCode;

use super::rows::Bearers;
use super::{Act, LineProblem, Step, problem};
use crate::place_changes::code_above;

/// Orders the steps; those that wait for each other in a circle are refused with their lines.
pub(super) fn in_order(steps: Vec<Step>, bearers: &Bearers) -> Result<Vec<Step>, Vec<LineProblem>> {
    let waits = waiting(&steps, bearers);
    let mut followers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut open: Vec<usize> = vec![0; steps.len()];
    for (step, before) in &waits {
        open[*step] += 1;
        followers.entry(*before).or_default().push(*step);
    }
    let mut ready: BTreeSet<usize> = (0..steps.len()).filter(|at| open[*at] == 0).collect();
    let mut order = Vec::with_capacity(steps.len());
    while let Some(step) = ready.pop_first() {
        order.push(step);
        for follower in followers.remove(&step).unwrap_or_default() {
            open[follower] -= 1;
            if open[follower] == 0 {
                ready.insert(follower);
            }
        }
    }
    if order.len() < steps.len() {
        let stuck = (0..steps.len()).filter(|at| open[*at] > 0).map(|at| &steps[at]);
        let circle = |step: &Step| {
            let code = bearers.code(step.bearer);
            let chinese = format!("{code} 与其他行互相等待（代码互换或互相并入），无先后可循；请改为更名");
            let english = format!(
                "{code} and other lines wait for each other (codes exchanged, or each merged into the other): make them `rename`"
            );
            problem(step.line, "new_codes", chinese, english)
        };
        return Err(stuck.map(circle).collect());
    }
    let mut steps: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|at| steps[at].take()).collect())
}

/// Which step waits for which.
fn waiting(steps: &[Step], bearers: &Bearers) -> BTreeSet<(usize, usize)> {
    let mut leaves: BTreeMap<usize, usize> = BTreeMap::new();
    let mut comes: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, step) in steps.iter().enumerate() {
        match &step.act {
            Act::End(_) | Act::Close => drop(leaves.insert(step.bearer, at)),
            Act::Take(code) => {
                leaves.insert(step.bearer, at);
                // What came along with the place above is in its county by now, whatever its code says.
                if county(code) != bearers.county(step.bearer) {
                    comes.insert(step.bearer, at);
                }
            }
            Act::Register(..) => drop(comes.insert(step.bearer, at)),
            Act::Rename(_) => {}
        }
    }
    let mut waits = BTreeSet::new();
    for (at, step) in steps.iter().enumerate() {
        match &step.act {
            Act::Register(code, _) | Act::Take(code) => {
                let holder = bearers.at(code).filter(|holder| *holder != step.bearer);
                waits.extend(holder.and_then(|holder| leaves.get(&holder)).map(|before| (at, *before)));
            }
            Act::End(successors) => {
                waits.extend(successors.iter().filter_map(|to| comes.get(to)).map(|before| (at, *before)));
            }
            // A new name is that of the place under its new code, whose line says both.
            Act::Rename(_) | Act::Close => {}
        }
    }
    waits
}

fn county(code: &PlaceCode) -> Option<PlaceCode> {
    let mut code = code.clone();
    while code.as_str().len() > 6 {
        code = code_above(&code)?;
    }
    Some(code)
}
