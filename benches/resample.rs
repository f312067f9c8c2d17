//! Bringing images onto the dose grid: a CT of 256 x 256 x 128 voxels, an activity map of 96^3, and back.
//!
//! `cargo bench --bench resample`; the unit of throughput is one voxel of the source.

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use iodose_volume::{Affine, Grid, GridError, Volume, resample_extensive, resample_labels, resample_mean};
use std::time::Duration;

/// The CT grid, the activity grid, and the activity grid turned by 10 degrees about the long axis.
fn grids() -> Result<[Grid; 3], GridError> {
    let ct = Grid::axis_aligned([256, 256, 128], [1.5, 1.5, 3.0], [-192.0, -192.0, -192.0])?;
    let activity = Grid::axis_aligned([96; 3], [4.0; 3], [-190.0; 3])?;
    let (sine, cosine) = (4.0 * 0.173_648_177_666_930_35, 4.0 * 0.984_807_753_012_208);
    let columns = [[cosine, sine, 0.0], [-sine, cosine, 0.0], [0.0, 0.0, 4.0]];
    Ok([ct, activity, Grid::new([96; 3], Affine { columns, origin: [-156.0, -220.0, -190.0] })?])
}

fn resample(criterion: &mut Criterion) {
    let [ct, activity, turned] = match grids() {
        Ok(grids) => grids,
        Err(error) => return eprintln!("resample benches: {error}"),
    };
    let density = Volume::from_fn(ct, |[i, j, k]| ((i + 3 * j + 5 * k) % 17) as f32 / 10.0);
    let labels = Volume::from_fn(ct, |[i, j, k]| ((i / 20 + j / 30 + k / 10) % 4) as u16);
    let decays = Volume::from_fn(activity, |[i, j, k]| ((i * j + k) % 23) as f32);

    let mut group = criterion.benchmark_group("resample");
    group
        .sampling_mode(SamplingMode::Flat)
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    group.throughput(Throughput::Elements(ct.len() as u64));
    for (name, target) in [("parallel axes", &activity), ("oblique", &turned)] {
        group.bench_function(format!("CT mean, {name}"), |bencher| {
            bencher.iter(|| resample_mean(&density, target, 0.001))
        });
    }
    group.bench_function("labels", |bencher| bencher.iter(|| resample_labels(&labels, &activity)));
    group.throughput(Throughput::Elements(activity.len() as u64));
    group.bench_function("activity to CT grid", |bencher| bencher.iter(|| resample_extensive(&decays, &ct)));
    group.finish();
}

criterion_group!(benches, resample);
criterion_main!(benches);
