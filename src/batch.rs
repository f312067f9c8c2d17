//! Many cases on one machine: side by side within a memory budget; one that fails stops no other.

mod finished;
mod memory;

use crate::case::Case;
use crate::quiet::Quiet;
use crate::{Error, RunOptions, run_into};
use finished::is_finished;
use iodose_physics::Library;
use iodose_transport::{EngineError, Watch};
use memory::Budget;
use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

pub use memory::available_memory;

/// How many cases are run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BatchOptions {
    /// What is decided for every case in place of the case; `threads` are those of all cases together.
    pub run: RunOptions,
    /// Cases that run side by side at most; 0 counts as 1.
    pub jobs: usize,
    /// Bytes that the cases under way may take together by estimate; a case that needs more runs alone. `None`: no limit.
    pub memory_bytes: Option<u64>,
    /// A case file that cannot be read counts as a case that failed; otherwise nothing is run.
    pub keep_going: bool,
    /// What is finished is passed over: results of the same version and settings, with no input changed since.
    pub resume: bool,
}

/// A case of a batch and how it ended.
#[derive(Debug)]
pub struct BatchCase {
    /// The case file.
    pub file: PathBuf,
    /// The case's id; empty where the file cannot be read.
    pub id: String,
    /// Its folder of results.
    pub folder: PathBuf,
    /// How it ended.
    pub end: CaseEnd,
}

/// How a case of a batch ended.
#[derive(Debug)]
pub enum CaseEnd {
    /// Run; its results are in its folder.
    Done {
        /// Wall time.
        seconds: f64,
    },
    /// It was finished before.
    Finished,
    /// It failed; its folder is as it was.
    Failed(Error),
}

/// Told when cases begin and end; from any thread.
pub trait BatchWatch: Watch {
    /// A case begins.
    fn begins(&self, _id: &str) {}
    /// A case has ended.
    fn ends(&self, _case: &BatchCase) {}
}

/// A case that waits for its turn.
struct Waiting {
    number: usize,
    case: Case,
    file: PathBuf,
    folder: PathBuf,
}

/// Runs case files, each into the folder of its id below `output`; gives them back in their order. The result of a case is the one
/// that it has alone.
///
/// # Errors
/// Before anything runs: two cases of one id, and case files that cannot be read unless `keep_going` is set. Cancellation by
/// `watch`; the results of cases that had ended stay. What goes wrong in a case is in its [`CaseEnd`].
pub fn run_batch(
    files: &[PathBuf],
    options: &BatchOptions,
    output: &Path,
    library: &Library,
    watch: &dyn BatchWatch,
) -> Result<Vec<BatchCase>, Error> {
    let mut ended = BTreeMap::new();
    let mut waiting = VecDeque::new();
    let mut folders: BTreeMap<PathBuf, &Path> = BTreeMap::new();
    for (number, file) in files.iter().enumerate() {
        let case = match Case::read(file) {
            Ok(case) => case,
            Err(error) if options.keep_going => {
                let end = CaseEnd::Failed(error.into());
                let case = BatchCase { file: file.clone(), id: String::new(), folder: PathBuf::new(), end };
                watch.ends(&case);
                ended.insert(number, case);
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let folder = output.join(folder_name(&case.header.id));
        if let Some(other) = folders.insert(folder.clone(), file) {
            let found = format!("{:?}, as {} has it", case.header.id, other.display());
            return Err(Error::input(
                file.display(),
                "case.id",
                found,
                "an id for each case, and folder, of its own",
            ));
        }
        waiting.push_back(Waiting { number, case, file: file.clone(), folder });
    }
    let pool =
        options.run.threads.map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build());
    let pool = pool.transpose().map_err(|error| EngineError::Threads(error.to_string()))?;
    let jobs = options.jobs.clamp(1, waiting.len().max(1));
    let (waiting, ended) = (Mutex::new(waiting), Mutex::new(ended));
    let budget = Budget::new(options.memory_bytes);
    let work = || {
        while let Some(next) = lock(&waiting).pop_front().filter(|_| !watch.cancelled()) {
            let held = budget.take(memory::estimate(&next.case));
            let Waiting { number, case, file, folder } = next;
            watch.begins(&case.header.id);
            let end = || end_of(&case, &folder, options, library, watch);
            let end = pool.as_ref().map_or_else(end, |pool| pool.install(end));
            drop(held);
            let case = BatchCase { file, id: case.header.id, folder, end };
            watch.ends(&case);
            lock(&ended).insert(number, case);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..jobs {
            scope.spawn(work);
        }
        work();
    });
    if watch.cancelled() {
        return Err(EngineError::Cancelled.into());
    }
    Ok(ended.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect())
}

fn end_of(
    case: &Case,
    folder: &Path,
    options: &BatchOptions,
    library: &Library,
    watch: &dyn Watch,
) -> CaseEnd {
    if options.resume && is_finished(case, &options.run, folder) {
        return CaseEnd::Finished;
    }
    let start = Instant::now();
    let run = RunOptions { threads: None, ..options.run };
    match run_into(case, &run, folder, library, &Quiet(watch)) {
        Ok(_) => CaseEnd::Done { seconds: start.elapsed().as_secs_f64() },
        Err(error) => CaseEnd::Failed(error),
    }
}

/// A file name from a case's id, which may hold any punctuation mark.
pub fn folder_name(id: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || c == '-' || c == '_' || c == '.';
    let name: String = id.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    // `.` and `..` are no names.
    if name.chars().all(|c| c == '.') { name.replace('.', "_") } else { name }
}

/// No case leaves these half changed, so that they are whole even after a panic elsewhere.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_lead_elsewhere() {
        assert_eq!(folder_name("lung-metastases"), "lung-metastases");
        assert_eq!(folder_name("../../a b\\c:"), ".._.._a_b_c_");
        assert_eq!(folder_name(".."), "__");
    }
}
