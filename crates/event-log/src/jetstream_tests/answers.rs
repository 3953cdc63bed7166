//! Answers and appends that are lost on the way: what is said to the caller is what the log holds.

use super::proxy::{Loss, Proxy};
use super::{PATIENCE, bodies, event, group, open};
use crate::log::{AppendError, EventLog};
use crate::nats_server::NatsServer;

struct Given {
    _directory: tempfile::TempDir,
    server: NatsServer,
    proxy: Proxy,
}

fn given() -> Given {
    let directory = tempfile::tempdir().unwrap();
    let server = NatsServer::start(directory.path());
    let proxy = Proxy::before(&server);
    Given { _directory: directory, server, proxy }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_append_whose_answer_is_lost_is_recorded_once() {
    let given = given();
    let log = open(&given.proxy.options(&given.server)).await;
    for (loss, last) in [(Loss::Answer, 0), (Loss::Append, 4)] {
        given.proxy.lose(loss);
        log.append(last, group("group", 3)).await.unwrap();
        given.proxy.lose(loss);
        log.append(last + 3, vec![event("single")]).await.unwrap();
    }
    assert_eq!(given.proxy.lost(), 4);
    let once = ["group 1", "group 2", "group 3", "single"];
    assert_eq!(bodies(&*log, 0).await, [once, once].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_append_overtaken_while_its_answer_is_awaited_is_a_conflict() {
    let given = given();
    let (log, direct) =
        (open(&given.proxy.options(&given.server)).await, open(&given.server.options()).await);
    given.proxy.lose(Loss::AppendThenAway);
    let appending = tokio::spawn({
        let log = log.clone();
        async move { log.append(0, group("late", 2)).await }
    });
    while given.proxy.lost() == 0 {
        tokio::task::yield_now().await;
    }
    direct.append(0, group("early", 1)).await.unwrap();
    given.proxy.lose(Loss::None);
    let refused = tokio::time::timeout(PATIENCE, appending).await.unwrap().unwrap().unwrap_err();
    assert_eq!(refused, AppendError::Conflict { expected: 0, last: 1 });
    assert_eq!(bodies(&*direct, 0).await, ["early 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_append_that_nobody_answers_for_is_unknown_and_one_never_sent_is_not_recorded() {
    let given = given();
    let (log, direct) =
        (open(&given.proxy.options(&given.server)).await, open(&given.server.options()).await);
    given.proxy.lose(Loss::AnswerThenAway);
    let (unknown, unsent) = tokio::join!(log.append(0, group("unknown", 2)), async {
        while given.proxy.lost() == 0 {
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        log.append(2, group("unsent", 2)).await
    });
    assert!(matches!(unknown, Err(AppendError::OutcomeUnknown { .. })), "{unknown:?}");
    assert!(matches!(unsent, Err(AppendError::Unavailable { .. })), "{unsent:?}");
    assert!(log.unreachable_since().is_some());
    assert_eq!(bodies(&*direct, 0).await, ["unknown 1", "unknown 2"]);
    given.proxy.lose(Loss::None);
    let known = tokio::time::timeout(PATIENCE, log.wait_past(1)).await.unwrap().unwrap();
    assert_eq!(known, 2);
    log.append(2, group("next", 1)).await.unwrap();
    assert!(log.unreachable_since().is_none() || log.last_position().await.unwrap() == 3);
}
