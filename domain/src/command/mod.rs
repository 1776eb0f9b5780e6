//! What can be asked of a guarantee: one rule a file. A rule sees the state and the command, and nothing else;
//! time, numbers and digests travel inside the command.

mod annotate;
mod apply;
mod cancel;
mod claim;
mod confirm_quit;
mod correct_premium;
mod decline;
mod decline_invoice;
mod expire;
mod extend;
mod issue;
mod issue_invoice;
mod pay_claim;
mod record_notice;
mod record_premium;
mod record_restored;
mod refuse_claim;
mod refuse_quit;
mod request_invoice;
mod request_quit;
mod restore;
mod withdraw;

use crate::event::Event;
use crate::refusal::Refusal;
use crate::state::{Guarantee, InForce, Life};

pub use annotate::Annotate;
pub use apply::Apply;
pub use cancel::Cancel;
pub use claim::Claim;
pub use confirm_quit::ConfirmQuit;
pub use correct_premium::CorrectPremium;
pub use decline::Decline;
pub use decline_invoice::DeclineInvoice;
pub use expire::Expire;
pub use extend::Extend;
pub use issue::{Foreseen, Issue, IssueAsked};
pub use issue_invoice::IssueInvoice;
pub use pay_claim::PayClaim;
pub use record_notice::{Notice, RecordNotice};
pub use record_premium::RecordPremium;
pub use record_restored::RecordRestored;
pub use refuse_claim::RefuseClaim;
pub use refuse_quit::RefuseQuit;
pub use request_invoice::RequestInvoice;
pub use request_quit::RequestQuit;
pub use restore::{EarlyRestore, Restore};
pub use withdraw::Withdraw;

/// What a rule says to a command that it does not refuse.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// These events happen.
    Changed(Vec<Event>),
    /// The same was asked before: yes again, and nothing happens.
    Repeat,
}

impl Decision {
    fn one(event: impl Into<Event>) -> Self {
        Self::Changed(vec![event.into()])
    }
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// Whatever can be asked of a guarantee.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Command {
            $($(#[$doc])* $name($name),)*
        }

        impl Command {
            /// The command's name, for logs and metrics.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name),)* }
            }
        }

        $(impl From<$name> for Command {
            fn from(command: $name) -> Self {
                Self::$name(command)
            }
        })*

        /// Decides a command upon a state.
        ///
        /// # Errors
        /// The refusal says which rule the command would break.
        pub fn decide(guarantee: &Guarantee, command: Command) -> Result<Decision, Refusal> {
            match command { $(Command::$name(command) => command.decide(guarantee),)* }
        }
    };
}

commands! {
    /// A platform asks for a guarantee.
    Apply,
    /// The premium was paid.
    RecordPremium,
    /// The record of the premium is put right.
    CorrectPremium,
    /// The guarantee is issued.
    Issue,
    /// The application is declined.
    Decline,
    /// The application is given up.
    Withdraw,
    /// A platform brings the key.
    Restore,
    /// The plain document is made.
    RecordRestored,
    /// A platform asks for the invoice.
    RequestInvoice,
    /// The invoice is issued.
    IssueInvoice,
    /// The invoice is declined.
    DeclineInvoice,
    /// A platform asks to take the guarantee back.
    RequestQuit,
    /// It is taken back.
    ConfirmQuit,
    /// Taking it back is refused.
    RefuseQuit,
    /// A platform ends the guarantee.
    Cancel,
    /// The validity has run out.
    Expire,
    /// A platform brings a demand.
    Claim,
    /// A claim is paid.
    PayClaim,
    /// A claim is refused.
    RefuseClaim,
    /// The validity is extended.
    Extend,
    /// A remark.
    Annotate,
    /// What became of a notice.
    RecordNotice,
}

/// The guarantee in force, or the refusal that its state calls for.
fn in_force(guarantee: &Guarantee) -> Result<&InForce, Refusal> {
    match &guarantee.life {
        Life::InForce(in_force) => Ok(in_force),
        Life::Quit { .. } => Err(Refusal::AlreadyQuit),
        Life::Cancelled { cause, .. } => Err(Refusal::AlreadyCancelled { cause: *cause }),
        Life::Unknown => Err(Refusal::UnknownApplication),
        Life::Applied(_) | Life::Declined { .. } | Life::Withdrawn { .. } => Err(Refusal::NotIssued),
    }
}

/// Holds a number that came with a call against ours. The state is looked at first, since without an issue no number is right.
fn same_number(in_force: &InForce, given: &str) -> Result<(), Refusal> {
    if in_force.guarantee_no.as_str() == given { Ok(()) } else { Err(Refusal::GuaranteeNoDiffers) }
}
