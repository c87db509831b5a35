//! Passwords: argon2id with 19 MiB, two passes, one lane (OWASP's choice). Two at a time at
//! most, on threads of their own, so that logins never take the hub's memory or its sockets.

use argon2::password_hash::phc::Output;
use argon2::password_hash::{self, Error};
use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, Version};
use runtime::random::SharedRandom;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const AT_ONCE: usize = 2;
/// What an unknown login is checked against, so that it takes as long. No password fits it that
/// anybody knows, and one that did would be refused all the same.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA\
    $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// Shortest password in characters.
pub(super) const MIN_PASSWORD: usize = 8;
/// Longest password in bytes.
pub(super) const MAX_PASSWORD: usize = 1024;

/// Makes and checks hashes.
pub(super) struct Passwords {
    turns: Arc<Semaphore>,
    /// Working memory that is not in use. Kept, since an allocator would keep it too, once for
    /// each of the many threads that hashing wanders over.
    memory: Arc<Mutex<Vec<Memory>>>,
    random: SharedRandom,
}

type Memory = Vec<Block>;

impl Passwords {
    pub(super) fn new(random: SharedRandom) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            memory: Arc::default(),
            random,
        }
    }

    /// The hash of a new password, with a salt of its own.
    pub(super) async fn hash(&self, password: &str) -> String {
        let mut salt = [0; 16];
        self.random.fill(&mut salt);
        let password = password.as_bytes().to_vec();
        self.in_turn(move |memory| {
            let hash = make(&password, &salt, memory);
            hash.expect("sizes are within argon2's limits").to_string()
        })
        .await
    }

    /// Whether the password belongs to the hash; without a hash it takes as long and is wrong.
    pub(super) async fn verify(&self, hash: Option<String>, password: &str) -> bool {
        if password.len() > MAX_PASSWORD {
            return false;
        }
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let password = password.as_bytes().to_vec();
        let check = move |memory: &mut Memory| check(&hash, &password, memory).unwrap_or(false);
        self.in_turn(check).await && known
    }

    /// The turn goes with the work: a caller that gives up does not make room for another
    /// while its hash is still being computed.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> T {
        let turn = self.turns.clone().acquire_owned().await;
        let turn = turn.expect("the semaphore is never closed");
        let pool = self.memory.clone();
        let done = spawn_blocking(move || {
            let idle = || pool.lock().unwrap_or_else(PoisonError::into_inner);
            let mut memory = idle().pop().unwrap_or_default();
            let done = work(&mut memory);
            idle().push(memory);
            drop(turn);
            done
        });
        done.await.expect("hashing does not panic")
    }
}

fn make(password: &[u8], salt: &[u8], memory: &mut Memory) -> password_hash::Result<PasswordHash> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    Ok(PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: (&params).try_into()?,
        salt: Some(salt.try_into()?),
        hash: Some(compute(params, password, salt, memory)?),
    })
}

/// Compares in constant time, as the outputs' equality does.
fn check(hash: &str, password: &[u8], memory: &mut Memory) -> password_hash::Result<bool> {
    let hash = PasswordHash::new(hash)?;
    let params = Params::try_from(&hash)?;
    let salt = hash.salt.as_ref().ok_or(Error::PasswordInvalid)?;
    let computed = compute(params, password, salt, memory)?;
    let same_kind = hash.algorithm == Algorithm::Argon2id.ident();
    Ok(same_kind && hash.hash == Some(computed))
}

fn compute(
    params: Params,
    password: &[u8],
    salt: &[u8],
    memory: &mut Memory,
) -> password_hash::Result<Output> {
    memory.resize(params.block_count(), Block::default());
    let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into_with_memory(password, salt, &mut out, memory)?;
    Ok(Output::new(&out)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::{PasswordHasher, PasswordVerifier};

    #[tokio::test]
    async fn nobody_costs_as_much_as_anybody() {
        let passwords = Passwords::new(Arc::new(runtime::random::SystemRandom));
        let real = passwords.hash("correct horse").await;
        let (nobody, somebody) = (PasswordHash::new(NOBODY), PasswordHash::new(&real));
        let (nobody, somebody) = (nobody.expect("a hash"), somebody.expect("a hash"));
        assert_eq!(nobody.algorithm, somebody.algorithm);
        assert_eq!(nobody.version, somebody.version);
        assert_eq!(nobody.params, somebody.params);
        assert_eq!(nobody.params.to_string(), "m=19456,t=2,p=1");
        assert!(passwords.verify(Some(real), "correct horse").await);
        assert!(!passwords.verify(None, "correct horse").await);
    }
    #[tokio::test]
    async fn hashes_are_those_of_the_library() {
        let passwords = Passwords::new(Arc::new(runtime::random::SystemRandom));
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("within the limits");
        let library = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let ours = passwords.hash("correct horse").await;
        assert!(
            library
                .verify_password(b"correct horse", ours.as_str())
                .is_ok()
        );
        let theirs: PasswordHash = library
            .hash_password_with_salt(b"correct horse", &[7; 16])
            .expect("made");
        assert!(
            passwords
                .verify(Some(theirs.to_string()), "correct horse")
                .await
        );
        assert!(
            !passwords
                .verify(Some(theirs.to_string()), "correct horsf")
                .await
        );
        assert!(
            !passwords
                .verify(Some("$argon2id$junk".into()), "correct horse")
                .await
        );
    }

    #[tokio::test]
    async fn memory_is_bounded_by_the_turns() {
        let passwords = Passwords::new(Arc::new(runtime::random::SystemRandom));
        let check = || passwords.verify(None, "correct horse");
        tokio::join!(check(), check(), check(), check());
        let kept = passwords.memory.lock().expect("no panic").len();
        assert!((1..=AT_ONCE).contains(&kept), "{kept}");
    }
}
