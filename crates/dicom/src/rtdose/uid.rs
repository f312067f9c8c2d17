//! Unique identifiers that follow from what they name.

use sha2::{Digest, Sha256};

/// A UID under the root 2.25 (PS3.5 B.2): the number of a UUID made from a hash of the parts.
///
/// RFC 9562 5.8: version 8, custom, variant 10. The same parts give the same UID.
pub(super) fn derived(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        // The length in front keeps ("ab", "c") apart from ("a", "bc").
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let hash = hasher.finalize();
    let number = hash.iter().take(16).fold(0u128, |number, &byte| number << 8 | u128::from(byte));
    let version = number & !(0xF << 76) | 8 << 76;
    format!("2.25.{}", version & !(3 << 62) | 2 << 62)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uids_are_valid_and_differ_with_every_part() {
        let uid = derived(&["ab", "c"]);
        assert_eq!(uid, derived(&["ab", "c"]));
        assert_ne!(uid, derived(&["a", "bc"]));
        let number: u128 = uid.strip_prefix("2.25.").unwrap().parse().unwrap();
        assert!(uid.len() <= 64 && !uid[5..].starts_with('0'));
        assert_eq!((number >> 76 & 0xF, number >> 62 & 3), (8, 2));
    }
}
