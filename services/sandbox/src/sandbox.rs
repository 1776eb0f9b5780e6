use std::sync::Arc;

use baohan_wire::{Ask, Directory, DirectoryError, Interface, Platform};
use chrono::{DateTime, Utc};
use tokio::sync::{broadcast, watch};

use crate::address::Addresses;
use crate::centre::{Centre, Habits};
use crate::client::{Answer, Client, ClientError};
use crate::happening::{Caller, Happening, Recent};
use crate::misconduct::{Misconduct, Orders};

/// How many happenings a slow watcher may be behind.
const HAPPENINGS_KEPT: usize = 4_096;

/// What a sandbox is set to.
pub struct Settings {
    /// The platforms that it plays, as the institution knows them; it serves at the paths of their addresses.
    pub platforms: Vec<Platform>,
    /// Where the institution's gateway is.
    pub institution_url: String,
    /// Whether a repeated notice is refused with 已存在.
    pub refuses_repeats: bool,
    /// Whether a notice of an application that it did not make is refused, as a platform with a memory does.
    pub refuses_strangers: bool,
    /// Where time comes from.
    pub now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

/// A trading centre's platform. Cheap to clone.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    directory: Directory,
    addresses: Addresses,
    /// The platforms as the institution serves them, for calls to it.
    outward: Vec<Platform>,
    client: Client,
    centre: Centre,
    orders: Orders,
    happenings: broadcast::Sender<Happening>,
    recent: Recent,
    /// Moves when calls that hang are to hang no longer.
    release: watch::Sender<u64>,
    habits: Habits,
    now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

/// Why there is no sandbox.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The platforms make no directory.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// Two interfaces have the same address.
    #[error("two interfaces of the platforms have the path /{0}")]
    SharedPath(String),
    /// An address lies where the sandbox itself is driven.
    #[error("a platform's address has the path /{0}, and /sandbox is the sandbox's own")]
    ReservedPath(String),
    /// The client cannot be made.
    #[error(transparent)]
    Client(#[from] ClientError),
}

impl Sandbox {
    /// A platform that has been told nothing.
    ///
    /// # Errors
    /// When the platforms make no directory or share addresses, or the client cannot be made.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let Settings { platforms, institution_url, refuses_repeats, refuses_strangers, now } = settings;
        // Prefix, pause and switch are the institution's own affair; a platform that is played here is always there.
        let inward = platforms.iter().map(|platform| Platform {
            path_prefix: String::new(),
            enabled: true,
            paused: None,
            ..platform.clone()
        });
        Ok(Self(Arc::new(Inner {
            directory: Directory::new(inward)?,
            addresses: Addresses::of(&platforms)?,
            client: Client::new(institution_url)?,
            outward: platforms,
            centre: Centre::default(),
            orders: Orders::default(),
            happenings: broadcast::Sender::new(HAPPENINGS_KEPT),
            recent: Recent::default(),
            release: watch::Sender::new(0),
            habits: Habits { refuses_repeats, refuses_strangers },
            now,
        })))
    }

    /// What the platform remembers.
    #[must_use]
    pub fn centre(&self) -> &Centre {
        &self.0.centre
    }

    /// Every call on the wire from now on, as the platform sees it.
    #[must_use]
    pub fn watch(&self) -> broadcast::Receiver<Happening> {
        self.0.happenings.subscribe()
    }

    /// Orders a fault; says whether the order was taken.
    #[expect(clippy::must_use_candidate, reason = "an order is given for what it does")]
    pub fn misbehave(&self, order: Misconduct) -> bool {
        self.0.orders.add(order)
    }

    /// Behaves again. Calls that hang are ended.
    pub fn behave(&self) {
        self.0.orders.clear();
        self.release();
    }

    /// The platform of that key; without a key, the only one.
    #[must_use]
    pub fn platform(&self, appkey: Option<&str>) -> Option<&Platform> {
        match (appkey, self.0.outward.as_slice()) {
            (Some(appkey), platforms) => platforms.iter().find(|platform| platform.appkey == appkey),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }

    /// The platforms that it plays.
    #[must_use]
    pub fn platforms(&self) -> &[Platform] {
        &self.0.outward
    }

    /// Calls the institution, and tells whoever watches.
    ///
    /// # Errors
    /// When nothing comes back that is an answer.
    pub async fn ask(
        &self,
        platform: &Platform,
        platform_code: Option<&str>,
        ask: &Ask<'_>,
        extra: &[(&str, &str)],
    ) -> Result<Answer, ClientError> {
        if let Ask::Apply { application_no, .. } = ask {
            self.centre().applies(&platform.appkey, platform_code, application_no);
        }
        let answer = self.0.client.ask(platform, platform_code, ask, extra, self.now()).await;
        self.tell_outgoing(platform, ask.interface(), application_of(ask), &answer);
        answer
    }

    /// Calls the institution with a body as it is, well signed or not, and tells whoever watches.
    ///
    /// # Errors
    /// As [`Sandbox::ask`].
    pub async fn send(
        &self,
        platform: &Platform,
        interface: Interface,
        application_no: &str,
        body: Vec<u8>,
    ) -> Result<Answer, ClientError> {
        let answer = self.0.client.send(platform, interface.name(), body).await;
        self.tell_outgoing(platform, interface, Some(application_no), &answer);
        answer
    }

    pub(crate) fn directory(&self) -> &Directory {
        &self.0.directory
    }

    pub(crate) fn addresses(&self) -> &Addresses {
        &self.0.addresses
    }

    pub(crate) fn institution_url(&self) -> &str {
        self.0.client.institution_url()
    }

    pub(crate) fn orders(&self) -> &Orders {
        &self.0.orders
    }

    pub(crate) fn recent(&self) -> &Recent {
        &self.0.recent
    }

    pub(crate) fn habits(&self) -> Habits {
        self.0.habits
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.0.now)()
    }

    /// Ends every call that hangs.
    pub(crate) fn release(&self) {
        self.0.release.send_modify(|count| *count += 1);
    }

    /// Ends at the next release.
    pub(crate) fn released(&self) -> impl Future<Output = ()> + use<> {
        let mut release = self.0.release.subscribe();
        async move {
            // The sender lives as long as the sandbox that hangs.
            let _ = release.changed().await;
        }
    }

    pub(crate) fn tell(&self, happening: Happening) {
        tracing::info!(
            platform = happening.platform,
            interface = happening.interface.name(),
            application_no = happening.application_no,
            code = happening.code,
            diagnosis = happening.diagnosis,
            "{}: {}",
            happening.interface,
            happening.message
        );
        self.0.recent.keep(happening.clone());
        // Nobody may be watching.
        let _ = self.0.happenings.send(happening);
    }

    pub(crate) fn tell_outgoing(
        &self,
        platform: &Platform,
        interface: Interface,
        application_no: Option<&str>,
        answer: &Result<Answer, ClientError>,
    ) {
        let (code, message) = match answer {
            Ok(answer) => (Some(answer.code.clone()), answer.message.clone()),
            Err(error) => (None, error.to_string()),
        };
        self.tell(Happening {
            at: self.now(),
            caller: Caller::Platform,
            platform: platform.appkey.clone(),
            interface,
            application_no: application_no.map(str::to_owned),
            code,
            message,
            diagnosis: None,
        });
    }
}

pub(crate) fn application_of<'a>(ask: &Ask<'a>) -> Option<&'a str> {
    match ask {
        Ask::Apply { application_no, .. }
        | Ask::Restore { application_no, .. }
        | Ask::RequestInvoice { application_no, .. }
        | Ask::RequestQuit { application_no, .. }
        | Ask::Cancel { application_no, .. }
        | Ask::Claim { application_no, .. } => Some(application_no),
        Ask::Reconcile { .. } => None,
    }
}
