//! What comes before and after the transport: tables, images from disk, histograms.
//!
//! `cargo bench --bench inputs`, about half a minute; the unit of throughput is one voxel.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iodose_io::{read_nifti, write_nifti_f32};
use iodose_physics::Library;
use iodose_report::Dvh;
use iodose_transport::{Accuracy, Tables};
use iodose_volume::{Grid, Volume};
use std::error::Error;
use std::time::Duration;

/// Reading the data, and the tables of the four materials that densities are given.
fn tables(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let library = Library::embedded()?;
    let names = ["air", "lung", "soft-tissue", "bone-cortical"];
    let materials = names.map(|name| library.material(name)).into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut group = criterion.benchmark_group("tables");
    group.sample_size(20).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    group.bench_function("library", |bencher| bencher.iter(Library::embedded));
    group.bench_function("four materials", |bencher| {
        bencher.iter(|| Tables::new(&materials, &library, Accuracy::default()));
    });
    group.finish();
    Ok(())
}

/// An image of 128^3 voxels of noise, packed and not.
fn nifti(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let grid = Grid::axis_aligned([128; 3], [3.0; 3], [0.0; 3])?;
    // Steele, Lea and Flood (2014, OOPSLA), the increment of SplitMix64: its upper bits look random.
    let noise = |offset: usize| ((offset as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) % 1000;
    let image = Volume::from_fn(grid, |index| noise(grid.offset(index)) as f32);
    let folder = tempfile::tempdir()?;
    let mut group = criterion.benchmark_group("NIfTI");
    group.throughput(Throughput::Elements(grid.len() as u64)).sample_size(20);
    group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    for name in ["image.nii", "image.nii.gz"] {
        let path = folder.path().join(name);
        write_nifti_f32(&path, &image, "bench")?;
        group.bench_function(format!("load {name}"), |bencher| bencher.iter(|| read_nifti(&path)));
    }
    group.finish();
    Ok(())
}

/// A histogram with the dose to 95 % of the volume and its curve, of a small lesion and of an organ.
fn dvh(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let mut group = criterion.benchmark_group("DVH");
    group.sample_size(20).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    for voxels in [1_000u64, 100_000] {
        // In an order that a sort cannot make use of.
        let doses: Vec<f64> = (0..voxels).map(|n| (n * 7919 % voxels) as f64 / 100.0).collect();
        group.throughput(Throughput::Elements(voxels));
        group.bench_function(format!("{voxels} voxels"), |bencher| {
            bencher
                .iter(|| Dvh::new(doses.iter().copied()).map(|dvh| (dvh.dose_at_volume(95.0), dvh.curve())));
        });
    }
    group.finish();
    Ok(())
}

fn inputs(criterion: &mut Criterion) {
    for part in [tables, nifti, dvh] {
        if let Err(error) = part(criterion) {
            eprintln!("input benches: {error}");
        }
    }
}

criterion_group!(benches, inputs);
criterion_main!(benches);
