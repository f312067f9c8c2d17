//! How a call ended, and the text of what was wrong.

use engine::transport::EngineError;
use std::cell::RefCell;
use std::ffi::{CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How a call ended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// As asked.
    Ok = 0,
    /// Something other than the input: a file that cannot be written, a lack of threads.
    Failed = 1,
    /// The input is wrong or contradicts itself. Nothing was written.
    BadInput = 2,
    /// The caller's watch asked to stop. Nothing was written.
    Cancelled = 3,
    /// A defect of the library. The handles of this call must be freed and not used otherwise.
    Defect = 4,
}

/// What can be wrong with a call.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Wrong {
    /// An argument.
    #[error("{argument}: found {found}, expected {expected}")]
    Argument {
        /// Its name in the header.
        argument: &'static str,
        found: String,
        expected: &'static str,
    },
    /// The engine.
    #[error(transparent)]
    Engine(#[from] engine::Error),
}

impl Wrong {
    pub(crate) fn argument(argument: &'static str, found: impl ToString, expected: &'static str) -> Self {
        Self::Argument { argument, found: found.to_string(), expected }
    }

    fn status(&self) -> Status {
        match self {
            Self::Argument { .. } => Status::BadInput,
            Self::Engine(engine::Error::Engine(EngineError::Cancelled)) => Status::Cancelled,
            Self::Engine(error) if error.is_bad_input() => Status::BadInput,
            Self::Engine(_) => Status::Failed,
        }
    }
}

thread_local! {
    static TEXT: RefCell<CString> = RefCell::default();
}

/// What was wrong with the last call of this thread that did not end with IODOSE_STATUS_OK, in one line of UTF-8: file, field,
/// found, expected. Valid until the thread's next call of the library; "" if nothing was wrong yet.
#[unsafe(no_mangle)]
pub extern "C" fn iodose_error_text() -> *const c_char {
    TEXT.with_borrow(|text| text.as_ptr())
}

/// Does the work of a call: no panic crosses the border, and what went wrong can be asked for.
pub(crate) fn call(work: impl FnOnce() -> Result<(), Wrong>) -> Status {
    // What a panic leaves half done is only freed: the contract of `Status::Defect`.
    let (status, text) = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(())) => return Status::Ok,
        Ok(Err(wrong)) => (wrong.status(), wrong.to_string()),
        Err(_) => (Status::Defect, "a defect of the library; please report what was called".to_owned()),
    };
    // Text from files may hold a zero byte, which would end it.
    TEXT.set(CString::new(text.replace('\0', " ")).unwrap_or_default());
    status
}
