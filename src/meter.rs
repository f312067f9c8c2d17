//! What a run cost.

use cpu_time::ProcessTime;
use std::time::Instant;

/// Measures from its making on.
#[derive(Debug)]
pub(crate) struct Meter {
    wall: Instant,
    cpu: Option<ProcessTime>,
}

impl Meter {
    pub(crate) fn start() -> Self {
        Self { wall: Instant::now(), cpu: ProcessTime::try_now().ok() }
    }

    pub(crate) fn wall_seconds(&self) -> f64 {
        self.wall.elapsed().as_secs_f64()
    }

    /// CPU time of all threads of the process.
    pub(crate) fn cpu_seconds(&self) -> Option<f64> {
        self.cpu.and_then(|start| start.try_elapsed().ok()).map(|elapsed| elapsed.as_secs_f64())
    }
}

/// The largest resident memory of the process so far, where the system tells (Linux: `VmHWM`).
pub(crate) fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kibibytes| kibibytes * 1024)
}
