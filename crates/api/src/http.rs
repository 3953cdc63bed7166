//! HTTP: the routes of the table, each with its handler behind one guard, the pages, and the server around them.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use ::papers::About;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use domain::CityState;
use domain::date::{Date, Timestamp};
use service::service::Service;
use service::trial::Trial;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::base_path::BasePath;
use crate::openapi::routes::{Endpoint, ROUTES};
use crate::problem::Problem;
use crate::rate::RequestLimits;
use crate::sessions::Sessions;
use crate::tls::Transport;

mod accept;
pub mod access;
pub mod accesses;
pub(crate) mod accounts;
pub mod answer;
pub mod bodies;
pub mod callers;
pub mod commands;
mod connections;
pub(crate) mod documents;
mod event_filter;
mod events;
pub mod figures;
pub mod guard;
pub(crate) mod health;
mod history;
pub mod ledgers;
mod lists;
mod mirror;
mod page;
pub mod papers;
pub mod query;
pub mod questions;
pub mod reads;
mod recent_views;
pub mod recorded;
mod rehearsals;
pub mod scans;
mod stream;
mod tail;
pub mod timeline;
pub mod tree;
pub(crate) mod trials;
mod witness;

#[cfg(test)]
mod event_tests;
#[cfg(test)]
mod tests;

pub use bodies::{BODY_TIMEOUT, MAX_BYTES_IN_FLIGHT};
pub use commands::MAX_BODY_BYTES;
pub use connections::{
    HANDSHAKE_TIMEOUT, HEADER_READ_TIMEOUT, MAX_CONNECTIONS, MAX_HEAD_BYTES, STOP_TIMEOUT, WRITE_TIMEOUT,
};
pub use mirror::serve_mirror;
pub use stream::MAX_SUBSCRIBERS;
pub use witness::serve_witness;

/// What the handlers share.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// See [`App`].
pub struct Shared {
    pub service: Arc<Service>,
    pub sessions: Arc<Sessions>,
    history: history::History,
    recent_views: recent_views::RecentViews,
    lists: lists::Lists,
    documents: documents::Documents,
    subscribers: stream::SubscriberSlots,
    tail: tail::Tail,
    pub callers: callers::Callers,
    pub room: bodies::Room,
    /// Becomes true when the server stops, which ends the streams.
    stop: watch::Sender<bool>,
    pub clock: fn() -> Timestamp,
    loopback_only: bool,
    pub is_encrypted: bool,
    /// Under which path of its host the service stands.
    pub base_path: BasePath,
}

impl std::ops::Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    /// What the handlers of a listener share. The sessions are the caller's, who prints the one-time link. On a loopback
    /// listener only this machine's names are answered, unless a proxy stands in front.
    pub fn new(
        service: Arc<Service>,
        sessions: Arc<Sessions>,
        clock: fn() -> Timestamp,
        address: SocketAddr,
        transport: &Transport,
        limits: RequestLimits,
        base_path: BasePath,
    ) -> Self {
        let is_proxied = matches!(transport, Transport::BehindProxy);
        Self(Arc::new(Shared {
            service,
            sessions,
            history: history::History::default(),
            recent_views: recent_views::RecentViews::default(),
            lists: lists::Lists::default(),
            documents: documents::Documents::generate(&base_path),
            subscribers: stream::SubscriberSlots::default(),
            tail: tail::Tail::default(),
            callers: callers::Callers::new(limits, is_proxied),
            room: bodies::Room::default(),
            stop: watch::channel(false).0,
            clock,
            loopback_only: address.ip().is_loopback() && !is_proxied,
            is_encrypted: transport.is_encrypted(),
            base_path,
        }))
    }

    /// Today in China.
    pub fn today(&self) -> Date {
        (self.clock)().day()
    }

    /// The state after the last event that is on disk, once the log has been read.
    pub fn state(&self) -> Result<Arc<CityState>, Problem> {
        self.service.state().ok_or_else(|| self.not_ready())
    }

    /// A trial of commands on a state, as whoever records them now would find it.
    pub async fn trial(&self, state: &Arc<CityState>) -> Result<Trial, Problem> {
        let (service, state, now) = (self.service.clone(), state.clone(), (self.clock)());
        let trial = tokio::task::spawn_blocking(move || service.trial(&state, now));
        Ok(trial.await.map_err(|error| Problem::internal(error.to_string()))??)
    }
}

/// Serves the routes of the table and those of the pages until `shutdown` is done, and ends what is under way.
pub async fn serve(
    app: App,
    pages: Router<App>,
    listener: TcpListener,
    transport: Transport,
    shutdown: impl Future<Output = ()>,
) {
    let stop = app.stop.clone();
    connections::serve(listener, &transport, router(app, pages), shutdown, stop).await;
}

/// The routes of the table, and those of the pages beside them, which also say what is answered where no route is.
pub fn router(app: App, pages: Router<App>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        let guard = from_fn_with_state((app.clone(), route), guard::guard);
        router = router.route(route.path, handler(route.endpoint).route_layer(guard));
    }
    let routes = router.merge(pages).method_not_allowed_fallback(guard::method_not_allowed);
    app.base_path.around(routes.with_state(app.clone())).layer(from_fn_with_state(app, guard::surround))
}

/// The handler of papers on a kind of subject.
fn paper_on(about: About) -> MethodRouter<App> {
    get(move |state, path, principal, query, headers| {
        papers::paper(about, state, path, principal, query, headers)
    })
}

/// The handler of an endpoint.
fn handler(endpoint: Endpoint) -> MethodRouter<App> {
    match endpoint {
        Endpoint::Command => post(commands::post),
        Endpoint::Trial => post(trials::post),
        Endpoint::LedgerProposal => post(ledgers::propose),
        Endpoint::LedgerAcceptance => post(ledgers::accept),
        Endpoint::City
        | Endpoint::County
        | Endpoint::Register
        | Endpoint::Township
        | Endpoint::Ledger
        | Endpoint::JointBranch
        | Endpoint::Organization => get(move |state, path, principal, query, headers| {
            reads::by_path(endpoint, state, path, principal, query, headers)
        }),
        Endpoint::Timeline => get(timeline::timeline),
        Endpoint::Life => get(timeline::life),
        Endpoint::JointBranchPaper => paper_on(About::JointBranch),
        Endpoint::SupervisionPaper => paper_on(About::Supervision),
        Endpoint::MeetingPaper => paper_on(About::Meeting),
        Endpoint::CountyPaper => paper_on(About::County),
        Endpoint::Places => get(reads::places),
        Endpoint::Obligations => get(reads::obligations),
        Endpoint::Policies => get(reads::policies),
        Endpoint::PolicyRehearsal => post(rehearsals::post),
        Endpoint::List => get(lists::list),
        Endpoint::ScanUpload => post(scans::post),
        Endpoint::Scan => get(scans::get),
        Endpoint::Accounts => get(accounts::list),
        Endpoint::AccessLog => get(accesses::list),
        Endpoint::Events => get(events::list),
        Endpoint::EventStream => get(stream::open),
        Endpoint::Checkpoint => get(tree::checkpoint),
        Endpoint::Witnessed => get(tree::witnessed),
        Endpoint::Keys => get(tree::keys),
        Endpoint::Tile => get(tree::tile),
        Endpoint::EntryBundle => get(tree::entries),
        Endpoint::Receipt => get(tree::receipt),
        Endpoint::FigureProof => get(figures::proof),
        Endpoint::Healthz => get(health::healthz),
        Endpoint::Readyz => get(health::readyz),
        Endpoint::Metrics => get(health::metrics),
        Endpoint::OpenApi => get(documents::openapi),
        Endpoint::AsyncApi => get(documents::asyncapi),
        Endpoint::Schemas => get(documents::index),
        Endpoint::CommandSchema => get(documents::command),
        Endpoint::EventSchema => get(documents::event),
    }
}
