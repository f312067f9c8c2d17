//! Running until enough is known. Equations: `docs/methods/tally.md`.

use crate::EngineError;
use crate::goal::Estimates;
use crate::plan::{MOST_HISTORIES, Plan, Stop};
use crate::watch::{Progress, Watch};
use std::time::Instant;

/// A run that goes on in rounds of a fixed order: which rounds there are must not depend on time or threads.
pub(crate) trait Rounds: Estimates {
    /// Decays simulated so far.
    fn histories(&self) -> u64;
    /// Decays before the uncertainty is first looked at; between two looks lies a whole number of [`Self::unit`].
    fn pilot(&self) -> u64;
    /// See [`Self::pilot`].
    fn unit(&self) -> u64;
    /// The most decays there is room for.
    fn most(&self) -> u64 {
        MOST_HISTORIES
    }
    /// Simulates some more decays, not beyond number `end`.
    fn round(&mut self, end: u64, watch: &dyn Watch) -> Result<(), EngineError>;
}

/// Runs the plan; each next stop follows from (T4).
pub(crate) fn drive(run: &mut impl Rounds, plan: &Plan, watch: &dyn Watch) -> Result<(), EngineError> {
    match plan.stop {
        Stop::Histories(histories) => until(run, histories, None, None, watch),
        Stop::Uncertainty { target, max_histories, max_seconds } => {
            let ceiling = max_histories.unwrap_or(MOST_HISTORIES).min(run.most());
            let deadline = max_seconds.map(|seconds| (Instant::now(), seconds));
            until(run, run.pilot().min(ceiling), None, deadline, watch)?;
            loop {
                let reached = plan.goal.reached(run);
                if reached <= target || run.histories() >= ceiling || !in_time(deadline) {
                    return Ok(());
                }
                // The uncertainty falls with the square root of the histories; growth is bounded, since an early
                // estimate is rough, and whole units keep the stopping points few and fixed.
                let histories = run.histories() as f64;
                let needed = histories * (reached / target).powi(2) * 1.01;
                let next = needed.clamp(1.1 * histories, 4.0 * histories) as u64;
                let next = next.next_multiple_of(run.unit()).min(ceiling);
                let all = (needed as u64).clamp(next, ceiling);
                until(run, next, Some((reached, all)), deadline, watch)?;
            }
        }
    }
}

fn in_time(deadline: Option<(Instant, f64)>) -> bool {
    deadline.is_none_or(|(start, seconds)| start.elapsed().as_secs_f64() < seconds)
}

/// Simulates up to history number `end`, or until the deadline (start, seconds) has passed; `seen` is the uncertainty
/// reached and the number of decays expected in all.
fn until(
    run: &mut impl Rounds,
    end: u64,
    seen: Option<(f64, u64)>,
    deadline: Option<(Instant, f64)>,
    watch: &dyn Watch,
) -> Result<(), EngineError> {
    while run.histories() < end {
        run.round(end, watch)?;
        let (uncertainty, expected) = seen.unzip();
        watch.progress(Progress {
            histories: run.histories(),
            expected: expected.unwrap_or(end),
            uncertainty,
        });
        // Before the pilot is done there is no uncertainty to speak of.
        if !in_time(deadline) && run.histories() >= run.pilot().min(end) {
            return Ok(());
        }
    }
    Ok(())
}
