//! Who asks, and what they may read: tokens, roles and scopes. Writing is the domain's business.

use axum::http::{HeaderMap, header};
use domain::CityState;
use domain::account::Role;
use domain::actor::Actor;
use domain::date::Date;
use domain::ids::AccountId;
use domain::joint_branch::JointBranch;
use domain::place::PlaceCode;
use domain::scope::Scope;
use event_log::TokenHash;
use service::secrets::token_hash;

use crate::problem::{Kind, Problem};
use crate::sessions::{Desk, cookie_of};

/// The roles that read views.
pub const READERS: &[Role] = &[Role::TownshipClerk, Role::CountyOfficer, Role::CityOffice, Role::Auditor];
/// The roles that read events.
pub const EVENT_READERS: &[Role] =
    &[Role::TownshipClerk, Role::CountyOfficer, Role::CityOffice, Role::Auditor, Role::Subscriber];
/// The roles that read whole events of the whole city in bundles, and who read what.
pub const AUDITORS: &[Role] = &[Role::Auditor];
/// The roles that see who has which account: who issues them, and who watches.
pub const ACCOUNT_KEEPERS: &[Role] = &[Role::SecurityAdmin, Role::Auditor];
/// The roles that read the service's own figures.
pub const OPERATORS: &[Role] = &[Role::SystemAdmin];

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Open,
    /// These roles, with a token; or a session, where the city's office may.
    Read(&'static [Role]),
    /// Whoever has a token; the domain says what the role may.
    Write,
}

/// What a request shows of who sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// A bearer token, hashed.
    Token(TokenHash),
    /// The cookie of a session.
    Session(String),
    /// Nothing.
    None,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The account; nothing for a session of the pages.
    pub account: Option<AccountId>,
    /// In whose place a visitor of a demonstration acts.
    pub desk: Option<String>,
    /// In which role.
    pub role: Role,
    /// Where.
    pub scope: PlaceCode,
}

/// Reads the credential of a request; a token goes before a cookie.
pub fn credential(headers: &HeaderMap) -> Result<Credential, Problem> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(|value| value.split_once(' '));
        let token =
            token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
        return token.map(|token| Credential::Token(token_hash(token))).ok_or_else(|| {
            let zh = "Authorization 须为 Bearer 加令牌";
            Problem::new(Kind::Unauthorized, zh, "Authorization must be `Bearer` and a token")
        });
    }
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let session = cookies.into_iter().find_map(cookie_of);
    Ok(session.map_or(Credential::None, |cookie| Credential::Session(cookie.to_owned())))
}

/// Nobody has signed in.
pub fn sign_in_first() -> Problem {
    let zh = "请在 Authorization 头中给出令牌，或用演示启动时打印的登录链接登录";
    Problem::new(
        Kind::Unauthorized,
        zh,
        "give a token in the Authorization header, or use the sign-in link that a demonstration prints at its start",
    )
}

/// The token is none of ours, or has been withdrawn.
pub fn unknown_token() -> Problem {
    Problem::new(
        Kind::Unauthorized,
        "令牌无效或已撤销，请向安全管理员申领",
        "the token is unknown or revoked; ask the security administrator for one",
    )
}

/// The account behind a token, if it may be used on that day.
pub fn principal_of(state: &CityState, id: AccountId, today: Date) -> Result<Principal, Problem> {
    let account = state.accounts.get(&id).ok_or_else(unknown_token)?;
    if account.revoked {
        let zh = "此令牌的帐号已撤销，请向安全管理员申领新令牌";
        return Err(Problem::new(
            Kind::Unauthorized,
            zh,
            "the account of this token is revoked; ask the security administrator for another",
        ));
    }
    if let Some(last) = account.expires_on.filter(|last| today > *last) {
        let zh = format!("此令牌已于 {last} 到期，请向安全管理员申领新令牌");
        let en =
            format!("this token expired at the end of {last}; ask the security administrator for another");
        return Err(Problem::new(Kind::Unauthorized, zh, en));
    }
    // Until it is handed over the account of a place that has ended reads that place's past and nothing of what goes on.
    let ended = state.ended_place_of(account, today);
    let scope = ended.map_or_else(|| state.scope_of_account(account), |place| place.code.clone());
    // It reads that as long as the code is not another place's.
    if let (Some(own), Some(bearer)) = (account.place, state.place_by_code(&scope))
        && (ended.is_some() || state.current_successor(own).is_none())
        && own != bearer.id
    {
        let zh =
            format!("此帐号所属的区划已不存在，代码 {scope} 已属 {}，请向安全管理员申领新令牌", bearer.name);
        let en = format!(
            "the place of this account is no more, and the code {scope} is {}'s by now; ask the security administrator for another token",
            bearer.name
        );
        return Err(Problem::new(Kind::Unauthorized, zh, en));
    }
    Ok(Principal { account: Some(id), desk: None, role: account.role, scope })
}

impl Principal {
    /// A session of the pages: reads the city, as its office does, and never writes.
    pub fn of_session(city: PlaceCode) -> Self {
        Self { account: None, desk: None, role: Role::CityOffice, scope: city }
    }

    /// A session of a demonstration: reads and acts as somebody made up.
    pub fn of_desk(desk: &Desk) -> Self {
        Self { account: None, desk: Some(desk.id.clone()), role: desk.role, scope: desk.scope.clone() }
    }

    /// Whether it may act at all.
    pub fn acts(&self) -> bool {
        self.account.is_some() || self.desk.is_some()
    }

    /// Who acts in a command; nobody for a session that only reads.
    pub fn actor(&self) -> Option<Actor> {
        let id = self.account.map(|account| account.to_string()).or_else(|| self.desk.clone())?;
        Some(Actor { id, role: self.role, scope: self.scope.clone() })
    }

    /// Whether actors' names are shown as well.
    pub fn sees_actors(&self) -> bool {
        self.role == Role::Auditor
    }

    /// Refuses a role that the route is not for.
    pub fn require_role(&self, allowed: &[Role]) -> Result<(), Problem> {
        if allowed.contains(&self.role) {
            return Ok(());
        }
        let zh = format!("角色 {} 不能读取此内容", self.role.as_str());
        let en = format!("the role {} may not read this", self.role.as_str());
        Err(Problem::new(Kind::Forbidden, zh, en))
    }

    /// Refuses a place outside the scope. `own` is the county and township it lies in; the code tells where it is unknown.
    pub fn require_place(&self, code: &PlaceCode, own: Option<&Scope>) -> Result<(), Problem> {
        let within = match own {
            Some(own) => own.is_within(&self.scope) && self.scope.level() >= code.level(),
            None => code.is_within(&self.scope),
        };
        if within { Ok(()) } else { Err(self.outside(code.as_str())) }
    }

    /// Refuses an event that stands under a scope at a position and is not told of the reader's own.
    pub fn require_event(&self, state: &CityState, own: &Scope, position: u64) -> Result<(), Problem> {
        let is_own = state.is_told_within(own, position, &self.scope);
        if is_own { Ok(()) } else { Err(self.outside(&position.to_string())) }
    }

    /// Refuses an entity whose county and township lie outside the scope.
    pub fn require_scope(&self, own: &Scope, what: &str) -> Result<(), Problem> {
        if own.is_within(&self.scope) { Ok(()) } else { Err(self.outside(what)) }
    }

    /// Refuses a joint branch unless it is led from inside the scope or has a member there.
    pub fn require_joint_branch(&self, state: &CityState, found: &JointBranch) -> Result<(), Problem> {
        let lead = state.scope_of_place(found.lead_township);
        let members = found.members.iter().map(|member| state.scope_of_organization(*member));
        let readable = std::iter::once(lead).chain(members).any(|own| own.is_within(&self.scope));
        if readable { Ok(()) } else { Err(self.outside(&found.id.to_string())) }
    }

    fn outside(&self, what: &str) -> Problem {
        let scope = &self.scope;
        let zh = format!("{what} 不在您的管辖范围 {scope} 之内");
        Problem::new(Kind::Forbidden, zh, format!("{what} is outside your scope {scope}"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::http::HeaderValue;
    use domain::account::Account;
    use domain::ids::Commitment;

    use super::*;

    const ID: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

    fn principal(role: Role, scope: &str) -> Principal {
        Principal { account: ID.parse().ok(), desk: None, role, scope: scope.parse().unwrap() }
    }

    fn state_with(revoked: bool, expires_on: Option<&str>) -> CityState {
        let mut state = CityState::new("5108".parse().unwrap());
        let account = Account {
            id: ID.parse().unwrap(),
            holder: ID.parse().unwrap(),
            role: Role::CountyOfficer,
            scope: "510811".parse().unwrap(),
            place: None,
            holder_commitment: Commitment(String::new()),
            expires_on: expires_on.map(|day| day.parse().unwrap()),
            revoked,
            revoked_at: None,
            last_position: 1,
        };
        state.accounts.insert(account.id, Arc::new(account));
        state
    }

    fn headers(name: &'static str, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_static(value))])
    }

    #[test]
    fn a_token_goes_before_a_cookie_and_must_be_a_bearers() {
        assert_eq!(
            credential(&headers("authorization", "Bearer lj_x")).unwrap(),
            Credential::Token(token_hash("lj_x"))
        );
        assert_eq!(
            credential(&headers("cookie", "lianjian_session=abc")).unwrap(),
            Credential::Session("abc".into())
        );
        assert_eq!(credential(&HeaderMap::new()).unwrap(), Credential::None);
        assert_eq!(
            credential(&headers("authorization", "Basic YTpi")).unwrap_err().kind(),
            Kind::Unauthorized
        );
    }

    #[test]
    fn an_account_is_good_until_its_last_day_ends_or_it_is_revoked() {
        let check = |state: &CityState, day: &str| {
            principal_of(state, ID.parse().unwrap(), day.parse().unwrap())
                .map(|found| found.role)
                .map_err(|problem| problem.detail_en().to_owned())
        };
        let state = state_with(false, Some("2026-06-30"));
        assert_eq!(check(&state, "2026-06-30"), Ok(Role::CountyOfficer));
        assert!(check(&state, "2026-07-01").unwrap_err().contains("expired at the end of 2026-06-30"));
        assert!(check(&state_with(true, None), "2026-06-30").unwrap_err().contains("revoked"));
        assert!(
            check(&CityState::new("5108".parse().unwrap()), "2026-06-30").unwrap_err().contains("unknown")
        );
    }

    #[test]
    fn a_place_is_read_from_its_own_tier_or_above() {
        let check = |scope: &str, code: &str| {
            principal(Role::CountyOfficer, scope).require_place(&code.parse().unwrap(), None).is_ok()
        };
        assert!(check("5108", "510811") && check("510811", "510811100") && check("510811100", "510811100"));
        assert!(!check("510811", "510812") && !check("510811", "5108") && !check("510811100", "510811"));
        let county = Scope { county: "510811".parse().ok(), township: None };
        let township: PlaceCode = "510811100".parse().unwrap();
        assert!(principal(Role::Auditor, "510811").require_place(&township, Some(&county)).is_ok());
        assert!(
            principal(Role::TownshipClerk, "510811100")
                .require_place(&"510811".parse().unwrap(), Some(&county))
                .is_err()
        );
    }

    #[test]
    fn the_last_three_roles_read_no_business_data() {
        for role in [Role::Subscriber, Role::SecurityAdmin, Role::SystemAdmin, Role::Local] {
            assert_eq!(principal(role, "5108").require_role(READERS).unwrap_err().kind(), Kind::Forbidden);
        }
        assert!(principal(Role::Subscriber, "510811").require_role(EVENT_READERS).is_ok());
        assert!(principal(Role::SystemAdmin, "5108").require_role(OPERATORS).is_ok());
    }

    #[test]
    fn a_session_never_acts() {
        assert_eq!(Principal::of_session("5108".parse().unwrap()).actor(), None);
        assert_eq!(principal(Role::CountyOfficer, "510811").actor().unwrap().id, ID);
    }
}
