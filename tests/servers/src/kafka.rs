use std::path::Path;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};

use crate::console::{Record, console_consumer};
use crate::kept::Kept;
use crate::patience::until;
use crate::port::Port;
use crate::proxy::Proxy;
use crate::security::{Access, Secured, Security};

const SCRIPT: &str = include_str!("../../../deploy/servers/kafka");
const FETCH: &str = include_str!("../../../deploy/fetch-kafka");
/// Three seconds on an idle machine; the machine may build meanwhile.
const READY_WITHIN: Duration = Duration::from_mins(2);
/// How long one question after the broker's metadata may take.
const ASK_WITHIN: Duration = Duration::from_secs(2);

/// A Kafka broker of one's own.
#[derive(Debug)]
pub struct Kafka {
    kept: Kept,
    port: Port,
    controller: Port,
    secured: Option<Secured>,
    /// The port behind the proxy; reserved as long as the broker may be restarted.
    behind: Option<Port>,
}

impl Kafka {
    /// One broker, plain text.
    pub async fn start() -> Self {
        Self::start_as(|_, _| (String::new(), None)).await
    }

    /// One broker with listeners for passwords (PLAIN, SCRAM) and TLS beside the plain one.
    pub async fn start_secured() -> Self {
        Self::start_as(|folder, ports| {
            let secured = Secured::prepare(folder);
            (secured.properties(ports), Some(secured))
        })
        .await
    }

    /// One broker, and a proxy: who begins at the proxy's address is sent nowhere else.
    pub async fn start_behind_proxy() -> (Self, Proxy) {
        let behind = Port::free();
        let proxy = Proxy::to(&behind.address()).await;
        let (number, address) = (behind.number(), proxy.address());
        let mut kafka = Self::start_as(move |_, ports| {
            let text = format!(
                "{}listener.security.protocol.map=PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT,BEHIND:PLAINTEXT\n",
                ports.listeners(&[("BEHIND", number, address)])
            );
            (text, None)
        })
        .await;
        kafka.behind = Some(behind);
        (kafka, proxy)
    }

    async fn start_as(more: impl FnOnce(&Path, Ports) -> (String, Option<Secured>) + Send + 'static) -> Self {
        let made = tokio::task::spawn_blocking(move || {
            let kept = Kept::begin("kafka", "KILL");
            let (port, controller) = (Port::free(), Port::free());
            kept.script("kafka.sh", SCRIPT);
            kept.script("fetch-kafka", FETCH);
            let place = kept.folder().join("kafka");
            std::fs::create_dir(&place).expect("a folder");
            let ports = Ports { plain: port.number(), controller: controller.number() };
            let (text, secured) = more(&place, ports);
            if !text.is_empty() {
                std::fs::write(place.join("more.properties"), text).expect("more properties");
            }
            let mut kafka = Self { kept, port, controller, secured, behind: None };
            kafka.prepare();
            kafka.serve();
            kafka
        });
        let kafka = made.await.expect("the broker is made");
        kafka.ready().await;
        kafka
    }

    /// `127.0.0.1:PORT`, plain text.
    pub fn brokers(&self) -> String {
        self.port.address()
    }

    /// How to reach it under some security; `start_secured` only, but for `Security::Plain`.
    pub fn access(&self, security: Security) -> Access {
        match (&self.secured, security) {
            (_, Security::Plain) => Access::plain(self.brokers()),
            (Some(secured), _) => secured.access(security),
            (None, _) => panic!("this broker was started without security"),
        }
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        self.kept.kill();
    }

    /// Starts it again on the same port and what is there; returns when it answers.
    pub async fn restart(&mut self) {
        self.serve();
        self.ready().await;
    }

    /// Stops it where it is, until `resume`.
    pub fn pause(&self) {
        self.kept.signal("STOP");
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.kept.signal("CONT");
    }

    /// What a topic holds by Kafka's own console consumer: see [`console_consumer`].
    pub async fn console_consumer(&self, topic: &str, at_least: usize) -> Vec<Record> {
        console_consumer(&self.brokers(), topic, at_least).await
    }

    /// Where all of it lies. It goes when the server goes.
    pub fn folder(&self) -> &Path {
        self.kept.folder()
    }

    /// What it has said.
    pub fn log(&self) -> String {
        self.kept.log()
    }

    fn prepare(&mut self) {
        let folder = self.kept.folder().display().to_string();
        let users = self.secured.as_ref().map(Secured::format_arguments).unwrap_or_default();
        let (port, controller) = (self.port.number(), self.controller.number());
        self.kept.prepare(&format!(
            "BAOHAN_KAFKA_JARS=\"$(bash {folder}/fetch-kafka)\" || exit 1\nexport BAOHAN_KAFKA_JARS\n\
             echo \"$BAOHAN_KAFKA_JARS\" >{folder}/jars\n\
             exec sh {folder}/kafka.sh prepare {folder} {port} {controller} {users}"
        ));
    }

    fn serve(&mut self) {
        let folder = self.kept.folder().display();
        self.kept.start(&format!(
            "BAOHAN_KAFKA_JARS=\"$(cat {folder}/jars)\" exec sh {folder}/kafka.sh serve {folder}"
        ));
    }

    async fn ready(&self) {
        let brokers = self.brokers();
        until("the broker answers", READY_WITHIN, async || {
            assert!(!self.kept.has_ended(), "the broker has ended:\n{}", self.log());
            let brokers = brokers.clone();
            tokio::task::spawn_blocking(move || answers(&brokers)).await.expect("the question").then_some(())
        })
        .await;
    }
}

/// The ports of the listeners that every broker has.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    plain: u16,
    controller: u16,
}

impl Ports {
    /// Lines with the usual listeners and these: name, port, and the address that clients are told.
    pub fn listeners(self, more: &[(&str, u16, String)]) -> String {
        let Self { plain, controller } = self;
        let mut listeners =
            format!("listeners=PLAIN://127.0.0.1:{plain},CONTROLLER://127.0.0.1:{controller}");
        let mut advertised = format!("advertised.listeners=PLAIN://127.0.0.1:{plain}");
        for (name, port, told) in more {
            listeners += &format!(",{name}://127.0.0.1:{port}");
            advertised += &format!(",{name}://{told}");
        }
        format!("{listeners}\n{advertised}\n")
    }
}

fn answers(brokers: &str) -> bool {
    let mut config = ClientConfig::new();
    // A broker that is not there yet is no news.
    config.set("bootstrap.servers", brokers).set("log_level", "0");
    let Ok(consumer) = config.create_with_context::<_, BaseConsumer<_>>(Silent) else { return false };
    consumer.fetch_metadata(None, ASK_WITHIN).is_ok_and(|metadata| !metadata.brokers().is_empty())
}

/// Says nothing of what librdkafka complains of.
struct Silent;

impl rdkafka::ClientContext for Silent {
    fn log(&self, _: rdkafka::config::RDKafkaLogLevel, _: &str, _: &str) {}
    fn error(&self, _: rdkafka::error::KafkaError, _: &str) {}
}

impl rdkafka::consumer::ConsumerContext for Silent {}
