use super::*;
use crate::laws::{Law, Trial, assert_shares};
use approx::assert_relative_eq;
use iodose_physics::Library;

/// Mean number and energy per decay of photons, electrons and positrons, sampled.
fn sampled(name: &str, emissions: EmissionSet) -> [(f64, f64); 3] {
    let library = Library::embedded().unwrap();
    let emitter = Emitter::new(library.nuclide(name).unwrap(), emissions).unwrap();
    let mut random = Stream::new(2, 2);
    let mut sums = [(0.0, 0.0); 3];
    const DECAYS: usize = 400_000;
    for _ in 0..DECAYS {
        emitter.decay(&mut random, |_, species, energy| {
            let index = match species {
                Species::Photon => 0,
                Species::Charged(Charge::Electron) => 1,
                Species::Charged(Charge::Positron) => 2,
            };
            sums[index].0 += 1.0 / DECAYS as f64;
            sums[index].1 += energy / DECAYS as f64;
        });
    }
    sums
}

#[test]
fn sampled_means_of_iodine_131_are_those_of_icrp_107() {
    let only = |set: EmissionSet| sampled("I-131", set);
    let [_, beta, _] = only(EmissionSet { beta: true, ..EmissionSet::NONE });
    assert_relative_eq!(beta.1, 0.18187, max_relative = 3e-3);
    assert_relative_eq!(beta.0, 1.0, max_relative = 1e-3);
    let [gamma, _, _] = only(EmissionSet { gamma: true, ..EmissionSet::NONE });
    assert_relative_eq!(gamma.1, 0.38124, max_relative = 3e-3);
    let [_, conversion, _] = only(EmissionSet { conversion: true, ..EmissionSet::NONE });
    assert_relative_eq!(conversion.1, 0.009567, max_relative = 0.02);
    let [x, _, _] = only(EmissionSet { x: true, ..EmissionSet::NONE });
    assert_relative_eq!(x.1, 0.001522, max_relative = 0.03);
}

#[test]
fn sampled_means_of_iodine_124_are_those_of_icrp_107() {
    let [photons, _, positrons] = sampled("I-124", EmissionSet::ALL);
    assert_relative_eq!(positrons.0, 0.2286, max_relative = 0.01);
    assert_relative_eq!(positrons.1, 0.18727, max_relative = 0.01);
    assert_relative_eq!(photons.1, 0.86296 + 0.01664, max_relative = 0.01);
}

#[test]
fn the_beta_spectrum_is_sampled_bin_by_bin() {
    let library = Library::embedded().unwrap();
    for name in ["I-131", "I-124", "Lu-177", "Y-90"] {
        for spectrum in &library.nuclide(name).unwrap().betas {
            let sampler = BetaSampler::new(spectrum).unwrap();
            let points = &spectrum.spectrum;
            let density = |energy: f64| {
                let above = points.partition_point(|p| p[0] <= energy).clamp(1, points.len() - 1);
                let ([x0, y0], [x1, y1]) = (points[above - 1], points[above]);
                y0 + (y1 - y0) * (energy - x0) / (x1 - x0)
            };
            let trial = Trial::new(4, 300_000, |random| sampler.energy(random));
            trial.follows(&Law::new(points.iter().map(|point| point[0]).collect(), density));
            // The piece, and the place in it.
            trial.takes(2.0);
        }
    }
}

#[test]
fn lines_follow_their_yields() {
    let library = Library::embedded().unwrap();
    for (name, kind) in [("I-131", LineKind::Gamma), ("I-131", LineKind::Conversion), ("I-124", LineKind::X)]
    {
        let lines = library.nuclide(name).unwrap().lines(kind);
        let only = EmissionSet {
            gamma: kind == LineKind::Gamma,
            x: kind == LineKind::X,
            conversion: kind == LineKind::Conversion,
            ..EmissionSet::NONE
        };
        let emitter = Emitter::new(library.nuclide(name).unwrap(), only).unwrap();
        let mut counts = vec![0.0; lines.len()];
        let mut random = Stream::new(3, 3);
        for _ in 0..200_000 {
            emitter.decay(&mut random, |_, _, energy| {
                counts[lines.iter().position(|line| line.energy == energy).unwrap()] += 1.0;
            });
        }
        let followed = |line: &Line| if line.energy < LOCAL_BELOW { 0.0 } else { line.particles };
        assert_shares(&counts, &lines.iter().map(followed).collect::<Vec<_>>());
    }
}

#[test]
fn a_decay_takes_a_number_for_each_count_and_line_and_two_for_each_beta() {
    let library = Library::embedded().unwrap();
    for name in ["I-131", "I-124", "Lu-177", "Y-90"] {
        let nuclide = library.nuclide(name).unwrap();
        let emitter = Emitter::new(nuclide, EmissionSet::ALL).unwrap();
        let trial = Trial::new(5, 200_000, |random| {
            let mut particles = 0.0;
            emitter.decay(random, |_, _, _| particles += 1.0);
            particles
        });
        let betas = nuclide.betas.iter().map(|beta| 1.0 + 2.0 * beta.particles()).sum::<f64>();
        let count = |kinds: [LineKind; 2]| {
            let lines = kinds.into_iter().flat_map(|kind| nuclide.lines(kind));
            let yields: Vec<f64> =
                lines.filter(|line| line.energy >= 0.001).map(|line| line.particles).collect();
            if yields.is_empty() { 0.0 } else { 1.0 + yields.iter().sum::<f64>() }
        };
        let lines = count([LineKind::Gamma, LineKind::X]) + count([LineKind::Conversion, LineKind::Auger]);
        trial.takes(betas + lines);
    }
}

#[test]
fn the_number_of_particles_is_the_mean_rounded_up_or_down() {
    for mean in [0.0, 0.0121, 0.5, 1.0, 3.75] {
        let trial = Trial::new(6, 100_000, |random| f64::from(number(mean, random)));
        let above = trial.values().iter().filter(|&&n| n == mean.floor() + 1.0).count() as f64;
        assert!(trial.values().iter().all(|&n| n == mean.floor() || n == mean.floor() + 1.0));
        if mean.fract() > 0.0 {
            assert_shares(&[above, 100_000.0 - above], &[mean.fract(), 1.0 - mean.fract()]);
        }
        trial.takes(1.0);
    }
}

#[test]
fn the_mean_energy_counts_every_part() {
    let library = Library::embedded().unwrap();
    let all = Emitter::new(library.nuclide("I-131").unwrap(), EmissionSet::ALL).unwrap();
    assert_relative_eq!(
        all.mean_energy(),
        0.18187 + 0.38124 + 0.009567 + 0.000413 + 0.001522,
        max_relative = 2e-3
    );
    let error = Emitter::new(library.nuclide("Y-90").unwrap(), EmissionSet::NONE).unwrap_err();
    assert_eq!(error.to_string(), "emissions: Y-90 emits none of the kinds asked for");
}

#[test]
fn ten_billion_decays_of_every_nuclide_fit_and_what_emits_more_than_any_is_refused() {
    use crate::plan::MOST_HISTORIES;
    use crate::tally::Tally;
    let library = Library::embedded().unwrap();
    for name in ["I-131", "I-124", "Lu-177", "Y-90"] {
        let emitter = Emitter::new(library.nuclide(name).unwrap(), EmissionSet::ALL).unwrap();
        let room = Tally::room(emitter.mean_energy());
        println!("{name}: {:.3} MeV, room for {room:e} decays", emitter.mean_energy());
        assert!(room >= MOST_HISTORIES, "{name}");
    }
    let with = |particles: f64| {
        let text = format!("name='X'\nsource='s'\nhalf_life_s=1\nlines.gamma=[[2.0,{particles}]]");
        Emitter::new(&Nuclide::from_toml("x.toml", &text).unwrap(), EmissionSet::ALL)
    };
    assert!(with(4.9).is_ok());
    assert_eq!(
        with(5.5).unwrap_err().to_string(),
        "emissions: found 11 MeV per decay in the mean, expected at most 10 MeV"
    );
}
