//! Every manner of the line, seen from a client.

use std::time::Duration;

use baohan_servers::{Manner, Proxy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// A server that says back what it hears.
async fn echo() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = client.split();
                let _ = tokio::io::copy(&mut from, &mut to).await;
            });
        }
    });
    address
}

async fn says_back(line: &mut TcpStream, word: &[u8]) -> bool {
    if line.write_all(word).await.is_err() {
        return false;
    }
    let mut back = vec![0; word.len()];
    let heard = timeout(Duration::from_millis(500), line.read_exact(&mut back)).await;
    matches!(heard, Ok(Ok(_))) && back == word
}

#[tokio::test]
async fn a_line_passes_hangs_and_goes_on_where_it_was() {
    let proxy = Proxy::to(&echo().await).await;
    let mut line = TcpStream::connect(proxy.address()).await.unwrap();
    assert!(says_back(&mut line, b"one").await);
    proxy.set(Manner::Hang);
    assert!(!says_back(&mut line, b"two").await);
    proxy.set(Manner::Pass);
    let mut back = [0; 3];
    line.read_exact(&mut back).await.unwrap();
    assert_eq!(&back, b"two");
}

#[tokio::test]
async fn a_reset_line_and_a_cut_line_tell_their_clients() {
    let proxy = Proxy::to(&echo().await).await;
    let mut line = TcpStream::connect(proxy.address()).await.unwrap();
    assert!(says_back(&mut line, b"one").await);
    proxy.set(Manner::Reset);
    let error = line.read(&mut [0; 1]).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);

    proxy.set(Manner::Pass);
    let mut line = TcpStream::connect(proxy.address()).await.unwrap();
    assert!(says_back(&mut line, b"one").await);
    proxy.set(Manner::Cut);
    assert_eq!(line.read(&mut [0; 1]).await.unwrap(), 0);
    assert!(TcpStream::connect(proxy.address()).await.is_err(), "a cut line takes nobody");
}

#[tokio::test]
async fn a_dripping_line_gives_a_byte_a_second() {
    let proxy = Proxy::to(&echo().await).await;
    proxy.set(Manner::Drip);
    let mut line = TcpStream::connect(proxy.address()).await.unwrap();
    line.write_all(b"abcdef").await.unwrap();
    let mut first = [0; 1];
    line.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"a");
    // The next one needs a second, and comes alone.
    let mut more = [0; 6];
    assert_eq!(line.read(&mut more).await.unwrap(), 1);
    proxy.set(Manner::Pass);
    line.read_exact(&mut more[..4]).await.unwrap();
    assert_eq!(&more[..4], b"cdef");
}
