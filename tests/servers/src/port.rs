use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// Below 32768 the system gives no port to a client by itself, so that nothing takes ours between two starts.
const FIRST: u16 = 20_000;
/// How many ports we choose from.
const COUNT: u16 = 12_000;

/// A port of loopback that no other test has, as long as this lives.
///
/// It is reserved by a name in the system's abstract sockets, which ends with the process.
#[derive(Debug)]
pub struct Port {
    number: u16,
    _reserved: UnixListener,
}

impl Port {
    /// One that is free.
    pub fn free() -> Self {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        // Each process begins elsewhere, so that they seldom ask for the same.
        let begin = u16::try_from(std::process::id() % u32::from(COUNT)).expect("a remainder");
        (0..COUNT)
            .find_map(|_| {
                let next = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_add(begin);
                Self::reserve(FIRST + next % COUNT)
            })
            .expect("a free port")
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.number
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.number)
    }

    fn reserve(number: u16) -> Option<Self> {
        let name = SocketAddr::from_abstract_name(format!("baohan-port-{number}")).expect("a name");
        let reserved = UnixListener::bind_addr(&name).ok()?;
        // Somebody who knows nothing of our reservations may listen there.
        TcpListener::bind(("127.0.0.1", number)).ok()?;
        Some(Self { number, _reserved: reserved })
    }
}
