//! What to simulate.

use crate::arrays::{exclusive, free, hand_over, shared, text, volume};
use crate::grid::GridC;
use crate::outcome::ResultC;
use crate::status::{Status, Wrong, call};
use crate::watch::{Watcher, Watching};
use engine::case::StopRule;
use engine::io::HuCurve;
use engine::physics::Library;
use engine::transport::Measure;
use engine::volume::{Grid, Volume};
use engine::{SimulateRequest, TiaUnit, TissueChoice, simulate};
use std::ffi::c_char;

/// Unit of a map of time-integrated activity.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum Unit {
    /// Bq.s in each voxel: decays per voxel.
    BqSPerVoxel = 0,
    /// Bq.s/mL: decays per mL.
    BqSPerMl = 1,
    /// MBq.h/mL.
    MbqHPerMl = 2,
}

/// The uncertainty that is to fall below a target.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// The mean of u/D over the goal voxels: those with labels, or those above half the largest dose.
    Voxels = 0,
    /// The largest u/D of a goal voxel.
    VoxelMax = 1,
    /// The largest u/D of the mean of a label.
    LesionMean = 2,
    /// The largest u/D of the D95 of a label.
    D95 = 3,
}

/// What to simulate: a map of time-integrated activity in some tissue. The engine works on copies of all arrays.
#[derive(Debug)]
pub struct Request {
    grid: Grid,
    asked: SimulateRequest,
    tissue_given: bool,
}

/// Numbers from C that stand for none of an enumeration's values are refused, not misread.
fn one_of<T: Copy>(argument: &'static str, number: u32, all: &[T]) -> Result<T, Wrong> {
    let expected = "a value of its enumeration";
    all.get(number as usize).copied().ok_or_else(|| Wrong::argument(argument, number, expected))
}

/// Begins a request: the time-integrated activity `tia` of a nuclide such as "I-131" on the dose grid, in an `iodose_unit`. Until a
/// mean uncertainty of 1 %, unless said otherwise. Tissue must be given.
///
/// # Safety
/// `grid` and `out` are valid; `tia` has a value for each voxel; `nuclide` ends with a zero byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_request_new(
    grid: *const GridC,
    tia: *const f32,
    unit: u32,
    nuclide: *const c_char,
    out: *mut *mut Request,
) -> Status {
    call(|| {
        // SAFETY: the caller's word, as above.
        let (grid, nuclide) = unsafe { (shared("grid", grid)?.grid()?, text("nuclide", nuclide)?) };
        // SAFETY: the same.
        let tia = unsafe { volume("tia", grid, tia) }?;
        let units = [TiaUnit::BqSecondPerVoxel, TiaUnit::BqSecondPerMl, TiaUnit::MbqHourPerMl];
        let unit = one_of("unit", unit, &units)?;
        let asked = SimulateRequest::new(tia, unit, TissueChoice::Water, nuclide);
        // SAFETY: the same.
        unsafe { hand_over(out, Request { grid, asked, tissue_given: false }) }
    })
}

/// Tissue: mass density in g/cm3 on the dose grid, and labels of materials (docs/case-file.md) or NULL for materials by density.
///
/// # Safety
/// The handle is valid; arrays have a value for each voxel.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_request_density(
    request: *mut Request,
    density: *const f32,
    materials: *const u16,
) -> Status {
    call(|| {
        // SAFETY: the caller's word, as above.
        let request = unsafe { exclusive("request", request) }?;
        // SAFETY: the same.
        let density = unsafe { volume("density", request.grid, density) }?;
        let materials: Option<Volume<u16>> = if materials.is_null() {
            None
        } else {
            // SAFETY: the same.
            Some(unsafe { volume("materials", request.grid, materials) }?)
        };
        request
            .tissue(TissueChoice::Density { density: density.into(), materials: materials.map(Into::into) });
        Ok(())
    })
}

/// Tissue: a CT in HU on a grid of its own, with the usual curve from HU to density.
///
/// # Safety
/// Handle and grid are valid; `hu` has a value for each voxel of the grid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_request_ct(
    request: *mut Request,
    grid: *const GridC,
    hu: *const f32,
) -> Status {
    call(|| {
        // SAFETY: the caller's word, as above.
        let (request, grid) = unsafe { (exclusive("request", request)?, shared("grid", grid)?.grid()?) };
        // SAFETY: the same.
        let ct = unsafe { volume("hu", grid, hu) }?;
        request.tissue(TissueChoice::Ct { ct: ct.into(), curve: HuCurve::Default });
        Ok(())
    })
}

/// Tissue: water of 1 g/cm3 everywhere.
///
/// # Safety
/// The handle is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_request_water(request: *mut Request) -> Status {
    call(|| {
        // SAFETY: the caller's word.
        unsafe { exclusive("request", request) }?.tissue(TissueChoice::Water);
        Ok(())
    })
}

/// Regions: labels above 0 on the dose grid. Their voxels are those whose uncertainty counts, and their means are given.
///
/// # Safety
/// The handle is valid; `labels` has a value for each voxel.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_request_labels(request: *mut Request, labels: *const u16) -> Status {
    call(|| {
        // SAFETY: the caller's word, as above.
        let request = unsafe { exclusive("request", request) }?;
        // SAFETY: the same.
        let labels = unsafe { volume("labels", request.grid, labels) }?;
        request.asked.roi = Some(labels.into());
        Ok(())
    })
}

/// Until the relative uncertainty (k = 1) named by an `iodose_goal` is at most `target`, such as 0.01; but no more than `max_decays`
/// and `max_seconds` of wall time, each 0 for no limit.
///
/// # Safety
/// The handle is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_request_uncertainty(
    request: *mut Request,
    target: f64,
    goal: u32,
    max_decays: u64,
    max_seconds: f64,
) -> Status {
    call(|| {
        // SAFETY: the caller's word.
        let request = unsafe { exclusive("request", request) }?;
        let goals = [Measure::Voxels, Measure::VoxelMax, Measure::RegionMean, Measure::D95];
        let measure = one_of("goal", goal, &goals)?;
        if !(max_seconds >= 0.0 && max_seconds.is_finite()) {
            return Err(Wrong::argument("max_seconds", max_seconds, "a number of at least 0"));
        }
        request.asked.stop = StopRule::Uncertainty(target);
        request.asked.measure = measure;
        request.asked.max_histories = (max_decays > 0).then_some(max_decays);
        request.asked.max_seconds = (max_seconds > 0.0).then_some(max_seconds);
        Ok(())
    })
}

/// So many decays, in place of an uncertainty.
///
/// # Safety
/// The handle is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_request_decays(request: *mut Request, decays: u64) -> Status {
    call(|| {
        // SAFETY: the caller's word.
        let asked = &mut unsafe { exclusive("request", request) }?.asked;
        asked.stop = StopRule::Histories(decays);
        (asked.max_histories, asked.max_seconds) = (None, None);
        Ok(())
    })
}

/// The seed of the random numbers: the same seed gives the same bytes on any number of threads; 1 if never said.
///
/// # Safety
/// The handle is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_request_seed(request: *mut Request, seed: u64) -> Status {
    call(|| {
        // SAFETY: the caller's word.
        unsafe { exclusive("request", request) }?.asked.seed = seed;
        Ok(())
    })
}

/// Number of threads; 0 for all of the machine.
///
/// # Safety
/// The handle is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_request_threads(request: *mut Request, threads: u32) -> Status {
    call(|| {
        // SAFETY: the caller's word.
        let request = unsafe { exclusive("request", request) }?;
        request.asked.threads = (threads > 0).then_some(threads as usize);
        Ok(())
    })
}

/// Ways to save time: "all", "none" (analog transport), or some of balance, tracks, importance, lattice, kerma joined by commas.
///
/// # Safety
/// The handle is valid; `reductions` ends with a zero byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_request_variance_reduction(
    request: *mut Request,
    reductions: *const c_char,
) -> Status {
    call(|| {
        // SAFETY: the caller's word.
        let (request, name) = unsafe { (exclusive("request", request)?, text("reductions", reductions)?) };
        let known = "all, none, or some of balance, tracks, importance, lattice, kerma";
        request.asked.reductions = name.parse().map_err(|_| Wrong::argument("reductions", name, known))?;
        Ok(())
    })
}

/// Simulates: absorbed dose in Gy with its uncertainty. `watch` may be NULL. The request stays as it is.
///
/// # Safety
/// The handle, `out` and, if there is one, the watch are valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_simulate(
    request: *const Request,
    watch: *const Watcher,
    out: *mut *mut ResultC,
) -> Status {
    call(|| {
        // SAFETY: the caller's word.
        let (request, watch) = unsafe { (shared("request", request)?, watch.as_ref()) };
        if !request.tissue_given {
            return Err(Wrong::argument("request", "no tissue", "density, CT or water"));
        }
        let library = Library::embedded().map_err(engine::Error::from)?;
        let (maps, record) = simulate(&request.asked, &library, &Watching(watch.copied()))?;
        // SAFETY: the same.
        unsafe { hand_over(out, ResultC::new(maps, &record)) }
    })
}

/// Frees a request; NULL is allowed.
///
/// # Safety
/// The handle is valid and not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iodose_request_free(request: *mut Request) {
    // SAFETY: the caller's word.
    unsafe { free(request) }
}

impl Request {
    fn tissue(&mut self, tissue: TissueChoice) {
        self.asked.tissue = tissue;
        self.tissue_given = true;
    }
}
