//! What C points to.

use crate::status::Wrong;
use engine::volume::{Grid, Volume};
use std::ffi::{CStr, c_char};

/// The text that a pointer leads to.
///
/// # Safety
/// Null, or a text that ends with a zero byte and stays as it is during the call.
pub(crate) unsafe fn text<'a>(argument: &'static str, pointer: *const c_char) -> Result<&'a str, Wrong> {
    if pointer.is_null() {
        return Err(Wrong::argument(argument, "NULL", "text"));
    }
    // SAFETY: not null; the rest is the caller's word.
    let text = unsafe { CStr::from_ptr(pointer) };
    text.to_str().map_err(|_| Wrong::argument(argument, "bytes that are not UTF-8", "UTF-8 text"))
}

/// A copy of the values of all voxels of a grid, the first axis fastest.
///
/// # Safety
/// Null, or as many values as the grid has voxels, which stay as they are during the call.
pub(crate) unsafe fn volume<T: Copy>(
    argument: &'static str,
    grid: Grid,
    pointer: *const T,
) -> Result<Volume<T>, Wrong> {
    if pointer.is_null() {
        return Err(Wrong::argument(argument, "NULL", "an array with a value for each voxel"));
    }
    // SAFETY: not null; the rest is the caller's word. A grid has fewer than 2^48 voxels.
    let values = unsafe { std::slice::from_raw_parts(pointer, grid.len()) };
    Volume::new(grid, values.to_vec())
        .map_err(|error| Wrong::argument(argument, error, "a value for each voxel"))
}

/// What a handle stands for.
///
/// # Safety
/// Null, or a handle of this library that was not freed.
pub(crate) unsafe fn shared<'a, T>(argument: &'static str, handle: *const T) -> Result<&'a T, Wrong> {
    // SAFETY: the caller's word.
    unsafe { handle.as_ref() }.ok_or_else(|| Wrong::argument(argument, "NULL", "a handle"))
}

/// The same, to change it.
///
/// # Safety
/// As [`shared`], and no other thread uses the handle during the call.
pub(crate) unsafe fn exclusive<'a, T>(argument: &'static str, handle: *mut T) -> Result<&'a mut T, Wrong> {
    // SAFETY: the caller's word.
    unsafe { handle.as_mut() }.ok_or_else(|| Wrong::argument(argument, "NULL", "a handle"))
}

/// Hands over a new handle.
///
/// # Safety
/// `out` is null, or may be written to.
pub(crate) unsafe fn hand_over<T>(out: *mut *mut T, value: T) -> Result<(), Wrong> {
    if out.is_null() {
        return Err(Wrong::argument("out", "NULL", "where to put the handle"));
    }
    // SAFETY: not null; the rest is the caller's word.
    unsafe { out.write(Box::into_raw(Box::new(value))) };
    Ok(())
}

/// Frees a handle.
///
/// # Safety
/// Null, or from [`hand_over`] and not freed yet.
pub(crate) unsafe fn free<T>(handle: *mut T) {
    if !handle.is_null() {
        // SAFETY: made by `Box::into_raw`; the rest is the caller's word.
        drop(unsafe { Box::from_raw(handle) });
    }
}
