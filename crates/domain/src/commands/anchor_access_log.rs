//! `anchor-access-log`: the service says how far its access log goes, so that nothing of it can be cut off unseen. Given by
//! the service itself, each hour and as it starts and stops.

use crate::case::Case;
use crate::document_number::Sha256Hex;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::log_keeping::AccessLogAnchored;
use crate::ids::InstanceId;
use crate::recall::Recorded;
use crate::rejection::{OversightRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

data! {
    /// 登记访问日志的位置，此前内容不能再暗中删改 / anchors the access log of an instance: nothing of it up to here can be changed unseen
    pub struct AnchorAccessLog {
        /// 所属的服务实例 / the instance of the service whose access log it is
        pub instance: InstanceId,
        /// 末一条访问记录的序号 / the number of the last entry
        pub count: u64,
        /// 末一条的校验值，覆盖此前全部 / the hash of the last entry, which covers all before it
        pub head: Sha256Hex,
        /// 每条访问记录保存的天数 / for how many days an entry is kept
        pub kept_days: Option<u32>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "anchor-access-log",
    title: say("锚定访问记录", "Anchor the access log"),
    group: Group::LogKeeping,
    mechanisms: &[],
    givers: Givers::Machine,
    exceptions: &[],
    fits: None,
    yields: &["access-log.anchored"],
    along: &[],
    refused_when: "nothing changed; the access log is shorter than it was; given over HTTP",
    rules: &["nothing-to-record", "access-log-order"],
    choices: &[],
    example: r#"{
  "effective_date": "2026-06-30",
  "on_behalf_of": "5108",
  "data": {
    "instance": "01J8KQ2M000000000000000017",
    "count": 128,
    "head": "5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f",
    "kept_days": 1095
  }
}"#,
    example_follows: &[],
};

pub(crate) fn entity(data: &AnchorAccessLog) -> Option<Entity> {
    Some(Entity::AccessLog(data.instance))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &AnchorAccessLog) -> Result<Vec<EventBody>, Rejection> {
    match case.state.access_logs.get(&data.instance) {
        Some(known) if known.count == data.count && known.head == data.head => {
            return Err(Rejection::NothingToRecord);
        }
        Some(known) if known.count >= data.count => {
            let (found, anchored) = (data.count, known.count);
            return Err(OversightRejection::AccessLogShorter { found, anchored }.into());
        }
        _ => {}
    }
    Ok(vec![EventBody::AccessLogAnchored(AccessLogAnchored {
        instance: data.instance,
        count: data.count,
        head: data.head.clone(),
        kept_days: data.kept_days,
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<AnchorAccessLog> {
    let EventBody::AccessLogAnchored(AccessLogAnchored { instance, count, head, kept_days }) =
        recorded.lead.clone()
    else {
        return None;
    };
    Some(AnchorAccessLog { instance, count, head, kept_days })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::ids::InstanceId;
    use crate::testing::City;
    use crate::testing::drafts::{Draft, import, officer};
    use ulid::Ulid;

    fn anchor(count: u64, digit: &str) -> Draft {
        let head = digit.repeat(64).try_into().unwrap();
        let data = AnchorAccessLog { instance: InstanceId(Ulid(0xACC)), count, head, kept_days: Some(3_653) };
        import(CommandBody::AnchorAccessLog(data))
    }

    #[test]
    fn an_access_log_is_anchored_as_it_grows_and_never_shorter() {
        let anchored = City::empty().given(anchor(0, "a")).given(anchor(5, "b"));
        anchored.when(anchor(5, "b")).refused(Rejection::NothingToRecord);
        anchored.when(anchor(6, "c")).accepted();
        for (count, digit) in [(4, "c"), (5, "c")] {
            let refused = OversightRejection::AccessLogShorter { found: count, anchored: 5 };
            anchored.when(anchor(count, digit)).refused(refused.into());
        }
    }

    #[test]
    fn it_decides_nothing_about_the_log_and_is_no_act_of_anybody() {
        let anchored = City::empty().given(anchor(0, "a"));
        assert_eq!((anchored.state.simulated, anchored.state.imported), (None, false));
        assert_eq!(anchored.state.local_events, 0);
        let refused = Rejection::RoleForbids { role: "county_officer", command: "anchor-access-log" };
        City::new().when(anchor(1, "a").by(officer("officer-1"))).refused(refused);
    }
}
