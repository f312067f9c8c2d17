use super::*;

fn grid() -> Grid {
    Grid::axis_aligned([50, 40, 60], [4.0; 3], [-100.0, -80.0, -120.0]).unwrap()
}

fn blob(centre: [f64; 3]) -> Volume<f32> {
    Volume::from_fn(grid(), |voxel| {
        let point = grid().index_to_patient(voxel.map(|n| n as f64));
        let square: f64 = (0..3).map(|axis| (point[axis] - centre[axis]).powi(2)).sum();
        1e4 * libm::exp(-square / 50.0) as f32
    })
}

/// Lesions of 5 x 5 x 5 voxels, the first at the grid's voxel (10, 10, 10), each next one further up.
fn labels(count: usize) -> Volume<u16> {
    Volume::from_fn(grid(), |[i, j, k]| {
        let inside = (8..13).contains(&i) && (8..13).contains(&j) && k >= 8 && (k - 8) % 8 < 5;
        let label = k.saturating_sub(8) / 8 + 1;
        if inside && label <= count { label as u16 } else { 0 }
    })
}

fn draw(sources: &[Volume<f32>], labels: Option<&Volume<u16>>, lesions: &[u32]) -> Overlays {
    let anatomy = Volume::filled(grid(), -160.0f32);
    let sources: Vec<OverlaySource<'_>> =
        sources.iter().map(|activity| OverlaySource { title: "PET".into(), activity }).collect();
    Overlays::draw(&sources, Background::ct(&anatomy), true, labels, lesions).unwrap()
}

/// The place (mm right of and below the middle) of the mean of the pixels of the brightest colour.
fn brightest(view: &View) -> [f64; 2] {
    let mut reader = png::Decoder::new(std::io::Cursor::new(&view.slice.png)).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut bytes).unwrap();
    let [width, height] = view.slice.size;
    let (mut sum, mut count) = ([0.0; 2], 0.0);
    for (pixel, _) in bytes.chunks_exact(3).enumerate().filter(|(_, colour)| colour[0] > 160) {
        sum[0] += (pixel % width) as f64 - 0.5 * (width as f64 - 1.0);
        sum[1] += (pixel / width) as f64 - 0.5 * (height as f64 - 1.0);
        count += 1.0;
    }
    sum.map(|x| x / count * view.slice.pixel_mm)
}

#[test]
fn uptake_in_its_place_is_in_the_middle_and_a_shift_is_seen() {
    let centre = grid().index_to_patient([10.0; 3]);
    let shifted = [centre[0] + 12.0, centre[1], centre[2] + 4.0];
    let overlays = draw(&[blob(centre), blob(shifted)], Some(&labels(1)), &[1]);
    let places: Vec<Vec<[f64; 2]>> =
        overlays.images.iter().map(|image| image.views[1..].iter().map(brightest).collect()).collect();
    let near = |a: [f64; 2], b: [f64; 2]| (0..2).all(|n| (a[n] - b[n]).abs() < 1.0);
    assert!(near(places[0][0], [0.0, 0.0]) && near(places[0][1], [0.0, 0.0]), "{places:?}");
    // Left of the patient is right in the picture; up is up.
    assert!(near(places[1][0], [12.0, 0.0]) && near(places[1][1], [12.0, -4.0]), "{places:?}");
    let [close, ..] = &overlays.images[0].views[1..] else { panic!("no close-up") };
    assert_eq!((close.lesion, close.slice.plane, close.slice.size), (Some(1), Plane::Axial, [150, 150]));
    assert_eq!(close.slice.marks[0].0, 1);
}

#[test]
fn there_are_so_many_close_ups_and_no_more() {
    let activity = blob(grid().index_to_patient([10.0; 3]));
    let (labels, lesions) = (labels(6), [6, 5, 99, 4, 3, 2, 1]);
    for (images, shown) in [(1, 4), (5, 4), (6, 3), (30, 1)] {
        let overlays = draw(&vec![activity.clone(); images], Some(&labels), &lesions);
        assert_eq!((overlays.images.len(), overlays.left_out), (images, 6 - shown));
        for image in &overlays.images {
            let seen: Vec<_> = image.views.iter().map(|view| view.lesion).collect();
            let expected = [6, 5, 4, 3].iter().take(shown).flat_map(|&label| [Some(label); 2]);
            assert_eq!(seen, [None].into_iter().chain(expected).collect::<Vec<_>>());
        }
    }
}

#[test]
fn without_lesions_the_whole_image_is_cut_at_its_hottest_voxel() {
    let place = grid().index_to_patient([10.0, 12.0, 14.0]);
    let overlays = draw(&[blob(place), Volume::filled(grid(), f32::NAN)], None, &[]);
    let [first, empty] = &overlays.images[..] else { panic!("two images") };
    assert_eq!(first.views.len(), 1);
    assert_eq!((first.views[0].slice.plane, first.views[0].slice.position_mm), (Plane::Coronal, place[1]));
    assert_eq!(empty.views[0].full_scale, 1.0);
}
