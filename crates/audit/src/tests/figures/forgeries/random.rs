//! Proofs changed at random, on which the checkers must agree whatever they say.

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::super::{World, is_found, ours, some_proof};
use super::{Checker, LOOP, NODE_LOOP, theirs};

/// What a change puts into the text: what a proof is made of, and what it is not.
const PIECES: [&str; 14] =
    ["", " ", "\n", "\n\n", ",", "0", "1", "-", "+ ", "^ ", "rows", "A", "_", "\u{a0}"];

#[test]
fn the_checkers_agree_on_proofs_changed_at_random() {
    let world = World::usual();
    let checkers = [Checker::running(LOOP), Checker::running_in_node(NODE_LOOP)].map(RefCell::new);
    let trust = world.trust(true);
    let mut runner = TestRunner::new(Config { cases: 400, ..Config::default() });
    let change = (any::<u16>(), any::<usize>(), any::<usize>(), 0_usize..4, 0..PIECES.len());
    let judged = runner.run(&change, |(choice, figure, at, removed, piece)| {
        let Some(proof) = some_proof(&world, choice, figure) else { return Ok(()) };
        // The signatures are changed elsewhere: here it is the reading that must agree.
        let text = proof.to_string();
        let end = text.rfind("\n\n").unwrap();
        let at = (0..=at % end).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let end = (at + removed..text.len()).find(|end| text.is_char_boundary(*end)).unwrap();
        let changed = format!("{}{}{}", &text[..at], PIECES[piece], &text[end..]);
        let (own, shown) = ours(changed.as_bytes(), &trust);
        let [python, node] =
            checkers.each_ref().map(|checker| theirs(&mut checker.borrow_mut(), changed.as_bytes(), &trust));
        prop_assert_eq!(&own, &python.0, "{:?}; {}\n{}", shown, python.1, changed);
        // The page names no reason by which it refuses.
        let is_verified = |verdict: &str| verdict == "verified";
        prop_assert_eq!(is_verified(&own), is_verified(&node.0), "{:?}; {}\n{}", shown, node.1, changed);
        prop_assert!(changed == text || is_found(&world, changed.as_bytes()), "{}", changed);
        Ok(())
    });
    judged.unwrap();
}
