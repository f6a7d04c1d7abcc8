//! Numbers and ids made from texts: the same text gives the same one in every version of the program.

use domain::EventId;

/// A number that depends on the text alone (FNV-1a, mixed).
pub fn hash(text: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64;
    let mixed = text
        .bytes()
        .fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    // The last bytes reach all bits.
    (mixed ^ (mixed >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The id of an event that is told in these words: whenever it is told again, it is the same.
pub fn event_id(told: &str) -> EventId {
    EventId(uuid::Uuid::from_u64_pair(hash(told), hash(&format!("{told} again"))))
}
