use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kafka::Ports;
use crate::port::Port;

const USER: &str = "baohan";
const PASSWORD: &str = "a-password-of-tests";

/// How a client shows who it is, and whether the line is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Neither.
    Plain,
    /// Name and password as they are.
    SaslPlain,
    /// A proof of the password by SHA-256.
    Scram256,
    /// A proof of the password by SHA-512.
    Scram512,
    /// The broker's certificate.
    Tls,
    /// The broker's certificate, and a proof of the password by SHA-512.
    ScramOverTls,
}

/// Where a broker is and what librdkafka must be told to reach it.
#[derive(Clone, Debug)]
pub struct Access {
    /// `host:port`
    pub brokers: String,
    /// Lines of `[kafka.properties]`.
    pub properties: BTreeMap<String, String>,
}

impl Access {
    pub(crate) fn plain(brokers: String) -> Self {
        Self { brokers, properties: BTreeMap::new() }
    }
}

/// The listeners of a broker that asks who comes.
#[derive(Debug)]
pub struct Secured {
    folder: PathBuf,
    sasl: Port,
    tls: Port,
    sasl_tls: Port,
}

impl Secured {
    /// Makes the broker's certificate in this folder.
    pub fn prepare(folder: &Path) -> Self {
        let keys = folder.join("broker.p12");
        keytool(&[
            "-genkeypair",
            "-alias",
            "broker",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-storetype",
            "PKCS12",
            "-keystore",
            &keys.display().to_string(),
            "-storepass",
            PASSWORD,
            "-dname",
            "CN=localhost",
            "-ext",
            "san=dns:localhost,ip:127.0.0.1",
            "-validity",
            "2",
        ]);
        keytool(&[
            "-exportcert",
            "-rfc",
            "-alias",
            "broker",
            "-keystore",
            &keys.display().to_string(),
            "-storepass",
            PASSWORD,
            "-file",
            &folder.join("ca.pem").display().to_string(),
        ]);
        Self { folder: folder.to_owned(), sasl: Port::free(), tls: Port::free(), sasl_tls: Port::free() }
    }

    /// The broker's lines for it.
    pub fn properties(&self, ports: Ports) -> String {
        // By name, since a certificate is held against the name that was asked for.
        let told = |port: &Port| format!("localhost:{}", port.number());
        let listeners = ports.listeners(&[
            ("SASL", self.sasl.number(), told(&self.sasl)),
            ("TLS", self.tls.number(), told(&self.tls)),
            ("SASLTLS", self.sasl_tls.number(), told(&self.sasl_tls)),
        ]);
        let keys = self.folder.join("broker.p12");
        let mut text = format!(
            "{listeners}listener.security.protocol.map=PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL,SASLTLS:SASL_SSL\n\
             ssl.keystore.location={}\nssl.keystore.type=PKCS12\nssl.keystore.password={PASSWORD}\nssl.key.password={PASSWORD}\n",
            keys.display()
        );
        for listener in ["sasl", "sasltls"] {
            text += &format!(
                "listener.name.{listener}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512\n\
                 listener.name.{listener}.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_{USER}=\"{PASSWORD}\";\n"
            );
            for scram in ["scram-sha-256", "scram-sha-512"] {
                text += &format!(
                    "listener.name.{listener}.{scram}.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;\n"
                );
            }
        }
        text
    }

    /// What the storage is formatted with, so that the user is there from the beginning.
    #[expect(clippy::unused_self, reason = "a broker without security has no users")]
    pub fn format_arguments(&self) -> String {
        ["SCRAM-SHA-256", "SCRAM-SHA-512"]
            .map(|scram| format!("--add-scram '{scram}=[name={USER},password={PASSWORD}]'"))
            .join(" ")
    }

    pub fn access(&self, security: Security) -> Access {
        let (protocol, mechanism, port) = match security {
            Security::Plain => unreachable!("it needs no listener of ours"),
            Security::SaslPlain => ("SASL_PLAINTEXT", Some("PLAIN"), &self.sasl),
            Security::Scram256 => ("SASL_PLAINTEXT", Some("SCRAM-SHA-256"), &self.sasl),
            Security::Scram512 => ("SASL_PLAINTEXT", Some("SCRAM-SHA-512"), &self.sasl),
            Security::Tls => ("SSL", None, &self.tls),
            Security::ScramOverTls => ("SASL_SSL", Some("SCRAM-SHA-512"), &self.sasl_tls),
        };
        let mut properties = BTreeMap::from([("security.protocol".to_owned(), protocol.to_owned())]);
        let mut set = |name: &str, value: &str| properties.insert(name.to_owned(), value.to_owned());
        if let Some(mechanism) = mechanism {
            set("sasl.mechanism", mechanism);
            set("sasl.username", USER);
            set("sasl.password", PASSWORD);
        }
        if protocol.ends_with("SSL") {
            set("ssl.ca.location", &self.folder.join("ca.pem").display().to_string());
        }
        Access { brokers: format!("localhost:{}", port.number()), properties }
    }
}

fn keytool(arguments: &[&str]) {
    let done = Command::new("keytool").args(arguments).output().expect("keytool runs");
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
}
