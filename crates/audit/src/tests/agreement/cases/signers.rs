//! Who signed: keys, checkpoints, kept checkpoints, witnesses, and files of trusted keys.

use super::{
    ANOTHER_SIGNER, CONTINUES, FAILED, Files, HOUR, NOBODY, TOO_FEW, Table, USAGE, VERIFIED, Wanted, log_key,
};
use domain::event_data::log_keeping::SigningKeysDeclared;
use domain::ids::EventId;
use domain::{Event, EventBody};
use ulid::Ulid;

use super::super::forge::{Forge, command};
use crate::Hash;
use crate::checkpoint::{Checkpoint, origin};
use crate::key::SecretKey;

pub(super) fn all(table: &mut Table) {
    keys(table);
    checkpoints(table);
    kept(table);
    changed_keys(table);
    quorum(table);
    times(table);
    clock(table);
    policies(table);
}

fn keys(table: &mut Table) {
    let whole = table.whole();
    let text = whole.text("keys");
    let (first, rest) = text.split_once('\n').unwrap();
    let (first, rest) = (first.to_owned(), rest.to_owned());
    for (name, forged) in [
        ("one twice", format!("{first}\n{text}")),
        ("a comment", format!("# keys\n{text}")),
        ("an empty line", format!("{text}\n")),
        ("a blank behind one", format!("{first} \n{rest}")),
        ("no end of the last line", text.trim_end().to_owned()),
        ("lines that end as on Windows", text.replace('\n', "\r\n")),
        ("the word log", format!("log {text}")),
        ("a quorum", format!("{text}quorum none\n")),
        ("garbage", "garbage\n".to_owned()),
        ("nothing", String::new()),
        ("a number in capitals", first.to_uppercase() + "\n"),
        ("a kind that is unknown", first.replacen("+A", "+B", 2) + "\n"),
        ("another spelling of a key", first[..first.len() - 2].to_owned() + "B=\n"),
        ("without the log's", rest.clone()),
        ("a mark before it", format!("\u{feff}{text}")),
    ] {
        let is_needed = name != "without the log's";
        table.mended(
            &format!("keys: {name}"),
            &whole.with("keys", forged),
            if is_needed { FAILED } else { VERIFIED },
        );
    }
    table.mended("keys: the log's alone", &whole.with("keys", format!("{first}\n")), VERIFIED);
}

fn checkpoints(table: &mut Table) {
    let whole = table.whole();
    let head = whole.text("checkpoint");
    let (text, line) = head.rsplit_once("\n\n").unwrap();
    let signature = line.trim_end().rsplit_once(' ').unwrap().1.to_owned();
    let stranger = "stranger.example.cn";
    let unknown = |name: &str| format!("— {name} {}\n", "AAAAAA".to_owned() + &signature[6..]);
    let size = table.forge.size();
    let hashed = |count: usize| (0..count).map(|number| unknown(&format!("s{number}"))).collect::<String>();
    for (name, forged, expected) in [
        ("a signature of an unknown key", format!("{head}{}", unknown(stranger)), VERIFIED),
        ("two of one unknown key", format!("{head}{0}{0}", unknown(stranger)), FAILED),
        ("99 unknown ones", format!("{head}{}", hashed(99)), VERIFIED),
        ("100 unknown ones", format!("{head}{}", hashed(100)), FAILED),
        ("a second line of the trusted key", format!("{head}{}", line.replacen("A", "B", 3)), FAILED),
        ("the same line again", format!("{head}{line}"), FAILED),
        ("a junk line before it", format!("{text}\n\n{}{line}", unknown(stranger)), VERIFIED),
        ("a short signature", format!("{head}— {stranger} AAAA\n"), FAILED),
        ("a name with a plus", format!("{head}{}", unknown("a+b")), FAILED),
        ("no name", format!("{head}{}", unknown("")), FAILED),
        ("a hyphen for the dash", head.replacen('—', "-", 1), FAILED),
        ("two blanks", head.replacen("— ", "—  ", 1), FAILED),
        ("no end of the last line", head.trim_end().to_owned(), FAILED),
        ("an empty line more", format!("{head}\n"), FAILED),
        ("no signature", format!("{text}\n\n"), FAILED),
        ("a tab", head.replacen("— ", "—\t", 1), FAILED),
        ("lines that end as on Windows", head.replace('\n', "\r\n"), FAILED),
        ("a zero before the size", head.replacen(&format!("\n{size}\n"), &format!("\n0{size}\n"), 1), FAILED),
        ("another size", head.replacen(&format!("\n{size}\n"), &format!("\n{}\n", size + 1), 1), FAILED),
        ("another origin", head.replacen("5108", "5109", 1), FAILED),
        ("a line that nobody signed", format!("{text}\nmore\n\n{line}"), FAILED),
        ("an empty extension", format!("{text}\n\n\n{line}"), FAILED),
        ("a wrong signature", head.replacen(&signature[20..26], "AAAAAA", 1), FAILED),
    ] {
        table.mended(&format!("checkpoint: {name}"), &whole.with("checkpoint", forged), expected);
    }
    // A line that is signed with the rest is no business of ours, as the specification asks.
    let forge = &table.forge;
    let root = forge.tree().root(size).unwrap();
    let extended = format!("{}\n{size}\n{root}\nsm3 AAAA\n", origin("5108"));
    let line = forge.key.sign(extended.as_bytes(), 0).unwrap().to_bytes();
    let extended = [extended.as_bytes(), b"\n", &line].concat();
    table.mended("checkpoint: a signed extension", &whole.with("checkpoint", extended), VERIFIED);
}

/// A head with other keys, of another log, or over another history.
fn head_of(origin: &str, size: u64, root: Hash, key: &SecretKey) -> Vec<u8> {
    Checkpoint::sign(origin, size, root, std::slice::from_ref(key)).unwrap().to_bytes()
}

fn kept(table: &mut Table) {
    let (size, tree, own) = (table.forge.size(), table.forge.tree(), origin("5108"));
    let root = |size: u64| tree.root(size).unwrap();
    let (key, stranger) = (table.forge.key.clone(), log_key(7));
    let other = SecretKey::new(&origin("5109"), crate::key::KeyKind::Log, [8; 32]).unwrap();
    let whole = table.whole();
    let keys = format!("{}\n{}\n", stranger.public(), key.public());
    let signed_anew =
        whole.with("keys", keys).with("checkpoint", head_of(&own, size, root(size), &stranger)).mended();
    let range = table.forge.bundle(Wanted::Range(5, 20), &[], false);
    let early = head_of(&own, 10, root(10), &key);
    let junk = String::from_utf8(early.clone()).unwrap();
    let junk = junk.replacen(&junk[junk.len() - 20..junk.len() - 12], "AAAAAAAA", 1).into_bytes();
    let late = head_of(&own, size + 1, root(size), &key);
    type Row<'a> = (&'a str, &'a Files, Vec<u8>, bool, &'static str);
    let rows: [Row<'_>; 17] = [
        ("an earlier head", &whole, early.clone(), false, CONTINUES),
        ("an earlier head, key trusted", &whole, early.clone(), true, VERIFIED),
        ("the same head", &whole, head_of(&own, size, root(size), &key), false, CONTINUES),
        ("another root", &whole, head_of(&own, 10, root(9), &key), false, FAILED),
        ("a later head", &whole, late, false, FAILED),
        ("another log's", &whole, head_of(&origin("5109"), 10, root(10), &other), false, FAILED),
        ("another log's, key trusted", &whole, head_of(&origin("5109"), 10, root(10), &other), true, FAILED),
        ("of a stranger", &whole, head_of(&own, 10, root(10), &stranger), false, ANOTHER_SIGNER),
        ("of a stranger, key trusted", &whole, head_of(&own, 10, root(10), &stranger), true, FAILED),
        ("a junk signature", &whole, junk.clone(), false, FAILED),
        ("a junk signature, key trusted", &whole, junk, true, FAILED),
        ("the log is signed by a stranger since", &signed_anew, early.clone(), false, ANOTHER_SIGNER),
        (
            "the same head signed by a stranger",
            &signed_anew,
            head_of(&own, size, root(size), &key),
            false,
            CONTINUES,
        ),
        ("a part, another size", &range, early, false, USAGE),
        ("a part, the same size", &range, head_of(&own, size, root(size), &key), false, CONTINUES),
        ("a part, the same size, another root", &range, head_of(&own, size, root(9), &key), false, FAILED),
        ("no checkpoint", &whole, b"no checkpoint".to_vec(), false, USAGE),
    ];
    for (name, files, since, is_trusted, expected) in rows {
        let mut case = table.forge.case(&format!("since: {name}"), files.to_bytes());
        case.since = Some(since);
        case.trust = case.trust.filter(|_| is_trusted);
        table.case(case, expected);
    }
    let mut unasked = table.forge.case("honest: nobody is trusted", whole.to_bytes());
    unasked.trust = None;
    table.case(unasked, NOBODY);
    let mut strange = table.forge.case("honest: another key is trusted", whole.to_bytes());
    strange.trust = Some(format!("{}\n", stranger.public()).into_bytes());
    table.case(strange, NOBODY);
    table.file("signed by a stranger whose key lies beside", &signed_anew, NOBODY);
}

/// A log that changes its key: to both, and then to the new one alone, which signs the head.
#[expect(clippy::too_many_lines, reason = "a table, a line a case")]
fn changed_keys(table: &mut Table) {
    let (old, new, stranger) = (table.forge.key.clone(), log_key(9), log_key(7));
    let before = table.forge.size();
    let (both, alone) = (before + 1, before + 2);
    let log = |first: &[&SecretKey]| {
        table.forge.rewritten(|events| {
            declare(events, first, 0xA1);
            declare(events, &[&new], 0xA2);
        })
    };
    let (changed, to_stranger) = (log(&[&old, &new]), log(&[&stranger]));
    let own = origin("5108");
    // Signed by a key, at a size, with a witness's name where it is kept in the bundle.
    let head = |log: &Forge, size: u64, key: &SecretKey| {
        let root = log.tree().root(size).unwrap();
        let signed = Checkpoint::sign(&own, size, root, std::slice::from_ref(key)).unwrap();
        let time = u64::try_from(log.time_of(size) / 1_000).unwrap();
        signed.with_signatures(&signed.cosign(&log.witnesses[0], time).unwrap()).unwrap()
    };
    let file = |log: &Forge, last: &SecretKey, between: &[Checkpoint]| {
        let whole = log.bundle_under(&head(log, alone, last), Wanted::Whole, between, false);
        let keys = [&old, &new, &stranger].map(|key| format!("{}\n", key.public())).concat();
        let witness = format!("{}\n", log.witnesses[0].public());
        whole.with("keys", keys + &witness).mended()
    };
    let plain = |log: &Forge, size: u64, key: &SecretKey| {
        Checkpoint::sign(&own, size, log.tree().root(size).unwrap(), std::slice::from_ref(key))
            .unwrap()
            .to_bytes()
    };
    let seen = |log: &Forge, key: &SecretKey| vec![head(log, both, key)];
    let rows = [
        ("kept where both were declared", file(&changed, &new, &[]), plain(&changed, both, &old), CONTINUES),
        (
            "kept before, seen between",
            file(&changed, &new, &seen(&changed, &old)),
            plain(&changed, before, &old),
            CONTINUES,
        ),
        (
            "kept before, nothing between",
            file(&changed, &new, &[]),
            plain(&changed, before, &old),
            ANOTHER_SIGNER,
        ),
        (
            "kept before, a stranger's between",
            file(&changed, &new, &seen(&changed, &stranger)),
            plain(&changed, before, &old),
            ANOTHER_SIGNER,
        ),
        (
            "kept before, the new one's between",
            file(&changed, &new, &seen(&changed, &new)),
            plain(&changed, before, &old),
            ANOTHER_SIGNER,
        ),
        (
            "kept as a stranger signed it: the log under it names its keys",
            file(&changed, &new, &[]),
            plain(&changed, both, &stranger),
            CONTINUES,
        ),
        (
            "a stranger signs at last",
            file(&changed, &stranger, &[]),
            plain(&changed, both, &old),
            ANOTHER_SIGNER,
        ),
        (
            "who named a stranger answers for them",
            file(&to_stranger, &stranger, &[]),
            plain(&to_stranger, both, &old),
            CONTINUES,
        ),
        (
            "who named a stranger signs no more",
            file(&to_stranger, &old, &[]),
            plain(&to_stranger, both, &old),
            ANOTHER_SIGNER,
        ),
        (
            "named after what was kept",
            file(&to_stranger, &stranger, &[]),
            plain(&to_stranger, before, &old),
            ANOTHER_SIGNER,
        ),
    ];
    for (name, file, since, expected) in rows {
        let mut case = table.forge.case(&format!("changed keys: {name}"), file.to_bytes());
        (case.since, case.trust) = (Some(since), None);
        table.case(case, expected);
    }
}

/// The log declares its keys, by a command of its own.
fn declare(events: &mut Vec<Event>, keys: &[&SecretKey], number: u128) {
    let mut keys: Vec<String> = keys.iter().map(|key| key.public().to_string()).collect();
    keys.sort();
    let keys = keys.into_iter().map(|key| key.try_into().unwrap()).collect();
    let mut event = events.last().unwrap().clone();
    (event.meta.command_id, event.meta.id) = (command(number), EventId(Ulid(number)));
    event.body = EventBody::SigningKeysDeclared(SigningKeysDeclared { keys });
    events.push(event);
}

/// Two of three must have witnessed the last head, or all that is older than a day.
fn quorum(table: &mut Table) {
    let (size, now) = (table.forge.size(), table.forge.now);
    let day = 24 * HOUR;
    let head = |size: u64, who: &[usize], time: i64| {
        let times: Vec<(usize, i64)> = who.iter().map(|witness| (*witness, time)).collect();
        table.forge.head(size, &times)
    };
    let last = |who: &[usize]| vec![head(size, who, now)];
    let long_ago = vec![head(size, &[0, 1], now), head(size, &[], now)];
    let mut rows = vec![
        ("nobody", Vec::new(), 0, TOO_FEW),
        ("one of three", last(&[0]), 0, TOO_FEW),
        ("two of three", last(&[0, 2]), 0, VERIFIED),
        ("three of three", last(&[0, 1, 2]), 0, VERIFIED),
        ("two of three, years later", last(&[0, 2]), 1_000 * day, VERIFIED),
        (
            "each on another head",
            vec![head(size - 1, &[0], table.forge.time_of(size - 1)), head(size, &[1], now)],
            0,
            TOO_FEW,
        ),
    ];
    rows.push(("signed again", long_ago, day, VERIFIED));
    let mut all = Vec::new();
    for (name, witnessed, later, expected) in rows {
        all.push((name.to_owned(), table.forge.bundle(Wanted::Whole, &witnessed, false), later, expected));
    }
    // Only the first event is witnessed; the others are as old as the clock says.
    let time_of = |position: u64| table.forge.time_of(position);
    let old = table.forge.bundle(Wanted::Whole, &[head(1, &[0, 1], time_of(1))], false);
    all.push(("the first event alone, long ago".to_owned(), old, 0, TOO_FEW));
    let quiet = (1..=size).rev().find(|position| now - time_of(*position) > 2 * HOUR).unwrap();
    let young = table.forge.bundle(Wanted::Whole, &[head(quiet, &[0, 1], time_of(quiet))], false);
    all.push(("all that is old".to_owned(), young.clone(), 0, VERIFIED));
    all.push(("all that was old two days ago".to_owned(), young, 2 * day, TOO_FEW));
    // Under the root of a part the heads of witnesses are not known to lie.
    let part = table.forge.bundle(Wanted::Range(5, 20), &[head(size - 1, &[0, 1], time_of(size - 1))], false);
    all.push(("a part whose own head is not witnessed".to_owned(), part, 0, TOO_FEW));
    let part = table.forge.bundle(Wanted::Range(5, 20), &last(&[0, 1]), false);
    all.push(("a part whose own head is".to_owned(), part, 0, VERIFIED));
    for (name, files, later, expected) in all {
        let mut case = table.forge.case(&format!("quorum: {name}"), files.to_bytes());
        case.trust = Some(table.forge.policy().into_bytes());
        case.now += later;
        table.case(case, expected);
    }
}

/// What witnesses saw, and when; and the verifier's own clock.
fn times(table: &mut Table) {
    let (size, now) = (table.forge.size(), table.forge.now);
    let days = 240 * HOUR;
    let head = |size: u64, times: &[(usize, i64)]| table.forge.head(size, times);
    let forked = Checkpoint::sign(
        &origin("5108"),
        9,
        table.forge.tree().root(10).unwrap(),
        std::slice::from_ref(&table.forge.key),
    );
    let strange = Checkpoint::sign(&origin("5108"), 9, table.forge.tree().root(9).unwrap(), &[log_key(7)]);
    let whole = |witnessed: &[Checkpoint]| table.forge.bundle(Wanted::Whole, witnessed, false);
    let named = |from: &str, to: &str| {
        let files = whole(&[head(9, &[(0, table.forge.time_of(9))])]);
        let bytes = files.get(from).to_vec();
        files.without(|name| name == from).with(to, bytes)
    };
    let rows = [
        ("seen after the events", whole(&[head(size, &[(0, now)])]), VERIFIED),
        ("seen before their time", whole(&[head(size, &[(0, now - days)])]), FAILED),
        ("dated back", whole(&[head(size - 1, &[(0, now + days)])]), FAILED),
        (
            "signed again before they were recorded",
            whole(&[head(size - 1, &[(0, now - HOUR)]), head(size - 1, &[(0, now + days)])]),
            FAILED,
        ),
        (
            "one clock of three is behind",
            whole(&[head(size, &[(0, now), (1, now), (2, now - days)])]),
            VERIFIED,
        ),
        (
            "one clock of three is ahead",
            whole(&[head(size - 1, &[(0, now - HOUR), (1, now - HOUR), (2, now + days)])]),
            VERIFIED,
        ),
        (
            "two clocks of three are ahead",
            whole(&[head(size - 1, &[(0, now - HOUR), (1, now + days), (2, now + days)])]),
            FAILED,
        ),
        ("a head over another history", whole(&[forked.unwrap()]), FAILED),
        ("a head that the log did not sign", whole(&[strange.unwrap()]), FAILED),
        (
            "a head under another number",
            named("witnessed/00000000000000000009", "witnessed/00000000000000000008").mended(),
            FAILED,
        ),
        ("a head under no number", named("witnessed/00000000000000000009", "witnessed/9").mended(), FAILED),
        ("an early head", whole(&[head(9, &[(0, table.forge.time_of(9))])]), VERIFIED),
        (
            "left out",
            whole(&[head(9, &[(0, table.forge.time_of(9))])])
                .without(|name| name.starts_with("witnessed/"))
                .mended(),
            FAILED,
        ),
    ];
    for (name, files, expected) in rows {
        table.file(&format!("witness: {name}"), &files, expected);
    }
}

/// The verifier's own clock.
fn clock(table: &mut Table) {
    let files = table.whole();
    for (name, hours, expected) in [
        ("an hour after the last event", 0, VERIFIED),
        ("before it", -2, FAILED),
        ("years later", 100_000, VERIFIED),
    ] {
        let mut case = table.forge.case(&format!("clock: {name}"), files.to_bytes());
        case.now += hours * HOUR;
        table.case(case, expected);
    }
}

/// Files of trusted keys, well-meant and not.
fn policies(table: &mut Table) {
    let witnessed = [table.forge.head(table.forge.size(), &[(0, table.forge.now), (1, table.forge.now)])];
    let bundle = table.forge.bundle(Wanted::Whole, &witnessed, false).to_bytes();
    let (policy, keys) = (table.forge.policy(), table.forge.keys());
    let with = |from: &str, to: &str| policy.replacen(from, to, 1).into_bytes();
    let witness = table.forge.witnesses[0].public().to_string();
    let rows: Vec<(&str, Vec<u8>, &'static str)> = vec![
        ("as it is", policy.clone().into_bytes(), VERIFIED),
        ("the key alone", keys.clone().into_bytes(), VERIFIED),
        ("a mark before it", [b"\xef\xbb\xbf", policy.as_bytes()].concat(), VERIFIED),
        ("two marks before it", [b"\xef\xbb\xbf\xef\xbb\xbf", policy.as_bytes()].concat(), USAGE),
        ("lines that end as on Windows", policy.replace('\n', "\r\n").into_bytes(), VERIFIED),
        (
            "a comment in GBK",
            [b"# \xcf\xd8\xc0\xef\xca\xd5\xb5\xbd\n \t#\xff\n", policy.as_bytes()].concat(),
            VERIFIED,
        ),
        ("a key in GBK", [policy.as_bytes(), b"\xcf\xd8\n"].concat(), USAGE),
        ("UTF-16", policy.encode_utf16().flat_map(u16::to_le_bytes).collect(), USAGE),
        ("tabs and blanks", with("witness W1 ", "\t witness \t W1  "), VERIFIED),
        ("an address of the log", with("\nwitness W0", " https://log.example.cn\nwitness W0"), VERIFIED),
        ("two addresses of the log", with("\nwitness W0", " a b\nwitness W0"), USAGE),
        ("an ideographic blank", with("witness W1 ", "witness\u{3000}W1 "), USAGE),
        ("a line of an ideographic blank", with("quorum", "\u{3000}\nquorum"), USAGE),
        ("three of three asked for", with("group all-of-them 2", "group all-of-them all"), TOO_FEW),
        ("any", with("group all-of-them 2", "group all-of-them any"), VERIFIED),
        ("a threshold with a sign", with("group all-of-them 2", "group all-of-them +2"), USAGE),
        ("a threshold with a zero", with("group all-of-them 2", "group all-of-them 02"), USAGE),
        ("a threshold of none", with("group all-of-them 2", "group all-of-them 0"), USAGE),
        ("a threshold of four", with("group all-of-them 2", "group all-of-them 4"), USAGE),
        ("a threshold in other digits", with("group all-of-them 2", "group all-of-them ２"), USAGE),
        ("a member twice", with("W0 W1 W2\n", "W0 W0 W2\n"), USAGE),
        ("a member that is none", with("W0 W1 W2\n", "W0 W1 W9\n"), USAGE),
        ("a member in two groups", with("quorum all", "group more any W0\nquorum all"), USAGE),
        ("a group that is a witness", with("group all-of-them", "group W0"), USAGE),
        ("a group none", with("group all-of-them 2", "group none 2"), USAGE),
        ("a group without members", with("quorum all", "group more any\nquorum all"), USAGE),
        ("two quorums", with("quorum", "quorum none\nquorum"), USAGE),
        ("quorum none twice", (keys.clone() + "quorum none\nquorum none\n").into_bytes(), USAGE),
        ("a quorum that is none", with("quorum all-of-them", "quorum some"), USAGE),
        ("a single witness", with("quorum all-of-them", "quorum W0"), VERIFIED),
        ("a single witness who did not sign", with("quorum all-of-them", "quorum W2"), TOO_FEW),
        ("a witness's key twice", with("group", &format!("witness W9 {witness}\ngroup")), USAGE),
        ("a witness's key as a log's", (keys.clone() + &format!("log {witness}\n")).into_bytes(), USAGE),
        ("no log", format!("witness W0 {witness}\n").into_bytes(), USAGE),
        ("nothing", Vec::new(), USAGE),
        ("a word", (keys.clone() + "trust everybody\n").into_bytes(), USAGE),
        ("two keys in a line", (keys.trim_end().to_owned() + " " + &witness + "\n").into_bytes(), USAGE),
        ("a key with a wrong number", keys.replacen('+', "+0", 1).into_bytes(), USAGE),
        ("hours", (policy.clone() + "quorum_hours 1\n").into_bytes(), VERIFIED),
        ("hours twice", (policy.clone() + "quorum_hours 1\nquorum_hours 1\n").into_bytes(), USAGE),
        ("no hours", (policy.clone() + "quorum_hours 0\n").into_bytes(), USAGE),
        ("too many hours", (policy.clone() + "quorum_hours 8785\n").into_bytes(), USAGE),
        ("256 lines", (keys.clone() + &"# x\n".repeat(300)).into_bytes(), VERIFIED),
        ("too long", (keys + &"#".repeat(64 << 10)).into_bytes(), USAGE),
    ];
    for (name, trust, expected) in rows {
        let mut case = table.forge.case(&format!("trusted keys: {name}"), bundle.clone());
        case.trust = Some(trust);
        table.case(case, expected);
    }
}
