//! Many damaged files for one reader, each watched.

use crate::damage;
use crate::memory::peak_of;
use crate::random::Random;
use crate::readers::{Progress, Reader};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// The longest that a reader may take for one damaged file.
pub const LONGEST: Duration = Duration::from_secs(1);

/// What an execution did that it must not.
#[derive(Clone, Debug)]
pub struct Broken {
    /// Its number: [`damaged`] makes the same bytes of it again.
    pub number: u64,
    /// How.
    pub what: String,
}

/// What came of a campaign.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Executions.
    pub all: u64,
    /// Those that came past the header.
    pub past_header: u64,
    /// Those that were read whole.
    pub whole: u64,
    /// Largest share of the allowance of memory that one took.
    pub memory: f64,
    /// Longest time of one.
    pub longest: Duration,
    /// What was found.
    pub broken: Vec<Broken>,
}

/// The damaged file of a number: one of the seeds after one to five damages.
pub fn damaged(reader: &Reader, seeds: &[Vec<u8>], number: u64) -> Vec<u8> {
    let mut random = Random::new(number);
    let mut bytes = random.of(seeds).clone();
    for _ in 0..1 + random.below(5).min(random.below(5)) {
        if random.once_in(4) {
            damage::bytes(&mut bytes, seeds, &mut random);
        } else {
            (reader.damage)(&mut bytes, &mut random);
        }
        // Repeated doubling shall not make the campaign one of large files.
        bytes.truncate(1 << 16);
    }
    bytes
}

/// Reads damaged files from number `first` on until `past_header` of them came past the header, or the time is over.
pub fn run(reader: &Reader, first: u64, past_header: u64, most: Duration) -> Summary {
    let seeds = (reader.seeds)();
    for (number, seed) in seeds.iter().enumerate() {
        assert_eq!(
            (reader.read)(seed),
            Progress::Whole,
            "seed {number} of {} is not read whole",
            reader.name
        );
    }
    let mut summary = Summary::default();
    let (begin, quiet) = (Instant::now(), Quiet::begin());
    let (current, over) = (AtomicU64::new(first), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| end_a_hang(reader, &current, &over));
        let _over = Over(&over);
        while summary.past_header < past_header && begin.elapsed() < most && summary.broken.len() < 20 {
            let number = first + summary.all;
            current.store(number, Relaxed);
            summary.add(number, reader, &damaged(reader, &seeds, number));
        }
    });
    drop(quiet);
    summary
}

impl Summary {
    fn add(&mut self, number: u64, reader: &Reader, bytes: &[u8]) {
        let allowed = reader.allowance(bytes);
        let begin = Instant::now();
        let (result, peak) = peak_of(|| catch_unwind(AssertUnwindSafe(|| (reader.read)(bytes))));
        let time = begin.elapsed();
        self.all += 1;
        self.longest = self.longest.max(time);
        self.memory = self.memory.max(peak as f64 / allowed as f64);
        let mut found = |what| self.broken.push(Broken { number, what });
        match result {
            Ok(progress) => {
                self.past_header += u64::from(progress >= Progress::PastHeader);
                self.whole += u64::from(progress == Progress::Whole);
            }
            Err(_) => found(format!("a panic: {}", last_panic())),
        }
        if time > LONGEST {
            found(format!("{time:?} for {} bytes", bytes.len()));
        }
        if peak > allowed {
            found(format!("{peak} bytes of memory for {} bytes, {allowed} allowed", bytes.len()));
        }
    }
}

/// Says that a campaign is over, also where it ends by a panic.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

/// Ends the program where one execution takes so long that it may never end.
fn end_a_hang(reader: &Reader, current: &AtomicU64, over: &AtomicBool) {
    let (mut last, mut since) = (0, Instant::now());
    while !over.load(Relaxed) {
        std::thread::sleep(Duration::from_millis(20));
        let now = current.load(Relaxed);
        if now != last {
            (last, since) = (now, Instant::now());
        } else if since.elapsed() > 10 * LONGEST {
            eprintln!("{}: execution {now} hangs", reader.name);
            std::process::abort();
        }
    }
}

static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

fn last_panic() -> String {
    LAST_PANIC.lock().map(|text| text.clone()).unwrap_or_default()
}

/// Keeps panics off the terminal: some decoders end damaged streams by them, which the readers catch.
struct Quiet;

impl Quiet {
    fn begin() -> Self {
        std::panic::set_hook(Box::new(|info| {
            if let Ok(mut text) = LAST_PANIC.lock() {
                *text = info.to_string().chars().take(600).collect();
            }
        }));
        Self
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        drop(std::panic::take_hook());
    }
}
