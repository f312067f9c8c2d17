//! What a simulation found.

use crate::arrays::{free, shared};
use crate::grid::GridC;
use crate::status::{Status, Wrong, call};
use engine::{DoseMaps, Record};
use std::ffi::{CString, c_char};

/// Absorbed dose with its uncertainty. Arrays and texts that a result gives live as long as it does.
#[derive(Debug)]
pub struct ResultC {
    maps: DoseMaps,
    record: CString,
}

/// Mean absorbed dose over the voxels of a label.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct RegionC {
    /// The label.
    pub label: u16,
    /// Mean over its voxels, Gy.
    pub mean_gy: f64,
    /// Monte Carlo standard uncertainty (k = 1) of the mean, Gy.
    pub u_gy: f64,
}

impl ResultC {
    pub(crate) fn new(maps: DoseMaps, record: &Record) -> Self {
        let record = serde_json::to_string_pretty(record).unwrap_or_default();
        Self { maps, record: CString::new(record.replace('\0', " ")).unwrap_or_default() }
    }
}

/// The grid of the maps.
///
/// # Safety
/// The handle and `out` are valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_result_grid(result: *const ResultC, out: *mut GridC) -> Status {
    call(|| {
        // SAFETY: the caller's word.
        let (result, out) = unsafe { (shared("result", result)?, out.as_mut()) };
        *out.ok_or_else(|| Wrong::argument("out", "NULL", "where to put the grid"))? =
            GridC::of(result.maps.dose.grid());
        Ok(())
    })
}

/// Absorbed dose of each voxel, Gy (Gy/GBq for a case without a therapy activity); NULL for a NULL handle.
///
/// # Safety
/// The handle is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_result_dose(result: *const ResultC) -> *const f32 {
    // SAFETY: the caller's word.
    unsafe { result.as_ref() }.map_or(std::ptr::null(), |result| result.maps.dose.data().as_ptr())
}

/// Monte Carlo standard uncertainty (k = 1) of each voxel's dose, in the unit of the dose; NaN where nothing was scored.
///
/// # Safety
/// The handle is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_result_uncertainty(result: *const ResultC) -> *const f32 {
    // SAFETY: the caller's word.
    unsafe { result.as_ref() }.map_or(std::ptr::null(), |result| result.maps.uncertainty.data().as_ptr())
}

/// Number of labels that have a mean.
///
/// # Safety
/// The handle is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_result_regions(result: *const ResultC) -> usize {
    // SAFETY: the caller's word.
    unsafe { result.as_ref() }.map_or(0, |result| result.maps.regions.len())
}

/// The mean of the label at a `position` from 0, in ascending order of labels.
///
/// # Safety
/// The handle and `out` are valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_result_region(
    result: *const ResultC,
    position: usize,
    out: *mut RegionC,
) -> Status {
    call(|| {
        // SAFETY: the caller's word.
        let (result, out) = unsafe { (shared("result", result)?, out.as_mut()) };
        let region = result.maps.regions.get(position);
        let region = region
            .ok_or_else(|| Wrong::argument("position", position, "less than iodose_result_regions says"))?;
        *out.ok_or_else(|| Wrong::argument("out", "NULL", "where to put the region"))? =
            RegionC { label: region.label, mean_gy: region.mean, u_gy: region.u };
        Ok(())
    })
}

/// All that is known of the run as JSON, the content of run.json; NULL for a NULL handle.
///
/// # Safety
/// The handle is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_result_record(result: *const ResultC) -> *const c_char {
    // SAFETY: the caller's word.
    unsafe { result.as_ref() }.map_or(std::ptr::null(), |result| result.record.as_ptr())
}

/// Frees a result with its arrays; NULL is allowed.
///
/// # Safety
/// The handle is valid and, like its arrays and texts, not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_result_free(result: *mut ResultC) {
    // SAFETY: the caller's word.
    unsafe { free(result) }
}
