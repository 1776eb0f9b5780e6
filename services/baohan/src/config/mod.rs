//! The configuration: one TOML file, overridden by the environment, checked whole before anything starts.
//!
//! A section is a file here. It asks for each of its keys by name and kind; a key that nobody asked for, a value of
//! another kind or out of bounds is a mistake with file, line, column and key, and all of them are told at once.

mod calendar;
mod database;
mod dialect;
mod document;
mod documents;
mod environment;
mod gateway;
mod institution;
mod kafka;
mod keys;
mod log;
mod notifier;
mod office;
mod platforms;
mod problem;
mod report;
mod seal;
mod secret;
mod section;
mod store;
mod token;
mod underwriting;
mod values;
mod witness;
mod workers;

#[cfg(test)]
mod tests;

use std::path::Path;

use baohan_wire::Platform;

use document::{Origin, Table};
use problem::{Place, Problem, Source};
use report::{Report, Understood};

pub use calendar::Calendar;
pub use database::DatabaseUrl;
pub use dialect::of_options as dialect_of_options;
pub use documents::Documents;
pub use environment::Environment;
pub use gateway::Gateway;
pub use institution::Institution;
pub use keys::Keys;
pub use log::Log as LogSettings;
pub use notifier::Notifier;
pub use office::{Office, Token};
pub use seal::Seal;
pub use section::Section;
pub use store::{Projections, Store};
pub use token::TokenPlace;
pub use underwriting::Underwriting;
pub use values::folder_of;
pub use witness::{Witness, WitnessConfig};
pub use workers::Workers;

/// The longest configuration that is read: hundreds of platforms fit in it.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// Everything that was configured, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// `[institution]`
    pub institution: Institution,
    /// `[gateway]`
    pub gateway: Gateway,
    /// `[office]`
    pub office: Office,
    /// `[store]`
    pub store: Store,
    /// `[projections]`
    pub projections: Projections,
    /// `[kafka]`, if there is any.
    pub kafka: Option<baohan_topics::Settings>,
    /// `[keys]`
    pub keys: Keys,
    /// `[seal]`
    pub seal: Seal,
    /// `[witness]`, if there is any: of a witness that stands in the same file.
    pub witness: Option<Witness>,
    /// `[documents]`
    pub documents: Documents,
    /// `[underwriting]`
    pub underwriting: Underwriting,
    /// `[calendar]`
    pub calendar: Calendar,
    /// `[workers]`
    pub workers: Workers,
    /// `[notifier]`
    pub notifier: Notifier,
    /// `[[platforms]]`
    pub platforms: Vec<Platform>,
    /// `[log]`
    pub log: LogSettings,
    /// What is right but will surprise.
    pub warnings: Vec<String>,
    understood: Vec<Understood>,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {file}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// What stands in it is wrong.
    #[error("{}", report::told(.0))]
    Wrong(Vec<Problem>),
}

impl Config {
    /// Reads a file and the environment's overrides.
    pub fn load(file: &Path, environment: Environment) -> Result<Self, ConfigError> {
        Self::from_text(file, text_of(file)?, environment)
    }

    /// Reads a text as if it were the content of `file`.
    pub fn from_text(file: &Path, text: String, environment: Environment) -> Result<Self, ConfigError> {
        let (report, table) = laid_over(Source::new(file, text), environment)?;
        let read = Section::root(&report, &table, Self::read);
        let (problems, understood, warnings) = report.finish();
        match read {
            Some(config) if problems.is_empty() => Ok(Self { warnings, understood, ..config }),
            _ => Err(ConfigError::Wrong(problems)),
        }
    }

    /// What was understood, as TOML with the origin of each value; secrets as `***`.
    pub fn understood(&self) -> String {
        report::as_toml(&self.understood)
    }

    fn read(root: &mut Section<'_>) -> Option<Self> {
        let institution = root.section("institution", Institution::read);
        let gateway = root.section("gateway", Gateway::read);
        let office = root.section("office", |section| Office::read(section, &gateway));
        let store = root.section("store", Store::read);
        let projections = root.section("projections", |section| Projections::read(section, &store));
        let kafka = root.optional_section("kafka", kafka::read);
        let keys = root.section("keys", Keys::read);
        let seal = root.section("seal", |section| Seal::read(section, &store, &keys));
        let witness = root.optional_section("witness", Witness::read);
        let documents = root.section("documents", Documents::read);
        let underwriting = root.section("underwriting", Underwriting::read);
        let calendar = root.section("calendar", Calendar::read);
        let workers = root.section("workers", Workers::read);
        let notifier = root.section("notifier", Notifier::read);
        let platforms = platforms::read(root);
        let log = root.section("log", LogSettings::read);
        Some(Self {
            institution,
            gateway,
            office,
            store,
            projections,
            kafka,
            keys,
            seal,
            witness,
            documents,
            underwriting: underwriting?,
            calendar,
            workers,
            notifier,
            platforms,
            log,
            warnings: Vec::new(),
            understood: Vec::new(),
        })
    }
}

/// What a file holds, within its bound.
fn text_of(file: &Path) -> Result<String, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { file: file.display().to_string(), source };
    let length = std::fs::metadata(file).map_err(unreadable)?.len();
    if length > FILE_BYTES_MAX {
        let long = std::io::Error::other(format!("{length} bytes, and at most {FILE_BYTES_MAX} are read"));
        return Err(unreadable(long));
    }
    std::fs::read_to_string(file).map_err(unreadable)
}

/// What a file says with the environment's overrides laid over it, and the report of what is wrong in it, begun.
fn laid_over(source: Source, environment: Environment) -> Result<(Report, Table), ConfigError> {
    let mut table =
        Table::parse(source.text()).map_err(|error| ConfigError::Wrong(vec![syntax(&source, &error)]))?;
    let misfits = environment.lay_over(&mut table);
    let report = Report::new(source, environment);
    for misfit in misfits {
        let (place, message) = (Place::Variable(misfit.variable), misfit.message);
        report.problem(Problem { place, key: String::new(), message, help: None });
    }
    Ok((report, table))
}

/// A text that is no TOML.
fn syntax(source: &Source, error: &toml::de::Error) -> Problem {
    let place = error.span().map_or_else(|| source.whole(), |span| source.place(&Origin::File(span), false));
    let message = error.message().lines().collect::<Vec<_>>().join("; ");
    Problem { place, key: String::new(), message, help: None }
}
