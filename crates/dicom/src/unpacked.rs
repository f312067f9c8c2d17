//! How much may come out of what is compressed.

/// Images of mostly zeros shrink by a hundred at most in practice; deflate's limit, which a file made to exhaust memory uses, is
/// a thousand.
pub(crate) const MAX_RATIO: u64 = 200;
/// Small files may hold this much whatever the ratio.
const FREE_SIZE: u64 = 64 << 20;

/// The most bytes that so many packed ones may become.
pub(crate) fn most_of(packed: u64) -> u64 {
    FREE_SIZE.saturating_add(packed.saturating_mul(MAX_RATIO))
}
