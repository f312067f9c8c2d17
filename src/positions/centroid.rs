//! The centroid of a lesion's activity in one image: (RG6) to (RG9) of `docs/methods/registration.md`.

use super::neighbourhood::Neighbourhood;
use iodose_volume::Volume;

/// So many standard deviations of the noise must a lesion's highest voxel stand above the background to count as seen: A.
/// Rose, J. Opt. Soc. Am. 38 (1948) 196.
const SEEN: f64 = 5.0;
/// Part of the lesion's contrast above which activity counts (RG8).
const LEVEL: f64 = 0.3;
/// Standard deviation over median absolute deviation of a normal distribution.
const NORMAL: f64 = 1.4826;

/// Centroid (LPS mm) of the activity above a part of the lesion's contrast; `None` where it does not stand out from the noise
/// around it, or nothing is around it.
pub(super) fn centroid(image: &Volume<f32>, place: &Neighbourhood) -> Option<[f64; 3]> {
    let activity = |offset: usize| f64::from(image.data()[offset]);
    let mut around: Vec<f64> = place.around.iter().map(|&offset| activity(offset)).collect();
    let background = median(&mut around)?;
    around.iter_mut().for_each(|value| *value = (*value - background).abs());
    let noise = NORMAL * median(&mut around)?;
    let hottest = *place.inside.iter().max_by(|a, b| activity(**a).total_cmp(&activity(**b)))?;
    let contrast = activity(hottest) - background;
    if !(contrast > 0.0 && contrast >= SEEN * noise) {
        return None;
    }
    let threshold = background + LEVEL * contrast;
    let (mut weights, mut sum) = (0.0, [0.0; 3]);
    for offset in connected(image, place, hottest, threshold) {
        let weight = activity(offset) - threshold;
        let point = image.grid().index_to_patient(image.grid().index(offset).map(|n| n as f64));
        weights += weight;
        for axis in 0..3 {
            sum[axis] += weight * point[axis];
        }
    }
    (weights > 0.0).then(|| sum.map(|x| x / weights))
}

/// The voxels of a neighbourhood above a threshold that are reached from one of them across faces.
fn connected(image: &Volume<f32>, place: &Neighbourhood, from: usize, threshold: f64) -> Vec<usize> {
    let is_near = |offset: &usize| {
        place.inside.binary_search(offset).is_ok() || place.around.binary_search(offset).is_ok()
    };
    let (grid, mut found) = (image.grid(), std::collections::BTreeSet::from([from]));
    let mut open = vec![from];
    while let Some(offset) = open.pop() {
        let index = grid.index(offset);
        for axis in 0..3 {
            let mut steps = [None; 2];
            steps[0] = index[axis].checked_sub(1);
            steps[1] = Some(index[axis] + 1).filter(|next| *next < grid.size()[axis]);
            for next in steps.into_iter().flatten() {
                let mut neighbour = index;
                neighbour[axis] = next;
                let neighbour = grid.offset(neighbour);
                let counts = f64::from(image.data()[neighbour]) > threshold && is_near(&neighbour);
                if counts && found.insert(neighbour) {
                    open.push(neighbour);
                }
            }
        }
    }
    found.into_iter().collect()
}

/// The upper one of two middle values.
fn median(values: &mut [f64]) -> Option<f64> {
    let middle = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    Some(*values.select_nth_unstable_by(middle, f64::total_cmp).1)
}

#[cfg(test)]
mod tests;
