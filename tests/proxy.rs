//! A connection between two processes that a test can cut and heal: nothing passes while it is cut, nothing is closed.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

/// How often a thread looks whether it is cut, or at an end.
const GLANCE: Duration = Duration::from_millis(20);

/// Passes what comes to `port` on to another port of this machine.
pub struct Proxy {
    /// Where it listens.
    pub port: u16,
    is_cut: Arc<AtomicBool>,
    is_over: Arc<AtomicBool>,
}

impl Proxy {
    /// A proxy to a port.
    pub fn start(target: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let proxy = Self { port, is_cut: Arc::default(), is_over: Arc::default() };
        let (is_cut, is_over) = (proxy.is_cut.clone(), proxy.is_over.clone());
        std::thread::spawn(move || {
            while !is_over.load(Ordering::Relaxed) {
                match listener.accept() {
                    Ok((caller, _)) if !is_cut.load(Ordering::Relaxed) => {
                        connect(caller, target, &is_cut, &is_over)
                    }
                    // Who calls while it is cut gets no answer for now.
                    _ => sleep(GLANCE),
                }
            }
        });
        proxy
    }

    /// From here on nothing passes.
    pub fn cut(&self) {
        self.is_cut.store(true, Ordering::Relaxed);
    }

    /// What was held up passes, and whatever comes.
    pub fn heal(&self) {
        self.is_cut.store(false, Ordering::Relaxed);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

fn connect(caller: TcpStream, target: u16, is_cut: &Arc<AtomicBool>, is_over: &Arc<AtomicBool>) {
    let Ok(called) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)) else { return };
    for (from, to) in [(&caller, &called), (&called, &caller)] {
        let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        from.set_nonblocking(false).unwrap();
        from.set_read_timeout(Some(GLANCE)).unwrap();
        let (is_cut, is_over) = (is_cut.clone(), is_over.clone());
        std::thread::spawn(move || {
            pass(&from, &to, &is_cut, &is_over);
            let _ = from.shutdown(std::net::Shutdown::Both);
            let _ = to.shutdown(std::net::Shutdown::Both);
        });
    }
}

fn pass(mut from: &TcpStream, mut to: &TcpStream, is_cut: &AtomicBool, is_over: &AtomicBool) {
    let mut buffer = [0; 16 << 10];
    while !is_over.load(Ordering::Relaxed) {
        if is_cut.load(Ordering::Relaxed) {
            sleep(GLANCE);
            continue;
        }
        let count = match from.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => count,
            Err(error) if [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()) => continue,
            Err(_) => return,
        };
        // What was read before the cut stays here until it is healed.
        while is_cut.load(Ordering::Relaxed) && !is_over.load(Ordering::Relaxed) {
            sleep(GLANCE);
        }
        if to.write_all(&buffer[..count]).is_err() {
            return;
        }
    }
}
