//! Arrays in memory give the bytes that files give, and are refused for the same reasons.

#![allow(clippy::unwrap_used, reason = "helpers of tests count as tests")]

use iodose::io::{write_nifti_f32, write_nifti_u16};
use iodose::physics::Library;
use iodose::transport::{Unwatched, Watch};
use iodose::volume::ndarray::Array3;
use iodose::volume::{Grid, Volume};
use iodose::{Given, SimulateRequest, TiaUnit, TissueChoice, simulate};
use std::sync::atomic::{AtomicUsize, Ordering};

const SIZE: [usize; 3] = [12, 10, 8];

fn grid() -> Grid {
    Grid::axis_aligned(SIZE, [2.0, 3.0, 4.0], [-10.0, 20.0, 30.0]).unwrap()
}

fn inside([i, j, k]: [usize; 3]) -> bool {
    (4..8).contains(&i) && (3..7).contains(&j) && (2..6).contains(&k)
}

fn request(tia: Given<f32>, density: Given<f32>, labels: Given<u16>) -> SimulateRequest {
    let tissue = TissueChoice::Density { density, materials: None };
    SimulateRequest::new(tia, TiaUnit::BqSecondPerMl, tissue, "I-131").regions(labels).histories(5000).seed(3)
}

#[test]
fn memory_and_files_give_the_same_bytes() {
    let library = Library::embedded().unwrap();
    let folder = tempfile::tempdir().unwrap();
    // One array with the last axis fastest, one with the first: the layout does not matter.
    let tia = Array3::from_shape_fn(SIZE, |(i, j, k)| if inside([i, j, k]) { 1e6_f32 } else { 1e4 });
    let tia = Volume::from_array(grid(), tia.view()).unwrap();
    let density = Volume::from_fn(grid(), |[i, _, _]| if i < 6 { 0.3 } else { 1.05 });
    let labels = Volume::from_fn(grid(), |index| u16::from(inside(index)));

    let file = |name: &str| folder.path().join(name);
    write_nifti_f32(&file("tia.nii"), &tia, "tia").unwrap();
    write_nifti_f32(&file("density.nii"), &density, "density").unwrap();
    write_nifti_u16(&file("labels.nii"), &labels, "labels").unwrap();
    let of_files = request(file("tia.nii").into(), file("density.nii").into(), file("labels.nii").into());
    let of_memory = request(tia.into(), density.into(), labels.into()).threads(Some(3));

    let (files, _) = simulate(&of_files, &library, &Unwatched).unwrap();
    let (memory, record) = simulate(&of_memory, &library, &Unwatched).unwrap();
    assert_eq!(files.dose.data(), memory.dose.data());
    assert_eq!(files.regions, memory.regions);
    assert!(memory.regions[0].mean > 0.0 && memory.regions[0].u > 0.0);
    let record = serde_json::to_value(&record).unwrap();
    assert_eq!(record["inputs"][0]["path"], "(in memory)");
    assert_eq!(record["inputs"][0]["sha256"].as_str().unwrap().len(), 64);
}

/// A run without a number of threads works in the pool of rayon that its caller is in.
#[test]
fn a_pool_of_the_caller_gives_the_same_bytes() {
    let library = Library::embedded().unwrap();
    let ones = || Volume::filled(grid(), 1.0_f32);
    let labels = || Volume::from_fn(grid(), |index| u16::from(inside(index)));
    let request = request(ones().into(), ones().into(), labels().into());
    let (alone, _) = simulate(&request.clone().threads(Some(1)), &library, &Unwatched).unwrap();
    let begun = AtomicUsize::new(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).thread_name(|n| format!("caller's {n}"));
    let pool = pool.build().unwrap();
    let (pooled, _) = pool.install(|| simulate(&request, &library, &Named(&begun))).unwrap();
    assert_eq!(alone.dose.data(), pooled.dose.data());
    assert_eq!(alone.uncertainty.data()[0].to_bits(), pooled.uncertainty.data()[0].to_bits());
    assert!(begun.into_inner() > 0);
}

/// Asked from threads of the caller's pool alone.
struct Named<'a>(&'a AtomicUsize);

impl Watch for Named<'_> {
    fn cancelled(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed);
        let thread = std::thread::current();
        assert!(thread.name().is_some_and(|name| name.starts_with("caller's")), "{:?}", thread.name());
        false
    }
}

#[test]
fn values_in_memory_are_checked_like_those_of_files() {
    let library = Library::embedded().unwrap();
    let ones = || Volume::filled(grid(), 1.0_f32);
    let labels = || Volume::from_fn(grid(), |index| u16::from(inside(index)));
    let elsewhere = Grid::axis_aligned(SIZE, [2.0, 3.0, 4.0], [500.0, 0.0, 0.0]).unwrap();
    let mut negative = ones();
    negative[[1, 2, 3]] = -1.0;
    for (tia, density, labels, told) in [
        (negative, ones(), labels(), "(in memory): time-integrated activity: found -1 at voxel [1, 2, 3]"),
        (Volume::filled(grid(), 0.0), ones(), labels(), "found 0 in every voxel"),
        (ones(), Volume::filled(grid(), f32::NAN), labels(), "(in memory)"),
        (ones(), Volume::filled(elsewhere, 1.0), labels(), "0 % of the smaller image overlaps"),
        (ones(), ones(), Volume::filled(grid(), 0), "(in memory)"),
    ] {
        let refused = simulate(&request(tia.into(), density.into(), labels.into()), &library, &Unwatched);
        let error = refused.map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(told), "{error} must say {told}");
    }
}
