//! Passwords: argon2id with 19 MiB, two passes, one lane (OWASP's choice). Two at a time at
//! most, on threads of their own, so that logins never take the hub's memory or its sockets.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use runtime::random::SharedRandom;
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
    turns: Semaphore,
    random: SharedRandom,
}

impl Passwords {
    pub(super) fn new(random: SharedRandom) -> Self {
        Self {
            turns: Semaphore::new(AT_ONCE),
            random,
        }
    }

    /// The hash of a new password, with a salt of its own.
    pub(super) async fn hash(&self, password: &str) -> String {
        self.hash_bytes(password.as_bytes().to_vec()).await
    }

    /// Whether the password belongs to the hash; without a hash it takes as long and is wrong.
    pub(super) async fn verify(&self, hash: Option<String>, password: &str) -> bool {
        if password.len() > MAX_PASSWORD {
            return false;
        }
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let password = password.as_bytes().to_vec();
        let check = move || argon2().verify_password(&password, hash.as_str()).is_ok();
        self.in_turn(check).await && known
    }

    async fn hash_bytes(&self, password: Vec<u8>) -> String {
        let mut salt = [0; 16];
        self.random.fill(&mut salt);
        self.in_turn(move || {
            let hash = argon2().hash_password_with_salt(&password, &salt);
            hash.expect("sizes are within argon2's limits").to_string()
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let turn = self.turns.acquire().await;
        let _turn = turn.expect("the semaphore is never closed");
        let done = spawn_blocking(work).await;
        done.expect("hashing does not panic")
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None);
    let params = params.expect("the constants are within argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::PasswordHash;

    #[tokio::test]
    async fn nobody_costs_as_much_as_anybody() {
        let passwords = Passwords::new(std::sync::Arc::new(runtime::random::SystemRandom));
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
}
