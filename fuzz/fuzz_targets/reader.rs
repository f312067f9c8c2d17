//! The reader that `IODOSE_READER` names, under libFuzzer: half of the damage is libFuzzer's own, half knows the format.
#![no_main]

use iodose_hostile::memory::peak_of;
use iodose_hostile::random::Random;
use iodose_hostile::{READERS, Reader};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use std::sync::OnceLock;

fn reader() -> &'static Reader {
    static READER: OnceLock<&Reader> = OnceLock::new();
    READER.get_or_init(|| {
        let name = std::env::var("IODOSE_READER").unwrap_or_default();
        Reader::named(&name).unwrap_or_else(|| {
            let names: Vec<&str> = READERS.iter().map(|reader| reader.name).collect();
            panic!("IODOSE_READER: found {name:?}, expected one of {}", names.join(" "))
        })
    })
}

fuzz_target!(|bytes: &[u8]| {
    let (_, peak) = peak_of(|| (reader().read)(bytes));
    let allowed = reader().allowance(bytes);
    assert!(peak <= allowed, "{peak} bytes of memory for {} bytes, {allowed} allowed", bytes.len());
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    if seed % 2 == 0 || size == 0 {
        return fuzzer_mutate(data, size, max_size);
    }
    let mut bytes = data[..size].to_vec();
    (reader().damage)(&mut bytes, &mut Random::new(seed.into()));
    let size = bytes.len().min(max_size);
    data[..size].copy_from_slice(&bytes[..size]);
    size
});
