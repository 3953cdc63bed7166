//! How fast the signed tree is verified, beside bare SHA-256 of the same bytes, and what a receipt costs; on one core.
#![expect(clippy::unwrap_used, reason = "a benchmark")]

use std::hint::black_box;
use std::time::Instant;

use audit::checkpoint::{Checkpoint, origin};
use audit::checkpoint_check::check_against_checkpoints;
use audit::key::{KeyKind, SecretKey};
use audit::receipt::Receipt;
use audit::tree::{Tree, leaf_hash};
use sha2::{Digest, Sha256};

/// Events where no number is given.
const EVENTS: u64 = 1_000_000;
/// Bytes of an event: the median of a real log, and what is said of it elsewhere.
const EVENT_BYTES: [usize; 2] = [400, 1_000];
/// How many receipts are made.
const RECEIPTS: u64 = 10_000;

fn main() {
    let events = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(EVENTS);
    println!("{events} events, one core");
    for bytes in EVENT_BYTES {
        run(events, bytes);
    }
}

/// The bytes of an event: no two are the same, and none costs anything to make.
fn event(number: u64, bytes: &mut [u8]) -> &[u8] {
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    bytes
}

fn run(events: u64, event_bytes: usize) {
    let mut body = vec![b'x'; event_bytes];
    let rate = |name: &str, begun: Instant| {
        let seconds = begun.elapsed().as_secs_f64();
        println!("{event_bytes} B  {name:<44} {:>10.0} events/s  {seconds:.2} s", events as f64 / seconds);
    };
    let begun = Instant::now();
    for number in 0..events {
        black_box(Sha256::digest(event(number, &mut body)));
    }
    rate("bare SHA-256", begun);

    let key = SecretKey::new(&origin("5108"), KeyKind::Log, [7; 32]).unwrap();
    let begun = Instant::now();
    let tree: Tree = (0..events).map(|number| leaf_hash(event(number, &mut body))).collect();
    rate("leaves and tree (what sealing costs)", begun);
    let head =
        Checkpoint::sign(&origin("5108"), events, tree.root(events).unwrap(), std::slice::from_ref(&key));
    let head = head.unwrap();

    let begun = Instant::now();
    let verified: Tree = (0..events).map(|number| leaf_hash(event(number, &mut body))).collect();
    assert!(check_against_checkpoints(&verified, Some(&tree), &head, &[]).is_empty());
    assert!(head.is_signed_by_log(&[key.public()]).unwrap());
    rate("verify: leaves, root, signature", begun);

    let begun = Instant::now();
    for number in 0..RECEIPTS {
        let index = number * (events / RECEIPTS).max(1) % events;
        let checkpoint = Checkpoint::parse(&head.to_bytes()).unwrap();
        let receipt = Receipt::of(&tree, checkpoint, index, event(index, &mut body).to_vec()).unwrap();
        assert!(receipt.is_included());
        black_box(receipt.to_string());
    }
    let each = begun.elapsed().as_secs_f64() * 1e3 / RECEIPTS as f64;
    println!("{event_bytes} B  {:<44} {each:>10.3} ms each", "receipt: made, checked, written");
}
