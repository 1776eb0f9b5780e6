use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;

use super::fault::TokenFault;
use super::settings::TokenSettings;

/// The libraries that this process has loaded. PKCS #11 sets a library up once for a process, and two keys may lie behind the same one.
static LOADED: Mutex<BTreeMap<PathBuf, Pkcs11>> = Mutex::new(BTreeMap::new());

/// A session of the token, logged in.
pub(super) fn session(settings: &TokenSettings) -> Result<Session, TokenFault> {
    let library = loaded(&settings.module)?;
    for slot in library.get_slots_with_initialized_token()? {
        if library.get_token_info(slot)?.label() == settings.token {
            let session = library.open_ro_session(slot)?;
            let pin = AuthPin::from(settings.pin.as_str());
            return match session.login(UserType::User, Some(&pin)) {
                // The login is the process's, so that another key of the token may have brought it about.
                Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(session),
                Err(error) => Err(TokenFault::Pin(error)),
            };
        }
    }
    Err(TokenFault::NoToken(settings.token.clone()))
}

fn loaded(module: &Path) -> Result<Pkcs11, TokenFault> {
    let fault = |source| TokenFault::Module { module: module.to_owned(), source };
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(library) = loaded.get(module) {
        return Ok(library.clone());
    }
    let library = Pkcs11::new(module).map_err(fault)?;
    library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).map_err(fault)?;
    loaded.insert(module.to_owned(), library.clone());
    Ok(library)
}
