//! `[gateway]`: what platforms call.

use std::net::{Ipv4Addr, SocketAddr};

use super::section::Section;
use super::values;

/// A body holds texts and, in claims, addresses of files, never the files: 16 MiB leaves ample room.
const BODY_LIMIT_BYTES_MAX: u32 = 16 << 20;
/// Below this not even an application fits.
const BODY_LIMIT_BYTES_MIN: u32 = 4 << 10;

/// The platforms' side of HTTP.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The base of document download links, without a slash at its end.
    pub public_url: String,
    /// The longest body that is taken, in bytes.
    pub body_limit_bytes: u32,
}

impl Gateway {
    /// Reads the section.
    pub fn read(section: &mut Section<'_>) -> Self {
        Self {
            listen: values::address(section, "listen", SocketAddr::from((Ipv4Addr::LOCALHOST, 8080))),
            public_url: values::url(section, "public_url", "http://127.0.0.1:8080"),
            body_limit_bytes: section.count(
                "body_limit_bytes",
                1 << 20,
                BODY_LIMIT_BYTES_MIN..=BODY_LIMIT_BYTES_MAX,
            ),
        }
    }
}
