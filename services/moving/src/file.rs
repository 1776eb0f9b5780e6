//! A file of lines, compressed, with a digest over all of them: written and read by a thread of its own, a batch at a time.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use sm3::{Digest, Sm3};

use crate::error::Error;
use crate::line::Line;

/// The longest line, in bytes: a call's body of the biggest size that a gateway takes, in base64, with room to spare. More is no line of
/// ours, and would be held in memory.
const LINE_BYTES_MAX: u64 = 64 << 20;
/// Bytes that are read and written at once.
const BUFFER_BYTES: usize = 1 << 20;

/// A file that is being written. It has its name once it is whole.
pub(crate) struct Writing {
    encoder: GzEncoder<BufWriter<File>>,
    digest: Sm3,
    lines: u64,
    events: u64,
    work: PathBuf,
    path: PathBuf,
}

impl Writing {
    /// Begins a file that is not there yet.
    pub(crate) fn begin(path: &Path) -> Result<Self, Error> {
        if path.exists() {
            return Err(Error::There { path: path.to_owned() });
        }
        let mut work = path.as_os_str().to_owned();
        work.push(".writing");
        let work = PathBuf::from(work);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        // Wrapped keys and calls' bodies are for nobody else.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&work).map_err(at(&work))?;
        let encoder = GzEncoder::new(BufWriter::with_capacity(BUFFER_BYTES, file), Compression::fast());
        Ok(Self { encoder, digest: Sm3::new(), lines: 0, events: 0, work, path: path.to_owned() })
    }

    pub(crate) fn line(&mut self, line: &Line) -> Result<(), Error> {
        let mut text = serde_json::to_vec(line).map_err(|error| Error::Bent(error.to_string()))?;
        text.push(b'\n');
        self.digest.update(&text);
        self.lines += 1;
        self.events += u64::from(matches!(line, Line::Event(_)));
        self.encoder.write_all(&text).map_err(at(&self.work))
    }

    /// Writes the last line, makes the file durable and gives it its name. Answers the digest and the number of events.
    pub(crate) fn finish(mut self) -> Result<(String, u64), Error> {
        let sm3 = hex::encode(self.digest.finalize_reset());
        let (lines, events) = (self.lines, self.events);
        self.line(&Line::End { lines, events, sm3: sm3.clone() })?;
        let file = self
            .encoder
            .finish()
            .and_then(|buffer| buffer.into_inner().map_err(io::IntoInnerError::into_error));
        file.and_then(|file| file.sync_all()).map_err(at(&self.work))?;
        std::fs::rename(&self.work, &self.path).map_err(at(&self.path))?;
        Ok((sm3, events))
    }
}

/// A file that is being read.
pub(crate) struct Reading {
    decoder: BufReader<MultiGzDecoder<BufReader<File>>>,
    digest: Sm3,
    lines: u64,
    events: u64,
    path: PathBuf,
    text: Vec<u8>,
}

/// What stands in the next place of a file.
pub(crate) enum Next {
    Line(Box<Line>),
    /// The end, and it is the one that belongs to what came before.
    End {
        sm3: String,
    },
}

impl Reading {
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(at(path))?;
        let decoder = MultiGzDecoder::new(BufReader::with_capacity(BUFFER_BYTES, file));
        Ok(Self {
            decoder: BufReader::with_capacity(BUFFER_BYTES, decoder),
            digest: Sm3::new(),
            lines: 0,
            events: 0,
            path: path.to_owned(),
            text: Vec::new(),
        })
    }

    /// The next line, and its length in bytes.
    pub(crate) fn next(&mut self) -> Result<(Next, usize), Error> {
        self.text.clear();
        let mut limited = io::Read::take(&mut self.decoder, LINE_BYTES_MAX);
        limited.read_until(b'\n', &mut self.text).map_err(|error| self.unreadable(error))?;
        if self.text.last() != Some(&b'\n') {
            return Err(Error::Bent(format!("it ends in line {} without its end", self.lines + 1)));
        }
        let number = self.lines + 1;
        let line = serde_json::from_slice(&self.text)
            .map_err(|error| Error::Bent(format!("line {number}: {error}")))?;
        if let Line::End { lines, events, sm3 } = line {
            let found = hex::encode(self.digest.finalize_reset());
            if (lines, events, &sm3) != (self.lines, self.events, &found) {
                return Err(Error::Bent("its digest is another one than its last line says".to_owned()));
            }
            let is_empty = self.decoder.fill_buf().map(<[u8]>::is_empty);
            if !is_empty.map_err(|error| self.unreadable(error))? {
                return Err(Error::Bent("something stands behind its end".to_owned()));
            }
            return Ok((Next::End { sm3 }, self.text.len()));
        }
        self.digest.update(&self.text);
        self.lines = number;
        self.events += u64::from(matches!(line, Line::Event(_)));
        Ok((Next::Line(Box::new(line)), self.text.len()))
    }

    /// A stream that does not unpack is a file that was changed or cut off; anything else is the system's.
    fn unreadable(&self, error: io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
                Error::Bent(format!("it does not unpack behind line {}: {error}", self.lines))
            }
            _ => at(&self.path)(error),
        }
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |source| Error::File { path: path.to_owned(), source }
}
