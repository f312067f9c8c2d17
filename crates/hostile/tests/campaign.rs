//! Every reader against damaged files: some thousand each in the run of all tests, a million each with
//! `cargo test -p iodose-hostile --test campaign -- --ignored --nocapture`.
#![allow(clippy::unwrap_used, clippy::panic)] // a test program: its panic is its failure

use iodose_hostile::{READERS, campaign};
use std::time::Duration;

fn run(executions: u64, most: Duration) {
    // One thread: the time of an execution is then that of its work.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    for reader in READERS {
        let found = pool.install(|| campaign::run(reader, 0, executions, most));
        println!(
            "{:15} {:8} executions, {:8} past the header, {:8} whole, {:5.2} of the memory allowed, longest {:?}",
            reader.name, found.all, found.past_header, found.whole, found.memory, found.longest
        );
        assert!(found.broken.is_empty(), "{}: {:#?}", reader.name, found.broken);
        assert!(found.past_header > 0 && found.whole > 0, "{}: nothing came through: {found:?}", reader.name);
    }
}

#[test]
fn no_damaged_file_breaks_a_promise() {
    run(2000, Duration::from_secs(2));
}

#[test]
#[ignore = "a million executions of each reader, over an hour: cargo test -p iodose-hostile --test campaign -- --ignored --nocapture"]
fn no_damaged_file_of_a_million_breaks_a_promise() {
    run(1_000_000, Duration::from_secs(86_400));
}
