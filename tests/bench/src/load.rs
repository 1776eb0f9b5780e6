use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use hdrhistogram::Histogram;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const ANSWER_BYTES: usize = 64 * 1024;
const LATENCY_MICROS_MAX: u64 = 60_000_000;

/// An answer's status and body.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// What a run measured.
pub struct Measured {
    /// Calls answered with success.
    pub calls: usize,
    /// From the first call to the last answer.
    pub elapsed: Duration,
    /// Latencies in microseconds.
    pub latencies: Histogram<u64>,
}

impl Measured {
    /// Calls a second.
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    pub fn a_second(&self) -> f64 {
        self.calls as f64 / self.elapsed.as_secs_f64()
    }

    /// A latency at a quantile, in milliseconds.
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    pub fn millis_at(&self, quantile: f64) -> f64 {
        self.latencies.value_at_quantile(quantile) as f64 / 1000.0
    }
}

/// Sends each call once, over so many connections that are kept open.
pub async fn drive(address: &str, calls: Arc<Vec<Vec<u8>>>, connections: usize) -> anyhow::Result<Measured> {
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..connections {
        let (next, calls) = (Arc::clone(&next), Arc::clone(&calls));
        let mut connection = Connection::open(address).await?;
        tasks.push(tokio::spawn(async move {
            let mut latencies = Histogram::<u64>::new_with_max(LATENCY_MICROS_MAX, 3)?;
            while let Some(call) = calls.get(next.fetch_add(1, Ordering::Relaxed)) {
                let sent = Instant::now();
                let answer = connection.ask(call).await?;
                latencies.saturating_record(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX));
                accepted(answer)?;
            }
            anyhow::Ok(latencies)
        }));
    }
    let mut latencies = Histogram::<u64>::new_with_max(LATENCY_MICROS_MAX, 3)?;
    for task in tasks {
        latencies.add(task.await??)?;
    }
    Ok(Measured { calls: calls.len(), elapsed: started.elapsed(), latencies })
}

/// Sends each call once, at a steady pace: a call is due at its moment, and its latency counts from there, whatever holds it up.
pub async fn drive_at(
    address: &str,
    calls: Arc<Vec<Vec<u8>>>,
    connections: usize,
    a_second: f64,
) -> anyhow::Result<Measured> {
    let next = Arc::new(AtomicUsize::new(0));
    let started = tokio::time::Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..connections {
        let (next, calls) = (Arc::clone(&next), Arc::clone(&calls));
        let mut connection = Connection::open(address).await?;
        tasks.push(tokio::spawn(async move {
            let mut latencies = Histogram::<u64>::new_with_max(LATENCY_MICROS_MAX, 3)?;
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(call) = calls.get(number) else { return anyhow::Ok(latencies) };
                #[expect(clippy::cast_precision_loss, reason = "a moment of a measurement")]
                let due = started + Duration::from_secs_f64(number as f64 / a_second);
                tokio::time::sleep_until(due).await;
                let answer = connection.ask(call).await?;
                latencies.saturating_record(u64::try_from(due.elapsed().as_micros()).unwrap_or(u64::MAX));
                accepted(answer)?;
            }
        }));
    }
    let mut latencies = Histogram::<u64>::new_with_max(LATENCY_MICROS_MAX, 3)?;
    for task in tasks {
        latencies.add(task.await??)?;
    }
    Ok(Measured { calls: calls.len(), elapsed: started.elapsed(), latencies })
}

fn accepted(answer: &[u8]) -> anyhow::Result<()> {
    if answer.windows(10).any(|part| part == b"\"code\":\"1\"") {
        return Ok(());
    }
    bail!("a call was refused: {}", String::from_utf8_lossy(answer))
}

/// A connection that is kept open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; ANSWER_BYTES] })
    }

    /// Sends a whole request and reads the whole answer, head and body.
    pub async fn ask(&mut self, request: &[u8]) -> anyhow::Result<&[u8]> {
        self.stream.write_all(request).await?;
        let mut filled = 0;
        loop {
            if filled == self.buffer.len() {
                // A long list; the next answer has the room already.
                self.buffer.resize(2 * filled, 0);
            }
            let read = self.stream.read(&mut self.buffer[filled..]).await?;
            if read == 0 {
                bail!("the connection was closed");
            }
            filled += read;
            if let Some(length) = whole_length(&self.buffer[..filled])?
                && filled >= length
            {
                return Ok(&self.buffer[..filled]);
            }
        }
    }
}

/// How long head and body are together, once the head is there.
fn whole_length(bytes: &[u8]) -> anyhow::Result<Option<usize>> {
    let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&bytes[..end])?.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.context("an answer without a length")?.trim().parse()?;
    Ok(Some(end + 4 + length))
}

/// Asks the office for something.
pub async fn get(address: &str, path: &str, token: Option<&str>) -> anyhow::Result<Answer> {
    send(address, "GET", path, token, b"").await
}

/// Posts JSON to the office.
pub async fn post(address: &str, path: &str, token: &str, body: &str) -> anyhow::Result<Answer> {
    send(address, "POST", path, Some(token), body.as_bytes()).await
}

async fn send(
    address: &str,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &[u8],
) -> anyhow::Result<Answer> {
    let authorization = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\n{authorization}content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    let mut connection = Connection::open(address).await?;
    let answer = connection.ask(&request).await?;
    let end = answer.windows(4).position(|part| part == b"\r\n\r\n").context("a head")?;
    let status = std::str::from_utf8(answer.get(9..12).context("a status")?)?.parse()?;
    Ok(Answer { status, body: answer[end + 4..].to_vec() })
}
