//! Events that are pushed to a mirror: `add-entries` of C2SP tlog-mirror.

use std::io::Write;
use std::process::{Command, Stdio};

use audit::Hash;
use audit::checkpoint::Checkpoint;
use audit::key::{KeyKind, SecretKey};
use audit::tree::{Tree, leaf_hash};
use audit::witness::AddCheckpoint;

use super::{City, Mirror, ORIGIN};
use crate::harness::Client;
use crate::monitor::stage::{Play, Stage};

/// Given a mirror that was brought a head; when the events under it are pushed, all or the first of them, plain or packed; then they
/// are kept package by package, and the head is signed once the last one is there. What is not under the head is not kept.
#[test]
fn a_mirror_takes_what_is_pushed() {
    let City { desk: _desk, files } = City::new();
    let key = SecretKey::new(ORIGIN, KeyKind::Log, [5; 32]).unwrap();
    std::fs::write(&files.trust, format!("{}\n", key.public())).unwrap();
    let events: Vec<Vec<u8>> = (0..700).map(|number| format!("event {number}").into_bytes()).collect();
    let leaves: Vec<Hash> = events.iter().map(|event| leaf_hash(event)).collect();
    let stage = Stage::open(Play { signed: 300, ..Play::honest(events.clone(), key.clone()) });
    let data = files.directory.join("mirror");
    let unseen = Mirror::start(&files.directory.join("unseen"), "127.0.0.1:9", &files, &[]);
    let mirror = Mirror::start(&data, &stage.address, &files, &["--every", "3600"]);
    mirror.holds(300);
    let push = |to: &Mirror, body: &[u8]| Client::open(&to.address).post("/add-entries", body);
    let whole = upload(ORIGIN, (300, 700), &events, &leaves, 2);
    push(&unseen, &whole).expect(422);
    // The head is not followed yet.
    assert_eq!(push(&mirror, &whole).expect(409).text, "300\n300\n\n");
    let tree: Tree = leaves.iter().copied().collect();
    let root = tree.root(700).unwrap();
    let checkpoint = Checkpoint::sign(ORIGIN, 700, root, std::slice::from_ref(&key)).unwrap();
    let proof = tree.consistency(300, 700).unwrap();
    let body = AddCheckpoint { old_size: 300, proof, checkpoint }.to_bytes();
    assert_eq!(Client::open(&mirror.address).post("/add-checkpoint", &body).expect(200).text, "");

    push(&mirror, &upload("example.cn/another", (300, 700), &events, &leaves, 2)).expect(404);
    assert_eq!(
        push(&mirror, &upload(ORIGIN, (301, 700), &events, &leaves, 2)).expect(409).text,
        "700\n300\n\n"
    );
    push(&mirror, &whole[..40]).expect(400);
    let mut changed = whole.clone();
    changed[60] ^= 1;
    push(&mirror, &changed).expect(422);
    let accepted = push(&mirror, &whole[..whole.len() - 1]).expect(202);
    assert_eq!(accepted.text, "700\n512\n\n");
    assert_eq!(accepted.header("content-type"), Some("text/x.tlog.mirror-info"));
    assert_eq!(mirror.head().unwrap().size, 300, "nothing is signed before all of it is held");
    // Some of it once more, packed.
    let rest = packed(&upload(ORIGIN, (500, 700), &events, &leaves, 2));
    let client = Client::open(&mirror.address).with("content-encoding", "gzip");
    let signed = client.post("/add-entries", &rest).expect(200).text;
    assert!(signed.starts_with("— mirror.example.cn/mirror ") && signed.lines().count() == 1, "{signed}");
    let head = mirror.head().unwrap();
    assert_eq!((head.size, head.root), (700, root));
    let line = head.signed_by(&[mirror.key.parse().unwrap()]).unwrap();
    assert_eq!(line.len(), 1);
    // A few bytes that become very many are no events.
    let bomb = [&upload(ORIGIN, (300, 700), &events, &leaves, 0)[..], &vec![0; 200 << 20]].concat();
    client.post("/add-entries", &packed(&bomb)).expect(422);
    let path = mirror.log.strip_prefix(&mirror.address).unwrap();
    let tile = Client::open(&mirror.address).get(&format!("{path}/tile/entries/002.p/188")).expect(200);
    assert!(tile.text.contains("event 512") && tile.text.contains("event 699"));
}

/// The body of `add-entries` with the first packages of an upload, as the specification puts it together.
fn upload(
    origin: &str,
    (start, end): (usize, usize),
    events: &[Vec<u8>],
    leaves: &[Hash],
    packages: usize,
) -> Vec<u8> {
    let text = |text: &[u8]| [&(text.len() as u16).to_be_bytes()[..], text].concat();
    let mut body =
        [text(origin.as_bytes()), [start as u64, end as u64].map(u64::to_be_bytes).concat(), text(b"")]
            .concat();
    let starts = (start / 256 * 256..end).step_by(256).take(packages);
    for rounded in starts {
        let last = end.min(rounded + 256);
        body.extend(events[start.max(rounded)..last].iter().flat_map(|event| text(event)));
        let proof = subtree_proof((rounded, last), &leaves[..end], true);
        body.push(proof.len() as u8);
        body.extend(proof.iter().flat_map(|hash| hash.0));
    }
    body
}

/// The subtree consistency proof of draft-ietf-plants-merkle-tree-certs.
fn subtree_proof((start, end): (usize, usize), leaves: &[Hash], is_whole: bool) -> Vec<Hash> {
    let root = |leaves: &[Hash]| {
        let tree: Tree = leaves.iter().copied().collect();
        tree.root(tree.size()).unwrap()
    };
    if (start, end) == (0, leaves.len()) {
        return if is_whole { Vec::new() } else { vec![root(leaves)] };
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    let middle = left.len();
    let (mut proof, sibling) = if end <= middle {
        (subtree_proof((start, end), left, is_whole), right)
    } else if start >= middle {
        (subtree_proof((start - middle, end - middle), right, is_whole), left)
    } else {
        (subtree_proof((0, end - middle), right, false), left)
    };
    proof.push(root(sibling));
    proof
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut child =
        Command::new("gzip").arg("-c").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || input.write_all(bytes).unwrap());
        child.wait_with_output().unwrap().stdout
    })
}
