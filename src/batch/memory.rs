//! How much memory a case takes, by estimate, and a budget that cases under way share.

use super::lock;
use crate::case::{Case, Tissue};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Condvar, Mutex, PoisonError};

/// Bytes of a case for each byte of its images, unpacked: sixteen bits become single precision, images are brought to
/// common grids and drawn, and the engine takes 48 bytes for a dose voxel. Held against measured peaks in the tests.
const PER_BYTE: u64 = 14;
/// Tables of physical data, and the program.
const ALWAYS: u64 = 100 << 20;

/// Bytes that a case takes at most, by the sizes of its images. A file that cannot be read counts nothing: the run says so.
pub(super) fn estimate(case: &Case) -> u64 {
    let tissue = match &case.tissue {
        Tissue::Ct(ct) => &ct.path,
        Tissue::Density(map) => &map.path,
    };
    let images = case.images.iter().map(|image| &image.path).chain([tissue]);
    ALWAYS + PER_BYTE * images.map(|path| unpacked(&path.resolved)).sum::<u64>()
}

/// Bytes of a file, unpacked, or of all in a folder.
fn unpacked(path: &Path) -> u64 {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        return entries.filter_map(|entry| entry.metadata().ok()).map(|data| data.len()).sum();
    }
    let stored = std::fs::metadata(path).map_or(0, |data| data.len());
    let packed = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz"));
    if packed { length_before_gzip(path).unwrap_or(0).max(stored) } else { stored }
}

/// The length that a gzip file states at its end (RFC 1952, section 2.3.1), modulo 4 GiB.
fn length_before_gzip(path: &Path) -> Option<u64> {
    let mut file = File::open(path).ok()?;
    file.seek(SeekFrom::End(-4)).ok()?;
    let mut length = [0; 4];
    file.read_exact(&mut length).ok()?;
    Some(u32::from_le_bytes(length).into())
}

/// Memory that is free for use, where the system tells.
pub fn available_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib << 10)
}

/// What all cases under way may take.
pub(super) struct Budget {
    limit: Option<u64>,
    taken: Mutex<u64>,
    returned: Condvar,
}

impl Budget {
    pub(super) fn new(limit: Option<u64>) -> Self {
        Self { limit, taken: Mutex::new(0), returned: Condvar::new() }
    }

    /// Waits until so much is left, or no other case is under way.
    pub(super) fn take(&self, bytes: u64) -> Held<'_> {
        let mut taken = lock(&self.taken);
        while self.limit.is_some_and(|limit| *taken > 0 && *taken + bytes > limit) {
            taken = self.returned.wait(taken).unwrap_or_else(PoisonError::into_inner);
        }
        *taken += bytes;
        Held { budget: self, bytes }
    }
}

/// A part of the budget, given back when dropped.
pub(super) struct Held<'a> {
    budget: &'a Budget,
    bytes: u64,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        *lock(&self.budget.taken) -= self.bytes;
        self.budget.returned.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn cases_under_way_stay_within_the_budget_and_a_large_one_runs_alone() {
        let budget = Budget::new(Some(10));
        let (now, most) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for bytes in [4, 4, 4, 4, 30, 4, 4] {
                let (budget, now, most) = (&budget, &now, &most);
                scope.spawn(move || {
                    let _held = budget.take(bytes);
                    let together = now.fetch_add(bytes, Ordering::SeqCst) + bytes;
                    assert!(together <= 10 || together == 30, "{together}");
                    most.fetch_max(together, Ordering::SeqCst);
                    std::thread::sleep(std::time::Duration::from_millis(5));
                    now.fetch_sub(bytes, Ordering::SeqCst);
                });
            }
        });
        assert_eq!(most.load(Ordering::SeqCst), 30);
    }

    #[test]
    fn a_packed_file_counts_unpacked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.nii.gz");
        let mut packed =
            flate2::write::GzEncoder::new(File::create(&path).unwrap(), flate2::Compression::best());
        std::io::Write::write_all(&mut packed, &[0; 100_000]).unwrap();
        packed.finish().unwrap();
        assert_eq!(unpacked(&path), 100_000);
        assert_eq!(unpacked(&folder.path().join("missing.nii.gz")), 0);
        std::fs::write(folder.path().join("b"), [0; 1000]).unwrap();
        assert_eq!(unpacked(folder.path()), 1000 + std::fs::metadata(&path).unwrap().len());
    }
}
