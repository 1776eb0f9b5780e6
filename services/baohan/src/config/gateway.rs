//! `[gateway]`: what platforms call.

use std::net::{Ipv4Addr, SocketAddr};

use super::section::Section;
use super::values;

/// Where platforms find it, unless something else is said; the office and the sandbox have the ports beside it.
const PORT_DEFAULT: u16 = 8080;
/// A body holds texts and, in claims, addresses of files, never the files: 16 MiB leaves ample room.
const BODY_LIMIT_BYTES_MAX: u32 = 16 << 20;
/// Below this not even an application fits.
const BODY_LIMIT_BYTES_MIN: u32 = 4 << 10;

/// About what a large machine carries: an opening is not throttled.
const CALLS_PER_SECOND_DEFAULT: u32 = 20_000;
const CALLS_PER_SECOND_MAX: u32 = 1_000_000;

/// The platforms' side of HTTP.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The base of document download links, without a slash at its end.
    pub public_url: String,
    /// The longest body that is taken, in bytes.
    pub body_limit_bytes: u32,
    /// How many calls a second each platform may make.
    pub calls_per_second: u32,
}

impl Gateway {
    /// Reads the section.
    pub fn read(section: &mut Section<'_>) -> Self {
        Self {
            listen: values::address(section, "listen", SocketAddr::from((Ipv4Addr::LOCALHOST, PORT_DEFAULT))),
            public_url: values::url(section, "public_url", "http://127.0.0.1:8080"),
            body_limit_bytes: section.count(
                "body_limit_bytes",
                1 << 20,
                BODY_LIMIT_BYTES_MIN..=BODY_LIMIT_BYTES_MAX,
            ),
            calls_per_second: section.count(
                "calls_per_second",
                CALLS_PER_SECOND_DEFAULT,
                1..=CALLS_PER_SECOND_MAX,
            ),
        }
    }
}
