//! The whole job.

use crate::arrays::{hand_over, text};
use crate::outcome::ResultC;
use crate::status::{Status, call};
use crate::watch::{Watcher, Watching};
use engine::case::Case;
use engine::physics::Library;
use engine::{RunOptions, run_into};
use std::ffi::c_char;
use std::path::Path;

/// Runs a case file and writes all results into a folder: images to dose, lesions, prescription and report, as the command
/// `iodose run CASE -o FOLDER` does. `watch` may be NULL; `out` may be NULL where only the files are wanted.
///
/// # Safety
/// Both texts end with a zero byte; `watch` and `out` are valid or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_run(
    case_file: *const c_char,
    folder: *const c_char,
    threads: u32,
    watch: *const Watcher,
    out: *mut *mut ResultC,
) -> Status {
    call(|| {
        // SAFETY: the caller's word.
        let (file, folder) = unsafe { (text("case_file", case_file)?, text("folder", folder)?) };
        // SAFETY: the same.
        let watch = Watching(unsafe { watch.as_ref() }.copied());
        let library = Library::embedded().map_err(engine::Error::from)?;
        let case = Case::read(file).map_err(engine::Error::from)?;
        let threads = (threads > 0).then_some(threads as usize);
        let options = RunOptions { threads, ..RunOptions::default() };
        let outcome = run_into(&case, &options, Path::new(folder), &library, &watch)?;
        if out.is_null() {
            return Ok(());
        }
        // SAFETY: the same.
        unsafe { hand_over(out, ResultC::new(outcome.maps, &outcome.record)) }
    })
}
