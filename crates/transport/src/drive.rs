//! Running until enough is known. Equations: `docs/methods/tally.md`.

use crate::goal::{Estimates, Goal};
use crate::history::World;
use crate::keep::{Keeper, Share, Sums, Unkept};
use crate::medium::Medium;
use crate::plan::{MOST_HISTORIES, Plan, Stop, with_threads};
use crate::watch::{Progress, Watch};
use crate::{EngineError, Scores};
use std::ops::Range;
use std::time::Instant;

/// A run that goes on in rounds of a fixed order: which rounds there are must not depend on time or threads.
pub(crate) trait Rounds: Estimates + Sums {
    /// Decays simulated so far, those before a share counted.
    fn histories(&self) -> u64 {
        self.range().end
    }
    /// Decays before the uncertainty is first looked at; between two looks lies a whole number of [`Self::unit`].
    fn pilot(&self) -> u64;
    /// See [`Self::pilot`].
    fn unit(&self) -> u64;
    /// The most decays there is room for.
    fn most(&self) -> u64;
    /// Simulates some more decays, not beyond number `end`.
    fn round(&mut self, end: u64, watch: &dyn Watch) -> Result<(), EngineError>;
    /// Sets out to simulate a share of `histories` decays, cut between batches, and gives its range.
    fn begin_share(&mut self, share: Share, histories: u64) -> Range<u64>;
}

/// An engine with all that it is to simulate.
pub(crate) trait Engine: Sync {
    type Medium: Medium;
    /// The state of a run.
    type Run<'a>: Rounds
    where
        Self: 'a;

    /// Refuses what does not go together.
    fn check(&self) -> Result<(), EngineError>;
    fn world(&self) -> World<'_, Self::Medium>;
    /// A run that has found nothing yet.
    fn begin<'a>(
        &'a self,
        world: &'a World<'a, Self::Medium>,
        plan: &Plan,
        watch: &dyn Watch,
    ) -> Result<Self::Run<'a>, EngineError>;
    /// What a run has found.
    fn finish(run: Self::Run<'_>, goal: &Goal) -> Scores;

    /// Runs the plan, beginning with what the keeper loads.
    fn drive(&self, plan: &Plan, keeper: &mut dyn Keeper, watch: &dyn Watch) -> Result<Scores, EngineError> {
        plan.check()?;
        self.check()?;
        with_threads(plan.threads, || {
            let world = self.world();
            let mut run = self.begin(&world, plan, watch)?;
            require_room(&run, plan)?;
            drive(&mut run, plan, keeper, watch)?;
            Ok(Self::finish(run, &plan.goal))
        })?
    }

    /// Runs a share of the plan and hands its sums to the keeper.
    fn drive_share(
        &self,
        plan: &Plan,
        share: Share,
        keeper: &mut dyn Keeper,
        watch: &dyn Watch,
    ) -> Result<(), EngineError> {
        plan.check()?;
        self.check()?;
        with_threads(plan.threads, || {
            let world = self.world();
            let mut run = self.begin(&world, plan, watch)?;
            require_room(&run, plan)?;
            drive_share(&mut run, plan, share, keeper, watch)
        })?
    }
}

/// Refuses a number of decays that the sums have no room for; a run to an uncertainty ends there.
fn require_room(run: &impl Rounds, plan: &Plan) -> Result<(), EngineError> {
    match plan.stop {
        Stop::Histories(found) if found > run.most() => Err(EngineError::NoRoom { found, most: run.most() }),
        _ => Ok(()),
    }
}

/// From one look at the uncertainty to the next, decays grow by this factor at most: an early estimate is rough, and the largest
/// of many such estimates is too high.
const GROWTH: f64 = 1.25;

/// Runs the plan; each next stop follows from (T4).
pub(crate) fn drive(
    run: &mut impl Rounds,
    plan: &Plan,
    keeper: &mut dyn Keeper,
    watch: &dyn Watch,
) -> Result<(), EngineError> {
    let next_look = keeper.load(run)?;
    let mut until = |run: &mut _, aim| until(run, aim, keeper, watch);
    match plan.stop {
        Stop::Histories(histories) => until(run, Aim::plain(histories)),
        Stop::Uncertainty { target, max_histories, max_seconds } => {
            let ceiling = max_histories.unwrap_or(MOST_HISTORIES).min(run.most());
            let deadline = max_seconds.map(|seconds| (Instant::now(), seconds));
            let first = next_look.unwrap_or(run.pilot()).min(ceiling);
            until(run, Aim { deadline, ..Aim::plain(first) })?;
            loop {
                let reached = plan.goal.reached(run);
                if reached <= target || run.histories() >= ceiling || !in_time(deadline) {
                    return Ok(());
                }
                // The uncertainty falls with the square root of the histories; whole units keep the stopping points few and fixed.
                let histories = run.histories() as f64;
                let needed = histories * (reached / target).powi(2) * 1.01;
                let next = needed.clamp(1.1 * histories, GROWTH * histories) as u64;
                let next = next.next_multiple_of(run.unit()).min(ceiling);
                let all = (needed as u64).clamp(next, ceiling);
                until(run, Aim { end: next, expected: all, uncertainty: Some(reached), deadline })?;
            }
        }
    }
}

fn drive_share(
    run: &mut impl Rounds,
    plan: &Plan,
    share: Share,
    keeper: &mut dyn Keeper,
    watch: &dyn Watch,
) -> Result<(), EngineError> {
    let Stop::Histories(histories) = plan.stop else {
        return Err(EngineError::OpenShare);
    };
    let end = run.begin_share(share, histories).end;
    until(run, Aim::plain(end), &mut Unkept, watch)?;
    keeper.keep(run, end)
}

fn in_time(deadline: Option<(Instant, f64)>) -> bool {
    deadline.is_none_or(|(start, seconds)| start.elapsed().as_secs_f64() < seconds)
}

/// Where a run is going.
#[derive(Clone, Copy)]
struct Aim {
    /// Number of the decay at which it looks around.
    end: u64,
    /// Decays expected in all.
    expected: u64,
    /// What was seen at the last look.
    uncertainty: Option<f64>,
    /// Start and seconds after which it may end before.
    deadline: Option<(Instant, f64)>,
}

impl Aim {
    fn plain(end: u64) -> Self {
        Self { end, expected: end, uncertainty: None, deadline: None }
    }
}

/// Simulates up to where the aim ends, or until its deadline has passed.
fn until(
    run: &mut impl Rounds,
    aim: Aim,
    keeper: &mut dyn Keeper,
    watch: &dyn Watch,
) -> Result<(), EngineError> {
    while run.histories() < aim.end {
        run.round(aim.end, watch)?;
        let start = run.range().start;
        watch.progress(Progress {
            histories: run.histories() - start,
            expected: aim.expected - start,
            uncertainty: aim.uncertainty,
        });
        // After it is told of: what is kept of a run may hold what was told.
        keeper.keep(run, aim.end)?;
        // Before the pilot is done there is no uncertainty to speak of.
        if !in_time(aim.deadline) && run.histories() >= run.pilot().min(aim.end) {
            return Ok(());
        }
    }
    Ok(())
}
