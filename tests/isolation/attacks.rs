//! What one county might try against another and against the city: each attack as the messages that it sends.
//!
//! `{api}` stands for what the attacker puts before JetStream's names, and every attack is tried with each: `$JS.API` as
//! the server knows it, and the county's own `JS.GOV.API`. 510811 attacks, 510812 is attacked.

/// The stream that is attacked.
pub const STREAM: &str = "LIANJIAN_5108";
/// A word that stands in events of the other county only.
pub const SECRET: &str = "朝天";

/// What an attack is after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// To see a message with this text in it.
    Read(&'static str),
    /// To change the stream, what is in it, or another's consumer.
    Change,
}

/// Where the answer to a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// To the attacker.
    Own,
    /// To a subject that does harm when a message arrives on it.
    To(&'static str),
}

/// One message.
#[derive(Debug, Clone, Copy)]
pub struct Message {
    pub subject: &'static str,
    pub reply: Reply,
    pub body: &'static str,
}

/// One attack.
#[derive(Debug, Clone, Copy)]
pub struct Attack {
    pub name: &'static str,
    pub aim: Aim,
    /// What the attacker listens to, beside the answers.
    pub listens: &'static str,
    pub messages: &'static [Message],
    /// Whether it succeeds where nothing but permissions could stop it: from within the city's own account.
    pub works_within: bool,
}

impl Attack {
    /// One that not even the city's account carries through: it is tried all the same.
    const fn in_vain(self) -> Self {
        Self { works_within: false, ..self }
    }
}

const fn asks(name: &'static str, aim: Aim, messages: &'static [Message]) -> Attack {
    Attack { name, aim, listens: "attacker.>", messages, works_within: true }
}

const fn listens(name: &'static str, to: &'static str) -> Attack {
    Attack { name, aim: Aim::Read(SECRET), listens: to, messages: &[], works_within: true }
}

const fn ask(subject: &'static str, body: &'static str) -> Message {
    Message { subject, reply: Reply::Own, body }
}

const fn divert(subject: &'static str, body: &'static str, reply: &'static str) -> Message {
    Message { subject, reply: Reply::To(reply), body }
}

const DELETE_STREAM: &str = "$JS.API.STREAM.DELETE.LIANJIAN_5108";
const PURGE_STREAM: &str = "$JS.API.STREAM.PURGE.LIANJIAN_5108";
const DELETE_CONSUMER: &str = "$JS.API.CONSUMER.DELETE.LIANJIAN_5108.c510812";
const FORGED: &str = "lianjian.5108.510811._.place.registered";
const OWN_NEXT: &str = "{api}.CONSUMER.MSG.NEXT.LIANJIAN_5108.c510811";
const OWN_INFO: &str = "{api}.CONSUMER.INFO.LIANJIAN_5108.c510811";
/// Where the attacker acknowledges what it was handed last, and where the attacked one does.
pub const OWN_ACK: &str = "{own ack}";
pub const OTHERS_ACK: &str = "{other's ack}";

/// Attacks that would let one county read what is another's.
pub const READING: [Attack; 20] = [
    listens("subscribe to the other county", "lianjian.5108.510812.>"),
    listens("subscribe to every county", "lianjian.*.*.>"),
    listens("subscribe to everything", ">"),
    asks(
        "pull from the other's consumer",
        Aim::Read(SECRET),
        &[ask("{api}.CONSUMER.MSG.NEXT.LIANJIAN_5108.c510812", r#"{"batch":10,"no_wait":true}"#)],
    ),
    asks(
        "see the other's consumer",
        Aim::Read("num_ack_pending"),
        &[ask("{api}.CONSUMER.INFO.LIANJIAN_5108.c510812", "")],
    ),
    asks("list the consumers", Aim::Read("c510812"), &[ask("{api}.CONSUMER.LIST.LIANJIAN_5108", "{}")]),
    asks("name the consumers", Aim::Read("c510812"), &[ask("{api}.CONSUMER.NAMES.LIANJIAN_5108", "{}")]),
    asks(
        "see the stream",
        Aim::Read("\"last_seq\""),
        &[ask("{api}.STREAM.INFO.LIANJIAN_5108", r#"{"subjects_filter":">"}"#)],
    ),
    asks("name the streams", Aim::Read(STREAM), &[ask("{api}.STREAM.NAMES", "{}")]),
    asks(
        "get a message of the stream",
        Aim::Read("\"message\""),
        &[ask("{api}.STREAM.MSG.GET.LIANJIAN_5108", r#"{"last_by_subj":"lianjian.5108.510812.>"}"#)],
    ),
    asks(
        "get a name from the store beside the log",
        Aim::Read("\"message\""),
        &[ask(
            "{api}.STREAM.MSG.GET.KV_LIANJIAN_5108_CONTROL",
            r#"{"last_by_subj":"$KV.LIANJIAN_5108_CONTROL.>"}"#,
        )],
    ),
    asks(
        "get a message directly",
        Aim::Read(SECRET),
        &[ask("{api}.DIRECT.GET.LIANJIAN_5108", r#"{"last_by_subj":"lianjian.5108.510812.>"}"#)],
    ),
    asks(
        "get a batch directly",
        Aim::Read(SECRET),
        &[ask("{api}.DIRECT.GET.LIANJIAN_5108", r#"{"seq":1,"batch":100}"#)],
    ),
    asks(
        "get the last of a subject",
        Aim::Read(SECRET),
        &[ask("{api}.DIRECT.GET.LIANJIAN_5108.lianjian.5108.510812._.place.registered", "")],
    ),
    asks(
        "make a consumer that pulls",
        Aim::Read(SECRET),
        &[
            ask(
                "{api}.CONSUMER.CREATE.LIANJIAN_5108.spy",
                r#"{"stream_name":"LIANJIAN_5108","config":{"name":"spy","ack_policy":"none","filter_subject":"lianjian.5108.510812.>"}}"#,
            ),
            ask("{api}.CONSUMER.MSG.NEXT.LIANJIAN_5108.spy", r#"{"batch":10,"no_wait":true}"#),
        ],
    ),
    asks(
        "make a consumer that pushes",
        Aim::Read(SECRET),
        &[ask(
            "{api}.CONSUMER.CREATE.LIANJIAN_5108.spy2",
            r#"{"stream_name":"LIANJIAN_5108","config":{"name":"spy2","ack_policy":"none","deliver_subject":"attacker.got"}}"#,
        )],
    ),
    asks(
        "widen one's own consumer",
        Aim::Read(SECRET),
        &[
            ask(
                "{api}.CONSUMER.CREATE.LIANJIAN_5108.c510811",
                r#"{"stream_name":"LIANJIAN_5108","config":{"durable_name":"c510811","name":"c510811","ack_policy":"explicit","ack_wait":30000000000,"max_ack_pending":1000,"max_waiting":128,"max_batch":1000,"max_expires":300000000000,"filter_subjects":["lianjian.5108.>"]}}"#,
            ),
            ask("{api}.CONSUMER.MSG.NEXT.LIANJIAN_5108.c510811", r#"{"batch":100,"no_wait":true}"#),
        ],
    ),
    asks(
        "mirror the stream",
        Aim::Read(SECRET),
        &[
            ask(
                "{api}.STREAM.CREATE.MIRROR",
                r#"{"name":"MIRROR","storage":"memory","allow_direct":true,"mirror":{"name":"LIANJIAN_5108"}}"#,
            ),
            ask("{api}.DIRECT.GET.MIRROR", r#"{"last_by_subj":"lianjian.5108.510812.>"}"#),
            ask("{api}.DIRECT.GET.MIRROR", r#"{"last_by_subj":"lianjian.5108.510812.>"}"#),
        ],
    ),
    asks(
        "source the stream",
        Aim::Read(SECRET),
        &[
            ask(
                "{api}.STREAM.CREATE.SOURCED",
                r#"{"name":"SOURCED","storage":"memory","allow_direct":true,"sources":[{"name":"LIANJIAN_5108","filter_subject":"lianjian.5108.510812.>"}]}"#,
            ),
            ask("{api}.DIRECT.GET.SOURCED", r#"{"last_by_subj":"lianjian.5108.510812.>"}"#),
            ask("{api}.DIRECT.GET.SOURCED", r#"{"last_by_subj":"lianjian.5108.510812.>"}"#),
        ],
    ),
    asks(
        "take a snapshot of the stream",
        Aim::Read("\"last_seq\""),
        &[ask("{api}.STREAM.SNAPSHOT.LIANJIAN_5108", r#"{"deliver_subject":"attacker.snapshot"}"#)],
    ),
];

/// Attacks that would change what is the city's or another county's.
pub const CHANGING: [Attack; 22] = [
    asks("publish an event", Aim::Change, &[ask(FORGED, "forged")]),
    asks(
        "delete an event",
        Aim::Change,
        &[ask("{api}.STREAM.MSG.DELETE.LIANJIAN_5108", r#"{"seq":2,"no_erase":true}"#)],
    ),
    asks("purge the stream", Aim::Change, &[ask("{api}.STREAM.PURGE.LIANJIAN_5108", "{}")]),
    asks("delete the stream", Aim::Change, &[ask("{api}.STREAM.DELETE.LIANJIAN_5108", "")]),
    asks(
        "change the stream",
        Aim::Change,
        &[ask(
            "{api}.STREAM.UPDATE.LIANJIAN_5108",
            r#"{"name":"LIANJIAN_5108","subjects":["lianjian.5108.>"],"retention":"limits","storage":"file","max_msgs":1,"num_replicas":1}"#,
        )],
    ),
    asks(
        "republish the stream",
        Aim::Change,
        &[ask(
            "{api}.STREAM.UPDATE.LIANJIAN_5108",
            r#"{"name":"LIANJIAN_5108","subjects":["lianjian.5108.>"],"retention":"limits","storage":"file","num_replicas":1,"republish":{"src":">","dest":"attacker.>"}}"#,
        )],
    ),
    asks(
        "delete the other's consumer",
        Aim::Change,
        &[ask("{api}.CONSUMER.DELETE.LIANJIAN_5108.c510812", "")],
    ),
    asks(
        "pause the other's consumer",
        Aim::Change,
        &[ask("{api}.CONSUMER.PAUSE.LIANJIAN_5108.c510812", r#"{"pause_until":"2099-01-01T00:00:00Z"}"#)],
    ),
    asks("acknowledge for the other", Aim::Change, &[ask(OTHERS_ACK, "+ACK")]),
    asks("end the other's delivery", Aim::Change, &[ask(OTHERS_ACK, "+TERM")]),
    asks(
        "delete the stream by a malformed pull's reply",
        Aim::Change,
        &[divert(OWN_NEXT, "{\"batch\":", DELETE_STREAM)],
    ),
    asks(
        "purge the stream by a malformed pull's reply",
        Aim::Change,
        &[divert(OWN_NEXT, "{\"batch\":", PURGE_STREAM)],
    ),
    asks(
        "delete the other's consumer by a malformed pull's reply",
        Aim::Change,
        &[divert(OWN_NEXT, "{\"batch\":", DELETE_CONSUMER)],
    ),
    asks("delete the stream by an event as reply", Aim::Change, &[divert(OWN_NEXT, "1", DELETE_STREAM)])
        .in_vain(),
    asks(
        "delete the stream by a pull that finds nothing",
        Aim::Change,
        &[divert(OWN_NEXT, r#"{"batch":9,"expires":1,"no_wait":true}"#, DELETE_STREAM)],
    ),
    asks("forge an event by a pull's reply", Aim::Change, &[divert(OWN_NEXT, "1", FORGED)]),
    asks("acknowledge for the other by a pull's reply", Aim::Change, &[divert(OWN_NEXT, "1", OTHERS_ACK)])
        .in_vain(),
    asks(
        "delete the stream by a reply to what one may see",
        Aim::Change,
        &[divert(OWN_INFO, "", DELETE_STREAM)],
    )
    .in_vain(),
    asks("forge an event by a reply to what one may see", Aim::Change, &[divert(OWN_INFO, "", FORGED)]),
    asks(
        "delete the stream by an acknowledgement's reply",
        Aim::Change,
        &[divert(OWN_ACK, "+ACK", DELETE_STREAM)],
    ),
    asks("forge an event by an acknowledgement's reply", Aim::Change, &[divert(OWN_ACK, "+ACK", FORGED)]),
    asks("forge an event by acknowledge-and-next", Aim::Change, &[divert(OWN_ACK, "+NXT", FORGED)]),
];
