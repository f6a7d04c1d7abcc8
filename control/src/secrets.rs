//! Secrets at rest: encrypted with XChaCha20-Poly1305 under the installation's key, each bound to the
//! credential that it belongs to. The keys come from outside of the database; what is read here leaves
//! again only for the place that it is meant for.

use std::{collections::BTreeMap, fmt};

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use domain::{
    AssetId,
    secret::{Secret, SecretContent},
};
use sha2::{Digest, Sha256};
use store::{AssetChange, Change, Sealed, Store};
use zeroize::Zeroizing;

use crate::{ControlPlane, Error, Result, clock::Chance};

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// The keys of an installation: one that seals, and older ones that still open.
pub struct Keyring {
    keys: Vec<Key>,
}

struct Key {
    id: i32,
    cipher: XChaCha20Poly1305,
}

/// Why a text holds no keys. It does not say what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoKeyring {
    #[error("there is no key; one has 64 hexadecimal digits")]
    Empty,
    #[error("key {0} is wrong; a key has 64 hexadecimal digits")]
    Wrong(usize),
}

/// The keys stay unsaid.
impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("ids", &self.ids()).finish_non_exhaustive()
    }
}

impl Keyring {
    /// Reads keys of 64 hexadecimal digits with white space between them; the first one seals.
    pub fn read(text: &str) -> std::result::Result<Self, NoKeyring> {
        let keys = text.split_whitespace().enumerate();
        let keys = keys.map(|(i, word)| Key::read(word).ok_or(NoKeyring::Wrong(i + 1)));
        let keys: Vec<Key> = keys.collect::<std::result::Result<_, _>>()?;
        match keys.is_empty() {
            true => Err(NoKeyring::Empty),
            false => Ok(Self { keys }),
        }
    }

    /// A new key, as [`Keyring::read`] takes it.
    pub fn new_key(chance: &dyn Chance) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        chance.fill(&mut *bytes);
        Zeroizing::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The key that seals.
    pub fn current(&self) -> i32 {
        self.keys[0].id
    }

    pub fn opens(&self, id: i32) -> bool {
        self.keys.iter().any(|key| key.id == id)
    }

    fn ids(&self) -> Vec<i32> {
        self.keys.iter().map(|key| key.id).collect()
    }

    /// Encrypts what the credential `owner` keeps.
    pub fn seal(
        &self,
        owner: AssetId,
        content: &SecretContent,
        chance: &dyn Chance,
    ) -> Result<Sealed> {
        let failed = || Error::Internal { what: "encrypt a secret" };
        let plain: BTreeMap<&str, &str> =
            content.iter().map(|(key, secret)| (key.as_str(), secret.reveal())).collect();
        let plain = Zeroizing::new(serde_json::to_vec(&plain).map_err(|_| failed())?);
        let mut bytes = vec![0; NONCE_BYTES];
        chance.fill(&mut bytes);
        let key = &self.keys[0];
        let associated = associated(owner, key.id);
        let payload = Payload { msg: &plain, aad: associated.as_bytes() };
        let sealed = key.cipher.encrypt(XNonce::from_slice(&bytes), payload);
        bytes.extend(sealed.map_err(|_| failed())?);
        Ok(Sealed { key_id: key.id, bytes })
    }

    /// Decrypts what the credential `owner` keeps. Bytes that were changed, or belong to another
    /// credential, do not open.
    pub fn open(&self, owner: AssetId, sealed: &Sealed) -> Result<SecretContent> {
        let failed = || Error::Internal { what: "decrypt a secret with the keys that were given" };
        let key = self.keys.iter().find(|key| key.id == sealed.key_id).ok_or_else(failed)?;
        let (nonce, bytes) = sealed.bytes.split_at_checked(NONCE_BYTES).ok_or_else(failed)?;
        let associated = associated(owner, key.id);
        let payload = Payload { msg: bytes, aad: associated.as_bytes() };
        let plain = key.cipher.decrypt(XNonce::from_slice(nonce), payload);
        let plain = Zeroizing::new(plain.map_err(|_| failed())?);
        let content: BTreeMap<String, Secret> =
            serde_json::from_slice(&plain).map_err(|_| failed())?;
        Ok(content)
    }
}

impl Key {
    fn read(word: &str) -> Option<Self> {
        let digits = word.as_bytes();
        if digits.len() != 2 * KEY_BYTES {
            return None;
        }
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        let hash = Sha256::digest(&bytes[..]);
        // Names the key and says nothing of it; positive, as the interface wants a number.
        let id = i32::from_be_bytes([hash[0] & 0x7f, hash[1], hash[2], hash[3]]);
        Some(Self { id, cipher: XChaCha20Poly1305::new_from_slice(&bytes[..]).ok()? })
    }
}

/// What a secret is bound to.
fn associated(owner: AssetId, key: i32) -> String {
    format!("berth credential {owner} key {key}")
}

/// Seals everything that is under an older key with the current one, in one batch. Returns how many
/// there were.
pub async fn rotate(store: &Store, keyring: &Keyring, chance: &dyn Chance) -> Result<usize> {
    let mut changes = Vec::new();
    for (id, sealed) in store.all_sealed().await? {
        if sealed.key_id != keyring.current() {
            let again = keyring.seal(id, &keyring.open(id, &sealed)?, chance)?;
            changes.push(Change::Asset(AssetChange::Secret(id, again)));
        }
    }
    store.commit(&changes).await?;
    Ok(changes.len())
}

impl ControlPlane {
    /// Gives the keys of this installation; before that no credential can be made.
    pub fn unlock(&self, keyring: Keyring) {
        // Who unlocks twice keeps the first keys: what was sealed with them is there already.
        let _ = self.inner.keyring.set(keyring);
    }

    pub(crate) fn keyring(&self) -> Result<&Keyring> {
        let none = Error::Internal { what: "keep a secret without the installation's key" };
        self.inner.keyring.get().ok_or(none)
    }

    /// Secrets that no key opens.
    pub fn unreadable_secrets(&self) -> usize {
        let world = self.world();
        let keys = world.sealed.values();
        keys.filter(|key| self.inner.keyring.get().is_none_or(|ring| !ring.opens(**key))).count()
    }

    /// What a credential keeps, for whoever brings it where it belongs.
    pub(crate) async fn secret_content(&self, id: AssetId) -> Result<Option<SecretContent>> {
        let Some(sealed) = self.inner.store.sealed(id).await? else { return Ok(None) };
        self.keyring()?.open(id, &sealed).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::clock::SystemChance;

    fn id(number: u128) -> AssetId {
        AssetId(Uuid::from_u128(number))
    }

    fn ring(keys: &[char]) -> Keyring {
        let words: Vec<_> = keys.iter().map(|digit| digit.to_string().repeat(64)).collect();
        Keyring::read(&words.join("\n")).unwrap()
    }

    fn content() -> SecretContent {
        [("Password".to_owned(), Secret::new("hunter2".into()))].into()
    }

    fn opened(ring: &Keyring, owner: AssetId, sealed: &Sealed) -> Option<String> {
        ring.open(owner, sealed).ok().map(|all| all["Password"].reveal().to_owned())
    }

    #[test]
    fn a_secret_opens_for_its_owner_under_its_key_and_unchanged() {
        let sealed = ring(&['1']).seal(id(1), &content(), &SystemChance).unwrap();
        assert_eq!(opened(&ring(&['1']), id(1), &sealed).as_deref(), Some("hunter2"));
        assert_eq!(opened(&ring(&['2', '1']), id(1), &sealed).as_deref(), Some("hunter2"));
        assert_eq!(opened(&ring(&['2']), id(1), &sealed), None, "another key");
        assert_eq!(opened(&ring(&['1']), id(2), &sealed), None, "another credential");
        for place in 0..sealed.bytes.len() {
            let mut changed = sealed.clone();
            changed.bytes[place] ^= 1;
            assert_eq!(opened(&ring(&['1']), id(1), &changed), None, "byte {place}");
        }
        let cut = Sealed { bytes: vec![1; 7], ..sealed };
        assert_eq!(opened(&ring(&['1']), id(1), &cut), None);
    }

    #[test]
    fn the_same_secret_never_looks_the_same() {
        let seal = || ring(&['1']).seal(id(1), &content(), &SystemChance).unwrap().bytes;
        assert_ne!(seal(), seal());
    }

    #[test]
    fn keys_are_read_and_never_shown() {
        let key = Keyring::new_key(&SystemChance);
        let ring = Keyring::read(&key).unwrap();
        assert!(ring.opens(ring.current()) && !format!("{ring:?}").contains(key.as_str()));
        assert_eq!(Keyring::read(" \n").unwrap_err(), NoKeyring::Empty);
        let wrong = format!("{} {}", key.as_str(), "secret");
        insta::assert_snapshot!(Keyring::read(&wrong).unwrap_err(), @"key 2 is wrong; a key has 64 hexadecimal digits");
    }
}
