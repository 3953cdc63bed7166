//! Connections: a bounded number, each with its time limits, ended in order when the server stops.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;

use super::callers::Peer;
use crate::tls::Transport;

/// How many connections are open at one time; more wait to be accepted.
pub const MAX_CONNECTIONS: usize = 2_048;
/// How long a request's head may take to arrive; also how long an idle connection stays.
pub const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(60);
/// The longest head of a request.
pub const MAX_HEAD_BYTES: usize = 64 * 1_024;
/// How long requests under way may take to end once the server stops.
pub const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a TLS handshake may take.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a reader may take nothing of its answer before the connection ends, and with it what is held for it.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long to wait after the system had no connection to give, such as for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A connection that ends where nobody reads what is written to it.
type Stream = Pin<Box<TimeoutStream<TcpStream>>>;

/// Serves until `shutdown` is done, then lets what is under way end.
pub(super) async fn serve(
    listener: TcpListener,
    transport: &Transport,
    router: Router,
    shutdown: impl Future<Output = ()>,
    stopping: tokio::sync::watch::Sender<bool>,
) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &places) => accepted,
        };
        if let Some((stream, peer, place)) = accepted {
            let (transport, router, watcher) = (transport.clone(), router.clone(), graceful.watcher());
            tokio::spawn(async move {
                if let Err(error) = talk(stream, peer, &transport, router, watcher).await {
                    tracing::debug!(%error, "a connection ended badly");
                }
                drop(place);
            });
        }
    }
    drop(listener);
    // Streams end by themselves; nobody is left to hear of it when there are none.
    let _ = stopping.send(true);
    if tokio::time::timeout(STOP_TIMEOUT, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests still under way after {} s were cut off", STOP_TIMEOUT.as_secs());
    }
}

/// The next connection and its place.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(Stream, Peer, OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            // Answers are small and written whole: waiting to fill a packet only delays them.
            let _ = stream.set_nodelay(true);
            let mut stream = TimeoutStream::new(stream);
            stream.set_write_timeout(Some(WRITE_TIMEOUT));
            Some((Box::pin(stream), Peer(peer), place))
        }
        Err(error) => {
            tracing::warn!(%error, "no connection could be accepted");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

/// Serves one connection to its end.
async fn talk(
    stream: Stream,
    peer: Peer,
    transport: &Transport,
    router: Router,
    watcher: Watcher,
) -> std::io::Result<()> {
    let ended = match transport {
        Transport::Plain | Transport::BehindProxy => answer(stream, peer, router, watcher).await,
        Transport::Tls(acceptor) => {
            let stream = tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream)).await??;
            answer(stream, peer, router, watcher).await
        }
    };
    ended.map_err(std::io::Error::other)
}

/// Answers what comes, each request with the address that it comes from.
async fn answer<Connected: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: Connected,
    peer: Peer,
    router: Router,
    watcher: Watcher,
) -> hyper::Result<()> {
    let routes = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        routes.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_READ_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    watcher.watch(connection).await
}
