//! A TCP proxy before a real server, which loses what a test tells it to lose.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::nats_location::NatsOptions;
use crate::nats_server::{NatsServer, free_port};

/// What every append carries, and nothing else that is sent.
const CONDITION: &[u8] = b"Nats-Expected-Last-Sequence";
/// Long enough for the server to record what was forwarded, short against the patience of an append.
const UNTIL_RECORDED: Duration = Duration::from_millis(500);

/// What happens to the next append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// Nothing.
    None = 0,
    /// It is forwarded, its answer is not, and then the connection is cut.
    Answer = 1,
    /// It is not forwarded, and the connection is cut.
    Append = 2,
    /// As `Answer`; then no connection is accepted until the loss is set to none.
    AnswerThenAway = 3,
    /// As `Append`; then no connection is accepted until the loss is set to none.
    AppendThenAway = 4,
}

/// The proxy; it lives as long as the test's process.
pub(super) struct Proxy {
    port: u16,
    state: Arc<State>,
}

struct State {
    loss: AtomicU8,
    is_away: AtomicU8,
    lost: AtomicUsize,
}

impl Proxy {
    pub(super) fn before(server: &NatsServer) -> Self {
        let port = free_port();
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let state = Arc::new(State {
            loss: AtomicU8::new(Loss::None as u8),
            is_away: AtomicU8::new(0),
            lost: AtomicUsize::new(0),
        });
        let (shared, target) = (state.clone(), server.port);
        thread::spawn(move || {
            for client in listener.incoming().map(Result::unwrap) {
                if shared.is_away.load(Ordering::SeqCst) == 1 {
                    continue;
                }
                if let Ok(server) = TcpStream::connect(("127.0.0.1", target)) {
                    shared.clone().forward(client, server);
                }
            }
        });
        Self { port, state }
    }

    pub(super) fn options(&self, server: &NatsServer) -> NatsOptions {
        let servers = vec![format!("nats://127.0.0.1:{}", self.port)];
        NatsOptions { servers, ..server.options() }
    }

    /// Sets what happens to the next append.
    pub(super) fn lose(&self, loss: Loss) {
        self.state.loss.store(loss as u8, Ordering::SeqCst);
        self.state.is_away.store(0, Ordering::SeqCst);
    }

    /// How many appends met a loss.
    pub(super) fn lost(&self) -> usize {
        self.state.lost.load(Ordering::SeqCst)
    }
}

impl State {
    fn forward(self: Arc<Self>, client: TcpStream, server: TcpStream) {
        let answers_flow = Arc::new(AtomicU8::new(1));
        let (mut from_server, mut to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
        let flow = answers_flow.clone();
        thread::spawn(move || {
            let mut buffer = [0; 16 << 10];
            while let Ok(bytes @ 1..) = from_server.read(&mut buffer) {
                let flows = flow.load(Ordering::SeqCst) == 1;
                if flows && to_client.write_all(&buffer[..bytes]).is_err() {
                    break;
                }
            }
            let _ = to_client.shutdown(Shutdown::Both);
        });
        thread::spawn(move || self.forward_requests(client, server, &answers_flow));
    }

    fn forward_requests(&self, mut client: TcpStream, mut server: TcpStream, answers_flow: &AtomicU8) {
        let mut buffer = [0; 16 << 10];
        while let Ok(bytes @ 1..) = client.read(&mut buffer) {
            let is_append = buffer[..bytes].windows(CONDITION.len()).any(|window| window == CONDITION);
            let loss = if is_append { self.loss.swap(Loss::None as u8, Ordering::SeqCst) } else { 0 };
            let has = |one: Loss, other: Loss| loss == one as u8 || loss == other as u8;
            if has(Loss::AnswerThenAway, Loss::AppendThenAway) {
                self.is_away.store(1, Ordering::SeqCst);
            }
            self.lost.fetch_add(usize::from(loss != 0), Ordering::SeqCst);
            if has(Loss::Append, Loss::AppendThenAway) {
                break;
            }
            if server.write_all(&buffer[..bytes]).is_err() {
                break;
            }
            if has(Loss::Answer, Loss::AnswerThenAway) {
                answers_flow.store(0, Ordering::SeqCst);
                forward_for_a_while(&mut client, &mut server);
                break;
            }
        }
        let _ = client.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
    }
}

/// The rest of an append may come in further pieces.
fn forward_for_a_while(client: &mut TcpStream, server: &mut TcpStream) {
    let mut buffer = [0; 16 << 10];
    client.set_read_timeout(Some(UNTIL_RECORDED)).unwrap();
    while let Ok(bytes @ 1..) = client.read(&mut buffer) {
        if server.write_all(&buffer[..bytes]).is_err() {
            return;
        }
    }
}
