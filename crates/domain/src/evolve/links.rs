//! How the event changes the state that binds an organization to another one or to a joint branch.

use super::entities::{with_joint_branch, with_organization};
use crate::event::EventMeta;
use crate::event_data::links::OrganizationLinked;
use crate::link::Link;
use crate::state::CityState;

pub(super) fn linked(state: &mut CityState, meta: &EventMeta, data: &OrganizationLinked) {
    let link = Link {
        organization: data.organization,
        kind: data.kind,
        joint_branch: data.joint_branch,
        other: data.other,
        person: data.person,
        post: data.post.clone(),
        since: meta.effective_date,
    };
    for id in [Some(data.organization), data.other].into_iter().flatten() {
        with_organization(state, meta, id, |organization| organization.links.push(link.clone()));
    }
    if let Some(id) = data.joint_branch {
        with_joint_branch(state, meta, id, |joint_branch| joint_branch.links.push(link));
    }
}
