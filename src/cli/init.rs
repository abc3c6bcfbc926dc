use clap::Args;

use super::failure::{Failure, Outcome, exit};
use super::session::{Change, Session};
use crate::fs;
use crate::paths::Paths;
use crate::vault::seal::{self, Recipient};
use crate::vault::store::Vault;

/// Make a vault, and an identity to unlock it with
///
/// The identity is yours alone and lies in the configuration directory, wrapped with a passphrase;
/// the vault can be anywhere and can have several readers. What is there already is kept.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// Leave the identity to file permissions alone, for machines
    #[arg(long)]
    no_passphrase: bool,
    /// Keep no readable index of names, states and dates in the vault
    #[arg(long)]
    no_manifest: bool,
    /// Say what would be done, and change nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

impl Init {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let paths = session.paths()?;
        let change = Change { yes: false, dry_run: self.dry_run };
        create(session, &paths, change, !self.no_passphrase, !self.no_manifest)?;
        if !self.dry_run && session.vault()?.environments()?.is_empty() {
            session.next("make the first key", &["new", "--env", "dev"]);
        }
        Ok(())
    }
}

/// Makes what is missing of a vault and an identity.
pub(super) fn create(
    session: &Session,
    paths: &Paths,
    change: Change,
    passphrase: bool,
    manifests: bool,
) -> Outcome {
    // Before an identity is made for a place that cannot be.
    if fs::exists(&paths.vault) {
        fs::check_private_dir(&paths.vault)?;
    }
    let identities = session.identity_files()?;
    let made = if let Some(there) = identities.first() {
        if !fs::exists(there) {
            return Err(Failure::new(
                exit::FAILED,
                format!("there is no identity {}", there.display()),
            )
            .advise("name one that is there, or leave --identity out to have one made"));
        }
        session.ui.say(&format!("identity: {}, which was there", there.display()));
        None
    } else if change.dry_run {
        let path = if passphrase { paths.protected_identity() } else { paths.plain_identity() };
        session.ui.say(&format!("identity: {}, which would be made", path.display()));
        None
    } else {
        Some(new_identity(session, paths, passphrase)?)
    };
    let there = fs::exists(&paths.vault);
    if !change.dry_run {
        let vault = Vault::create(paths, manifests)?;
        if manifests && !vault.keeps_manifests() {
            session.ui.note("this vault keeps no manifests");
        }
    }
    let was = match (there, change.dry_run) {
        (true, _) => ", which was there",
        (false, true) => ", which would be made",
        (false, false) => "",
    };
    session.ui.say(&format!("vault: {}{was}", paths.vault.display()));
    if let Some(recipient) = made {
        session.ui.say(&format!("your recipient, for others to add you: {recipient}"));
    }
    Ok(())
}

fn new_identity(session: &Session, paths: &Paths, passphrase: bool) -> Outcome<Recipient> {
    let (text, recipient) = seal::generate_identity(&session.now().to_string());
    let (path, bytes) = if passphrase {
        let passphrase = match session.given_passphrase()? {
            Some(given) => given,
            None => session
                .ui
                .prompt()
                .map_err(|_| {
                    Failure::usage(
                        "the identity needs a passphrase, and there is no terminal to ask on",
                    )
                    .advise("give it with --passphrase-file FILE or --passphrase-fd N")
                    .run("or leave the identity unprotected", ["init", "--no-passphrase"])
                })?
                .new_passphrase("New passphrase")?,
        };
        let wrapped = seal::protect(&text, &passphrase, Session::work_factor());
        let wrapped = wrapped.map_err(|error| Failure::new(exit::FAILED, error.to_string()))?;
        (paths.protected_identity(), wrapped)
    } else {
        (paths.plain_identity(), text.expose().as_bytes().to_vec())
    };
    fs::make_private_dir(&paths.config)?;
    fs::create(&path, &bytes)?;
    session.adopt(&path, &text);
    let how = if passphrase { "protected by your passphrase" } else { "unprotected" };
    session.ui.say(&format!("identity: {}, {how}", path.display()));
    if passphrase {
        session
            .ui
            .note("without this file and its passphrase the vault cannot be opened: keep a copy");
    } else {
        session
            .ui
            .note("whoever can read this file can read the vault: keep it private, keep a copy");
    }
    Ok(recipient)
}
