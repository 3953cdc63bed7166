//! One county against another and the city, over a real server: what it is given works, what it tries beyond that fails.

mod attacks;
mod world;

use std::io::Write;

use attacks::{Aim, Attack, CHANGING, READING, STREAM};
use world::{ATTACKED, ATTACKER, World};

/// What came of an attack.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Failed,
    Leaked(String),
    Changed(String),
}

#[tokio::test(flavor = "multi_thread")]
async fn a_county_reads_its_own_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::open(folder.path()).await;
    reads_its_own(&world).await;
    let attacker = world.connect_county(ATTACKER).await;
    let mut from_county = Vec::new();
    for attack in all_attacks() {
        let mut outcome = Outcome::Failed;
        for api in ["$JS.API", "JS.GOV.API"] {
            let tried = attempt(&world, &attacker, attack, api).await;
            outcome = if tried == Outcome::Failed { outcome } else { tried };
        }
        from_county.push(outcome);
    }
    others_still_read_everything(&world).await;

    // The same messages from within the city's account: what they do there shows that the test would notice.
    let mut from_city = Vec::new();
    for attack in all_attacks() {
        let city = world.start_over_unprotected().await;
        from_city.push(attempt(&world, &city, attack, "$JS.API").await);
    }
    tell(&from_county, &from_city);
    let succeeded: Vec<_> =
        all_attacks().zip(&from_county).filter(|(_, it)| **it != Outcome::Failed).collect();
    assert!(succeeded.is_empty(), "{succeeded:#?}");
    let unnoticed =
        |(attack, outcome): &(&Attack, &Outcome)| attack.works_within == (**outcome == Outcome::Failed);
    let unnoticed: Vec<_> = all_attacks().zip(&from_city).filter(unnoticed).collect();
    assert!(unnoticed.is_empty(), "the city's own account should have succeeded, or failed: {unnoticed:#?}");
}

fn all_attacks() -> impl Iterator<Item = &'static Attack> {
    READING.iter().chain(&CHANGING)
}

/// Reading what was there, double acknowledgement, and delivery of what comes later.
async fn reads_its_own(world: &World) {
    let mut reader = world.reader(ATTACKER).await;
    let subjects = reader.take(world.events_of(ATTACKER).await).await;
    let own = format!("lianjian.5108.{ATTACKER}.");
    assert!(
        subjects.iter().all(|it| it.starts_with(&own) || it.starts_with("lianjian.5108._.")),
        "{subjects:?}"
    );
    assert!(subjects.iter().any(|it| it.starts_with(&own)), "{subjects:?}");
    world.publish(ATTACKED).await;
    world.publish("_").await;
    world.publish(ATTACKER).await;
    let live = reader.take(2).await;
    assert_eq!(live, [world::subject_of("_"), world::subject_of(ATTACKER)]);
    assert_eq!(reader.unacknowledged().await, 0, "double acknowledgement");
}

async fn others_still_read_everything(world: &World) {
    let mut reader = world.reader(ATTACKED).await;
    // With what was handed out before the attacks and not acknowledged: it comes again.
    let count = world.events_of(ATTACKED).await;
    assert_eq!(reader.take(count).await.len(), count);
}

/// Sends an attack's messages and looks at what the attacker got and what the stream became.
async fn attempt(world: &World, attacker: &async_nats::Client, attack: &Attack, api: &str) -> Outcome {
    let mut ears = world::Ears::open(attacker, attack.listens).await;
    if attack.messages.is_empty() {
        world.publish(ATTACKED).await;
    }
    let handed_out = world.hand_out(ATTACKER).await;
    let before = world.state().await;
    for message in attack.messages {
        let text = |text: &str| {
            text.replace("{api}", api)
                .replace(attacks::OWN_ACK, &handed_out)
                .replace(attacks::OTHERS_ACK, world.others_ack())
        };
        let reply = match message.reply {
            attacks::Reply::Own => ears.inbox.clone(),
            attacks::Reply::To(subject) => text(subject),
        };
        attacker.publish_with_reply(text(message.subject), reply, text(message.body).into()).await.unwrap();
        ears.hear().await;
    }
    ears.hear().await;
    let changes = before.changes(&world.state().await);
    match attack.aim {
        Aim::Read(secret) if let Some(heard) = ears.heard(secret) => Outcome::Leaked(heard),
        _ if changes.is_empty() => Outcome::Failed,
        _ => Outcome::Changed(changes.join(", ")),
    }
}

/// Past the test runner, which would keep it to itself: what was tried should be seen where everything went well.
fn tell(from_county: &[Outcome], from_city: &[Outcome]) {
    let mut table =
        format!("\nattacks on {STREAM} from county {ATTACKER}'s account, and from within the city's\n\n");
    for ((attack, county), city) in all_attacks().zip(from_county).zip(from_city) {
        let word = |outcome: &Outcome| match outcome {
            Outcome::Failed => "fails",
            Outcome::Leaked(_) => "READS",
            Outcome::Changed(_) => "CHANGES",
        };
        table += &format!("  {:<58} county: {:<8} city: {}\n", attack.name, word(county), word(city));
    }
    std::io::stdout().write_all(table.as_bytes()).unwrap();
}
