use baohan_domain::command::{EarlyRestore, Restore};
use baohan_domain::{Guarantee, SealMode, SealedField, Terms};
use baohan_ledger::{Error, Outcome};
use baohan_wire::{Dialect, Opening, open_section};

use super::Caller;
use crate::gateway::Desk;
use crate::lookup::Found;

/// The opening: the key is tried upon the sealed values, and the rule sees what came of it.
pub(super) async fn carry_out(
    desk: &Desk,
    caller: Caller,
    found: Found,
    call: &baohan_wire::Restore,
) -> Result<Outcome, Error> {
    let Caller { platform, context, at, .. } = caller;
    let command = Restore {
        guarantee_no: call.guarantee_no.to_string(),
        opening_at: call.opening_at,
        opened: open(&found.history.guarantee, &call.opening),
        early: early(&platform.dialect),
        at,
    };
    desk.ledger.carry_out_upon(context, found.id, found.history, |_| Ok(command.clone().into())).await
}

/// What the restore opens. The sealed values are the application's and never change, so they may be opened before the
/// rule is asked.
fn open(guarantee: &Guarantee, opening: &Opening) -> Result<(Terms, SealMode), SealedField> {
    let Some(application) = guarantee.application() else { return Ok((Terms::default(), SealMode::None)) };
    let Some(first) = application.sealed.keys().next() else { return Ok((Terms::default(), SealMode::None)) };
    match opening {
        Opening::Plain(terms) => Ok((terms.clone(), SealMode::Plain)),
        Opening::Nothing => Err(*first),
        Opening::Key { key, iv } | Opening::PlatformKey { key, iv } => {
            open_section(&application.sealed, key.expose(), iv.as_deref())
                .map(|opened| (opened.terms, opened.mode))
                .map_err(|fault| fault.field)
        }
    }
}

fn early(dialect: &Dialect) -> EarlyRestore {
    match dialect.early_restore {
        baohan_wire::EarlyRestore::Accept => {
            EarlyRestore::Accept { hours_max: dialect.early_restore_max_hours }
        }
        baohan_wire::EarlyRestore::Hold => EarlyRestore::Hold,
        baohan_wire::EarlyRestore::Refuse => EarlyRestore::Refuse,
    }
}
