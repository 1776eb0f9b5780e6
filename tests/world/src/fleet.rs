use std::time::Duration;

use baohan_servers::{Database, Kafka, Manner, Postgres, Proxy, fresh_prefix, until};
use serde_json::Value;
use tempfile::TempDir;

use crate::asked::Doors;
use crate::centre::Centre;
use crate::member::Member;
use crate::setting::Setting;

/// Two of each role, in processes of their own.
const TWO_OF_EACH: [&str; 12] = [
    "gateway",
    "gateway",
    "office",
    "office",
    "notifier",
    "notifier",
    "worker",
    "worker",
    "projector",
    "projector",
    "relay",
    "relay",
];
/// Twelve processes and whoever checks them.
const CONNECTIONS_MAX: &str = "500";
/// Of each process.
const CONNECTIONS: u32 = 8;
/// How many shards the store has: more than one, and few enough that the machine of a test keeps up.
const SHARDS: u16 = 4;
/// Until everything that is under way has come to rest.
const REST_WITHIN: Duration = Duration::from_mins(4);

/// How a fleet is set up.
#[derive(Clone, Debug)]
pub struct Plan {
    /// A process each: its roles.
    pub processes: Vec<&'static str>,
    /// Whether the lines to PostgreSQL, Kafka and the centre go through proxies.
    pub is_proxied: bool,
    /// What processes are started by (a program that changes their clock).
    pub wrapper: String,
}

/// Many processes of the built program on one PostgreSQL, one Kafka and one trading centre.
pub struct Fleet {
    /// Its processes.
    pub members: Vec<Member>,
    /// Its PostgreSQL.
    pub postgres: Postgres,
    /// Its broker.
    pub kafka: Kafka,
    /// The trading centre's side.
    pub centre: Centre,
    database: Database,
    prefix: String,
    shared: TempDir,
    lines: Vec<Proxy>,
    setting: Texts,
}

/// What stands in the configuration of each.
struct Texts {
    store: String,
    platform: String,
    kafka: String,
}

impl Default for Plan {
    fn default() -> Self {
        Self { processes: TWO_OF_EACH.to_vec(), is_proxied: false, wrapper: String::new() }
    }
}

impl Fleet {
    /// Two processes of each role.
    pub async fn start() -> Self {
        Self::start_as(&Plan::default()).await
    }

    /// Servers first, then all processes at once; returns when all are ready.
    pub async fn start_as(plan: &Plan) -> Self {
        let (postgres, centre) =
            (Postgres::start_with(&[("max_connections", CONNECTIONS_MAX)]).await, Centre::open().await);
        let database = postgres.database().await;
        let name = database.url.rsplit('/').next().expect("a name").to_owned();
        let mut lines = Vec::new();
        let (kafka, brokers, store, platform) = if plan.is_proxied {
            let (kafka, line) = Kafka::start_behind_proxy().await;
            let brokers = line.address();
            lines.push(line);
            let line = Proxy::to(&postgres.address()).await;
            let store = postgres.url_by(&line.address(), &name);
            lines.push(line);
            let line = Proxy::to(&centre.address()).await;
            let platform = format!("http://{}", line.address());
            lines.push(line);
            (kafka, brokers, store, platform)
        } else {
            let kafka = Kafka::start().await;
            let brokers = kafka.brokers();
            (kafka, brokers, database.url.clone(), centre.url())
        };
        let prefix = fresh_prefix();
        let setting = Texts {
            store,
            platform,
            kafka: format!("[kafka]\nbrokers = \"{brokers}\"\ntopic_prefix = \"{prefix}\"\n"),
        };
        let shared = tempfile::tempdir().expect("a folder");
        let mut fleet =
            Self { members: Vec::new(), postgres, kafka, centre, database, prefix, shared, lines, setting };
        // The first makes the store; the others come to one that is there, all at once.
        for (place, roles) in plan.processes.iter().enumerate() {
            fleet.add(roles, &plan.wrapper);
            if place == 0 {
                fleet.members[0].ready().await;
            }
        }
        fleet.ready().await;
        fleet
    }

    /// Starts one more process; says its place.
    pub fn add(&mut self, roles: &'static str, wrapper: &str) -> usize {
        let more = format!("{}[workers]\ninvoices = \"automatic\"\n", self.setting.kafka);
        self.members.push(self.member(roles, wrapper, &more));
        self.members.len() - 1
    }

    /// A process that builds the projections elsewhere, from the store alone. It is not one of the fleet.
    pub fn rebuilder(&self, elsewhere: &Database) -> Member {
        let more = format!("[projections]\nurl = \"{}\"\n", elsewhere.url);
        self.member("projector", "", &more)
    }

    /// Waits until all of them are ready.
    pub async fn ready(&self) {
        for member in &self.members {
            member.ready().await;
        }
    }

    /// The places of the processes with this role.
    pub fn with(&self, role: &str) -> Vec<usize> {
        (0..self.members.len()).filter(|place| self.members[*place].has(role)).collect()
    }

    /// Every gateway and every office.
    pub fn doors(&self) -> Doors {
        let addresses = |role: &str, address: fn(&Member) -> String| -> Vec<String> {
            self.with(role).into_iter().map(|place| address(&self.members[place])).collect()
        };
        Doors::at(&addresses("gateway", Member::gateway), &addresses("office", Member::office))
    }

    /// The store's address, past any proxy.
    pub fn store(&self) -> &str {
        &self.database.url
    }

    /// The topic of events.
    pub fn topic(&self) -> String {
        format!("{}.events", self.prefix)
    }

    /// The lines to Kafka, PostgreSQL and the centre, in this order.
    pub fn set_lines(&self, manners: [Manner; 3]) {
        for (line, manner) in self.lines.iter().zip(manners) {
            line.set(manner);
        }
    }

    /// What an office says of the whole.
    pub async fn status(&self) -> Value {
        let (status, body) = self.doors().office().get("/api/v1/status").await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// Waits until nothing is under way: workers, notices, projections, publishing.
    pub async fn rest(&self) {
        self.store_rests().await;
        let doors = self.doors();
        until("all is published", REST_WITHIN, async || {
            has_published_all(&self.status_if_any(&doors).await?).then_some(())
        })
        .await;
    }

    /// Waits until workers, notices and projections have nothing to do; what is published does not matter.
    pub async fn store_rests(&self) {
        until("the store is at rest", REST_WITHIN, async || {
            (crate::check::notices::are_settled(self.store()).await
                && crate::check::projections::have_caught_up(self.store(), self.store()).await)
                .then_some(())
        })
        .await;
    }

    async fn status_if_any(&self, doors: &Doors) -> Option<Value> {
        match doors.office().try_get("/api/v1/status").await {
            Ok((200, status)) => Some(status),
            _ => None,
        }
    }

    fn member(&self, roles: &'static str, wrapper: &str, more: &str) -> Member {
        let of_store = format!("shards = {SHARDS}\nconnections = {CONNECTIONS}");
        let setting = Setting {
            gateway: "",
            office: "",
            platform: &self.setting.platform,
            store: &self.setting.store,
            of_store: &of_store,
            more,
        };
        Member::start(roles, &setting, self.shared.path(), wrapper)
    }
}

/// Whether each shard stands on the topic as far as in the store, by what the processes keep in the store.
fn has_published_all(status: &Value) -> bool {
    let shards = status["publishing"]["shards"].as_array();
    shards.is_some_and(|shards| {
        shards
            .iter()
            .all(|shard| shard["published"].as_u64().unwrap_or(0) == shard["head"].as_u64().unwrap_or(0))
    })
}
