use std::future::pending;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::interval;

use crate::port::Port;

/// What is carried at once.
const PIECE_BYTES: usize = 64 * 1024;
/// Between two bytes of a line that drips.
const DRIP: Duration = Duration::from_secs(1);

/// How a line behaves. It can be changed at any time, and lines that are there change with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// As it should.
    Pass,
    /// Connections are taken and stay; nothing goes either way.
    Hang,
    /// Connections are taken and reset, those that are there as well.
    Reset,
    /// One byte a second, either way.
    Drip,
    /// Connections are closed, and new ones refused.
    Cut,
}

/// A TCP line to some server, of any manner.
#[derive(Debug)]
pub struct Proxy {
    port: Port,
    manner: watch::Sender<Manner>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// To `host:port`; it passes at first.
    pub async fn to(target: &str) -> Self {
        let port = Port::free();
        let (manner, watched) = watch::channel(Manner::Pass);
        let listener = TcpListener::bind(port.address()).await.expect("the port is free");
        let task = tokio::spawn(accept(port.address(), target.to_owned(), listener, watched));
        Self { port, manner, task }
    }

    /// Where clients connect: `127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        self.port.address()
    }

    /// From now on.
    pub fn set(&self, manner: Manner) {
        self.manner.send_replace(manner);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.manner.send_replace(Manner::Cut);
        self.task.abort();
    }
}

async fn accept(
    address: String,
    target: String,
    listener: TcpListener,
    mut watched: watch::Receiver<Manner>,
) {
    let mut listener = Some(listener);
    loop {
        let manner = *watched.borrow_and_update();
        if manner == Manner::Cut {
            listener = None;
        } else if listener.is_none() {
            listener = Some(TcpListener::bind(&address).await.expect("the port is still ours"));
        }
        let next = async {
            match &listener {
                Some(listener) => listener.accept().await,
                None => pending().await,
            }
        };
        tokio::select! {
            changed = watched.changed() => if changed.is_err() { return },
            taken = next => if let Ok((client, _)) = taken {
                tokio::spawn(carry(client, target.clone(), watched.clone()));
            },
        }
    }
}

/// Carries both ways until one side has ended, or the line breaks.
async fn carry(mut client: TcpStream, target: String, watched: watch::Receiver<Manner>) {
    let mut breaking = watched.clone();
    let broken = async move {
        let broken = breaking.wait_for(|manner| matches!(manner, Manner::Reset | Manner::Cut)).await;
        broken.map_or(Manner::Cut, |manner| *manner)
    };
    let connected = async {
        let Ok(mut server) = TcpStream::connect(&target).await else { return };
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        tokio::join!(
            pump(from_client, to_server, watched.clone()),
            pump(from_server, to_client, watched.clone())
        );
    };
    let broken = tokio::select! {
        () = connected => None,
        manner = broken => Some(manner),
    };
    if broken == Some(Manner::Reset) {
        let _ = client.set_zero_linger();
    }
}

async fn pump(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut watched: watch::Receiver<Manner>,
) {
    let mut piece = vec![0; PIECE_BYTES];
    let mut drops = interval(DRIP);
    loop {
        let manner = *watched.borrow_and_update();
        let size = match manner {
            Manner::Pass => PIECE_BYTES,
            Manner::Drip => {
                drops.tick().await;
                1
            }
            _ => match watched.changed().await {
                Ok(()) => continue,
                Err(_) => return,
            },
        };
        let read = tokio::select! {
            read = from.read(&mut piece[..size]) => read,
            changed = watched.changed() => match changed {
                Ok(()) => continue,
                Err(_) => return,
            },
        };
        match read {
            Ok(count) if count > 0 => {
                if to.write_all(&piece[..count]).await.is_err() {
                    return;
                }
            }
            // The other direction may have something to say still.
            _ => {
                let _ = to.shutdown().await;
                return;
            }
        }
    }
}
