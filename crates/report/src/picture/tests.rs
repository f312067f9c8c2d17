use super::scene::OUTLINE;
use super::*;
use iodose_volume::{Affine, Grid};

/// A dose, a background and a label that differ along every direction, on a grid of 12 x 10 x 8 voxels whose index axes
/// run along `order` with the given `flips`; always the same patient.
fn patient(order: [usize; 3], flips: [bool; 3]) -> (Volume<f32>, Volume<f32>, Volume<u16>) {
    let (sides, spacing) = ([12, 10, 8], [2.0, 3.0, 5.0]);
    let low = [-11.0, -13.0, -17.0];
    let mut columns = [[0.0; 3]; 3];
    let mut size = [0; 3];
    let mut origin = low;
    for (index_axis, &axis) in order.iter().enumerate() {
        size[index_axis] = sides[axis];
        let step = if flips[index_axis] { -spacing[axis] } else { spacing[axis] };
        columns[index_axis][axis] = step;
        if flips[index_axis] {
            origin[axis] += (sides[axis] - 1) as f64 * spacing[axis];
        }
    }
    let grid = Grid::new(size, Affine { columns, origin }).unwrap();
    let at = |voxel: [usize; 3]| {
        let point = grid.index_to_patient(voxel.map(|x| x as f64));
        [0, 1, 2].map(|axis| ((point[axis] - low[axis]) / spacing[axis]).round() as usize)
    };
    let dose = Volume::from_fn(grid, |voxel| {
        let [x, y, z] = at(voxel);
        (x + 2 * y + 4 * z) as f32
    });
    let anatomy = Volume::from_fn(grid, |voxel| {
        let [x, y, z] = at(voxel);
        (20 * x) as f32 - (13 * y) as f32 + (9 * z) as f32
    });
    let labels = Volume::from_fn(grid, |voxel| {
        let [x, y, z] = at(voxel);
        u16::from((3..6).contains(&x) && (2..5).contains(&y) && (5..7).contains(&z)) * 4
    });
    (dose, anatomy, labels)
}

type Patient = (Volume<f32>, Volume<f32>, Volume<u16>);

fn source((dose, anatomy, labels): &Patient) -> PictureSource<'_, u16> {
    let (background, labels) = (Some(Background::ct(anatomy)), Some(labels));
    PictureSource { background, labels, ..PictureSource::new(dose) }
}

fn draw(patient: &Patient) -> Pictures {
    Pictures::draw(&source(patient), None, None).unwrap()
}

fn pixels(slice: &Slice) -> Vec<[u8; 3]> {
    let decoder = png::Decoder::new(std::io::Cursor::new(&slice.png));
    let mut reader = decoder.read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    assert_eq!([info.width as usize, info.height as usize], slice.size);
    bytes.chunks_exact(3).map(|p| [p[0], p[1], p[2]]).collect()
}

#[test]
fn axis_order_and_flips_make_no_difference() {
    // Voxels are no whole number of these pixels, so pixels fall anywhere in a voxel.
    let draw = |patient: &Patient| Pictures::draw_sized(&source(patient), None, None, 83.0).unwrap();
    let plain = draw(&patient([0, 1, 2], [false; 3]));
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        for flips in 0..8 {
            let turned = draw(&patient(order, [0, 1, 2].map(|axis| flips >> axis & 1 == 1)));
            assert_eq!(turned.focus, plain.focus);
            for (a, b) in plain.slices.iter().zip(&turned.slices) {
                assert_eq!((a.size, &a.marks), (b.size, &b.marks));
                // Trilinear sums in another order may round the other way.
                let far =
                    pixels(a).iter().zip(pixels(b)).any(|(p, q)| (0..3).any(|c| p[c].abs_diff(q[c]) > 1));
                assert!(!far, "{order:?} {flips:03b} {:?}", a.plane);
            }
        }
    }
}

#[test]
fn pixels_are_square_and_share_a_scale() {
    let pictures = draw(&patient([0, 1, 2], [false; 3]));
    // 24 x 30 x 40 mm, the longest side 560 pixels.
    let sizes = pictures.slices.each_ref().map(|slice| slice.size);
    assert_eq!(sizes, [[336, 420], [336, 560], [420, 560]]);
}

/// A grey picture of one bright voxel near the right, front, lower corner of the patient.
#[test]
fn right_is_left_front_is_up_and_feet_are_down() {
    let grid = Grid::axis_aligned([9, 9, 9], [1.0; 3], [0.0; 3]).unwrap();
    let bright = Volume::from_fn(grid, |voxel| if voxel == [1, 2, 0] { 240.0 } else { -160.0 });
    let dose = Volume::filled(grid, 0.0f32);
    let focus = Some([1.0, 2.0, 0.0]);
    let source: PictureSource<'_, u16> =
        PictureSource { background: Some(Background::ct(&bright)), ..PictureSource::new(&dose) };
    let pictures = Pictures::draw(&source, focus, Some(1.0)).unwrap();
    for (slice, [across, down]) in pictures.slices.iter().zip([[1, 2], [1, 8], [2, 8]]) {
        let picture = pixels(slice);
        let voxel = |x: usize| x * slice.size[0] / 9 + slice.size[0] / 18;
        let lit = picture[voxel(across) + slice.size[0] * voxel(down)];
        assert!(lit[0] > 250, "{:?} {lit:?}", slice.plane);
        assert_eq!(picture[voxel(7) + slice.size[0] * voxel(6)], [0, 0, 0]);
    }
}

#[test]
fn lesions_are_outlined_and_marked_and_hold_the_focus() {
    let pictures = draw(&patient([0, 1, 2], [false; 3]));
    // The highest dose inside the lesion, x = 5, y = 4, z = 6: 5 + 8 + 24.
    assert_eq!((pictures.focus, pictures.full_scale), ([-1.0, -1.0, 13.0], 37.0));
    for slice in &pictures.slices {
        assert_eq!(slice.marks.len(), 1, "{:?}", slice.plane);
        assert_eq!(slice.marks[0].0, 4);
        assert!(pixels(slice).contains(&OUTLINE));
    }
    let [_, coronal, _] = &pictures.slices;
    let [x, y] = coronal.marks[0].1;
    assert!((x - 6.0 / 12.0).abs() < 0.01 && (y - 1.0 / 8.0).abs() < 0.01, "{x} {y}");
}

#[test]
fn no_dose_and_no_anatomy_is_black() {
    let grid = Grid::axis_aligned([4, 4, 4], [2.0; 3], [0.0; 3]).unwrap();
    for value in [0.0, f32::NAN] {
        let dose = Volume::filled(grid, value);
        let pictures = Pictures::draw::<u8>(&PictureSource::new(&dose), None, None).unwrap();
        assert!(pixels(&pictures.slices[0]).iter().all(|&pixel| pixel == [0, 0, 0]));
    }
}

#[test]
fn impossible_views_are_refused() {
    let grid = Grid::axis_aligned([4, 4, 4], [2.0; 3], [0.0; 3]).unwrap();
    let dose = Volume::filled(grid, 1.0f32);
    let window = Background { volume: &dose, window: (1.0, 1.0) };
    let error = |background, focus, scale| {
        let source: PictureSource<'_, u8> = PictureSource { background, ..PictureSource::new(&dose) };
        Pictures::draw(&source, focus, scale).unwrap_err().to_string()
    };
    assert!(error(Some(window), None, None).starts_with("window"));
    assert!(error(None, Some([f64::NAN; 3]), None).starts_with("focus"));
    assert!(error(None, None, Some(0.0)).starts_with("full scale"));
}

#[test]
fn without_lesions_the_highest_dose_that_is_known_is_looked_at() {
    let grid = Grid::axis_aligned([3, 1, 1], [2.0; 3], [0.0; 3]).unwrap();
    let dose = Volume::new(grid, vec![5000.0, 50.0, 0.06]).unwrap();
    let u = Volume::new(grid, vec![4000.0, 1.0, 0.01]).unwrap();
    let source: PictureSource<'_, u8> = PictureSource { uncertainty: Some(&u), ..PictureSource::new(&dose) };
    let pictures = Pictures::draw(&source, None, None).unwrap();
    assert_eq!((pictures.focus, pictures.full_scale), ([2.0, 0.0, 0.0], 50.0));
}
